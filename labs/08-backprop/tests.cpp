#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numeric>

#include "backprop.hpp"
#include "grader/judge.hpp"
#include "kernels/pooling.hpp"
#include "numeric.hpp"
#include "tensor/npy.hpp"
#include "tensor/random.hpp"

using namespace cnn;
using namespace cnn::lab08;
using namespace cnn::grader;
using numeric::Numbers;

// PyTorch's gradients: golden/make.py made them.
Tensor golden(const std::string& name) { return read_npy(fmt::format("{}/golden/{}.npy", CNN_LAB_DIR, name)); }

// Differences of a step of 1e-3 in double precision, rounded to float once: the sums are of the order of 1.
constexpr Tolerance as_defined{.relative = 1e-5, .absolute = 1e-5};

// The example of the lecture and of the handout: an image of 3×3, a filter of 2×2, and the errors of the 2×2 outputs.
const Tensor x_example({3, 3}, {1, 2, 0,  //
                                0, 1, 3,  //
                                2, 1, 1});
const Tensor w_example({2, 2}, {1, -1, 2, 0});
const Tensor dy_example({2, 2}, {1, 2, -1, 3});
const Tensor dw_example({2, 2}, {8, 10, 3, 9});
const Tensor dx_example({3, 3}, {1, 1, -2,  //
                                 1, 8, -3,  //
                                 -2, 6, 0});

BOOST_AUTO_TEST_SUITE(task_8_1)

void check_gradient(const Shape& x_shape, const Shape& dy_shape) {
    const Tensor x = random(x_shape, 1), dy = random(dy_shape, 2);
    check_same(student(correlate2d_backward_filter, x, dy), correlate2d_backward_filter(x, dy));
}
void check_golden(const std::string& name) {
    check_same(student(correlate2d_backward_filter, golden(name + "_x"), golden(name + "_dy")), golden(name + "_dw"));
}

