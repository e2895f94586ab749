// The library's fast operators in the place of this lab's: a transposed convolution is what carries the error of a
// convolution back to its input.
#include "grader/exercise.hpp"
#include "kernels/convolution.hpp"
#include "seeing.hpp"

using namespace cnn;

const std::vector<grader::Replacement>& grader::kernels() {
    static const std::vector<Replacement> list{
        kernel(lab11::conv2d_transposed,
               [](const Tensor& y, const Tensor& w, const Window& window, Index height, Index width) {
                   return cnn::kernels::conv2d_backward_input(y, w, {y.size(0), w.size(1), height, width}, window);
               })};
    return list;
}
