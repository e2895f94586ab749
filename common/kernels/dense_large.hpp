// The fully connected layer when its weights do not fit in the second-level cache: the weights are read once, in their
// own order or in blocks that fit, and what is small is rearranged instead.
#pragma once
#include "tensor/tensor.hpp"

namespace cnn::kernels {

bool is_large(Index inputs, Index outputs);

// As in dense.hpp; shapes are checked there.
void large_forward(const Tensor& x, const Tensor& w, const float* bias, Tensor& y);
void large_backward_input(const Tensor& dy, const Tensor& w, Tensor& dx);
void large_backward_weights(const Tensor& x, const Tensor& dy, Tensor& dw);

}  // namespace cnn::kernels
