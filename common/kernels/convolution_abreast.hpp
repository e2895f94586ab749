// Convolution of small maps, images side by side: the three directions (see convolution.hpp for shapes, abreast.hpp for
// when and why). Shapes have been checked, and nothing is empty.
#pragma once
#include "kernels/convolution.hpp"

namespace cnn::kernels {

void abreast_forward(const Tensor& x, const Tensor& w, const Tensor& b, const Window& window, Tensor& y);
void abreast_backward_input(const Tensor& dy, const Tensor& w, const Window& window, Tensor& dx);
FilterGradients abreast_backward_filters(const Tensor& x, const Tensor& dy, const Window& window);

}  // namespace cnn::kernels
