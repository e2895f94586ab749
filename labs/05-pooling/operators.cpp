// What this lab's functions can take the place of when a network runs on the learner's own code.
#include "nn/loan.hpp"
#include "pooling.hpp"

using namespace cnn;

extern "C" const std::vector<nn::OwnOperator>& own_operators() {
    static const std::vector<nn::OwnOperator> list{
        {"max_pool_forward", "5.2",
         [](nn::Operators& table) {
             table.max_pool_forward = [](const Tensor& x, const Window& window) {
                 auto [y, switches] = lab05::max_pool_forward(x, window);
                 return kernels::MaxPooled{std::move(y), std::move(switches)};
             };
         }},
        {"average_pool_forward", "5.3",
         [](nn::Operators& table) { table.average_pool_forward = lab05::average_pool_forward; }}};
    return list;
}
