// Pooling of one plane with windows of 3 × 3 that overlap, with vectors.
#pragma once
#include "tensor/window.hpp"

namespace cnn::kernels {

// A plane [height, width] and what its windows make of it. The last windows may hang over the edges.
struct Pooling {
    Index height, width;
    Window window;
    Index out_height, out_width;
};

// The windows that all these functions are for: 3 × 3 with stride 1 or 2, and a padding of 1 at most.
constexpr bool has_vectors(const Window& window) {
    return window.size == 3 && window.stride <= 2 && window.padding <= 1;
}

// False where a pixel may be NaN: what was written is then worth nothing.
bool max_pool_3x3(const float* x, const Pooling& pooling, float* y, float* switches);
// Each switch must be a pixel under its own window, or its error is lost.
void max_pool_3x3_backward(const float* dy, const float* switches, const Pooling& pooling, float* dx);
// The sums, times `share`; what is outside counts as zero.
void average_pool_3x3(const float* x, const Pooling& pooling, float share, float* y);
void average_pool_3x3_backward(const float* dy, const Pooling& pooling, float share, float* dx);

}  // namespace cnn::kernels
