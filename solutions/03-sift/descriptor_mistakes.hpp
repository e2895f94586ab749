// Wrong directions, descriptors and matches: tasks 3.5 to 3.7.
#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "blur_mistakes.hpp"

namespace cnn::lab03 {

inline constexpr float turn = 2 * std::numbers::pi_v<float>;

// Task 3.5 with its decisions left open.
struct VoteOptions {
    float up = 1;         // -1: rows counted upwards
    float spread = 1.5f;  // of the bell, in σ
    float reach = 4.5f;   // in σ
    float offset = 0.5f;  // 0: bins begin at their angle instead of being centred there
    bool counts = false;  // every pixel gives 1 instead of its magnitude
    bool level_0 = false, whole_level = false;
    bool smooth = true, circular = true;
};
inline Tensor votes_with(const Tensor& gaussians, const Peak& peak, const VoteOptions& options) {
    const Index level = std::lround(peak.level), row = std::lround(peak.row), column = std::lround(peak.column);
    const float sigma = first_sigma * std::exp2((options.whole_level ? static_cast<float>(level) : peak.level) / steps);
    const Index radius = std::lround(options.reach * sigma), from = options.level_0 ? 0 : level;
    Tensor votes({36}), histogram({36});
    for (Index i = std::max(row - radius, Index{1}); i <= std::min(row + radius, gaussians.size(1) - 2); ++i)
        for (Index j = std::max(column - radius, Index{1}); j <= std::min(column + radius, gaussians.size(2) - 2);
             ++j) {
            const float gx = gaussians(from, i, j + 1) - gaussians(from, i, j - 1);
            const float gy = options.up * (gaussians(from, i + 1, j) - gaussians(from, i - 1, j));
            const auto away = static_cast<float>((i - row) * (i - row) + (j - column) * (j - column));
            const float wide = options.spread * sigma;
            const float weight = wide > 0 ? std::exp(-away / (2 * wide * wide)) : 1;
            const auto bin = static_cast<Index>(std::floor(std::atan2(gy, gx) * 36 / turn + options.offset));
            votes((bin + 72) % 36) += weight * (options.counts ? 1 : std::sqrt(gx * gx + gy * gy));
        }
    if (!options.smooth) return votes;
    const auto vote = [&](Index b) {
        return options.circular ? votes((b + 36) % 36) : b < 0 || b > 35 ? 0.0f : votes(b);
    };
    for (Index b = 0; b < 36; ++b)
        histogram(b) = (6 * vote(b) + 4 * (vote(b - 1) + vote(b + 1)) + vote(b - 2) + vote(b + 2)) / 16;
    return histogram;
}

inline Mistakes histogram_mistakes() {
    using grader::mistake;
    return {
        mistake(orientation_histogram, "rows_upwards",
                "the angles turn the wrong way: gy is below minus above, because rows grow downwards.",
                [](const Tensor& g, const Peak& p) { return votes_with(g, p, {.up = -1}); }),
        mistake(
            orientation_histogram, "every_pixel_counts_one",
            "every pixel gives its weight alone: a strong gradient should count more, so multiply by the magnitude.",
            [](const Tensor& g, const Peak& p) { return votes_with(g, p, {.counts = true}); }),
        mistake(orientation_histogram, "no_bell",
                "pixels far away count as much as near ones: the weight exp(-(i² + j²) / 2(1.5σ)²) is missing.",
                [](const Tensor& g, const Peak& p) { return votes_with(g, p, {.spread = 0}); }),
        mistake(orientation_histogram, "narrow_bell", "the bell of the weights has width σ: it is 1.5σ wide.",
                [](const Tensor& g, const Peak& p) { return votes_with(g, p, {.spread = 1}); }),
        mistake(orientation_histogram, "too_near",
                "pixels up to 3σ away vote: it is 4.5σ, three times the bell's width.",
                [](const Tensor& g, const Peak& p) { return votes_with(g, p, {.reach = 3}); }),
        mistake(
            orientation_histogram, "bins_begin_at_their_angle",
            "angles are rounded down to their bin: the nearest one is wanted, bin b reaches from 10b - 5 to 10b + 5 "
            "degrees.",
            [](const Tensor& g, const Peak& p) { return votes_with(g, p, {.offset = 0}); }),
        mistake(orientation_histogram, "always_level_0",
                "the gradients are those of level 0: take the level nearest to the peak.",
                [](const Tensor& g, const Peak& p) { return votes_with(g, p, {.level_0 = true}); }),
        mistake(orientation_histogram, "sigma_of_the_level",
                "σ is that of the whole level: the peak lies between levels, and peak.level has the fraction.",
                [](const Tensor& g, const Peak& p) { return votes_with(g, p, {.whole_level = true}); }),
        mistake(orientation_histogram, "not_smoothed", "the histogram is not smoothed by (1, 4, 6, 4, 1) / 16.",
                [](const Tensor& g, const Peak& p) { return votes_with(g, p, {.smooth = false}); }),
        mistake(orientation_histogram, "ends_not_joined",
                "votes are lost at the ends when the histogram is smoothed: bin 0 is next to bin 35.",
                [](const Tensor& g, const Peak& p) { return votes_with(g, p, {.circular = false}); }),
    };
}

// Task 3.5, second half.
struct AngleOptions {
    float share = 0.8f;      // of the highest bin
    float sign = 1;          // of the parabola's offset; 0: none
    float unit = turn / 36;  // of the result
    bool ends = true, peaks_only = true, wraps = true, highest_only = false;
};
inline std::vector<float> angles_with(const Tensor& histogram, const AngleOptions& options) {
    const auto values = histogram.values();
    const float highest = *std::ranges::max_element(values);
    std::vector<float> angles;
    for (Index b = options.ends ? 0 : 1; b < (options.ends ? 36 : 35); ++b) {
        const float left = histogram((b + 35) % 36), middle = histogram(b), right = histogram((b + 1) % 36);
        const bool is_peak = middle > left && middle > right;
        if ((options.peaks_only && !is_peak) || middle < options.share * highest || middle <= 0) continue;
        if (options.highest_only && middle < highest) continue;
        const float bend = left - 2 * middle + right;
        const float top = static_cast<float>(b) + (bend != 0 ? options.sign * (left - right) / (2 * bend) : 0);
        float angle = top * options.unit;
        if (options.wraps && angle < 0) angle += 36 * options.unit;
        if (options.wraps && angle >= 36 * options.unit) angle -= 36 * options.unit;
        angles.push_back(angle);
    }
    return angles;
}

inline Mistakes angle_mistakes() {
    using grader::mistake;
    return {
        mistake(dominant_angles, "highest_only",
                "only the highest bin gives an angle: every other peak of at least 0.8 times its height does, too.",
                [](const Tensor& h) { return angles_with(h, {.highest_only = true}); }),
        mistake(dominant_angles, "all_peaks",
                "low peaks give angles, too: they need 0.8 times the height of the highest.",
                [](const Tensor& h) { return angles_with(h, {.share = 0}); }),
        mistake(dominant_angles, "high_bins_without_a_peak",
                "bins on the slope of a peak give angles of their own: a bin must be greater than both its neighbours.",
                [](const Tensor& h) { return angles_with(h, {.peaks_only = false}); }),
        mistake(dominant_angles, "no_parabola",
                "the angles are those of whole bins, multiples of 10°: the top of the parabola lies between them.",
                [](const Tensor& h) { return angles_with(h, {.sign = 0}); }),
        mistake(dominant_angles, "away_from_the_top",
                "the parabola's offset has the wrong sign: the top lies on the side of the higher neighbour.",
                [](const Tensor& h) { return angles_with(h, {.sign = -1}); }),
        mistake(dominant_angles, "offset_not_halved",
                "the offset is twice too large: (left - right) / 2(left - 2 middle + right).",
                [](const Tensor& h) { return angles_with(h, {.sign = 2}); }),
        mistake(dominant_angles, "degrees", "these are degrees: the contract asks for radians.",
                [](const Tensor& h) { return angles_with(h, {.unit = 10}); }),
        mistake(dominant_angles, "ends_left_out",
                "peaks in bin 0 or 35 are not found: these two are neighbours, around the circle.",
                [](const Tensor& h) { return angles_with(h, {.ends = false}); }),
        mistake(dominant_angles, "below_zero", "an angle is less than 0: add a whole turn, 0 ≤ angle < 2π.",
                [](const Tensor& h) { return angles_with(h, {.wraps = false}); }),
    };
}

// Task 3.6 with its decisions left open.
struct GridOptions {
    float grid_turn = 1, direction_turn = 1;  // times the angle
    float centre = 1.5f;                      // what is added to u and v to count in cells
    float cell = 3;                           // σ
    bool shared = true, bell = true, fractions = true, goes_around = true, swapped = false, counts = false;
};
inline Tensor grid_with(const Tensor& gaussians, const Peak& peak, float angle, const GridOptions& options) {
    const float sigma = first_sigma * std::exp2(peak.level / steps), cell = options.cell * sigma;
    const Index level = std::lround(peak.level), row = std::lround(peak.row), column = std::lround(peak.column);
    const float middle_row = options.fractions ? peak.row : static_cast<float>(row);
    const float middle_column = options.fractions ? peak.column : static_cast<float>(column);
    const float c = std::cos(options.grid_turn * angle), s = std::sin(options.grid_turn * angle);
    const Index radius = static_cast<Index>(4 * cell) + 1;
    Tensor histogram({4, 4, 8});
    for (Index i = std::max(row - radius, Index{1}); i <= std::min(row + radius, gaussians.size(1) - 2); ++i)
        for (Index j = std::max(column - radius, Index{1}); j <= std::min(column + radius, gaussians.size(2) - 2);
             ++j) {
            const float dx = static_cast<float>(j) - middle_column, dy = static_cast<float>(i) - middle_row;
            const float u = (dx * c + dy * s) / cell, v = (dy * c - dx * s) / cell;
            const float gx = gaussians(level, i, j + 1) - gaussians(level, i, j - 1);
            const float gy = gaussians(level, i + 1, j) - gaussians(level, i - 1, j);
            const float turns = (std::atan2(gy, gx) - options.direction_turn * angle) / turn;
            const float bin = 8 * (turns - std::floor(turns));
            const float weight = (options.counts ? 1 : std::sqrt(gx * gx + gy * gy)) *
                                 (options.bell ? std::exp(-(u * u + v * v) / 8) : 1);
            const float y = (options.swapped ? u : v) + options.centre, x = (options.swapped ? v : u) + options.centre;
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
    bool all_angles = true, duplicates = false, turned = true, whole_sigma = false;
};
inline Features sift_with(const Tensor& gray, const TogetherOptions& options) {
    Features result;
    std::vector<float> rows;
    float pixel = options.first_pixel;
    Index left = options.octaves;
    for (const Tensor& gaussians : pyramid(gray)) {
        if (left-- == 0) break;
        const Tensor d = difference_of_gaussians(gaussians);
        std::vector<Extremum> taken;
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

// Task 3.7 with its decisions left open.
struct MatchOptions {
    bool squared_ratio = false, squared_distance = false, swapped = false, lazy_second = false, needs_two = true;
    float ratio_to = 1;  // what the second distance is raised to: 0 compares with the ratio alone
};
inline std::vector<Match> match_with(const Tensor& a, const Tensor& b, float ratio, const MatchOptions& options) {
    match(a, b, ratio);
    std::vector<Match> matches;
    for (Index n = 0; n < a.size(0); ++n) {
        float nearest = INFINITY, second = INFINITY;
        Index at = -1;
        for (Index m = 0; m < b.size(0); ++m) {
            float squares = 0;
            for (Index k = 0; k < a.size(1); ++k) squares += (a(n, k) - b(m, k)) * (a(n, k) - b(m, k));
            const float distance = std::sqrt(squares);
            if (distance < nearest)
                second = nearest, nearest = distance, at = m;
            else if (!options.lazy_second)
                second = std::min(second, distance);
        }
        if (at < 0 || (options.needs_two && b.size(0) < 2)) continue;
        const bool passes = options.squared_ratio ? nearest * nearest < ratio * second * second
                                                  : nearest < ratio * std::pow(second, options.ratio_to);
        if (!passes) continue;
        const float distance = options.squared_distance ? nearest * nearest : nearest;
        matches.push_back(options.swapped ? Match{at, n, distance} : Match{n, at, distance});
    }
    return matches;
}

inline Mistakes match_mistakes() {
    using grader::mistake;
    return {
        mistake(match, "no_ratio_test",
                "every row gets its nearest: keep it only when it is clearly nearer than the second nearest.",
                [](const Tensor& a, const Tensor& b, float) {
                    return match_with(a, b, std::numeric_limits<float>::max(), {.ratio_to = 0});
                }),
        mistake(
            match, "ratio_of_squares",
            "the ratio is taken of squared distances, so far too much passes: square the ratio, too, or take roots.",
            [](const Tensor& a, const Tensor& b, float ratio) {
                return match_with(a, b, ratio, {.squared_ratio = true});
            }),
        mistake(
            match, "ratio_as_limit",
            "the distance itself is compared with the ratio: it is the distance to the second nearest times the ratio.",
            [](const Tensor& a, const Tensor& b, float ratio) { return match_with(a, b, ratio, {.ratio_to = 0}); }),
        mistake(match, "squared_distance", "the distances are squared: the root is missing.",
                [](const Tensor& a, const Tensor& b, float ratio) {
                    return match_with(a, b, ratio, {.squared_distance = true});
                }),
        mistake(
            match, "swapped", "first and second have changed places: first is the row of a.",
            [](const Tensor& a, const Tensor& b, float ratio) { return match_with(a, b, ratio, {.swapped = true}); }),
        mistake(match, "second_only_from_before",
                "the second nearest is only ever one that was the nearest before: one that comes later counts, too.",
                [](const Tensor& a, const Tensor& b, float ratio) {
                    return match_with(a, b, ratio, {.lazy_second = true});
                }),
        mistake(match, "one_candidate_is_enough",
                "with a single candidate there is no second nearest, and so no proof: there are no matches then.",
                [](const Tensor& a, const Tensor& b, float ratio) {
                    return match_with(a, b, ratio, {.needs_two = false});
                }),
        mistake(match, "both_ways",
                "a match is dropped when its partner is nearer to another row: the contract does not ask the way back.",
                [](const Tensor& a, const Tensor& b, float ratio) {
                    auto matches = match(a, b, ratio);
                    const auto all = match_with(b, a, std::numeric_limits<float>::max(), {.ratio_to = 0});
                    std::erase_if(matches, [&](const Match& m) {
                        return std::ranges::any_of(
                            all, [&](const Match& back) { return back.first == m.second && back.second != m.first; });
                    });
                    return matches;
                }),
    };
}

}  // namespace cnn::lab03
