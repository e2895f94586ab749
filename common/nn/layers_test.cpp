#include "nn/layers.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <functional>

#include "nn/dropout.hpp"
#include "nn/gradient_check.hpp"
#include "nn/normalization.hpp"
#include "nn/sequential.hpp"
#include "nn/testing/errors.hpp"
#include "nn/testing/smooth.hpp"

using namespace cnn;
using namespace cnn::nn;

namespace {

struct Case {
    const char* name;
    std::function<LayerPointer()> layer;
    Shape x;
};
std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.name << " " << to_string(c.x); }

template <class L, class... Args>
std::function<LayerPointer()> make(Args... args) {
    return [=] { return std::make_unique<L>(args...); };
}

// One pixel, primes, strides that leave pixels over, padding, overlap, without bias.
const std::vector<Case> cases{
    {"Conv2d", make<Conv2d>(1, 1, Window{.size = 1}), {1, 1, 1, 1}},
    {"Conv2d", make<Conv2d>(2, 3, Window{.size = 3, .padding = 1}), {2, 2, 5, 7}},
    {"Conv2d", make<Conv2d>(3, 2, Window{.size = 3, .stride = 2, .padding = 2}), {1, 3, 6, 5}},
    {"Conv2d", make<Conv2d>(2, 2, Window{.size = 2, .stride = 3}, false), {3, 2, 7, 5}},
    {"Linear", make<Dense>(1, 1), {1, 1}},
    {"Linear", make<Dense>(7, 3), {5, 7}},
    {"Linear", make<Dense>(4, 5, false), {2, 4}},
    {"MaxPool2d", make<MaxPool2d>(Window{.size = 2, .stride = 2}), {2, 3, 5, 4}},
    {"MaxPool2d", make<MaxPool2d>(Window{.size = 3, .stride = 2, .padding = 1}), {1, 2, 7, 5}},
    {"AvgPool2d", make<AveragePool2d>(Window{.size = 2, .stride = 2}), {2, 3, 5, 4}},
    {"AvgPool2d", make<AveragePool2d>(Window{.size = 3, .stride = 1, .padding = 1}), {1, 2, 4, 3}},
    {"Conv2d", make<Conv2d>(4, 6, Window{.size = 3, .padding = 1}, true, 2), {2, 4, 5, 4}},
    {"MaxPool2d", make<MaxPool2d>(Window{.size = 3, .stride = 2}, kernels::Rounding::up), {1, 2, 6, 8}},
    {"AdaptiveAvgPool2d", make<AdaptiveAvgPool2d>(1), {2, 3, 5, 4}},
    {"AdaptiveAvgPool2d", make<AdaptiveAvgPool2d>(3), {1, 2, 5, 7}},
    {"BatchNorm2d", make<BatchNorm2d>(3), {2, 3, 5, 4}},
    {"BatchNorm2d", make<BatchNorm2d>(1, BatchNorm2d::Options{.epsilon = 0.1f}), {3, 1, 1, 1}},
    {"LocalResponseNorm", make<LocalResponseNorm>(kernels::Neighborhood{.size = 5, .alpha = 1, .k = 2}), {2, 7, 3, 2}},
    {"LocalResponseNorm",
     make<LocalResponseNorm>(kernels::Neighborhood{.size = 2, .alpha = 1, .beta = 0.5f}),
     {1, 3, 2, 2}},
    {"Dropout", make<Dropout>(0.0f), {2, 3}},
    {"Flatten", make<Flatten>(), {2, 3, 2, 2}},
    {"ReLU", make<ReLU>(), {3, 7}},
    {"Tanh", make<Tanh>(), {2, 1, 3, 3}},
    {"Sigmoid", make<Sigmoid>(), {4, 3}},
    {"ScaledTanh", make<ScaledTanh>(), {11}},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(layers)

BOOST_DATA_TEST_CASE(gradients_follow_the_definition, boost::unit_test::data::make(cases), c) {
    const LayerPointer layer = c.layer();
    Engine engine(1);
    layer->initialize(engine);
    const GradientCheck check = check_gradients(*layer, spaced(c.x, 2));
    BOOST_TEST(check.worst < 2e-3, c << ": " << check.where);
    BOOST_TEST(layer->kind() == c.name);
    BOOST_TEST((layer->forward(spaced(c.x, 3)).shape() == layer->output_shape(c.x)));
}

BOOST_DATA_TEST_CASE(without_dx_the_parameters_get_the_same_gradients, boost::unit_test::data::make(cases), c) {
    const LayerPointer layer = c.layer();
    Engine engine(1);
    layer->initialize(engine);
    const Tensor x = random(c.x, 2), dy = random(layer->output_shape(c.x), 3);
    layer->forward(x);
    layer->backward(dy);
    std::vector<Tensor> expected;
    for (const auto& [name, parameter] : layer->parameters()) expected.push_back(parameter->gradient);
    layer->forward(x);
    layer->backward_parameters(dy);
    std::size_t i = 0;
    for (const auto& [name, parameter] : layer->parameters()) BOOST_TEST((parameter->gradient == expected[i++]), name);
    BOOST_TEST(i == expected.size());
}

BOOST_AUTO_TEST_CASE(a_wrong_gradient_is_noticed) {
    struct Wrong : Tanh {
        Tensor backward(Tensor dy) override { return std::move(Tanh::backward(std::move(dy)) *= 1.01f); }
    };
    struct Lost : Tanh {
        Tensor backward(Tensor dy) override { return std::move(dy.fill(std::nanf(""))); }
    };
    Wrong wrong;
    BOOST_TEST(check_gradients(wrong, random({3, 4}, 1)).worst > 4e-3);
    Lost lost;
    BOOST_TEST(check_gradients(lost, random({3, 4}, 1)).worst > 1);
}

BOOST_AUTO_TEST_CASE(errors_name_layer_got_and_expected) {
    BOOST_TEST(contains(error_of([] { Conv2d(0, 6, {.size = 5}); }), "Conv2d: 0 → 6 channels"));
    BOOST_TEST(contains(error_of([] { Conv2d(1, 6, {.size = 0}); }), "size 0"));
    BOOST_TEST(contains(error_of([] { MaxPool2d({.size = 2, .stride = 0}); }), "stride 0"));
    BOOST_TEST(contains(error_of([] { AveragePool2d({.size = 2, .padding = -1}); }), "padding -1"));
    BOOST_TEST(contains(error_of([] { Dense(3, 0); }), "Linear: 3 → 0"));
    BOOST_TEST(contains(error_of([] { Conv2d(4, 6, {.size = 3}, true, 4); }), "4 groups do not divide 4 → 6"));
    BOOST_TEST(contains(error_of([] { BatchNorm2d(0); }), "0 channels"));
    BOOST_TEST(contains(error_of([] { LocalResponseNorm({.size = 0}); }), "0 channels"));
    BOOST_TEST(contains(error_of([] { AdaptiveAvgPool2d(0); }), "no pixels"));
    const Conv2d conv(3, 6, {.size = 5});
    BOOST_TEST(contains(error_of([&] { conv.output_shape({1, 1, 9, 9}); }), "[1, 1, 9, 9] has 1 channels"));
    BOOST_TEST(contains(error_of([&] { conv.output_shape({1, 3, 4, 9}); }), "does not fit into [1, 3, 4, 9]"));
    BOOST_TEST(contains(error_of([&] { conv.output_shape({3, 9}); }), "expected images [N, C, H, W], got [3, 9]"));
    BOOST_TEST(contains(error_of([] { Dense(4, 2).output_shape({1, 5}); }), "expect [N, 4]"));
    BOOST_CHECK_THROW(Flatten().output_shape(Shape{}), ShapeError);
}

BOOST_AUTO_TEST_CASE(initialisations_have_their_spread) {
    Engine engine(4);
    Dense layer(400, 200);
    const auto spread = [&](Initialization how) {
        layer.initialize(engine, how);
        double squares = 0, largest = 0;
        const Tensor& w = layer.parameters()[0].parameter->value;
        for (const float v : w.values()) squares += v * v, largest = std::max<double>(largest, std::abs(v));
        return std::pair(std::sqrt(squares / static_cast<double>(w.count())), largest);
    };
    const auto near = boost::test_tools::tolerance(0.02);
    const Tensor& bias = layer.parameters()[1].parameter->value;

    const auto [torch, torch_largest] = spread(Initialization::torch);
    BOOST_TEST(torch == 0.05 / std::sqrt(3.0), near);
    BOOST_TEST(torch_largest <= 0.05);
    BOOST_TEST(!(bias == Tensor({200})));
    const auto [glorot, glorot_largest] = spread(Initialization::glorot);
    BOOST_TEST(glorot == std::sqrt(2.0 / 600), near);
    BOOST_TEST(glorot_largest <= 0.1 + 1e-6);
    BOOST_TEST((bias == Tensor({200})));
    BOOST_TEST(spread(Initialization::he).first == std::sqrt(2.0 / 400), near);

    Engine a(7), b(7);
    Conv2d one(2, 3, {.size = 3}), other(2, 3, {.size = 3});
    one.initialize(a), other.initialize(b);
    BOOST_TEST((one.parameters()[0].parameter->value == other.parameters()[0].parameter->value));
}

BOOST_AUTO_TEST_CASE(an_activation_borrows_its_y_from_the_layer_after_it) {
    ReLU relu;
    Dense dense(3, 2);
    relu.set_next(&dense);
    const Tensor x({1, 3}, {-1, 2, -3});
    dense.forward(relu.forward(x));
    BOOST_TEST((relu.backward(Tensor::full({1, 3}, 1)) == Tensor({1, 3}, {0, 1, 0})));
    // Where the layer after it did not get y, there is nothing to borrow, and it is no silent wrong answer.
    relu.forward(x);
    BOOST_CHECK_THROW(relu.backward(Tensor({1, 3})), Error);
}

// By hand: batches 0, 2 and 4, 8: means 1 and 6, variances (divided by 1) 2 and 8.
BOOST_AUTO_TEST_CASE(batch_normalisation_remembers_what_it_saw) {
    BatchNorm2d layer(1, {.epsilon = 0, .momentum = 0.5f});
    const auto running = [&](std::size_t i) { return layer.parameters()[i].parameter->value[0]; };
    BOOST_TEST((layer.forward(Tensor({2, 1, 1, 1}, {0, 2})) == Tensor({2, 1, 1, 1}, {-1, 1})));
    BOOST_TEST(running(2) == 0.5f);
    BOOST_TEST(running(3) == 1.5f);
    layer.forward(Tensor({2, 1, 1, 1}, {4, 8}));
    BOOST_TEST(running(2) == 3.25f);
    BOOST_TEST(running(3) == 4.75f);
    layer.set_training(false);
    const Tensor y = layer.forward(Tensor({1, 1, 1, 1}, {3.25f + std::sqrt(4.75f)}));
    BOOST_TEST(y[0] == 1.0f, boost::test_tools::tolerance(1e-6f));
    BOOST_TEST(running(2) == 3.25f);
    BOOST_TEST(layer.parameters()[2].name == "running_mean");
    BOOST_TEST(layer.parameters()[3].name == "running_var");
    layer.set_training(true);
    BOOST_TEST(contains(error_of([&] { layer.forward(Tensor({1, 1, 1, 1})); }), "one number a channel"));
    BOOST_TEST(contains(error_of([&] { layer.forward(Tensor({1, 2, 3, 3})); }), "has 2 channels, the layer 1"));
}

BOOST_AUTO_TEST_CASE(batch_normalisation_in_evaluation_has_its_gradient) {
    BatchNorm2d layer(3);
    Engine engine(1);
    for (int i = 0; i < 3; ++i) layer.forward(random({4, 3, 3, 3}, 7));
    layer.set_training(false);
    BOOST_TEST(check_gradients(layer, random({2, 3, 4, 4}, 2)).worst < 2e-3);
}

// What a layer and the ReLU behind it do in one sweep is what they do in two.
BOOST_AUTO_TEST_CASE(batch_normalisation_and_relu_together) {
    const Tensor x = random({3, 4, 5, 7}, 1), dy = random({3, 4, 5, 7}, 2);
    Sequential together(BatchNorm2d(4), ReLU());
    BatchNorm2d norm(4);
    ReLU relu;
    for (const bool training : {true, false}) {
        together.set_training(training), norm.set_training(training);
        const Tensor y = together.forward(x), expected = relu.forward(norm.forward(x));
        BOOST_TEST((y == expected));
        BOOST_TEST((together.backward(dy) == norm.backward(relu.backward(dy))));
        for (std::size_t i = 0; i < 2; ++i)
            BOOST_TEST((together.parameters()[i].parameter->gradient == norm.parameters()[i].parameter->gradient));
    }
    const WithoutBackward forward_only;
    BOOST_TEST((together.forward(x) == relu.forward(norm.forward(x))));
}

BOOST_AUTO_TEST_CASE(dropout_drops_in_training_alone_and_anew_each_time) {
    Dropout layer(0.5f), same(0.5f), other(0.5f, 1);
    const Tensor x = Tensor::full({1000}, 1), first = layer.forward(x);
    BOOST_TEST((layer.backward(x) == first));
    const Tensor second = layer.forward(x);
    BOOST_TEST(!(second == first));
    BOOST_TEST((layer.backward(x) == second));
    BOOST_TEST((same.forward(x) == first));
    BOOST_TEST(!(other.forward(x) == first));
    // Its place in the random numbers is its state.
    other.parameters()[0].parameter->value = same.parameters()[0].parameter->value;
    BOOST_TEST((other.forward(x) == second));
    layer.set_training(false);
    BOOST_TEST((layer.forward(x) == x));
    BOOST_TEST((layer.backward(x) == x));
    BOOST_TEST(contains(error_of([] { Dropout(1.0f); }), "a probability of 1"));
}

BOOST_AUTO_TEST_SUITE_END()
