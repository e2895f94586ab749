// How the lab's program draws histograms and detections.
#pragma once
#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

#include "hog.hpp"
#include "image/drawing.hpp"

namespace cnn::lab02 {

// The histogram of every cell as its blocks have normalized it: the mean of the up to `block` · `block` copies that a
// descriptor holds. cells [R, C, bins], blocks [R - block + 1, …] → [R, C, bins].
inline Tensor seen_through_blocks(const Tensor& blocks, const Settings& settings) {
    const Index block = settings.block, bins = settings.bins;
    Tensor sum({blocks.size(0) + block - 1, blocks.size(1) + block - 1, bins});
    Tensor copies({sum.size(0), sum.size(1)});
    for (Index r = 0; r < blocks.size(0); ++r)
        for (Index c = 0; c < blocks.size(1); ++c)
            for (Index i = 0; i < block; ++i)
                for (Index j = 0; j < block; ++j) {
                    copies(r + i, c + j) += 1;
                    for (Index k = 0; k < bins; ++k) sum(r + i, c + j, k) += blocks(r, c, (i * block + j) * bins + k);
                }
    for (Index r = 0; r < sum.size(0); ++r)
        for (Index c = 0; c < sum.size(1); ++c)
            for (Index k = 0; k < bins; ++k) sum(r, c, k) /= copies(r, c);
    return sum;
}

inline Colour darker(Colour colour, float brightness) {
    const auto part = [&](std::uint8_t value) { return static_cast<std::uint8_t>(brightness * value); };
    return {part(colour.red), part(colour.green), part(colour.blue)};
}

// All but the strongest hundredth are told apart by brightness, so that one glint does not darken the rest.
inline float full_strength(const Tensor& cells) {
    std::vector<float> values(cells.values().begin(), cells.values().end());
    if (values.empty()) return 1;
    const auto most = values.begin() + static_cast<std::ptrdiff_t>(values.size() * 99 / 100);
    std::ranges::nth_element(values, most);
    return std::max(*most, 1e-6f);
}

// A star in every cell of cells [R, C, bins], `side` pixels wide: for each bin a line along the edge, which runs across
// the gradient. The stronger the brighter; the colour is the direction of the line.
inline Image glyphs(const Tensor& cells, Index side) {
    const Index bins = cells.size(2);
    Canvas canvas(cells.size(0) * side, cells.size(1) * side, {14, 16, 22});
    const float full = full_strength(cells), pixels = static_cast<float>(side), reach = pixels * 0.5f;
    for (Index r = 0; r < cells.size(0); ++r)
        for (Index c = 0; c < cells.size(1); ++c) {
            std::vector<Index> order(static_cast<std::size_t>(bins));
            std::iota(order.begin(), order.end(), 0);
            std::ranges::sort(order, {}, [&](Index k) { return cells(r, c, k); });  // the strongest on top
            const float row = (static_cast<float>(r) + 0.5f) * pixels, column = (static_cast<float>(c) + 0.5f) * pixels;
            for (const Index k : order) {
                const float strength = std::min(cells(r, c, k) / full, 1.0f);
                if (strength < 0.04f) continue;
                const float turn = (static_cast<float>(k) + 0.5f) / static_cast<float>(bins);  // of the gradient
                const float angle = (turn + 0.5f) * std::numbers::pi_v<float>;
                const float down = std::sin(angle) * reach, right = std::cos(angle) * reach;
                canvas.line(row - down, column - right, row + down, column + right,
                            darker(cyclic(turn), std::pow(strength, 0.6f)), 0.5f + 0.12f * pixels * strength);
            }
        }
    return canvas.image();
}

// Boxes on a scene: `colour` for each, thicker the more certain.
inline void draw_box(Canvas& canvas, const Box& box, Colour colour, Index thickness) {
    canvas.frame(std::lround(box.row), std::lround(box.column), std::lround(box.height), std::lround(box.width), colour,
                 thickness);
}

}  // namespace cnn::lab02
