// Wrong peaks: task 3.4.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>

#include "blur_mistakes.hpp"

namespace cnn::lab03 {

// What the parabola is made of, so that a mistake can spoil a part of it.
struct Curve {
    double value;
    std::array<double, 3> g;                 // by level, row, column
    std::array<std::array<double, 3>, 3> h;  // symmetric

    Curve(const Tensor& d, const Extremum& at) {
        const std::array<std::array<Index, 3>, 3> unit{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
        const auto near = [&](Index k, Index i, Index j) {
            return static_cast<double>(d(at.level + k, at.row + i, at.column + j));
        };
        value = near(0, 0, 0);
        for (std::size_t a = 0; a < 3; ++a) {
            const auto& [k, i, j] = unit[a];
            g[a] = (near(k, i, j) - near(-k, -i, -j)) / 2;
            h[a][a] = near(k, i, j) - 2 * value + near(-k, -i, -j);
            for (std::size_t b = 0; b < a; ++b) {
                const auto& [l, r, c] = unit[b];
                h[a][b] = h[b][a] = (near(k + l, i + r, j + c) - near(k - l, i - r, j - c) - near(l - k, r - i, c - j) +
                                     near(-k - l, -i - r, -j - c)) /
                                    4;
            }
        }
    }
    // The offset of the top, by Cramer's rule; zeros where there is none.
    std::array<double, 3> top() const {
        const auto determinant = [](const std::array<std::array<double, 3>, 3>& m) {
            return m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) -
                   m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0]) +
                   m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
        };
        std::array<double, 3> offset{};
        const double whole = determinant(h);
        for (std::size_t a = 0; a < 3 && whole != 0; ++a) {
            auto part = h;
            for (std::size_t b = 0; b < 3; ++b) part[b][a] = -g[b];
            offset[a] = determinant(part) / whole;
        }
        return offset;
    }
    Fit fit() const {
        const auto offset = top();
        return {static_cast<float>(offset[0]), static_cast<float>(offset[1]), static_cast<float>(offset[2]),
                static_cast<float>(value + (g[0] * offset[0] + g[1] * offset[1] + g[2] * offset[2]) / 2)};
    }
};
template <class F>
Fit spoiled_fit(const Tensor& d, const Extremum& at, const F& spoil) {
    Curve curve(d, at);
    spoil(curve);
    return curve.fit();
}

