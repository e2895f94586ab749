// Batch normalisation over the pixels of all images, channel by channel (Ioffe and Szegedy 2015).
//
//     y = γ · x̂ + β,   x̂ = (x - mean) / √(variance + ε)
//
// x, y, dy, dx [N, C, H, W]; γ, β, mean, variance and their gradients [C]. Every function throws ShapeError where sizes
// disagree. Those with `relu` compute max(y, 0), in the same sweep through memory.
#pragma once
#include "tensor/tensor.hpp"

namespace cnn::kernels {

struct BatchNormalized {
    Tensor y;
    Tensor mean, variance;  // of this batch; the variance divides by N·H·W (algorithm 1)
};
BatchNormalized batch_norm_forward(const Tensor& x, const Tensor& gamma, const Tensor& beta, float epsilon);
BatchNormalized batch_norm_relu_forward(const Tensor& x, const Tensor& gamma, const Tensor& beta, float epsilon);

// With statistics that were collected in training; works in place on x.
Tensor batch_norm_inference(Tensor x, const Tensor& gamma, const Tensor& beta, const Tensor& mean,
                            const Tensor& variance, float epsilon);
Tensor batch_norm_relu_inference(Tensor x, const Tensor& gamma, const Tensor& beta, const Tensor& mean,
                                 const Tensor& variance, float epsilon);

struct BatchNormGradients {
    Tensor dx, dgamma, dbeta;
};
// For the x of the forward pass, with the mean and variance it returned (section 3); works in place on dy.
//     dβ = Σ dy,   dγ = Σ dy · x̂,   dx = γ / √(variance + ε) · (dy - (dβ + x̂ · dγ) / (N·H·W))
BatchNormGradients batch_norm_backward(Tensor dy, const Tensor& x, const Tensor& gamma, const Tensor& mean,
                                       const Tensor& variance, float epsilon);
// β says where y was negative: y itself need not be kept.
BatchNormGradients batch_norm_relu_backward(Tensor dy, const Tensor& x, const Tensor& gamma, const Tensor& beta,
                                            const Tensor& mean, const Tensor& variance, float epsilon);

// The same, when mean and variance were constants and not computed from x (networks in evaluation mode that are
// differentiated all the same): dx = γ / √(variance + ε) · dy.
BatchNormGradients batch_norm_inference_backward(Tensor dy, const Tensor& x, const Tensor& gamma, const Tensor& mean,
                                                 const Tensor& variance, float epsilon);

}  // namespace cnn::kernels
