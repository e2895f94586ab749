// One update of stochastic gradient descent with momentum and weight decay, in a single pass over memory.
#pragma once
#include "tensor/tensor.hpp"

namespace cnn::kernels {

struct SgdStep {
    float learning_rate, momentum = 0, weight_decay = 0;
};
// As PyTorch's SGD: velocity = momentum · velocity + gradient + weight_decay · value; value -= learning_rate ·
// velocity.
void sgd_step(Tensor& value, const Tensor& gradient, Tensor& velocity, const SgdStep& step);

}  // namespace cnn::kernels
