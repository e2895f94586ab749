// Wrong descriptors, and keypoints put together wrongly: task 3.6.
#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "orientation_mistakes.hpp"

namespace cnn::lab03 {

// Task 3.6 with its decisions left open.
struct GridOptions {
    float grid_turn = 1, direction_turn = 1;  // times the angle
    float centre = 1.5f;                      // what is added to u and v to count in cells
    float cell = 3;                           // σ
    float reach = 4;                          // cells
    float bins_on = 0;                        // directions that are added
    bool rounds_down = false;                 // whole votes, and the direction is rounded down
    bool shared = true, bell = true, fractions = true, goes_around = true, swapped = false, counts = false;
};
inline Tensor grid_with(const Tensor& gaussians, const Peak& peak, float angle, const GridOptions& options) {
    const float sigma = first_sigma * std::exp2(peak.level / steps), cell = options.cell * sigma;
    const Index level = std::lround(peak.level), row = std::lround(peak.row), column = std::lround(peak.column);
    const float middle_row = options.fractions ? peak.row : static_cast<float>(row);
    const float middle_column = options.fractions ? peak.column : static_cast<float>(column);
    const float c = std::cos(options.grid_turn * angle), s = std::sin(options.grid_turn * angle);
    const Index radius = static_cast<Index>(options.reach * cell) + 1;
    Tensor histogram({4, 4, 8});
    for (Index i = std::max(row - radius, Index{1}); i <= std::min(row + radius, gaussians.size(1) - 2); ++i)
        for (Index j = std::max(column - radius, Index{1}); j <= std::min(column + radius, gaussians.size(2) - 2);
             ++j) {
            const float dx = static_cast<float>(j) - middle_column, dy = static_cast<float>(i) - middle_row;
            const float u = (dx * c + dy * s) / cell, v = (dy * c - dx * s) / cell;
            const float gx = gaussians(level, i, j + 1) - gaussians(level, i, j - 1);
            const float gy = gaussians(level, i + 1, j) - gaussians(level, i - 1, j);
            const float turns = (std::atan2(gy, gx) - options.direction_turn * angle) / turn;
            const float bin = std::fmod(8 * (turns - std::floor(turns)) + options.bins_on + 8, 8.0f);
            const float weight = (options.counts ? 1 : std::sqrt(gx * gx + gy * gy)) *
                                 (options.bell ? std::exp(-(u * u + v * v) / 8) : 1);
            const float y = (options.swapped ? u : v) + options.centre, x = (options.swapped ? v : u) + options.centre;
            if (options.rounds_down) {
                const auto r = static_cast<Index>(std::floor(y + 0.5f)), q = static_cast<Index>(std::floor(x + 0.5f));
                if (r >= 0 && r < 4 && q >= 0 && q < 4) histogram(r, q, static_cast<Index>(bin) % 8) += weight;
                continue;
            }
            for (Index r = 0; r < 4; ++r)
                for (Index q = 0; q < 4; ++q)
                    for (Index k = 0; k <= 8; ++k) {
                        const float away_r = std::abs(y - static_cast<float>(r)),
                                    away_q = std::abs(x - static_cast<float>(q)),
                                    away_k = std::abs(bin - static_cast<float>(k));
                        if (away_r >= 1 || away_q >= 1 || away_k >= 1 || (k == 8 && !options.goes_around)) continue;
                        if (options.shared)
                            histogram(r, q, k % 8) += weight * (1 - away_r) * (1 - away_q) * (1 - away_k);
                        else if (away_r <= 0.5f && away_q <= 0.5f && away_k <= 0.5f)
                            histogram(r, q, k % 8) += weight;
                    }
        }
    return histogram;
}

inline Mistakes grid_mistakes() {
    using grader::mistake;
    return {
        mistake(descriptor_histogram, "grid_not_turned",
                "the grid is not turned: u and v are measured along the angle and across it.",
                [](const Tensor& g, const Peak& p, float a) { return grid_with(g, p, a, {.grid_turn = 0}); }),
        mistake(descriptor_histogram, "grid_turned_back",
                "the grid is turned the wrong way: a pixel that lies along the angle has v = 0 and a positive u.",
                [](const Tensor& g, const Peak& p, float a) { return grid_with(g, p, a, {.grid_turn = -1}); }),
        mistake(descriptor_histogram, "directions_not_turned",
                "the directions are counted from the right: subtract the keypoint's angle from the gradient's.",
                [](const Tensor& g, const Peak& p, float a) { return grid_with(g, p, a, {.direction_turn = 0}); }),
        mistake(descriptor_histogram, "directions_turned_twice",
                "the keypoint's angle is added to the gradient's: subtract it.",
                [](const Tensor& g, const Peak& p, float a) { return grid_with(g, p, a, {.direction_turn = -1}); }),
        mistake(descriptor_histogram, "not_shared",
                "every pixel votes for one bin alone: share its vote between two rows, two columns and two directions.",
                [](const Tensor& g, const Peak& p, float a) { return grid_with(g, p, a, {.shared = false}); }),
        mistake(descriptor_histogram, "whole_votes_rounded_down",
                "every pixel votes for one cell and one direction, which is rounded down: share its vote between two "
                "rows, two columns and two directions.",
                [](const Tensor& g, const Peak& p, float a) { return grid_with(g, p, a, {.rounds_down = true}); }),
        mistake(descriptor_histogram, "half_a_direction_off",
                "the directions lie half a bin off: direction k stands for k eighths of a turn, and does not begin "
                "there.",
                [](const Tensor& g, const Peak& p, float a) { return grid_with(g, p, a, {.bins_on = -0.5f}); }),
        mistake(descriptor_histogram, "half_a_direction_on",
                "the directions lie half a bin off: half a bin is added, where direction k stands for k eighths of a "
                "turn.",
                [](const Tensor& g, const Peak& p, float a) { return grid_with(g, p, a, {.bins_on = 0.5f}); }),
        mistake(
            descriptor_histogram, "corners_of_the_turned_grid_missing",
            "the corners of the turned grid are missing: turned by 45° it reaches √2 times as far, and pixels up to "
            "2.5 cells from its middle share with the last cells.",
            [](const Tensor& g, const Peak& p, float a) { return grid_with(g, p, a, {.reach = 2.5f}); }),
        mistake(descriptor_histogram, "only_two_cells_far",
                "pixels more than 2 cells away are left out: up to 2.5 cells they share with the last cells, and √2 "
                "times as far when the grid is turned.",
                [](const Tensor& g, const Peak& p, float a) { return grid_with(g, p, a, {.reach = 2}); }),
        mistake(
            descriptor_histogram, "no_bell_on_the_grid",
            "pixels at the rim of the grid count as much as in its middle: the weight exp(-(u² + v²) / 8) is missing.",
            [](const Tensor& g, const Peak& p, float a) { return grid_with(g, p, a, {.bell = false}); }),
        mistake(descriptor_histogram, "magnitude_forgotten",
                "every pixel counts alike, however weak its gradient: multiply by the magnitude.",
                [](const Tensor& g, const Peak& p, float a) { return grid_with(g, p, a, {.counts = true}); }),
        mistake(
            descriptor_histogram, "half_a_cell_off",
            "everything lies half a cell too far right and down: the centres of the cells are at -1.5, -0.5, 0.5, 1.5.",
            [](const Tensor& g, const Peak& p, float a) { return grid_with(g, p, a, {.centre = 2}); }),
        mistake(descriptor_histogram, "fractions_not_counted",
                "distances are measured from the nearest pixel: the peak lies between pixels.",
                [](const Tensor& g, const Peak& p, float a) { return grid_with(g, p, a, {.fractions = false}); }),
        mistake(descriptor_histogram, "last_direction_lost",
                "votes between direction 7 and a whole turn lose a part: what follows 7 is 0.",
                [](const Tensor& g, const Peak& p, float a) { return grid_with(g, p, a, {.goes_around = false}); }),
        mistake(descriptor_histogram, "cells_transposed",
                "rows and columns of cells have changed places: rows go with v.",
                [](const Tensor& g, const Peak& p, float a) { return grid_with(g, p, a, {.swapped = true}); }),
        mistake(descriptor_histogram, "cells_of_4_sigma", "the cells are 4σ wide: it is 3σ.",
                [](const Tensor& g, const Peak& p, float a) { return grid_with(g, p, a, {.cell = 4}); }),
    };
}

inline float length_of(const Tensor& x) {
    float squares = 0;
    for (const float value : x.values()) squares += value * value;
    return std::sqrt(squares);
}
inline Tensor to_length_one(Tensor x) {
    const float length = length_of(x);
    return length > 0 ? x *= 1 / length : x;
}
inline Tensor cut(Tensor x, float most = 0.2f) {
    for (float& value : x.values()) value = std::min(value, most);
    return x;
}
inline Tensor flat(const Tensor& x) { return x.reshaped({x.count()}); }

inline Mistakes length_mistakes() {
    using grader::mistake;
    return {
        mistake(normalized, "never_cut", "nothing is cut: values above 0.2 become 0.2.",
                [](const Tensor& h) { return to_length_one(flat(h)); }),
        mistake(normalized, "not_scaled_again", "the length is not 1 after the cut: scale once more.",
                [](const Tensor& h) { return cut(to_length_one(flat(h))); }),
        mistake(normalized, "cut_first", "the values are cut before they are scaled: 0.2 is meant of a length of 1.",
                [](const Tensor& h) { return to_length_one(cut(flat(h))); }),
        mistake(normalized, "sum_one",
                "the values are divided by their sum: the length is the root of the sum of squares.",
                [](const Tensor& h) {
                    const auto to_sum_one = [](Tensor x) {
                        float sum = 0;
                        for (const float value : x.values()) sum += value;
                        return sum > 0 ? x *= 1 / sum : x;
                    };
                    return to_sum_one(cut(to_sum_one(flat(h))));
                }),
        mistake(normalized, "nothing_by_nothing",
                "a histogram of zeros is divided by its length 0, which is no number: leave zeros as they are.",
                [](const Tensor& h) {
                    Tensor x = normalized(h);
                    return length_of(x) > 0 ? x : Tensor::full(x.shape(), std::numeric_limits<float>::quiet_NaN());
                }),
    };
}

// Task 3.6 with its decisions left open.
struct TogetherOptions {
    float shift = 0.25f, first_pixel = 0.5f, growth = 2;
    Index octaves = 100;
    float threshold = contrast / 2;
    bool all_angles = true, duplicates = false, turned = true, whole_sigma = false, one_list = false;
};
inline Features sift_with(const Tensor& gray, const TogetherOptions& options) {
    Features result;
    std::vector<float> rows;
    float pixel = options.first_pixel;
    Index left = options.octaves;
    std::vector<Extremum> taken;
    for (const Tensor& gaussians : pyramid(gray)) {
        if (left-- == 0) break;
        const Tensor d = difference_of_gaussians(gaussians);
        if (!options.one_list) taken.clear();
        for (const Extremum& start : extrema(d, options.threshold)) {
            const auto peak = refine(d, start);
            if (!peak) continue;
            const Extremum at{std::lround(peak->level), std::lround(peak->row), std::lround(peak->column)};
            const bool is_known = std::ranges::any_of(taken, [&](const Extremum& e) {
                return e.level == at.level && e.row == at.row && e.column == at.column;
            });
            if (is_known && !options.duplicates) continue;
            taken.push_back(at);
            const Tensor histogram = orientation_histogram(gaussians, *peak);
            for (const float angle :
                 options.all_angles ? dominant_angles(histogram) : angles_with(histogram, {.highest_only = true})) {
                const float sigma = pixel * first_sigma * std::exp2(peak->level / steps);
                result.keypoints.push_back({pixel * peak->row - options.shift, pixel * peak->column - options.shift,
                                            options.whole_sigma ? sigma / pixel : sigma, angle});
                const Tensor row = normalized(descriptor_histogram(gaussians, *peak, options.turned ? angle : 0));
                rows.insert(rows.end(), row.values().begin(), row.values().end());
            }
        }
        pixel *= options.growth;
    }
    result.descriptors = Tensor({std::ssize(result.keypoints), 128}, rows);
    return result;
}

inline Mistakes sift_mistakes() {
    using grader::mistake;
    return {
        mistake(
            sift, "quarter_forgotten",
            "all keypoints lie a quarter of a pixel too far right and down: row i of octave o is i · 2^(o - 1) - ¼.",
            [](const Tensor& gray) { return sift_with(gray, {.shift = 0}); }),
        mistake(sift, "places_in_the_octave",
                "the places are in pixels of their octave: every octave's pixels are twice as large as the last one's.",
                [](const Tensor& gray) { return sift_with(gray, {.growth = 1}); }),
        mistake(sift, "first_octave_of_full_size",
                "places and sizes are twice too large: a pixel of octave 0 is half a pixel of the picture.",
                [](const Tensor& gray) { return sift_with(gray, {.first_pixel = 1}); }),
        mistake(sift, "sigma_in_the_octave", "sigma is in pixels of the octave: give it in pixels of the picture.",
                [](const Tensor& gray) { return sift_with(gray, {.whole_sigma = true}); }),
        mistake(sift, "one_angle_each", "every peak gives one keypoint: it gives one for each of its dominant angles.",
                [](const Tensor& gray) { return sift_with(gray, {.all_angles = false}); }),
        mistake(sift, "twins", "peaks that came to the same pixel are all kept: only the first of them counts.",
                [](const Tensor& gray) { return sift_with(gray, {.duplicates = true}); }),
        mistake(sift, "one_list_for_all_octaves",
                "a peak is dropped because an octave before had one at the same level, row and column: every octave "
                "has pixels of its own.",
                [](const Tensor& gray) { return sift_with(gray, {.one_list = true}); }),
        mistake(
            sift, "threshold_of_the_contrast",
            "extrema below `contrast` are never refined: the threshold is contrast / 2, as the value at the peak is "
            "larger than at the pixel.",
            [](const Tensor& gray) { return sift_with(gray, {.threshold = contrast}); }),
        mistake(sift, "first_octave_only", "only the first octave is searched: larger keypoints are in the others.",
                [](const Tensor& gray) { return sift_with(gray, {.octaves = 1}); }),
        mistake(sift, "angles_in_degrees", "the keypoints' angles are degrees: the contract asks for radians.",
                [](const Tensor& gray) {
                    Features features = sift(gray);
                    for (Keypoint& keypoint : features.keypoints) keypoint.angle *= 180 / std::numbers::pi_v<float>;
                    return features;
                }),
        mistake(sift, "descriptors_not_turned", "the descriptors are made with angle 0: give them the keypoint's.",
                [](const Tensor& gray) { return sift_with(gray, {.turned = false}); }),
    };
}

}  // namespace cnn::lab03
