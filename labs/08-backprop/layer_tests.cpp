// Tests of 8.4 and 8.5: pooling, dense layers, activations.
#include "kernels/pooling.hpp"
#include "testing.hpp"

using namespace cnn;
using namespace cnn::lab08;
using namespace cnn::grader;
using numeric::Numbers;

BOOST_AUTO_TEST_SUITE(task_8_4)

Shape pooled(const Shape& x, const Window& window) {
    return {x[0], x[1], numeric::places(x[2], window), numeric::places(x[3], window)};
}
void check_max(const Shape& x_shape, const Window& window) {
    const Tensor switches = kernels::max_pool_forward(random(x_shape, 1), window).switches;
    const Tensor dy = random(switches.shape(), 2);
    check_same(student(max_pool_backward, dy, switches, x_shape), max_pool_backward(dy, switches, x_shape));
}
void check_average(const Shape& x_shape, const Window& window) {
    const Tensor dy = random(pooled(x_shape, window), 3);
    check_same(student(average_pool_backward, dy, x_shape, window), average_pool_backward(dy, x_shape, window));
}
void check_golden_max(const std::string& name, const Shape& x_shape) {
    check_same(student(max_pool_backward, golden(name + "_dy"), golden(name + "_switches"), x_shape),
               golden(name + "_dx"));
}
void check_golden_average(const std::string& name, const Shape& x_shape, const Window& window) {
    check_same(student(average_pool_backward, golden(name + "_dy"), x_shape, window), golden(name + "_dx"));
}

