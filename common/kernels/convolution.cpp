#include "kernels/convolution.hpp"

#include "kernels/abreast.hpp"
#include "kernels/check.hpp"
#include "kernels/convolution_abreast.hpp"
#include "kernels/correlate.hpp"
#include "kernels/filters.hpp"
#include "kernels/winograd.hpp"

namespace cnn::kernels {

Correlation correlation(const Shape& x, Index filters, const Window& window) {
    return {.channels = x[1],
            .height = x[2],
            .width = x[3],
            .filters = filters,
            .rows = window.size,
            .columns = window.size,
            .stride = window.stride,
            .top = window.padding,
            .left = window.padding,
            .out_height = output_size(x[2], window),
            .out_width = output_size(x[3], window)};
}

Index output_size(Index input, const Window& window) {
    const Index room = input + 2 * window.padding - window.size;
    return input <= 0 || room < 0 ? 0 : room / window.stride + 1;
}

Tensor conv2d_forward(const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
    const auto [height, width] = check_map("conv2d", x.shape(), window);
    check_filters(x.shape(), w.shape(), window);
    if (!b.empty()) check_shape("conv2d: b", b.shape(), {w.size(0)});
    Tensor y = Tensor::uninitialized({x.size(0), w.size(0), height, width});
    if (y.empty()) return y;
    const Correlation shape = correlation(x.shape(), w.size(0), window);
    if (!prefers_winograd(shape, x.size(0)) && prefers_abreast(x.shape(), y.shape(), window)) {
        abreast_forward(x, w, b, window, y);
        return y;
    }
    correlate(
        shape, x, [&](const Panels& panels) { return pack(w, panels); }, b.empty() ? nullptr : b.data(), y);
    return y;
}

}  // namespace cnn::kernels
