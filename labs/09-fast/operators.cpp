// What this lab's functions can take the place of when a network runs on the learner's own code. They come after those
// of labs 04 and 08 and replace them where task 9.3 has passed.
#include "fast.hpp"
#include "nn/loan.hpp"

using namespace cnn;

extern "C" const std::vector<nn::OwnOperator>& own_operators() {
    static const std::vector<nn::OwnOperator> list{
        {"conv2d_forward", "9.3",
         [](nn::Operators& table) {
             // In front of a batch normalisation there are no biases.
             table.conv2d_forward = [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
                 return lab09::conv2d_forward(x, w, b.empty() ? Tensor({w.size(0)}) : b, window);
             };
         }},
        {"conv2d_backward_input", "9.3",
         [](nn::Operators& table) { table.conv2d_backward_input = lab09::conv2d_backward_input; }},
        {"conv2d_backward_filters", "9.3", [](nn::Operators& table) {
             table.conv2d_backward_filters = [](const Tensor& x, const Tensor& dy, const Window& window) {
                 auto [dw, db] = lab09::conv2d_backward_filters(x, dy, window);
                 return kernels::FilterGradients{std::move(dw), std::move(db)};
             };
         }}};
    return list;
}
