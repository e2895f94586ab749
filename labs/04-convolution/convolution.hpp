// Lab 04: convolution. The contract between your convolution.cpp and everything that uses it.
#pragma once
#include "tensor/tensor.hpp"
#include "tensor/window.hpp"

namespace cnn::lab04 {

// What to do with the pixels at the end of an axis when the stride does not divide it.
enum class Remainder {
    ignore,  // the filter stops at the last place where it fits
    fill,    // zeros are added until it fits once more
};

// Task 4.1: the places a filter of `filter` pixels has along an axis of `input` pixels with `padding` zeros on both
// sides, when it moves by `stride`. Throws ShapeError when it does not fit even once, when filter or stride is less
// than 1, or when padding is negative.
Index output_size(Index input, Index filter, Index stride, Index padding, Remainder remainder);

// Task 4.2: the zeros before and after an axis for which the output has ⌈input / stride⌉ values (TensorFlow's SAME).
// An odd number of zeros puts the extra one after. Throws ShapeError when one of the three is less than 1.
struct SamePadding {
    Index before, after;
};
SamePadding same_padding(Index input, Index filter, Index stride);

// Task 4.3: one channel, one filter. x [H, W], w [R, S] → y [H - R + 1, W - S + 1],
//     y(i, j) = Σ_r Σ_s x(i + r, j + s) · w(r, s).
// The filter is not flipped: what a CNN computes is the cross-correlation. Throws ShapeError when w does not fit in x.
Tensor correlate2d(const Tensor& x, const Tensor& w);

// Task 4.4: a layer of filters. x [N, C, H, W], w [K, C, R, S] with R = S = window.size, b [K] → y [N, K, OH, OW],
//     y(n, k, i, j) = b(k) + Σ_c Σ_r Σ_s x(n, c, i·stride + r - padding, j·stride + s - padding) · w(k, c, r, s),
// where x is zero outside the image; OH and OW as in 4.1 with Remainder::ignore. Throws ShapeError when the channels
// of x and w differ, w is not of the window's size, or b has not K values.
Tensor conv2d_forward(const Tensor& x, const Tensor& w, const Tensor& b, const Window& window);

// Task 4.5: what the layer costs for one image of C × H × W.
struct LayerCost {
    Index parameters;     // weights and biases
    Index multiply_adds;  // one for every product in the formula of 4.4, those with padding zeros included
};
LayerCost conv2d_cost(Index channels, Index height, Index width, Index filters, const Window& window);

// Task 4.6: the masks of lab 01 as filters of a convolution layer.
Tensor sobel_filters();    // [2, 1, 3, 3]: ∂/∂x (left to right), ∂/∂y (top to bottom)
Tensor compass_filters();  // [8, 1, 3, 3]: Robinson's masks, from east counter-clockwise

}  // namespace cnn::lab04
