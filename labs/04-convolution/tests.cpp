// Tests of 4.1 to 4.3, 4.5 and 4.6.
#include "01-sobel/sobel.hpp"
#include "testing.hpp"

using namespace cnn;
using namespace cnn::lab04;
using namespace cnn::grader;

BOOST_AUTO_TEST_SUITE(task_4_1)

void check_size(Index input, Index filter, Index stride, Index padding, Remainder remainder) {
    check_same(student(output_size, input, filter, stride, padding, remainder),
               output_size(input, filter, stride, padding, remainder));
}

BOOST_AUTO_TEST_CASE(stride_one) {
    check_same(student(output_size, 6, 3, 1, 0, Remainder::ignore), 4);  // the handout's example
    check_size(28, 5, 1, 0, Remainder::ignore);
    check_size(96, 8, 1, 0, Remainder::ignore);
    check_size(3, 3, 1, 0, Remainder::fill);
}
BOOST_AUTO_TEST_CASE(padding_on_both_sides) {
    check_same(student(output_size, 28, 5, 1, 2, Remainder::ignore), 28);
    check_size(5, 3, 1, 1, Remainder::ignore);
    check_size(1, 3, 1, 1, Remainder::ignore);
    check_size(4, 2, 1, 3, Remainder::fill);
}
BOOST_AUTO_TEST_CASE(the_stride_divides) {
    check_same(student(output_size, 6, 3, 3, 0, Remainder::ignore), 2);  // the handout's example
    check_size(7, 3, 2, 1, Remainder::fill);
    check_size(227, 11, 4, 0, Remainder::ignore);  // AlexNet's first layer
}
BOOST_AUTO_TEST_CASE(leftover_pixels_are_ignored) {
    check_same(student(output_size, 8, 3, 2, 0, Remainder::ignore), 3);
    check_size(32, 3, 2, 1, Remainder::ignore);
    check_size(10, 2, 3, 0, Remainder::ignore);
    check_size(11, 3, 5, 0, Remainder::ignore);
}
BOOST_AUTO_TEST_CASE(leftover_pixels_are_filled) {
    check_same(student(output_size, 8, 3, 2, 0, Remainder::fill), 4);
    check_size(9, 2, 4, 0, Remainder::fill);
    check_size(10, 5, 3, 1, Remainder::fill);
    check_size(12, 3, 5, 0, Remainder::fill);
}
BOOST_AUTO_TEST_CASE(a_filter_that_does_not_fit_is_refused) {
    check_rejects(output_size, 2, 3, 1, 0, Remainder::ignore);
    check_rejects(output_size, 2, 5, 4, 1, Remainder::ignore);
    check_rejects(output_size, 2, 5, 4, 1, Remainder::fill);
    check_rejects(output_size, 0, 1, 1, 0, Remainder::fill);
    check_same(student(output_size, 3, 5, 2, 1, Remainder::ignore), 1);  // this one fits, once
    check_same(student(output_size, 3, 5, 2, 1, Remainder::fill), 1);
}
BOOST_AUTO_TEST_CASE(nonsense_is_refused) {
    check_rejects(output_size, 5, 3, 0, 0, Remainder::ignore);
    check_rejects(output_size, 5, 3, -1, 0, Remainder::ignore);
    check_rejects(output_size, 5, 0, 1, 0, Remainder::ignore);
    check_rejects(output_size, 5, -1, 1, 0, Remainder::ignore);
    check_rejects(output_size, 5, 3, 1, -1, Remainder::ignore);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(task_4_2)

void check_zeros(Index input, Index filter, Index stride) {
    check_same(student(same_padding, input, filter, stride), same_padding(input, filter, stride));
}

BOOST_AUTO_TEST_CASE(odd_filters_at_stride_one) {
    check_same(student(same_padding, 6, 3, 1), {.before = 1, .after = 1});
    check_zeros(28, 5, 1);
    check_zeros(1, 7, 1);
    check_zeros(9, 1, 1);
}
BOOST_AUTO_TEST_CASE(an_odd_zero_goes_after) {
    check_same(student(same_padding, 10, 4, 1), {.before = 1, .after = 2});
    check_zeros(6, 2, 1);
    check_zeros(224, 7, 2);
}
BOOST_AUTO_TEST_CASE(the_stride_divides) {
    check_same(student(same_padding, 6, 5, 2), {.before = 1, .after = 2});
    check_zeros(32, 3, 2);
    check_zeros(9, 7, 3);
}
BOOST_AUTO_TEST_CASE(the_stride_does_not_divide) {
    check_same(student(same_padding, 7, 3, 2), {.before = 1, .after = 1});
    check_zeros(225, 7, 2);
    check_zeros(10, 5, 3);
    check_zeros(5, 6, 4);
}
BOOST_AUTO_TEST_CASE(never_fewer_than_no_zeros) {
    check_same(student(same_padding, 10, 1, 2), {.before = 0, .after = 0});
    check_zeros(12, 2, 3);
    check_zeros(1, 1, 4);
}
BOOST_AUTO_TEST_CASE(the_map_has_the_promised_size) {
    for (const auto& [input, filter, stride] : std::vector<std::array<Index, 3>>{{13, 4, 3}, {30, 5, 4}, {7, 7, 7}}) {
        const auto [before, after] = student(same_padding, input, filter, stride);
        const Index places = (input + before + after - filter) / stride + 1, expected = (input + stride - 1) / stride;
        check_that(places == expected && before >= 0 && (after == before || after == before + 1),
                   fmt::format("same_padding:   input {}   filter {}   stride {}\n"
                               "with {} zeros before and {} after, the filter has {} places; expected ⌈{} / {}⌉ = {}, "
                               "the zeros shared evenly and an odd one after.",
                               input, filter, stride, before, after, places, input, stride, expected));
    }
}
BOOST_AUTO_TEST_CASE(nonsense_is_refused) {
    check_rejects(same_padding, 5, 3, 0);
    check_rejects(same_padding, 5, 0, 1);
    check_rejects(same_padding, 0, 3, 1);
    check_rejects(same_padding, 5, 3, -1);
    check_rejects(same_padding, 5, -1, 1);
    check_rejects(same_padding, -1, 3, 1);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(task_4_3)

void check_correlation(const Shape& x_shape, const Shape& w_shape) {
    const Tensor x = random(x_shape, 1), w = random(w_shape, 2);
    check_same(student(correlate2d, x, w), correlate2d(x, w));
}
void check_golden(const std::string& name) {
    check_same(student(correlate2d, golden(name + "_x"), golden(name + "_w")), golden(name + "_y"));
}

BOOST_AUTO_TEST_CASE(a_filter_as_large_as_the_image) {
    check_same(student(correlate2d, Tensor({2, 2}, {1, 2, 3, 4}), Tensor({2, 2}, {5, 6, 7, 8})), Tensor({1, 1}, {70}));
}
BOOST_AUTO_TEST_CASE(a_filter_of_one_pixel) {
    check_same(student(correlate2d, Tensor({2, 3}, {1, 2, 3, 4, 5, 6}), Tensor({1, 1}, {-2})),
               Tensor({2, 3}, {-2, -4, -6, -8, -10, -12}));
}
BOOST_AUTO_TEST_CASE(the_first_filter_of_the_handout) {
    check_same(student(correlate2d, image, diagonal), Tensor({4, 4}, {3, -1, -3, -1,  //
                                                                      -3, 1, 0, -3,   //
                                                                      -3, -3, 0, 1,   //
                                                                      3, -2, -2, -1}));
}
BOOST_AUTO_TEST_CASE(the_second_filter_of_the_handout) {
    check_same(student(correlate2d, image, upright), Tensor({4, 4}, {-1, -1, -1, -1,  //
                                                                     -1, -1, -2, 1,   //
                                                                     -1, -1, -2, 1,   //
                                                                     -1, 0, -4, 3}));
}
BOOST_AUTO_TEST_CASE(a_single_bright_pixel) {
    Tensor x({5, 5});
    x(2, 2) = 1;
    const Tensor w({3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9});
    check_same(student(correlate2d, x, w), correlate2d(x, w));
}
BOOST_AUTO_TEST_CASE(not_square) {
    check_correlation({3, 8}, {3, 3});
    check_correlation({8, 3}, {3, 3});
}
BOOST_AUTO_TEST_CASE(a_filter_wider_than_high) {
    check_correlation({6, 6}, {1, 4});
    check_correlation({5, 7}, {2, 3});
}
BOOST_AUTO_TEST_CASE(a_filter_higher_than_wide) {
    check_correlation({6, 6}, {4, 2});
    check_correlation({7, 5}, {4, 2});
}
BOOST_AUTO_TEST_CASE(agrees_with_scipy) {
    check_golden("correlate_square");
    check_golden("correlate_wide");
    check_golden("correlate_tall");
}
BOOST_AUTO_TEST_CASE(a_filter_that_does_not_fit_is_refused) {
    check_rejects(correlate2d, Tensor({2, 5}), Tensor({3, 3}));
    check_rejects(correlate2d, Tensor({5, 2}), Tensor({3, 3}));
    check_rejects(correlate2d, Tensor({3, 8}), Tensor({5, 2}));  // too high, and narrower than x is high
    check_rejects(correlate2d, Tensor({8, 3}), Tensor({2, 5}));
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(task_4_5)

BOOST_AUTO_TEST_CASE(the_first_layer_of_lenet) {
    check_same(student(conv2d_cost, 1, 32, 32, 6, Window{.size = 5}), {.parameters = 156, .multiply_adds = 117'600});
}
BOOST_AUTO_TEST_CASE(several_channels) {
    check_same(student(conv2d_cost, 6, 14, 14, 16, Window{.size = 5}), {.parameters = 2'416, .multiply_adds = 240'000});
}
BOOST_AUTO_TEST_CASE(stride) {  // AlexNet's first layer
    check_same(student(conv2d_cost, 3, 227, 227, 96, Window{.size = 11, .stride = 4}),
               {.parameters = 34'944, .multiply_adds = 105'415'200});
}
BOOST_AUTO_TEST_CASE(padding) {  // VGG's first layer
    check_same(student(conv2d_cost, 3, 224, 224, 64, Window{.size = 3, .padding = 1}),
               {.parameters = 1'792, .multiply_adds = 86'704'128});
}
BOOST_AUTO_TEST_CASE(filters_of_one_pixel) {
    check_same(student(conv2d_cost, 256, 28, 28, 64, Window{.size = 1}),
               {.parameters = 16'448, .multiply_adds = 12'845'056});
}
BOOST_AUTO_TEST_CASE(not_square) {
    const Window window{.size = 4, .stride = 3, .padding = 1};
    check_same(student(conv2d_cost, 2, 11, 30, 5, window), conv2d_cost(2, 11, 30, 5, window));
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(task_4_6)

// Without the border, where lab 01 repeats pixels and a convolution has no place.
Tensor inside(const Tensor& x) {
    Tensor y({x.size(0) - 2, x.size(1) - 2});
    for (Index i = 0; i < y.size(0); ++i)
        for (Index j = 0; j < y.size(1); ++j) y(i, j) = x(i + 1, j + 1);
    return y;
}
// What the library's reference of 4.4 makes of an image with the learner's filters; empty when these have another
// shape.
Tensor response(const Tensor& x, const Tensor& filters, const Shape& shape) {
    check_that(filters.shape() == shape,
               fmt::format("the filters have shape {}, expected {}.", filters.shape(), shape));
    if (filters.shape() != shape) return Tensor();
    return conv2d_forward(x.reshaped({1, 1, x.size(0), x.size(1)}), filters, Tensor({shape[0]}), {.size = 3});
}
void check_responses(const Tensor& y, const Tensor& expected, Index k, const std::string& what) {
    if (y.empty()) return;
    double furthest = 0;
    for (Index i = 0; i < expected.count(); ++i)
        furthest = std::max(furthest, std::abs(double{y[k * expected.count() + i]} - double{expected[i]}));
    // Eight products of numbers below 2 in size.
    check_that(furthest < 1e-5, fmt::format("the responses of filter {} to a random image are not {}: they are off "
                                            "by up to {:.3g}.",
                                            k, what, furthest));
}

BOOST_AUTO_TEST_CASE(the_two_masks_of_sobel) { check_same(student(sobel_filters), sobel_filters()); }
BOOST_AUTO_TEST_CASE(the_same_gradients_as_opencv) {
    const Tensor y = response(golden("sobel_x"), student(sobel_filters), {2, 1, 3, 3});
    check_responses(y, golden("sobel_gx"), 0, "OpenCV's ∂/∂x");
    check_responses(y, golden("sobel_gy"), 1, "OpenCV's ∂/∂y");
}
BOOST_AUTO_TEST_CASE(the_same_gradients_as_lab_01) {
    const Tensor x = random({7, 6}, 4);
    const Tensor y = response(x, student(sobel_filters), {2, 1, 3, 3});
    const auto [gx, gy] = lab01::sobel(x);
    check_responses(y, inside(gx), 0, "lab 01's gx");
    check_responses(y, inside(gy), 1, "lab 01's gy");
}
BOOST_AUTO_TEST_CASE(the_eight_masks_of_the_compass) { check_same(student(compass_filters), compass_filters()); }
BOOST_AUTO_TEST_CASE(the_same_compass_as_scipy) {
    const Tensor y = response(golden("compass_x"), student(compass_filters), {8, 1, 3, 3}), all = golden("compass_y");
    const Shape plane{all.size(1), all.size(2)};
    for (Index k = 0; k < 8; ++k)
        check_responses(y,
                        Tensor(plane, all.values().subspan(static_cast<std::size_t>(k * plane.count()),
                                                           static_cast<std::size_t>(plane.count()))),
                        k, "those of the mask that SciPy was given");
}
BOOST_AUTO_TEST_CASE(the_same_compass_as_lab_01) {
    const Tensor w = student(compass_filters), x = random({6, 7}, 5), masks = lab01::robinson_masks();
    const Tensor y = response(x, w, {8, 1, 3, 3});
    for (Index k = 0; k < 8; ++k) {
        const Tensor mask({3, 3}, masks.values().subspan(static_cast<std::size_t>(9 * k), 9));
        check_responses(y, inside(lab01::correlate3x3(x, mask)), k, "those of lab 01's mask");
    }
}

BOOST_AUTO_TEST_SUITE_END()
