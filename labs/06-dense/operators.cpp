// What this lab's functions can take the place of when a network runs on the learner's own code.
#include "dense.hpp"
#include "nn/loan.hpp"

using namespace cnn;

extern "C" const std::vector<nn::OwnOperator>& own_operators() {
    static const std::vector<nn::OwnOperator> list{
        {"dense_forward", "6.2", [](nn::Operators& table) { table.dense_forward = lab06::dense_forward; }},
        {"relu_forward", "6.3", [](nn::Operators& table) { table.relu_forward = lab06::relu_forward; }},
        {"tanh_forward", "6.3", [](nn::Operators& table) { table.tanh_forward = lab06::tanh_forward; }},
        {"scaled_tanh_forward", "6.3",
         [](nn::Operators& table) { table.scaled_tanh_forward = lab06::scaled_tanh_forward; }},
        {"sigmoid_forward", "6.3", [](nn::Operators& table) { table.sigmoid_forward = lab06::sigmoid_forward; }}};
    return list;
}
