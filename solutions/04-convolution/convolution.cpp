// Lab 04: convolution. Read convolution.hpp for what each function promises, README.md for why.
#include "convolution.hpp"

#include <algorithm>

#include "tensor/todo.hpp"

namespace cnn::lab04 {

// Task 4.1: the size of a feature map.
Index output_size(Index input, Index filter, Index stride, Index padding, Remainder remainder) {
    // TODO 1. Refuse what makes no sense: require(condition, "output_size: …", …) throws a ShapeError.
    // TODO 2. How many steps can the filter take after its first place?
    // TODO 3. What changes when the last, incomplete step is filled with zeros?
    require(stride >= 1, "output_size: stride {} is less than 1", stride);
    require(padding >= 0, "output_size: padding {} is negative", padding);
    require(filter >= 1 && filter <= input + 2 * padding,
            "output_size: a filter of {} does not fit in {} + 2·{} pixels", filter, input, padding);
    const Index steps = input + 2 * padding - filter;
    return (remainder == Remainder::fill ? steps + stride - 1 : steps) / stride + 1;
}

// Task 4.2: zeros for SAME.
SamePadding same_padding(Index input, Index filter, Index stride) {
    // TODO 1. Refuse what makes no sense, as in 4.1.
    // TODO 2. How many outputs are wanted, and how many pixels do they reach over?
    // TODO 3. The pixels that are missing are zeros: half of them before, the rest after. Never fewer than none.
    require(input >= 1 && filter >= 1 && stride >= 1,
            "same_padding: input {}, filter {} and stride {} must each be at least 1", input, filter, stride);
    const Index output = (input + stride - 1) / stride;
    const Index zeros = std::max<Index>((output - 1) * stride + filter - input, 0);
    return {.before = zeros / 2, .after = zeros - zeros / 2};
}

// Task 4.3: one channel, one filter.
Tensor correlate2d(const Tensor& x, const Tensor& w) {
    // TODO 1. Make y of the right shape.
    // TODO 2. For every place (i, j) of y, add up the products under the filter.
    require(x.rank() == 2 && w.rank() == 2, "correlate2d: expected x [H, W] and w [R, S], got {} and {}", x.shape(),
            w.shape());
    require(w.size(0) <= x.size(0) && w.size(1) <= x.size(1), "correlate2d: w {} does not fit in x {}", w.shape(),
            x.shape());
    Tensor y({x.size(0) - w.size(0) + 1, x.size(1) - w.size(1) + 1});
    for (Index i = 0; i < y.size(0); ++i)
        for (Index j = 0; j < y.size(1); ++j) {
            float sum = 0;
            for (Index r = 0; r < w.size(0); ++r)
                for (Index s = 0; s < w.size(1); ++s) sum += x(i + r, j + s) * w(r, s);
            y(i, j) = sum;
        }
    return y;
}

// One output value of 4.4: the filter k under the window whose first pixel is (top, left).
float response(const Tensor& x, const Tensor& w, Index n, Index k, Index top, Index left) {
    float sum = 0;
    for (Index c = 0; c < w.size(1); ++c)
        for (Index r = 0; r < w.size(2); ++r)
            for (Index s = 0; s < w.size(3); ++s) {
                const Index row = top + r, column = left + s;
                if (row < 0 || row >= x.size(2) || column < 0 || column >= x.size(3)) continue;  // a padding zero
                sum += x(n, c, row, column) * w(k, c, r, s);
            }
    return sum;
}

// Task 4.4: channels, filters, images, stride and padding.
Tensor conv2d_forward(const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
    // TODO 1. Check that the shapes fit together. 4.1 gives the size of y.
    // TODO 2. Four loops over y (n, k, i, j). Where does the window of (i, j) begin in x?
    // TODO 3. Three loops under the window (c, r, s). Skip pixels outside the image: they are zeros.
    // TODO 4. The bias, once for every value of y.
    require(x.rank() == 4 && w.rank() == 4, "conv2d: expected x [N, C, H, W] and w [K, C, R, S], got {} and {}",
            x.shape(), w.shape());
    require(x.size(1) == w.size(1), "conv2d: x {} has {} channels, w {} expects {}", x.shape(), x.size(1), w.shape(),
            w.size(1));
    require(w.size(2) == window.size && w.size(3) == window.size, "conv2d: w {} is not {}×{}", w.shape(), window.size,
            window.size);
    require(b.shape() == Shape{w.size(0)}, "conv2d: b {} is not one bias for each of {} filters", b.shape(), w.size(0));
    const auto places = [&](Index input) {
        return output_size(input, window.size, window.stride, window.padding, Remainder::ignore);
    };
    Tensor y({x.size(0), w.size(0), places(x.size(2)), places(x.size(3))});
    for (Index n = 0; n < y.size(0); ++n)
        for (Index k = 0; k < y.size(1); ++k)
            for (Index i = 0; i < y.size(2); ++i)
                for (Index j = 0; j < y.size(3); ++j)
                    y(n, k, i, j) = b(k) + response(x, w, n, k, i * window.stride - window.padding,
                                                    j * window.stride - window.padding);
    return y;
}

// Task 4.5: parameters and multiply-adds.
LayerCost conv2d_cost(Index channels, Index height, Index width, Index filters, const Window& window) {
    // TODO 1. How many numbers are learned? A filter has as many channels as the image.
    // TODO 2. How many products does one output value take, and how many output values are there?
    const Index weights = channels * window.size * window.size;
    const auto places = [&](Index input) {
        return output_size(input, window.size, window.stride, window.padding, Remainder::ignore);
    };
    return {.parameters = filters * (weights + 1), .multiply_adds = filters * places(height) * places(width) * weights};
}

// Task 4.6: Sobel's masks are filters.
Tensor sobel_filters() {
    // TODO 1. Copy the two masks of lab 01. Which of them finds vertical edges?
    return Tensor({2, 1, 3, 3}, {-1, 0, 1, -2, 0, 2, -1, 0, 1,    // ∂/∂x
                                 -1, -2, -1, 0, 0, 0, 1, 2, 1});  // ∂/∂y
}

// Task 4.6: and so are the eight masks of the compass.
Tensor compass_filters() {
    // TODO 1. East is Sobel's ∂/∂x. Each next mask is the one before with its border turned by one place
    //         counter-clockwise.
    constexpr std::array<std::array<Index, 2>, 8> border{
        {{0, 0}, {0, 1}, {0, 2}, {1, 2}, {2, 2}, {2, 1}, {2, 0}, {1, 0}}};
    constexpr std::array<float, 8> east{-1, 0, 1, 2, 1, 0, -1, -2};
    Tensor w({8, 1, 3, 3});
    for (Index k = 0; k < 8; ++k)
        for (Index place = 0; place < 8; ++place) {
            const auto [r, s] = border[static_cast<std::size_t>(place)];
            w(k, 0, r, s) = east[static_cast<std::size_t>((place + k) % 8)];
        }
    return w;
}

}  // namespace cnn::lab04
