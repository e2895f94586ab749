// How the lab's program draws filters and maps.
#pragma once
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "image/number_cells.hpp"

namespace cnn::lab04 {

// Differences in blue and red, with white for zero; anything else from black to white.
inline Image map_picture(ConstView map, bool has_signs) {
    return has_signs ? colour_image(map, diverging, Range::symmetric_of_most(map)) : to_colour(gray_image(map, {0, 1}));
}

// The filter in the upper left corner of its map, its channels side by side: red adds, blue takes away.
inline Image with_inset(const Image& map, const Tensor& w, Index k) {
    const Index size = w.size(2), factor = std::max<Index>(map.height * 2 / 7 / size, 1);
    Canvas canvas(map);
    for (Index c = 0; c < w.size(1); ++c) {
        const float most = std::abs(*std::ranges::max_element(
            w.image(k).data(), w.image(k).data() + w.count() / w.size(0), {}, [](float v) { return std::abs(v); }));
        const Image filter = enlarge(colour_image(w.plane(k, c), diverging, {-most, most}), factor);
        const Index left = c * (filter.width + 1);
        canvas.paste(filter, 0, left).frame(0, left, filter.height + 1, filter.width + 1, colours::ink);
    }
    return canvas.image();
}

// The handout's example: `image` [6, 6], filters [2, 1, 3, 3], their maps at stride 1 [1, 2, 4, 4] and 3 [1, 2, 2, 2].
// One window is framed in every row, and the value it gives.
inline Image example_picture(const Tensor& image, const Tensor& filters, const Tensor& dense, const Tensor& sparse) {
    const NumberCells plain{.side = 36, .map = grays, .range = Range{-.6f, 1.2f}};
    NumberCells tinted{.side = 36, .map = diverging, .range = Range{-6, 6}};
    std::vector<Tile> pictures;
    for (Index k = 0; k < 2; ++k) {
        const Index at = 3 * k;  // row and column of the window that is shown: the first or the last place
        const auto frame = [](NumberCells options, CellMark mark) {
            options.marks = {mark};
            return options;
        };
        pictures.push_back({draw_numbers(image.view(), frame(plain, {at, at, 3, 3})), "image 6×6"});
        pictures.push_back({draw_numbers(filters.plane(k, 0), frame(tinted, {0, 0, 3, 3})),
                            "filter " + std::to_string(k + 1) + ": 3×3"});
        pictures.push_back({draw_numbers(dense.plane(0, k), frame(tinted, {at, at})), "stride 1: 4×4"});
        pictures.push_back({draw_numbers(sparse.plane(0, k), frame(tinted, {at / 3, at / 3})), "stride 3: 2×2"});
    }
    return tiles(pictures, {.columns = 4, .gap = 20, .text_scale = 2});
}

}  // namespace cnn::lab04
