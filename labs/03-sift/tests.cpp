#include <fmt/format.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>

#include "grader/judge.hpp"
#include "sift.hpp"
#include "tensor/npy.hpp"
#include "tensor/random.hpp"

using namespace cnn;
using namespace cnn::lab03;
using namespace cnn::grader;

namespace {

constexpr float pi = std::numbers::pi_v<float>;

// A blur adds up at most 27 products along each axis, of levels up to 1 and of weights that are rounded themselves:
// 2 · (2 · 27 + 6) · 2⁻²⁴, and so for every blur that follows.
constexpr Tolerance blur_rounding{.absolute = 8e-6}, octave_rounding{.absolute = 2e-5};
// The peak of a parabola: quotients of differences that may be computed in float.
constexpr Tolerance peak_rounding{.relative = 1e-4, .absolute = 1e-4};
// Sums of some thousand votes, the weights of which go through exp, sqrt and atan2.
constexpr Tolerance vote_rounding{.relative = 1e-3, .absolute = 2e-5};
constexpr Tolerance descriptor_rounding{.absolute = 2e-4};
constexpr Tolerance angle_rounding{.absolute = 1e-3};
// Of everything together: a peak on a broad hill moves by some 10⁻³ when levels are rounded differently.
constexpr Tolerance keypoint_rounding{.absolute = 2e-2};
// A sum of levels as a double or, for those who add up in float, nearly so.
constexpr Tolerance sum_rounding{.relative = 1e-6, .absolute = 1e-3};

// Values made by other software: see golden/make.py.
Tensor golden(const std::string& name) { return read_npy(CNN_LAB_DIR "/golden/" + name + ".npy"); }

// A cat's ear, 64 × 80 pixels, and its second octave: 15 peaks.
const Tensor& patch() {
    static const Tensor x = golden("patch");
    return x;
}
const Tensor& levels() {
    static const Tensor gaussians = pyramid(patch()).at(1);
    return gaussians;
}
const Tensor& differences() {
    static const Tensor d = difference_of_gaussians(levels());
    return d;
}

Tensor part_of(const Tensor& x, Index height, Index width) {
    Tensor y({height, width});
    for (Index i = 0; i < height; ++i)
        for (Index j = 0; j < width; ++j) y(i, j) = x(i, j);
    return y;
}
// Row n of a list as a tensor of its own.
Tensor row_of(const Tensor& list, Index n, const Shape& shape) {
    return Tensor(shape, list.values().subspan(static_cast<std::size_t>(n * shape.count()),
                                               static_cast<std::size_t>(shape.count())));
}

// Levels between 0 and 1, smooth enough to have a gradient everywhere.
Tensor random_levels(const Shape& shape, std::uint32_t seed) {
    Engine engine(seed);
    return uniform(shape, engine, 0, 1);
}

// f(row, column) for every pixel.
template <class F>
Tensor picture(Index height, Index width, const F& f) {
    Tensor x({height, width});
    for (Index i = 0; i < height; ++i)
        for (Index j = 0; j < width; ++j) x(i, j) = static_cast<float>(f(static_cast<float>(i), static_cast<float>(j)));
    return x;
}
// The same picture as each of six levels.
Tensor six_times(const Tensor& x) {
    Tensor levels({6, x.size(0), x.size(1)});
    for (Index k = 0; k < 6; ++k) std::ranges::copy(x.values(), levels.data() + k * x.count());
    return levels;
}

bool is_near(const Tensor& a, const Tensor& b) {
    return a.shape() == b.shape() &&
           std::ranges::equal(a.values(), b.values(), [](float x, float y) { return std::abs(x - y) < 1e-4f; });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(task_3_1)

BOOST_AUTO_TEST_CASE(the_kernel_of_the_handout) {
    // 1, e⁻² and e⁻⁸, divided by 1 + 2e⁻² + 2e⁻⁸ = 1.271341
    check_same(student(gaussian_kernel, 0.5f), Tensor({5}, {0.000264f, 0.106451f, 0.786571f, 0.106451f, 0.000264f}),
               {.absolute = 1e-6});
}
BOOST_AUTO_TEST_CASE(kernels_of_all_widths) {
    for (const float sigma : {0.1f, 0.8f, 1.6f, 3.1f})
        check_same(student(gaussian_kernel, sigma), gaussian_kernel(sigma), {.absolute = 1e-6});
}
BOOST_AUTO_TEST_CASE(no_width_is_refused) {
    check_rejects(gaussian_kernel, 0.0f);
    check_rejects(gaussian_kernel, -1.0f);
}
BOOST_AUTO_TEST_CASE(one_white_pixel_becomes_a_bell) {
    Tensor x({11, 13});
    x(5, 6) = 1;
    check_same(student(gaussian_blur, x, 0.7f), gaussian_blur(x, 0.7f), blur_rounding);
}
BOOST_AUTO_TEST_CASE(one_pixel_stays_as_it_is) {
    check_same(student(gaussian_blur, Tensor({1, 1}, {0.25f}), 2.0f), Tensor({1, 1}, {0.25f}), blur_rounding);
}
BOOST_AUTO_TEST_CASE(pictures_narrower_than_the_kernel) {
    for (const Shape& shape : {Shape{1, 9}, Shape{7, 1}, Shape{3, 5}}) {
        const Tensor x = random_levels(shape, 11);
        check_same(student(gaussian_blur, x, 1.6f), gaussian_blur(x, 1.6f), blur_rounding);
    }
}
BOOST_AUTO_TEST_CASE(as_scipy_blurs) {
    check_same(student(gaussian_blur, patch(), 1.6f), golden("blurred"), blur_rounding);
}
BOOST_AUTO_TEST_CASE(no_picture_is_refused) { check_rejects(gaussian_blur, random({2, 3, 4}, 1), 1.0f); }

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(task_3_2)

// Most of this task is built on one's own blur. An answer that is wrong, but is what a wrong blur makes when everything
// else is right, is a mistake of task 3.1, and the report should say so.
constexpr const char* mend_blur =
    "The octave is made rightly of gaussian_blur's answers, but these are wrong: mend task 3.1 first.";

// An octave on the learner's own blur.
Tensor octave_of_own_blurs(const Tensor& first) {
    Tensor gaussians({steps + 3, first.size(0), first.size(1)}), level = first;
    for (Index k = 0; k < steps + 3; ++k) {
        const float before = first_sigma * std::exp2(static_cast<float>(k - 1) / steps);
        if (k > 0) level = student(gaussian_blur, level, before * std::sqrt(std::exp2(2.0f / steps) - 1));
        std::ranges::copy(level.values(), gaussians.data() + k * first.count());
    }
    return gaussians;
}
void check_octave(const Tensor& first) {
    const Tensor answer = student(octave, first), expected = octave(first);
    if (!is_near(answer, expected)) check_that(!is_near(answer, octave_of_own_blurs(first)), mend_blur);
    check_same(answer, expected, octave_rounding);
}

BOOST_AUTO_TEST_CASE(two_pixels_become_eight) {
    const Tensor expected({2, 4}, {0, 0.25f, 0.75f, 1, 0, 0.25f, 0.75f, 1});
    check_same(student(twice_as_large, Tensor({1, 2}, {0, 1})), expected, {.absolute = 1e-6});
}
BOOST_AUTO_TEST_CASE(twice_as_large_downwards) {
    const Tensor x({3, 1}, {0.2f, 0.8f, 0.4f});
    check_same(student(twice_as_large, x), twice_as_large(x), {.absolute = 1e-6});
}
BOOST_AUTO_TEST_CASE(one_pixel_becomes_four) {
    check_same(student(twice_as_large, Tensor({1, 1}, {0.5f})), Tensor::full({2, 2}, 0.5f), {.absolute = 1e-6});
}
BOOST_AUTO_TEST_CASE(twice_as_large_as_opencv_resizes) {
    check_same(part_of(student(twice_as_large, part_of(patch(), 13, 16)), 24, 30), golden("large"), {.absolute = 1e-6});
}
BOOST_AUTO_TEST_CASE(an_octave_of_one_white_pixel) {
    Tensor x({23, 19});
    x(11, 9) = 1;
    check_octave(x);
}
BOOST_AUTO_TEST_CASE(an_octave_of_a_photo) { check_octave(part_of(patch(), 20, 31)); }
BOOST_AUTO_TEST_CASE(neighbouring_levels_subtracted) {
    const Tensor gaussians({3, 1, 2}, {0.5f, 0.25f, 0.75f, 0.5f, 0.25f, 1});
    check_same(student(difference_of_gaussians, gaussians), Tensor({2, 1, 2}, {0.25f, 0.25f, -0.5f, 0.5f}),
               {.absolute = 1e-6});
}
BOOST_AUTO_TEST_CASE(differences_of_a_photo) {
    check_same(student(difference_of_gaussians, levels()), differences(), {.absolute = 1e-6});
}
BOOST_AUTO_TEST_CASE(two_octaves_of_a_small_picture) {
    const Tensor x = part_of(patch(), 11, 15);
    check_same(student(pyramid, x), pyramid(x), octave_rounding);
}
BOOST_AUTO_TEST_CASE(a_picture_that_just_has_an_octave) {
    const Tensor x = part_of(patch(), 6, 6);  // 12 × 12 when made twice as large
    check_same(student(pyramid, x), pyramid(x), octave_rounding);
}
BOOST_AUTO_TEST_CASE(a_picture_too_small_for_an_octave) {
    const std::vector<Tensor> octaves = student(pyramid, part_of(patch(), 5, 40));
    check_that(octaves.empty(), fmt::format("octaves: {} of a picture of 5 × 40 pixels. Made twice as large it has 10 "
                                            "rows, and an octave needs 11: none was expected.",
                                            octaves.size()));
}
BOOST_AUTO_TEST_CASE(a_pyramid_as_scipy_and_opencv_make_it) {
    const std::vector<Tensor> octaves = student(pyramid, patch());
    check_that(octaves.size() == 4,
               fmt::format("octaves: {} of a picture of 64 × 80 pixels; 4 were expected, of 128, 64, 32 and 16 rows.",
                           octaves.size()));
    if (octaves.size() != 4) return;
    check_same(octaves[2], golden("octave2"), octave_rounding);
    check_same(octaves[3], golden("octave3"), octave_rounding);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(task_3_3)

void check_extrema(const Tensor& d, float threshold) {
    check_same(student(extrema, d, threshold), extrema(d, threshold));
}
// Three levels of 11 × 11 zeros, so that only the one pixel in the middle is looked at.
Tensor with_middle(float value) {
    Tensor d({3, 11, 11});
    d(1, 5, 5) = value;
    return d;
}

BOOST_AUTO_TEST_CASE(a_lonely_maximum) { check_extrema(with_middle(0.5f), 0.1f); }
BOOST_AUTO_TEST_CASE(a_lonely_minimum) { check_extrema(with_middle(-0.5f), 0.1f); }
BOOST_AUTO_TEST_CASE(too_weak_to_count) {
    Tensor d({3, 11, 15});
    d(1, 5, 5) = 0.05f;
    d(1, 5, 8) = 0.15f;
    d(1, 5, 6) = -0.05f;
    check_extrema(d, 0.1f);
}
BOOST_AUTO_TEST_CASE(one_greater_neighbour_of_26) {
    // Each of five maxima has one greater neighbour somewhere else; the sixth has none.
    Tensor d({3, 11, 33});
    for (Index n = 0; n < 6; ++n) d(1, 5, 5 + 4 * n) = 0.5f;
    d(0, 5, 5) = d(2, 5, 9) = d(0, 4, 12) = d(2, 6, 18) = d(1, 4, 22) = 0.6f;
    check_extrema(d, 0.1f);
}
BOOST_AUTO_TEST_CASE(minima_have_neighbours_too) {
    Tensor d({3, 11, 21});
    for (Index n = 0; n < 3; ++n) d(1, 5, 5 + 4 * n) = -0.5f;
    d(0, 5, 5) = d(2, 4, 10) = -0.6f;
    check_extrema(d, 0.1f);
}
BOOST_AUTO_TEST_CASE(equal_neighbours_both_stay) {
    Tensor d = with_middle(0.5f);
    d(2, 5, 5) = 0.5f;
    check_extrema(d, 0.1f);
}
BOOST_AUTO_TEST_CASE(nothing_is_looked_for_near_the_rim) {
    Tensor d({3, 16, 16});
    for (Index n = 0; n < 16; n += 2) d(1, n, n) = 0.5f;
    check_extrema(d, 0.1f);
    check_extrema(random({3, 10, 40}, 3), 0.1f);
}
BOOST_AUTO_TEST_CASE(five_levels_of_noise) { check_extrema(random({5, 14, 17}, 4), 0.3f); }
BOOST_AUTO_TEST_CASE(as_scipy_finds_them) {
    const Tensor places = golden("extrema");
    std::vector<Extremum> expected;
    for (Index n = 0; n < places.size(0); ++n)
        expected.push_back({std::lround(places(n, 0)), std::lround(places(n, 1)), std::lround(places(n, 2))});
    check_same(student(extrema, differences(), contrast / 2), expected);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(task_3_4)

// The top of a parabola at (level, row, column), as a stack of five differences of 21 × 21 pixels, with the curvatures
// given and a twist between rows and columns. Fitting it is exact.
struct Hill {
    float level = 2, row = 10, column = 10, height = 0.05f;
    float by_level = 0.01f, by_row = 0.01f, by_column = 0.01f, twist = 0;
};
Tensor stack_of(const Hill& hill) {
    Tensor d({5, 21, 21});
    for (Index k = 0; k < 5; ++k)
        for (Index i = 0; i < 21; ++i)
            for (Index j = 0; j < 21; ++j) {
                const float l = static_cast<float>(k) - hill.level, r = static_cast<float>(i) - hill.row,
                            c = static_cast<float>(j) - hill.column;
                d(k, i, j) = hill.height - hill.by_level * l * l - hill.by_row * r * r - hill.by_column * c * c -
                             hill.twist * (r * c + l * c);
            }
    return d;
}
void check_fit(const Tensor& d, const Extremum& at) {
    check_same(student(fit_parabola, d, at), fit_parabola(d, at), peak_rounding);
}
void check_refine(const Tensor& d, const Extremum& start) {
    check_same(student(refine, d, start), refine(d, start), peak_rounding);
}

BOOST_AUTO_TEST_CASE(the_parabola_of_the_handout) {
    Tensor d({3, 11, 11});
    d(1, 5, 4) = 0.02f, d(1, 5, 5) = 0.05f, d(1, 5, 6) = 0.04f;  // -0.04 bends, 0.01 leans
    d(1, 4, 5) = d(1, 6, 5) = 0.03f;
    d(0, 5, 5) = d(2, 5, 5) = 0.01f;
    check_same(student(fit_parabola, d, Extremum{1, 5, 5}),
               Fit{.level = 0, .row = 0, .column = 0.25f, .value = 0.05125f}, {.absolute = 1e-6});
}
BOOST_AUTO_TEST_CASE(a_parabola_leaning_in_all_directions) {
    check_fit(stack_of({.level = 2.2f, .row = 9.7f, .column = 10.4f, .by_row = 0.02f}), {2, 10, 10});
}
BOOST_AUTO_TEST_CASE(a_twisted_parabola) {
    check_fit(stack_of({.level = 1.9f, .row = 10.3f, .column = 9.8f, .twist = 0.006f}), {2, 10, 10});
}
BOOST_AUTO_TEST_CASE(the_bottom_of_a_hollow) {
    check_fit(stack_of({.level = 2.3f,
                        .column = 10.2f,
                        .height = -0.05f,
                        .by_level = -0.01f,
                        .by_row = -0.02f,
                        .by_column = -0.01f}),
              {2, 10, 10});
}
BOOST_AUTO_TEST_CASE(a_plain_has_no_top) { check_fit(Tensor::full({3, 11, 11}, 0.5f), {1, 5, 5}); }
BOOST_AUTO_TEST_CASE(round_and_long) {
    // tr² / det is 4 for a round hill, 22 for one that is 20 times as long as wide; 12.1 is the limit.
    for (const float by_row : {0.01f, 0.0015f, 0.0011f, 0.0009f, 0.0005f}) {
        check_same(student(is_on_edge, stack_of({.by_row = by_row}), Extremum{2, 10, 10}), by_row < 0.001f);
        check_same(student(is_on_edge, stack_of({.by_column = by_row}), Extremum{2, 10, 10}), by_row < 0.001f);
    }
}
BOOST_AUTO_TEST_CASE(a_saddle_counts_as_an_edge) {
    check_same(student(is_on_edge, stack_of({.by_row = -0.01f, .by_column = 0.02f}), Extremum{2, 10, 10}), true);
}
BOOST_AUTO_TEST_CASE(an_edge_along_the_diagonal) {
    check_same(student(is_on_edge, stack_of({.twist = 0.019f}), Extremum{2, 10, 10}), true);
    check_same(student(is_on_edge, stack_of({.twist = 0.012f}), Extremum{2, 10, 10}), false);
}
BOOST_AUTO_TEST_CASE(the_level_does_not_make_an_edge) {
    check_same(student(is_on_edge, stack_of({.by_level = 0.0001f}), Extremum{2, 10, 10}), false);
}
BOOST_AUTO_TEST_CASE(a_hollow_is_no_edge) {
    check_same(student(is_on_edge, stack_of({.by_row = -0.01f, .by_column = -0.01f}), Extremum{2, 10, 10}), false);
}
BOOST_AUTO_TEST_CASE(at_the_top_already) {
    check_refine(stack_of({.level = 2.1f, .row = 10.2f, .column = 9.6f}), {2, 10, 10});
}
BOOST_AUTO_TEST_CASE(moving_to_the_top) {
    check_refine(stack_of({.level = 2.3f, .row = 8.2f, .column = 10.1f}), {2, 10, 10});
    check_refine(stack_of({.level = 2.8f, .row = 10.4f, .column = 12.7f}), {2, 10, 10});
}
BOOST_AUTO_TEST_CASE(the_top_is_outside) {
    check_refine(stack_of({.level = 3.7f}), {3, 10, 10});
    check_refine(stack_of({.row = 4.2f}), {2, 6, 10});
    check_refine(stack_of({.column = 16.3f}), {2, 10, 14});
}
BOOST_AUTO_TEST_CASE(weak_peaks_are_refused) {
    check_refine(stack_of({.height = 0.013f}), {2, 10, 10});
    check_refine(stack_of({.height = -0.05f}), {2, 10, 10});
    check_refine(stack_of({.level = 2.3f, .row = 10.3f, .column = 10.3f, .height = 0.014f}), {2, 10, 10});
}
BOOST_AUTO_TEST_CASE(dark_peaks_are_as_good) {
    check_refine(stack_of({.row = 10.2f, .height = -0.05f, .by_level = -0.01f, .by_row = -0.01f, .by_column = -0.01f}),
                 {2, 10, 10});
}
BOOST_AUTO_TEST_CASE(edges_are_refused) { check_refine(stack_of({.column = 10.3f, .by_row = 0.0005f}), {2, 10, 10}); }
BOOST_AUTO_TEST_CASE(as_numpy_finds_them) {
    const Tensor places = golden("extrema"), peaks = golden("peaks");
    for (Index n = 0; n < places.size(0); ++n) {
        const Extremum start{std::lround(places(n, 0)), std::lround(places(n, 1)), std::lround(places(n, 2))};
        std::optional<Peak> expected;
        if (peaks(n, 0) != 0) expected = Peak{peaks(n, 0), peaks(n, 1), peaks(n, 2), peaks(n, 3)};
        check_same(student(refine, differences(), start), expected, {.absolute = 2e-3});
    }
}

BOOST_AUTO_TEST_SUITE_END()

namespace {

// The peaks of the second octave, as make.py numbers them.
std::vector<Peak> golden_peaks() {
    const Tensor list = golden("peaks");
    std::vector<Peak> peaks;
    for (Index n = 0; n < list.size(0); ++n)
        if (list(n, 0) != 0) peaks.push_back({list(n, 0), list(n, 1), list(n, 2), list(n, 3)});
    return peaks;
}
// A slope that rises by `across` a column and by `down` a row.
Tensor slope(Index height, Index width, float across, float down) {
    return six_times(picture(height, width, [&](float i, float j) { return 0.5f + across * j + down * i; }));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(task_3_5)

void check_histogram(const Tensor& gaussians, const Peak& peak) {
    check_same(student(orientation_histogram, gaussians, peak), orientation_histogram(gaussians, peak), vote_rounding);
}
// A histogram with these heights at some bins.
Tensor histogram_with(const std::vector<std::pair<Index, float>>& bins) {
    Tensor histogram({36});
    for (const auto& [bin, height] : bins) histogram(bin) = height;
    return histogram;
}
void check_angles(const Tensor& histogram) {
    check_same(student(dominant_angles, histogram), dominant_angles(histogram), angle_rounding);
}

BOOST_AUTO_TEST_CASE(an_even_slope) {
    // 4 down for 3 across: 53.13°, which is nearest to bin 5.
    const Tensor gaussians = slope(31, 31, 0.003f, 0.004f);
    check_histogram(gaussians, {.level = 1, .row = 15, .column = 15, .value = 0.05f});
}
BOOST_AUTO_TEST_CASE(slopes_up_and_to_the_left) {
    check_histogram(slope(31, 31, 0.004f, -0.003f), {.level = 1, .row = 15, .column = 15, .value = 0.05f});
    check_histogram(slope(31, 31, -0.002f, 0.005f), {.level = 1, .row = 15, .column = 15, .value = 0.05f});
    check_histogram(slope(31, 31, 0.02f, -0.002f), {.level = 1, .row = 15, .column = 15, .value = 0.05f});  // bin 35
}
BOOST_AUTO_TEST_CASE(close_to_the_rim) {
    check_histogram(levels(), {.level = 2.7f, .row = 5.3f, .column = 73.8f, .value = 0.05f});
}
BOOST_AUTO_TEST_CASE(every_level_has_its_gradients_and_its_size) {
    Tensor gaussians({6, 25, 25});
    for (Index k = 0; k < 6; ++k) {
        const Tensor x = random_levels({25, 25}, 20 + static_cast<std::uint32_t>(k));
        std::ranges::copy(x.values(), gaussians.data() + k * x.count());
    }
    for (const float level : {0.8f, 1.4f, 1.6f, 3.3f})
        check_histogram(gaussians, {.level = level, .row = 12.4f, .column = 11.6f, .value = 0.05f});
}
BOOST_AUTO_TEST_CASE(histograms_as_numpy_makes_them) {
    const Tensor expected = golden("orientations");
    const auto peaks = golden_peaks();
    for (std::size_t n = 0; n < peaks.size(); ++n)
        check_same(student(orientation_histogram, levels(), peaks[n]), row_of(expected, static_cast<Index>(n), {36}),
                   vote_rounding);
}
BOOST_AUTO_TEST_CASE(the_angle_of_the_handout) {
    // (6 - 8) / 2(6 - 20 + 8) is a sixth of a bin: 71.667°.
    check_same(student(dominant_angles, histogram_with({{6, 6}, {7, 10}, {8, 8}})), {pi / 180 * (70 + 10.0f / 6)},
               angle_rounding);
}
BOOST_AUTO_TEST_CASE(a_second_angle_when_it_is_strong) {
    check_angles(histogram_with({{4, 7}, {5, 9}, {6, 4}, {20, 10}, {21, 3}}));
    check_angles(histogram_with({{4, 7}, {5, 7.5f}, {6, 4}, {20, 10}, {21, 3}}));
    check_angles(histogram_with({{3, 8}, {4, 9}, {5, 10}, {6, 9.5f}}));  // high, but not a peak
}
BOOST_AUTO_TEST_CASE(peaks_where_the_circle_closes) {
    check_angles(histogram_with({{35, 6}, {0, 10}, {1, 3}}));   // a little less than 0: nearly 2π
    check_angles(histogram_with({{35, 10}, {0, 6}, {34, 2}}));  // the last bin
    check_angles(histogram_with({{35, 2}, {0, 10}, {1, 5}}));
}
BOOST_AUTO_TEST_CASE(no_peak_no_angle) {
    check_that(student(dominant_angles, Tensor::full({36}, 1.0f)).empty(),
               "All bins are equal, none is greater than its neighbours: no angle was expected.");
}
BOOST_AUTO_TEST_CASE(angles_as_numpy_finds_them) {
    const Tensor histograms = golden("orientations"), angles = golden("angles");
    for (Index n = 0; n < angles.count(); ++n) {
        const Tensor histogram = row_of(histograms, n, {36});
        const auto answer = student(dominant_angles, histogram);
        check_same(answer, dominant_angles(histogram), angle_rounding);
        check_that(!answer.empty() && std::abs(answer[0] - angles[n]) < 1e-3f,
                   fmt::format("The first angle should be {:.4f}.", angles[n]));
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(task_3_6)

void check_grid(const Tensor& gaussians, const Peak& peak, float angle) {
    check_same(student(descriptor_histogram, gaussians, peak, angle), descriptor_histogram(gaussians, peak, angle),
               vote_rounding);
}

// All keypoints of `some` have one among `others`: as near, as large, turned alike, with a similar descriptor.
Index count_found(const Features& some, const Features& others, float far) {
    return std::ranges::count_if(some.keypoints, [&](const Keypoint& a) {
        const Index n = &a - some.keypoints.data();
        for (Index m = 0; m < std::ssize(others.keypoints); ++m) {
            const Keypoint& b = others.keypoints[static_cast<std::size_t>(m)];
            float squares = 0;
            for (Index k = 0; k < 128; ++k)
                squares += std::pow(some.descriptors(n, k) - others.descriptors(m, k), 2.0f);
            if (std::hypot(a.row - b.row, a.column - b.column) < 1 && std::abs(std::log(a.sigma / b.sigma)) < 0.1f &&
                std::abs(std::remainder(a.angle - b.angle, 2 * pi)) < 0.1f && squares < far * far)
                return true;
        }
        return false;
    });
}
bool fits_together(const Features& features) {
    return features.descriptors.shape() == Shape{std::ssize(features.keypoints), 128};
}

// sift() from the learner's own parts.
Features own_parts_together(const Tensor& gray) {
    Features features;
    std::vector<float> rows;
    float pixel = 0.5f;
    for (const Tensor& gaussians : student(pyramid, gray)) {
        const Tensor d = student(difference_of_gaussians, gaussians);
        std::vector<std::array<Index, 3>> taken;
        for (const Extremum& start : student(extrema, d, contrast / 2)) {
            const auto peak = student(refine, d, start);
            if (!peak) continue;
            const std::array<Index, 3> place{std::lround(peak->level), std::lround(peak->row),
                                             std::lround(peak->column)};
            if (std::ranges::count(taken, place) > 0) continue;
            taken.push_back(place);
            for (const float angle : student(dominant_angles, student(orientation_histogram, gaussians, *peak))) {
                features.keypoints.push_back({pixel * peak->row - 0.25f, pixel * peak->column - 0.25f,
                                              pixel * first_sigma * std::exp2(peak->level / steps), angle});
                const Tensor row = student(normalized, student(descriptor_histogram, gaussians, *peak, angle));
                rows.insert(rows.end(), row.values().begin(), row.values().end());
            }
        }
        pixel *= 2;
    }
    features.descriptors = Tensor({std::ssize(features.keypoints), 128}, rows);
    return features;
}
bool are_near(const Features& a, const Features& b) {
    return is_near(a.descriptors, b.descriptors) &&
           std::ranges::equal(a.keypoints, b.keypoints, [](const Keypoint& x, const Keypoint& y) {
               return std::abs(x.row - y.row) + std::abs(x.column - y.column) + std::abs(x.sigma - y.sigma) < 1e-2f;
           });
}
void check_sift(const Tensor& gray) {
    const Features answer = student(sift, gray), expected = sift(gray);
    if (fits_together(answer) && !are_near(answer, expected)) {
        bool parts_are_wrong = false;
        try {
            const Features own = own_parts_together(gray);
            parts_are_wrong = !are_near(own, expected) && are_near(own, answer);
        } catch (const Error&) {
            parts_are_wrong = false;  // parts that do not fit together are named by their own tests
        }
        check_that(!parts_are_wrong,
                   "Everything is put together rightly, but one of the parts is wrong: mend what fails above first.");
    }
    check_same(answer, expected, keypoint_rounding);
}

BOOST_AUTO_TEST_CASE(an_even_slope) {
    check_grid(slope(41, 41, 0.003f, 0.004f), {.level = 1, .row = 20, .column = 20, .value = 0.05f}, 0);
}
BOOST_AUTO_TEST_CASE(a_turned_grid) {
    for (const float angle : {0.5f, 2.2f, 4.0f, 5.9f})
        check_grid(levels(), {.level = 1.2f, .row = 32, .column = 40, .value = 0.05f}, angle);
}
BOOST_AUTO_TEST_CASE(a_peak_between_the_pixels) {
    check_grid(levels(), {.level = 2, .row = 30.4f, .column = 41.7f, .value = 0.05f}, 0);
}
BOOST_AUTO_TEST_CASE(one_gradient_is_shared_by_its_neighbours) {
    // A step of one pixel far from everything else, as near the rim of the grid as possible.
    Tensor x({61, 61});
    x(30, 36) = 1, x(21, 30) = 0.5f, x(17, 18) = 0.7f;
    check_grid(six_times(x), {.level = 1, .row = 30, .column = 30, .value = 0.05f}, 0.3f);
}
BOOST_AUTO_TEST_CASE(part_of_the_grid_is_outside) {
    check_grid(levels(), {.level = 3.2f, .row = 5.6f, .column = 74.2f, .value = 0.05f}, 1);
}
BOOST_AUTO_TEST_CASE(grids_as_numpy_makes_them) {
    const Tensor grids = golden("grids"), angles = golden("angles");
    const auto peaks = golden_peaks();
    for (std::size_t n = 0; n < peaks.size(); ++n)
        check_same(student(descriptor_histogram, levels(), peaks[n], angles[static_cast<Index>(n)]),
                   row_of(grids, static_cast<Index>(n), {4, 4, 8}), {.relative = 1e-3, .absolute = 2e-3});
}
BOOST_AUTO_TEST_CASE(the_length_of_the_handout) {
    Tensor histogram({4, 4, 8});
    histogram[0] = 3, histogram[1] = 4;  // 0.6 and 0.8, both cut to 0.2
    Tensor expected({128});
    expected[0] = expected[1] = std::sqrt(0.5f);
    check_same(student(normalized, histogram), expected, descriptor_rounding);
}
BOOST_AUTO_TEST_CASE(descriptors_as_numpy_makes_them) {
    const Tensor grids = golden("grids"), descriptors = golden("descriptors");
    for (Index n = 0; n < descriptors.size(0); ++n)
        check_same(student(normalized, row_of(grids, n, {4, 4, 8})), row_of(descriptors, n, {128}),
                   descriptor_rounding);
}
BOOST_AUTO_TEST_CASE(no_gradient_no_length) {
    check_same(student(normalized, Tensor({4, 4, 8})), Tensor({128}), descriptor_rounding);
}
BOOST_AUTO_TEST_CASE(together_on_a_small_photo) { check_sift(part_of(patch(), 40, 48)); }
BOOST_AUTO_TEST_CASE(together_on_a_larger_photo) { check_sift(patch()); }
BOOST_AUTO_TEST_CASE(two_extrema_with_one_peak) { check_sift(random_levels({28, 30}, 87)); }
BOOST_AUTO_TEST_CASE(together_on_an_empty_picture) { check_sift(Tensor::full({20, 20}, 0.5f)); }
BOOST_AUTO_TEST_CASE(together_as_opencv_does) {
    const Tensor list = golden("opencv_keypoints");
    Features expected{{}, golden("opencv_descriptors")};
    for (Index n = 0; n < list.size(0); ++n)
        expected.keypoints.push_back({list(n, 0), list(n, 1), list(n, 2), list(n, 3)});
    const Features answer = student(sift, patch());
    check_that(fits_together(answer), fmt::format("{} keypoints with descriptors {}: every keypoint has a row of 128.",
                                                  answer.keypoints.size(), answer.descriptors.shape()));
    if (!fits_together(answer)) return;
    const auto count = static_cast<Index>(expected.keypoints.size());
    const Index found = count_found(expected, answer, 0.25f), confirmed = count_found(answer, expected, 0.25f);
    check_that(found >= count * 9 / 10 && confirmed >= std::ssize(answer.keypoints) * 9 / 10,
               fmt::format("OpenCV finds {} keypoints, of which {} are among yours (place within a pixel, size, angle, "
                           "descriptor); of your {}, {} are among OpenCV's. Nine tenths were expected.",
                           count, found, answer.keypoints.size(), confirmed));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(task_3_7)

void check_match(const Tensor& a, const Tensor& b, float ratio) {
    check_same(student(match, a, b, ratio), match(a, b, ratio), {.relative = 1e-5, .absolute = 1e-6});
}

BOOST_AUTO_TEST_CASE(the_match_of_the_handout) {
    // Distances 3, 5 and 13: 3 is less than 0.8 · 5. From the second row: 4, 4 and 12, too much alike.
    const Tensor a({2, 2}, {0, 0, 0, 7}), b({3, 2}, {0, 3, 0, 11, 0, -5});
    const Tensor c({2, 2}, {0, 0, 0, 7}), e({3, 2}, {3, 0, 0, 5, 12, 5});
    check_match(a, b, 0.8f);
    check_match(c, e, 0.8f);
    check_same(student(match, Tensor({1, 2}, {0, 0}), e, 0.8f), {Match{.first = 0, .second = 0, .distance = 3}},
               {.absolute = 1e-6});
}
BOOST_AUTO_TEST_CASE(the_nearest_comes_first) {
    // The second nearest was the nearest until the end, or comes after the nearest.
    check_match(Tensor({1, 1}, {0}), Tensor({3, 1}, {9, 2, 1}), 0.8f);
    check_match(Tensor({1, 1}, {0}), Tensor({3, 1}, {1, 9, 1.1f}), 0.8f);
    check_match(Tensor({1, 1}, {0}), Tensor({3, 1}, {1.1f, 9, 1}), 0.8f);
}
BOOST_AUTO_TEST_CASE(just_good_enough) {
    check_match(Tensor({1, 1}, {0}), Tensor({2, 1}, {0.75f, 1}), 0.8f);
    check_match(Tensor({1, 1}, {0}), Tensor({2, 1}, {0.85f, 1}), 0.8f);
    check_match(Tensor({1, 1}, {0}), Tensor({2, 1}, {0.85f, 1}), 0.9f);
}
BOOST_AUTO_TEST_CASE(two_may_choose_the_same) {
    check_match(Tensor({2, 1}, {1, 1.5f}), Tensor({2, 1}, {1.2f, 9}), 0.8f);
}
BOOST_AUTO_TEST_CASE(one_candidate_proves_nothing) {
    check_match(Tensor({2, 1}, {0, 1}), Tensor({1, 1}, {0}), 0.8f);
    check_match(Tensor({2, 3}), Tensor({0, 3}), 0.8f);
    check_match(Tensor({0, 3}), Tensor({2, 3}), 0.8f);
}
BOOST_AUTO_TEST_CASE(as_scipy_matches) {
    const Tensor list = golden("matches");
    std::vector<Match> expected;
    for (Index n = 0; n < list.size(0); ++n)
        expected.push_back({std::lround(list(n, 0)), std::lround(list(n, 1)), list(n, 2)});
    check_same(student(match, golden("match_a"), golden("match_b"), 0.8f), expected, {.absolute = 1e-5});
}
BOOST_AUTO_TEST_CASE(rows_of_other_lengths_are_refused) { check_rejects(match, Tensor({2, 3}), Tensor({2, 4}), 0.8f); }

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(task_3_8)

// The picture of the handout.
const Tensor digits({3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9});

// Sums of quarters, so that they are exact.
Integral integral_of_quarters(Index height, Index width, std::uint32_t seed) {
    Engine engine(seed);
    Tensor x({height, width});
    for (float& level : x.values()) level = static_cast<float>(uniform_index(engine, 5)) / 4;
    return integral_image(x);
}
void check_box(const Integral& image, const Box& box) {
    check_same(student(box_sum, image, box), box_sum(image, box), sum_rounding);
}
void check_hessian(const Integral& image, Index size, Index step) {
    check_same(student(box_hessian, image, size, step), box_hessian(image, size, step),
               {.relative = 1e-4, .absolute = 1e-6});
}
void check_haar(const Integral& image, float row, float column, Index half) {
    check_same(student(haar, image, row, column, half), haar(image, row, column, half), sum_rounding);
}

BOOST_AUTO_TEST_CASE(the_sums_of_the_handout) {
    check_same(student(integral_image, digits),
               {.height = 4, .width = 4, .sums = {0, 0, 0, 0, 0, 1, 3, 6, 0, 5, 12, 21, 0, 12, 27, 45}}, sum_rounding);
}
BOOST_AUTO_TEST_CASE(integral_images_of_all_sizes) {
    for (const Shape& shape : {Shape{1, 1}, Shape{1, 5}, Shape{4, 1}, Shape{7, 3}}) {
        const Tensor x = random_levels(shape, 5);
        check_same(student(integral_image, x), integral_image(x), sum_rounding);
    }
}
BOOST_AUTO_TEST_CASE(an_integral_image_as_numpy_makes_it) {
    const Tensor x = part_of(patch(), 20, 30), sums = golden("integral");
    Integral expected{21, 31, {}};
    for (Index i = 0; i < 21; ++i)
        for (Index j = 0; j < 31; ++j) expected.sums.push_back(static_cast<double>(sums(i, j)));
    check_same(student(integral_image, x), expected, sum_rounding);
}
BOOST_AUTO_TEST_CASE(boxes_inside) {
    check_same(student(box_sum, integral_image(digits), Box{.row = 1, .column = 1, .height = 2, .width = 2}), 28,
               sum_rounding);
    const Integral image = integral_of_quarters(9, 12, 6);
    for (const Box& box : {Box{0, 0, 9, 12}, Box{2, 3, 4, 6}, Box{8, 11, 1, 1}, Box{3, 0, 2, 5}}) check_box(image, box);
}
BOOST_AUTO_TEST_CASE(boxes_partly_or_wholly_outside) {
    const Integral image = integral_of_quarters(9, 12, 7);
    for (const Box& box :
         {Box{-2, -3, 5, 6}, Box{7, 10, 5, 5}, Box{-4, 2, 3, 3}, Box{2, 12, 3, 3}, Box{-1, -1, 20, 20}})
        check_box(image, box);
}
BOOST_AUTO_TEST_CASE(the_hessian_of_a_blob_and_of_edges) {
    // Each of D_yy, D_xx and D_xy alone, and all of them.
    check_hessian(integral_image(picture(15, 15, [](float i, float) { return std::abs(i - 7) < 2 ? 1 : 0; })), 9, 1);
    check_hessian(integral_image(picture(15, 15, [](float, float j) { return std::abs(j - 7) < 2 ? 1 : 0; })), 9, 1);
    check_hessian(integral_image(picture(15, 15, [](float i, float j) { return (i - 7) * (j - 7) > 0 ? 1 : 0; })), 9,
                  1);
    check_hessian(
        integral_image(picture(15, 15, [](float i, float j) { return std::hypot(i - 7, j - 7) < 3 ? 1 : 0; })), 9, 1);
}
BOOST_AUTO_TEST_CASE(hessians_of_all_sizes) {
    const Integral image = integral_of_quarters(23, 30, 8);
    for (const Index size : {3, 15, 21}) check_hessian(image, size, 1);
    check_hessian(image, 9, 2);
    check_hessian(image, 15, 4);
}
BOOST_AUTO_TEST_CASE(hessians_as_scipy_makes_them) {
    const Integral image = integral_image(patch());
    check_same(student(box_hessian, image, 9, 1), golden("hessian9"), {.relative = 1e-3, .absolute = 1e-6});
    check_same(student(box_hessian, image, 27, 2), golden("hessian27"), {.relative = 1e-3, .absolute = 1e-6});
}
BOOST_AUTO_TEST_CASE(filters_that_make_no_sense_are_refused) {
    const Integral image = integral_of_quarters(5, 5, 9);
    check_rejects(box_hessian, image, 10, 1);
    check_rejects(box_hessian, image, 12, 1);
    check_rejects(box_hessian, image, 9, 0);
}
BOOST_AUTO_TEST_CASE(wavelets_on_slopes) {
    const Integral across = integral_image(picture(12, 12, [](float, float j) { return j / 16; }));
    const Integral down = integral_image(picture(12, 12, [](float i, float) { return i * i / 128; }));
    for (const float place : {5.1f, 5.4f, 5.6f, 6.2f}) {
        check_haar(across, 5.2f, place, 2);
        check_haar(down, place, 6.3f, 1);
        check_haar(down, place, 5.8f, 3);
    }
    check_haar(across, 0.2f, 11.4f, 2);  // partly outside
}
BOOST_AUTO_TEST_CASE(angles_of_slopes) {
    for (const float angle : {0.3f, 1.4f, 2.9f, 4.0f, 5.5f}) {
        const Integral image = integral_image(picture(60, 60, [&](float i, float j) {
            return 0.5f + 0.01f * ((j - 30) * std::cos(angle) + (i - 30) * std::sin(angle)) +
                   0.02f * std::sin(0.3f * i + 0.5f * j);
        }));
        const Keypoint keypoint{.row = 30.2f, .column = 29.6f, .sigma = 1.5f, .angle = 0};
        check_same(student(surf_angle, image, keypoint), surf_angle(image, keypoint), angle_rounding);
    }
}
BOOST_AUTO_TEST_CASE(angles_in_a_photo) {
    const Integral image = integral_image(patch());
    for (const float place : {20.3f, 30.1f, 40.7f}) {
        const Keypoint keypoint{.row = place, .column = place + 8.8f, .sigma = 1.63f, .angle = 0};
        check_same(student(surf_angle, image, keypoint), surf_angle(image, keypoint), angle_rounding);
    }
}
BOOST_AUTO_TEST_CASE(descriptors_in_a_photo) {
    const Integral image = integral_image(patch());
    for (const float angle : {0.0f, 0.7f, 3.3f, 5.1f}) {
        const Keypoint keypoint{.row = 31.3f, .column = 42.2f, .sigma = 1.3f, .angle = angle};
        check_same(student(surf_descriptor, image, keypoint), surf_descriptor(image, keypoint), descriptor_rounding);
    }
}
BOOST_AUTO_TEST_CASE(a_descriptor_of_nothing) {
    const Integral image = integral_image(Tensor({40, 40}));
    const Keypoint keypoint{.row = 20, .column = 20, .sigma = 1.2f, .angle = 1};
    check_same(student(surf_descriptor, image, keypoint), Tensor({64}), descriptor_rounding);
}
BOOST_AUTO_TEST_CASE(surf_on_a_small_photo) {
    const Tensor gray = part_of(patch(), 30, 34);
    const Features answer = student(surf, gray), expected = surf(gray);
    check_same(answer, expected, keypoint_rounding);
}

BOOST_AUTO_TEST_SUITE_END()
