// Tests of 12.3.
#include "labs/08-backprop/numeric.hpp"
#include "testing.hpp"

using namespace cnn;
using namespace cnn::lab12;
using namespace cnn::grader;

namespace {

struct Case {
    Shape x, w;
    Window window;
    Index groups;
};
const Case one_group{{1, 2, 3, 3}, {2, 2, 2, 2}, {.size = 2}, 1};
const Case two_groups{{1, 4, 4, 4}, {6, 2, 3, 3}, {.size = 3}, 2};
const Case padded{{2, 4, 3, 5}, {4, 2, 3, 3}, {.size = 3, .padding = 1}, 2};
const Case strided{{2, 6, 7, 6}, {6, 2, 3, 3}, {.size = 3, .stride = 2, .padding = 1}, 3};
const Case one_channel_each{{1, 4, 4, 3}, {8, 1, 2, 2}, {.size = 2}, 4};
const Case single_pixels{{1, 4, 1, 1}, {2, 2, 1, 1}, {.size = 1}, 2};
const Case as_conv2{{1, 6, 5, 5}, {8, 3, 5, 5}, {.size = 5, .padding = 2}, 2};

Tensor x_of(const Case& c) { return random(c.x, 1); }
Tensor w_of(const Case& c) { return random(c.w, 2); }
Shape y_of(const Case& c) {
    const auto places = [&](Index input) {
        return (input + 2 * c.window.padding - c.window.size) / c.window.stride + 1;
    };
    return {c.x[0], c.w[0], places(c.x[2]), places(c.x[3])};
}

// The same layer as one whole convolution: w with zeros where filter and channel are in different groups.
Tensor with_zeros(const Tensor& w, Index groups) {
    const Index filters = w.size(0), channels = w.size(1);
    Tensor all({filters, channels * groups, w.size(2), w.size(3)});
    for (Index k = 0; k < filters; ++k)
        for (Index c = 0; c < channels; ++c)
            for (Index r = 0; r < w.size(2); ++r)
                for (Index s = 0; s < w.size(3); ++s)
                    all(k, k / (filters / groups) * channels + c, r, s) = w(k, c, r, s);
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(task_12_3)

// The handout's layer: four maps of one pixel, four filters of 1×1 in two groups.
const Tensor handout_x({1, 4, 1, 1}, {1, 2, 3, 4}), handout_w({4, 2, 1, 1}, {1, 0, 1, 1, 2, -1, 0, 3});
const Tensor handout_b({4}, {0, 0, 1, 0}), handout_dy({1, 4, 1, 1}, {1, 2, -1, 1});
constexpr Window pixel{.size = 1};

BOOST_AUTO_TEST_CASE(the_handout_s_layer) {
    check_same(student(grouped_conv2d_forward, handout_x, handout_w, handout_b, pixel, 2),
               Tensor({1, 4, 1, 1}, {1, 3, 3, 12}));
    check_same(student(grouped_conv2d_backward_input, handout_dy, handout_w, handout_x.shape(), pixel, 2),
               Tensor({1, 4, 1, 1}, {3, 2, -2, 4}));
    check_same(student(grouped_conv2d_backward_filters, handout_x, handout_dy, pixel, 2),
               {Tensor({4, 2, 1, 1}, {1, 2, 2, 4, -3, -4, 3, 4}), Tensor({4}, {1, 2, -1, 1})});
}

void check_forward(const Case& c) {
    const Tensor x = x_of(c), w = w_of(c), b = random({c.w[0]}, 3);
    check_same(student(grouped_conv2d_forward, x, w, b, c.window, c.groups),
               grouped_conv2d_forward(x, w, b, c.window, c.groups));
}
BOOST_AUTO_TEST_CASE(forward_one_group_is_a_convolution) { check_forward(one_group); }
BOOST_AUTO_TEST_CASE(forward_two_groups) { check_forward(two_groups); }
BOOST_AUTO_TEST_CASE(forward_padded) { check_forward(padded); }
BOOST_AUTO_TEST_CASE(forward_three_groups_and_a_stride) { check_forward(strided); }
BOOST_AUTO_TEST_CASE(forward_a_group_for_each_channel) { check_forward(one_channel_each); }
BOOST_AUTO_TEST_CASE(forward_single_pixels) { check_forward(single_pixels); }
BOOST_AUTO_TEST_CASE(forward_as_in_conv2) { check_forward(as_conv2); }
BOOST_AUTO_TEST_CASE(forward_windows_that_just_fit) {
    check_forward({{1, 2, 3, 3}, {2, 1, 3, 3}, {.size = 3, .stride = 2}, 2});
    check_forward({{1, 2, 1, 2}, {2, 1, 3, 3}, {.size = 3, .stride = 2, .padding = 1}, 2});
}
BOOST_AUTO_TEST_CASE(forward_agrees_with_pytorch) {
    check_same(student(grouped_conv2d_forward, x_of(strided), w_of(strided), random({6}, 3), strided.window, 3),
               golden("grouped_y"), {.relative = 1e-6, .absolute = 4e-6});  // sums of 18 products: 2 · 19u · 18/4
}
BOOST_AUTO_TEST_CASE(groups_do_not_see_each_other) {
    Tensor x = x_of(padded);
    const Tensor w = w_of(padded), b({4});
    const Tensor before = student(grouped_conv2d_forward, x, w, b, padded.window, 2);
    for (Index i = 0; i < 3; ++i)
        for (Index j = 0; j < 5; ++j) x(0, 3, i, j) += 1;
    const Tensor after = student(grouped_conv2d_forward, x, w, b, padded.window, 2);
    if (before.shape() != after.shape() || before.rank() != 4 || before.size(1) != 4) return;
    for (Index k = 0; k < 4; ++k) {
        bool changed = false;
        for (Index i = 0; i < before.size(2); ++i) changed = changed || before(0, k, i, 1) != after(0, k, i, 1);
        check_that(changed == (k >= 2),
                   fmt::format("map {} of y {} when channel 3 of x does: channels 2 and 3 are seen by filters 2 and 3",
                               k, changed ? "changes" : "does not change"));
    }
}

void check_backward_input(const Case& c) {
    const Tensor dy = random(y_of(c), 4), w = w_of(c);
    check_same(student(grouped_conv2d_backward_input, dy, w, c.x, c.window, c.groups),
               grouped_conv2d_backward_input(dy, w, c.x, c.window, c.groups));
}
BOOST_AUTO_TEST_CASE(input_one_group) { check_backward_input(one_group); }
BOOST_AUTO_TEST_CASE(input_two_groups) { check_backward_input(two_groups); }
BOOST_AUTO_TEST_CASE(input_padded) { check_backward_input(padded); }
BOOST_AUTO_TEST_CASE(input_three_groups_and_a_stride) { check_backward_input(strided); }
BOOST_AUTO_TEST_CASE(input_a_group_for_each_channel) { check_backward_input(one_channel_each); }
BOOST_AUTO_TEST_CASE(input_agrees_with_pytorch) {
    check_same(
        student(grouped_conv2d_backward_input, random(y_of(strided), 4), w_of(strided), strided.x, strided.window, 3),
        golden("grouped_dx"), {.relative = 1e-6, .absolute = 4e-6});
}
BOOST_AUTO_TEST_CASE(input_is_the_derivative_by_definition) {
    const Tensor dy = random(y_of(padded), 4), w = with_zeros(w_of(padded), 2);
    const Tensor expected = lab08::numeric::gradient(x_of(padded), dy, [&](const std::vector<double>& x) {
        return lab08::numeric::convolve(x, padded.x, lab08::numeric::numbers(w), w.shape(), std::vector<double>(4),
                                        padded.window);
    });
    check_same(student(grouped_conv2d_backward_input, dy, w_of(padded), padded.x, padded.window, 2), expected,
               {.relative = 1e-5, .absolute = 1e-5});  // linear: the definition is exact up to its rounding
}

void check_backward_filters(const Case& c) {
    const Tensor dy = random(y_of(c), 4), x = x_of(c);
    check_same(student(grouped_conv2d_backward_filters, x, dy, c.window, c.groups),
               grouped_conv2d_backward_filters(x, dy, c.window, c.groups));
}
BOOST_AUTO_TEST_CASE(filters_one_group) { check_backward_filters(one_group); }
BOOST_AUTO_TEST_CASE(filters_two_groups) { check_backward_filters(two_groups); }
BOOST_AUTO_TEST_CASE(filters_padded) { check_backward_filters(padded); }
BOOST_AUTO_TEST_CASE(filters_three_groups_and_a_stride) { check_backward_filters(strided); }
BOOST_AUTO_TEST_CASE(filters_a_group_for_each_channel) { check_backward_filters(one_channel_each); }
BOOST_AUTO_TEST_CASE(filters_agree_with_pytorch) {
    check_same(student(grouped_conv2d_backward_filters, x_of(strided), random(y_of(strided), 4), strided.window, 3),
               {golden("grouped_dw"), golden("grouped_db")}, {.relative = 1e-6, .absolute = 6e-6});  // sums of 24
}
BOOST_AUTO_TEST_CASE(filters_are_the_derivative_by_definition) {
    const Tensor x = x_of(padded), dy = random(y_of(padded), 4), w = w_of(padded);
    const Tensor expected = lab08::numeric::gradient(w, dy, [&](const std::vector<double>& numbers) {
        const Tensor all = with_zeros(w, 2);  // only for its shape
        std::vector<double> spread(static_cast<std::size_t>(all.count()));
        for (Index k = 0; k < 4; ++k)
            for (Index i = 0; i < 18; ++i)
                spread[static_cast<std::size_t>(k * 36 + k / 2 * 18 + i)] =
                    numbers[static_cast<std::size_t>(k * 18 + i)];
        return lab08::numeric::convolve(lab08::numeric::numbers(x), padded.x, spread, all.shape(),
                                        std::vector<double>(4), padded.window);
    });
    check_same(student(grouped_conv2d_backward_filters, x, dy, padded.window, 2).dw, expected,
               {.relative = 1e-5, .absolute = 1e-5});
}

void check_cost(const Shape& image, Index filters, const Window& window, Index groups) {
    check_same(student(grouped_cost, image, filters, window, groups), grouped_cost(image, filters, window, groups));
}
BOOST_AUTO_TEST_CASE(what_the_groups_of_conv2_save) {
    const Window five{.size = 5, .padding = 2};
    check_same(student(grouped_cost, Shape{96, 27, 27}, 256, five, 2), {307456, 223948800});
    check_same(student(grouped_cost, Shape{96, 27, 27}, 256, five, 1), {614656, 447897600});
}
BOOST_AUTO_TEST_CASE(cost_of_conv1) { check_cost({3, 224, 224}, 96, {.size = 11, .stride = 4, .padding = 2}, 1); }
BOOST_AUTO_TEST_CASE(cost_not_square) { check_cost({6, 9, 14}, 12, {.size = 3, .stride = 2}, 3); }
BOOST_AUTO_TEST_CASE(cost_of_a_window_that_just_fits) { check_cost({4, 3, 3}, 8, {.size = 3, .stride = 2}, 2); }

void check_forward_refused(const Shape& x, const Shape& w, Index biases, const Window& window, Index groups) {
    check_rejects(grouped_conv2d_forward, random(x, 1), random(w, 2), random({biases}, 3), window, groups);
}
BOOST_AUTO_TEST_CASE(groups_that_do_not_divide_are_refused) {
    check_forward_refused({1, 4, 4, 4}, {6, 1, 3, 3}, 6, {.size = 3}, 3);
    check_forward_refused({1, 4, 4, 4}, {5, 2, 3, 3}, 5, {.size = 3}, 2);
    check_forward_refused({1, 4, 4, 4}, {6, 2, 3, 3}, 6, {.size = 3}, 0);
    check_forward_refused({1, 4, 4, 4}, {6, 2, 3, 3}, 6, {.size = 3}, -2);
}
BOOST_AUTO_TEST_CASE(filters_and_biases_that_do_not_fit_are_refused) {
    for (const Shape& w : {Shape{6, 1, 3, 3}, Shape{6, 4, 3, 3}, Shape{6, 2, 2, 3}, Shape{6, 2, 3, 2},
                           Shape{6, 2, 3, 4}, Shape{6, 2, 4, 4}, Shape{6, 2, 2, 2}})
        check_forward_refused({1, 4, 4, 4}, w, 6, {.size = 3}, 2);
    for (const Index biases : {5, 7, 3}) check_forward_refused({1, 4, 4, 4}, {6, 2, 3, 3}, biases, {.size = 3}, 2);
}
BOOST_AUTO_TEST_CASE(windows_that_do_not_fit_are_refused) {
    const Window three{.size = 3}, step{.size = 3, .stride = 2};
    check_forward_refused({1, 4, 2, 4}, {6, 2, 3, 3}, 6, three, 2);
    check_forward_refused({1, 4, 4, 2}, {6, 2, 3, 3}, 6, three, 2);
    // (2 - 3) / 2 is 0 in C++, which looks like one place.
    check_forward_refused({1, 4, 2, 2}, {6, 2, 3, 3}, 6, step, 2);
    check_forward_refused({1, 4, 4, 2}, {6, 2, 3, 3}, 6, step, 2);
}
BOOST_AUTO_TEST_CASE(cost_of_the_impossible_is_refused) {
    const Window three{.size = 3}, step{.size = 3, .stride = 2};
    check_rejects(grouped_cost, Shape{6, 9, 9}, 8, three, 3);
    check_rejects(grouped_cost, Shape{5, 9, 9}, 8, three, 2);
    check_rejects(grouped_cost, Shape{4, 9, 9}, 8, three, 0);
    check_rejects(grouped_cost, Shape{4, 2, 9}, 8, three, 2);
    check_rejects(grouped_cost, Shape{4, 9, 2}, 8, three, 2);
    check_rejects(grouped_cost, Shape{4, 2, 9}, 8, step, 2);
    check_rejects(grouped_cost, Shape{4, 9, 2}, 8, step, 2);
}

BOOST_AUTO_TEST_SUITE_END()
