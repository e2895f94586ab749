// A batch of correlations: chooses the plan and shares the work out to the threads.
#pragma once
#include <functional>

#include "kernels/correlation.hpp"
#include "tensor/tensor.hpp"

namespace cnn::kernels {

// y [N, filters, out_height, out_width] from x [N, channels, height, width]; row k starts from bias[k], or 0 without
// bias. `pack` packs the filters in the panels it is given, [depth][rows of the panel] each (filters.hpp).
void correlate(const Correlation& shape, const Tensor& x, const std::function<Buffer(const Panels&)>& pack,
               const float* bias, Tensor& y);

}  // namespace cnn::kernels
