// What this lab's functions can take the place of when a network runs on the learner's own code.
#include "convolution.hpp"
#include "nn/loan.hpp"

using namespace cnn;

extern "C" const std::vector<nn::OwnOperator>& own_operators() {
    static const std::vector<nn::OwnOperator> list{
        {"conv2d_forward", "4.4", [](nn::Operators& table) {
             // In front of a batch normalisation there are no biases.
             table.conv2d_forward = [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
                 return lab04::conv2d_forward(x, w, b.empty() ? Tensor({w.size(0)}) : b, window);
             };
         }}};
    return list;
}
