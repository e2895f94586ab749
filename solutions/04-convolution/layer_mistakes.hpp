// Wrong answers to task 4.4.
#pragma once
#include <algorithm>
#include <vector>

#include "convolution.hpp"
#include "grader/exercise.hpp"

namespace cnn::lab04 {

using grader::mistake;
using Mistakes = std::vector<grader::Replacement>;

// Every filter turned by 180°; `w` of any rank whose last two axes are R and S.
inline Tensor turned(const Tensor& w) {
    Tensor result(w.shape());
    const Index area = w.size(w.rank() - 1) * w.size(w.rank() - 2);
    for (Index i = 0; i < w.count(); ++i) result[i] = w[i / area * area + area - 1 - i % area];
    return result;
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

// The part of the axes H and W that begins at (top, left), with zeros outside the image.
inline Tensor cut(const Tensor& x, Index top, Index left, Index height, Index width) {
    return each({x.size(0), x.size(1), height, width}, [&](Index n, Index c, Index i, Index j) {
        const Index row = i + top, column = j + left;
        return row < 0 || row >= x.size(2) || column < 0 || column >= x.size(3) ? 0 : x(n, c, row, column);
    });
}

inline Mistakes channel_mistakes() {
    return {
        mistake(conv2d_forward, "last_channel_only",
                "only the last channel is kept: the sum begins again for each c, but it runs over all channels.",
                [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
                    return conv2d_forward(
                        x,
                        each(w.shape(), [&](Index k, Index c, Index r,
                                            Index s) { return c == w.size(1) - 1 ? w(k, c, r, s) : 0; }),
                        b, window);
                }),
        mistake(conv2d_forward, "first_channel_only", "only the first channel is looked at: sum over all c.",
                [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
                    return conv2d_forward(
                        x,
                        each(w.shape(), [&](Index k, Index c, Index r, Index s) { return c == 0 ? w(k, c, r, s) : 0; }),
                        b, window);
                }),
        mistake(
            conv2d_forward, "same_channel_of_the_filter",
            "every channel of the image is multiplied by channel 0 of the filter: x(n, c, …) belongs to w(k, c, …).",
            [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
                return conv2d_forward(
                    x, each(w.shape(), [&](Index k, Index, Index r, Index s) { return w(k, 0, r, s); }), b, window);
            }),
        mistake(conv2d_forward, "same_channel_of_the_image",
                "every channel of the filter lies on channel 0 of the image: each has its own.",
                [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
                    return conv2d_forward(
                        each(x.shape(), [&](Index n, Index, Index i, Index j) { return x(n, 0, i, j); }), w, b, window);
                }),
        mistake(conv2d_forward, "first_image_only", "every image of the batch is answered with the first one's map.",
                [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
                    return conv2d_forward(
                        each(x.shape(), [&](Index, Index c, Index i, Index j) { return x(0, c, i, j); }), w, b, window);
                }),
        mistake(conv2d_forward, "first_filter_only", "every map is made with the first filter: k counts the filters.",
                [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
                    return conv2d_forward(
                        x, each(w.shape(), [&](Index, Index c, Index r, Index s) { return w(0, c, r, s); }), b, window);
                }),
        mistake(conv2d_forward, "filters_flipped",
                "the filters are turned by 180°: that is the mathematicians' convolution; a CNN layer computes the "
                "cross-correlation.",
                [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
                    return conv2d_forward(x, turned(w), b, window);
                }),
        mistake(conv2d_forward, "filters_averaged", "the sum is divided by the number of weights: nothing is averaged.",
                [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
                    Tensor share = w;
                    return conv2d_forward(x, share *= static_cast<float>(w.size(0)) / static_cast<float>(w.count()), b,
                                          window);
                }),
    };
}

inline Mistakes bias_mistakes() {
    return {
        mistake(conv2d_forward, "bias_forgotten", "the bias is missing: every output value contains b(k).",
                [](const Tensor& x, const Tensor& w, const Tensor&, const Window& window) {
                    return conv2d_forward(x, w, Tensor({w.size(0)}), window);
                }),
        mistake(conv2d_forward, "bias_per_channel",
                "the bias is added once for every channel: it belongs before or after the loop over c, not inside.",
                [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
                    Tensor more = b;
                    return conv2d_forward(x, w, more *= static_cast<float>(w.size(1)), window);
                }),
        mistake(conv2d_forward, "bias_per_product",
                "the bias is added once for every product: it belongs before or after the loops over c, r and s.",
                [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
                    Tensor more = b;
                    return conv2d_forward(x, w, more *= static_cast<float>(w.count() / w.size(0)), window);
                }),
        mistake(conv2d_forward, "first_bias_only", "every map gets the first filter's bias: b(k) belongs to filter k.",
                [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
                    return conv2d_forward(x, w, Tensor::full(b.shape(), b(0)), window);
                }),
    };
}

// y computed at every place of the image, of which only some are kept: row i · down, column j · across.
inline Tensor thinned(const Tensor& x, const Tensor& w, const Tensor& b, const Window& window, Index down,
                      Index across) {
    const Shape shape = conv2d_forward(x, w, b, window).shape();
    const Tensor room = cut(x, 0, 0, std::max(x.size(2), shape[2] * window.stride + window.size),
                            std::max(x.size(3), shape[3] * window.stride + window.size));
    const Tensor dense = conv2d_forward(room, w, b, {.size = window.size, .padding = window.padding});
    return each(shape, [&](Index n, Index k, Index i, Index j) { return dense(n, k, i * down, j * across); });
}

inline Mistakes stride_mistakes() {
    return {
        mistake(conv2d_forward, "stride_down_only",
                "the stride moves the window down but not to the right: both i and j are multiplied by it.",
                [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
                    return thinned(x, w, b, window, window.stride, 1);
                }),
        mistake(conv2d_forward, "stride_across_only",
                "the stride moves the window to the right but not down: both i and j are multiplied by it.",
                [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
                    return thinned(x, w, b, window, 1, window.stride);
                }),
        mistake(conv2d_forward, "stride_only_in_the_size",
                "y has the right size but the window moves by one pixel: its first pixel is at i · stride - padding.",
                [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
                    return thinned(x, w, b, window, 1, 1);
                }),
        mistake(conv2d_forward, "stride_ignored", "the stride is not used: the window moves by one pixel.",
                [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
                    return conv2d_forward(x, w, b, {.size = window.size, .padding = window.padding});
                }),
        mistake(conv2d_forward, "stride_under_the_filter",
                "the stride spreads the pixels under the filter: it multiplies i and j, not r and s.",
                [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
                    const Index reach = (window.size - 1) * window.stride + 1;
                    const auto spread =
                        each({w.size(0), w.size(1), reach, reach}, [&](Index k, Index c, Index r, Index s) {
                            const bool on = r % window.stride == 0 && s % window.stride == 0;
                            return on ? w(k, c, r / window.stride, s / window.stride) : 0;
                        });
                    const Shape shape = conv2d_forward(x, w, b, window).shape();
                    const Tensor room = cut(x, -window.padding, -window.padding, shape[2] + reach, shape[3] + reach);
                    return cut(conv2d_forward(room, spread, b, {.size = reach}), 0, 0, shape[2], shape[3]);
                }),
        mistake(conv2d_forward, "rounded_up",
                "y has a row or column too many: the window only stands where it fits, leftover pixels are ignored.",
                [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
                    const Tensor room =
                        cut(x, -window.padding, -window.padding, x.size(2) + 2 * window.padding + window.stride - 1,
                            x.size(3) + 2 * window.padding + window.stride - 1);
                    return conv2d_forward(room, w, b, {.size = window.size, .stride = window.stride});
                }),
    };
}

inline Mistakes padding_mistakes() {
    return {
        mistake(conv2d_forward, "padding_before_only",
                "there are zeros above and to the left only: the padding is on all four sides.",
                [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
                    const Index zeros = window.padding;
                    return conv2d_forward(cut(x, -zeros, -zeros, x.size(2) + zeros, x.size(3) + zeros), w, b,
                                          {.size = window.size, .stride = window.stride});
                }),
        mistake(conv2d_forward, "padding_only_in_the_size",
                "y has the right size but the first window begins at pixel 0: it begins at -padding.",
                [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
                    const Index zeros = 2 * window.padding;
                    return conv2d_forward(cut(x, 0, 0, x.size(2) + zeros, x.size(3) + zeros), w, b,
                                          {.size = window.size, .stride = window.stride});
                }),
        mistake(conv2d_forward, "padding_ignored", "the padding is not used: the map becomes smaller than promised.",
                [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
                    return conv2d_forward(x, w, b, {.size = window.size, .stride = window.stride});
                }),
        mistake(conv2d_forward, "border_repeated",
                "the image's border is repeated outside, as in lab 01: here the pixels outside are zeros.",
                [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
                    const Index p = window.padding;
                    const Tensor room = each({x.size(0), x.size(1), x.size(2) + 2 * p, x.size(3) + 2 * p},
                                             [&](Index n, Index c, Index i, Index j) {
                                                 return x(n, c, std::clamp<Index>(i - p, 0, x.size(2) - 1),
                                                          std::clamp<Index>(j - p, 0, x.size(3) - 1));
                                             });
                    return conv2d_forward(room, w, b, {.size = window.size, .stride = window.stride});
                }),
        mistake(conv2d_forward, "padding_times_stride",
                "the padding is multiplied by the stride: the window begins at i · stride - padding, not at "
                "(i - padding) · stride.",
                [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
                    const Shape shape = conv2d_forward(x, w, b, window).shape();
                    const Index first = -window.padding * window.stride;
                    const auto room = [&](Index places) { return (places - 1) * window.stride + window.size; };
                    return conv2d_forward(cut(x, first, first, room(shape[2]), room(shape[3])), w, b,
                                          {.size = window.size, .stride = window.stride});
                }),
        mistake(conv2d_forward, "first_row_and_column_skipped",
                "row 0 and column 0 of the image are skipped: a pixel is outside where its row or column is less than "
                "0, not where it is 0.",
                [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
                    return conv2d_forward(
                        each(x.shape(),
                             [&](Index n, Index c, Index i, Index j) { return i == 0 || j == 0 ? 0 : x(n, c, i, j); }),
                        w, b, window);
                }),
        mistake(conv2d_forward, "last_row_and_column_skipped",
                "the last row and the last column of the image are skipped: a pixel is outside from row H and column W "
                "on.",
                [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
                    return conv2d_forward(each(x.shape(),
                                               [&](Index n, Index c, Index i, Index j) {
                                                   return i == x.size(2) - 1 || j == x.size(3) - 1 ? 0 : x(n, c, i, j);
                                               }),
                                          w, b, window);
                }),
        mistake(conv2d_forward, "columns_end_at_the_height",
                "a column counts as outside from H on: compare the row with x.size(2), the column with x.size(3).",
                [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
                    const Index places = conv2d_forward(x, w, b, window).size(3);
                    const Index reach = (places - 1) * window.stride - window.padding + window.size;
                    require(x.size(2) <= x.size(3) || reach <= x.size(3), "column {} is outside {}", reach - 1,
                            x.shape());
                    return conv2d_forward(each(x.shape(), [&](Index n, Index c, Index i,
                                                              Index j) { return j < x.size(2) ? x(n, c, i, j) : 0; }),
                                          w, b, window);
                }),
        mistake(conv2d_forward, "as_many_columns_as_rows",
                "y is square although the image is not: OH follows from H = x.size(2), OW from W = x.size(3).",
                [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
                    const Index p = window.padding, rows = conv2d_forward(x, w, b, window).size(2);
                    const Index room = x.size(2) + 2 * p;
                    const Tensor y = conv2d_forward(cut(x, -p, -p, room, room), w, b,
                                                    {.size = window.size, .stride = window.stride});
                    require(y.size(3) == rows, "{}", y.shape());
                    return y;
                }),
        mistake(conv2d_forward, "height_and_width_exchanged", "the height and the width of y are exchanged.",
                [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
                    const Tensor y = conv2d_forward(x, w, b, window);
                    return each({y.size(0), y.size(1), y.size(3), y.size(2)},
                                [&](Index n, Index k, Index i, Index j) { return y(n, k, j, i); });
                }),
    };
}

}  // namespace cnn::lab04
