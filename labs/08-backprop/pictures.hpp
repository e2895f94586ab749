// How the lab's program draws gradients.
#pragma once
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "backprop.hpp"
#include "image/number_cells.hpp"
#include "nn/operators.hpp"

namespace cnn::lab08 {

// The example of the handout: x [3, 3], w [2, 2], dy [2, 2], and what 8.1 and 8.2 make of them.
inline Image example_picture(const Tensor& x, const Tensor& w, const Tensor& y, const Tensor& dy, const Tensor& dw,
                             const Tensor& dx) {
    const auto cells = [](const Tensor& numbers, CellMark mark, float most) {
        return draw_numbers(numbers.view(),
                            {.side = 44, .map = diverging, .range = Range{-most, most}, .marks = {mark}});
    };
    // Framed: the middle pixel's neighborhood forward, and what comes back to it.
    const CellMark whole{0, 0, 2, 2}, middle{1, 1};
    return tiles({{cells(x, {0, 0, 2, 2}, 6), "X"},
                  {cells(w, whole, 4), "F"},
                  {cells(y, {0, 0}, 8), "O"},
                  {cells(dy, whole, 5), "dE/dO"},
                  {cells(dw, {0, 0}, 20), "dE/dF"},
                  {cells(dx, middle, 16), "dE/dX"}},
                 {.columns = 3, .gap = 24, .text_scale = 2});
}

// Differences in blue and red, white for zero; `most` is the strongest colour.
inline Image signed_picture(ConstView plane, Index side) {
    return enlarge(colour_image(plane, diverging, Range::symmetric_of(plane)),
                   std::max<Index>(side / plane.size(1), 1));
}
inline Image plain_picture(ConstView plane, Index side) {
    return enlarge(to_colour(gray_image(plane)), std::max<Index>(side / plane.size(1), 1));
}

// A frame around each pixel of a map that carries an error: in white fields it would be hard to find.
inline Image framed(const Image& picture, const Tensor& dy, Index side) {
    Canvas canvas(picture);
    const Index cell = std::max<Index>(side / dy.size(3), 1);
    for (Index i = 0; i < dy.size(2); ++i)
        for (Index j = 0; j < dy.size(3); ++j)
            if (dy(0, 0, i, j) != 0) canvas.frame(i * cell - 1, j * cell - 1, cell + 2, cell + 2, colours::orange, 2);
    return canvas.image();
}

// One number of y is wrong, all others are right.
inline Tensor error_at(const Shape& shape, Index row, Index column, Index size = 1) {
    Tensor dy(shape);
    for (Index i = row; i < std::min(row + size, shape[2]); ++i)
        for (Index j = column; j < std::min(column + size, shape[3]); ++j) dy(0, 0, i, j) = 1;
    return dy;
}

// Four rows: what went forward, where the error is, where it comes back. x [1, 1, H, W], one filter w [1, 1, R, R].
inline Image flow_picture(const Tensor& x, const Tensor& w) {
    const nn::Operators& forward = nn::operators();
    constexpr Index side = 168;
    const Window same{.size = w.size(2), .padding = w.size(2) / 2}, overlapping{.size = 3, .stride = 2};
    const Tensor active = forward.relu_forward(forward.conv2d_forward(x, w, Tensor({1}), same));
    const auto [pooled, switches] = forward.max_pool_forward(active, overlapping);
    const Tensor mean = forward.average_pool_forward(active, overlapping);

    // Where the map is brightest, away from the border, the way back is open.
    Index row = pooled.size(2) / 4, column = pooled.size(3) / 4;
    for (Index i = row; i < pooled.size(2) * 3 / 4; ++i)
        for (Index j = pooled.size(3) / 4; j < pooled.size(3) * 3 / 4; ++j)
            if (pooled(0, 0, i, j) > pooled(0, 0, row, column)) row = i, column = j;

    std::vector<Tile> all;
    const auto add = [&](const Tensor& from, const Tensor& to, const Tensor& dy, const Tensor& dx,
                         const std::vector<std::string>& captions) {
        all.push_back({plain_picture(from.plane(0, 0), side), captions[0]});
        all.push_back({plain_picture(to.plane(0, 0), side), captions[1]});
        all.push_back({framed(signed_picture(dy.plane(0, 0), side), dy, side), captions[2]});
        all.push_back({signed_picture(dx.plane(0, 0), side), captions[3]});
    };
    const Tensor one = error_at(active.shape(), 2 * row + 1, 2 * column + 1);
    add(x, active, one, conv2d_backward_input(one, w, x.shape(), same),
        {"image", "map of one filter", "one wrong value", "back: the filter"});
    const Tensor nine = error_at(pooled.shape(), row - 1, column - 1, 3);
    add(active, pooled, nine, max_pool_backward(nine, switches, active.shape()),
        {"map", "max pooling 3/2", "nine wrong values", "back: to the maxima"});
    add(active, mean, nine, average_pool_backward(nine, active.shape(), overlapping),
        {"map", "average pooling 3/2", "nine wrong values", "back: shares add up"});
    const Tensor dmap = relu_backward(max_pool_backward(nine, switches, active.shape()), active);
    add(x, pooled, nine, conv2d_backward_input(dmap, w, x.shape(), same),
        {"image", "conv, ReLU, pooling", "nine wrong values", "back through all"});
    return tiles(all, {.columns = 4, .gap = 10, .text_scale = 1});
}

}  // namespace cnn::lab08
