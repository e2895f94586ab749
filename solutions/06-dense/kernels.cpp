// The library's fast operators in the place of this lab's.
#include "dense.hpp"
#include "grader/exercise.hpp"
#include "kernels/activation.hpp"
#include "kernels/dense.hpp"
#include "kernels/loss.hpp"

using namespace cnn;

const std::vector<grader::Replacement>& grader::kernels() {
    static const std::vector<Replacement> list{
        kernel(lab06::dense_forward, cnn::kernels::dense_forward),
        kernel(lab06::relu_forward, cnn::kernels::relu_forward),
        kernel(lab06::tanh_forward, cnn::kernels::tanh_forward),
        kernel(lab06::scaled_tanh_forward, cnn::kernels::scaled_tanh_forward),
        kernel(lab06::sigmoid_forward, cnn::kernels::sigmoid_forward),
        kernel(lab06::softmax, [](const Tensor& logits) { return cnn::kernels::softmax(logits); })};
    return list;
}
