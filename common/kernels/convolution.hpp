// Convolution, fast: the same results as the obvious loops, up to rounding.
//
// Throughout: x [N, C, H, W], w [K, C, R, S] with R = S = window.size, b [K] or empty (no bias), y [N, K, OH, OW] with
// OH = (H + 2·padding - R) / stride + 1, rounded down. Every function throws ShapeError when these do not fit
// together. Results are bit for bit the same for any number of threads.
#pragma once
#include "tensor/tensor.hpp"
#include "tensor/window.hpp"

namespace cnn::kernels {

// Places the window has along an axis of `input` pixels; 0 when it does not fit. Leftover pixels are ignored.
Index output_size(Index input, const Window& window);

// y(n, k, i, j) = b(k) + Σ_c Σ_r Σ_s x(n, c, i·stride + r - padding, j·stride + s - padding) · w(k, c, r, s)
Tensor conv2d_forward(const Tensor& x, const Tensor& w, const Tensor& b, const Window& window);

// ∂E/∂x from dy = ∂E/∂y.
Tensor conv2d_backward_input(const Tensor& dy, const Tensor& w, const Shape& x_shape, const Window& window);

// ∂E/∂w [K, C, R, S] and ∂E/∂b [K].
struct FilterGradients {
    Tensor dw, db;
};
FilterGradients conv2d_backward_filters(const Tensor& x, const Tensor& dy, const Window& window);

}  // namespace cnn::kernels
