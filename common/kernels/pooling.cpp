#include "kernels/pooling.hpp"

#include "kernels/check.hpp"
#include "kernels/elements.hpp"
#include "kernels/parallel.hpp"

namespace cnn::kernels {
namespace {

// Rows (or columns) of the map that window number `i` covers.
struct Span {
    Index first, last;
};
Span covered(Index i, Index input, const Window& window) {
    const Index start = i * window.stride - window.padding;
    return {std::max<Index>(start, 0), std::min(start + window.size, input)};
}

constexpr Window pairs{.size = 2, .stride = 2};

// What a pixel costs beside a multiply-add of the tile.
constexpr Index pixel_work = 2;

void max_pool(const float* x, const Shape& x_shape, const Window& window, MapSize out, float* y, float* switches) {
    const Index rows = x_shape[2], columns = x_shape[3];
    for (Index i = 0; i < out.height; ++i)
        for (Index j = 0; j < out.width; ++j) {
            const Span down = covered(i, rows, window), across = covered(j, columns, window);
            Index best = down.first * columns + across.first;
            for (Index row = down.first; row < down.last; ++row)
                for (Index column = across.first; column < across.last; ++column)
                    if (x[row * columns + column] > x[best]) best = row * columns + column;
            y[i * out.width + j] = x[best];
            switches[i * out.width + j] = static_cast<float>(best);
        }
}

// The pixel that switch `at` names.
Index pixel(float at, const Shape& x_shape) {
    const Index pixels = x_shape[2] * x_shape[3];
    require(at >= 0 && at < static_cast<float>(pixels), "max_pool: switch {} is not a pixel of x {}", at, x_shape);
    return static_cast<Index>(at);
}

}  // namespace

MaxPooled max_pool_forward(const Tensor& x, const Window& window) {
    const auto [height, width] = check_map("max_pool", x.shape(), window);
    require(window.padding < window.size, "max_pool: with padding {} some windows of {} would hold nothing but padding",
            window.padding, window.size);
    const Index rows = x.size(2), columns = x.size(3);
    const Shape shape{x.size(0), x.size(1), height, width};
    MaxPooled result{Tensor::uninitialized(shape), Tensor::uninitialized(shape)};
    parallel(x.size(0) * x.size(1), pixel_work * rows * columns, [&](Index plane) {
        const float* from = x.data() + plane * rows * columns;
        float* y = result.y.data() + plane * height * width;
        float* switches = result.switches.data() + plane * height * width;
        if (window == pairs)
            max_pool_2x2(from, rows, columns, y, switches);
        else
            max_pool(from, x.shape(), window, {height, width}, y, switches);
    });
    return result;
}

Tensor max_pool_backward(const Tensor& dy, const Tensor& switches, const Shape& x_shape) {
    check_rank("max_pool: x", x_shape, 4, "[N, C, H, W]");
    check_rank("max_pool: dy", dy.shape(), 4, "[N, C, OH, OW]");
    check_shape("max_pool: dy", dy.shape(), {x_shape[0], x_shape[1], dy.size(2), dy.size(3)});
    check_shape("max_pool: switches", switches.shape(), dy.shape());
    Tensor dx = Tensor::uninitialized(x_shape);
    const Index rows = x_shape[2], columns = x_shape[3], outputs = dy.size(2) * dy.size(3);
    const bool maybe_pairs = dy.size(2) == rows / 2 && dy.size(3) == columns / 2;
    parallel(x_shape[0] * x_shape[1], pixel_work * rows * columns, [&](Index plane) {
        const float *from = dy.data() + plane * outputs, *at = switches.data() + plane * outputs;
        float* to = dx.data() + plane * rows * columns;
        if (maybe_pairs && max_pool_2x2_backward(from, at, rows, columns, to)) return;
        std::fill_n(to, rows * columns, 0.0f);
        for (Index i = 0; i < outputs; ++i) to[pixel(at[i], x_shape)] += from[i];
    });
    return dx;
}

Tensor average_pool_forward(const Tensor& x, const Window& window) {
    const auto [height, width] = check_map("average_pool", x.shape(), window);
    const Index rows = x.size(2), columns = x.size(3);
    const float share = 1 / static_cast<float>(window.size * window.size);
    Tensor y = Tensor::uninitialized({x.size(0), x.size(1), height, width});
    parallel(x.size(0) * x.size(1), pixel_work * rows * columns, [&](Index plane) {
        const float* from = x.data() + plane * rows * columns;
        float* to = y.data() + plane * height * width;
        if (window == pairs) return average_pool_2x2(from, rows, columns, to);
        for (Index i = 0; i < height; ++i)
            for (Index j = 0; j < width; ++j) {
                const Span down = covered(i, rows, window), across = covered(j, columns, window);
                float sum = 0;
                for (Index row = down.first; row < down.last; ++row)
                    for (Index column = across.first; column < across.last; ++column)
                        sum += from[row * columns + column];
                to[i * width + j] = sum * share;
            }
    });
    return y;
}

Tensor average_pool_backward(const Tensor& dy, const Shape& x_shape, const Window& window) {
    const auto [height, width] = check_map("average_pool", x_shape, window);
    check_shape("average_pool: dy", dy.shape(), {x_shape[0], x_shape[1], height, width});
    const Index rows = x_shape[2], columns = x_shape[3];
    const float share = 1 / static_cast<float>(window.size * window.size);
    Tensor dx = Tensor::uninitialized(x_shape);
    parallel(x_shape[0] * x_shape[1], pixel_work * rows * columns, [&](Index plane) {
        const float* from = dy.data() + plane * height * width;
        float* to = dx.data() + plane * rows * columns;
        if (window == pairs) return average_pool_2x2_backward(from, rows, columns, to);
        std::fill_n(to, rows * columns, 0.0f);
        for (Index i = 0; i < height; ++i)
            for (Index j = 0; j < width; ++j) {
                const Span down = covered(i, rows, window), across = covered(j, columns, window);
                for (Index row = down.first; row < down.last; ++row)
                    for (Index column = across.first; column < across.last; ++column)
                        to[row * columns + column] += from[i * width + j] * share;
            }
    });
    return dx;
}

}  // namespace cnn::kernels
