// Wrong answers to tasks 8.1 to 8.3.
#pragma once
#include "backprop.hpp"
#include "grader/exercise.hpp"

namespace cnn::lab08 {

using grader::mistake;
using Mistakes = std::vector<grader::Replacement>;

// A matrix whose every element is value(i, j).
template <class F>
Tensor matrix(Index rows, Index columns, const F& value) {
    Tensor y({rows, columns});
    for (Index i = 0; i < rows; ++i)
        for (Index j = 0; j < columns; ++j) y(i, j) = value(i, j);
    return y;
}
inline Tensor transposed(const Tensor& w) {
    return matrix(w.size(1), w.size(0), [&](Index i, Index j) { return w(j, i); });
}
inline Tensor upside_down(const Tensor& w) {
    return matrix(w.size(0), w.size(1), [&](Index i, Index j) { return w(w.size(0) - 1 - i, j); });
}
inline Tensor mirrored(const Tensor& w) {
    return matrix(w.size(0), w.size(1), [&](Index i, Index j) { return w(i, w.size(1) - 1 - j); });
}

inline Mistakes filter_mistakes() {
    return {
        mistake(correlate2d_backward_filter, "error_turned",
                "the error is turned by 180° before it meets x: here nothing is turned, y was made without turning.",
                [](const Tensor& x, const Tensor& dy) { return correlate2d_backward_filter(x, rotated(dy)); }),
        mistake(correlate2d_backward_filter, "gradient_turned",
                "the gradient comes out turned by 180°: dw(0, 0) belongs to w(0, 0), which met x(i, j) at y(i, j).",
                [](const Tensor& x, const Tensor& dy) { return rotated(correlate2d_backward_filter(x, dy)); }),
        mistake(correlate2d_backward_filter, "gradient_transposed",
                "rows and columns of the gradient are exchanged: r goes with i, s goes with j.",
                [](const Tensor& x, const Tensor& dy) { return transposed(correlate2d_backward_filter(x, dy)); }),
        mistake(correlate2d_backward_filter, "mean_of_places",
                "the sum is divided by the number of places: the weight's effects at all places add up.",
                [](const Tensor& x, const Tensor& dy) {
                    return correlate2d_backward_filter(x, dy) *= 1 / static_cast<float>(dy.count());
                }),
        mistake(correlate2d_backward_filter, "last_place_only",
                "each product replaces the one before: a weight's gradient is the sum over all its places.",
                [](const Tensor& x, const Tensor& dy) {
                    const Index i = dy.size(0) - 1, j = dy.size(1) - 1;
                    return matrix(x.size(0) - i, x.size(1) - j,
                                  [&](Index r, Index s) { return x(i + r, j + s) * dy(i, j); });
                }),
        mistake(correlate2d_backward_filter, "size_of_the_error",
                "dw has the shape of dy: a gradient has the shape of what it belongs to, here the filter.",
                [](const Tensor& x, const Tensor& dy) {
                    Tensor dw(dy.shape());
                    const Tensor right = correlate2d_backward_filter(x, dy);
                    for (Index r = 0; r < std::min(dw.size(0), right.size(0)); ++r)
                        for (Index s = 0; s < std::min(dw.size(1), right.size(1)); ++s) dw(r, s) = right(r, s);
                    return dw;
                }),
    };
}

inline Mistakes image_mistakes() {
    return {
        mistake(rotated, "only_upside_down", "the rows are reversed but not the columns: a half turn reverses both.",
                [](const Tensor& w) { return upside_down(w); }),
        mistake(rotated, "only_mirrored", "the columns are reversed but not the rows: a half turn reverses both.",
                [](const Tensor& w) { return mirrored(w); }),
        mistake(rotated, "only_transposed", "rows and columns are exchanged: that mirrors the filter at its diagonal.",
                [](const Tensor& w) { return transposed(w); }),
        mistake(rotated, "quarter_turn", "the filter is turned by 90°: a half turn is twice that.",
                [](const Tensor& w) { return mirrored(transposed(w)); }),
        mistake(rotated, "not_turned", "the filter comes back as it was.", [](const Tensor& w) { return w; }),
        mistake(correlate2d_backward_input, "filter_not_turned",
                "the filter is not turned: x(a, b) met w(0, 0) at y(a, b), but the last weight at a place further up "
                "and to the left.",
                [](const Tensor& dy, const Tensor& w) { return correlate2d_backward_input(dy, rotated(w)); }),
        mistake(correlate2d_backward_input, "both_turned",
                "the error is turned as well as the filter: only one of the two is.",
                [](const Tensor& dy, const Tensor& w) { return correlate2d_backward_input(rotated(dy), w); }),
        mistake(correlate2d_backward_input, "turned_upside_down_only",
                "the filter is only mirrored, its columns keep their order: a half turn reverses rows and columns.",
                [](const Tensor& dy, const Tensor& w) { return correlate2d_backward_input(dy, mirrored(w)); }),
        mistake(correlate2d_backward_input, "no_zeros_around",
                "dx is smaller than dy: without zeros around dy the filter never reaches over its border.",
                [](const Tensor& dy, const Tensor& w) { return correlate2d_backward_filter(dy, rotated(w)); }),
        mistake(correlate2d_backward_input, "last_product_only",
                "each product replaces the one before: a pixel goes into several outputs, and their errors add up.",
                [](const Tensor& dy, const Tensor& w) {
                    Tensor dx({dy.size(0) + w.size(0) - 1, dy.size(1) + w.size(1) - 1});
                    for (Index i = 0; i < dy.size(0); ++i)
                        for (Index j = 0; j < dy.size(1); ++j)
                            for (Index r = 0; r < w.size(0); ++r)
                                for (Index s = 0; s < w.size(1); ++s) dx(i + r, j + s) = dy(i, j) * w(r, s);
                    return dx;
                }),
        mistake(correlate2d_backward_input, "mean_of_weights",
                "the sum is divided by the number of weights: nothing is averaged.",
                [](const Tensor& dy, const Tensor& w) {
                    return correlate2d_backward_input(dy, w) *= 1 / static_cast<float>(w.count());
                }),
    };
}

// The loops of 8.3 over everything: f(n, k, c, i, j, r, s).
template <class F>
void over_all(const Shape& y, const Shape& x, Index size, const F& f) {
    for (Index n = 0; n < y[0]; ++n)
        for (Index k = 0; k < y[1]; ++k)
            for (Index i = 0; i < y[2]; ++i)
                for (Index j = 0; j < y[3]; ++j)
                    for (Index c = 0; c < x[1]; ++c)
                        for (Index r = 0; r < size; ++r)
                            for (Index s = 0; s < size; ++s) f(n, k, c, i, j, r, s);
}
inline bool inside(const Shape& x, Index row, Index column) {
    return row >= 0 && row < x[2] && column >= 0 && column < x[3];
}

// dx where the weight w(r, s) of y(i, j) is thought to stand in row at(i, r) and column at(j, s).
template <class At>
Tensor scattered(const Tensor& dy, const Tensor& w, const Shape& x_shape, const At& at) {
    Tensor dx(x_shape);
    over_all(dy.shape(), x_shape, w.size(2), [&](Index n, Index k, Index c, Index i, Index j, Index r, Index s) {
        if (inside(x_shape, at(i, r), at(j, s))) dx(n, c, at(i, r), at(j, s)) += dy(n, k, i, j) * w(k, c, r, s);
    });
    return dx;
}
// The same for dw; db is right.
template <class At>
FilterGradients gathered(const Tensor& x, const Tensor& dy, const Window& window, const At& at) {
    FilterGradients gradients = conv2d_backward_filters(x, dy, window);
    gradients.dw.fill(0);
    over_all(dy.shape(), x.shape(), window.size, [&](Index n, Index k, Index c, Index i, Index j, Index r, Index s) {
        if (inside(x.shape(), at(i, r), at(j, s)))
            gradients.dw(k, c, r, s) += dy(n, k, i, j) * x(n, c, at(i, r), at(j, s));
    });
    return gradients;
}

// A tensor of four axes whose every element is value(a, b, i, j).
template <class F>
Tensor each(const Shape& shape, const F& value) {
    Tensor y(shape);
    for (Index a = 0; a < shape[0]; ++a)
        for (Index b = 0; b < shape[1]; ++b)
            for (Index i = 0; i < shape[2]; ++i)
                for (Index j = 0; j < shape[3]; ++j) y(a, b, i, j) = value(a, b, i, j);
    return y;
}
// t with zeros wherever keep(a, b) is false.
template <class F>
Tensor kept(const Tensor& t, const F& keep) {
    return each(t.shape(), [&](Index a, Index b, Index i, Index j) { return keep(a, b) ? t(a, b, i, j) : 0; });
}
inline Tensor all_turned(const Tensor& w) {
    return each(w.shape(),
                [&](Index k, Index c, Index r, Index s) { return w(k, c, w.size(2) - 1 - r, w.size(3) - 1 - s); });
}

inline Mistakes layer_input_mistakes() {
    return {
        mistake(conv2d_backward_input, "filters_turned",
                "the filters are turned although the error is already spread from y to x: with the loops of the "
                "forward pass, dx gets dy · w(r, s) as it stands; turn them only when you collect for each pixel of x.",
                [](const Tensor& dy, const Tensor& w, const Shape& x_shape, const Window& window) {
                    return conv2d_backward_input(dy, all_turned(w), x_shape, window);
                }),
        mistake(conv2d_backward_input, "stride_forgotten",
                "the stride is forgotten: the errors of neighboring outputs belong stride pixels apart in dx, with "
                "zeros between them.",
                [](const Tensor& dy, const Tensor& w, const Shape& x_shape, const Window& window) {
                    return scattered(dy, w, x_shape, [&](Index i, Index r) { return i + r - window.padding; });
                }),
        mistake(conv2d_backward_input, "stride_on_the_weights",
                "the stride spreads the weights: it multiplies i and j, not r and s.",
                [](const Tensor& dy, const Tensor& w, const Shape& x_shape, const Window& window) {
                    return scattered(dy, w, x_shape,
                                     [&](Index i, Index r) { return i + r * window.stride - window.padding; });
                }),
        mistake(conv2d_backward_input, "padding_forgotten",
                "the padding is forgotten: the first window begins at -padding, so dx is moved down and to the right.",
                [](const Tensor& dy, const Tensor& w, const Shape& x_shape, const Window& window) {
                    return scattered(dy, w, x_shape, [&](Index i, Index r) { return i * window.stride + r; });
                }),
        mistake(conv2d_backward_input, "padding_added",
                "the padding is added instead of subtracted: row = i · stride + r - padding, as on the way forward.",
                [](const Tensor& dy, const Tensor& w, const Shape& x_shape, const Window& window) {
                    return scattered(dy, w, x_shape,
                                     [&](Index i, Index r) { return i * window.stride + r + window.padding; });
                }),
        mistake(conv2d_backward_input, "last_filter_only",
                "only the last filter's error comes back: a pixel went into the maps of all filters, so dx is a sum "
                "over k.",
                [](const Tensor& dy, const Tensor& w, const Shape& x_shape, const Window& window) {
                    return conv2d_backward_input(kept(dy, [&](Index, Index k) { return k == dy.size(1) - 1; }), w,
                                                 x_shape, window);
                }),
        mistake(conv2d_backward_input, "first_channel_everywhere",
                "every channel gets the gradient of the first: channel c was multiplied by w(k, c, r, s).",
                [](const Tensor& dy, const Tensor& w, const Shape& x_shape, const Window& window) {
                    const Tensor dx = conv2d_backward_input(dy, w, x_shape, window);
                    return each(x_shape, [&](Index n, Index, Index i, Index j) { return dx(n, 0, i, j); });
                }),
        mistake(conv2d_backward_input, "images_added",
                "the first image gets the errors of the whole batch: each image has a gradient of its own, only the "
                "weights are shared.",
                [](const Tensor& dy, const Tensor& w, const Shape& x_shape, const Window& window) {
                    const Tensor dx = conv2d_backward_input(dy, w, x_shape, window);
                    return each(x_shape, [&](Index n, Index c, Index i, Index j) {
                        float sum = 0;
                        for (Index m = 0; n == 0 && m < x_shape[0]; ++m) sum += dx(m, c, i, j);
                        return sum;
                    });
                }),
        mistake(conv2d_backward_input, "assigned",
                "each product replaces the one before: where windows overlap, a pixel's errors add up (+=, not =).",
                [](const Tensor& dy, const Tensor& w, const Shape& x_shape, const Window& window) {
                    Tensor dx(x_shape);
                    over_all(dy.shape(), x_shape, window.size,
                             [&](Index n, Index k, Index c, Index i, Index j, Index r, Index s) {
                                 const Index row = i * window.stride + r - window.padding;
                                 const Index column = j * window.stride + s - window.padding;
                                 if (inside(x_shape, row, column))
                                     dx(n, c, row, column) = dy(n, k, i, j) * w(k, c, r, s);
                             });
                    return dx;
                }),
        mistake(conv2d_backward_input, "divided_by_images",
                "dx is divided by the number of images: if E is a mean, the loss has put that into dy already.",
                [](const Tensor& dy, const Tensor& w, const Shape& x_shape, const Window& window) {
                    return conv2d_backward_input(dy, w, x_shape, window) *= 1 / static_cast<float>(x_shape[0]);
                }),
    };
}

inline Mistakes layer_weight_mistakes() {
    return {
        mistake(conv2d_backward_filters, "gradient_of_filters_turned",
                "the filters' gradients come out turned by 180°: dw(k, c, r, s) collects dy · x at row i · stride + r "
                "- padding.",
                [](const Tensor& x, const Tensor& dy, const Window& window) {
                    auto [dw, db] = conv2d_backward_filters(x, dy, window);
                    return FilterGradients{all_turned(dw), db};
                }),
        mistake(conv2d_backward_filters, "stride_forgotten_in_x",
                "the stride is forgotten: y(i, j) was made of pixels from row i · stride - padding on.",
                [](const Tensor& x, const Tensor& dy, const Window& window) {
                    return gathered(x, dy, window, [&](Index i, Index r) { return i + r - window.padding; });
                }),
        mistake(conv2d_backward_filters, "padding_forgotten_in_x",
                "the padding is forgotten: the first window began at -padding, where there were zeros.",
                [](const Tensor& x, const Tensor& dy, const Window& window) {
                    return gathered(x, dy, window, [&](Index i, Index r) { return i * window.stride + r; });
                }),
        mistake(conv2d_backward_filters, "padding_added_in_x",
                "the padding is added to the pixel's row and column: it is subtracted, as on the way forward.",
                [](const Tensor& x, const Tensor& dy, const Window& window) {
                    return gathered(x, dy, window,
                                    [&](Index i, Index r) { return i * window.stride + r + window.padding; });
                }),
        mistake(conv2d_backward_filters, "last_image_only",
                "only the last image counts: all images of the batch share the filters, so their gradients add up.",
                [](const Tensor& x, const Tensor& dy, const Window& window) {
                    return conv2d_backward_filters(x, kept(dy, [&](Index n, Index) { return n == dy.size(0) - 1; }),
                                                   window);
                }),
        mistake(conv2d_backward_filters, "mean_of_images",
                "the gradients are divided by the number of images: it is a sum; if E is a mean, the loss has put that "
                "into dy already.",
                [](const Tensor& x, const Tensor& dy, const Window& window) {
                    auto [dw, db] = conv2d_backward_filters(x, dy, window);
                    const float share = 1 / static_cast<float>(x.size(0));
                    return FilterGradients{dw *= share, db *= share};
                }),
        mistake(conv2d_backward_filters, "first_channel_of_x",
                "every channel of a filter gets the gradient of the first: w(k, c, r, s) was multiplied by channel c.",
                [](const Tensor& x, const Tensor& dy, const Window& window) {
                    auto [dw, db] = conv2d_backward_filters(x, dy, window);
                    return FilterGradients{
                        each(dw.shape(),
                             [&, &gradient = dw](Index k, Index, Index r, Index s) { return gradient(k, 0, r, s); }),
                        db};
                }),
        mistake(conv2d_backward_filters, "first_map_of_dy",
                "every filter gets the gradient of the first: w(k, …) made map k, its errors are dy(n, k, …).",
                [](const Tensor& x, const Tensor& dy, const Window& window) {
                    return conv2d_backward_filters(
                        x, each(dy.shape(), [&](Index n, Index, Index i, Index j) { return dy(n, 0, i, j); }), window);
                }),
        mistake(conv2d_backward_filters, "assigned_places",
                "each product replaces the one before: a weight is used at every place, and its gradients add up.",
                [](const Tensor& x, const Tensor& dy, const Window& window) {
                    FilterGradients gradients = conv2d_backward_filters(x, dy, window);
                    gradients.dw.fill(0);
                    over_all(dy.shape(), x.shape(), window.size,
                             [&](Index n, Index k, Index c, Index i, Index j, Index r, Index s) {
                                 const Index row = i * window.stride + r - window.padding;
                                 const Index column = j * window.stride + s - window.padding;
                                 if (inside(x.shape(), row, column))
                                     gradients.dw(k, c, r, s) = dy(n, k, i, j) * x(n, c, row, column);
                             });
                    return gradients;
                }),
        mistake(conv2d_backward_filters, "no_bias_gradient",
                "db is zero: the bias goes into every value of its map with the factor 1.",
                [](const Tensor& x, const Tensor& dy, const Window& window) {
                    auto [dw, db] = conv2d_backward_filters(x, dy, window);
                    return FilterGradients{dw, Tensor(db.shape())};
                }),
        mistake(conv2d_backward_filters, "mean_for_the_bias",
                "db is the mean of the map's errors: the bias goes into all of them, so it is their sum.",
                [](const Tensor& x, const Tensor& dy, const Window& window) {
                    auto [dw, db] = conv2d_backward_filters(x, dy, window);
                    return FilterGradients{dw, db *= static_cast<float>(dy.size(1)) / static_cast<float>(dy.count())};
                }),
        mistake(conv2d_backward_filters, "bias_of_the_last_image",
                "db holds the errors of the last image only: the bias is shared by all images.",
                [](const Tensor& x, const Tensor& dy, const Window& window) {
                    const Tensor last = kept(dy, [&](Index n, Index) { return n == dy.size(0) - 1; });
                    return FilterGradients{conv2d_backward_filters(x, dy, window).dw,
                                           conv2d_backward_filters(x, last, window).db};
                }),
        mistake(conv2d_backward_filters, "bias_once_for_each_channel",
                "db is added up inside the loop over c: once for every value of y is enough.",
                [](const Tensor& x, const Tensor& dy, const Window& window) {
                    auto [dw, db] = conv2d_backward_filters(x, dy, window);
                    return FilterGradients{dw, db *= static_cast<float>(x.size(1))};
                }),
        mistake(conv2d_backward_filters, "bias_once_for_each_weight",
                "db is added up inside the loops over c, r and s: once for every value of y is enough.",
                [](const Tensor& x, const Tensor& dy, const Window& window) {
                    auto [dw, db] = conv2d_backward_filters(x, dy, window);
                    return FilterGradients{dw, db *= static_cast<float>(dw.count() / dw.size(0))};
                }),
    };
}

}  // namespace cnn::lab08
