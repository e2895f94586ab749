// The library's fast operators in the place of this lab's.
#include "fast.hpp"
#include "grader/exercise.hpp"
#include "kernels/convolution.hpp"

using namespace cnn;

const std::vector<grader::Replacement>& grader::kernels() {
    namespace fast = cnn::kernels;
    static const std::vector<Replacement> list{
        kernel(lab09::conv2d_forward,
               [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
                   require(b.shape() == Shape{w.size(0)}, "conv2d: b {} is not one bias for each of {} filters",
                           b.shape(), w.size(0));
                   return fast::conv2d_forward(x, w, b, window);
               }),
        kernel(lab09::conv2d_backward_input,
               [](const Tensor& dy, const Tensor& w, const Shape& x_shape, const Window& window) {
                   return fast::conv2d_backward_input(dy, w, x_shape, window);
               }),
        kernel(lab09::conv2d_backward_filters, [](const Tensor& x, const Tensor& dy, const Window& window) {
            auto [dw, db] = fast::conv2d_backward_filters(x, dy, window);
            return lab09::FilterGradients{std::move(dw), std::move(db)};
        })};
    return list;
}
