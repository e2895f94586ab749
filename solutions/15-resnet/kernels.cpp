// The library's fast operators in the place of this lab's.
#include "grader/exercise.hpp"
#include "kernels/batch_norm.hpp"
#include "resnet.hpp"

using namespace cnn;

const std::vector<grader::Replacement>& grader::kernels() {
    namespace fast = cnn::kernels;
    static const std::vector<Replacement> list{
        kernel(lab15::batch_norm_forward,
               [](const Tensor& x, const Tensor& gamma, const Tensor& beta, float epsilon) {
                   auto [y, mean, variance] = fast::batch_norm_forward(x, gamma, beta, epsilon);
                   return lab15::BatchNormalized{std::move(y), std::move(mean), std::move(variance)};
               }),
        kernel(lab15::batch_norm_inference,
               [](const Tensor& x, const Tensor& gamma, const Tensor& beta, const Tensor& mean, const Tensor& variance,
                  float epsilon) { return fast::batch_norm_inference(x, gamma, beta, mean, variance, epsilon); }),
        kernel(lab15::batch_norm_backward, [](const Tensor& dy, const Tensor& x, const Tensor& gamma,
                                              const Tensor& mean, const Tensor& variance, float epsilon) {
            auto [dx, dgamma, dbeta] = fast::batch_norm_backward(dy, x, gamma, mean, variance, epsilon);
            return lab15::BatchNormGradients{std::move(dx), std::move(dgamma), std::move(dbeta)};
        })};
    return list;
}
