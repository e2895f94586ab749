#include "kernels/sgd.hpp"

#include "kernels/check.hpp"
#include "kernels/elements.hpp"
#include "kernels/parallel.hpp"

namespace cnn::kernels {

void sgd_step(Tensor& value, const Tensor& gradient, Tensor& velocity, const SgdStep& step) {
    check_shape("sgd: gradient", gradient.shape(), value.shape());
    check_shape("sgd: velocity", velocity.shape(), value.shape());
    constexpr Index chunk = 4096;
    parallel(divide_up(value.count(), chunk), 2 * chunk, [&](Index item) {
        const Index first = item * chunk;
        sgd(step, gradient.data() + first, std::min(chunk, value.count() - first), velocity.data() + first,
            value.data() + first);
    });
}

}  // namespace cnn::kernels