inline Mistakes fit_mistakes() {
    using grader::mistake;
    return {
        mistake(fit_parabola, "downhill", "the offsets have the wrong sign: the top lies at -H⁻¹g.",
                [](const Tensor& d, const Extremum& at) {
                    const Fit right = fit_parabola(d, at);
                    return Fit{-right.level, -right.row, -right.column, right.value};
                }),
        mistake(fit_parabola, "no_twist",
                "the Hessian has only its diagonal: the mixed derivatives, of four corners each, are missing.",
                [](const Tensor& d, const Extremum& at) {
                    return spoiled_fit(d, at, [](Curve& c) {
                        for (std::size_t a = 0; a < 3; ++a)
                            for (std::size_t b = 0; b < 3; ++b)
                                if (a != b) c.h[a][b] = 0;
                    });
                }),
        mistake(fit_parabola, "twist_too_strong", "the mixed derivatives are four times too large: divide by 4.",
                [](const Tensor& d, const Extremum& at) {
                    return spoiled_fit(d, at, [](Curve& c) {
                        for (std::size_t a = 0; a < 3; ++a)
                            for (std::size_t b = 0; b < 3; ++b)
                                if (a != b) c.h[a][b] *= 4;
                    });
                }),
        mistake(fit_parabola, "twist_twice", "the mixed derivatives are twice too large: divide by 4, not by 2.",
                [](const Tensor& d, const Extremum& at) {
                    return spoiled_fit(d, at, [](Curve& c) {
                        for (std::size_t a = 0; a < 3; ++a)
                            for (std::size_t b = 0; b < 3; ++b)
                                if (a != b) c.h[a][b] *= 2;
                    });
                }),
        mistake(fit_parabola, "gradient_not_halved",
                "the gradient is twice too large: the two neighbours are 2 pixels apart.",
                [](const Tensor& d, const Extremum& at) {
                    return spoiled_fit(d, at, [](Curve& c) {
                        for (double& x : c.g) x *= 2;
                    });
                }),
        mistake(fit_parabola, "middle_once",
                "the middle counts once in the second derivatives: it is next - 2 · middle + previous.",
                [](const Tensor& d, const Extremum& at) {
                    return spoiled_fit(d, at, [](Curve& c) {
                        for (std::size_t a = 0; a < 3; ++a) c.h[a][a] += c.value;
                    });
                }),
        mistake(fit_parabola, "value_of_the_pixel", "this is the value of the pixel: the one at the peak is wanted.",
                [](const Tensor& d, const Extremum& at) {
                    Fit fit = fit_parabola(d, at);
                    fit.value = d(at.level, at.row, at.column);
                    return fit;
                }),
        mistake(fit_parabola, "value_too_far",
                "the value is d + gᵀ · offset: half of that is taken back by the bend, d + gᵀ · offset / 2.",
                [](const Tensor& d, const Extremum& at) {
                    Fit fit = fit_parabola(d, at);
                    fit.value = 2 * fit.value - d(at.level, at.row, at.column);
                    return fit;
                }),
        mistake(fit_parabola, "rows_and_columns_swapped",
                "the offsets of row and column have changed places: rows are counted downwards, columns to the right.",
                [](const Tensor& d, const Extremum& at) {
                    const Fit right = fit_parabola(d, at);
                    return Fit{right.level, right.column, right.row, right.value};
                }),
    };
}

// Whether tr² / det fails against a limit, for mistakes with another limit or other numbers.
inline Mistakes edge_mistakes() {
    using grader::mistake;
    return {
        mistake(is_on_edge, "the_other_way_round", "true and false have changed places: a round peak lies on no edge.",
                [](const Tensor& d, const Extremum& at) { return !is_on_edge(d, at); }),
        mistake(is_on_edge, "saddles_pass",
                "a saddle passes: where det H is negative, tr² / det is small, but the two curvatures have different "
                "signs.",
                [](const Tensor& d, const Extremum& at) {
                    const Curve c(d, at);
                    return c.h[1][1] * c.h[2][2] - c.h[1][2] * c.h[1][2] >= 0 && is_on_edge(d, at);
                }),
        mistake(is_on_edge, "limit_of_10",
                "tr² / det is compared with edge_ratio itself: a peak r times as long as wide has (r + 1)² / r.",
                [](const Tensor& d, const Extremum& at) {
                    const Curve c(d, at);
                    const double trace = c.h[1][1] + c.h[2][2], det = c.h[1][1] * c.h[2][2] - c.h[1][2] * c.h[1][2];
                    return det <= 0 || trace * trace >= 10 * det;
                }),
        mistake(is_on_edge, "limit_not_divided",
                "the limit is (r + 1)² here, which lets nearly every edge pass: it is divided by r.",
                [](const Tensor& d, const Extremum& at) {
                    const Curve c(d, at);
                    const double trace = c.h[1][1] + c.h[2][2], det = c.h[1][1] * c.h[2][2] - c.h[1][2] * c.h[1][2];
                    return det <= 0 || trace * trace >= 121 * det;
                }),
        mistake(is_on_edge, "twist_forgotten",
                "an edge along the diagonal passes: the determinant is Drr · Dcc - Drc².",
                [](const Tensor& d, const Extremum& at) {
                    const Curve c(d, at);
                    const double trace = c.h[1][1] + c.h[2][2], det = c.h[1][1] * c.h[2][2];
                    return det <= 0 || 10 * trace * trace >= 121 * det;
                }),
        mistake(is_on_edge, "trace_not_squared",
                "the trace is not squared: tr² against det, so that the height does not matter.",
                [](const Tensor& d, const Extremum& at) {
                    const Curve c(d, at);
                    const double trace = c.h[1][1] + c.h[2][2], det = c.h[1][1] * c.h[2][2] - c.h[1][2] * c.h[1][2];
                    return det <= 0 || 10 * trace >= 121 * det;
                }),
    };
}

