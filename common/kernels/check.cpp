#include "kernels/check.hpp"

#include "kernels/convolution.hpp"

namespace cnn::kernels {

void check_window(std::string_view op, const Window& window) {
    require(window.size > 0, "{}: a window needs at least one pixel, its size is {}", op, window.size);
    require(window.stride > 0, "{}: the stride must be positive, it is {}", op, window.stride);
    require(window.padding >= 0, "{}: the padding cannot be negative, it is {}", op, window.padding);
}

MapSize check_map(std::string_view op, const Shape& x, const Window& window) {
    check_rank(op, x, 4, "[N, C, H, W]");
    check_window(op, window);
    const MapSize y{output_size(x[2], window), output_size(x[3], window)};
    require(y.height > 0 && y.width > 0, "{}: a window of {} does not fit into {} with padding {}", op, window.size, x,
            window.padding);
    return y;
}

void check_filters(const Shape& x, const Shape& w, const Window& window) {
    check_rank("conv2d: w", w, 4, "[K, C, R, S]");
    require(w[2] == window.size && w[3] == window.size, "conv2d: w {} is not made of {}×{} filters", w, window.size,
            window.size);
    require(x[1] == w[1], "conv2d: x {} has {} channels, w {} expects {}", x, x[1], w, w[1]);
}

void check_shape(std::string_view what, const Shape& got, const Shape& expected) {
    require(got == expected, "{} is {}, expected {}", what, got, expected);
}

void check_rank(std::string_view what, const Shape& got, int rank, std::string_view axes) {
    require(got.rank() == rank, "{}: expected a tensor {}, got {}", what, axes, got);
}

}  // namespace cnn::kernels
