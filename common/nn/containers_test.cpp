#include <boost/test/unit_test.hpp>

#include "nn/branching.hpp"
#include "nn/describe.hpp"
#include "nn/gradient_check.hpp"
#include "nn/testing/errors.hpp"
#include "nn/testing/smooth.hpp"

using namespace cnn;
using namespace cnn::nn;

namespace {

Sequential lenet() {
    return Sequential(Conv2d(1, 6, {.size = 5, .padding = 2}), ReLU(), MaxPool2d({.size = 2, .stride = 2}),
                      Conv2d(6, 16, {.size = 5}), ReLU(), MaxPool2d({.size = 2, .stride = 2}), Flatten(),
                      Dense(400, 120), ReLU(), Dense(120, 84), ReLU(), Dense(84, 10));
}

Sequential conv(Index in, Index out, const Window& window) { return Sequential(Conv2d(in, out, window), Tanh()); }

std::vector<std::string> names_of(Layer& layer) {
    std::vector<std::string> names;
    for (const auto& [name, parameter] : layer.parameters()) names.push_back(name);
    return names;
}

// Counts how often it is asked for dx.
struct Watched : Dense {
    explicit Watched(int* asked) : Dense(3, 3), asked_(asked) {}
    Tensor backward(Tensor dy) override {
        ++*asked_;
        return Dense::backward(std::move(dy));
    }
    int* asked_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(sequential)

BOOST_AUTO_TEST_CASE(lenet_has_61706_parameters) {
    Sequential network = lenet();
    const Description table = describe(network, {1, 1, 28, 28});
    BOOST_TEST(table.parameters == 61706);
    BOOST_TEST(count_parameters(network) == 61706);
    BOOST_TEST(table.rows.size() == 12u);
    BOOST_TEST(table.rows[3].parameters == 2416);
    BOOST_TEST(table.rows[3].multiply_adds == 16 * 10 * 10 * 6 * 25);
    BOOST_TEST(table.rows[3].details == "6 → 16, 5×5");
    BOOST_TEST((table.rows[6].output == Shape{1, 400}));
    BOOST_TEST(table.multiply_adds == 117600 + 240000 + 48000 + 10080 + 840);
    BOOST_TEST(table.multiply_adds == network.multiply_adds({1, 1, 28, 28}));
    const std::string text = to_string(table);
    BOOST_TEST(text.find("0     Conv2d     1 → 6, 5×5, padding 2  [1, 6, 28, 28]") != text.npos, text);
    BOOST_TEST(text.find("total                61,706") != text.npos, text);
}

// A convolution, its ReLU and its pooling are done in one where the batch is large enough; layer by layer they give the
// same numbers.
BOOST_AUTO_TEST_CASE(a_fused_stage_equals_its_layers) {
    Engine engine(1), same(1);
    Sequential network = lenet(), apart = lenet();
    network.initialize(engine), apart.initialize(same);
    const Tensor x = normal({32, 1, 28, 28}, engine), dy = normal({32, 10}, engine);
    for (int repeat = 0; repeat < 2; ++repeat) {
        Tensor y = x, dx = dy;
        for (Index i = 0; i < apart.size(); ++i) y = apart[i].forward(std::move(y));
        BOOST_TEST((network.forward(x) == y));
        for (Index i = apart.size(); i-- > 0;) dx = apart[i].backward(std::move(dx));
        if (repeat == 0)
            BOOST_TEST((network.backward(dy) == dx));
        else
            network.backward_parameters(dy);
        const auto ours = network.parameters(), theirs = apart.parameters();
        for (std::size_t i = 0; i < ours.size(); ++i)
            BOOST_TEST((ours[i].parameter->gradient == theirs[i].parameter->gradient), ours[i].name);
    }
    // Another batch in between, for which the layers are not fused.
    network.forward(normal({1, 1, 28, 28}, engine));
    BOOST_TEST((network.backward(normal({1, 10}, engine)).shape() == Shape{1, 1, 28, 28}));
    const WithoutBackward forward_only;
    BOOST_TEST((network.forward(x).shape() == Shape{32, 10}));
}

BOOST_AUTO_TEST_CASE(children_have_pytorchs_names) {
    Sequential features(Conv2d(1, 2, {.size = 3}), ReLU());
    Sequential network;
    network.add("features", std::move(features)).add(Flatten()).add("head", Dense(2, 2, false));
    BOOST_TEST(names_of(network) == (std::vector<std::string>{"features.0.weight", "features.0.bias", "head.weight"}),
               boost::test_tools::per_element());
    BOOST_TEST(network.size() == 3);
    BOOST_TEST(network[1].kind() == "Flatten");
    BOOST_CHECK_THROW(network.add("head", ReLU()), ShapeError);
    BOOST_CHECK_THROW(network.add("none", LayerPointer()), ShapeError);
}

BOOST_AUTO_TEST_CASE(errors_name_the_layer) {
    Sequential network = lenet();
    const std::string error = error_of([&] { network.forward(Tensor({1, 1, 32, 32})); });
    BOOST_TEST(error.starts_with("7 Linear: "), error);
    BOOST_TEST(error_of([&] { network.output_shape({1, 1, 32, 32}); }).starts_with("7 Linear: "));
    BOOST_TEST(error_of([&] { describe(network, {1, 3, 28, 28}); }).starts_with("0 Conv2d: "));
    Sequential outer;
    outer.add("features", lenet());
    const std::string nested = error_of([&] { outer.forward(Tensor({2, 400})); });
    BOOST_TEST(nested.starts_with("features Sequential: 0 Conv2d: "), nested);
}

BOOST_AUTO_TEST_CASE(gradients_through_a_chain) {
    Sequential network(Conv2d(1, 2, {.size = 3}), Tanh(), AveragePool2d({.size = 2, .stride = 2}), Flatten(),
                       Dense(8, 3), Sigmoid(), Dense(3, 2));
    Engine engine(1);
    network.initialize(engine);
    const GradientCheck check = check_gradients(network, random({2, 1, 6, 6}, 2));
    BOOST_TEST(check.worst < 5e-3, check.where);
}

BOOST_AUTO_TEST_CASE(an_empty_one_is_the_identity) {
    Sequential nothing;
    const Tensor x = random({2, 3}, 1);
    BOOST_TEST((nothing.forward(x) == x));
    BOOST_TEST((nothing.backward(x) == x));
    nothing.backward_parameters(x);
    BOOST_TEST((nothing.output_shape({2, 3}) == Shape{2, 3}));
}

BOOST_AUTO_TEST_CASE(nobody_computes_a_dx_that_nobody_asks_for) {
    int first = 0, second = 0;
    Sequential network{Tanh(), Watched(&first), ReLU(), Watched(&second)};
    network.forward(random({2, 3}, 1));
    network.backward_parameters(random({2, 3}, 2));
    BOOST_TEST(first == 0);
    BOOST_TEST(second == 1);
    BOOST_TEST((network.parameters()[0].parameter->gradient.shape() == Shape{3, 3}));
    network.forward(random({2, 3}, 1));
    network.backward(random({2, 3}, 2));
    BOOST_TEST(first == 1);
}

BOOST_AUTO_TEST_CASE(moving_a_network_moves_its_layers) {
    Sequential network = lenet();
    Engine engine(1);
    network.initialize(engine);
    const Tensor x = random({2, 1, 28, 28}, 2), y = network.forward(x);
    Sequential moved = std::move(network);
    BOOST_TEST((moved.forward(x) == y));
    moved.backward_parameters(random({2, 10}, 3));
}

BOOST_AUTO_TEST_CASE(a_step_like_the_last_one_asks_the_system_for_no_memory) {
    Sequential network = lenet();
    Engine engine(1);
    network.initialize(engine);
    const Tensor x = random({8, 1, 28, 28}, 2), dy = random({8, 10}, 3);
    const auto step = [&] {
        network.forward(x);
        network.backward_parameters(dy);
    };
    for (int i = 0; i < 3; ++i) step();
    const auto before = buffer_statistics().allocations;
    for (int i = 0; i < 3; ++i) step();
    // A thread that wakes for the first time may want working memory of its own.
    BOOST_TEST(buffer_statistics().allocations - before <= 8u);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(branching)

BOOST_AUTO_TEST_CASE(residual_with_and_without_a_shortcut_layer) {
    Engine engine(1);
    Residual identity(conv(2, 2, {.size = 3, .padding = 1}));
    identity.initialize(engine);
    GradientCheck check = check_gradients(identity, random({2, 2, 4, 5}, 2));
    BOOST_TEST(check.worst < 5e-3, check.where);

    Residual projected(conv(2, 3, {.size = 3, .stride = 2, .padding = 1}),
                       Sequential(Conv2d(2, 3, {.size = 1, .stride = 2})), "downsample");
    projected.initialize(engine);
    check = check_gradients(projected, random({1, 2, 5, 5}, 3));
    BOOST_TEST(check.worst < 5e-3, check.where);
    BOOST_TEST(names_of(projected) ==
                   (std::vector<std::string>{"0.weight", "0.bias", "downsample.0.weight", "downsample.0.bias"}),
               boost::test_tools::per_element());
    BOOST_TEST(describe(projected, {1, 2, 5, 5}).parameters == 57 + 9);

    Residual wrong(conv(2, 3, {.size = 3, .padding = 1}));
    BOOST_CHECK_THROW(wrong.output_shape({1, 2, 5, 5}), ShapeError);
    BOOST_CHECK_THROW(wrong.forward(Tensor({1, 2, 5, 5})), ShapeError);
}

BOOST_AUTO_TEST_CASE(residual_of_nothing_doubles) {
    Residual twice{Sequential()};
    BOOST_TEST((twice.forward(Tensor({1, 2}, {1, 2})) == Tensor({1, 2}, {2, 4})));
    BOOST_TEST((twice.backward(Tensor({1, 2}, {1, 2})) == Tensor({1, 2}, {2, 4})));
}

BOOST_AUTO_TEST_CASE(branches_concatenate_channels) {
    // Two paths that multiply their one channel by 10 and by 100: the numbers show who lies where.
    Branches branches(Sequential(Conv2d(1, 1, {.size = 1})), Sequential(Conv2d(1, 1, {.size = 1})));
    branches.parameters()[0].parameter->value.fill(10);
    branches.parameters()[2].parameter->value.fill(100);
    const Tensor y = branches.forward(Tensor({2, 1, 1, 2}, {1, 2, 3, 4}));
    BOOST_TEST((y == Tensor({2, 2, 1, 2}, {10, 20, 100, 200, 30, 40, 300, 400})));
    const Tensor dx = branches.backward(Tensor({2, 2, 1, 2}, {1, 0, 0, 1, 0, 0, 0, 0}));
    BOOST_TEST((dx == Tensor({2, 1, 1, 2}, {10, 100, 0, 0})));
}

BOOST_AUTO_TEST_CASE(branches_of_different_widths) {
    Branches branches;
    branches.add("1x1", conv(2, 1, {.size = 1})).add("3x3", conv(2, 3, {.size = 3, .padding = 1})).add(Sequential());
    Engine engine(1);
    branches.initialize(engine);
    const GradientCheck check = check_gradients(branches, random({2, 2, 3, 4}, 2));
    BOOST_TEST(check.worst < 5e-3, check.where);
    BOOST_TEST((branches.output_shape({2, 2, 3, 4}) == Shape{2, 6, 3, 4}));
    BOOST_TEST(names_of(branches)[2] == "3x3.0.weight");
    branches.add("smaller", conv(2, 1, {.size = 3}));
    BOOST_CHECK_THROW(branches.output_shape({2, 2, 3, 4}), ShapeError);
    BOOST_CHECK_THROW(branches.forward(Tensor({2, 2, 3, 4})), ShapeError);
    BOOST_CHECK_THROW(Branches().forward(Tensor({1, 1})), ShapeError);
}

BOOST_AUTO_TEST_CASE(a_relu_before_a_branch_keeps_its_gradient) {
    Sequential network(Dense(3, 4), ReLU(), Residual(Sequential(Dense(4, 4), ReLU())), ReLU(), Dense(4, 2));
    Engine engine(3);
    network.initialize(engine);
    // No kink lies within 0.001 of this input.
    const GradientCheck check = check_gradients(network, random({2, 3}, 5), 1e-3f);
    BOOST_TEST(check.worst < 3e-2, check.where);
}

BOOST_AUTO_TEST_SUITE_END()
