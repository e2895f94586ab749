// Wrong answers to 11.2 and 11.3: unpooling and transposed convolution.
#pragma once
#include <algorithm>
#include <cmath>

#include "grader/exercise.hpp"
#include "seeing.hpp"

namespace cnn::lab11::wrong {

using grader::mistake;
using Mistakes = std::vector<grader::Replacement>;

// x where put(x, n, c, i, j, place) is done with every value of y.
template <class F>
Tensor unpooled_by(const Tensor& y, const Tensor& switches, const Shape& x_shape, const F& put) {
    unpool(y, switches, x_shape);  // refuses what it should
    Tensor x(x_shape);
    for (Index n = 0; n < y.size(0); ++n)
        for (Index c = 0; c < y.size(1); ++c)
            for (Index i = 0; i < y.size(2); ++i)
                for (Index j = 0; j < y.size(3); ++j) put(x, n, c, i, j, static_cast<Index>(switches(n, c, i, j)));
    return x;
}
inline void put_within(Tensor& x, Index n, Index c, Index row, Index column, float value) {
    if (row < x.size(2) && column < x.size(3)) x(n, c, row, column) = value;
}

inline Mistakes unpooling_mistakes() {
    return {
        mistake(
            unpool, "values_added_up",
            "where windows share a switch their values are added up: that is right for errors (lab 08), but here the "
            "same value comes back several times. Put it there once.",
            [](const Tensor& y, const Tensor& switches, const Shape& shape) {
                return unpooled_by(y, switches, shape, [&](Tensor& x, Index n, Index c, Index i, Index j, Index p) {
                    x(n, c, p / shape[3], p % shape[3]) += y(n, c, i, j);
                });
            }),
        mistake(unpool, "first_value_kept",
                "where windows share a switch the first of their values is kept: the last one counts.",
                [](const Tensor& y, const Tensor& switches, const Shape& shape) {
                    return unpooled_by(y, switches, shape, [&](Tensor& x, Index n, Index c, Index i, Index j, Index p) {
                        float& pixel = x(n, c, p / shape[3], p % shape[3]);
                        if (pixel == 0) pixel = y(n, c, i, j);
                    });
                }),
        mistake(unpool, "row_and_column_of_a_switch_exchanged",
                "row and column are exchanged: a switch is row · W + column.",
                [](const Tensor& y, const Tensor& switches, const Shape& shape) {
                    return unpooled_by(y, switches, shape, [&](Tensor& x, Index n, Index c, Index i, Index j, Index p) {
                        put_within(x, n, c, p % shape[3], p / shape[3], y(n, c, i, j));
                    });
                }),
        mistake(unpool, "switch_by_the_pooled_width",
                "the switch is divided by the width of the pooled map: it counts in the plane of x.",
                [](const Tensor& y, const Tensor& switches, const Shape& shape) {
                    return unpooled_by(y, switches, shape, [&](Tensor& x, Index n, Index c, Index i, Index j, Index p) {
                        put_within(x, n, c, p / y.size(3), p % y.size(3), y(n, c, i, j));
                    });
                }),
        mistake(unpool, "switch_by_the_height", "the switch is divided by the height of x: a row has W pixels.",
                [](const Tensor& y, const Tensor& switches, const Shape& shape) {
                    return unpooled_by(y, switches, shape, [&](Tensor& x, Index n, Index c, Index i, Index j, Index p) {
                        put_within(x, n, c, p / shape[2], p % shape[2], y(n, c, i, j));
                    });
                }),
        mistake(unpool, "all_maps_in_the_first",
                "all values come back in the first map: a switch is a place in the plane of its own image and map.",
                [](const Tensor& y, const Tensor& switches, const Shape& shape) {
                    return unpooled_by(y, switches, shape, [&](Tensor& x, Index n, Index c, Index i, Index j, Index p) {
                        x(0, 0, p / shape[3], p % shape[3]) = y(n, c, i, j);
                    });
                }),
        mistake(unpool, "corners_instead_of_switches",
                "every value goes to the corner of its window: the switches tell where in the window the maximum was.",
                [](const Tensor& y, const Tensor& switches, const Shape& shape) {
                    return unpooled_by(y, switches, shape, [&](Tensor& x, Index n, Index c, Index i, Index j, Index) {
                        x(n, c, i * (shape[2] / y.size(2)), j * (shape[3] / y.size(3))) = y(n, c, i, j);
                    });
                }),
        mistake(unpool, "whole_windows_filled",
                "every pixel of a window gets its value: all but the one at the switch are to be 0.",
                [](const Tensor& y, const Tensor& switches, const Shape& shape) {
                    unpool(y, switches, shape);
                    Tensor x(shape);
                    const Index down = shape[2] / y.size(2), right = shape[3] / y.size(3);
                    for (Index n = 0; n < shape[0]; ++n)
                        for (Index c = 0; c < shape[1]; ++c)
                            for (Index a = 0; a < shape[2]; ++a)
                                for (Index b = 0; b < shape[3]; ++b)
                                    x(n, c, a, b) =
                                        y(n, c, std::min(a / down, y.size(2) - 1), std::min(b / right, y.size(3) - 1));
                    return x;
                }),
    };
}

inline Mistakes size_mistakes() {
    return {
        mistake(sizes_before, "padding_counted_in", "the padding is counted as pixels: take it off on both sides.",
                [](Index output, const Window& window) {
                    const Sizes right = sizes_before(output, window);
                    const Index smallest = (output - 1) * window.stride + window.size;
                    return Sizes{smallest, smallest + (right.largest > 0 ? window.stride - 1 : 0)};
                }),
        mistake(sizes_before, "padding_on_one_side", "the padding is taken off once: it lies on both sides.",
                [](Index output, const Window& window) {
                    sizes_before(output, window);
                    const Index smallest = (output - 1) * window.stride + window.size - window.padding;
                    return Sizes{std::max<Index>(smallest, 1), smallest + window.stride - 1};
                }),
        mistake(sizes_before, "a_stride_for_every_place",
                "a stride is counted for every place: from the first to the last of n places it is n - 1 steps.",
                [](Index output, const Window& window) {
                    Sizes sizes = sizes_before(output, window);
                    return Sizes{sizes.smallest + window.stride, sizes.largest + window.stride};
                }),
        mistake(sizes_before, "nothing_left_over",
                "only one size is given: up to stride - 1 pixels can be left over before another window fits.",
                [](Index output, const Window& window) {
                    const Sizes sizes = sizes_before(output, window);
                    return Sizes{sizes.smallest, sizes.smallest};
                }),
        mistake(
            sizes_before, "one_pixel_too_many",
            "with `largest` pixels there is one place more already: stride - 1 pixels can be left over, not stride.",
            [](Index output, const Window& window) {
                const Sizes sizes = sizes_before(output, window);
                return Sizes{sizes.smallest, sizes.largest + 1};
            }),
        mistake(sizes_before, "no_pixel_at_all", "`smallest` is below 1: an image has at least one pixel.",
                [](Index output, const Window& window) {
                    const Sizes sizes = sizes_before(output, window);
                    return Sizes{(output - 1) * window.stride + window.size - 2 * window.padding, sizes.largest};
                }),
    };
}

// The matrix whose element (i·rows + j, a·columns + b) is weight(r, s), where place(row of the window, r) is the pixel.
template <class Weight>
Tensor matrix_with(const Window& window, Index height, Index width, Index padding, const Weight& weight,
                   bool numbered_by_height = false) {
    const Index OH = (height + 2 * window.padding - window.size) / window.stride + 1,
                OW = (width + 2 * window.padding - window.size) / window.stride + 1;
    Tensor matrix({OH * OW, height * width});
    for (Index i = 0; i < OH; ++i)
        for (Index j = 0; j < OW; ++j)
            for (Index r = 0; r < window.size; ++r)
                for (Index s = 0; s < window.size; ++s) {
                    const Index a = i * window.stride + r - padding, b = j * window.stride + s - padding;
                    if (a < 0 || a >= height || b < 0 || b >= width) continue;
                    const Index row = numbered_by_height ? i + j * OH : i * OW + j;
                    matrix(row, numbered_by_height ? a + b * height : a * width + b) = weight(r, s);
                }
    return matrix;
}

inline Mistakes matrix_mistakes() {
    return {
        mistake(convolution_matrix, "filter_turned_in_the_matrix",
                "the filter is turned by 180°: y(i, j) is made of w(r, s) · x(i + r, j + s), nothing is turned.",
                [](const Tensor& w, const Window& window, Index height, Index width) {
                    convolution_matrix(w, window, height, width);
                    const Index last = window.size - 1;
                    return matrix_with(window, height, width, window.padding,
                                       [&](Index r, Index s) { return w(last - r, last - s); });
                }),
        mistake(convolution_matrix, "matrix_lies_on_its_side",
                "the matrix is transposed: it has a row for every place and a column for every pixel.",
                [](const Tensor& w, const Window& window, Index height, Index width) {
                    const Tensor right = convolution_matrix(w, window, height, width);
                    Tensor matrix({right.size(1), right.size(0)});
                    for (Index i = 0; i < right.size(0); ++i)
                        for (Index j = 0; j < right.size(1); ++j) matrix(j, i) = right(i, j);
                    return matrix;
                }),
        mistake(convolution_matrix, "filter_transposed_in_the_matrix",
                "rows and columns of the filter are exchanged: r goes with i, s goes with j.",
                [](const Tensor& w, const Window& window, Index height, Index width) {
                    convolution_matrix(w, window, height, width);
                    return matrix_with(window, height, width, window.padding,
                                       [&](Index r, Index s) { return w(s, r); });
                }),
        mistake(convolution_matrix, "padding_left_out_of_the_matrix",
                "the windows begin at the first pixel: with padding the first one begins `padding` before it.",
                [](const Tensor& w, const Window& window, Index height, Index width) {
                    convolution_matrix(w, window, height, width);
                    return matrix_with(window, height, width, 0, [&](Index r, Index s) { return w(r, s); });
                }),
        mistake(convolution_matrix, "numbered_down_the_columns",
                "places and pixels are numbered down the columns: in memory, (i, j) is number i · OW + j.",
                [](const Tensor& w, const Window& window, Index height, Index width) {
                    convolution_matrix(w, window, height, width);
                    return matrix_with(
                        window, height, width, window.padding, [&](Index r, Index s) { return w(r, s); }, true);
                }),
    };
}

// Calls f(n, k, i, j, c, r, s, row, column) for all products of a transposed convolution whose pixel is within x.
template <class F>
void spread(const Tensor& y, const Tensor& w, const Shape& x, Index stride, Index shift, const F& f) {
    for (Index n = 0; n < y.size(0); ++n)
        for (Index k = 0; k < y.size(1); ++k)
            for (Index i = 0; i < y.size(2); ++i)
                for (Index j = 0; j < y.size(3); ++j)
                    for (Index c = 0; c < w.size(1); ++c)
                        for (Index r = 0; r < w.size(2); ++r)
                            for (Index s = 0; s < w.size(3); ++s) {
                                const Index row = i * stride + r - shift, column = j * stride + s - shift;
                                if (row < 0 || row >= x[2] || column < 0 || column >= x[3]) continue;
                                f(n, k, i, j, c, r, s, row, column);
                            }
}
inline Tensor added_up(const Tensor& y, const Tensor& w, const Shape& shape, Index stride, Index shift) {
    Tensor x(shape);
    spread(y, w, shape, stride, shift,
           [&](Index n, Index k, Index i, Index j, Index c, Index r, Index s, Index row, Index column) {
               x(n, c, row, column) += y(n, k, i, j) * w(k, c, r, s);
           });
    return x;
}

inline Mistakes transposed_mistakes() {
    return {
        mistake(
            conv2d_transposed, "filter_turned",
            "the filter is turned by 180° although y is already spread: turning belongs to the other way of writing "
            "it, where a pixel collects. w(r, s) leads to the pixel that it came from.",
            [](const Tensor& y, const Tensor& w, const Window& window, Index height, Index width) {
                const Shape shape = conv2d_transposed(y, w, window, height, width).shape();
                Tensor x(shape);
                const Index last = window.size - 1;
                spread(y, w, shape, window.stride, window.padding,
                       [&](Index n, Index k, Index i, Index j, Index c, Index r, Index s, Index row, Index column) {
                           x(n, c, row, column) += y(n, k, i, j) * w(k, c, last - r, last - s);
                       });
                return x;
            }),
        mistake(
            conv2d_transposed, "last_window_only",
            "what one window leaves at a pixel replaces what was there: where windows overlap it adds up (+=, not =).",
            [](const Tensor& y, const Tensor& w, const Window& window, Index height, Index width) {
                const Shape shape = conv2d_transposed(y, w, window, height, width).shape();
                Tensor x(shape);
                spread(y, w, shape, window.stride, window.padding,
                       [&](Index n, Index k, Index i, Index j, Index c, Index r, Index s, Index row, Index column) {
                           x(n, c, row, column) = y(n, k, i, j) * w(k, c, r, s);
                       });
                return x;
            }),
        mistake(conv2d_transposed, "mean_of_overlapping_windows",
                "where windows overlap the mean is taken: what they leave at a pixel adds up.",
                [](const Tensor& y, const Tensor& w, const Window& window, Index height, Index width) {
                    Tensor x = conv2d_transposed(y, w, window, height, width);
                    const Tensor one_y = Tensor::full({y.size(0), 1, y.size(2), y.size(3)}, 1),
                                 one_w = Tensor::full({1, w.size(1), window.size, window.size}, 1);
                    const Tensor windows = conv2d_transposed(one_y, one_w, window, height, width);
                    for (Index i = 0; i < x.count(); ++i) x[i] /= std::max(windows[i], 1.0f);
                    return x;
                }),
        mistake(conv2d_transposed, "windows_a_pixel_apart",
                "the windows are a pixel apart: they are `stride` pixels apart, as on the way forward.",
                [](const Tensor& y, const Tensor& w, const Window& window, Index height, Index width) {
                    const Shape shape = conv2d_transposed(y, w, window, height, width).shape();
                    return added_up(y, w, shape, 1, window.padding);
                }),
        mistake(conv2d_transposed, "padding_not_taken_off",
                "the padding is not taken off: the first window began `padding` pixels before the image.",
                [](const Tensor& y, const Tensor& w, const Window& window, Index height, Index width) {
                    const Shape shape = conv2d_transposed(y, w, window, height, width).shape();
                    return added_up(y, w, shape, window.stride, 0);
                }),
        mistake(conv2d_transposed, "left_over_in_front",
                "the pixels that no window reached stand at the top and on the left: they were left over at the end.",
                [](const Tensor& y, const Tensor& w, const Window& window, Index height, Index width) {
                    const Tensor right = conv2d_transposed(y, w, window, height, width);
                    const Index down = (height + 2 * window.padding - window.size) % window.stride,
                                across = (width + 2 * window.padding - window.size) % window.stride;
                    Tensor x(right.shape());
                    for (Index n = 0; n < x.size(0); ++n)
                        for (Index c = 0; c < x.size(1); ++c)
                            for (Index a = down; a < height; ++a)
                                for (Index b = across; b < width; ++b)
                                    x(n, c, a, b) = right(n, c, a - down, b - across);
                    return x;
                }),
        mistake(conv2d_transposed, "last_map_only", "only the last map comes back: what the K maps leave adds up.",
                [](const Tensor& y, const Tensor& w, const Window& window, Index height, Index width) {
                    const Shape shape = conv2d_transposed(y, w, window, height, width).shape();
                    Tensor x(shape);
                    spread(y, w, shape, window.stride, window.padding,
                           [&](Index n, Index k, Index i, Index j, Index c, Index r, Index s, Index row, Index column) {
                               if (k == w.size(0) - 1) x(n, c, row, column) += y(n, k, i, j) * w(k, c, r, s);
                           });
                    return x;
                }),
        mistake(conv2d_transposed, "filter_rows_and_columns_exchanged",
                "rows and columns of the filter are exchanged: r moves down, s to the right.",
                [](const Tensor& y, const Tensor& w, const Window& window, Index height, Index width) {
                    const Shape shape = conv2d_transposed(y, w, window, height, width).shape();
                    Tensor x(shape);
                    spread(y, w, shape, window.stride, window.padding,
                           [&](Index n, Index k, Index i, Index j, Index c, Index r, Index s, Index row, Index column) {
                               x(n, c, row, column) += y(n, k, i, j) * w(k, c, s, r);
                           });
                    return x;
                }),
    };
}

}  // namespace cnn::lab11::wrong
