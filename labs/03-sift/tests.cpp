// Tests of 3.1, 3.2 and 3.7: blur, octaves, matching.
#include "testing.hpp"

using namespace cnn;
using namespace cnn::lab03;
using namespace cnn::grader;

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
BOOST_AUTO_TEST_CASE(no_picture_is_refused) {
    for (const Shape& shape : {Shape{2, 3, 4}, Shape{1, 3, 4}, Shape{12}})
        check_rejects(gaussian_blur, random(shape, 1), 1.0f);
}
BOOST_AUTO_TEST_CASE(a_blur_of_no_width_is_refused) {
    check_rejects(gaussian_blur, random({3, 4}, 1), 0.0f);
    check_rejects(gaussian_blur, random({3, 4}, 1), -0.5f);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(task_3_2)

// Most of this task is built on one's own blur. An answer that is wrong, but is what a wrong blur makes when everything
// else is right, is a mistake of task 3.1, and the report should say so.
constexpr const char* correct_blur_first =
    "The octave is made rightly of gaussian_blur's answers, but these are wrong: correct task 3.1 first.";

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
    if (!is_near(answer, expected)) check_that(!is_near(answer, octave_of_own_blurs(first)), correct_blur_first);
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
BOOST_AUTO_TEST_CASE(octaves_with_odd_sides) {
    // 62 × 90, 31 × 45, 15 × 22.
    const Tensor x = part_of(patch(), 31, 45);
    check_same(student(pyramid, x), pyramid(x), octave_rounding);
}
BOOST_AUTO_TEST_CASE(an_octave_of_just_eleven_rows_or_columns) {
    for (const auto& [height, width] : {std::array<Index, 2>{11, 20}, {20, 11}}) {
        const Tensor x = part_of(patch(), height, width);
        check_same(student(pyramid, x), pyramid(x), octave_rounding);
    }
}
BOOST_AUTO_TEST_CASE(a_picture_too_small_for_an_octave) {
    for (const auto& [height, width] : {std::array<Index, 2>{5, 40}, {40, 5}, {1, 1}}) {
        const std::vector<Tensor> octaves = student(pyramid, part_of(patch(), height, width));
        check_that(octaves.empty(),
                   fmt::format("octaves: {} of a picture of {} × {} pixels. Made twice as large it has {} × {}, and an "
                               "octave needs 11 of both: none was expected.",
                               octaves.size(), height, width, 2 * height, 2 * width));
    }
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
BOOST_AUTO_TEST_CASE(just_not_good_enough) {
    // 3 is not less than 0.75 · 4, and 1 not less than 0.5 · 2.
    check_match(Tensor({1, 1}, {0}), Tensor({2, 1}, {3, 4}), 0.75f);
    check_match(Tensor({1, 2}, {0, 0}), Tensor({3, 2}, {0, 9, 2, 0, 0, 1}), 0.5f);
}
BOOST_AUTO_TEST_CASE(the_nearest_is_overtaken) {
    // The row at 3 is the nearest until the one at 2 comes: then it is the second nearest.
    check_match(Tensor({1, 1}, {0}), Tensor({3, 1}, {9, 3, 2}), 0.8f);
    check_match(Tensor({1, 1}, {0}), Tensor({2, 1}, {2.2f, 2}), 0.8f);
    check_match(Tensor({1, 1}, {0}), Tensor({4, 1}, {5, 4, 3, 2.5f}), 0.8f);
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
BOOST_AUTO_TEST_CASE(rows_of_other_lengths_are_refused) {
    check_rejects(match, Tensor({2, 3}), Tensor({2, 4}), 0.8f);
    check_rejects(match, Tensor({2, 4}), Tensor({2, 3}), 0.8f);
    check_rejects(match, Tensor({2, 1}), Tensor({3, 2}), 0.8f);
    check_rejects(match, Tensor({3, 2}), Tensor({2, 3}), 0.8f);
}

BOOST_AUTO_TEST_SUITE_END()
