// Lab 05: pooling. Read pooling.hpp for what each function promises, README.md for why.
#include "pooling.hpp"

#include <algorithm>

#include "tensor/todo.hpp"

namespace cnn::lab05 {

// Task 5.1: the size of a pooled map.
Index output_size(Index input, const Window& window) {
    // TODO 1. Refuse what makes no sense: require(condition, "output_size: …", …) throws a ShapeError.
    // TODO 2. Where does the first window begin, and how many steps fit after it?
    require(window.size >= 1, "output_size: a window of {} pixels is none", window.size);
    require(window.stride >= 1, "output_size: stride {} is less than 1", window.stride);
    require(window.padding >= 0 && window.padding < window.size,
            "output_size: padding {} is not in 0 … {}: a window would hold nothing but padding", window.padding,
            window.size - 1);
    require(window.size <= input + 2 * window.padding, "output_size: a window of {} does not fit in {} + 2·{} pixels",
            window.size, input, window.padding);
    return (input + 2 * window.padding - window.size) / window.stride + 1;
}

// The shape of a pooled x.
Shape pooled_shape(const Tensor& x, const Window& window) {
    require(x.rank() == 4, "pooling: expected x [N, C, H, W], got {}", x.shape());
    return {x.size(0), x.size(1), output_size(x.size(2), window), output_size(x.size(3), window)};
}

// The place (row · W + column) of the largest pixel of a plane in rows top … top + size - 1 and columns left … left +
// size - 1, as far as they are inside. NaN counts as larger than every number: an error that came this far shall be
// seen.
Index place_of_largest(ConstView plane, Index top, Index left, Index size) {
    const Index bottom = std::min(top + size, plane.size(0)), right = std::min(left + size, plane.size(1));
    Index best_row = std::max<Index>(top, 0), best_column = std::max<Index>(left, 0);
    for (Index row = std::max<Index>(top, 0); row < bottom; ++row)
        for (Index column = std::max<Index>(left, 0); column < right; ++column) {
            const float pixel = plane(row, column);
            const bool is_nan = pixel != pixel;  // as no number does
            if (pixel > plane(best_row, best_column) || is_nan) best_row = row, best_column = column;
        }
    return best_row * plane.size(1) + best_column;
}

// Task 5.2: the largest value of every window, and where it was.
MaxPooled max_pool_forward(const Tensor& x, const Window& window) {
    // TODO 1. Check that x has four axes. 5.1 gives the size of y and switches.
    // TODO 2. Four loops over y (n, c, i, j). Where does the window of (i, j) begin in x?
    // TODO 3. Under the window, remember the best pixel so far and its place. What is the best one to begin with, when
    //         all may be negative and some lie outside the image?
    // TODO 4. A switch is a place in the plane of x, not in the window.
    const Shape shape = pooled_shape(x, window);
    MaxPooled pooled{Tensor(shape), Tensor(shape)};
    for (Index n = 0; n < shape[0]; ++n)
        for (Index c = 0; c < shape[1]; ++c)
            for (Index i = 0; i < shape[2]; ++i)
                for (Index j = 0; j < shape[3]; ++j) {
                    const Index place = place_of_largest(x.plane(n, c), i * window.stride - window.padding,
                                                         j * window.stride - window.padding, window.size);
                    pooled.y(n, c, i, j) = x(n, c, place / x.size(3), place % x.size(3));
                    pooled.switches(n, c, i, j) = static_cast<float>(place);
                }
    return pooled;
}

// The sum of the pixels under the window that begins at (top, left); those outside are zeros.
float sum_under(ConstView plane, Index top, Index left, Index size) {
    float sum = 0;
    for (Index row = top; row < top + size; ++row)
        for (Index column = left; column < left + size; ++column)
            if (row >= 0 && row < plane.size(0) && column >= 0 && column < plane.size(1)) sum += plane(row, column);
    return sum;
}

// Task 5.3: the mean of every window.
Tensor average_pool_forward(const Tensor& x, const Window& window) {
    // TODO 1. The same loops as in 5.2, but every pixel takes part.
    // TODO 2. What is the sum divided by, where a window hangs over the border?
    Tensor y(pooled_shape(x, window));
    for (Index n = 0; n < y.size(0); ++n)
        for (Index c = 0; c < y.size(1); ++c)
            for (Index i = 0; i < y.size(2); ++i)
                for (Index j = 0; j < y.size(3); ++j)
                    y(n, c, i, j) = sum_under(x.plane(n, c), i * window.stride - window.padding,
                                              j * window.stride - window.padding, window.size) /
                                    static_cast<float>(window.size * window.size);
    return y;
}

// Task 5.4: as many windows as it takes to cover every pixel.
Index covering_size(Index input, Index size, Index stride) {
    // TODO 1. Refuse what makes no sense. Which strides leave pixels between two windows?
    // TODO 2. How many pixels does the first window leave, and how many more windows do these need? None, one, more?
    require(input >= 1 && size >= 1 && stride >= 1, "covering_size: input {}, size {} and stride {} must be at least 1",
            input, size, stride);
    require(stride <= size, "covering_size: with stride {} pixels are lost between windows of {}", stride, size);
    const Index left_over = std::max<Index>(input - size, 0);
    return (left_over + stride - 1) / stride + 1;
}

// Task 5.4: overlapping max pooling that loses no pixel.
Tensor overlapping_max_pool(const Tensor& x, Index size, Index stride) {
    // TODO 1. covering_size gives the size of y.
    // TODO 2. The loops of 5.2. What is different about the windows of the last row and the last column?
    require(x.rank() == 4, "overlapping_max_pool: expected x [N, C, H, W], got {}", x.shape());
    Tensor y({x.size(0), x.size(1), covering_size(x.size(2), size, stride), covering_size(x.size(3), size, stride)});
    for (Index n = 0; n < y.size(0); ++n)
        for (Index c = 0; c < y.size(1); ++c)
            for (Index i = 0; i < y.size(2); ++i)
                for (Index j = 0; j < y.size(3); ++j) {
                    const Index place = place_of_largest(x.plane(n, c), i * stride, j * stride, size);
                    y(n, c, i, j) = x(n, c, place / x.size(3), place % x.size(3));
                }
    return y;
}

// Task 5.5: what pooling saves.
Savings pooling_savings(Index height, Index width, Index filters, Index filter_size, const Window& pooling,
                        Index outputs) {
    // TODO 1. How large is a filter's map, and how large is it after pooling?
    // TODO 2. How many values are that in all maps?
    // TODO 3. How many weights connect them with the outputs? And the biases?
    const Window filter{.size = filter_size};
    const Index rows = output_size(height, filter), columns = output_size(width, filter);
    const Index without = filters * rows * columns;
    const Index with = filters * output_size(rows, pooling) * output_size(columns, pooling);
    return {.values_without = without,
            .values_with = with,
            .parameters_without = (without + 1) * outputs,
            .parameters_with = (with + 1) * outputs};
}

}  // namespace cnn::lab05
