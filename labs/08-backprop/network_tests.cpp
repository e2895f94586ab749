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

BOOST_AUTO_TEST_CASE(gradients_one_image) {
    Pass pass = golden_pass("small");
    pass.x = Tensor({1, 2, 7, 9}, pass.x.values().first(2 * 7 * 9));
    pass.labels.resize(1);
    check_same(student(backpropagate, pass.x, pass.labels, pass.network),
               backpropagate(pass.x, pass.labels, pass.network), chained);
}
BOOST_AUTO_TEST_CASE(gradients_of_a_small_network_as_in_pytorch) { check_gradients("small"); }
BOOST_AUTO_TEST_CASE(gradients_of_ten_images_as_in_pytorch) { check_gradients("ten"); }
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
