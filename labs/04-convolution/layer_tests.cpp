// Tests of 4.4: a layer of filters.
#include "testing.hpp"

using namespace cnn;
using namespace cnn::lab04;
using namespace cnn::grader;

BOOST_AUTO_TEST_SUITE(task_4_4)

struct Case {
    Shape x, w;
    Window window;
};
// Without bias unless a test is about it, so that each test has one difficulty.
void check_forward(const Case& c) {
    const Tensor x = random(c.x, 1), w = random(c.w, 2), b({c.w[0]});
    check_same(student(conv2d_forward, x, w, b, c.window), conv2d_forward(x, w, b, c.window));
}
void check_golden(const std::string& name, const Window& window) {
    check_same(student(conv2d_forward, golden(name + "_x"), golden(name + "_w"), golden(name + "_b"), window),
               golden(name + "_y"));
}
Tensor example_filters() {
    Tensor w({2, 1, 3, 3});
    for (Index i = 0; i < 9; ++i) w[i] = diagonal[i], w[9 + i] = upright[i];
    return w;
}

BOOST_AUTO_TEST_CASE(the_example_of_the_handout_at_stride_1) {
    check_same(student(conv2d_forward, image.reshaped({1, 1, 6, 6}), example_filters(), Tensor({2}), Window{.size = 3}),
               Tensor({1, 2, 4, 4}, {3,  -1, -3, -1, -3, 1,  0,  -3, -3, -3, 0,  1, 3,  -2, -2, -1,
                                     -1, -1, -1, -1, -1, -1, -2, 1,  -1, -1, -2, 1, -1, 0,  -4, 3}));
}
BOOST_AUTO_TEST_CASE(the_example_of_the_handout_at_stride_3) {
    check_same(student(conv2d_forward, image.reshaped({1, 1, 6, 6}), example_filters(), Tensor({2}),
                       Window{.size = 3, .stride = 3}),
               Tensor({1, 2, 2, 2}, {3, -1, 3, -1, -1, -1, -1, 3}));
}
BOOST_AUTO_TEST_CASE(one_image_and_one_filter) { check_forward({{1, 1, 5, 5}, {1, 1, 3, 3}, {.size = 3}}); }
BOOST_AUTO_TEST_CASE(several_filters) { check_forward({{1, 1, 5, 6}, {4, 1, 3, 3}, {.size = 3}}); }
BOOST_AUTO_TEST_CASE(several_channels) { check_forward({{1, 3, 7, 5}, {2, 3, 3, 3}, {.size = 3}}); }
BOOST_AUTO_TEST_CASE(several_images) { check_forward({{3, 1, 4, 4}, {1, 1, 2, 2}, {.size = 2}}); }
BOOST_AUTO_TEST_CASE(the_bias) {
    const Tensor x = random({1, 2, 5, 5}, 1), w = random({3, 2, 3, 3}, 2), b({3}, {0.5f, -2, 10});
    check_same(student(conv2d_forward, x, w, b, Window{.size = 3}), conv2d_forward(x, w, b, {.size = 3}));
}
BOOST_AUTO_TEST_CASE(stride) {
    check_forward({{1, 1, 7, 7}, {1, 1, 3, 3}, {.size = 3, .stride = 2}});
    check_forward({{1, 2, 5, 9}, {2, 2, 2, 2}, {.size = 2, .stride = 3}});
}
BOOST_AUTO_TEST_CASE(padding) {
    check_forward({{1, 1, 5, 5}, {1, 1, 3, 3}, {.size = 3, .padding = 1}});
    check_forward({{1, 2, 4, 6}, {2, 2, 5, 5}, {.size = 5, .padding = 2}});
    check_forward({{1, 2, 6, 4}, {2, 2, 5, 5}, {.size = 5, .padding = 2}});
}
BOOST_AUTO_TEST_CASE(stride_and_padding) {
    check_forward({{2, 3, 7, 9}, {4, 3, 3, 3}, {.size = 3, .stride = 2, .padding = 1}});
}
BOOST_AUTO_TEST_CASE(leftover_pixels) {
    check_forward({{1, 1, 8, 6}, {1, 1, 3, 3}, {.size = 3, .stride = 2}});
    check_forward({{1, 2, 7, 11}, {2, 2, 4, 4}, {.size = 4, .stride = 4, .padding = 1}});
}
BOOST_AUTO_TEST_CASE(a_map_of_one_pixel) {
    check_forward({{1, 2, 1, 1}, {3, 2, 1, 1}, {.size = 1}});
    check_forward({{1, 1, 1, 1}, {1, 1, 3, 3}, {.size = 3, .padding = 1}});
    check_forward({{1, 2, 3, 3}, {2, 2, 3, 3}, {.size = 3}});
}
BOOST_AUTO_TEST_CASE(agrees_with_pytorch) {
    check_golden("conv_plain", {.size = 3});
    check_golden("conv_stride_2", {.size = 3, .stride = 2});
    check_golden("conv_padding_2", {.size = 5, .padding = 2});
    check_golden("conv_stride_3_padding_1", {.size = 4, .stride = 3, .padding = 1});
    check_golden("conv_pointwise", {.size = 1, .stride = 2});
}
BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused) {
    const Tensor x({1, 2, 5, 5}), w({3, 2, 3, 3}), b({3});
    check_rejects(conv2d_forward, x, Tensor({3, 1, 3, 3}), b, Window{.size = 3});  // too few channels
    check_rejects(conv2d_forward, x, Tensor({3, 3, 3, 3}), b, Window{.size = 3});  // too many
    check_rejects(conv2d_forward, x, w, b, Window{.size = 2});                     // a window smaller than w
    check_rejects(conv2d_forward, x, w, b, Window{.size = 4});                     // and a larger one
    check_rejects(conv2d_forward, x, Tensor({3, 2, 3, 2}), b, Window{.size = 3});  // not a square filter
    check_rejects(conv2d_forward, x, Tensor({3, 2, 2, 3}), b, Window{.size = 3});
    check_rejects(conv2d_forward, x, w, Tensor({2}), Window{.size = 3});     // too few biases
    check_rejects(conv2d_forward, x, w, Tensor({4}), Window{.size = 3});     // too many
    check_rejects(conv2d_forward, x, w, b, Window{.size = 3, .stride = 0});  // as in 4.1
    check_rejects(conv2d_forward, x, w, b, Window{.size = 3, .padding = -1});
    check_rejects(conv2d_forward, Tensor({1, 2, 2, 5}), w, b, Window{.size = 3});
    check_rejects(conv2d_forward, Tensor({1, 2, 5, 2}), w, b, Window{.size = 3});
}

BOOST_AUTO_TEST_SUITE_END()
