// Wrong answers to task 8.3.
#pragma once
#include "convolution_mistakes.hpp"

namespace cnn::lab08 {

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
        mistake(conv2d_backward_filters, "bias_of_the_first_image",
                "db holds the errors of the first image only: the bias is shared by all images.",
                [](const Tensor& x, const Tensor& dy, const Window& window) {
                    const Tensor first = kept(dy, [&](Index n, Index) { return n == 0; });
                    return FilterGradients{conv2d_backward_filters(x, dy, window).dw,
                                           conv2d_backward_filters(x, first, window).db};
                }),
        mistake(conv2d_backward_filters, "bias_assigned",
                "db holds the last error of each map only: the errors add up (+=, not =).",
                [](const Tensor& x, const Tensor& dy, const Window& window) {
                    FilterGradients gradients = conv2d_backward_filters(x, dy, window);
                    for (Index k = 0; k < dy.size(1); ++k)
                        gradients.db(k) = dy(dy.size(0) - 1, k, dy.size(2) - 1, dy.size(3) - 1);
                    return gradients;
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
