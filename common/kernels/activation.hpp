// Activation functions, element by element, for any shape. Forward and backward work in place on their first argument:
// move a tensor in to spare the copy. Backward takes y = f(x), which all four derivatives can be written in.
#pragma once
#include "tensor/tensor.hpp"

namespace cnn::kernels {

Tensor relu_forward(Tensor x);                     // max(x, 0)
Tensor relu_backward(Tensor dy, const Tensor& y);  // dy where y > 0, else 0
Tensor tanh_forward(Tensor x);
Tensor tanh_backward(Tensor dy, const Tensor& y);     // dy · (1 - y²)
Tensor sigmoid_forward(Tensor x);                     // 1 / (1 + e^-x)
Tensor sigmoid_backward(Tensor dy, const Tensor& y);  // dy · y · (1 - y)
// 1.7159 tanh(2x/3): LeCun et al. 1998, appendix A
Tensor scaled_tanh_forward(Tensor x);
Tensor scaled_tanh_backward(Tensor dy, const Tensor& y);

// Where two paths of a network meet: a + b, and max(a + b, 0). In place on a; ShapeError unless the shapes are equal.
Tensor add(Tensor a, const Tensor& b);
Tensor add_relu(Tensor a, const Tensor& b);

}  // namespace cnn::kernels
