#include "kernels/dense.hpp"

#include "kernels/check.hpp"
#include "kernels/parallel.hpp"

namespace cnn::kernels {

Tensor dense_forward(const Tensor& x, const Tensor& w, const Tensor& b) {
    check_rank("dense: x", x.shape(), 2, "[N, D]");
    check_rank("dense: w", w.shape(), 2, "[M, D]");
    require(x.size(1) == w.size(1), "dense: x {} has {} inputs, w {} expects {}", x.shape(), x.size(1), w.shape(),
            w.size(1));
    if (!b.empty()) check_shape("dense: b", b.shape(), {w.size(0)});
    const Index inputs = x.size(1), outputs = w.size(0);
    Tensor y = Tensor::uninitialized({x.size(0), outputs});
    parallel(x.size(0), inputs * outputs, [&](Index n) {
        for (Index m = 0; m < outputs; ++m) {
            float sum = b.empty() ? 0 : b.data()[m];
            for (Index d = 0; d < inputs; ++d) sum += x.data()[n * inputs + d] * w.data()[m * inputs + d];
            y.data()[n * outputs + m] = sum;
        }
    });
    return y;
}

Tensor dense_backward_input(const Tensor& dy, const Tensor& w) {
    check_rank("dense: dy", dy.shape(), 2, "[N, M]");
    check_rank("dense: w", w.shape(), 2, "[M, D]");
    require(dy.size(1) == w.size(0), "dense: dy {} has {} outputs, w {} gives {}", dy.shape(), dy.size(1), w.shape(),
            w.size(0));
    const Index inputs = w.size(1), outputs = w.size(0);
    Tensor dx({dy.size(0), inputs});
    parallel(dy.size(0), inputs * outputs, [&](Index n) {
        for (Index m = 0; m < outputs; ++m)
            for (Index d = 0; d < inputs; ++d)
                dx.data()[n * inputs + d] += dy.data()[n * outputs + m] * w.data()[m * inputs + d];
    });
    return dx;
}

DenseGradients dense_backward_weights(const Tensor& x, const Tensor& dy) {
    check_rank("dense: x", x.shape(), 2, "[N, D]");
    check_rank("dense: dy", dy.shape(), 2, "[N, M]");
    require(x.size(0) == dy.size(0), "dense: x {} has {} rows, dy {} has {}", x.shape(), x.size(0), dy.shape(),
            dy.size(0));
    const Index inputs = x.size(1), outputs = dy.size(1);
    DenseGradients gradients{Tensor({outputs, inputs}), Tensor({outputs})};
    parallel(outputs, inputs * x.size(0), [&](Index m) {
        for (Index n = 0; n < x.size(0); ++n) {
            const float error = dy.data()[n * outputs + m];
            gradients.db.data()[m] += error;
            for (Index d = 0; d < inputs; ++d) gradients.dw.data()[m * inputs + d] += error * x.data()[n * inputs + d];
        }
    });
    return gradients;
}

}  // namespace cnn::kernels
