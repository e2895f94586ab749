// Tests of 8.1, 8.2 and 8.3: filters and images of convolutions.
#include "testing.hpp"

using namespace cnn;
using namespace cnn::lab08;
using namespace cnn::grader;
using numeric::Numbers;

// The example of the handout: an image of 3×3, a filter of 2×2, and the errors of the 2×2 outputs.
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

BOOST_AUTO_TEST_CASE(the_handout_s_example) {
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
BOOST_AUTO_TEST_CASE(the_handout_s_example) {
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
    check_rejects(correlate2d_backward_input, Tensor({3, 0}), Tensor({2, 2}));
    check_rejects(correlate2d_backward_input, Tensor({2, 2}), Tensor({2, 0}));
    check_rejects(correlate2d_backward_input, Tensor({2, 2}), Tensor({0, 2}));
    check_rejects(correlate2d_backward_input, Tensor({4}), Tensor({2, 2}));
    check_rejects(correlate2d_backward_input, Tensor({2, 2}), Tensor({4}));
    check_rejects(correlate2d_backward_input, Tensor({1, 1, 2, 2}), Tensor({2, 2}));
    check_rejects(correlate2d_backward_input, Tensor({2, 2}), Tensor({1, 1, 2, 2}));
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

BOOST_AUTO_TEST_CASE(input_the_handout_s_example) {
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
BOOST_AUTO_TEST_CASE(filters_the_handout_s_example) {
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
BOOST_AUTO_TEST_CASE(input_of_what_does_not_fit_is_refused) {
    const Shape x{1, 2, 5, 5};
    const Tensor dy({1, 3, 3, 3}), w({3, 2, 3, 3});
    const Window window{.size = 3};
    for (const Shape& other : {Shape{3, 1, 3, 3}, Shape{3, 3, 3, 3}, Shape{2, 2, 3, 3}, Shape{4, 2, 3, 3}})
        check_rejects(conv2d_backward_input, dy, Tensor(other), x, window);  // channels, filters
    for (const Shape& other : {Shape{3, 2, 3, 2}, Shape{3, 2, 2, 3}, Shape{3, 2, 4, 4}})
        check_rejects(conv2d_backward_input, dy, Tensor(other), x, window);  // not of the window's size
    for (const Shape& other : {Shape{1, 2, 6, 5}, Shape{1, 2, 4, 5}, Shape{1, 2, 5, 6}, Shape{1, 2, 5, 4}})
        check_rejects(conv2d_backward_input, dy, w, other, window);          // dy's size
    check_rejects(conv2d_backward_input, dy, w, Shape{2, 2, 5, 5}, window);  // images
    check_rejects(conv2d_backward_input, Tensor({2, 3, 3, 3}), w, x, window);
    check_rejects(conv2d_backward_input, dy, w, x, Window{.size = 2});
}
BOOST_AUTO_TEST_CASE(input_of_a_window_that_makes_no_sense_is_refused) {
    const Shape x{1, 2, 5, 5};
    const Tensor w({3, 2, 3, 3});
    check_rejects(conv2d_backward_input, Tensor({1, 3, 3, 3}), w, x, Window{.size = 3, .stride = 0});
    check_rejects(conv2d_backward_input, Tensor({1, 3, 1, 1}), w, x, Window{.size = 3, .padding = -1});
    check_rejects(conv2d_backward_input, Tensor({1, 3, 6, 6}), Tensor({3, 2, 0, 0}), x, Window{.size = 0});
    check_rejects(conv2d_backward_input, Tensor({1, 3, 0, 0}), w, Shape{1, 2, 2, 2}, Window{.size = 3});  // too large
}
BOOST_AUTO_TEST_CASE(filters_of_what_does_not_fit_is_refused) {
    const Tensor x({1, 2, 5, 5}), dy({1, 3, 3, 3});
    const Window window{.size = 3};
    for (const Shape& other : {Shape{1, 2, 6, 5}, Shape{1, 2, 4, 5}, Shape{1, 2, 5, 6}, Shape{1, 2, 5, 4}})
        check_rejects(conv2d_backward_filters, Tensor(other), dy, window);     // dy's size
    check_rejects(conv2d_backward_filters, Tensor({2, 2, 5, 5}), dy, window);  // images
    check_rejects(conv2d_backward_filters, x, Tensor({2, 3, 3, 3}), window);
    check_rejects(conv2d_backward_filters, x, dy, Window{.size = 2});  // the window's size
    check_rejects(conv2d_backward_filters, x, dy, Window{.size = 4});
    check_rejects(conv2d_backward_filters, x, dy, Window{.size = 3, .stride = 2});  // the stride
}
BOOST_AUTO_TEST_CASE(filters_of_a_window_that_makes_no_sense_is_refused) {
    const Tensor x({1, 2, 5, 5});
    check_rejects(conv2d_backward_filters, x, Tensor({1, 3, 3, 3}), Window{.size = 3, .stride = 0});
    check_rejects(conv2d_backward_filters, x, Tensor({1, 3, 1, 1}), Window{.size = 3, .padding = -1});
    check_rejects(conv2d_backward_filters, x, Tensor({1, 3, 6, 6}), Window{.size = 0});
    check_rejects(conv2d_backward_filters, Tensor({1, 2, 2, 2}), Tensor({1, 3, 0, 0}), Window{.size = 3});
}

BOOST_AUTO_TEST_SUITE_END()
