// Histograms of oriented gradients (Dalal and Triggs, CVPR 2005), counted with a table instead of roots and angles.
#pragma once
#include <cstdint>

#include "tensor/tensor.hpp"

namespace cnn::kernels {

// Levels of a picture [H, W, C], rows from the top, channels interleaved. Nothing is owned.
struct Pixels {
    const std::uint8_t* levels;
    Index height, width, channels;
};

struct HogSettings {
    Index cell = 8, block = 2, bins = 9;  // pixels a side, cells a side, directions from 0° to 180°
    bool shared_votes = true;             // between neighbouring bins and cells
};

// For every cell the length of gradient in each direction: [H / cell, W / cell, bins]. Centred differences of the
// strongest channel (of equal ones the first), 0 where a neighbour is missing; pixels beyond the last whole cell are
// left out, and so are shares of cells that do not exist. Throws ShapeError unless cell, channels and bins (at most
// 180) are 1 or more.
Tensor hog_cells(const Pixels& pixels, const HogSettings& settings);

// cells [R, C, bins] → [R - block + 1, C - block + 1, block · block · bins], each block normalized with L2-Hys:
// v / √(|v|² + ε²), at most 0.2, once more the same, ε = 10⁻³. Throws ShapeError where there is no room for a block.
Tensor hog_blocks(const Tensor& cells, Index block);

}  // namespace cnn::kernels
