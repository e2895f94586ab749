// The fully connected layer, fast: x [N, D], w [M, D], b [M] or empty, y [N, M]. ShapeError when they do not fit.
#pragma once
#include "tensor/tensor.hpp"

namespace cnn::kernels {

// y(n, m) = b(m) + Σ_d x(n, d) · w(m, d)
Tensor dense_forward(const Tensor& x, const Tensor& w, const Tensor& b);
Tensor dense_backward_input(const Tensor& dy, const Tensor& w);
struct DenseGradients {
    Tensor dw, db;
};
DenseGradients dense_backward_weights(const Tensor& x, const Tensor& dy);

}  // namespace cnn::kernels
