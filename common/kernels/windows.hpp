// Pooling of one plane with windows of any size, stride and padding, with vectors.
#pragma once
#include "tensor/window.hpp"

namespace cnn::kernels {

// A plane [height, width] and what its windows make of it. The last windows may hang over the edges.
struct Pooling {
    Index height, width;
    Window window;
    Index out_height, out_width;
};

void max_pool_plane(const float* x, const Pooling& pooling, float* y, float* switches);
// Windows of 3 × 3 alone. Writes all of dx, unless the window is another or a switch is not a pixel under its own
// window: then returns false, and dx is worth nothing.
bool max_pool_plane_backward(const float* dy, const float* switches, const Pooling& pooling, float* dx);
// The sums, times `share`; what is outside counts as zero.
void average_pool_plane(const float* x, const Pooling& pooling, float share, float* y);
void average_pool_plane_backward(const float* dy, const Pooling& pooling, float share, float* dx);

}  // namespace cnn::kernels
