// Wrong extrema: task 3.3.
#pragma once
#include <algorithm>
#include <cmath>
#include <functional>

#include "blur_mistakes.hpp"

namespace cnn::lab03 {

// The pixels of levels 1 … K - 2, at least `rim` from every side, for which keep(level, row, column).
template <class F>
std::vector<Extremum> pixels_where(const Tensor& d, Index rim, const F& keep) {
    std::vector<Extremum> found;
    for (Index k = 1; k + 1 < d.size(0); ++k)
        for (Index i = rim; i < d.size(1) - rim; ++i)
            for (Index j = rim; j < d.size(2) - rim; ++j)
                if (keep(k, i, j)) found.push_back({k, i, j});
    return found;
}
// Whether no neighbour counts as better; counts(dk, di, dj) chooses the neighbours, is_better compares.
template <class Counts, class Better>
bool wins(const Tensor& d, const Extremum& at, const Counts& counts, const Better& is_better) {
    const float sign = d(at.level, at.row, at.column) > 0 ? 1.0f : -1.0f;
    for (Index k = -1; k <= 1; ++k)
        for (Index i = -1; i <= 1; ++i)
            for (Index j = -1; j <= 1; ++j)
                if ((k || i || j) && counts(k, i, j) &&
                    is_better(sign * d(at.level + k, at.row + i, at.column + j), sign * d(at.level, at.row, at.column)))
                    return false;
    return true;
}
inline bool all_26(Index, Index, Index) { return true; }

template <class Counts, class Better>
std::vector<Extremum> extrema_with(const Tensor& d, float threshold, const Counts& counts, const Better& is_better) {
    return pixels_where(d, border, [&](Index k, Index i, Index j) {
        return std::abs(d(k, i, j)) > threshold && wins(d, {k, i, j}, counts, is_better);
    });
}
inline std::vector<Extremum> some_of(std::vector<Extremum> found, const std::function<bool(const Extremum&)>& keep) {
    std::erase_if(found, [&](const Extremum& e) { return !keep(e); });
    return found;
}

inline Mistakes extrema_mistakes() {
    using grader::mistake;
    return {
        mistake(extrema, "own_level_only",
                "only the 8 neighbours in the pixel's own level are compared: the 18 in the levels above and below "
                "count, too.",
                [](const Tensor& d, float threshold) {
                    return extrema_with(
                        d, threshold, [](Index k, Index, Index) { return k == 0; }, std::greater<float>());
                }),
        mistake(extrema, "six_neighbours",
                "only the six neighbours that share a side are compared: those at edges and corners count, too.",
                [](const Tensor& d, float threshold) {
                    return extrema_with(
                        d, threshold,
                        [](Index k, Index i, Index j) { return std::abs(k) + std::abs(i) + std::abs(j) == 1; },
                        std::greater<float>());
                }),
        mistake(extrema, "level_below_only",
                "the level above is not compared with: the blurrier neighbours count as the sharper ones do.",
                [](const Tensor& d, float threshold) {
                    return extrema_with(
                        d, threshold, [](Index k, Index, Index) { return k <= 0; }, std::greater<float>());
                }),
        mistake(extrema, "other_levels_middle_only",
                "of the levels above and below only the middle pixel is compared with: all nine of each count.",
                [](const Tensor& d, float threshold) {
                    return extrema_with(
                        d, threshold, [](Index k, Index i, Index j) { return k == 0 || (i == 0 && j == 0); },
                        std::greater<float>());
                }),
        mistake(extrema, "maxima_only",
                "the minima are missing: |d| is compared with the threshold, without the sign, and a negative pixel "
                "competes for the least.",
                [](const Tensor& d, float threshold) {
                    return some_of(extrema(d, threshold),
                                   [&](const Extremum& e) { return d(e.level, e.row, e.column) > 0; });
                }),
        mistake(extrema, "by_size",
                "the sizes are compared without their signs: a strong minimum beside a maximum is no rival.",
                [](const Tensor& d, float threshold) {
                    Tensor sizes = d;
                    for (float& value : sizes.values()) value = std::abs(value);
                    return extrema(sizes, threshold);
                }),
        mistake(extrema, "equal_is_too_much",
                "a pixel with an equal neighbour is dropped: only a greater one (of a minimum, a lesser one) beats it.",
                [](const Tensor& d, float threshold) {
                    return extrema_with(d, threshold, all_26, std::greater_equal<float>());
                }),
        mistake(extrema, "threshold_reached",
                "a pixel that is just as strong as the threshold counts: |d| must be greater.",
                [](const Tensor& d, float threshold) { return extrema(d, std::nextafter(threshold, 0.0f)); }),
        mistake(extrema, "no_threshold", "the weak ones are there, too: |d| must be greater than the threshold.",
                [](const Tensor& d, float) {
                    return some_of(extrema(d, 0), [&](const Extremum& e) { return d(e.level, e.row, e.column) != 0; });
                }),
        mistake(extrema, "one_pixel_of_rim",
                "pixels near the rim are there, too: at least `border` rows and columns are left out on every side.",
                [](const Tensor& d, float threshold) {
                    return pixels_where(d, 1, [&](Index k, Index i, Index j) {
                        return std::abs(d(k, i, j)) > threshold && wins(d, {k, i, j}, all_26, std::greater<float>());
                    });
                }),
        mistake(extrema, "wide_rim",
                "one row or column too many is left out at the rim: pixel number `border` is looked at.",
                [](const Tensor& d, float threshold) {
                    return some_of(extrema(d, threshold), [&](const Extremum& e) {
                        return e.row > border && e.column > border && e.row + 1 < d.size(1) - border &&
                               e.column + 1 < d.size(2) - border;
                    });
                }),
        mistake(extrema, "column_by_column", "the places come column by column: level, then row, then column.",
                [](const Tensor& d, float threshold) {
                    auto found = extrema(d, threshold);
                    std::ranges::stable_sort(found, {}, [](const Extremum& e) { return std::pair(e.level, e.column); });
                    return found;
                }),
    };
}

}  // namespace cnn::lab03