BOOST_AUTO_TEST_CASE(the_lectures_example) {
    check_same(student(correlate2d_backward_filter, x_example, dy_example), dw_example);
}
BOOST_AUTO_TEST_CASE(an_output_of_one_pixel) {
    check_same(student(correlate2d_backward_filter, Tensor({2, 2}, {1, 2, 3, 4}), Tensor({1, 1}, {-2})),
               Tensor({2, 2}, {-2, -4, -6, -8}));
}
BOOST_AUTO_TEST_CASE(a_filter_of_one_pixel) {
    check_same(student(correlate2d_backward_filter, Tensor({2, 2}, {1, 2, 3, 4}), Tensor({2, 2}, {5, 6, 7, 8})),
               Tensor({1, 1}, {70}));
}
BOOST_AUTO_TEST_CASE(an_error_at_one_pixel) {
    Tensor dy({4, 4});
    dy(1, 2) = 1;  // the gradient is what lay under the filter there
    const Tensor x = random({6, 6}, 3);
    check_same(student(correlate2d_backward_filter, x, dy), correlate2d_backward_filter(x, dy));
}
BOOST_AUTO_TEST_CASE(not_square) {
    check_gradient({3, 8}, {2, 6});
    check_gradient({8, 3}, {6, 1});
    check_gradient({6, 7}, {5, 3});
}
BOOST_AUTO_TEST_CASE(agrees_with_pytorch) {
    check_golden("single_square");
    check_golden("single_wide");
    check_golden("single_tall");
}
BOOST_AUTO_TEST_CASE(agrees_with_the_definition) {
    const Tensor x = random({6, 5}, 4), dy = random({4, 3}, 5);
    check_same(student(correlate2d_backward_filter, x, dy),
               numeric::gradient(
                   Tensor({3, 3}), dy,
                   [&](const Numbers& w) {
                       return numeric::convolve(numeric::numbers(x), {1, 1, 6, 5}, w, {1, 1, 3, 3}, {0}, {.size = 3});
                   }),
               as_defined);
}
BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused) {
    check_rejects(correlate2d_backward_filter, Tensor({2, 5}), Tensor({3, 3}));
    check_rejects(correlate2d_backward_filter, Tensor({5, 2}), Tensor({3, 3}));
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(task_8_2)

void check_gradient(const Shape& dy_shape, const Shape& w_shape) {
    const Tensor dy = random(dy_shape, 1), w = random(w_shape, 2);
    check_same(student(correlate2d_backward_input, dy, w), correlate2d_backward_input(dy, w));
}
void check_golden(const std::string& name) {
    check_same(student(correlate2d_backward_input, golden(name + "_dy"), golden(name + "_w")), golden(name + "_dx"));
}

BOOST_AUTO_TEST_CASE(a_filter_turned_by_180_degrees) {
    check_same(student(rotated, Tensor({3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9})),
               Tensor({3, 3}, {9, 8, 7, 6, 5, 4, 3, 2, 1}));
    check_same(student(rotated, w_example), Tensor({2, 2}, {0, 2, -1, 1}));
}
BOOST_AUTO_TEST_CASE(filters_that_are_not_square) {
    check_same(student(rotated, Tensor({2, 3}, {1, 2, 3, 4, 5, 6})), Tensor({2, 3}, {6, 5, 4, 3, 2, 1}));
    check_same(student(rotated, Tensor({3, 1}, {1, 2, 3})), Tensor({3, 1}, {3, 2, 1}));
}
BOOST_AUTO_TEST_CASE(the_lectures_example) {
    check_same(student(correlate2d_backward_input, dy_example, w_example), dx_example);
}
BOOST_AUTO_TEST_CASE(an_error_at_one_pixel) {  // the gradient is the filter, where it stood
    check_same(student(correlate2d_backward_input, Tensor({2, 2}, {0, 1, 0, 0}), Tensor({2, 2}, {1, 2, 3, 4})),
               Tensor({3, 3}, {0, 1, 2, 0, 3, 4, 0, 0, 0}));
}
BOOST_AUTO_TEST_CASE(an_output_of_one_pixel) {
    check_same(student(correlate2d_backward_input, Tensor({1, 1}, {-2}), Tensor({2, 2}, {1, 2, 3, 4})),
               Tensor({2, 2}, {-2, -4, -6, -8}));
}
BOOST_AUTO_TEST_CASE(filters_larger_than_the_output) {
    check_gradient({2, 2}, {4, 4});
    check_gradient({3, 1}, {5, 3});
}
BOOST_AUTO_TEST_CASE(not_square) {
    check_gradient({4, 6}, {3, 3});
    check_gradient({5, 2}, {2, 4});
    check_gradient({3, 5}, {1, 3});
}
BOOST_AUTO_TEST_CASE(agrees_with_pytorch) {
    check_golden("single_square");
    check_golden("single_wide");
    check_golden("single_tall");
}
BOOST_AUTO_TEST_CASE(agrees_with_the_definition) {
    const Tensor w = random({3, 3}, 4), dy = random({4, 3}, 5);
    check_same(student(correlate2d_backward_input, dy, w),
               numeric::gradient(
                   Tensor({6, 5}), dy,
                   [&](const Numbers& x) {
                       return numeric::convolve(x, {1, 1, 6, 5}, numeric::numbers(w), {1, 1, 3, 3}, {0}, {.size = 3});
                   }),
               as_defined);
}
BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused) {
    check_rejects(correlate2d_backward_input, Tensor({0, 3}), Tensor({2, 2}));
    check_rejects(correlate2d_backward_input, Tensor({2, 2}), Tensor({2, 0}));
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(task_8_3)

struct Case {
    Shape x;
    Index filters;
    Window window;

    Shape w() const { return {filters, x[1], window.size, window.size}; }
    Shape y() const { return {x[0], filters, numeric::places(x[2], window), numeric::places(x[3], window)}; }
};
void check_input(const Case& c) {
    const Tensor dy = random(c.y(), 1), w = random(c.w(), 2);
    check_same(student(conv2d_backward_input, dy, w, c.x, c.window), conv2d_backward_input(dy, w, c.x, c.window));
}
void check_filters(const Case& c) {
    const Tensor x = random(c.x, 3), dy = random(c.y(), 4);
    check_same(student(conv2d_backward_filters, x, dy, c.window), conv2d_backward_filters(x, dy, c.window));
}
void check_golden(const std::string& name, const Window& window) {
    const Tensor x = golden(name + "_x"), w = golden(name + "_w"), dy = golden(name + "_dy");
    check_same(student(conv2d_backward_input, dy, w, x.shape(), window), golden(name + "_dx"));
    check_same(student(conv2d_backward_filters, x, dy, window), {golden(name + "_dw"), golden(name + "_db")});
}
void check_definition(const Case& c) {
    const Tensor x = random(c.x, 5), w = random(c.w(), 6), b = random({c.filters}, 7), dy = random(c.y(), 8);
    const Numbers xs = numeric::numbers(x), ws = numeric::numbers(w), bs = numeric::numbers(b);
    const auto forward = [&](const Numbers& image, const Numbers& filters, const Numbers& bias) {
        return numeric::convolve(image, c.x, filters, c.w(), bias, c.window);
    };
    check_same(student(conv2d_backward_input, dy, w, c.x, c.window),
               numeric::gradient(x, dy, [&](const Numbers& at) { return forward(at, ws, bs); }), as_defined);
    check_same(student(conv2d_backward_filters, x, dy, c.window),
               {numeric::gradient(w, dy, [&](const Numbers& at) { return forward(xs, at, bs); }),
                numeric::gradient(b, dy, [&](const Numbers& at) { return forward(xs, ws, at); })},
               as_defined);
}

BOOST_AUTO_TEST_CASE(input_the_lectures_example) {
    check_same(student(conv2d_backward_input, dy_example.reshaped({1, 1, 2, 2}), w_example.reshaped({1, 1, 2, 2}),
                       Shape{1, 1, 3, 3}, Window{.size = 2}),
               dx_example.reshaped({1, 1, 3, 3}));
}
BOOST_AUTO_TEST_CASE(input_several_filters) { check_input({{1, 1, 5, 6}, 4, {.size = 3}}); }
BOOST_AUTO_TEST_CASE(input_several_channels) { check_input({{1, 3, 5, 4}, 1, {.size = 2}}); }
BOOST_AUTO_TEST_CASE(input_several_images) { check_input({{3, 1, 4, 4}, 1, {.size = 2}}); }
BOOST_AUTO_TEST_CASE(input_stride) {
    check_input({{1, 1, 7, 7}, 1, {.size = 3, .stride = 2}});
    check_input({{1, 1, 8, 5}, 1, {.size = 2, .stride = 3}});  // pixels that no window sees
}
BOOST_AUTO_TEST_CASE(input_padding) {
    check_input({{1, 1, 5, 5}, 1, {.size = 3, .padding = 1}});
    check_input({{1, 1, 4, 6}, 1, {.size = 4, .padding = 1}});
}
BOOST_AUTO_TEST_CASE(input_everything) { check_input({{2, 3, 8, 9}, 4, {.size = 3, .stride = 2, .padding = 1}}); }
BOOST_AUTO_TEST_CASE(filters_the_lectures_example) {
    check_same(student(conv2d_backward_filters, x_example.reshaped({1, 1, 3, 3}), dy_example.reshaped({1, 1, 2, 2}),
                       Window{.size = 2}),
               {dw_example.reshaped({1, 1, 2, 2}), Tensor({1}, {5})});
}
BOOST_AUTO_TEST_CASE(filters_several_filters) { check_filters({{1, 1, 5, 6}, 4, {.size = 3}}); }
BOOST_AUTO_TEST_CASE(filters_several_channels) { check_filters({{1, 3, 5, 4}, 1, {.size = 2}}); }
BOOST_AUTO_TEST_CASE(filters_several_images) { check_filters({{3, 1, 4, 4}, 1, {.size = 2}}); }
BOOST_AUTO_TEST_CASE(filters_stride) {
    check_filters({{1, 1, 7, 7}, 1, {.size = 3, .stride = 2}});
    check_filters({{1, 1, 8, 5}, 1, {.size = 2, .stride = 3}});
}
BOOST_AUTO_TEST_CASE(filters_padding) {
    check_filters({{1, 1, 5, 5}, 1, {.size = 3, .padding = 1}});
    check_filters({{1, 1, 4, 6}, 1, {.size = 4, .padding = 1}});
}
BOOST_AUTO_TEST_CASE(filters_everything) { check_filters({{2, 3, 8, 9}, 4, {.size = 3, .stride = 2, .padding = 1}}); }
BOOST_AUTO_TEST_CASE(a_map_of_one_pixel) {
    check_input({{2, 2, 3, 3}, 2, {.size = 3}});
    check_filters({{2, 2, 3, 3}, 2, {.size = 3}});
    check_input({{1, 1, 1, 1}, 2, {.size = 3, .padding = 1}});
}
BOOST_AUTO_TEST_CASE(agrees_with_pytorch) {
    check_golden("conv_plain", {.size = 3});
    check_golden("conv_stride_2", {.size = 3, .stride = 2});
    check_golden("conv_padding_2", {.size = 5, .padding = 2});
    check_golden("conv_stride_3_padding_1", {.size = 4, .stride = 3, .padding = 1});
}
BOOST_AUTO_TEST_CASE(agrees_with_the_definition) {
    check_definition({{2, 2, 5, 7}, 2, {.size = 3, .stride = 2, .padding = 1}});
    check_definition({{1, 2, 5, 4}, 3, {.size = 2, .padding = 1}});
}
BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused) {
    const Shape x{1, 2, 5, 5};
    const Tensor dy({1, 3, 3, 3}), w({3, 2, 3, 3});
    const Window window{.size = 3};
    check_rejects(conv2d_backward_input, dy, Tensor({3, 1, 3, 3}), x, window);              // channels
    check_rejects(conv2d_backward_input, dy, Tensor({2, 2, 3, 3}), x, window);              // filters
    check_rejects(conv2d_backward_input, dy, w, Shape{1, 2, 6, 5}, window);                 // dy's size
    check_rejects(conv2d_backward_input, dy, w, Shape{2, 2, 5, 5}, window);                 // images
    check_rejects(conv2d_backward_input, dy, w, x, Window{.size = 2});                      // the filters' size
    check_rejects(conv2d_backward_input, dy, w, x, Window{.size = 3, .stride = 0});         // nonsense
    check_rejects(conv2d_backward_filters, Tensor({1, 2, 6, 5}), dy, window);               // dy's size
    check_rejects(conv2d_backward_filters, Tensor({2, 2, 5, 5}), dy, window);               // images
    check_rejects(conv2d_backward_filters, Tensor(x), dy, Window{.size = 3, .stride = 2});  // the stride
}

BOOST_AUTO_TEST_SUITE_END()
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

BOOST_AUTO_TEST_CASE(max_the_handouts_example) {
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
BOOST_AUTO_TEST_CASE(average_the_handouts_example) {
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
    check_rejects(max_pool_backward, dy, Tensor({1, 2, 2, 3}), Shape{1, 2, 4, 4});                // switches
    check_rejects(max_pool_backward, dy, dy, Shape{1, 3, 4, 4});                                  // maps
    check_rejects(max_pool_backward, dy, Tensor::full(dy.shape(), 16), Shape{1, 2, 4, 4});        // no such pixel
    check_rejects(average_pool_backward, dy, Shape{1, 2, 5, 4}, Window{.size = 2});               // dy's size
    check_rejects(average_pool_backward, dy, Shape{1, 3, 4, 4}, Window{.size = 2, .stride = 2});  // maps
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
    check_rejects(dense_backward_weights, Tensor({2, 3}), Tensor({3, 3}));
    check_rejects(relu_backward, Tensor({2, 3}), Tensor({2, 2}));
    check_rejects(sigmoid_backward, Tensor({4}), Tensor({2, 2}));
}

BOOST_AUTO_TEST_SUITE_END()
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
