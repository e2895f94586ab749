// Tests of 2.6: windows in a scene.
#include "testing.hpp"

using namespace cnn;
using namespace cnn::lab02;
using namespace cnn::grader;

BOOST_AUTO_TEST_SUITE(task_2_6)

// Boxes from other software: [N, 5].
std::vector<Box> boxes_of(const Tensor& rows) {
    std::vector<Box> boxes;
    for (Index n = 0; n < rows.size(0); ++n)
        boxes.push_back({rows(n, 0), rows(n, 1), rows(n, 2), rows(n, 3), rows(n, 4)});
    return boxes;
}
void check_overlap(const Box& a, const Box& b, float share) {
    check_same(student(intersection_over_union, a, b), share, sums);
    check_same(student(intersection_over_union, b, a), share, sums);
}

// A detector with some weights, whose threshold lies in a gap between two scores, so that rounding decides nothing.
Detector any_detector(Index height, Index width, const Settings& settings, std::uint32_t seed) {
    return {.svm = {random({hog_size(height, width, settings)}, seed), 0.5f},
            .height = height,
            .width = width,
            .settings = settings};
}
Detector with_threshold(Detector detector, const Image& scene) {
    Detector all = detector;
    all.threshold = -1e9f, all.most = 1;
    std::vector<float> found;
    for (const Box& box : detect(scene, all)) found.push_back(box.score);  // by falling score
    std::size_t best = found.size() / 4;
    for (std::size_t i = best; i < found.size() / 2; ++i)
        if (found[i - 1] - found[i] > found[best - 1] - found[best]) best = i;
    detector.threshold = (found[best - 1] + found[best]) / 2;
    return detector;
}

// A wrong answer that one's own steps explain is a mistake of those.
bool are_near(const std::vector<Box>& a, const std::vector<Box>& b) {
    return std::ranges::equal(a, b, [](const Box& x, const Box& y) {
        return std::abs(x.row - y.row) + std::abs(x.column - y.column) + std::abs(x.height - y.height) +
                   std::abs(x.width - y.width) + std::abs(x.score - y.score) <
               1e-3f;
    });
}
// What the right suppression makes of the learner's own overlaps.
std::vector<Box> suppressed_by_own_overlaps(std::vector<Box> boxes, float most) {
    std::ranges::stable_sort(boxes, std::ranges::greater(), &Box::score);
    std::vector<Box> staying;
    for (const Box& box : boxes)
        if (std::ranges::none_of(staying,
                                 [&](const Box& s) { return student(intersection_over_union, s, box) > most; }))
            staying.push_back(box);
    return staying;
}
void check_suppress(const std::vector<Box>& boxes, float most, const std::vector<Box>& expected) {
    const auto answer = student(suppress, boxes, most);
    if (!are_near(answer, expected))
        check_that(!are_near(answer, suppressed_by_own_overlaps(boxes, most)),
                   "suppress is right, but it relies on intersection_over_union, which is not: correct that first.");
    check_same(answer, expected, sums);
}
void check_scan(const Image& level, const Detector& detector) {
    const auto answer = student(scan, level, detector);
    const Gradient gradient = student(strongest_gradient, level);
    const Tensor blocks =
        student(normalize_blocks, student(cell_histograms, gradient, detector.settings), detector.settings.block);
    check_that(is_near(blocks, normalize_blocks(cell_histograms(strongest_gradient(level), detector.settings),
                                                detector.settings.block)),
               "The blocks of the picture are wrong already: correct tasks 2.1 to 2.3 first.");
    check_same(answer, scan(level, detector), sums);
}
// detect() from the learner's own parts.
std::vector<Box> detected_by_own_parts(const Image& scene, const Detector& d) {
    std::vector<Box> found;
    for (const Image& level : student(pyramid, scene, d.height, d.width, d.factor)) {
        const float down = static_cast<float>(scene.height) / static_cast<float>(level.height);
        const float right = static_cast<float>(scene.width) / static_cast<float>(level.width);
        for (const Box& box : student(scan, level, d))
            found.push_back({box.row * down, box.column * right, box.height * down, box.width * right, box.score});
    }
    return student(suppress, found, d.most);
}
void check_detect(const Image& scene, const Detector& detector) {
    const auto answer = student(detect, scene, detector), expected = detect(scene, detector);
    if (!are_near(answer, expected))
        check_that(
            !are_near(answer, detected_by_own_parts(scene, detector)),
            "detect is put together rightly, but one of its parts is wrong: pyramid, scan, suppress or what they "
            "are made of. Their own tests say which.");
    check_same(answer, expected, {.relative = 2e-5, .absolute = 2e-4});
}

