// Lab 09: fast convolution on the hardware. The contract between your fast.cpp and everything that uses it.
//
// Nothing here computes anything new. The same sums of products as in labs 04 and 08, in an order that suits the
// machine. Matrices are tensors with two axes, row-major: a(i, k) and a(i, k + 1) lie side by side.
#pragma once
#include <functional>

#include "lanes.hpp"
#include "tensor/tensor.hpp"
#include "tensor/window.hpp"

namespace cnn::lab09 {

// Task 9.1: image n of x [N, C, H, W] as a matrix [C·R·S, OH·OW], with R = S = window.size and
// OH = (H + 2·padding - R) / stride + 1, rounded down. Column i·OW + j holds what lies under the window of output (i,
// j):
//     columns((c·R + r)·S + s, i·OW + j) = x(n, c, i·stride + r - padding, j·stride + s - padding),
// and 0 where that is outside the image. Throws ShapeError when the window does not fit in the padded image, when its
// size or stride is less than 1 or its padding negative, or when there is no image n.
Tensor im2col(const Tensor& x, Index n, const Window& window);

// Task 9.1: the way back, for gradients: columns [C·R·S, OH·OW] → an image [C, H, W] = `image` in which every pixel is
// the *sum* of all places im2col copied it to. What stands for padding is dropped. Throws ShapeError as im2col does,
// and when columns does not have the shape im2col gives for such an image.
Tensor col2im(const Tensor& columns, const Shape& image, const Window& window);

// Tasks 9.2 and 9.5: the matrix product c = a·b with a [M, K], b [K, N], c [M, N]:
//     c(i, j) = Σ_k a(i, k) · b(k, j).
// All three throw ShapeError unless a has as many columns as b has rows. They differ in their order and nothing else.
Tensor multiply_ordered(const Tensor& a, const Tensor& b);  // 9.2: the innermost loop runs along rows of b and c
Tensor multiply_blocked(const Tensor& a, const Tensor& b);  // 9.2: a block of b is used for all rows of a at once
Tensor multiply_simd(const Tensor& a, const Tensor& b);  // 9.5: a tile of c in registers, vectors as long as they come

// Task 9.3: lab 04's layer as a product of matrices. x [N, C, H, W], w [K, C, R, S], b [K] → y [N, K, OH, OW]; for each
// image, y[n] = w·columns + b with w read as [K, C·R·S]. Throws ShapeError when shapes and window do not fit together.
Tensor conv2d_forward(const Tensor& x, const Tensor& w, const Tensor& b, const Window& window);

// Task 9.3: lab 08's gradients. dy [N, K, OH, OW]; for each image
//     dx[n] = col2im(wᵀ·dy[n]),     dw = Σ_n dy[n]·columns[n]ᵀ,     db(k) = Σ_n Σ_i Σ_j dy(n, k, i, j).
// Both throw ShapeError when shapes and window do not fit together.
Tensor conv2d_backward_input(const Tensor& dy, const Tensor& w, const Shape& x_shape, const Window& window);
struct FilterGradients {
    Tensor dw;  // [K, C, R, S]
    Tensor db;  // [K]
};
FilterGradients conv2d_backward_filters(const Tensor& x, const Tensor& dy, const Window& window);

// Task 9.4: calls body(0), body(1), …, body(images - 1), each once, on all cores at the same time. Calls may come in
// any order; each writes only what is its own.
void for_each_image(Index images, const std::function<void(Index)>& body);

// Task 9.4: term(0) + term(1) + … + term(images - 1); all terms have one shape. They are computed on all cores, but the
// order of the additions follows from `images` alone: the sum is bit for bit the same for any number of threads. Throws
// ShapeError when images is less than 1.
Tensor sum_over_images(Index images, const std::function<Tensor(Index)>& term);

}  // namespace cnn::lab09
