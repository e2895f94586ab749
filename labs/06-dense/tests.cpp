#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "dense.hpp"
#include "grader/judge.hpp"
#include "nn/safetensors.hpp"
#include "tensor/npy.hpp"
#include "tensor/random.hpp"

using namespace cnn;
using namespace cnn::lab06;
using namespace cnn::grader;

// PyTorch's answers: golden/make.py made them.
Tensor golden(const std::string& name) { return read_npy(fmt::format("{}/golden/{}.npy", CNN_LAB_DIR, name)); }

// The handout's example: two maps of 2×2, three classes.
const Tensor maps({1, 2, 2, 2}, {1, 0, 2, 1, 0, 3, 1, -1});
const Tensor row({1, 8}, {1, 0, 2, 1, 0, 3, 1, -1});
const Tensor example_w({3, 8}, {1,  0, 1,  0, 0, 1, 0, 0,  //
                                0,  1, 0,  1, 1, 0, 1, 1,  //
                                -1, 0, -1, 0, 0, 0, 2, 0});
const Tensor example_b({3}, {-2, 1, -1});
const Tensor example_y({1, 3}, {4, 2, -2});

// Numbers of another size.
Tensor scaled(Tensor x, float factor) { return x *= factor; }
Tensor shifted(Tensor x, float shift) {
    for (float& value : x.values()) value += shift;
    return x;
}

BOOST_AUTO_TEST_SUITE(task_6_1)

void check_flat(const Shape& shape) {
    const Tensor x = random(shape, 1);
    check_same(student(flatten, x), flatten(x));
}

