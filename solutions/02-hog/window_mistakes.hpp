// Wrong answers of task 2.6, each with the sentence that names it.
#pragma once
#include <functional>

#include "solutions/02-hog/picture_mistakes.hpp"

namespace cnn::lab02::wrong {

using Boxes = std::vector<Box>;

// The area two boxes share, each side of it at least `least` long.
inline float common(const Box& a, const Box& b, float least = 0) {
    const float height = std::min(a.row + a.height, b.row + b.height) - std::max(a.row, b.row);
    const float width = std::min(a.column + a.width, b.column + b.width) - std::max(a.column, b.column);
    return std::max(height, least) * std::max(width, least);
}
inline float area(const Box& box) { return box.height * box.width; }

inline Mistakes overlap_mistakes() {
    return {
        mistake(intersection_over_union, "common_part_twice",
                "the common part counts twice in the area of both: it has to be taken off once.",
                [](const Box& a, const Box& b) {
                    const float both = area(a) + area(b);
                    return both > 0 ? common(a, b) / both : 0;
                }),
        mistake(
            intersection_over_union, "last_pixel_included",
            "a pixel is added to every height and width, as where a box is given by its last pixel: these have sizes.",
            [](const Box& a, const Box& b) {
                const Box more_a{a.row, a.column, a.height + 1, a.width + 1, a.score},
                    more_b{b.row, b.column, b.height + 1, b.width + 1, b.score};
                const float shared = common(more_a, more_b), together = area(more_a) + area(more_b) - shared;
                return together > 0 ? shared / together : 0;
            }),
        mistake(intersection_over_union, "of_the_smaller",
                "the common part is divided by the smaller box: it is divided by the area of both together.",
                [](const Box& a, const Box& b) {
                    const float smaller = std::min(area(a), area(b));
                    return smaller > 0 ? common(a, b) / smaller : 0;
                }),
        mistake(
            intersection_over_union, "negative_sides",
            "the height or width of the common part is negative here: where the boxes are apart along an axis it is "
            "0, max(0, …) of each.",
            [](const Box& a, const Box& b) {
                const float shared = common(a, b, -1e9f), together = area(a) + area(b) - shared;
                return together > 0 ? shared / together : 0;
            }),
        mistake(intersection_over_union, "product_cut_at_zero",
                "max(0, …) is taken of the product: of boxes that lie apart in both ways it is positive, so take it of "
                "height and width.",
                [](const Box& a, const Box& b) {
                    const float shared = std::max(common(a, b, -1e9f), 0.0f), together = area(a) + area(b) - shared;
                    return together > 0 ? shared / together : 0;
                }),
        mistake(intersection_over_union, "height_with_columns",
                "heights and widths have changed places: a box reaches from row to row + height.",
                [](const Box& a, const Box& b) {
                    return intersection_over_union({a.row, a.column, a.width, a.height, 0},
                                                   {b.row, b.column, b.width, b.height, 0});
                }),
        mistake(intersection_over_union, "zero_by_zero",
                "of two boxes without area you divide 0 by 0: the answer is 0.",
                [](const Box& a, const Box& b) { return common(a, b) / (area(a) + area(b) - common(a, b)); }),
        mistake(intersection_over_union, "intersection_only",
                "this is the common area itself: divide it by the area of both together.",
                [](const Box& a, const Box& b) { return common(a, b); }),
    };
}

// Greedy suppression; forbids(overlap, most) decides, order(a, b) sorts scores.
template <class Forbids, class Order>
Boxes suppressed_with(Boxes boxes, float most, const Forbids& forbids, const Order& order) {
    std::ranges::stable_sort(boxes, order, &Box::score);
    Boxes staying;
    for (const Box& box : boxes)
        if (std::ranges::none_of(staying, [&](const Box& s) { return forbids(intersection_over_union(s, box), most); }))
            staying.push_back(box);
    return staying;
}

inline Mistakes suppression_mistakes() {
    return {
        mistake(suppress, "gone_ones_suppress",
                "a box that is gone takes others with it: only boxes that stay suppress.",
                [](const Boxes& boxes, float most) {
                    Boxes sorted = boxes, staying;
                    std::ranges::stable_sort(sorted, std::ranges::greater(), &Box::score);
                    for (std::size_t i = 0; i < sorted.size(); ++i)
                        if (std::none_of(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(i),
                                         [&](const Box& s) { return intersection_over_union(s, sorted[i]) > most; }))
                            staying.push_back(sorted[i]);
                    return staying;
                }),
        mistake(suppress, "as_much_is_too_much", "an overlap of just `most` suppresses: it has to be greater.",
                [](const Boxes& boxes, float most) {
                    return suppressed_with(boxes, most, std::greater_equal<float>(), std::ranges::greater());
                }),
        mistake(suppress, "weakest_first", "the weakest box stays and suppresses the others: begin with the best.",
                [](const Boxes& boxes, float most) {
                    return suppressed_with(boxes, most, std::greater<float>(), std::ranges::less());
                }),
        mistake(suppress, "as_they_come", "the boxes are taken as they come: begin with the highest score.",
                [](const Boxes& boxes, float most) {
                    return suppressed_with(boxes, most, std::greater<float>(), [](float, float) { return false; });
                }),
        mistake(suppress, "last_of_equal_scores", "of equal scores the last stays: the first does.",
                [](const Boxes& boxes, float most) {
                    return suppressed_with(Boxes(boxes.rbegin(), boxes.rend()), most, std::greater<float>(),
                                           std::ranges::greater());
                }),
        mistake(suppress, "only_the_best", "only the best box of all stays: those elsewhere stay, too.",
                [](const Boxes& boxes, float most) {
                    Boxes staying = suppress(boxes, most);
                    staying.resize(std::min<std::size_t>(staying.size(), 1));
                    return staying;
                }),
        mistake(suppress, "nothing_suppressed", "the boxes are sorted, but none of them goes.",
                [](const Boxes& boxes, float) { return suppress(boxes, 1); }),
    };
}

// Levels whose sizes are size(full, scale); each made of the one before where `stepwise`.
struct Steps {
    Index (*size)(Index, double) = [](Index full, double scale) {
        return static_cast<Index>(std::lround(static_cast<double>(full) / scale));
    };
    bool stepwise = false, strictly_larger = false, either_fits = false;
};
inline std::vector<Image> pyramid_with(const Image& scene, Index height, Index width, float factor,
                                       const Steps& steps) {
    pyramid(scene, height, width, factor);  // refuses what never ends
    std::vector<Image> levels;
    for (double scale = 1;; scale *= static_cast<double>(factor)) {
        const Index rows = steps.size(scene.height, scale), columns = steps.size(scene.width, scale);
        const bool high = steps.strictly_larger ? rows > height : rows >= height,
                   wide = steps.strictly_larger ? columns > width : columns >= width;
        if (steps.either_fits ? rows < 1 || columns < 1 || (!high && !wide) : !high || !wide) return levels;
        levels.push_back(scale == 1 ? scene : resize(steps.stepwise ? levels.back() : scene, rows, columns));
    }
}

inline Mistakes pyramid_mistakes() {
    return {
        mistake(pyramid, "level_from_level",
                "each level is made of the one before, which is blurred already: make it of the scene.",
                [](const Image& scene, Index height, Index width, float factor) {
                    return pyramid_with(scene, height, width, factor, {.stepwise = true});
                }),
        mistake(pyramid, "sizes_cut", "the sizes of the levels are cut to whole numbers: round them.",
                [](const Image& scene, Index height, Index width, float factor) {
                    return pyramid_with(scene, height, width, factor, {.size = [](Index full, double scale) {
                                            return static_cast<Index>(static_cast<double>(full) / scale + 1e-9);
                                        }});
                }),
        mistake(pyramid, "last_level_missing", "a level that is just as large as the window is missing: one fits in.",
                [](const Image& scene, Index height, Index width, float factor) {
                    return pyramid_with(scene, height, width, factor, {.strictly_larger = true});
                }),
        mistake(pyramid, "scene_missing", "the pyramid begins with a smaller picture: level 0 is the scene itself.",
                [](const Image& scene, Index height, Index width, float factor) {
                    std::vector<Image> levels = pyramid(scene, height, width, factor);
                    if (!levels.empty()) levels.erase(levels.begin());
                    return levels;
                }),
        mistake(pyramid, "fits_one_way",
                "the last levels are too small for the window in one direction: it must fit in both.",
                [](const Image& scene, Index height, Index width, float factor) {
                    return pyramid_with(scene, height, width, factor, {.either_fits = true});
                }),
        mistake(pyramid, "scene_only", "there is one level only: the scene comes smaller and smaller.",
                [](const Image& scene, Index height, Index width, float factor) {
                    std::vector<Image> levels = pyramid(scene, height, width, factor);
                    if (levels.size() > 1) levels.erase(levels.begin() + 1, levels.end());
                    return levels;
                }),
    };
}

// All windows of a level, whatever they score.
inline Boxes all_windows(const Image& level, Detector detector) {
    detector.threshold = -1e30f;
    return scan(level, detector);
}
template <class Keep>
Boxes windows_with(const Image& level, const Detector& detector, const Keep& keep) {
    Boxes found;
    for (const Box& box : all_windows(level, detector))
        if (keep(box)) found.push_back(box);
    return found;
}

inline Mistakes scan_mistakes() {
    return {
        mistake(scan, "as_much_is_enough", "a score of just the threshold is a detection: it has to be greater.",
                [](const Image& level, const Detector& d) {
                    return windows_with(level, d, [&](const Box& box) { return box.score >= d.threshold; });
                }),
        mistake(scan, "threshold_ignored", "windows with a score below the threshold are detections, too.",
                [](const Image& level, const Detector& d) { return all_windows(level, d); }),
        mistake(scan, "last_places_missing", "the last row and the last column of places for the window are missing.",
                [](const Image& level, const Detector& d) {
                    Boxes found = scan(level, d);
                    const auto cell = static_cast<float>(d.settings.cell);
                    const float last_row = static_cast<float>(level.height / d.settings.cell) * cell,
                                last_column = static_cast<float>(level.width / d.settings.cell) * cell;
                    std::erase_if(found, [&](const Box& box) {
                        return box.row + box.height >= last_row || box.column + box.width >= last_column;
                    });
                    return found;
                }),
        mistake(scan, "places_in_cells", "rows and columns are counted in cells: they are pixels.",
                [](const Image& level, const Detector& d) {
                    Boxes found = scan(level, d);
                    for (Box& box : found)
                        box.row /= static_cast<float>(d.settings.cell),
                            box.column /= static_cast<float>(d.settings.cell);
                    return found;
                }),
        mistake(scan, "score_without_b", "b is missing in the scores.",
                [](const Image& level, const Detector& d) {
                    Detector other = d;
                    other.svm.b = 0;
                    return scan(level, other);
                }),
        mistake(scan, "windows_cut_out",
                "each window is cut out and described by itself: take the blocks of the whole level, which know what "
                "lies around.",
                [](const Image& level, const Detector& d) {
                    Boxes found;
                    for (Box box : all_windows(level, d)) {
                        const Tensor x = hog(
                            crop(level, static_cast<Index>(box.row), static_cast<Index>(box.column), d.height, d.width),
                            d.settings);
                        box.score = scores(x.reshaped({1, x.count()}), d.svm)(0);
                        if (box.score > d.threshold) found.push_back(box);
                    }
                    return found;
                }),
        mistake(scan, "window_after_window", "the windows lie side by side: they begin one cell apart.",
                [](const Image& level, const Detector& d) {
                    Boxes found = scan(level, d);
                    std::erase_if(found, [&](const Box& box) {
                        return static_cast<Index>(box.row) % d.height != 0 ||
                               static_cast<Index>(box.column) % d.width != 0;
                    });
                    return found;
                }),
        mistake(scan, "column_by_column", "the windows come column by column: they come row by row.",
                [](const Image& level, const Detector& d) {
                    Boxes found = scan(level, d);
                    std::ranges::stable_sort(found, std::ranges::less(), &Box::column);
                    return found;
                }),
    };
}

// Detections of all levels, each box changed by change(box, down, right).
template <class Change>
Boxes detected_with(const Image& scene, const Detector& d, const Change& change) {
    Boxes found;
    for (const Image& level : pyramid(scene, d.height, d.width, d.factor)) {
        const float down = static_cast<float>(scene.height) / static_cast<float>(level.height);
        const float right = static_cast<float>(scene.width) / static_cast<float>(level.width);
        for (const Box& box : scan(level, d)) found.push_back(change(box, down, right));
    }
    return found;
}
inline Box scaled(const Box& box, float down, float right) {
    return {box.row * down, box.column * right, box.height * down, box.width * right, box.score};
}

inline Mistakes detection_mistakes() {
    return {
        mistake(detect, "pixels_of_the_level", "the boxes are in pixels of their level: make them pixels of the scene.",
                [](const Image& scene, const Detector& d) {
                    return suppress(detected_with(scene, d, [](const Box& box, float, float) { return box; }), d.most);
                }),
        mistake(detect, "sizes_of_the_level", "the places are those of the scene, the sizes still those of the level.",
                [](const Image& scene, const Detector& d) {
                    return suppress(
                        detected_with(
                            scene, d,
                            [](const Box& box, float down, float right) {
                                return Box{box.row * down, box.column * right, box.height, box.width, box.score};
                            }),
                        d.most);
                }),
        mistake(detect, "places_of_the_level", "the sizes are those of the scene, the places still those of the level.",
                [](const Image& scene, const Detector& d) {
                    return suppress(
                        detected_with(
                            scene, d,
                            [](const Box& box, float down, float right) {
                                return Box{box.row, box.column, box.height * down, box.width * right, box.score};
                            }),
                        d.most);
                }),
        mistake(detect, "the_wrong_way",
                "the boxes grow smaller where they have to grow: the level is the smaller one.",
                [](const Image& scene, const Detector& d) {
                    return suppress(detected_with(scene, d,
                                                  [](const Box& box, float down, float right) {
                                                      return scaled(box, 1 / down, 1 / right);
                                                  }),
                                    d.most);
                }),
        mistake(detect, "not_suppressed", "nothing is suppressed: one thing is found many times.",
                [](const Image& scene, const Detector& d) { return detected_with(scene, d, scaled); }),
        mistake(detect, "suppressed_level_by_level",
                "each level is suppressed by itself: a thing found on two levels stays twice.",
                [](const Image& scene, const Detector& d) {
                    Boxes found;
                    for (const Image& level : pyramid(scene, d.height, d.width, d.factor)) {
                        const float down = static_cast<float>(scene.height) / static_cast<float>(level.height);
                        const float right = static_cast<float>(scene.width) / static_cast<float>(level.width);
                        for (const Box& box : suppress(scan(level, d), d.most))
                            found.push_back(scaled(box, down, right));
                    }
                    std::ranges::stable_sort(found, std::ranges::greater(), &Box::score);
                    return found;
                }),
        mistake(
            detect, "levels_suppressed_apart",
            "each level is suppressed by itself, and the boxes stand level by level: put all of them together, then "
            "suppress once.",
            [](const Image& scene, const Detector& d) {
                Boxes found;
                for (const Image& level : pyramid(scene, d.height, d.width, d.factor)) {
                    const float down = static_cast<float>(scene.height) / static_cast<float>(level.height);
                    const float right = static_cast<float>(scene.width) / static_cast<float>(level.width);
                    for (const Box& box : suppress(scan(level, d), d.most)) found.push_back(scaled(box, down, right));
                }
                return found;
            }),
        mistake(detect, "scaled_by_the_factor",
                "the boxes are multiplied by factor^k: the sizes of the levels are rounded, so it is scene.height / "
                "level.height, and likewise for the widths.",
                [](const Image& scene, const Detector& d) {
                    Boxes found;
                    float scale = 1;
                    for (const Image& level : pyramid(scene, d.height, d.width, d.factor)) {
                        for (const Box& box : scan(level, d)) found.push_back(scaled(box, scale, scale));
                        scale *= d.factor;
                    }
                    return suppress(found, d.most);
                }),
        mistake(detect, "threshold_not_asked",
                "windows with a score below the threshold are found, too: each level keeps only those above it.",
                [](const Image& scene, const Detector& d) {
                    Detector eager = d;
                    eager.threshold = -1e30f;
                    return suppress(detected_with(scene, eager, scaled), d.most);
                }),
        mistake(detect, "scene_only_scanned", "only the scene itself is scanned: the other levels find larger things.",
                [](const Image& scene, const Detector& d) { return suppress(scan(scene, d), d.most); }),
    };
}

}  // namespace cnn::lab02::wrong
