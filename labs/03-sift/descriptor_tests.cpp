// Tests of 3.5 and 3.6: directions, descriptors, everything together.
#include "testing.hpp"

using namespace cnn;
using namespace cnn::lab03;
using namespace cnn::grader;

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
BOOST_AUTO_TEST_CASE(just_strong_enough_for_an_angle) {
    check_angles(histogram_with({{4, 1}, {5, 4}, {6, 2}, {20, 5}}));
}
BOOST_AUTO_TEST_CASE(two_equal_neighbours_are_no_peak) {
    check_angles(histogram_with({{4, 3}, {5, 10}, {6, 10}, {7, 2}, {20, 9}}));
    check_angles(histogram_with({{35, 10}, {0, 10}, {1, 4}, {12, 9}, {13, 7}}));
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
                   "Everything is put together rightly, but one of the parts is wrong: `./lab check 3` shows which of "
                   "the tasks before.");
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
BOOST_AUTO_TEST_CASE(the_same_pixel_in_two_octaves) {
    // Two spots, one twice as large and twice as far from the corner as the other: the peak of the small one is at the
    // same level, row and column in octave 0 as that of the large one in octave 1.
    check_sift(picture(40, 44, [](float i, float j) {
        const auto spot = [](float down, float right, float width) {
            const float squares = (down * down + right * right) / (width * width);
            return 0.7f * std::exp(-squares / 2) * (1 + 0.3f * std::tanh((0.4f * down + 0.9f * right) / width));
        };
        return 0.1f + spot(i - 11.75f, j - 10.75f, 1.4f) + spot(i - 23.75f, j - 21.75f, 2.8f);
    }));
}
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
