// Wrong answers that learners give, each with the sentence that names it.
#include <algorithm>

#include "convolution.hpp"
#include "grader/exercise.hpp"

using namespace cnn;
using namespace cnn::lab04;
using grader::mistake;
using grader::Replacement;

namespace {

using Mistakes = std::vector<Replacement>;

Mistakes size_mistakes() {
    return {
        mistake(output_size, "no_first_place", "the filter's first place is missing: n steps have n + 1 places.",
                [](Index input, Index filter, Index stride, Index padding, Remainder remainder) {
                    return output_size(input, filter, stride, padding, remainder) - 1;
                }),
        mistake(output_size, "padding_once", "the padding is counted once, but there are zeros on both sides.",
                [](Index input, Index filter, Index stride, Index padding, Remainder remainder) {
                    return output_size(input + padding, filter, stride, 0, remainder);
                }),
        mistake(output_size, "padding_forgotten", "the padding is not counted: its zeros make the axis longer.",
                [](Index input, Index filter, Index stride, Index, Remainder remainder) {
                    return output_size(input, filter, stride, 0, remainder);
                }),
        mistake(output_size, "always_filled",
                "the number of steps is rounded up although the leftover pixels are to be ignored.",
                [](Index input, Index filter, Index stride, Index padding, Remainder) {
                    return output_size(input, filter, stride, padding, Remainder::fill);
                }),
        mistake(output_size, "never_filled",
                "Remainder::fill makes no difference: the last, incomplete step counts (and an Index divided by an "
                "Index is "
                "already rounded down when std::ceil sees it).",
                [](Index input, Index filter, Index stride, Index padding, Remainder) {
                    return output_size(input, filter, stride, padding, Remainder::ignore);
                }),
        mistake(output_size, "filled_without_need",
                "Remainder::fill adds a place even where the stride divides and nothing is left over.",
                [](Index input, Index filter, Index stride, Index padding, Remainder remainder) {
                    return output_size(input, filter, stride, padding, Remainder::ignore) +
                           (remainder == Remainder::fill ? 1 : 0);
                }),
        mistake(output_size, "rounded_to_nearest",
                "the number of steps is rounded to the nearest: a step is whole or it is not taken.",
                [](Index input, Index filter, Index stride, Index padding, Remainder) {
                    return (input + 2 * padding - filter + stride / 2) / stride + 1;
                }),
        mistake(
            output_size, "filter_forgotten",
            "the filter's own pixels are not subtracted: it cannot begin at the last pixel.",
            [](Index input, Index, Index stride, Index padding, Remainder) { return (input + 2 * padding) / stride; }),
    };
}

Mistakes same_padding_mistakes() {
    return {
        mistake(same_padding, "zeros_exchanged", "before and after are exchanged: the odd zero goes after.",
                [](Index input, Index filter, Index stride) {
                    const auto [before, after] = same_padding(input, filter, stride);
                    return SamePadding{.before = after, .after = before};
                }),
        mistake(same_padding, "odd_zero_lost", "where the number of zeros is odd, half of it rounds down twice.",
                [](Index input, Index filter, Index stride) {
                    const auto [before, after] = same_padding(input, filter, stride);
                    return SamePadding{.before = before, .after = std::min(before, after)};
                }),
        mistake(same_padding, "all_on_each_side", "all the zeros stand on each side: they are to be shared.",
                [](Index input, Index filter, Index stride) {
                    const auto [before, after] = same_padding(input, filter, stride);
                    return SamePadding{.before = before + after, .after = before + after};
                }),
        mistake(same_padding, "negative_zeros",
                "the number of zeros is negative where the filter skips pixels anyway: there are none then.",
                [](Index input, Index filter, Index stride) {
                    const Index zeros = ((input + stride - 1) / stride - 1) * stride + filter - input;
                    return SamePadding{.before = zeros / 2, .after = zeros - zeros / 2};
                }),
        mistake(same_padding, "zeros_for_stride_one",
                "the zeros are those for stride 1: with a longer step the last filter begins elsewhere.",
                [](Index input, Index filter, Index) { return same_padding(input, filter, 1); }),
        mistake(same_padding, "rounded_down", "the number of outputs is rounded down: SAME gives ⌈input / stride⌉.",
                [](Index input, Index filter, Index stride) {
                    const Index zeros = std::max<Index>((input / stride - 1) * stride + filter - input, 0);
                    return SamePadding{.before = zeros / 2, .after = zeros - zeros / 2};
                }),
    };
}

Tensor transposed(const Tensor& x) {
    Tensor y({x.size(1), x.size(0)});
    for (Index i = 0; i < y.size(0); ++i)
        for (Index j = 0; j < y.size(1); ++j) y(i, j) = x(j, i);
    return y;
}

// Every filter turned by 180°; `w` of any rank whose last two axes are R and S.
Tensor turned(const Tensor& w) {
    Tensor result(w.shape());
    const Index area = w.size(w.rank() - 1) * w.size(w.rank() - 2);
    for (Index i = 0; i < w.count(); ++i) result[i] = w[i / area * area + area - 1 - i % area];
    return result;
}

Mistakes correlation_mistakes() {
    return {
        mistake(correlate2d, "flipped",
                "the filter is turned by 180°: that is the mathematicians' convolution; a CNN computes the "
                "cross-correlation.",
                [](const Tensor& x, const Tensor& w) { return correlate2d(x, turned(w)); }),
        mistake(correlate2d, "filter_transposed",
                "rows and columns of the filter are exchanged: w(r, s) belongs to x(i + r, j + s).",
                [](const Tensor& x, const Tensor& w) { return correlate2d(x, transposed(w)); }),
        mistake(correlate2d, "map_transposed", "rows and columns of y are exchanged.",
                [](const Tensor& x, const Tensor& w) { return transposed(correlate2d(x, w)); }),
        mistake(
            correlate2d, "mean", "the sum is divided by the number of the filter's weights: nothing is averaged.",
            [](const Tensor& x, const Tensor& w) { return correlate2d(x, w) *= 1.0f / static_cast<float>(w.count()); }),
        mistake(correlate2d, "sum_never_reset",
                "each value contains those before it: the sum begins at 0 for every place of y.",
                [](const Tensor& x, const Tensor& w) {
                    Tensor y = correlate2d(x, w);
                    for (Index i = 1; i < y.count(); ++i) y[i] += y[i - 1];
                    return y;
                }),
        mistake(correlate2d, "size_of_the_image",
                "y is as large as x: without padding, the filter has only H - R + 1 by W - S + 1 places.",
                [](const Tensor& x, const Tensor& w) {
                    const Tensor inside = correlate2d(x, w);
                    Tensor y(x.shape());
                    for (Index i = 0; i < inside.size(0); ++i)
                        for (Index j = 0; j < inside.size(1); ++j) y(i, j) = inside(i, j);
                    return y;
                }),
        mistake(correlate2d, "last_place_missing", "the last row and the last column are missing: the + 1 of the size.",
                [](const Tensor& x, const Tensor& w) {
                    const Tensor whole = correlate2d(x, w);
                    Tensor y({whole.size(0) - 1, whole.size(1) - 1});
                    for (Index i = 0; i < y.size(0); ++i)
                        for (Index j = 0; j < y.size(1); ++j) y(i, j) = whole(i, j);
                    return y;
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

// The part of the axes H and W that begins at (top, left), with zeros outside the image.
Tensor cut(const Tensor& x, Index top, Index left, Index height, Index width) {
    return each({x.size(0), x.size(1), height, width}, [&](Index n, Index c, Index i, Index j) {
        const Index row = i + top, column = j + left;
        return row < 0 || row >= x.size(2) || column < 0 || column >= x.size(3) ? 0 : x(n, c, row, column);
    });
}

Mistakes channel_mistakes() {
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

Mistakes bias_mistakes() {
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
Tensor thinned(const Tensor& x, const Tensor& w, const Tensor& b, const Window& window, Index down, Index across) {
    const Shape shape = conv2d_forward(x, w, b, window).shape();
    const Tensor room = cut(x, 0, 0, std::max(x.size(2), shape[2] * window.stride + window.size),
                            std::max(x.size(3), shape[3] * window.stride + window.size));
    const Tensor dense = conv2d_forward(room, w, b, {.size = window.size, .padding = window.padding});
    return each(shape, [&](Index n, Index k, Index i, Index j) { return dense(n, k, i * down, j * across); });
}

Mistakes stride_mistakes() {
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

Mistakes padding_mistakes() {
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
        mistake(conv2d_forward, "height_and_width_exchanged", "the height and the width of y are exchanged.",
                [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
                    const Tensor y = conv2d_forward(x, w, b, window);
                    return each({y.size(0), y.size(1), y.size(3), y.size(2)},
                                [&](Index n, Index k, Index i, Index j) { return y(n, k, j, i); });
                }),
    };
}

Mistakes cost_mistakes() {
    return {
        mistake(conv2d_cost, "no_biases", "the biases are parameters too: one for every filter.",
                [](Index channels, Index height, Index width, Index filters, const Window& window) {
                    const auto [parameters, products] = conv2d_cost(channels, height, width, filters, window);
                    return LayerCost{parameters - filters, products};
                }),
        mistake(conv2d_cost, "one_bias", "the whole layer has one bias: every filter has its own.",
                [](Index channels, Index height, Index width, Index filters, const Window& window) {
                    const auto [parameters, products] = conv2d_cost(channels, height, width, filters, window);
                    return LayerCost{parameters - filters + 1, products};
                }),
        mistake(conv2d_cost, "biases_of_channels",
                "there are as many biases as the image has channels: count one for every filter.",
                [](Index channels, Index height, Index width, Index filters, const Window& window) {
                    const auto [parameters, products] = conv2d_cost(channels, height, width, filters, window);
                    return LayerCost{parameters - filters + channels, products};
                }),
        mistake(conv2d_cost, "flat_filters", "the filters have one channel: each is as deep as the image.",
                [](Index, Index height, Index width, Index filters, const Window& window) {
                    return conv2d_cost(1, height, width, filters, window);
                }),
        mistake(conv2d_cost, "products_of_one_channel",
                "the multiply-adds are those of one channel: every channel of the image is multiplied.",
                [](Index channels, Index height, Index width, Index filters, const Window& window) {
                    const auto [parameters, products] = conv2d_cost(channels, height, width, filters, window);
                    return LayerCost{parameters, products / channels};
                }),
        mistake(conv2d_cost, "products_of_one_filter",
                "the multiply-adds are those of one filter: every filter makes a map of its own.",
                [](Index channels, Index height, Index width, Index filters, const Window& window) {
                    const auto [parameters, products] = conv2d_cost(channels, height, width, filters, window);
                    return LayerCost{parameters, products / filters};
                }),
        mistake(conv2d_cost, "at_every_pixel",
                "the filter is counted at every pixel of the image: it has as many places as the output has values.",
                [](Index channels, Index height, Index width, Index filters, const Window& window) {
                    const Index weights = channels * window.size * window.size;
                    return LayerCost{filters * (weights + 1), filters * height * width * weights};
                }),
        mistake(conv2d_cost, "counted_twice",
                "multiplication and addition are counted apart: a multiply-add is one operation here.",
                [](Index channels, Index height, Index width, Index filters, const Window& window) {
                    const auto [parameters, products] = conv2d_cost(channels, height, width, filters, window);
                    return LayerCost{parameters, 2 * products};
                }),
    };
}

// Filter number k becomes filter number place(k).
template <class F>
Tensor rearranged(const Tensor& w, const F& place) {
    return each(w.shape(), [&](Index k, Index c, Index r, Index s) { return w(place(k), c, r, s); });
}

Mistakes mask_mistakes() {
    return {
        mistake(sobel_filters, "masks_exchanged",
                "the two masks are exchanged: ∂/∂x, which finds vertical edges, is first.",
                [] { return rearranged(sobel_filters(), [](Index k) { return 1 - k; }); }),
        mistake(sobel_filters, "sobel_opposite",
                "the signs are opposite: ∂/∂x is positive where the image grows brighter to the right.",
                [] { return sobel_filters() *= -1; }),
        mistake(sobel_filters, "prewitt", "all weights are 1: those are Prewitt's masks; Sobel's middle ones are 2.",
                [] {
                    Tensor w = sobel_filters();
                    for (float& weight : w.values()) weight = std::clamp(weight, -1.0f, 1.0f);
                    return w;
                }),
        mistake(sobel_filters, "divided", "the masks are divided by 8: lab 01's keep their whole numbers.",
                [] { return sobel_filters() *= 0.125f; }),
        mistake(compass_filters, "clockwise", "the masks turn clockwise: after east comes northeast, then north.",
                [] { return rearranged(compass_filters(), [](Index k) { return (8 - k) % 8; }); }),
        mistake(compass_filters, "from_north", "the first mask is north's: the compass begins in the east.",
                [] { return rearranged(compass_filters(), [](Index k) { return (k + 2) % 8; }); }),
        mistake(compass_filters, "quarter_turns",
                "each mask is turned by 90°: the border moves by one place, which is 45°.",
                [] { return rearranged(compass_filters(), [](Index k) { return 2 * k % 8; }); }),
        mistake(compass_filters, "compass_opposite", "every mask looks the other way: east is positive on the right.",
                [] { return compass_filters() *= -1; }),
    };
}

}  // namespace

const Mistakes& grader::mistakes() {
    static const Mistakes all = [] {
        Mistakes list;
        for (const auto& some :
             {size_mistakes(), same_padding_mistakes(), correlation_mistakes(), channel_mistakes(), bias_mistakes(),
              stride_mistakes(), padding_mistakes(), cost_mistakes(), mask_mistakes()})
            list.insert(list.end(), some.begin(), some.end());
        return list;
    }();
    return all;
}
