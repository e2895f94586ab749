// Wrong answers of tasks 2.1 and 2.2, each with the sentence that names it.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "grader/exercise.hpp"
#include "hog.hpp"
#include "image/drawing.hpp"

namespace cnn::lab02::wrong {

using grader::mistake;
using Mistakes = std::vector<grader::Replacement>;

// How a gradient can be taken differently. difference(before, here, after) of three pixels in a row; outside a picture
// the nearest pixel is repeated where `at_border`, else the difference is 0 there.
struct Taken {
    float (*difference)(float, float, float) = [](float before, float, float after) { return after - before; };
    float (*strength)(float, float) = [](float x, float y) { return x * x + y * y; };
    bool at_border = false, last_of_equals = false, first_channel_only = false, each_by_itself = false;
};

inline Gradient gradient_with(const Image& picture, const Taken& taken) {
    const Index height = picture.height, width = picture.width;
    const auto pixel = [&](Index i, Index j, Index c) {
        return static_cast<float>(picture(std::clamp<Index>(i, 0, height - 1), std::clamp<Index>(j, 0, width - 1), c));
    };
    Gradient g{Tensor({height, width}), Tensor({height, width})};
    for (Index i = 0; i < height; ++i)
        for (Index j = 0; j < width; ++j)
            for (Index c = 0; c < (taken.first_channel_only ? 1 : picture.channels); ++c) {
                const bool has_x = taken.at_border || (j > 0 && j < width - 1),
                           has_y = taken.at_border || (i > 0 && i < height - 1);
                const float here = pixel(i, j, c);
                const float x = has_x ? taken.difference(pixel(i, j - 1, c), here, pixel(i, j + 1, c)) : 0;
                const float y = has_y ? taken.difference(pixel(i - 1, j, c), here, pixel(i + 1, j, c)) : 0;
                if (taken.each_by_itself) {
                    if (std::abs(x) > std::abs(g.gx(i, j))) g.gx(i, j) = x;
                    if (std::abs(y) > std::abs(g.gy(i, j))) g.gy(i, j) = y;
                    continue;
                }
                const float strength = taken.strength(x, y), best = taken.strength(g.gx(i, j), g.gy(i, j));
                if (strength > best || (taken.last_of_equals && strength == best)) g.gx(i, j) = x, g.gy(i, j) = y;
            }
    return g;
}

template <class F>
Tensor each(Tensor x, const F& f) {
    for (float& value : x.values()) value = f(value);
    return x;
}

inline Mistakes difference_mistakes() {
    return {
        mistake(strongest_gradient, "bytes",
                "where it grows darker the derivative is 256 too large: subtract whole numbers (int), not bytes.",
                [](const Image& p) {
                    return gradient_with(p, {.difference = [](float before, float, float after) {
                                             return after < before ? after - before + 256 : after - before;
                                         }});
                }),
        mistake(strongest_gradient, "halved", "the differences are divided by 2: the contract leaves them as they are.",
                [](const Image& p) {
                    Gradient g = strongest_gradient(p);
                    return Gradient{std::move(g.gx *= 0.5f), std::move(g.gy *= 0.5f)};
                }),
        mistake(strongest_gradient, "forward",
                "each pixel is compared with the next one: compare the two on either side of it.",
                [](const Image& p) {
                    return gradient_with(p,
                                         {.difference = [](float, float here, float after) { return after - here; }});
                }),
        mistake(strongest_gradient, "backward",
                "each pixel is compared with the one before: compare the two on either side of it.",
                [](const Image& p) {
                    return gradient_with(p,
                                         {.difference = [](float before, float here, float) { return here - before; }});
                }),
        mistake(strongest_gradient, "turned_round", "both signs are turned: right minus left, below minus above.",
                [](const Image& p) {
                    Gradient g = strongest_gradient(p);
                    return Gradient{std::move(g.gx *= -1), std::move(g.gy *= -1)};
                }),
        mistake(strongest_gradient, "y_upwards", "gy is above minus below: rows grow downwards, and gy with them.",
                [](const Image& p) {
                    Gradient g = strongest_gradient(p);
                    return Gradient{std::move(g.gx), std::move(g.gy *= -1)};
                }),
        mistake(strongest_gradient, "x_and_y_swapped",
                "gx and gy have changed places: gx compares the columns beside a pixel, gy the rows.",
                [](const Image& p) {
                    const Gradient g = strongest_gradient(p);
                    return Gradient{g.gy, g.gx};
                }),
        mistake(strongest_gradient, "border_repeated",
                "at the border you compare with the border pixel itself: where a neighbour is missing, the difference "
                "is 0.",
                [](const Image& p) { return gradient_with(p, {.at_border = true}); }),
        mistake(strongest_gradient, "border_left_out",
                "border pixels have no gradient at all: in the top row gy is 0, but gx has both its neighbours.",
                [](const Image& p) {
                    Gradient g = strongest_gradient(p);
                    for (Index i = 0; i < p.height; ++i)
                        for (Index j = 0; j < p.width; ++j)
                            if (i == 0 || j == 0 || i == p.height - 1 || j == p.width - 1) g.gx(i, j) = g.gy(i, j) = 0;
                    return g;
                }),
        mistake(strongest_gradient, "sizes", "the derivatives have lost their signs, and with them the direction.",
                [](const Image& p) {
                    const Gradient g = strongest_gradient(p);
                    const auto size = [](float d) { return std::abs(d); };
                    return Gradient{each(g.gx, size), each(g.gy, size)};
                }),
    };
}

inline Mistakes channel_mistakes() {
    return {
        mistake(strongest_gradient, "from_two_channels",
                "gx comes from one channel and gy from another: both come from the one with the longest gradient.",
                [](const Image& p) { return gradient_with(p, {.each_by_itself = true}); }),
        mistake(strongest_gradient, "last_of_equals", "of equally strong channels you take the last: take the first.",
                [](const Image& p) { return gradient_with(p, {.last_of_equals = true}); }),
        mistake(strongest_gradient, "sum_of_sizes",
                "|gx| + |gy| decides between the channels: the length does, gx² + gy².",
                [](const Image& p) {
                    return gradient_with(p, {.strength = [](float x, float y) { return std::abs(x) + std::abs(y); }});
                }),
        mistake(strongest_gradient, "plain_sum",
                "gx + gy decides between the channels: a large negative derivative is as strong as a positive one.",
                [](const Image& p) { return gradient_with(p, {.strength = [](float x, float y) { return x + y; }}); }),
        mistake(strongest_gradient, "red_only", "only the first channel is looked at: each pixel takes the strongest.",
                [](const Image& p) { return gradient_with(p, {.first_channel_only = true}); }),
        mistake(strongest_gradient, "mean_of_channels",
                "the derivatives of the channels are averaged: each pixel takes those of the strongest channel.",
                [](const Image& p) {
                    Gradient sum{Tensor({p.height, p.width}), Tensor({p.height, p.width})};
                    for (Index c = 0; c < p.channels; ++c) {
                        Image one(p.height, p.width, 1);
                        for (Index i = 0; i < p.height; ++i)
                            for (Index j = 0; j < p.width; ++j) one(i, j) = p(i, j, c);
                        const Gradient g = strongest_gradient(one);
                        sum.gx += g.gx, sum.gy += g.gy;
                    }
                    const float part = 1 / static_cast<float>(p.channels);
                    return Gradient{std::move(sum.gx *= part), std::move(sum.gy *= part)};
                }),
    };
}

// How votes can be counted differently. Angles in half turns.
struct Voting {
    float (*angle)(float, float) = [](float x, float y) {
        const float turn = std::atan2(y, x) / std::numbers::pi_v<float>;
        return turn < 0 ? turn + 1 : turn < 1 ? turn : 0;
    };
    float (*weight)(float, float) = [](float x, float y) { return std::hypot(x, y); };
    float bin_centre = 0.5f, pixel_centre = 0.5f, cell_centre = 0.5f;
    bool clamps_bins = false, truncates = false, whole_degrees = false;
    bool wraps = true, clamps_cells = false, shares_bins = true, shares_cells = true, farther_gets_more = false,
         whole_cells_only = true, never_shares = false, always_shares = false;
};

inline Tensor votes_with(const Gradient& g, const Settings& settings, const Voting& how) {
    Tensor cells = cell_histograms(g, settings);  // refuses what makes no sense
    cells.fill(0);
    const Index rows = cells.size(0), columns = cells.size(1), bins = settings.bins;
    if (rows == 0 || columns == 0) return cells;
    const bool shared = (settings.shared_votes || how.always_shares) && !how.never_shares;
    using Shares = std::array<std::pair<Index, float>, 2>;
    const auto split = [&](bool divides, float position, float centre) -> Shares {
        if (!shared || !divides) return {{{static_cast<Index>(std::floor(position)), 1.0f}, {0, 0.0f}}};
        const float below = how.truncates ? std::trunc(position - centre) : std::floor(position - centre),
                    part = position - centre - below;
        const auto place = static_cast<Index>(below);
        return {
            {{place, how.farther_gets_more ? part : 1 - part}, {place + 1, how.farther_gets_more ? 1 - part : part}}};
    };
    const auto side = static_cast<float>(settings.cell);
    const Index last_row = how.whole_cells_only ? rows * settings.cell : g.gx.size(0),
                last_column = how.whole_cells_only ? columns * settings.cell : g.gx.size(1);
    for (Index i = 0; i < last_row; ++i)
        for (Index j = 0; j < last_column; ++j) {
            const float x = g.gx(i, j), y = g.gy(i, j), vote = how.weight(x, y);
            const float bin = how.angle(x, y) *
                              (how.whole_degrees ? 180.0f / static_cast<float>(180 / bins) : static_cast<float>(bins));
            for (auto [k, of_bin] : split(how.shares_bins, bin, how.bin_centre))
                for (auto [r, of_row] :
                     split(how.shares_cells, (static_cast<float>(i) + how.pixel_centre) / side, how.cell_centre))
                    for (auto [c, of_column] :
                         split(how.shares_cells, (static_cast<float>(j) + how.pixel_centre) / side, how.cell_centre)) {
                        if (how.clamps_bins) k = std::clamp<Index>(k, 0, bins - 1);
                        if (how.clamps_cells || !how.whole_cells_only)
                            r = std::clamp<Index>(r, how.clamps_cells ? 0 : r, rows - 1),
                            c = std::clamp<Index>(c, how.clamps_cells ? 0 : c, columns - 1);
                        if (r < 0 || r >= rows || c < 0 || c >= columns) continue;
                        if (!how.wraps && (k < 0 || k >= bins)) continue;
                        cells(r, c, (k + bins) % bins) += vote * of_bin * of_row * of_column;
                    }
        }
    return cells;
}

inline Mistakes direction_mistakes() {
    return {
        mistake(cell_histograms, "whole_turns",
                "opposite directions have bins of their own, over 360°: here they are the same, modulo 180°.",
                [](const Gradient& g, const Settings& s) {
                    return votes_with(g, s, {.angle = [](float x, float y) {
                                          const float turn = std::atan2(y, x) / (2 * std::numbers::pi_v<float>);
                                          return turn < 0 ? turn + 1 : turn < 1 ? turn : 0;
                                      }});
                }),
        mistake(cell_histograms, "angle_without_sign", "a negative angle has lost its sign: -30° is 150°, so add 180°.",
                [](const Gradient& g, const Settings& s) {
                    return votes_with(g, s, {.angle = [](float x, float y) {
                                          const float turn = std::abs(std::atan2(y, x)) / std::numbers::pi_v<float>;
                                          return turn < 1 ? turn : 0;
                                      }});
                }),
        mistake(cell_histograms, "from_the_vertical",
                "the angle is taken from the vertical: std::atan2 wants gy first, then gx.",
                [](const Gradient& g, const Settings& s) {
                    return cell_histograms({g.gy, g.gx}, s);
                }),
        mistake(cell_histograms, "counter_clockwise",
                "the angle grows counter-clockwise: from x towards y, which points down, it is std::atan2(gy, gx).",
                [](const Gradient& g, const Settings& s) {
                    return cell_histograms({g.gx, each(g.gy, [](float y) { return 0 - y; })}, s);
                }),
        mistake(cell_histograms, "votes_of_one",
                "every pixel has the same vote: a vote is as large as the gradient is long.",
                [](const Gradient& g, const Settings& s) {
                    return votes_with(g, s,
                                      {.weight = [](float x, float y) { return x == 0 && y == 0 ? 0.0f : 1.0f; }});
                }),
        mistake(cell_histograms, "votes_squared", "the votes are the squares of the lengths: the root is missing.",
                [](const Gradient& g, const Settings& s) {
                    return votes_with(g, s, {.weight = [](float x, float y) { return x * x + y * y; }});
                }),
        mistake(cell_histograms, "averaged",
                "the histograms are divided by the number of pixels of a cell, as in scikit-image: here votes add up.",
                [](const Gradient& g, const Settings& s) {
                    Tensor cells = cell_histograms(g, s);
                    return Tensor(cells *= 1 / static_cast<float>(s.cell * s.cell));
                }),
        mistake(
            cell_histograms, "left_in_the_last_bin",
            "a gradient straight to the left votes in the last bin: its angle is 180°, which is 0° again, the first "
            "bin.",
            [](const Gradient& g, const Settings& s) {
                return votes_with(g, s, {.angle = [](float x, float y) {
                                      const float turn = std::atan2(y, x) / std::numbers::pi_v<float>;
                                      return std::min(turn < 0 ? turn + 1 : turn, std::nextafter(1.0f, 0.0f));
                                  }});
            }),
        mistake(cell_histograms, "width_of_a_bin_cut",
                "180 / bins is a division of whole numbers here: with 7 bins, a bin is 25.7° wide and not 25°.",
                [](const Gradient& g, const Settings& s) { return votes_with(g, s, {.whole_degrees = true}); }),
        mistake(cell_histograms, "left_is_lost",
                "a gradient straight to the left is lost: its angle is 180°, which is 0° again.",
                [](const Gradient& g, const Settings& s) {
                    Gradient other = g;
                    for (Index i = 0; i < g.gx.count() && g.gx.shape() == g.gy.shape(); ++i)
                        if (g.gy[i] == 0 && g.gx[i] < 0) other.gx[i] = 0;
                    return cell_histograms(other, s);
                }),
    };
}

inline Mistakes sharing_mistakes() {
    return {
        mistake(cell_histograms, "never_shared", "the votes are whole although settings.shared_votes asks for shares.",
                [](const Gradient& g, const Settings& s) { return votes_with(g, s, {.never_shares = true}); }),
        mistake(cell_histograms, "always_shared",
                "the votes are shared although settings.shared_votes asks for whole ones.",
                [](const Gradient& g, const Settings& s) { return votes_with(g, s, {.always_shares = true}); }),
        mistake(cell_histograms, "only_bins_share",
                "the votes are shared between bins, but not between cells: two rows and two columns share them, too.",
                [](const Gradient& g, const Settings& s) { return votes_with(g, s, {.shares_cells = false}); }),
        mistake(cell_histograms, "only_cells_share",
                "the votes are shared between cells, but not between bins: the two nearest bins share them, too.",
                [](const Gradient& g, const Settings& s) { return votes_with(g, s, {.shares_bins = false}); }),
        mistake(
            cell_histograms, "bins_clamped",
            "a share beyond the first or the last bin stays in that bin: 180° is 0° again, so it belongs to the one "
            "at the other end.",
            [](const Gradient& g, const Settings& s) { return votes_with(g, s, {.clamps_bins = true}); }),
        mistake(cell_histograms, "cut_towards_zero",
                "a position such as -0.3 is cut to 0, and the shares become 1.3 and -0.3: std::floor gives -1, a cast "
                "to a whole number does not.",
                [](const Gradient& g, const Settings& s) { return votes_with(g, s, {.truncates = true}); }),
        mistake(cell_histograms, "cells_begin_at_their_centres",
                "the shares of the cells are measured from their beginnings: the centre of cell r is at (r + 1/2) · "
                "cell.",
                [](const Gradient& g, const Settings& s) { return votes_with(g, s, {.cell_centre = 0}); }),
        mistake(cell_histograms, "no_circle",
                "shares beyond the first or the last bin are lost: 180° is 0° again, so these two are neighbours.",
                [](const Gradient& g, const Settings& s) { return votes_with(g, s, {.wraps = false}); }),
        mistake(cell_histograms, "border_cells_get_all",
                "shares of cells that do not exist go to the cells at the border: they are lost.",
                [](const Gradient& g, const Settings& s) { return votes_with(g, s, {.clamps_cells = true}); }),
        mistake(cell_histograms, "bins_begin_at_their_centres",
                "the shares of the bins are measured from their beginnings: the centre of bin k is k + 1/2 bins on.",
                [](const Gradient& g, const Settings& s) { return votes_with(g, s, {.bin_centre = 0}); }),
        mistake(cell_histograms, "pixels_at_their_corners",
                "the shares of the cells are measured from the corner of a pixel: its middle is at i + 1/2.",
                [](const Gradient& g, const Settings& s) { return votes_with(g, s, {.pixel_centre = 0}); }),
        mistake(cell_histograms, "farther_gets_more",
                "the farther centre gets the larger share: at distance 0 a centre gets all.",
                [](const Gradient& g, const Settings& s) { return votes_with(g, s, {.farther_gets_more = true}); }),
        mistake(cell_histograms, "left_over_pixels_vote",
                "pixels beyond the last whole cell vote, too: they are left out.",
                [](const Gradient& g, const Settings& s) { return votes_with(g, s, {.whole_cells_only = false}); }),
    };
}

}  // namespace cnn::lab02::wrong
