// Stands for the library of a lab in the tests of loans.
#include "nn/loan.hpp"

using namespace cnn;

namespace {

Tensor conv2d_forward(const Tensor&, const Tensor&, const Tensor&, const Window&) { return Tensor({1}, {42}); }
Tensor relu_forward(Tensor x) { return x; }

}  // namespace

extern "C" const std::vector<nn::OwnOperator>& own_operators() {
    static const std::vector<nn::OwnOperator> list{
        {"relu_forward", "4.10", [](nn::Operators& table) { table.relu_forward = relu_forward; }},
        {"conv2d_forward", "4.4", [](nn::Operators& table) { table.conv2d_forward = conv2d_forward; }}};
    return list;
}
