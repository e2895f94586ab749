// Wrong sizes, and sums of what they save: tasks 5.1, 5.4 and 5.5.
#pragma once
#include "max_mistakes.hpp"

namespace cnn::lab05::wrong {

inline Mistakes size_mistakes() {
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

inline Mistakes cover_mistakes() {
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
        mistake(covering_size, "always_one_more",
                "there is always one window more than needed: the first one, and the steps until the last pixel lies "
                "in a window.",
                [](Index input, Index size, Index stride) { return covering_size(input, size, stride) + 1; }),
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
        mistake(overlapping_max_pool, "search_begins_at_zero",
                "the search begins with 0, or with std::numeric_limits<float>::min(), which is positive, too: where "
                "no pixel of a window is larger than that, none is found.",
                [](const Tensor& x, Index size, Index stride) {
                    Tensor y = overlapping_max_pool(x, size, stride);
                    for (float& value : y.values()) value = std::max(value, 0.0f);
                    return y;
                }),
        mistake(overlapping_max_pool, "search_begins_at_minus_1000",
                "the search begins with -1000: where all pixels of a window are less, none is found. Begin with the "
                "first pixel of the window, or with minus infinity.",
                [](const Tensor& x, Index size, Index stride) {
                    Tensor y = overlapping_max_pool(x, size, stride);
                    for (float& value : y.values()) value = std::max(value, -1000.0f);
                    return y;
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

inline Mistakes savings_mistakes() {
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
        mistake(pooling_savings, "divided_by_stride",
                "the pooled map's sides are the map's divided by the stride: window and padding count, too, as in 5.1.",
                [](Index height, Index width, Index filters, Index filter_size, const Window& pooling, Index outputs) {
                    Savings savings = pooling_savings(height, width, filters, filter_size, pooling, outputs);
                    savings.values_with = filters * ((height - filter_size + 1) / pooling.stride) *
                                          ((width - filter_size + 1) / pooling.stride);
                    savings.parameters_with = (savings.values_with + 1) * outputs;
                    return savings;
                }),
        mistake(pooling_savings, "pooling_without_padding",
                "the padding of the pooling windows is left out: task 5.1 counts with it.",
                [](Index height, Index width, Index filters, Index filter_size, const Window& pooling, Index outputs) {
                    return pooling_savings(height, width, filters, filter_size,
                                           {.size = pooling.size, .stride = pooling.stride}, outputs);
                }),
        mistake(pooling_savings, "filters_counted",
                "the weights and biases of the filters are counted, too: the parameters of the dense layer are wanted.",
                [](Index height, Index width, Index filters, Index filter_size, const Window& pooling, Index outputs) {
                    Savings savings = pooling_savings(height, width, filters, filter_size, pooling, outputs);
                    const Index of_filters = filters * (filter_size * filter_size + 1);
                    savings.parameters_without += of_filters, savings.parameters_with += of_filters;
                    return savings;
                }),
        mistake(pooling_savings, "filter_weights_counted",
                "the weights of the filters are counted, too: the parameters of the dense layer are wanted.",
                [](Index height, Index width, Index filters, Index filter_size, const Window& pooling, Index outputs) {
                    Savings savings = pooling_savings(height, width, filters, filter_size, pooling, outputs);
                    const Index of_filters = filters * filter_size * filter_size;
                    savings.parameters_without += of_filters, savings.parameters_with += of_filters;
                    return savings;
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

}  // namespace cnn::lab05::wrong