// Task 3.4 step by step, with its decisions left open.
struct RefineOptions {
    int fits = 5;
    bool moves = true, needs_small_offsets = true, stays_inside = true;
    bool tests_contrast = true, tests_edges = true, contrast_of_pixel = false, signed_contrast = false;
    bool drops_fractions = false, from_start = false, offset_alone = false, subtracts = false;
    bool ignores_level = false, cuts = false, one_pixel = false, edge_of_start = false, strict_contrast = false;
    float far = 0.5f;
};
inline std::optional<Peak> refine_with(const Tensor& d, const Extremum& start, const RefineOptions& options) {
    const Index rim = options.stays_inside ? border : 1;
    Extremum at = start;
    for (int fits = 0; fits < options.fits; ++fits) {
        if (at.level < 1 || at.level + 1 >= d.size(0) || at.row < rim || at.row >= d.size(1) - rim || at.column < rim ||
            at.column >= d.size(2) - rim)
            return std::nullopt;
        const Fit fit = fit_parabola(d, at);
        const float by_level = options.ignores_level ? 0 : fit.level;
        const float largest = std::max({std::abs(by_level), std::abs(fit.row), std::abs(fit.column)});
        if (largest >= options.far && options.needs_small_offsets) {
            if (!options.moves || largest > 1e6f) return std::nullopt;
            const auto move = [&](float offset) {
                const Index pixels = options.cuts ? static_cast<Index>(offset) : std::lround(offset);
                return options.one_pixel ? std::clamp<Index>(pixels, -1, 1) : pixels;
            };
            at.level += move(by_level);
            at.row += move(fit.row);
            at.column += move(fit.column);
            continue;
        }
        const float value = options.contrast_of_pixel ? d(at.level, at.row, at.column) : fit.value;
        if (options.tests_contrast && (options.signed_contrast ? value : std::abs(value)) < contrast)
            return std::nullopt;
        if (options.strict_contrast && std::abs(value) <= contrast) return std::nullopt;
        if (options.tests_edges && is_on_edge(d, options.edge_of_start ? start : at)) return std::nullopt;
        const Extremum from = options.offset_alone ? Extremum{0, 0, 0} : options.from_start ? start : at;
        const float part = options.drops_fractions ? 0.0f : options.subtracts ? -1.0f : 1.0f;
        return Peak{static_cast<float>(from.level) + part * fit.level, static_cast<float>(from.row) + part * fit.row,
                    static_cast<float>(from.column) + part * fit.column, fit.value};
    }
    return std::nullopt;
}

