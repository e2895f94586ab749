// Lab 05: pooling. The contract between your pooling.cpp and everything that uses it.
#pragma once
#include "tensor/tensor.hpp"
#include "tensor/window.hpp"

namespace cnn::lab05 {

// Task 5.1: the places a pooling window has along an axis of `input` pixels. It moves by window.stride; where the
// stride is smaller than the size, neighbouring windows overlap. Pixels left over at the end are ignored. Throws
// ShapeError when size or stride is less than 1, when the padding is negative or not smaller than the size (a window
// would hold nothing but padding), or when the window does not fit even once.
Index output_size(Index input, const Window& window);

// Task 5.2: the largest value of every window, and where it was. x [N, C, H, W] → y [N, C, OH, OW], each plane by
// itself,
//     y(n, c, i, j) = max_{r, s} x(n, c, i·stride + r - padding, j·stride + s - padding),  0 ≤ r, s < size,
// over the pixels inside the image: padding takes no part. Throws ShapeError unless x has four axes and the window
// fits (5.1).
struct MaxPooled {
    Tensor y;
    // Shape of y: the place of each maximum in its plane [H, W], row · W + column, as a float. Of equal ones the first
    // in row-major order. (Zeiler & Fergus 2013, section 2.1, call them switches.)
    Tensor switches;
};
MaxPooled max_pool_forward(const Tensor& x, const Window& window);

// Task 5.3: the mean of every window. x [N, C, H, W] → y [N, C, OH, OW]; padding counts as zeros, so that every sum is
// divided by size². Throws as 5.2 does.
Tensor average_pool_forward(const Tensor& x, const Window& window);

// Task 5.4: how many windows of `size` pixels, moved by `stride`, it takes until every one of `input` pixels lies in a
// window; the last may hang over the end. Throws ShapeError when one of the three is less than 1, or when the stride is
// larger than the size, so that pixels between two windows would be lost.
Index covering_size(Index input, Index size, Index stride);

// Task 5.4: overlapping max pooling (AlexNet: size 3, stride 2; Krizhevsky et al. 2012, section 3.4) in which no pixel
// is lost, as in GoogLeNet. x [N, C, H, W] → y [N, C, OH, OW] with OH, OW of covering_size; y(n, c, i, j) is the
// largest of those pixels under its window that the image has. Throws ShapeError unless x has four axes, and as
// covering_size does.
Tensor overlapping_max_pool(const Tensor& x, Index size, Index stride);

// Task 5.5: what pooling saves. An image of height × width goes through `filters` filters of filter_size × filter_size
// (stride 1, no padding), perhaps through pooling, then into a dense layer: every one of its `outputs` is connected
// with every value, and has a bias.
struct Savings {
    Index values_without, values_with;          // that go into the dense layer, without and with pooling
    Index parameters_without, parameters_with;  // weights and biases of the dense layer
};
Savings pooling_savings(Index height, Index width, Index filters, Index filter_size, const Window& pooling,
                        Index outputs);

}  // namespace cnn::lab05
