// The table of operators: the mathematics that layers, loss and optimiser use.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "kernels/activation.hpp"
#include "kernels/adaptive_pooling.hpp"
#include "kernels/batch_norm.hpp"
#include "kernels/channel_blocks.hpp"
#include "kernels/convolution.hpp"
#include "kernels/dense.hpp"
#include "kernels/dropout.hpp"
#include "kernels/grouped_convolution.hpp"
#include "kernels/local_response_norm.hpp"
#include "kernels/loss.hpp"
#include "kernels/pooling.hpp"
#include "kernels/sgd.hpp"

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
    void (*sgd_step)(Tensor& value, const Tensor& gradient, Tensor& velocity,
                     const kernels::SgdStep&) = kernels::sgd_step;
    Tensor (*grouped_conv2d_forward)(const Tensor& x, const Tensor& w, const Tensor& b, const Window&,
                                     Index groups) = kernels::grouped_conv2d_forward;
    Tensor (*grouped_conv2d_backward_input)(const Tensor& dy, const Tensor& w, const Shape& x_shape, const Window&,
                                            Index groups) = kernels::grouped_conv2d_backward_input;
    kernels::FilterGradients (*grouped_conv2d_backward_filters)(
        const Tensor& x, const Tensor& dy, const Window&, Index groups) = kernels::grouped_conv2d_backward_filters;
    kernels::LocallyNormalized (*local_response_norm_forward)(const Tensor& x, const kernels::Neighborhood&) =
        kernels::local_response_norm_forward;
    Tensor (*local_response_norm_backward)(Tensor dy, const Tensor& x, const Tensor& scale,
                                           const kernels::Neighborhood&) = kernels::local_response_norm_backward;
    Tensor (*dropout)(Tensor x, float p, std::uint64_t seed) = kernels::dropout;  // forward and backward
    Tensor (*concatenate_channels)(std::span<const Tensor> parts) = kernels::concatenate_channels;
    std::vector<Tensor> (*split_channels)(const Tensor& x, std::span<const Index> channels) = kernels::split_channels;
    Tensor (*adaptive_average_pool_forward)(Tensor x, Index size) = kernels::adaptive_average_pool_forward;
    Tensor (*adaptive_average_pool_backward)(const Tensor& dy,
                                             const Shape& x_shape) = kernels::adaptive_average_pool_backward;
    kernels::BatchNormalized (*batch_norm_forward)(const Tensor& x, const Tensor& gamma, const Tensor& beta,
                                                   float epsilon) = kernels::batch_norm_forward;
    Tensor (*batch_norm_inference)(Tensor x, const Tensor& gamma, const Tensor& beta, const Tensor& mean,
                                   const Tensor& variance, float epsilon) = kernels::batch_norm_inference;
    kernels::BatchNormGradients (*batch_norm_backward)(Tensor dy, const Tensor& x, const Tensor& gamma,
                                                       const Tensor& mean, const Tensor& variance,
                                                       float epsilon) = kernels::batch_norm_backward;
};

// The one table that all of them ask. Change it before a network runs, never while one does.
Operators& operators();

}  // namespace cnn::nn
