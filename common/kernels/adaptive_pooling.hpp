// The mean over windows that are fitted to a wanted size of the map; with size 1, over the whole map (global average
// pooling: Lin et al. 2013, section 3.2).
#pragma once
#include "tensor/tensor.hpp"

namespace cnn::kernels {

// x [N, C, H, W] → y [N, C, size, size]: pixel i is the mean over rows ⌊i·H / size⌋ to ⌈(i + 1)·H / size⌉, columns
// likewise, as PyTorch's AdaptiveAvgPool2d. Throws ShapeError for another rank, an empty map, or a size below 1.
Tensor adaptive_average_pool_forward(Tensor x, Index size);
Tensor adaptive_average_pool_backward(const Tensor& dy, const Shape& x_shape);

}  // namespace cnn::kernels
