// The library's fast operators in the place of this lab's.
#include "grader/exercise.hpp"
#include "kernels/pooling.hpp"
#include "pooling.hpp"

using namespace cnn;

const std::vector<grader::Replacement>& grader::kernels() {
    static const std::vector<Replacement> list{
        kernel(lab05::max_pool_forward,
               [](const Tensor& x, const Window& window) {
                   auto [y, switches] = cnn::kernels::max_pool_forward(x, window);
                   return lab05::MaxPooled{std::move(y), std::move(switches)};
               }),
        kernel(lab05::average_pool_forward, [](const Tensor& x, const Window& window) {
            // The library's mean allows windows that hold nothing but zeros of the padding.
            require(window.padding < window.size, "average_pool_forward: padding {} is not less than size {}",
                    window.padding, window.size);
            return cnn::kernels::average_pool_forward(x, window);
        })};
    return list;
}
