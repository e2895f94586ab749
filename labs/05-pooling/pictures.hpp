// How the lab's program draws what pooling does.
#pragma once
#include <algorithm>
#include <string>
#include <vector>

#include "image/number_cells.hpp"
#include "pooling.hpp"

namespace cnn::lab05 {

// A map, its windows in blue, the largest value of each in red; beside it what max and average pooling give, all as
// numbers. x [1, 1, H, W]; windows side by side.
inline Image example_picture(const Tensor& x, const MaxPooled& pooled, const Tensor& mean, const Window& window) {
    const NumberCells plain{.side = 58, .map = grays, .range = Range{-10, 8}};
    NumberCells marked = plain;
    for (Index i = 0; i < mean.size(2); ++i)
        for (Index j = 0; j < mean.size(3); ++j)
            marked.marks.push_back({i * window.stride, j * window.stride, window.size, window.size, colours::blue});
    for (const float at : pooled.switches.values()) {
        const auto place = std::clamp<Index>(static_cast<Index>(at), 0, x.size(2) * x.size(3) - 1);
        marked.marks.push_back({place / x.size(3), place % x.size(3)});
    }
    return tiles({{draw_numbers(x.plane(0, 0), marked), "x"},
                  {draw_numbers(pooled.y.plane(0, 0), plain), "largest"},
                  {draw_numbers(pooled.switches.plane(0, 0), {.side = 58}), "switches"},
                  {draw_numbers(mean.plane(0, 0), {.side = 58, .map = grays, .range = Range{-10, 8}}), "mean"}},
                 {.columns = 4, .gap = 20, .text_scale = 2});
}

// A small map at the size of the first, every value a square.
inline Image blocks(const Image& small, Index height, Index width) {
    Image large(height, width, small.channels);
    for (Index i = 0; i < height; ++i)
        for (Index j = 0; j < width; ++j)
            for (Index c = 0; c < small.channels; ++c)
                large(i, j, c) = small(i * small.height / height, j * small.width / width, c);
    return large;
}

}  // namespace cnn::lab05