BOOST_AUTO_TEST_CASE(max_the_handout_s_example) {
    check_same(student(max_pool_backward, Tensor({1, 1, 2, 2}, {1, 2, 3, 4}), Tensor({1, 1, 2, 2}, {1, 6, 12, 11}),
                       Shape{1, 1, 4, 4}),
               Tensor({1, 1, 4, 4}, {0, 1, 0, 0,  //
                                     0, 0, 2, 0,  //
                                     0, 0, 0, 4,  //
                                     3, 0, 0, 0}));
}
BOOST_AUTO_TEST_CASE(max_overlapping_windows) {
    check_same(student(max_pool_backward, Tensor({1, 1, 1, 3}, {1, 10, 100}), Tensor({1, 1, 1, 3}, {7, 7, 3}),
                       Shape{1, 1, 3, 5}),
               Tensor({1, 1, 3, 5}, {0, 0, 0, 100, 0, 0, 0, 11, 0, 0, 0, 0, 0, 0, 0}));
    check_max({1, 1, 7, 7}, {.size = 3, .stride = 2});
    check_max({1, 1, 5, 6}, {.size = 3});
}
BOOST_AUTO_TEST_CASE(max_not_square) { check_max({1, 1, 4, 10}, {.size = 2, .stride = 2}); }
BOOST_AUTO_TEST_CASE(max_several_maps_and_images) { check_max({3, 2, 4, 6}, {.size = 2, .stride = 2}); }
BOOST_AUTO_TEST_CASE(max_padding) { check_max({1, 2, 5, 4}, {.size = 3, .stride = 2, .padding = 1}); }
BOOST_AUTO_TEST_CASE(max_pixels_that_no_window_sees) { check_max({1, 1, 7, 8}, {.size = 2, .stride = 3}); }
BOOST_AUTO_TEST_CASE(average_the_handout_s_example) {
    check_same(student(average_pool_backward, Tensor({1, 1, 2, 2}, {4, 8, 12, 16}), Shape{1, 1, 4, 4},
                       Window{.size = 2, .stride = 2}),
               Tensor({1, 1, 4, 4}, {1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4}));
}
BOOST_AUTO_TEST_CASE(average_overlapping_windows) {
    check_average({1, 1, 7, 9}, {.size = 3, .stride = 2});
    check_average({1, 1, 4, 5}, {.size = 2});
}
BOOST_AUTO_TEST_CASE(average_several_maps_and_images) { check_average({3, 2, 4, 6}, {.size = 2, .stride = 2}); }
BOOST_AUTO_TEST_CASE(average_padding) {
    check_average({1, 1, 4, 4}, {.size = 2, .stride = 2, .padding = 1});
    check_average({1, 2, 6, 5}, {.size = 3, .stride = 2, .padding = 1});
}
BOOST_AUTO_TEST_CASE(average_pixels_that_no_window_sees) { check_average({1, 1, 7, 8}, {.size = 2, .stride = 3}); }
BOOST_AUTO_TEST_CASE(agrees_with_pytorch) {
    check_golden_max("max_2_2", {2, 2, 6, 4});
    check_golden_max("max_3_2", {1, 3, 7, 9});
    check_golden_max("max_3_1_1", {1, 2, 5, 4});
    check_golden_average("average_2_2", {2, 2, 6, 4}, {.size = 2, .stride = 2});
    check_golden_average("average_3_2", {1, 3, 7, 9}, {.size = 3, .stride = 2});
    check_golden_average("average_3_2_1", {1, 2, 6, 5}, {.size = 3, .stride = 2, .padding = 1});
}
BOOST_AUTO_TEST_CASE(agrees_with_the_definition) {
    const Shape shape{1, 2, 7, 5};
    const Window window{.size = 3, .stride = 2, .padding = 1};
    // Distinct numbers, so far apart that a step of 1e-3 changes no maximum.
    Tensor x(shape);
    Engine engine(9);
    const std::vector<Index> order = permutation(engine, x.count());
    for (Index i = 0; i < x.count(); ++i) x[i] = static_cast<float>(order[static_cast<std::size_t>(i)]) / 16 - 2;
    const Tensor dy = random(pooled(shape, window), 10);
    check_same(student(max_pool_backward, dy, kernels::max_pool_forward(x, window).switches, shape),
               numeric::gradient(x, dy, [&](const Numbers& at) { return numeric::pool_max(at, shape, window); }),
               as_defined);
    check_same(student(average_pool_backward, dy, shape, window),
               numeric::gradient(x, dy, [&](const Numbers& at) { return numeric::pool_average(at, shape, window); }),
               as_defined);
}
BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused) {
    const Tensor dy({1, 2, 2, 2});
    for (const Shape& other : {Shape{1, 2, 2, 3}, Shape{1, 2, 2, 1}, Shape{1, 2, 3, 2}, Shape{1, 1, 2, 2}})
        check_rejects(max_pool_backward, dy, Tensor(other), Shape{1, 2, 4, 4});  // switches
    for (const Shape& other : {Shape{1, 3, 4, 4}, Shape{1, 1, 4, 4}, Shape{2, 2, 4, 4}, Shape{0, 2, 4, 4}})
        check_rejects(max_pool_backward, dy, dy, other);                                    // maps, images
    check_rejects(max_pool_backward, dy, Tensor::full(dy.shape(), 16), Shape{1, 2, 4, 4});  // no such pixel
    check_rejects(max_pool_backward, dy, Tensor::full(dy.shape(), -1), Shape{1, 2, 4, 4});
    const Window window{.size = 2, .stride = 2};
    check_rejects(average_pool_backward, dy, Shape{1, 2, 5, 4}, Window{.size = 2});  // dy's size
    for (const Shape& other : {Shape{1, 2, 6, 4}, Shape{1, 2, 4, 6}, Shape{1, 2, 3, 4}, Shape{1, 2, 4, 3}})
        check_rejects(average_pool_backward, dy, other, window);
    for (const Shape& other : {Shape{1, 3, 4, 4}, Shape{1, 1, 4, 4}, Shape{2, 2, 4, 4}, Shape{0, 2, 4, 4}})
        check_rejects(average_pool_backward, dy, other, window);  // maps, images
}
BOOST_AUTO_TEST_CASE(a_window_that_makes_no_sense_is_refused) {
    const Shape x{1, 2, 4, 4};
    check_rejects(average_pool_backward, Tensor({1, 2, 2, 2}), x, Window{.size = 2, .stride = 0});
    check_rejects(average_pool_backward, Tensor({1, 2, 1, 1}), x, Window{.size = 2, .padding = -1});
    check_rejects(average_pool_backward, Tensor({1, 2, 5, 5}), x, Window{.size = 0});
    check_rejects(average_pool_backward, Tensor({1, 2, 0, 0}), x, Window{.size = 5});  // too large
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(task_8_5)

void check_dense_input(Index images, Index inputs, Index outputs) {
    const Tensor dy = random({images, outputs}, 1), w = random({outputs, inputs}, 2);
    check_same(student(dense_backward_input, dy, w), dense_backward_input(dy, w));
}
void check_dense_weights(Index images, Index inputs, Index outputs) {
    const Tensor x = random({images, inputs}, 3), dy = random({images, outputs}, 4);
    check_same(student(dense_backward_weights, x, dy), dense_backward_weights(x, dy));
}
// 1 - y² may be computed in several ways: a few roundings of numbers up to 3 times 1.
constexpr Tolerance rounding{.relative = 1e-6, .absolute = 1e-6};
using Activation = Tensor (*)(Tensor, const Tensor&);

void check_golden_activation(Activation f, const std::string& name) {
    check_same(student(f, golden(name + "_dy"), golden(name + "_y")), golden(name + "_dx"), rounding);
}
template <class F>
void check_definition(Activation backward, const F& f) {
    const Tensor x({2, 6}, {-2.5f, -1, -.5f, -.1f, .2f, .7f, 1.5f, 3, 4, -4, .3f, -.8f}), dy = random({2, 6}, 5);
    Tensor y = x;
    for (float& value : y.values()) value = static_cast<float>(f(double{value}));
    check_same(student(backward, dy, y),
               numeric::gradient(x, dy, [&](const Numbers& at) { return numeric::each(at, f); }), as_defined);
}

BOOST_AUTO_TEST_CASE(dense_input_by_hand) {
    check_same(student(dense_backward_input, Tensor({1, 2}, {1, 10}), Tensor({2, 3}, {1, 2, 3, 4, 5, 6})),
               Tensor({1, 3}, {41, 52, 63}));
}
BOOST_AUTO_TEST_CASE(dense_input_as_many_outputs_as_inputs) { check_dense_input(2, 4, 4); }
BOOST_AUTO_TEST_CASE(dense_input_several_images) { check_dense_input(3, 7, 5); }
BOOST_AUTO_TEST_CASE(dense_weights_by_hand) {
    check_same(student(dense_backward_weights, Tensor({2, 3}, {1, 2, 3, 4, 5, 6}), Tensor({2, 2}, {1, 10, -1, 0})),
               {Tensor({2, 3}, {-3, -3, -3, 10, 20, 30}), Tensor({2}, {0, 10})});
}
BOOST_AUTO_TEST_CASE(dense_weights_one_image) { check_dense_weights(1, 5, 3); }
BOOST_AUTO_TEST_CASE(dense_weights_several_images) { check_dense_weights(4, 6, 3); }
BOOST_AUTO_TEST_CASE(dense_weights_as_many_outputs_as_inputs) { check_dense_weights(2, 4, 4); }
BOOST_AUTO_TEST_CASE(relu_positive_negative_and_zero) {
    check_same(student(relu_backward, Tensor({2, 3}, {1, -2, 3, -4, 5, 6}), Tensor({2, 3}, {.5f, 7, 0, 0, 0, 2})),
               Tensor({2, 3}, {1, -2, 0, 0, 0, 6}));
}
BOOST_AUTO_TEST_CASE(tanh_by_hand) {
    check_same(student(tanh_backward, Tensor({4}, {2, 2, -1, 3}), Tensor({4}, {0, .5f, -.5f, 1})),
               Tensor({4}, {2, 1.5f, -.75f, 0}), rounding);
}
BOOST_AUTO_TEST_CASE(sigmoid_by_hand) {
    check_same(student(sigmoid_backward, Tensor({4}, {4, 16, -1, 3}), Tensor({4}, {.5f, .25f, .5f, 1})),
               Tensor({4}, {1, 3, -.25f, 0}), rounding);
}
BOOST_AUTO_TEST_CASE(scaled_tanh_at_zero_and_at_its_ends) {
    check_same(student(scaled_tanh_backward, Tensor({4}, {1, 3, 2, -1}), Tensor({4}, {0, 0, 1.7159f, 1})),
               Tensor({4}, {1.1439333f, 3.4318f, 0, -.7554103f}), rounding);
}
BOOST_AUTO_TEST_CASE(agrees_with_pytorch) {
    check_same(student(dense_backward_input, golden("dense_dy"), golden("dense_w")), golden("dense_dx"));
    check_same(student(dense_backward_weights, golden("dense_x"), golden("dense_dy")),
               {golden("dense_dw"), golden("dense_db")});
    check_golden_activation(relu_backward, "relu");
    check_golden_activation(tanh_backward, "tanh");
    check_golden_activation(sigmoid_backward, "sigmoid");
    check_golden_activation(scaled_tanh_backward, "scaled_tanh");
}
BOOST_AUTO_TEST_CASE(dense_agrees_with_the_definition) {
    const Tensor x = random({3, 5}, 6), w = random({4, 5}, 7), b = random({4}, 8), dy = random({3, 4}, 9);
    const Numbers xs = numeric::numbers(x), ws = numeric::numbers(w), bs = numeric::numbers(b);
    check_same(student(dense_backward_input, dy, w),
               numeric::gradient(x, dy, [&](const Numbers& at) { return numeric::connect(at, ws, bs); }), as_defined);
    check_same(student(dense_backward_weights, x, dy),
               {numeric::gradient(w, dy, [&](const Numbers& at) { return numeric::connect(xs, at, bs); }),
                numeric::gradient(b, dy, [&](const Numbers& at) { return numeric::connect(xs, ws, at); })},
               as_defined);
}
BOOST_AUTO_TEST_CASE(activations_agree_with_the_definition) {
    check_definition(relu_backward, [](double x) { return std::max(x, 0.0); });
    check_definition(tanh_backward, [](double x) { return std::tanh(x); });
    check_definition(sigmoid_backward, [](double x) { return 1 / (1 + std::exp(-x)); });
    check_definition(scaled_tanh_backward, [](double x) { return 1.7159 * std::tanh(2 * x / 3); });
}
BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused) {
    check_rejects(dense_backward_input, Tensor({2, 3}), Tensor({4, 3}));
    check_rejects(dense_backward_input, Tensor({2, 3}), Tensor({2, 3}));
    check_rejects(dense_backward_weights, Tensor({2, 3}), Tensor({3, 3}));
    check_rejects(dense_backward_weights, Tensor({2, 3}), Tensor({1, 3}));
    for (const Activation f : {relu_backward, tanh_backward, sigmoid_backward, scaled_tanh_backward}) {
        check_rejects(f, Tensor({2, 3}), Tensor({2, 2}));
        check_rejects(f, Tensor({2, 2}), Tensor({2, 3}));
        check_rejects(f, Tensor({4}), Tensor({2, 2}));
    }
}

BOOST_AUTO_TEST_SUITE_END()
