// What this lab's functions can take the place of when a network runs on the learner's own code.
#include "backprop.hpp"
#include "nn/loan.hpp"

using namespace cnn;

extern "C" const std::vector<nn::OwnOperator>& own_operators() {
    static const std::vector<nn::OwnOperator> list{
        {"conv2d_backward_input", "8.3",
         [](nn::Operators& table) { table.conv2d_backward_input = lab08::conv2d_backward_input; }},
        {"conv2d_backward_filters", "8.3",
         [](nn::Operators& table) {
             table.conv2d_backward_filters = [](const Tensor& x, const Tensor& dy, const Window& window) {
                 auto [dw, db] = lab08::conv2d_backward_filters(x, dy, window);
                 return kernels::FilterGradients{std::move(dw), std::move(db)};
             };
         }},
        {"max_pool_backward", "8.4", [](nn::Operators& table) { table.max_pool_backward = lab08::max_pool_backward; }},
        {"average_pool_backward", "8.4",
         [](nn::Operators& table) { table.average_pool_backward = lab08::average_pool_backward; }},
        {"dense_backward_input", "8.5",
         [](nn::Operators& table) { table.dense_backward_input = lab08::dense_backward_input; }},
        {"dense_backward_weights", "8.5",
         [](nn::Operators& table) {
             table.dense_backward_weights = [](const Tensor& x, const Tensor& dy) {
                 auto [dw, db] = lab08::dense_backward_weights(x, dy);
                 return kernels::DenseGradients{std::move(dw), std::move(db)};
             };
         }},
        {"relu_backward", "8.5", [](nn::Operators& table) { table.relu_backward = lab08::relu_backward; }},
        {"tanh_backward", "8.5", [](nn::Operators& table) { table.tanh_backward = lab08::tanh_backward; }},
        {"sigmoid_backward", "8.5", [](nn::Operators& table) { table.sigmoid_backward = lab08::sigmoid_backward; }},
        {"scaled_tanh_backward", "8.5",
         [](nn::Operators& table) { table.scaled_tanh_backward = lab08::scaled_tanh_backward; }}};
    return list;
}
