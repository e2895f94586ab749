// Loops whose cost is reading and writing: element by element, or over small windows. Vectors make them wait for memory
// alone.
#pragma once
#include <cstdint>

#include "kernels/sgd.hpp"
#include "tensor/shape.hpp"

namespace cnn::kernels {

enum class Curve { relu, tanh, sigmoid, scaled_tanh };
// x[i] = f(x[i])
void apply(Curve curve, Index count, float* x);
// dy[i] *= f'(where y[i] = f)
void apply_slope(Curve curve, const float* y, Index count, float* dy);

// to[i] = max(to[i] + from[i], 0)
void add_relu(const float* from, Index count, float* to);

// x[i] / (1 - p), or 0 with probability p, which a hash of i and both keys decides.
struct Drop {
    float p;
    std::uint32_t key, other_key;
};
void drop(const Drop& drop, Index count, float* x);

void sgd(const SgdStep& step, const float* gradient, Index count, float* velocity, float* value);

// Pooling of one plane [height, width] with windows of 2 × 2, two apart: what LeNet, AlexNet's heirs and VGG use most.
// Where a pixel may be NaN, max_pool_2x2 returns false, and what it has written is worth nothing.
bool max_pool_2x2(const float* x, Index height, Index width, float* y, float* switches);
// Writes all of dx, unless a switch is not a pixel of its own window: then returns false, and dx is worth nothing.
bool max_pool_2x2_backward(const float* dy, const float* switches, Index height, Index width, float* dx);
void average_pool_2x2(const float* x, Index height, Index width, float* y);
void average_pool_2x2_backward(const float* dy, Index height, Index width, float* dx);

}  // namespace cnn::kernels
