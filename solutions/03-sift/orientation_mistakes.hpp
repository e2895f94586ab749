// Wrong directions: task 3.5.
#pragma once
#include <algorithm>
#include <cmath>
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
    bool level_0 = false, whole_level = false, level_cut = false, pixel_cut = false, disc = false;
    bool smooth = true, circular = true, in_place = false;
};
inline Tensor votes_with(const Tensor& gaussians, const Peak& peak, const VoteOptions& options) {
    const auto place = [](float x, bool cut) { return cut ? static_cast<Index>(x) : std::lround(x); };
    const Index level = place(peak.level, options.level_cut), row = place(peak.row, options.pixel_cut),
                column = place(peak.column, options.pixel_cut);
    const float sigma = first_sigma * std::exp2((options.whole_level ? static_cast<float>(level) : peak.level) / steps);
    const Index radius = std::lround(options.reach * sigma), from = options.level_0 ? 0 : level;
    Tensor votes({36}), histogram({36});
    for (Index i = std::max(row - radius, Index{1}); i <= std::min(row + radius, gaussians.size(1) - 2); ++i)
        for (Index j = std::max(column - radius, Index{1}); j <= std::min(column + radius, gaussians.size(2) - 2);
             ++j) {
            const float gx = gaussians(from, i, j + 1) - gaussians(from, i, j - 1);
            const float gy = options.up * (gaussians(from, i + 1, j) - gaussians(from, i - 1, j));
            const auto away = static_cast<float>((i - row) * (i - row) + (j - column) * (j - column));
            if (options.disc && away > static_cast<float>(radius * radius)) continue;
            const float wide = options.spread * sigma;
            const float weight = wide > 0 ? std::exp(-away / (2 * wide * wide)) : 1;
            const auto bin = static_cast<Index>(std::floor(std::atan2(gy, gx) * 36 / turn + options.offset));
            votes((bin + 72) % 36) += weight * (options.counts ? 1 : std::sqrt(gx * gx + gy * gy));
        }
    if (!options.smooth) return votes;
    const auto vote = [&](Index b) {
        return options.circular ? votes((b + 36) % 36) : b < 0 || b > 35 ? 0.0f : votes(b);
    };
    Tensor& result = options.in_place ? votes : histogram;
    for (Index b = 0; b < 36; ++b)
        result(b) = (6 * vote(b) + 4 * (vote(b - 1) + vote(b + 1)) + vote(b - 2) + vote(b + 2)) / 16;
    return result;
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
                "pixels far away count as much as near ones: the weight exp(-(i² + j²) / (2 · (1.5σ)²)) is missing.",
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
        mistake(orientation_histogram, "level_rounded_down",
                "the level is rounded down: the gradients are those of the nearest level, ⌊peak.level + 0.5⌋.",
                [](const Tensor& g, const Peak& p) { return votes_with(g, p, {.level_cut = true}); }),
        mistake(orientation_histogram, "pixel_rounded_down",
                "row and column of the peak are rounded down: the middle is the nearest pixel, by std::lround.",
                [](const Tensor& g, const Peak& p) { return votes_with(g, p, {.pixel_cut = true}); }),
        mistake(orientation_histogram, "disc_instead_of_square",
                "pixels in the corners of the square are left out: those up to 4.5σ rows and columns away vote, and "
                "that is no disc.",
                [](const Tensor& g, const Peak& p) { return votes_with(g, p, {.disc = true}); }),
        mistake(orientation_histogram, "smoothed_in_place",
                "bins that are smoothed already are read again: smooth into another Tensor than you read from.",
                [](const Tensor& g, const Peak& p) { return votes_with(g, p, {.in_place = true}); }),
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
    bool ends = true, peaks_only = true, wraps = true, highest_only = false, share_exceeded = false;
    bool equal_left = false, equal_right = false;  // a bin as high as that neighbour is a peak, too
};
inline std::vector<float> angles_with(const Tensor& histogram, const AngleOptions& options) {
    const auto values = histogram.values();
    const float highest = *std::ranges::max_element(values);
    std::vector<float> angles;
    for (Index b = options.ends ? 0 : 1; b < (options.ends ? 36 : 35); ++b) {
        const float left = histogram((b + 35) % 36), middle = histogram(b), right = histogram((b + 1) % 36);
        const bool is_peak = (options.equal_left ? middle >= left : middle > left) &&
                             (options.equal_right ? middle >= right : middle > right);
        if (options.share_exceeded && middle <= options.share * highest && middle < highest) continue;
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
        mistake(dominant_angles, "equal_neighbours",
                "a bin that is only as high as its neighbours gives an angle: it must be greater than both.",
                [](const Tensor& h) { return angles_with(h, {.equal_left = true, .equal_right = true}); }),
        mistake(dominant_angles, "equal_left_neighbour",
                "a bin that is only as high as the one before it gives an angle: it must be greater than both.",
                [](const Tensor& h) { return angles_with(h, {.equal_left = true}); }),
        mistake(dominant_angles, "equal_right_neighbour",
                "a bin that is only as high as the one after it gives an angle: it must be greater than both.",
                [](const Tensor& h) { return angles_with(h, {.equal_right = true}); }),
        mistake(dominant_angles, "share_must_be_exceeded",
                "a peak of just 0.8 times the greatest gives no angle: so much is enough.",
                [](const Tensor& h) { return angles_with(h, {.share_exceeded = true}); }),
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

}  // namespace cnn::lab03
