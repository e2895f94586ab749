// Wrong maxima and switches: task 5.2.
#pragma once
#include <algorithm>
#include <cmath>
#include <vector>

#include "grader/exercise.hpp"
#include "pooling.hpp"

namespace cnn::lab05::wrong {

using grader::mistake;
using Mistakes = std::vector<grader::Replacement>;

// A tensor [N, C, H, W] whose every element is value(n, c, i, j).
template <class F>
Tensor each(const Shape& shape, const F& value) {
    Tensor y(shape);
    for (Index n = 0; n < shape[0]; ++n)
        for (Index c = 0; c < shape[1]; ++c)
            for (Index i = 0; i < shape[2]; ++i)
                for (Index j = 0; j < shape[3]; ++j) y(n, c, i, j) = value(n, c, i, j);
    return y;
}

inline Tensor negated(Tensor x) { return x *= -1; }

// x with a margin of the same number on every side.
inline Tensor framed(const Tensor& x, Index margin, float value) {
    return each({x.size(0), x.size(1), x.size(2) + 2 * margin, x.size(3) + 2 * margin},
                [&](Index n, Index c, Index i, Index j) {
                    const Index row = i - margin, column = j - margin;
                    const bool outside = row < 0 || row >= x.size(2) || column < 0 || column >= x.size(3);
                    return outside ? value : x(n, c, row, column);
                });
}

// The right answer with every switch replaced by change(row, column, i, j): the maximum is in this row and column of
// its plane, the window is the one of y(i, j).
template <class F>
MaxPooled with_switches(const Tensor& x, const Window& window, const F& change) {
    MaxPooled pooled = max_pool_forward(x, window);
    pooled.switches = each(pooled.y.shape(), [&](Index n, Index c, Index i, Index j) {
        const auto place = static_cast<Index>(pooled.switches(n, c, i, j));
        return static_cast<float>(change(place / x.size(3), place % x.size(3), i, j));
    });
    return pooled;
}

// Every window's largest number, with zeros where is_inside(row, column) says no, and its place, wherever that is.
template <class F>
MaxPooled pooled_with(const Tensor& x, const Window& window, const F& is_inside) {
    const Shape shape = max_pool_forward(x, window).y.shape();
    MaxPooled pooled{Tensor::full(shape, -INFINITY), Tensor(shape)};
    for (Index n = 0; n < shape[0]; ++n)
        for (Index c = 0; c < shape[1]; ++c)
            for (Index i = 0; i < shape[2]; ++i)
                for (Index j = 0; j < shape[3]; ++j)
                    for (Index r = 0; r < window.size; ++r)
                        for (Index s = 0; s < window.size; ++s) {
                            const Index row = i * window.stride + r - window.padding;
                            const Index column = j * window.stride + s - window.padding;
                            const float value = is_inside(row, column) ? x(n, c, row, column) : 0;
                            if (value <= pooled.y(n, c, i, j)) continue;
                            pooled.y(n, c, i, j) = value;
                            pooled.switches(n, c, i, j) = static_cast<float>(row * x.size(3) + column);
                        }
    return pooled;
}

inline Mistakes max_mistakes() {
    return {
        mistake(max_pool_forward, "begins_at_zero",
                "the search begins with 0, or with std::numeric_limits<float>::min(), which is positive, too: where "
                "no pixel of a window is larger than that, none is found.",
                [](const Tensor& x, const Window& window) {
                    MaxPooled pooled = max_pool_forward(x, window);
                    for (Index i = 0; i < pooled.y.count(); ++i)
                        if (pooled.y[i] <= 0) pooled.y[i] = 0, pooled.switches[i] = 0;
                    return pooled;
                }),
        mistake(max_pool_forward, "begins_at_minus_1000",
                "the search begins with -1000: where all pixels of a window are less, none is found. Begin with the "
                "first pixel of the window, or with minus infinity.",
                [](const Tensor& x, const Window& window) {
                    MaxPooled pooled = max_pool_forward(x, window);
                    for (Index i = 0; i < pooled.y.count(); ++i)
                        if (pooled.y[i] <= -1000) pooled.y[i] = -1000, pooled.switches[i] = 0;
                    return pooled;
                }),
        mistake(max_pool_forward, "zero_of_the_padding_wins",
                "a zero of the padding can be the largest here, and its switch lies outside the plane: padding takes "
                "no part.",
                [](const Tensor& x, const Window& window) {
                    return pooled_with(x, window, [&](Index row, Index column) {
                        return row >= 0 && row < x.size(2) && column >= 0 && column < x.size(3);
                    });
                }),
        mistake(max_pool_forward, "padding_not_taken_off",
                "the first window begins at pixel 0: it begins `padding` pixels before it, at i · stride - padding.",
                [](const Tensor& x, const Window& window) {
                    const Shape shape = max_pool_forward(x, window).y.shape();
                    MaxPooled pooled{Tensor(shape), Tensor(shape)};
                    for (Index n = 0; n < shape[0]; ++n)
                        for (Index c = 0; c < shape[1]; ++c)
                            for (Index i = 0; i < shape[2]; ++i)
                                for (Index j = 0; j < shape[3]; ++j) {
                                    Index place = -1;
                                    for (Index row = i * window.stride;
                                         row < std::min(i * window.stride + window.size, x.size(2)); ++row)
                                        for (Index column = j * window.stride;
                                             column < std::min(j * window.stride + window.size, x.size(3)); ++column)
                                            if (place < 0 ||
                                                x(n, c, row, column) > x(n, c, place / x.size(3), place % x.size(3)))
                                                place = row * x.size(3) + column;
                                    if (place < 0) continue;  // a window that lies outside as a whole
                                    pooled.y(n, c, i, j) = x(n, c, place / x.size(3), place % x.size(3));
                                    pooled.switches(n, c, i, j) = static_cast<float>(place);
                                }
                    return pooled;
                }),
        mistake(max_pool_forward, "padding_is_zero",
                "padding counts as zeros: it is larger than negative pixels, but is to take no part.",
                [](const Tensor& x, const Window& window) {
                    MaxPooled pooled =
                        max_pool_forward(framed(x, window.padding, 0), {.size = window.size, .stride = window.stride});
                    pooled.switches = max_pool_forward(x, window).switches;
                    return pooled;
                }),
        mistake(max_pool_forward, "smallest", "y holds the smallest value of every window, not the largest.",
                [](const Tensor& x, const Window& window) {
                    MaxPooled pooled = max_pool_forward(negated(x), window);
                    pooled.y *= -1;
                    return pooled;
                }),
        mistake(max_pool_forward, "largest_magnitude",
                "y holds the value farthest from zero: a large negative number is a small one.",
                [](const Tensor& x, const Window& window) {
                    Tensor size = x;
                    for (float& value : size.values()) value = std::abs(value);
                    MaxPooled pooled = max_pool_forward(size, window);
                    pooled.y = each(pooled.y.shape(), [&](Index n, Index c, Index i, Index j) {
                        const auto place = static_cast<Index>(pooled.switches(n, c, i, j));
                        return x(n, c, place / x.size(3), place % x.size(3));
                    });
                    return pooled;
                }),
        mistake(max_pool_forward, "last_of_equals",
                "of equal maxima the last is remembered: a later one must be larger, not as large.",
                [](const Tensor& x, const Window& window) {
                    const MaxPooled right = max_pool_forward(x, window);
                    return MaxPooled{right.y, each(right.y.shape(), [&](Index n, Index c, Index i, Index j) {
                                         const Index top = i * window.stride - window.padding,
                                                     left = j * window.stride - window.padding;
                                         Index last = 0;
                                         for (Index row = std::max<Index>(top, 0);
                                              row < std::min(top + window.size, x.size(2)); ++row)
                                             for (Index column = std::max<Index>(left, 0);
                                                  column < std::min(left + window.size, x.size(3)); ++column)
                                                 if (x(n, c, row, column) == right.y(n, c, i, j))
                                                     last = row * x.size(3) + column;
                                         return static_cast<float>(last);
                                     })};
                }),
        mistake(max_pool_forward, "stride_of_the_size",
                "the windows move by their own size: they are to move by the stride.",
                [](const Tensor& x, const Window& window) {
                    return max_pool_forward(x, {window.size, window.size, window.padding});
                }),
        mistake(max_pool_forward, "first_plane_only", "every map is pooled from the first map of the first image.",
                [](const Tensor& x, const Window& window) {
                    return max_pool_forward(
                        each(x.shape(), [&](Index, Index, Index i, Index j) { return x(0, 0, i, j); }), window);
                }),
    };
}

inline Mistakes switch_mistakes() {
    return {
        mistake(max_pool_forward, "switch_in_the_window",
                "the switches are places in the window: they are to be places in the plane of x, row · W + column.",
                [](const Tensor& x, const Window& window) {
                    return with_switches(x, window, [&](Index row, Index column, Index i, Index j) {
                        return (row - (i * window.stride - window.padding)) * window.size + column -
                               (j * window.stride - window.padding);
                    });
                }),
        mistake(max_pool_forward, "switch_from_the_corner",
                "the switches count row and column from the window's corner: they are places in the plane of x.",
                [](const Tensor& x, const Window& window) {
                    return with_switches(x, window, [&](Index row, Index column, Index i, Index j) {
                        return (row - (i * window.stride - window.padding)) * x.size(3) + column -
                               (j * window.stride - window.padding);
                    });
                }),
        mistake(max_pool_forward, "switch_in_columns",
                "the switches count down the columns: a plane is stored row by row, row · W + column.",
                [](const Tensor& x, const Window& window) {
                    return with_switches(
                        x, window, [&](Index row, Index column, Index, Index) { return column * x.size(2) + row; });
                }),
        mistake(max_pool_forward, "switch_with_the_height",
                "the row is multiplied by the height of x: a row of the plane is W pixels long.",
                [](const Tensor& x, const Window& window) {
                    return with_switches(
                        x, window, [&](Index row, Index column, Index, Index) { return row * x.size(2) + column; });
                }),
        mistake(max_pool_forward, "switch_with_the_width_of_y",
                "the row is multiplied by the width of y: the switch is a place in the plane of x.",
                [](const Tensor& x, const Window& window) {
                    const Index width = output_size(x.size(3), window);
                    return with_switches(x, window,
                                         [&](Index row, Index column, Index, Index) { return row * width + column; });
                }),
        mistake(max_pool_forward, "switch_in_the_tensor",
                "the switches are places in the whole of x: each is to count from the beginning of its own plane.",
                [](const Tensor& x, const Window& window) {
                    MaxPooled pooled = max_pool_forward(x, window);
                    const Index plane = x.size(2) * x.size(3), outputs = pooled.y.size(2) * pooled.y.size(3);
                    for (Index i = 0; i < pooled.y.count(); ++i)
                        pooled.switches[i] += static_cast<float>(i / outputs * plane);
                    return pooled;
                }),
        mistake(max_pool_forward, "switch_in_the_padded_plane",
                "the switches are places in the padded plane: take the padding off row and column.",
                [](const Tensor& x, const Window& window) {
                    return with_switches(x, window, [&](Index row, Index column, Index, Index) {
                        return (row + window.padding) * (x.size(3) + 2 * window.padding) + column + window.padding;
                    });
                }),
    };
}

}  // namespace cnn::lab05::wrong
