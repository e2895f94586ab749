// The library's fast operators in the place of this lab's.
#include "convolution.hpp"
#include "grader/exercise.hpp"
#include "kernels/convolution.hpp"

using namespace cnn;

const std::vector<grader::Replacement>& grader::kernels() {
    static const std::vector<Replacement> list{
        kernel(lab04::conv2d_forward, [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
            require(b.shape() == Shape{w.size(0)}, "conv2d: b {} is not one bias for each of {} filters", b.shape(),
                    w.size(0));
            return cnn::kernels::conv2d_forward(x, w, b, window);
        })};
    return list;
}
