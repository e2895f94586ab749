// What this lab's functions can take the place of when a network runs on the learner's own code.
#include "nn/loan.hpp"
#include "resnet.hpp"

using namespace cnn;

extern "C" const std::vector<nn::OwnOperator>& own_operators() {
    static const std::vector<nn::OwnOperator> list{
        {"batch_norm_forward", "15.1",
         [](nn::Operators& table) {
             table.batch_norm_forward = [](const Tensor& x, const Tensor& gamma, const Tensor& beta, float epsilon) {
                 auto [y, mean, variance] = lab15::batch_norm_forward(x, gamma, beta, epsilon);
                 return kernels::BatchNormalized{std::move(y), std::move(mean), std::move(variance)};
             };
         }},
        {"batch_norm_inference", "15.1",
         [](nn::Operators& table) {
             table.batch_norm_inference = [](Tensor x, const Tensor& gamma, const Tensor& beta, const Tensor& mean,
                                             const Tensor& variance, float epsilon) {
                 return lab15::batch_norm_inference(x, gamma, beta, mean, variance, epsilon);
             };
         }},
        {"batch_norm_backward", "15.2", [](nn::Operators& table) {
             table.batch_norm_backward = [](Tensor dy, const Tensor& x, const Tensor& gamma, const Tensor& mean,
                                            const Tensor& variance, float epsilon) {
                 auto [dx, dgamma, dbeta] = lab15::batch_norm_backward(dy, x, gamma, mean, variance, epsilon);
                 return kernels::BatchNormGradients{std::move(dx), std::move(dgamma), std::move(dbeta)};
             };
         }}};
    return list;
}
