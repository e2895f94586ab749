// Feature maps laid one behind the other along the channels, and taken apart again (Szegedy et al. 2014, figure 2).
#pragma once
#include <span>
#include <vector>

#include "tensor/tensor.hpp"

namespace cnn::kernels {

// Parts [N, C_i, …] that agree in everything but C_i → [N, Σ C_i, …]. Throws ShapeError where they do not, or when
// there are none.
Tensor concatenate_channels(std::span<const Tensor> parts);
// The way back, for gradients: x [N, Σ C_i, …] → parts with `channels` channels each. Throws ShapeError unless these
// add up to x's.
std::vector<Tensor> split_channels(const Tensor& x, std::span<const Index> channels);

}  // namespace cnn::kernels