BOOST_AUTO_TEST_CASE(overlap_with_a_pencil) { check_overlap({0, 0, 4, 6, 0}, {2, 3, 4, 6, 0}, 1 / 7.0f); }
BOOST_AUTO_TEST_CASE(overlap_of_the_same_and_of_one_inside_the_other) {
    check_overlap({3, 5, 7, 2, 1}, {3, 5, 7, 2, -1}, 1);
    check_overlap({0, 0, 10, 10, 0}, {2, 3, 5, 4, 0}, 0.2f);
    check_overlap({-4, -6, 4, 6, 0}, {-2, -3, 4, 6, 0}, 1 / 7.0f);
}
BOOST_AUTO_TEST_CASE(no_overlap) {
    check_overlap({0, 0, 4, 4, 0}, {0, 4, 4, 4, 0}, 0);    // side by side
    check_overlap({0, 0, 4, 4, 0}, {9, 1, 4, 4, 0}, 0);    // one below the other
    check_overlap({0, 0, 4, 4, 0}, {10, 10, 4, 4, 0}, 0);  // apart in both ways
    check_overlap({1, 1, 0, 0, 0}, {1, 1, 0, 0, 0}, 0);    // no area
}
BOOST_AUTO_TEST_CASE(apart_in_one_way_only) {
    check_overlap({0, 0, 4, 4, 0}, {2, 30, 4, 4, 0}, 0);  // some rows in common, no columns
    check_overlap({0, 0, 4, 4, 0}, {30, 2, 4, 4, 0}, 0);  // some columns in common, no rows
}
BOOST_AUTO_TEST_CASE(apart_in_both_ways) { check_overlap({0, 0, 4, 4, 0}, {6, 7, 4, 4, 0}, 0); }
BOOST_AUTO_TEST_CASE(overlap_as_torchvision_has_it) {
    const auto boxes = boxes_of(golden("boxes"));
    const Tensor theirs = golden("boxes_overlap");
    for (std::size_t i = 1; i < boxes.size(); ++i)
        check_same(student(intersection_over_union, boxes[0], boxes[i]), theirs[static_cast<Index>(i) - 1],
                   {.absolute = 1e-5});
}

BOOST_AUTO_TEST_CASE(the_best_of_two_stays) {
    const Box good{0, 0, 10, 10, 2}, better{1, 1, 10, 10, 3}, elsewhere{20, 20, 10, 10, -1};
    check_suppress({good, better, elsewhere}, 0.5f, {better, elsewhere});
    check_suppress({good, better, elsewhere}, 0.9f, {better, good, elsewhere});
}
BOOST_AUTO_TEST_CASE(what_is_gone_suppresses_nothing) {
    // The first overlaps the second, the second the third; the first and the third have little in common.
    const Box first{0, 0, 10, 10, 3}, second{0, 4, 10, 10, 2}, third{0, 8, 10, 10, 1};
    check_suppress({third, second, first}, 0.3f, {first, third});
}
BOOST_AUTO_TEST_CASE(as_much_as_allowed_stays) {
    const Box one{0, 0, 4, 4, 2}, other{0, 2, 4, 4, 1};  // 8 of 24
    check_suppress({one, other}, 8.0f / 24, {one, other});
    check_suppress({one, one}, 1, {one, one});
}
BOOST_AUTO_TEST_CASE(of_equal_scores_the_first) {
    const Box a{0, 0, 10, 10, 1}, b{0, 1, 10, 10, 1}, c{40, 0, 10, 10, 1};
    check_suppress({a, b, c}, 0.3f, {a, c});
    check_suppress({b, c, a}, 0.3f, {b, c});
}
BOOST_AUTO_TEST_CASE(one_box_and_none) {
    check_suppress({}, 0.3f, {});
    check_suppress({{1, 2, 3, 4, -5}}, 0.3f, {{1, 2, 3, 4, -5}});
}
BOOST_AUTO_TEST_CASE(suppressed_as_torchvision_does_it) {
    const auto boxes = boxes_of(golden("boxes"));
    std::vector<Box> staying;
    const Tensor places = golden("boxes_staying");
    for (const float place : places.values()) staying.push_back(boxes[static_cast<std::size_t>(place)]);
    check_suppress(boxes, 0.3f, staying);
}

