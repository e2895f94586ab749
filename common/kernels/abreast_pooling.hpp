// ReLU and max pooling of 2 × 2 on images side by side, with vectors: x is [height][width][lane], y and switches
// [height / 2][width / 2][lane].
#pragma once
#include "tensor/shape.hpp"

namespace cnn::kernels {

// A switch is 0 to 3: which of the four pixels was the maximum, of equal ones the first; 4 where none is positive.
void relu_pool_abreast(const float* x, Index height, Index width, float* y, float* switches);
// Writes all of dx.
void unpool_abreast(const float* dy, const float* switches, Index height, Index width, float* dx);

}  // namespace cnn::kernels
