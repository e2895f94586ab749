#include "kernels/pooling.hpp"

#include <fmt/format.h>

#include "kernels/check.hpp"
#include "kernels/convolution.hpp"
#include "kernels/elements.hpp"
#include "kernels/parallel.hpp"
#include "kernels/windows.hpp"

namespace cnn::kernels {
namespace {

constexpr Window pairs{.size = 2, .stride = 2};

// What a pixel costs beside a multiply-add of the tile.
constexpr Index pixel_work = 2;

// The pixel that switch `at` names.
Index pixel(float at, const Shape& x_shape) {
    const Index pixels = x_shape[2] * x_shape[3];
    require(at >= 0 && at < static_cast<float>(pixels), "max_pool: switch {} is not a pixel of x {}", at, x_shape);
    return static_cast<Index>(at);
}

// Any windows: f(output of the plane, first row, last row, first column, last column) with the pixels under each, from
// the first to the one before the last.
template <class F>
void for_each_window(const Pooling& p, const F& f) {
    const auto [size, stride, padding] = p.window;
    for (Index i = 0; i < p.out_height; ++i)
        for (Index j = 0; j < p.out_width; ++j) {
            const Index top = i * stride - padding, left = j * stride - padding;
            f(i * p.out_width + j, std::max<Index>(top, 0), std::min(top + size, p.height), std::max<Index>(left, 0),
              std::min(left + size, p.width));
        }
}

// The largest pixel of each window; NaN where one is under it, as in PyTorch, whose place is then that of the last NaN.
void max_pool_plane(const float* x, const Pooling& p, float* y, float* switches) {
    for_each_window(p, [&](Index output, Index top, Index bottom, Index left, Index right) {
        Index best = top * p.width + left;
        for (Index r = top; r < bottom; ++r)
            for (Index c = left; c < right; ++c)
                if (const float v = x[r * p.width + c]; !(v <= x[best]) && (v > x[best] || v != v))
                    best = r * p.width + c;
        y[output] = x[best], switches[output] = static_cast<float>(best);
    });
}

void average_pool_plane(const float* x, const Pooling& p, float share, float* y) {
    for_each_window(p, [&](Index output, Index top, Index bottom, Index left, Index right) {
        float sum = 0;
        for (Index r = top; r < bottom; ++r)
            for (Index c = left; c < right; ++c) sum += x[r * p.width + c];
        y[output] = sum * share;
    });
}

void average_pool_plane_backward(const float* dy, const Pooling& p, float share, float* dx) {
    std::fill_n(dx, p.height * p.width, 0.0f);
    for_each_window(p, [&](Index output, Index top, Index bottom, Index left, Index right) {
        for (Index r = top; r < bottom; ++r)
            for (Index c = left; c < right; ++c) dx[r * p.width + c] += dy[output] * share;
    });
}

}  // namespace

Index pooled_size(Index input, const Window& window, Rounding rounding) {
    const Index size = output_size(input, window);
    if (rounding == Rounding::down || size == 0) return size;
    const Index covered = (size - 1) * window.stride + window.size, begins = size * window.stride;
    return covered < input + 2 * window.padding && begins < input + window.padding ? size + 1 : size;
}

MaxPooled max_pool_forward(const Tensor& x, const Window& window) {
    return max_pool_forward(x, window, Rounding::down);
}

MaxPooled max_pool_forward(const Tensor& x, const Window& window, Rounding rounding) {
    check_map("max_pool", x.shape(), window);
    require(window.padding < window.size, "max_pool: with padding {} some windows of {} would hold nothing but padding",
            window.padding, window.size);
    const Index rows = x.size(2), columns = x.size(3);
    const Index height = pooled_size(rows, window, rounding), width = pooled_size(columns, window, rounding);
    const Shape shape{x.size(0), x.size(1), height, width};
    MaxPooled result{Tensor::uninitialized(shape), Tensor::uninitialized(shape)};
    const bool in_pairs = window == pairs && height == rows / 2 && width == columns / 2;
    parallel(x.size(0) * x.size(1), pixel_work * rows * columns, [&](Index plane) {
        const float* from = x.data() + plane * rows * columns;
        float* y = result.y.data() + plane * height * width;
        float* switches = result.switches.data() + plane * height * width;
        const Pooling pooling{rows, columns, window, height, width};
        const bool done = in_pairs              ? max_pool_2x2(from, rows, columns, y, switches)
                          : has_vectors(window) ? max_pool_3x3(from, pooling, y, switches)
                                                : false;
        if (!done) max_pool_plane(from, pooling, y, switches);
    });
    return result;
}

namespace {

// by_windows(from, at, to): writes dx of a plane, or returns false where it cannot.
template <class F>
Tensor max_pool_backward_of(const Tensor& dy, const Tensor& switches, const Shape& x_shape, const F& by_windows) {
    check_rank("max_pool: x", x_shape, 4, "[N, C, H, W]");
    check_rank("max_pool: dy", dy.shape(), 4, "[N, C, OH, OW]");
    check_shape("max_pool: dy", dy.shape(), {x_shape[0], x_shape[1], dy.size(2), dy.size(3)});
    check_shape("max_pool: switches", switches.shape(), dy.shape());
    Tensor dx = Tensor::uninitialized(x_shape);
    const Index pixels = x_shape[2] * x_shape[3], outputs = dy.size(2) * dy.size(3);
    parallel(x_shape[0] * x_shape[1], pixel_work * pixels, [&](Index plane) {
        const float *from = dy.data() + plane * outputs, *at = switches.data() + plane * outputs;
        float* to = dx.data() + plane * pixels;
        if (by_windows(from, at, to)) return;
        std::fill_n(to, pixels, 0.0f);
        for (Index i = 0; i < outputs; ++i) to[pixel(at[i], x_shape)] += from[i];
    });
    return dx;
}

}  // namespace

Tensor max_pool_backward(const Tensor& dy, const Tensor& switches, const Shape& x_shape) {
    const bool maybe_pairs =
        x_shape.rank() == 4 && dy.rank() == 4 && dy.size(2) == x_shape[2] / 2 && dy.size(3) == x_shape[3] / 2;
    return max_pool_backward_of(dy, switches, x_shape, [&](const float* from, const float* at, float* to) {
        return maybe_pairs && max_pool_2x2_backward(from, at, x_shape[2], x_shape[3], to);
    });
}

Tensor max_pool_backward(const Tensor& dy, const Tensor& switches, const Shape& x_shape, const Window& window) {
    if (window == pairs) return max_pool_backward(dy, switches, x_shape);
    check_map("max_pool", x_shape, window);
    check_rank("max_pool: dy", dy.shape(), 4, "[N, C, OH, OW]");
    for (int axis = 2; axis < 4; ++axis) {
        const Index down = pooled_size(x_shape[axis], window, Rounding::down);
        const Index up = pooled_size(x_shape[axis], window, Rounding::up);
        require(dy.size(axis) == down || dy.size(axis) == up, "max_pool: dy {}: axis {} should be {}{} for x {}",
                dy.shape(), axis, down, up == down ? "" : fmt::format(" or {}", up), x_shape);
    }
    return max_pool_backward_of(dy, switches, x_shape, [&](const float* from, const float* at, float* to) {
        if (!has_vectors(window)) return false;
        max_pool_3x3_backward(from, at, {x_shape[2], x_shape[3], window, dy.size(2), dy.size(3)}, to);
        return true;
    });
}

Tensor average_pool_forward(const Tensor& x, const Window& window) {
    const auto [height, width] = check_map("average_pool", x.shape(), window);
    const Pooling pooling{x.size(2), x.size(3), window, height, width};
    const Index pixels = x.size(2) * x.size(3);
    const float share = 1 / static_cast<float>(window.size * window.size);
    Tensor y = Tensor::uninitialized({x.size(0), x.size(1), height, width});
    parallel(x.size(0) * x.size(1), pixel_work * pixels, [&](Index plane) {
        const float* from = x.data() + plane * pixels;
        float* to = y.data() + plane * pooling.out_height * pooling.out_width;
        if (window == pairs)
            average_pool_2x2(from, pooling.height, pooling.width, to);
        else
            (has_vectors(window) ? average_pool_3x3 : average_pool_plane)(from, pooling, share, to);
    });
    return y;
}

Tensor average_pool_backward(const Tensor& dy, const Shape& x_shape, const Window& window) {
    const auto [height, width] = check_map("average_pool", x_shape, window);
    check_shape("average_pool: dy", dy.shape(), {x_shape[0], x_shape[1], height, width});
    const Pooling pooling{x_shape[2], x_shape[3], window, height, width};
    const Index pixels = x_shape[2] * x_shape[3];
    const float share = 1 / static_cast<float>(window.size * window.size);
    Tensor dx = Tensor::uninitialized(x_shape);
    parallel(x_shape[0] * x_shape[1], pixel_work * pixels, [&](Index plane) {
        const float* from = dy.data() + plane * pooling.out_height * pooling.out_width;
        float* to = dx.data() + plane * pixels;
        if (window == pairs)
            average_pool_2x2_backward(from, pooling.height, pooling.width, to);
        else
            (has_vectors(window) ? average_pool_3x3_backward : average_pool_plane_backward)(from, pooling, share, to);
    });
    return dx;
}

}  // namespace cnn::kernels
