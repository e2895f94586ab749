#include "kernels/convolution.hpp"

#include "kernels/check.hpp"
#include "kernels/parallel.hpp"

namespace cnn::kernels {
namespace {

// Outputs o in [first, last) for which input pixel o·stride + tap - padding exists.
struct Span {
    Index first, last;
};
Span reach(Index input, Index output, Index tap, const Window& window) {
    const Index start = window.padding - tap;  // o·stride must be at least this, and less than start + input
    const auto ceil = [&](Index a) { return a <= 0 ? 0 : (a + window.stride - 1) / window.stride; };
    return {std::min(output, ceil(start)), std::min(output, ceil(start + input))};
}

void check_filters(const Shape& x, const Shape& w, const Window& window) {
    check_rank("conv2d: w", w, 4, "[K, C, R, S]");
    require(w[2] == window.size && w[3] == window.size, "conv2d: w {} is not made of {}×{} filters", w, window.size,
            window.size);
    require(x[1] == w[1], "conv2d: x {} has {} channels, w {} expects {}", x, x[1], w, w[1]);
}

// Calls f(x row start, y row start, filter tap, span of columns) for every pair of rows that meet under the filter.
template <class F>
void for_rows(const Shape& x, const Shape& y, const Window& window, const F& f) {
    for (Index r = 0; r < window.size; ++r) {
        const Span rows = reach(x[2], y[2], r, window);
        for (Index s = 0; s < window.size; ++s) {
            const Span columns = reach(x[3], y[3], s, window);
            for (Index i = rows.first; i < rows.last; ++i)
                f((i * window.stride + r - window.padding) * x[3] + s - window.padding, i * y[3], r * window.size + s,
                  columns);
        }
    }
}

}  // namespace

Index output_size(Index input, const Window& window) {
    const Index room = input + 2 * window.padding - window.size;
    return input <= 0 || room < 0 ? 0 : room / window.stride + 1;
}

Tensor conv2d_forward(const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
    const auto [height, width] = check_map("conv2d", x.shape(), window);
    check_filters(x.shape(), w.shape(), window);
    if (!b.empty()) check_shape("conv2d: b", b.shape(), {w.size(0)});
    Tensor y = Tensor::uninitialized({x.size(0), w.size(0), height, width});
    const Index filters = w.size(0), channels = x.size(1), taps = window.size * window.size;
    parallel(x.size(0) * filters, channels * taps * height * width, [&](Index item) {
        const Index n = item / filters, k = item % filters;
        float* to = y.data() + item * height * width;
        std::fill_n(to, height * width, b.empty() ? 0.0f : b.data()[k]);
        for (Index c = 0; c < channels; ++c) {
            const float* from = x.data() + (n * channels + c) * x.size(2) * x.size(3);
            const float* filter = w.data() + (k * channels + c) * taps;
            for_rows(x.shape(), y.shape(), window, [&](Index in, Index out, Index tap, Span columns) {
                for (Index j = columns.first; j < columns.last; ++j)
                    to[out + j] += filter[tap] * from[in + j * window.stride];
            });
        }
    });
    return y;
}

Tensor conv2d_backward_input(const Tensor& dy, const Tensor& w, const Shape& x_shape, const Window& window) {
    const auto [height, width] = check_map("conv2d", x_shape, window);
    check_filters(x_shape, w.shape(), window);
    check_shape("conv2d: dy", dy.shape(), {x_shape[0], w.size(0), height, width});
    Tensor dx(x_shape);
    const Index filters = w.size(0), channels = x_shape[1], taps = window.size * window.size;
    parallel(x_shape[0] * channels, filters * taps * height * width, [&](Index item) {
        const Index n = item / channels, c = item % channels;
        float* to = dx.data() + item * x_shape[2] * x_shape[3];
        for (Index k = 0; k < filters; ++k) {
            const float* from = dy.data() + (n * filters + k) * height * width;
            const float* filter = w.data() + (k * channels + c) * taps;
            for_rows(x_shape, dy.shape(), window, [&](Index in, Index out, Index tap, Span columns) {
                for (Index j = columns.first; j < columns.last; ++j)
                    to[in + j * window.stride] += filter[tap] * from[out + j];
            });
        }
    });
    return dx;
}

FilterGradients conv2d_backward_filters(const Tensor& x, const Tensor& dy, const Window& window) {
    const auto [height, width] = check_map("conv2d", x.shape(), window);
    check_rank("conv2d: dy", dy.shape(), 4, "[N, K, OH, OW]");
    const Index filters = dy.size(1), channels = x.size(1), taps = window.size * window.size;
    check_shape("conv2d: dy", dy.shape(), {x.size(0), filters, height, width});
    FilterGradients gradients{Tensor({filters, channels, window.size, window.size}), Tensor({filters})};
    parallel(filters * channels, x.size(0) * taps * height * width, [&](Index item) {
        const Index k = item / channels, c = item % channels;
        float* to = gradients.dw.data() + item * taps;
        for (Index n = 0; n < x.size(0); ++n) {
            const float* in_map = x.data() + (n * channels + c) * x.size(2) * x.size(3);
            const float* out_map = dy.data() + (n * filters + k) * height * width;
            for_rows(x.shape(), dy.shape(), window, [&](Index in, Index out, Index tap, Span columns) {
                float sum = 0;
                for (Index j = columns.first; j < columns.last; ++j)
                    sum += out_map[out + j] * in_map[in + j * window.stride];
                to[tap] += sum;
            });
        }
    });
    parallel(filters, x.size(0) * height * width, [&](Index k) {
        float sum = 0;
        for (Index n = 0; n < x.size(0); ++n) {
            const float* map = dy.data() + (n * filters + k) * height * width;
            float part = 0;
            for (Index i = 0; i < height * width; ++i) part += map[i];
            sum += part;
        }
        gradients.db.data()[k] = sum;
    });
    return gradients;
}

}  // namespace cnn::kernels