BOOST_AUTO_TEST_CASE(the_levels_of_a_pyramid) {
    for (const auto& [height, width, factor] :
         {std::array<float, 3>{24, 30, 2}, {17, 23, 2}, {17, 23, 1.3f}, {20, 12, 1.5f}}) {
        const Image scene = noise(static_cast<Index>(height), static_cast<Index>(width), 3, 1);
        check_same(student(pyramid, scene, Index{5}, Index{6}, factor), pyramid(scene, 5, 6, factor));
    }
}
BOOST_AUTO_TEST_CASE(the_last_level_holds_just_one_window) {
    const Image scene = noise(24, 16, 1, 2);
    check_same(student(pyramid, scene, Index{6}, Index{4}, 2.0f), pyramid(scene, 6, 4, 2));  // 24, 12, 6
    check_same(student(pyramid, scene, Index{6}, Index{5}, 2.0f), pyramid(scene, 6, 5, 2));  // 16, 8, no 4
    check_same(student(pyramid, scene, Index{24}, Index{16}, 2.0f), {scene});
}
BOOST_AUTO_TEST_CASE(a_scene_smaller_than_the_window) {
    check_same(student(pyramid, noise(9, 30, 1, 3), Index{10}, Index{10}, 1.5f), {});
    check_same(student(pyramid, noise(30, 9, 1, 3), Index{10}, Index{10}, 1.5f), {});
}
BOOST_AUTO_TEST_CASE(a_factor_that_makes_nothing_smaller_is_refused) {
    for (const float factor : {1.0f, 0.5f, 0.0f, -2.0f})
        check_rejects(pyramid, noise(8, 8, 1, 1), Index{4}, Index{4}, factor);
}

BOOST_AUTO_TEST_CASE(a_level_that_is_one_window) {
    const Image level = noise(16, 24, 3, 4);
    Detector detector = any_detector(16, 24, {}, 5);
    detector.threshold = -1e9f;
    check_scan(level, detector);
}
BOOST_AUTO_TEST_CASE(every_place_of_the_window) {
    const Image level = noise(23, 34, 1, 6);
    Detector detector = any_detector(12, 8, {.cell = 4}, 7);
    detector.threshold = -1e9f;
    check_scan(level, detector);
}
BOOST_AUTO_TEST_CASE(only_scores_above_the_threshold) {
    const Image level = noise(30, 32, 1, 8);
    Detector detector = any_detector(8, 12, {.cell = 4, .bins = 5, .shared_votes = false}, 9);
    detector.factor = 100;  // one level
    check_scan(level, with_threshold(detector, level));
    detector.svm.w.fill(0), detector.threshold = detector.svm.b;  // as much as the threshold is not more
    check_same(student(scan, level, detector), {}, sums);
}
BOOST_AUTO_TEST_CASE(a_level_smaller_than_the_window) {
    check_same(student(scan, noise(15, 40, 1, 10), any_detector(16, 16, {}, 11)), {}, sums);
    check_same(student(scan, noise(40, 15, 1, 10), any_detector(16, 16, {}, 11)), {}, sums);
}
BOOST_AUTO_TEST_CASE(weights_of_another_window_are_refused) {
    for (const auto& [height, width] : {std::array<Index, 2>{16, 24}, {24, 16}, {16, 16}, {32, 32}, {8, 8}}) {
        Detector detector = any_detector(24, 24, {}, 12);
        detector.height = height, detector.width = width;
        check_rejects(scan, noise(40, 40, 1, 13), detector);
    }
}

BOOST_AUTO_TEST_CASE(detections_in_pixels_of_the_scene) {
    const Image scene = noise(33, 47, 1, 14);
    check_detect(scene, with_threshold(any_detector(12, 16, {.cell = 4}, 15), scene));
}
BOOST_AUTO_TEST_CASE(detections_on_several_levels) {
    const Image scene = noise(40, 30, 3, 16);
    Detector detector = any_detector(8, 8, {.cell = 4}, 17);
    detector.factor = 1.5f, detector.most = 0.2f;
    check_detect(scene, with_threshold(detector, scene));
}
BOOST_AUTO_TEST_CASE(overlapping_detections_stay_where_they_may) {
    const Image scene = noise(24, 24, 1, 18);
    Detector detector = any_detector(8, 8, {.cell = 4}, 19);
    detector.factor = 2, detector.most = 1, detector.threshold = -1e9f;
    check_detect(scene, detector);
}
BOOST_AUTO_TEST_CASE(nothing_to_find) {
    Detector detector = any_detector(8, 8, {.cell = 4}, 20);
    detector.threshold = 1e9f;
    check_same(student(detect, noise(20, 20, 1, 21), detector), {}, sums);
    check_same(student(detect, noise(7, 7, 1, 22), detector), {}, sums);
}

BOOST_AUTO_TEST_SUITE_END()
