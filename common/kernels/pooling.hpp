// Pooling, fast: x [N, C, H, W], y [N, C, OH, OW] with the sizes of a convolution. Windows may overlap.
#pragma once
#include "tensor/tensor.hpp"
#include "tensor/window.hpp"

namespace cnn::kernels {

struct MaxPooled {
    Tensor y;
    // Shape of y: where in its plane [H, W] each maximum was, row · W + column; of equal ones the first in row-major
    // order. Whole numbers kept in floats, exact for planes up to 2^24 pixels.
    Tensor switches;
};
// Padding takes no part: it counts as minus infinity.
MaxPooled max_pool_forward(const Tensor& x, const Window& window);

// What becomes of pixels that are left over at the end of an axis: nothing, or a last window that hangs over the edge
// (if it begins within the map or its first margin), as PyTorch's ceil_mode and GoogLeNet have it.
enum class Rounding { down, up };
Index pooled_size(Index input, const Window& window, Rounding rounding);
MaxPooled max_pool_forward(const Tensor& x, const Window& window, Rounding rounding);

// The error goes back to where the maximum came from; where windows overlap, it adds up.
Tensor max_pool_backward(const Tensor& dy, const Tensor& switches, const Shape& x_shape);
// The same, sooner where the window is known; the switches must be what max_pool_forward gave for it (the error of one
// that is not a pixel under its own window is lost).
Tensor max_pool_backward(const Tensor& dy, const Tensor& switches, const Shape& x_shape, const Window& window);

// The mean over size² pixels; padding counts as zeros.
Tensor average_pool_forward(const Tensor& x, const Window& window);
Tensor average_pool_backward(const Tensor& dy, const Shape& x_shape, const Window& window);

}  // namespace cnn::kernels
