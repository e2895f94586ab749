// Wrong answers that learners give, each with the sentence that names it.
#include <algorithm>
#include <cmath>

#include "grader/exercise.hpp"
#include "pooling.hpp"

using namespace cnn;
using namespace cnn::lab05;
using grader::mistake;
using grader::Replacement;

namespace {

using Mistakes = std::vector<Replacement>;

Mistakes size_mistakes() {
    return {
        mistake(output_size, "no_first_place", "the window's first place is missing: n steps have n + 1 places.",
                [](Index input, const Window& window) { return output_size(input, window) - 1; }),
        mistake(output_size, "rounded_up", "the number of steps is rounded up: leftover pixels are ignored here.",
                [](Index input, const Window& window) { return output_size(input + window.stride - 1, window); }),
        mistake(output_size, "size_for_stride",
                "the axis is cut into pieces of the window's size: windows move by the stride and may overlap.",
                [](Index input, const Window& window) { return (input + 2 * window.padding) / window.size; }),
        mistake(output_size, "input_over_stride",
                "the axis is divided by the stride: the last window must fit as a whole.",
                [](Index input, const Window& window) { return (input + 2 * window.padding) / window.stride; }),
        mistake(output_size, "padding_once", "the padding is counted once, but there is some on both sides.",
                [](Index input, const Window& window) {
                    return output_size(input + window.padding, {.size = window.size, .stride = window.stride});
                }),
    };
}

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

Tensor negated(Tensor x) { return x *= -1; }

// x with a margin of the same number on every side.
Tensor framed(const Tensor& x, Index margin, float value) {
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

Mistakes max_mistakes() {
    return {
        mistake(max_pool_forward, "begins_at_zero",
                "the search begins with 0: where all pixels are negative, that is larger than each of them.",
                [](const Tensor& x, const Window& window) {
                    MaxPooled pooled = max_pool_forward(x, window);
                    for (Index i = 0; i < pooled.y.count(); ++i)
                        if (pooled.y[i] <= 0) pooled.y[i] = 0, pooled.switches[i] = 0;
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

Mistakes switch_mistakes() {
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

Mistakes average_mistakes() {
    return {
        mistake(average_pool_forward, "sum", "y holds the sum of every window: a mean is divided by size².",
                [](const Tensor& x, const Window& window) {
                    return average_pool_forward(x, window) *= static_cast<float>(window.size * window.size);
                }),
        mistake(average_pool_forward, "divided_by_size", "the sum is divided by size: a window has size · size pixels.",
                [](const Tensor& x, const Window& window) {
                    return average_pool_forward(x, window) *= static_cast<float>(window.size);
                }),
        mistake(average_pool_forward, "pixels_inside_only",
                "the sum is divided by the pixels inside the image: padding counts as zeros, so divide by size².",
                [](const Tensor& x, const Window& window) {
                    Tensor y = average_pool_forward(x, window);
                    const Tensor inside = average_pool_forward(Tensor::full(x.shape(), 1), window);
                    for (Index i = 0; i < y.count(); ++i) y[i] /= inside[i];
                    return y;
                }),
        mistake(average_pool_forward, "whole_numbers",
                "the mean is cut to a whole number: are sum and divisor floats when they are divided?",
                [](const Tensor& x, const Window& window) {
                    Tensor y = average_pool_forward(x, window);
                    for (float& value : y.values()) value = std::trunc(value);
                    return y;
                }),
        mistake(average_pool_forward, "largest", "y holds the largest value of every window, as in 5.2.",
                [](const Tensor& x, const Window& window) { return max_pool_forward(x, window).y; }),
        mistake(average_pool_forward, "average_stride_of_the_size",
                "the windows move by their own size: they are to move by the stride.",
                [](const Tensor& x, const Window& window) {
                    return average_pool_forward(x, {window.size, window.size, window.padding});
                }),
    };
}

Mistakes cover_mistakes() {
    return {
        mistake(covering_size, "rounded_down",
                "pixels at the end lie in no window: count one more, although it hangs over.",
                [](Index input, Index size, Index stride) { return std::max<Index>(input - size, 0) / stride + 1; }),
        mistake(covering_size, "negative_room",
                "with fewer pixels than a window has, nothing is left over: the first window is enough.",
                [](Index input, Index size, Index stride) { return (input - size + stride - 1) / stride + 1; }),
        mistake(covering_size, "one_too_many",
                "there is one window more than needed where the last one ends exactly at the border.",
                [](Index input, Index size, Index stride) { return std::max<Index>(input - size, 0) / stride + 2; }),
        mistake(covering_size, "first_window_forgotten", "only the windows after the first are counted.",
                [](Index input, Index size, Index stride) { return covering_size(input, size, stride) - 1; }),
        mistake(covering_size, "every_step",
                "there is a window wherever a step leads to a pixel: stop when the last pixel lies in a window.",
                [](Index input, Index, Index stride) { return (input + stride - 1) / stride; }),
        mistake(overlapping_max_pool, "last_window_dropped",
                "the incomplete windows are missing from y: 5.4 keeps them, unlike 5.2.",
                [](const Tensor& x, Index size, Index stride) {
                    return max_pool_forward(x, {.size = size, .stride = stride}).y;
                }),
        mistake(overlapping_max_pool, "zeros_beyond_the_border",
                "what lies beyond the border counts as zero: only pixels of the image take part.",
                [](const Tensor& x, Index size, Index stride) {
                    Tensor y = overlapping_max_pool(x, size, stride);
                    const Index last_row = (y.size(2) - 1) * stride + size, last = (y.size(3) - 1) * stride + size;
                    return each(y.shape(), [&](Index n, Index c, Index i, Index j) {
                        const bool over =
                            (last_row > x.size(2) && i == y.size(2) - 1) || (last > x.size(3) && j == y.size(3) - 1);
                        return over ? std::max(y(n, c, i, j), 0.0f) : y(n, c, i, j);
                    });
                }),
        mistake(overlapping_max_pool, "last_window_moved_back",
                "the last window is moved back until it is complete: it begins at i · stride and is smaller there.",
                [](const Tensor& x, Index size, Index stride) {
                    const Shape shape = overlapping_max_pool(x, size, stride).shape();
                    return each(shape, [&](Index n, Index c, Index i, Index j) {
                        const Index top = std::max<Index>(std::min(i * stride, x.size(2) - size), 0),
                                    left = std::max<Index>(std::min(j * stride, x.size(3) - size), 0);
                        float best = x(n, c, top, left);
                        for (Index row = top; row < std::min(top + size, x.size(2)); ++row)
                            for (Index column = left; column < std::min(left + size, x.size(3)); ++column)
                                best = std::max(best, x(n, c, row, column));
                        return best;
                    });
                }),
        mistake(overlapping_max_pool, "no_overlap",
                "the windows stand side by side: their stride is smaller than their size.",
                [](const Tensor& x, Index size, Index) { return overlapping_max_pool(x, size, size); }),
    };
}

Mistakes savings_mistakes() {
    return {
        mistake(pooling_savings, "no_biases", "the dense layer's biases are missing: one for every output.",
                [](Index height, Index width, Index filters, Index filter_size, const Window& pooling, Index outputs) {
                    Savings savings = pooling_savings(height, width, filters, filter_size, pooling, outputs);
                    savings.parameters_without -= outputs, savings.parameters_with -= outputs;
                    return savings;
                }),
        mistake(pooling_savings, "a_bias_for_every_value",
                "there is a bias for every input: the dense layer has one for every output.",
                [](Index height, Index width, Index filters, Index filter_size, const Window& pooling, Index outputs) {
                    Savings savings = pooling_savings(height, width, filters, filter_size, pooling, outputs);
                    savings.parameters_without += savings.values_without - outputs;
                    savings.parameters_with += savings.values_with - outputs;
                    return savings;
                }),
        mistake(pooling_savings, "biases_for_every_output",
                "every output counts all the biases: each has one of its own.",
                [](Index height, Index width, Index filters, Index filter_size, const Window& pooling, Index outputs) {
                    Savings savings = pooling_savings(height, width, filters, filter_size, pooling, outputs);
                    savings.parameters_without = (savings.values_without + outputs) * outputs;
                    savings.parameters_with = (savings.values_with + outputs) * outputs;
                    return savings;
                }),
        mistake(pooling_savings, "windows_side_by_side",
                "the windows are counted as if they stood side by side: they move by pooling.stride, as in 5.1.",
                [](Index height, Index width, Index filters, Index filter_size, const Window& pooling, Index outputs) {
                    return pooling_savings(height, width, filters, filter_size,
                                           {.size = pooling.size, .stride = pooling.size}, outputs);
                }),
        mistake(pooling_savings, "one_map", "the values of one map are counted: every filter makes a map.",
                [](Index height, Index width, Index, Index filter_size, const Window& pooling, Index outputs) {
                    return pooling_savings(height, width, 1, filter_size, pooling, outputs);
                }),
        mistake(pooling_savings, "maps_as_large_as_the_image",
                "the maps are counted as large as the image: a filter has fewer places than there are pixels.",
                [](Index height, Index width, Index filters, Index, const Window& pooling, Index outputs) {
                    return pooling_savings(height, width, filters, 1, pooling, outputs);
                }),
        mistake(pooling_savings, "pooled_along_one_axis",
                "the pooled map is shorter along one axis only: a window covers size × size values.",
                [](Index height, Index width, Index filters, Index filter_size, const Window& pooling, Index outputs) {
                    Savings savings = pooling_savings(height, width, filters, filter_size, pooling, outputs);
                    const Index columns = width - filter_size + 1;
                    savings.values_with = savings.values_with / output_size(columns, pooling) * columns;
                    savings.parameters_with = (savings.values_with + 1) * outputs;
                    return savings;
                }),
        mistake(pooling_savings, "divided_by_the_stride",
                "the values are divided by stride²: count the windows along each axis with 5.1.",
                [](Index height, Index width, Index filters, Index filter_size, const Window& pooling, Index outputs) {
                    Savings savings = pooling_savings(height, width, filters, filter_size, pooling, outputs);
                    savings.values_with = savings.values_without / (pooling.stride * pooling.stride);
                    savings.parameters_with = (savings.values_with + 1) * outputs;
                    return savings;
                }),
    };
}

}  // namespace

const Mistakes& grader::mistakes() {
    static const Mistakes all = [] {
        Mistakes list;
        for (const auto& some : {size_mistakes(), max_mistakes(), switch_mistakes(), average_mistakes(),
                                 cover_mistakes(), savings_mistakes()})
            list.insert(list.end(), some.begin(), some.end());
        return list;
    }();
    return all;
}
