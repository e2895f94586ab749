#include "nn/auxiliary.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "nn/branching.hpp"
#include "nn/describe.hpp"
#include "nn/gradient_check.hpp"
#include "nn/optimizer.hpp"
#include "nn/testing/errors.hpp"

using namespace cnn;
using namespace cnn::nn;

namespace {

// A trunk of three parts for x [N, 1, 6, 6] and three classes; two heads, of different depth.
WithHeads network(bool heads = true) {
    Sequential first, second, last;
    first.add("conv", Conv2d(1, 2, {.size = 3, .padding = 1})).add("tanh", Tanh());
    second.add("module", Branches(Sequential(Conv2d(2, 2, {.size = 1}), Tanh()),
                                  Sequential(Conv2d(2, 1, {.size = 3, .padding = 1}))));
    last.add("pool", AdaptiveAvgPool2d()).add("flatten", Flatten()).add("fc", Dense(3, 3));
    WithHeads all;
    all.add(std::move(first));
    if (heads) all.add_head("aux1", Sequential(AveragePool2d({.size = 3, .stride = 3}), Flatten(), Dense(8, 3)));
    all.add(std::move(second));
    if (heads) all.add_head("aux2", Sequential(Flatten(), Dense(108, 2), Tanh(), Dense(2, 3)));
    all.add(std::move(last));
    Engine engine(1);
    all.initialize(engine);
    return all;
}
const std::vector<std::int32_t> labels{2, 0};

Tensor columns(const Tensor& x, Index from) {
    Tensor part({x.size(0), 3});
    for (Index n = 0; n < x.size(0); ++n)
        for (Index m = 0; m < 3; ++m) part(n, m) = x(n, from + m);
    return part;
}

BOOST_AUTO_TEST_SUITE(auxiliary)

BOOST_AUTO_TEST_CASE(gradients_of_all_predictions) {
    WithHeads all = network();
    const GradientCheck check = check_gradients(all, random({2, 1, 6, 6}, 2));
    BOOST_TEST(check.worst < 5e-3, check.where);
    all.set_training(false);
    WithHeads trunk = network(false);
    const GradientCheck alone = check_gradients(trunk, random({2, 1, 6, 6}, 2));
    BOOST_TEST(alone.worst < 5e-3, alone.where);
}

BOOST_AUTO_TEST_CASE(the_trunk_comes_first_and_is_alone_in_evaluation) {
    WithHeads all = network();
    const Tensor x = random({2, 1, 6, 6}, 2), y = all.forward(x);
    BOOST_TEST((y.shape() == Shape{2, 9}));
    BOOST_TEST((all.output_shape(x.shape()) == Shape{2, 9}));
    all.set_training(false);
    const Tensor alone = all.forward(x);
    BOOST_TEST((alone == columns(y, 0)));
    BOOST_TEST((all.output_shape(x.shape()) == Shape{2, 3}));
    const WithoutBackward forward_only;
    BOOST_TEST((all.forward(x) == alone));
}

BOOST_AUTO_TEST_CASE(what_backward_leaves_is_the_sum_over_the_paths) {
    WithHeads all = network();
    const Tensor x = random({2, 1, 6, 6}, 2);
    const auto dx_of = [&](Index only) {  // the gradient of one prediction, or of all
        Tensor dy = random({2, 9}, 3);
        for (Index n = 0; n < 2; ++n)
            for (Index m = 0; m < 9; ++m)
                if (only >= 0 && m / 3 != only) dy(n, m) = 0;
        all.forward(x);
        return all.backward(std::move(dy));
    };
    Tensor sum = dx_of(0);
    (sum += dx_of(1)) += dx_of(2);
    const Tensor whole = dx_of(-1);
    for (Index i = 0; i < sum.count(); ++i) BOOST_TEST(std::abs(sum[i] - whole[i]) < 1e-6);
}

BOOST_AUTO_TEST_CASE(after_an_evaluation_backward_leaves_the_heads_alone) {
    WithHeads all = network(), trunk = network(false);
    for (auto& [name, parameter] : trunk.parameters())
        for (auto& [same, other] : all.parameters())
            if (same == name) parameter->value = other->value;
    all.set_training(false), trunk.set_training(false);
    const Tensor x = random({2, 1, 6, 6}, 2), dy = random({2, 3}, 3);
    all.forward(x), trunk.forward(x);
    BOOST_TEST((all.backward(dy) == trunk.backward(dy)));
    for (auto& [name, parameter] : all.parameters())
        if (name.starts_with("aux")) BOOST_TEST(parameter->gradient.empty(), name);
}

BOOST_AUTO_TEST_CASE(names_rows_and_counts) {
    WithHeads all = network();
    std::vector<std::string> names;
    for (const auto& [name, parameter] : all.parameters())
        if (name.ends_with("weight")) names.push_back(name);
    BOOST_TEST(names == (std::vector<std::string>{"conv.weight", "module.0.0.weight", "module.1.0.weight", "fc.weight",
                                                  "aux1.2.weight", "aux2.1.weight", "aux2.3.weight"}),
               boost::test_tools::per_element());
    const Description table = describe(all, {1, 1, 6, 6});
    BOOST_TEST(table.parameters == count_parameters(all));
    BOOST_TEST(table.multiply_adds == all.multiply_adds({1, 1, 6, 6}));
    BOOST_TEST(table.rows.back().name == "aux2.3");
    BOOST_TEST(count_parameters(all) - 27 - (2 * 108 + 2) - (3 * 2 + 3) == [] {
        WithHeads trunk = network(false);
        return count_parameters(trunk);
    }());
}

BOOST_AUTO_TEST_CASE(what_cannot_be_is_refused) {
    WithHeads all = network();
    BOOST_TEST(contains(error_of([&] { all.add_head("aux1", Sequential(Flatten())); }), "aux1"));
    BOOST_TEST(contains(error_of([&] { all.add_head("aux3", Sequential()); }), "no layer"));
    BOOST_TEST(contains(error_of([&] { WithHeads().add_head("aux1", Sequential(Flatten())); }), "part of the trunk"));
    Sequential again;
    again.add("fc", Dense(3, 3));
    BOOST_TEST(contains(error_of([&] { all.add(std::move(again)); }), "there is a layer fc"));
    BOOST_CHECK_THROW(WithHeads().forward(Tensor({1, 1})), ShapeError);
}

BOOST_AUTO_TEST_CASE(loss_weighs_the_heads) {
    const Tensor prediction = random({2, 9}, 4);
    const LossResult all = with_heads(softmax_cross_entropy(), 3, 0.3)(prediction, labels);
    double loss = 0;
    for (Index head = 0; head < 3; ++head) {
        const LossResult one = softmax_cross_entropy()(columns(prediction, 3 * head), labels);
        const float weight = head == 0 ? 1.0f : 0.3f;
        loss += (head == 0 ? 1 : 0.3) * one.loss;
        if (head == 0) BOOST_TEST(all.correct == one.correct);
        for (Index n = 0; n < 2; ++n)
            for (Index m = 0; m < 3; ++m)
                BOOST_TEST(std::abs(all.gradient(n, 3 * head + m) - weight * one.gradient(n, m)) < 1e-7);
    }
    BOOST_TEST(std::abs(all.loss - loss) < 1e-12);
    BOOST_CHECK_THROW(with_heads(softmax_cross_entropy(), 3)(random({2, 8}, 1), labels), ShapeError);
}

BOOST_AUTO_TEST_CASE(loss_and_network_agree_with_the_definition_of_the_derivative) {
    WithHeads all = network();
    const Loss loss = with_heads(softmax_cross_entropy(), 3);
    Tensor x = random({2, 1, 6, 6}, 2);
    all.backward_parameters(loss(all.forward(x), labels).gradient);
    for (auto& [name, parameter] : all.parameters())
        for (const Index i : {Index{0}, parameter->value.count() / 2}) {
            float& at = parameter->value[i];
            const float old = at;
            at = old + 1e-2f;
            const double up = loss(all.forward(x), labels).loss;
            at = old - 1e-2f;
            const double down = loss(all.forward(x), labels).loss;
            at = old;
            const double numeric = (up - down) / 2e-2, got = static_cast<double>(parameter->gradient[i]);
            BOOST_TEST(std::abs(got - numeric) < 2e-3 * (std::abs(numeric) + 0.1),
                       name << ": " << got << ", " << numeric);
        }
}

BOOST_AUTO_TEST_CASE(later_steps_ask_for_no_memory) {
    WithHeads all = network();
    const Loss loss = with_heads(softmax_cross_entropy(), 3);
    Sgd sgd(all, {.momentum = 0.9f});
    const Tensor x = random({2, 1, 6, 6}, 2);
    double before = 0, after = 0;
    BufferStatistics kept;
    for (int step = 0; step < 20; ++step) {
        LossResult result = loss(all.forward(x), labels);
        (step == 0 ? before : after) = result.loss;
        if (step == 3) kept = buffer_statistics();
        all.backward_parameters(std::move(result.gradient));
        sgd.step(0.1);
    }
    BOOST_TEST(buffer_statistics().allocations - kept.allocations <= 8u);  // see containers_test.cpp
    BOOST_TEST(after < 0.7 * before);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