BOOST_AUTO_TEST_CASE(the_example_with_a_pencil) { check_same(student(flatten, maps), row); }
BOOST_AUTO_TEST_CASE(one_map) {
    check_flat({1, 1, 3, 4});
    check_flat({1, 1, 5, 1});
}
BOOST_AUTO_TEST_CASE(several_maps) {
    check_flat({1, 3, 2, 4});
    check_flat({1, 16, 5, 5});
}
BOOST_AUTO_TEST_CASE(several_images) {
    check_flat({4, 1, 2, 3});
    check_flat({3, 2, 3, 5});
}
BOOST_AUTO_TEST_CASE(other_numbers_of_axes) {
    check_flat({3, 7});
    check_flat({2, 5, 4});
    check_flat({2, 3, 1, 2, 4});
}
BOOST_AUTO_TEST_CASE(one_number) { check_flat({1, 1, 1, 1}); }
BOOST_AUTO_TEST_CASE(no_images) { check_same(student(flatten, Tensor({0, 2, 3, 4})), Tensor({0, 24})); }
BOOST_AUTO_TEST_CASE(fewer_than_two_axes_are_refused) {
    check_rejects(flatten, Tensor({5}));
    check_rejects(flatten, Tensor(Shape{}));
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(task_6_2)

void check_dense(Index images, Index inputs, Index outputs) {
    const Tensor x = random({images, inputs}, 1), w = random({outputs, inputs}, 2), b = random({outputs}, 3);
    check_same(student(dense_forward, x, w, b), dense_forward(x, w, b));
}

BOOST_AUTO_TEST_CASE(the_example_with_a_pencil) {
    check_same(student(dense_forward, row, example_w, example_b), example_y);
}
BOOST_AUTO_TEST_CASE(one_input_and_one_output) {
    check_same(student(dense_forward, Tensor({1, 1}, {3}), Tensor({1, 1}, {-2}), Tensor({1}, {5})),
               Tensor({1, 1}, {-1}));
}
BOOST_AUTO_TEST_CASE(one_output) { check_dense(1, 6, 1); }
BOOST_AUTO_TEST_CASE(one_input) { check_dense(1, 1, 4); }
BOOST_AUTO_TEST_CASE(several_outputs) {
    check_dense(1, 5, 3);
    check_dense(1, 2, 7);
}
BOOST_AUTO_TEST_CASE(as_many_outputs_as_inputs) { check_dense(2, 5, 5); }
BOOST_AUTO_TEST_CASE(several_images) {
    check_dense(3, 4, 2);
    check_dense(5, 5, 5);
}
BOOST_AUTO_TEST_CASE(no_biases) {
    const Tensor x = random({2, 4}, 1), w = random({3, 4}, 2);
    check_same(student(dense_forward, x, w, Tensor()), dense_forward(x, w, Tensor()));
}
BOOST_AUTO_TEST_CASE(no_images) {
    check_same(student(dense_forward, Tensor({0, 8}), example_w, example_b), Tensor({0, 3}));
}
BOOST_AUTO_TEST_CASE(agrees_with_pytorch) {
    const auto check_golden = [](const std::string& name, bool has_bias) {
        const Tensor b = has_bias ? golden(name + "_b") : Tensor();
        check_same(student(dense_forward, golden(name + "_x"), golden(name + "_w"), b), golden(name + "_y"));
    };
    check_golden("dense_ordinary", true);
    check_golden("dense_wide", true);
    check_golden("dense_no_bias", false);
}
BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused) {
    check_rejects(dense_forward, Tensor({2, 7}), example_w, example_b);
    check_rejects(dense_forward, Tensor({2, 9}), example_w, example_b);
    check_rejects(dense_forward, maps, example_w, example_b);
    check_rejects(dense_forward, Tensor({8}), example_w, example_b);
    check_rejects(dense_forward, row, Tensor({8}), Tensor({8}));
    check_rejects(dense_forward, row, Tensor({3, 2, 2, 2}), example_b);
    check_rejects(dense_forward, row, example_w, Tensor({2}));
    check_rejects(dense_forward, row, example_w, Tensor({4}));
    check_rejects(dense_forward, row, example_w, Tensor({8}));  // one for each input
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(task_6_3)

// A curve may be computed by way of exponentials and quotients, each of them rounded: sixteen units in the last place
// of 1.
const Tolerance curve{.relative = 0, .absolute = 1e-6};

using Function = Tensor (*)(Tensor);

void check_curve(Function f, std::initializer_list<float> x, std::initializer_list<float> y) {
    const Index count = std::ssize(x);
    check_same(student(f, Tensor({count}, x)), Tensor({count}, y), curve);
}
// Any shape, every element by itself.
void check_shapes(Function f) {
    for (const Shape& shape : {Shape{2, 3, 4, 5}, Shape{3, 7}, Shape{1, 1}, Shape{0, 4}, Shape{}}) {
        const Tensor x = scaled(random(shape, 1), 3);
        check_same(student(f, x), f(x), curve);
    }
}
void check_golden(Function f, const std::string& name) {
    check_same(student(f, golden("activation_x")), golden("activation_" + name), curve);
}

BOOST_AUTO_TEST_CASE(relu_with_a_pencil) {
    check_curve(relu_forward, {4, 2, -2, 0, 0.25f, -0.25f}, {4, 2, 0, 0, 0.25f, 0});
}
BOOST_AUTO_TEST_CASE(relu_of_any_shape) { check_shapes(relu_forward); }
BOOST_AUTO_TEST_CASE(relu_agrees_with_pytorch) { check_golden(relu_forward, "relu"); }

BOOST_AUTO_TEST_CASE(tanh_at_known_places) {
    check_curve(tanh_forward, {0, 1, -1, 2}, {0, 0.7615942f, -0.7615942f, 0.9640276f});
}
BOOST_AUTO_TEST_CASE(tanh_of_any_shape) { check_shapes(tanh_forward); }
BOOST_AUTO_TEST_CASE(tanh_of_large_numbers) {
    check_curve(tanh_forward, {40, -40, 50, -50, 1000, -1000, 3e38f, -3e38f}, {1, -1, 1, -1, 1, -1, 1, -1});
}
BOOST_AUTO_TEST_CASE(tanh_agrees_with_pytorch) { check_golden(tanh_forward, "tanh"); }

BOOST_AUTO_TEST_CASE(scaled_tanh_at_known_places) {
    // LeCun's constants are chosen so that ±1 stays ±1 (almost: they are rounded).
    check_curve(scaled_tanh_forward, {0, 1, -1, 3}, {0, 0.9999973f, -0.9999973f, 1.6541749f});
}
BOOST_AUTO_TEST_CASE(scaled_tanh_of_any_shape) { check_shapes(scaled_tanh_forward); }
BOOST_AUTO_TEST_CASE(scaled_tanh_of_large_numbers) {
    check_curve(scaled_tanh_forward, {60, -60, 80, -80, 1000, -1000},
                {1.7159f, -1.7159f, 1.7159f, -1.7159f, 1.7159f, -1.7159f});
}
BOOST_AUTO_TEST_CASE(scaled_tanh_agrees_with_pytorch) { check_golden(scaled_tanh_forward, "scaled_tanh"); }

BOOST_AUTO_TEST_CASE(sigmoid_at_known_places) {
    check_curve(sigmoid_forward, {0, 1.0986123f, -1.0986123f, 1}, {0.5f, 0.75f, 0.25f, 0.7310586f});  // ±ln 3
}
BOOST_AUTO_TEST_CASE(sigmoid_of_any_shape) { check_shapes(sigmoid_forward); }
BOOST_AUTO_TEST_CASE(sigmoid_of_large_numbers) {
    check_curve(sigmoid_forward, {80, -80, 100, -100, 1000, -1000, 3e38f, -3e38f}, {1, 0, 1, 0, 1, 0, 1, 0});
}
BOOST_AUTO_TEST_CASE(sigmoid_agrees_with_pytorch) { check_golden(sigmoid_forward, "sigmoid"); }

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(task_6_4)

// An exponential of -100 inherits a hundred roundings from its exponent. Probabilities below 10⁻¹⁰ may be anything that
// small.
const Tolerance probability{.relative = 1e-5, .absolute = 1e-10};

void check_softmax(const Tensor& logits) { check_same(student(softmax, logits), softmax(logits), probability); }

BOOST_AUTO_TEST_CASE(the_example_with_a_pencil) {
    check_same(student(softmax, example_y), Tensor({1, 3}, {0.8788782f, 0.1189432f, 0.0021785f}),
               {.relative = 0, .absolute = 1e-6});
}
BOOST_AUTO_TEST_CASE(equal_logits) {
    check_same(student(softmax, Tensor({1, 4})), Tensor::full({1, 4}, 0.25f), probability);
    check_same(student(softmax, Tensor::full({2, 5}, -3)), Tensor::full({2, 5}, 0.2f), probability);
}
BOOST_AUTO_TEST_CASE(one_class) { check_same(student(softmax, Tensor({2, 1}, {3, -7})), Tensor({2, 1}, {1, 1})); }
BOOST_AUTO_TEST_CASE(two_classes) {
    // e^ln 3 = 3
    check_same(student(softmax, Tensor({1, 2}, {0, 1.0986123f})), Tensor({1, 2}, {0.25f, 0.75f}), probability);
}
BOOST_AUTO_TEST_CASE(rows_by_themselves) {
    check_softmax(scaled(random({3, 4}, 1), 3));
    check_softmax(scaled(random({4, 4}, 2), 3));
    check_softmax(Tensor({2, 3}, {0, 1, 2, 5, 6, 7}));
}
BOOST_AUTO_TEST_CASE(a_row_sums_to_one) {
    const Tensor y = student(softmax, scaled(random({3, 20}, 3), 6));
    require(y.shape() == Shape{3, 20}, "softmax: y has shape {}, expected [3, 20]", y.shape());
    for (Index n = 0; n < 3; ++n) {
        double sum = 0;
        for (Index m = 0; m < 20; ++m) sum += y(n, m);
        check_that(std::abs(sum - 1) < 1e-5, fmt::format("the probabilities of row {} add up to {:.6g}", n, sum));
    }
}
BOOST_AUTO_TEST_CASE(large_logits) {
    check_softmax(shifted(random({2, 5}, 4), 1000));
    check_softmax(Tensor({1, 3}, {1e30f, -1e30f, 1e30f}));
}
BOOST_AUTO_TEST_CASE(very_negative_logits) { check_softmax(shifted(random({2, 5}, 5), -1000)); }
BOOST_AUTO_TEST_CASE(a_wrong_class_far_behind_among_equals) { check_softmax(Tensor({1, 3}, {-1e30f, 1e30f, 1e30f})); }
BOOST_AUTO_TEST_CASE(logits_far_apart) {
    check_softmax(Tensor({1, 4}, {0, -300, 250, 249}));
    check_softmax(Tensor({1, 3}, {-120, 0, 1}));
}
BOOST_AUTO_TEST_CASE(rows_far_apart) {
    Tensor logits = random({3, 4}, 6);
    for (Index m = 0; m < 4; ++m) logits(0, m) -= 500, logits(2, m) += 500;
    check_softmax(logits);
}
BOOST_AUTO_TEST_CASE(agrees_with_pytorch) {
    for (const std::string name : {"softmax_ordinary", "softmax_wide"})
        check_same(student(softmax, golden(name + "_x")), golden(name + "_y"), probability);
}
BOOST_AUTO_TEST_CASE(what_has_no_classes_is_refused) {
    check_rejects(softmax, Tensor({10}));
    check_rejects(softmax, Tensor({1, 2, 3}));
    check_rejects(softmax, Tensor({3, 0}));
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(task_6_5)

// Trained on Fashion-MNIST.
LeNet trained_network() {
    auto tensors = nn::read_safetensors(CNN_LAB_DIR "/lenet.safetensors").tensors;
    const auto weights = [&](std::size_t layer) {
        return Weights{std::move(tensors.at(2 * layer).second), std::move(tensors.at(2 * layer + 1).second)};
    };
    return {weights(0), weights(1), weights(2), weights(3), weights(4)};
}
Weights random_weights(const Shape& shape, std::uint32_t seed) {
    const auto inputs = static_cast<float>(shape.count() / shape[0]);
    return {scaled(random(shape, seed), 2 / std::sqrt(inputs)), random({shape[0]}, seed + 1)};
}
LeNet random_network() {
    return {random_weights({6, 1, 5, 5}, 1), random_weights({16, 6, 5, 5}, 3), random_weights({120, 400}, 5),
            random_weights({84, 120}, 7), random_weights({10, 84}, 9)};
}
// Logits are sums of up to 400 products, five times in a row. Here they are no larger than 30, and float differs from
// double by less than 10⁻⁵ (make.py prints it); another order of summation may take ten times that.
const Tolerance logit{.relative = 0, .absolute = 1e-4};

void check_lenet(const Tensor& x, const LeNet& net) {
    check_same(student(lenet_forward, x, net), lenet_forward(x, net), logit);
}

BOOST_AUTO_TEST_CASE(the_trained_network_agrees_with_pytorch) {
    check_same(student(lenet_forward, golden("lenet_x"), trained_network()), golden("lenet_logits"), logit);
}
BOOST_AUTO_TEST_CASE(one_image) { check_lenet(random({1, 1, 28, 28}, 11), random_network()); }
BOOST_AUTO_TEST_CASE(several_images) { check_lenet(random({3, 1, 28, 28}, 12), random_network()); }
BOOST_AUTO_TEST_CASE(a_dark_image_leaves_the_biases) { check_lenet(Tensor({1, 1, 28, 28}), random_network()); }
BOOST_AUTO_TEST_CASE(without_weights_the_last_biases_remain) {
    LeNet net = random_network();
    net.dense3.w.fill(0);
    check_same(student(lenet_forward, random({1, 1, 28, 28}, 13), net), net.dense3.b.reshaped({1, 10}), logit);
}
BOOST_AUTO_TEST_CASE(images_of_another_size_are_refused) {
    // With a pixel more the maps after the poolings are as large as ever: no layer notices.
    check_rejects(lenet_forward, Tensor({1, 1, 29, 29}), random_network());
    check_rejects(lenet_forward, Tensor({1, 1, 29, 28}), random_network());
    check_rejects(lenet_forward, Tensor({1, 1, 28, 29}), random_network());
    check_rejects(lenet_forward, Tensor({1, 1, 27, 27}), random_network());
    check_rejects(lenet_forward, Tensor({1, 1, 32, 32}), random_network());
    check_rejects(lenet_forward, Tensor({1, 3, 28, 28}), random_network());
    check_rejects(lenet_forward, Tensor({28, 28}), random_network());
}

void check_predictions(const Tensor& logits) {
    check_same(student(predict, logits), predict(logits), {.relative = 1e-5, .absolute = 0});
}

BOOST_AUTO_TEST_CASE(a_prediction_with_a_pencil) {
    check_same(student(predict, example_y), {{.label = 0, .confidence = 0.8788782f}},
               {.relative = 1e-5, .absolute = 0});
}
BOOST_AUTO_TEST_CASE(predictions_for_several_images) {
    check_predictions(scaled(random({5, 10}, 14), 4));
    check_predictions(Tensor({3, 2}, {1, 3, 3, 1, -1, -2}));
}
BOOST_AUTO_TEST_CASE(all_logits_are_negative) { check_predictions(shifted(random({3, 5}, 15), -3)); }
BOOST_AUTO_TEST_CASE(of_equal_logits_the_first) { check_predictions(Tensor({2, 4}, {0, 2, 2, 1, 5, 5, 5, 5})); }
BOOST_AUTO_TEST_CASE(a_prediction_from_large_logits) { check_predictions(Tensor({1, 3}, {1000, 1002, 1001})); }
BOOST_AUTO_TEST_CASE(a_sure_image_before_an_unsure_one) {
    check_predictions(Tensor({3, 3}, {9, 0, 1, 0, 2, 1, -4, -5, -3}));
}
BOOST_AUTO_TEST_CASE(no_image_no_prediction) { check_same(student(predict, Tensor({0, 10})), {}); }
BOOST_AUTO_TEST_CASE(a_prediction_without_classes_is_refused) {
    check_rejects(predict, Tensor({10}));
    check_rejects(predict, Tensor({1, 2, 3}));
    check_rejects(predict, Tensor({3, 0}));
}

BOOST_AUTO_TEST_SUITE_END()
