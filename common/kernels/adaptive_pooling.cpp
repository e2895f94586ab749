#include "kernels/adaptive_pooling.hpp"

#include <algorithm>

#include "kernels/channels.hpp"
#include "kernels/check.hpp"
#include "kernels/parallel.hpp"

namespace cnn::kernels {
namespace {

struct Span {
    Index first, last;
    Index count() const { return last - first; }
};
Span covered(Index i, Index input, Index size) { return {i * input / size, ((i + 1) * input + size - 1) / size}; }

// f(first pixel of a row, count, output) for every row of every output's window.
template <class F>
void for_rows(const Shape& x, Index size, const F& f) {
    for (Index i = 0; i < size; ++i)
        for (Index j = 0; j < size; ++j) {
            const Span down = covered(i, x[2], size), across = covered(j, x[3], size);
            const float share = 1 / static_cast<float>(down.count() * across.count());
            for (Index row = down.first; row < down.last; ++row)
                f(row * x[3] + across.first, across.count(), i * size + j, share);
        }
}

void check_input(const Shape& x, Index size) {
    check_rank("adaptive_average_pool: x", x, 4, "[N, C, H, W]");
    require(size >= 1, "adaptive_average_pool: a map of {0} × {0} has no pixels", size);
    require(x[2] >= 1 && x[3] >= 1, "adaptive_average_pool: the maps of x {} have no pixels", x);
}

}  // namespace

Tensor adaptive_average_pool_forward(Tensor x, Index size) {
    check_input(x.shape(), size);
    if (x.size(2) == size && x.size(3) == size) return x;
    const Index pixels = x.size(2) * x.size(3), outputs = size * size;
    Tensor y({x.size(0), x.size(1), size, size});
    parallel(x.size(0) * x.size(1), pixels, [&](Index plane) {
        const float* from = x.data() + plane * pixels;
        float* to = y.data() + plane * outputs;
        if (size == 1) {
            *to = static_cast<float>(sum(from, pixels) / static_cast<double>(pixels));
            return;
        }
        for_rows(x.shape(), size, [&](Index first, Index count, Index output, float share) {
            for (Index i = 0; i < count; ++i) to[output] += from[first + i] * share;
        });
    });
    return y;
}

Tensor adaptive_average_pool_backward(const Tensor& dy, const Shape& x_shape) {
    check_rank("adaptive_average_pool: dy", dy.shape(), 4, "[N, C, size, size]");
    const Index size = dy.size(2), outputs = size * size;
    check_input(x_shape, size);
    check_shape("adaptive_average_pool: dy", dy.shape(), {x_shape[0], x_shape[1], size, size});
    if (x_shape == dy.shape()) return dy;
    const Index pixels = x_shape[2] * x_shape[3];
    Tensor dx = Tensor::uninitialized(x_shape);
    parallel(x_shape[0] * x_shape[1], pixels, [&](Index plane) {
        const float* from = dy.data() + plane * outputs;
        float* to = dx.data() + plane * pixels;
        if (size == 1) {
            std::fill_n(to, pixels, *from / static_cast<float>(pixels));
            return;
        }
        std::fill_n(to, pixels, 0.0f);
        for_rows(x_shape, size, [&](Index first, Index count, Index output, float share) {
            for (Index i = 0; i < count; ++i) to[first + i] += from[output] * share;
        });
    });
    return dx;
}

}  // namespace cnn::kernels
