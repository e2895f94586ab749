// Dropout (Srivastava et al. 2014), scaled in training so that nothing needs to be done in evaluation.
#pragma once
#include <cstdint>

#include "tensor/tensor.hpp"

namespace cnn::kernels {

// x[i] / (1 - p), or 0 with probability p. Works in place on x.
//
// Who is dropped follows from the seed and i alone (a hash of both), so it is the same for any number of threads and
// need not be remembered: backward is the same function, dx = dropout(dy, p, seed). Throws ShapeError unless
// 0 <= p < 1.
Tensor dropout(Tensor x, float p, std::uint64_t seed);

}  // namespace cnn::kernels
