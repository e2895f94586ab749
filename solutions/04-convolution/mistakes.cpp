// Wrong answers that learners give, each with the sentence that names it.
#include <algorithm>

#include "convolution.hpp"
#include "grader/exercise.hpp"
#include "layer_mistakes.hpp"

using namespace cnn;
using namespace cnn::lab04;

namespace {

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

// x(i, j), which throws outside as it does in a learner's file.
float inside(const Tensor& x, Index i, Index j) {
    require(i < x.size(0) && j < x.size(1), "({}, {}) is outside {}", i, j, x.shape());
    return x(i, j);
}

// y(i, j) = Σ_r Σ_s product(i, j, r, s), of any shape; what reaches outside a tensor throws.
template <class F>
Tensor sum_under(const Tensor& w, const Shape& shape, const F& product) {
    Tensor y(shape);
    for (Index i = 0; i < y.size(0); ++i)
        for (Index j = 0; j < y.size(1); ++j)
            for (Index r = 0; r < w.size(0); ++r)
                for (Index s = 0; s < w.size(1); ++s) y(i, j) += product(i, j, r, s);
    return y;
}
Tensor sum_under(const Tensor& x, const Tensor& w, const Shape& shape) {
    return sum_under(w, shape, [&](Index i, Index j, Index r, Index s) { return inside(x, i + r, j + s) * w(r, s); });
}

// The first columns of w; more of them than it has are outside.
Tensor resized(const Tensor& w, Index columns) {
    Tensor y({w.size(0), columns});
    for (Index r = 0; r < y.size(0); ++r)
        for (Index s = 0; s < columns; ++s) y(r, s) = inside(w, r, s);
    return y;
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
        mistake(correlate2d, "filter_rows_of_its_height",
                "w is read from memory in rows as long as it is high: w(r, s) stands at r · w.size(1) + s.",
                [](const Tensor& x, const Tensor& w) {
                    return sum_under(w, correlate2d(x, w).shape(), [&](Index i, Index j, Index r, Index s) {
                        return x(i + r, j + s) * w[std::min(r * w.size(0) + s, w.count() - 1)];
                    });
                }),
        mistake(correlate2d, "image_transposed",
                "rows and columns of x are exchanged: under w(r, s) lies x(i + r, j + s), the row comes first.",
                [](const Tensor& x, const Tensor& w) {
                    return sum_under(w, correlate2d(x, w).shape(), [&](Index i, Index j, Index r, Index s) {
                        return inside(x, j + s, i + r) * w(r, s);
                    });
                }),
        mistake(correlate2d, "filter_as_wide_as_high",
                "s runs over as many columns as w has rows: w need not be square, it has w.size(1) columns.",
                [](const Tensor& x, const Tensor& w) {
                    return sum_under(x, resized(w, w.size(0)), correlate2d(x, w).shape());
                }),
        mistake(correlate2d, "filter_as_high_as_wide",
                "r runs over as many rows as w has columns: w need not be square, it has w.size(0) rows.",
                [](const Tensor& x, const Tensor& w) {
                    return transposed(sum_under(transposed(x), resized(transposed(w), w.size(1)),
                                                transposed(correlate2d(x, w)).shape()));
                }),
        mistake(correlate2d, "columns_from_the_rows_of_w",
                "the columns of y are counted with the rows of w: there are W - S + 1, with S = w.size(1).",
                [](const Tensor& x, const Tensor& w) {
                    return sum_under(x, w, {correlate2d(x, w).size(0), x.size(1) - w.size(0) + 1});
                }),
        mistake(correlate2d, "columns_from_the_rows_of_x",
                "the columns of y are counted with the rows of x: there are W - S + 1, with W = x.size(1).",
                [](const Tensor& x, const Tensor& w) {
                    return sum_under(x, w, {correlate2d(x, w).size(0), x.size(0) - w.size(1) + 1});
                }),
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
        mistake(conv2d_cost, "square_map",
                "the map is taken for a square: its rows follow from the height, its columns from the width.",
                [](Index channels, Index height, Index, Index filters, const Window& window) {
                    return conv2d_cost(channels, height, height, filters, window);
                }),
        mistake(conv2d_cost, "leftovers_filled",
                "there is a place too many: the pixels that are left over at the end are ignored.",
                [](Index channels, Index height, Index width, Index filters, const Window& window) {
                    const Index more = window.stride - 1;
                    return conv2d_cost(channels, height + more, width + more, filters, window);
                }),
        mistake(conv2d_cost, "biases_among_the_products",
                "the biases are among the multiply-adds: a bias is added, but not multiplied.",
                [](Index channels, Index height, Index width, Index filters, const Window& window) {
                    const auto [parameters, products] = conv2d_cost(channels, height, width, filters, window);
                    return LayerCost{parameters, products + products / (channels * window.size * window.size)};
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
        mistake(sobel_filters, "upside_down",
                "the signs of ∂/∂y are opposite: it is positive where the image grows brighter downwards.",
                [] {
                    Tensor w = sobel_filters();
                    for (Index i = 9; i < 18; ++i) w[i] *= -1;
                    return w;
                }),
        mistake(sobel_filters, "sobel_without_channels",
                "the axis of the channels is missing: a layer of two filters for gray images is [2, 1, 3, 3].",
                [] {
                    return sobel_filters().reshaped({2, 3, 3});
                }),
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
        mistake(compass_filters, "compass_without_channels",
                "the axis of the channels is missing: a layer of eight filters for gray images is [8, 1, 3, 3].",
                [] {
                    return compass_filters().reshaped({8, 3, 3});
                }),
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
