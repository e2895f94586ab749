// Convolution whose channels are split into groups that do not see each other (Krizhevsky et al. 2012, figure 2: one
// group a graphics card). Group g takes the g-th part of x's channels and makes the g-th part of y's.
#pragma once
#include "kernels/convolution.hpp"

namespace cnn::kernels {

// x [N, C, H, W], w [K, C / groups, R, S], b [K] or empty → y [N, K, OH, OW]. Throws ShapeError where `groups` does not
// divide C and K, or sizes disagree.
Tensor grouped_conv2d_forward(const Tensor& x, const Tensor& w, const Tensor& b, const Window& window, Index groups);
Tensor grouped_conv2d_backward_input(const Tensor& dy, const Tensor& w, const Shape& x_shape, const Window& window,
                                     Index groups);
FilterGradients grouped_conv2d_backward_filters(const Tensor& x, const Tensor& dy, const Window& window, Index groups);

}  // namespace cnn::kernels
