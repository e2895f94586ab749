// The table of operators: the mathematics that layers use.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "kernels/activation.hpp"
#include "kernels/convolution.hpp"
#include "kernels/dense.hpp"
#include "kernels/loss.hpp"
#include "kernels/pooling.hpp"

namespace cnn::nn {

// Every entry starts as the kernel of the same name; `lab run N --mine` puts the learner's own functions in their
// place (see loan.hpp). Signatures and meaning are documented with the kernels.
struct Operators {
    Tensor (*conv2d_forward)(const Tensor& x, const Tensor& w, const Tensor& b,
                             const Window&) = kernels::conv2d_forward;
    Tensor (*conv2d_backward_input)(const Tensor& dy, const Tensor& w, const Shape& x_shape,
                                    const Window&) = kernels::conv2d_backward_input;
    kernels::FilterGradients (*conv2d_backward_filters)(const Tensor& x, const Tensor& dy,
                                                        const Window&) = kernels::conv2d_backward_filters;
    kernels::MaxPooled (*max_pool_forward)(const Tensor& x, const Window&) = kernels::max_pool_forward;
    Tensor (*max_pool_backward)(const Tensor& dy, const Tensor& switches, const Shape&) = kernels::max_pool_backward;
    Tensor (*average_pool_forward)(const Tensor& x, const Window&) = kernels::average_pool_forward;
    Tensor (*average_pool_backward)(const Tensor& dy, const Shape& x_shape,
                                    const Window&) = kernels::average_pool_backward;
    Tensor (*dense_forward)(const Tensor& x, const Tensor& w, const Tensor& b) = kernels::dense_forward;
    Tensor (*dense_backward_input)(const Tensor& dy, const Tensor& w) = kernels::dense_backward_input;
    kernels::DenseGradients (*dense_backward_weights)(const Tensor& x,
                                                      const Tensor& dy) = kernels::dense_backward_weights;
    Tensor (*relu_forward)(Tensor x) = kernels::relu_forward;
    Tensor (*relu_backward)(Tensor dy, const Tensor& y) = kernels::relu_backward;
    Tensor (*tanh_forward)(Tensor x) = kernels::tanh_forward;
    Tensor (*tanh_backward)(Tensor dy, const Tensor& y) = kernels::tanh_backward;
    Tensor (*sigmoid_forward)(Tensor x) = kernels::sigmoid_forward;
    Tensor (*sigmoid_backward)(Tensor dy, const Tensor& y) = kernels::sigmoid_backward;
    Tensor (*scaled_tanh_forward)(Tensor x) = kernels::scaled_tanh_forward;
    Tensor (*scaled_tanh_backward)(Tensor dy, const Tensor& y) = kernels::scaled_tanh_backward;
    kernels::CrossEntropy (*softmax_cross_entropy)(const Tensor& logits, std::span<const std::int32_t> labels) =
        kernels::softmax_cross_entropy;
};

// The one table every layer asks. Change it before a network runs, never while one does.
Operators& operators();

}  // namespace cnn::nn