inline Mistakes refine_mistakes() {
    using grader::mistake;
    return {
        mistake(refine, "never_moves",
                "an extremum whose peak is nearer to another pixel is dropped: move there and fit again.",
                [](const Tensor& d, const Extremum& start) { return refine_with(d, start, {.moves = false}); }),
        mistake(refine, "first_fit_only",
                "the first fit is taken wherever its peak lies: at half a pixel or more, move and fit again.",
                [](const Tensor& d, const Extremum& start) {
                    return refine_with(d, start, {.needs_small_offsets = false});
                }),
        mistake(refine, "moves_at_one",
                "you move only when an offset is 1 or more: from half a pixel on, another pixel is nearer.",
                [](const Tensor& d, const Extremum& start) { return refine_with(d, start, {.far = 1}); }),
        mistake(refine, "half_a_pixel_is_near", "you stay where an offset is just 0.5: from half a pixel on, move.",
                [](const Tensor& d, const Extremum& start) {
                    return refine_with(d, start, {.far = std::nextafter(0.5f, 1.0f)});
                }),
        mistake(refine, "move_cut_to_a_whole_number",
                "the move is cut to a whole number, so that 0.7 moves by nothing: std::lround goes to the nearest "
                "pixel.",
                [](const Tensor& d, const Extremum& start) { return refine_with(d, start, {.cuts = true}); }),
        mistake(refine, "one_pixel_at_a_time",
                "you move by one pixel a fit: move to the pixel nearest to the peak, however far that is.",
                [](const Tensor& d, const Extremum& start) { return refine_with(d, start, {.one_pixel = true}); }),
        mistake(refine, "level_never_moves",
                "the offset of the level is not looked at: at half a level or more, move to the nearest level, too.",
                [](const Tensor& d, const Extremum& start) { return refine_with(d, start, {.ignores_level = true}); }),
        mistake(refine, "four_fits", "you give up after four fits: there may be five.",
                [](const Tensor& d, const Extremum& start) { return refine_with(d, start, {.fits = 4}); }),
        mistake(refine, "more_than_five_fits",
                "you fit more than five times: what is still moving after the fifth fit is dropped.",
                [](const Tensor& d, const Extremum& start) { return refine_with(d, start, {.fits = 100}); }),
        mistake(refine, "edge_where_it_began",
                "is_on_edge is asked about the pixel where you began: ask it about the last one.",
                [](const Tensor& d, const Extremum& start) { return refine_with(d, start, {.edge_of_start = true}); }),
        mistake(refine, "offset_alone", "these are the offsets alone: the peak is the last pixel and its offset.",
                [](const Tensor& d, const Extremum& start) { return refine_with(d, start, {.offset_alone = true}); }),
        mistake(refine, "offset_subtracted",
                "the offset is subtracted from the last pixel: the peak is the pixel plus its offset.",
                [](const Tensor& d, const Extremum& start) { return refine_with(d, start, {.subtracts = true}); }),
        mistake(
            refine, "contrast_must_be_exceeded",
            "a peak whose |value| is just `contrast` is dropped: so much is enough.",
            [](const Tensor& d, const Extremum& start) { return refine_with(d, start, {.strict_contrast = true}); }),
        mistake(refine, "fraction_of_another_pixel",
                "the offset is added to the pixel where you began: it belongs to the one that was fitted last.",
                [](const Tensor& d, const Extremum& start) { return refine_with(d, start, {.from_start = true}); }),
        mistake(
            refine, "whole_pixels", "the fractions are lost: the peak is the pixel and its offset.",
            [](const Tensor& d, const Extremum& start) { return refine_with(d, start, {.drops_fractions = true}); }),
        mistake(refine, "leaves_the_border",
                "a peak that has moved too near to the rim is kept: it must stay among the pixels of task 3.3.",
                [](const Tensor& d, const Extremum& start) { return refine_with(d, start, {.stays_inside = false}); }),
        mistake(
            refine, "weak_ones_stay", "weak peaks are kept: |value| must be at least `contrast`.",
            [](const Tensor& d, const Extremum& start) { return refine_with(d, start, {.tests_contrast = false}); }),
        mistake(
            refine, "contrast_of_the_pixel",
            "the contrast is that of the pixel: the value at the peak, which the fit gives, decides.",
            [](const Tensor& d, const Extremum& start) { return refine_with(d, start, {.contrast_of_pixel = true}); }),
        mistake(
            refine, "dark_ones_dropped",
            "all minima are dropped as weak: compare the size of the value, without its sign.",
            [](const Tensor& d, const Extremum& start) { return refine_with(d, start, {.signed_contrast = true}); }),
        mistake(refine, "edges_stay", "peaks on edges are kept: is_on_edge tells which.",
                [](const Tensor& d, const Extremum& start) { return refine_with(d, start, {.tests_edges = false}); }),
    };
}

}  // namespace cnn::lab03
