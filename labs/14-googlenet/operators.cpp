// What this lab's functions can take the place of when a network runs on the learner's own code.
#include "googlenet.hpp"
#include "nn/loan.hpp"

using namespace cnn;

extern "C" const std::vector<nn::OwnOperator>& own_operators() {
    static const std::vector<nn::OwnOperator> list{
        {"concatenate_channels", "14.1",
         [](nn::Operators& table) {
             table.concatenate_channels = [](std::span<const Tensor> parts) {
                 if (!parts.empty() && parts.front().rank() != 4) return kernels::concatenate_channels(parts);
                 return lab14::concatenate({parts.begin(), parts.end()});
             };
         }},
        {"split_channels", "14.1",
         [](nn::Operators& table) {
             table.split_channels = [](const Tensor& x, std::span<const Index> channels) {
                 if (x.rank() != 4) return kernels::split_channels(x, channels);
                 return lab14::split(x, {channels.begin(), channels.end()});
             };
         }},
        {"adaptive_average_pool_forward", "14.4",
         [](nn::Operators& table) {
             table.adaptive_average_pool_forward = [](Tensor x, Index size) {
                 if (size != 1) return kernels::adaptive_average_pool_forward(std::move(x), size);
                 return lab14::global_average_pool_forward(x).reshaped({x.size(0), x.size(1), 1, 1});
             };
         }},
        {"adaptive_average_pool_backward", "14.4", [](nn::Operators& table) {
             table.adaptive_average_pool_backward = [](const Tensor& dy, const Shape& x_shape) {
                 if (dy.size(2) != 1 || dy.size(3) != 1) return kernels::adaptive_average_pool_backward(dy, x_shape);
                 return lab14::global_average_pool_backward(dy.reshaped({dy.size(0), dy.size(1)}), x_shape);
             };
         }}};
    return list;
}
