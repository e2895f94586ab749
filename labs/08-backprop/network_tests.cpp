// Tests of 8.6: a whole network.
#include "testing.hpp"

using namespace cnn;
using namespace cnn::lab08;
using namespace cnn::grader;
using numeric::Numbers;

BOOST_AUTO_TEST_SUITE(task_8_6)

// The forward pass is the kernels' on both sides, the goldens were computed in double precision: what differs is the
// rounding of sums of up to 600 products, divided by the number of images.
constexpr Tolerance chained{.relative = 1e-4, .absolute = 2e-6};

struct Pass {
    Tensor x;
    std::vector<std::int32_t> labels;
    SmallNetwork network;
};
SmallNetwork golden_network(const std::string& prefix) {
    return {golden(prefix + "filters"), golden(prefix + "bias"), golden(prefix + "weights"),
            golden(prefix + "offsets")};
}
Pass golden_pass(const std::string& name) {
    const Tensor numbers = golden(name + "_labels");
    return {golden(name + "_x"), {numbers.values().begin(), numbers.values().end()}, golden_network(name + "_")};
}
Gradients golden_gradients(const std::string& name) {
    return {double{golden(name + "_loss")[0]}, static_cast<Index>(golden(name + "_correct")[0]),
            golden_network(name + "_d"), golden(name + "_dx")};
}
// The network after a step, from PyTorch's gradients.
SmallNetwork moved(SmallNetwork network, SmallNetwork gradient, float rate) {
    network.filters -= gradient.filters *= rate;
    network.bias -= gradient.bias *= rate;
    network.weights -= gradient.weights *= rate;
    network.offsets -= gradient.offsets *= rate;
    return network;
}
void check_gradients(const std::string& name) {
    const auto [x, labels, network] = golden_pass(name);
    check_same(student(backpropagate, x, labels, network), golden_gradients(name), chained);
}
void check_step(const std::string& name, float rate) {
    const auto [x, labels, network] = golden_pass(name);
    const Gradients pass = golden_gradients(name);
    check_same(student(training_step, x, labels, network, rate),
               {pass.loss, pass.correct, moved(network, pass.gradient, rate)}, chained);
}

// The loss of a pass, as numeric::gradient wants it; shapes and labels are the pass's, numbers are given.
Numbers loss_of(const Pass& pass, const Numbers& x, const Numbers& filters, const Numbers& bias, const Numbers& weights,
                const Numbers& offsets) {
    const Tensor& w = pass.network.filters;
    const Numbers maps = numeric::convolve(x, pass.x.shape(), filters, w.shape(), bias, convolution_window);
    const Numbers active = numeric::each(maps, [](double v) { return std::max(v, 0.0); });
    const Shape shape{pass.x.size(0), w.size(0), pass.x.size(2), pass.x.size(3)};  // the padding keeps the size
    const Numbers pooled = numeric::pool_max(active, shape, pooling_window);
    return {numeric::cross_entropy(numeric::connect(pooled, weights, offsets), pass.labels)};
}

BOOST_AUTO_TEST_CASE(gradients_one_image) {
    Pass pass = golden_pass("small");
    pass.x = Tensor({1, 2, 7, 9}, pass.x.values().first(2 * 7 * 9));
    pass.labels.resize(1);
    check_same(student(backpropagate, pass.x, pass.labels, pass.network),
               backpropagate(pass.x, pass.labels, pass.network), chained);
}
BOOST_AUTO_TEST_CASE(gradients_of_a_small_network_as_in_pytorch) { check_gradients("small"); }
BOOST_AUTO_TEST_CASE(gradients_of_ten_images_as_in_pytorch) { check_gradients("ten"); }
BOOST_AUTO_TEST_CASE(gradients_agree_with_the_definition) {
    const Pass pass = golden_pass("small");
    const auto& [filters, bias, weights, offsets] = pass.network;
    const Numbers x = numeric::numbers(pass.x), w = numeric::numbers(filters), b = numeric::numbers(bias),
                  dense_w = numeric::numbers(weights), dense_b = numeric::numbers(offsets);
    // So small a step that no unit goes on or off and no maximum moves; at 1e-3 one does, and a filter is 0.004 off.
    const auto definition = [](const Tensor& a, const numeric::Forward& loss) {
        return numeric::gradient(a, Tensor({1}, {1}), loss, 1e-5);
    };
    const SmallNetwork gradient{
        definition(filters, [&](const Numbers& at) { return loss_of(pass, x, at, b, dense_w, dense_b); }),
        definition(bias, [&](const Numbers& at) { return loss_of(pass, x, w, at, dense_w, dense_b); }),
        definition(weights, [&](const Numbers& at) { return loss_of(pass, x, w, b, at, dense_b); }),
        definition(offsets, [&](const Numbers& at) { return loss_of(pass, x, w, b, dense_w, at); })};
    const Tensor dx = definition(pass.x, [&](const Numbers& at) { return loss_of(pass, at, w, b, dense_w, dense_b); });
    const Index correct = golden_gradients("small").correct;
    check_same(student(backpropagate, pass.x, pass.labels, pass.network),
               {loss_of(pass, x, w, b, dense_w, dense_b)[0], correct, gradient, dx}, as_defined);
}
BOOST_AUTO_TEST_CASE(a_step_as_in_pytorch) {
    check_step("small", 0.5f);
    check_step("ten", 0.25f);
}
BOOST_AUTO_TEST_CASE(no_step_at_rate_zero) {
    const auto [x, labels, network] = golden_pass("small");
    const Gradients pass = golden_gradients("small");
    check_same(student(training_step, x, labels, network, 0.0f), {pass.loss, pass.correct, network}, chained);
}
BOOST_AUTO_TEST_CASE(ten_images_are_overfit) {
    auto [x, labels, network] = golden_pass("ten");
    constexpr int steps = 60;
    Step step{};
    for (int i = 0; i < steps; ++i) {
        step = student(training_step, x, labels, network, 0.5f);
        network = step.network;
    }
    check_that(
        step.correct == 10 && step.loss < 0.1,
        fmt::format("after {} steps at rate 0.5 on the same ten images the loss is {:.3f} and {} of 10 are right; "
                    "expected all ten, and a loss below 0.1.",
                    steps, step.loss, step.correct));
}

BOOST_AUTO_TEST_SUITE_END()
