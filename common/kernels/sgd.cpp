#include "kernels/sgd.hpp"

#include "kernels/check.hpp"
#include "kernels/parallel.hpp"

namespace cnn::kernels {

void sgd_step(Tensor& value, const Tensor& gradient, Tensor& velocity, const SgdStep& step) {
    check_shape("sgd: gradient", gradient.shape(), value.shape());
    check_shape("sgd: velocity", velocity.shape(), value.shape());
    constexpr Index chunk = 4096;
    parallel((value.count() + chunk - 1) / chunk, chunk, [&](Index item) {
        const Index last = std::min(value.count(), (item + 1) * chunk);
        for (Index i = item * chunk; i < last; ++i) {
            float& v = velocity.data()[i];
            float& at = value.data()[i];
            v = step.momentum * v + gradient.data()[i] + step.weight_decay * at;
            at -= step.learning_rate * v;
        }
    });
}

}  // namespace cnn::kernels
