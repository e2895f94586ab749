// Tests of 3.3 and 3.4: extrema, and peaks between the pixels.
#include "testing.hpp"

using namespace cnn;
using namespace cnn::lab03;
using namespace cnn::grader;

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
BOOST_AUTO_TEST_CASE(as_strong_as_the_threshold_is_too_weak) {
    check_extrema(with_middle(0.5f), 0.5f);
    check_extrema(with_middle(-0.5f), 0.5f);
    check_extrema(with_middle(0.5f), 0.25f);
}
BOOST_AUTO_TEST_CASE(two_levels_have_none_between_them) {
    check_extrema(Tensor::full({2, 11, 11}, 0.5f), 0.1f);
    check_extrema(Tensor::full({1, 11, 11}, 0.5f), 0.1f);
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
// Stairs to a top `moves` columns to the right of column 10: every fit on the way wants to move by 0.93 columns.
Tensor stairs(Index moves, float by_row) {
    Tensor d({5, 21, 21});
    for (Index k = 0; k < 5; ++k)
        for (Index i = 0; i < 21; ++i)
            for (Index j = 0; j < 21; ++j) {
                const Index stair = std::max<Index>(moves - std::abs(10 + moves - j), -1);
                const float l = static_cast<float>(k) - 2, r = static_cast<float>(i) - 10;
                d(k, i, j) = 0.05f - 0.04f * std::pow(0.3f, static_cast<float>(stair)) - 0.01f * l * l - by_row * r * r;
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
BOOST_AUTO_TEST_CASE(moving_by_more_than_one_pixel) {
    check_refine(stack_of({.column = 11.3f}), {2, 10, 10});
    check_refine(stack_of({.row = 8.7f}), {2, 10, 10});
    check_refine(stack_of({.column = 15.2f}), {2, 10, 10});  // 5 columns in one move
}
BOOST_AUTO_TEST_CASE(half_a_pixel_is_too_far) {
    // From column 10 the top lies at 0.5, and from column 11 at -0.5: five fits do not end this.
    check_refine(
        stack_of(
            {.column = 10.5f, .height = 0.0625f, .by_level = 1 / 64.0f, .by_row = 1 / 64.0f, .by_column = 1 / 64.0f}),
        {2, 10, 10});
}
BOOST_AUTO_TEST_CASE(the_fifth_fit_is_the_last) {
    for (const Index moves : {1, 3, 4, 5}) check_refine(stairs(moves, 0.001f), {2, 10, 10});
}
BOOST_AUTO_TEST_CASE(the_last_pixel_says_whether_it_is_an_edge) {
    check_refine(stairs(4, 0.001f), {2, 10, 10});  // an edge where it begins, a round peak at the end
    check_refine(stairs(4, 0.02f), {2, 10, 10});   // the other way round
}
BOOST_AUTO_TEST_CASE(the_top_is_in_another_level) {
    check_refine(stack_of({.level = 2.7f}), {2, 10, 10});
    check_refine(stack_of({.level = 1.2f}), {3, 10, 10});
}
BOOST_AUTO_TEST_CASE(the_top_is_outside) {
    check_refine(stack_of({.level = 3.7f}), {3, 10, 10});
    check_refine(stack_of({.level = 4.2f}), {3, 10, 10});
    check_refine(stack_of({.level = 0.3f}), {1, 10, 10});
    check_refine(stack_of({.row = 4.2f}), {2, 6, 10});
    check_refine(stack_of({.row = 4.4f}), {2, 5, 10});
    check_refine(stack_of({.row = 15.6f}), {2, 15, 10});
    check_refine(stack_of({.column = 4.4f}), {2, 10, 5});
    check_refine(stack_of({.column = 16.3f}), {2, 10, 14});
}
BOOST_AUTO_TEST_CASE(just_strong_enough) { check_refine(stack_of({.height = contrast}), {2, 10, 10}); }
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
