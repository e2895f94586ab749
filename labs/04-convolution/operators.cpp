// What this lab's functions can take the place of when a network runs on the learner's own code.
#include "convolution.hpp"
#include "nn/loan.hpp"

extern "C" const std::vector<cnn::nn::OwnOperator>& own_operators() {
    static const std::vector<cnn::nn::OwnOperator> list{{"conv2d_forward", "4.4", [](cnn::nn::Operators& table) {
                                                             table.conv2d_forward = cnn::lab04::conv2d_forward;
                                                         }}};
    return list;
}
