// The library's fast operators in the place of this lab's.
#include "grader/exercise.hpp"
#include "kernels/loss.hpp"
#include "kernels/sgd.hpp"
#include "learning.hpp"

using namespace cnn;

const std::vector<grader::Replacement>& grader::kernels() {
    static const std::vector<Replacement> list{
        kernel(lab07::softmax_cross_entropy,
               [](const Tensor& y, const lab07::Labels& labels) {
                   require(y.rank() == 2 && y.size(0) >= 1, "softmax_cross_entropy: {} has no rows", y.shape());
                   auto [loss, gradient, correct] = cnn::kernels::softmax_cross_entropy(y, labels);
                   return lab07::Loss{loss, std::move(gradient)};
               }),
        kernel(lab07::sgd_step, [](Tensor value, const Tensor& gradient, Tensor velocity,
                                   const lab07::SgdOptions& options) {
            cnn::kernels::sgd_step(value, gradient, velocity, {options.rate, options.momentum, options.weight_decay});
            return lab07::Moved{std::move(value), std::move(velocity)};
        })};
    return list;
}
