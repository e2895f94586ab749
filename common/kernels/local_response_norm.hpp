// Local response normalisation: neurons at one place compete across neighboring channels (Krizhevsky et al. 2012,
// section 3.3).
//
//     y_c = x_c · s_c^-β,   s_c = k + α/n · Σ x_j²,   j from c - n/2 to c + (n - 1)/2, inside the channels
//
// α is divided by the number n of channels, as PyTorch does; the paper's α = 1e-4 with n = 5 is 5e-4 here.
#pragma once
#include "tensor/tensor.hpp"

namespace cnn::kernels {

struct Neighborhood {
    Index size = 5;  // n
    float alpha = 1e-4f, beta = 0.75f, k = 1;
};

struct LocallyNormalized {
    Tensor y;
    Tensor scale;  // s, for backward
};
// x [N, C, H, W]. Throws ShapeError for another rank, or for a size below 1.
LocallyNormalized local_response_norm_forward(const Tensor& x, const Neighborhood& neighborhood);
// For the x of the forward pass and the scale it returned; works in place on dy:
//     dx_c = dy_c · s_c^-β - 2αβ/n · x_c · Σ dy_j · x_j · s_j^(-β-1),   over the j that have c in their neighborhood
Tensor local_response_norm_backward(Tensor dy, const Tensor& x, const Tensor& scale, const Neighborhood& neighborhood);

}  // namespace cnn::kernels
