// A small matrix as cells with a number in each: for worked examples.
#pragma once
#include <optional>
#include <vector>

#include "image/drawing.hpp"

namespace cnn {

// A frame around some of the cells.
struct CellMark {
    Index row, column, height = 1, width = 1;
    Colour colour = colours::red;
};

struct NumberCells {
    Index side = 30;                   // of a cell, in pixels
    Index text_scale = 2;              // numbers are left out where they find no room
    ColourMap map = nullptr;           // paper where none
    std::optional<Range> range = {};   // of the colours: grays and viridis get 0 to 1 across it, diverging -1 to 1
    std::vector<CellMark> marks = {};  // later ones over earlier ones
};

// `numbers` [H, W] → a picture of H·side + 1 × W·side + 1 pixels. Without a range, that of the numbers (for a diverging
// map the symmetric one). Throws ShapeError when there are no cells or their side is less than 4 pixels.
Image draw_numbers(ConstView numbers, const NumberCells& options = {});

}  // namespace cnn
