// Wrong answers to 12.3.
#pragma once
#include "alexnet.hpp"
#include "grader/exercise.hpp"

namespace cnn::lab12::wrong {

using grader::mistake;
using grader::Replacement;

// Which channel of x filter k of K sees as its c-th, and which of its own channels and filters that is.
struct Connection {
    Index filters, channels, groups;  // K and C of the whole layer
};
using Wiring = Index (*)(Index k, Index c, const Connection&);

inline Index first_groups_channels(Index, Index c, const Connection&) { return c; }
inline Index every_gth_channel(Index k, Index c, const Connection& l) {
    return c * l.groups + k / (l.filters / l.groups);
}
inline Index every_gth_filter(Index k, Index c, const Connection& l) {
    return k % l.groups * (l.channels / l.groups) + c;
}
inline Index right_channel(Index k, Index c, const Connection& l) {
    return k / (l.filters / l.groups) * (l.channels / l.groups) + c;
}

inline Connection layer(const Shape& x, const Shape& w, Index groups) { return {w[0], x[1], groups}; }

// The same channels of x for every filter in another order, so that the right function computes the wrong layer: x with
// a copy of its channels for each filter, one group a filter.
inline Tensor channels_for_filters(const Tensor& x, const Shape& w, Index groups, Wiring wiring) {
    const Connection l = layer(x.shape(), w, groups);
    Tensor all({x.size(0), w[0] * w[1], x.size(2), x.size(3)});
    for (Index n = 0; n < x.size(0); ++n)
        for (Index k = 0; k < w[0]; ++k)
            for (Index c = 0; c < w[1]; ++c)
                for (Index i = 0; i < x.size(2); ++i)
                    for (Index j = 0; j < x.size(3); ++j) all(n, k * w[1] + c, i, j) = x(n, wiring(k, c, l), i, j);
    return all;
}

template <Wiring wiring>
Tensor forward_with(const Tensor& x, const Tensor& w, const Tensor& b, const Window& window, Index groups) {
    grouped_conv2d_forward(x, w, b, window, groups);
    return grouped_conv2d_forward(channels_for_filters(x, w.shape(), groups, wiring), w, b, window, w.size(0));
}

template <Wiring wiring>
Tensor backward_input_with(const Tensor& dy, const Tensor& w, const Shape& x_shape, const Window& window,
                           Index groups) {
    Tensor dx = grouped_conv2d_backward_input(dy, w, x_shape, window, groups);
    dx.fill(0);
    const Connection l = layer(x_shape, w.shape(), groups);
    const Tensor parts = grouped_conv2d_backward_input(
        dy, w, {x_shape[0], w.size(0) * w.size(1), x_shape[2], x_shape[3]}, window, w.size(0));
    for (Index n = 0; n < x_shape[0]; ++n)
        for (Index k = 0; k < w.size(0); ++k)
            for (Index c = 0; c < w.size(1); ++c)
                for (Index i = 0; i < x_shape[2]; ++i)
                    for (Index j = 0; j < x_shape[3]; ++j)
                        dx(n, wiring(k, c, l), i, j) += parts(n, k * w.size(1) + c, i, j);
    return dx;
}

template <Wiring wiring>
FilterGradients backward_filters_with(const Tensor& x, const Tensor& dy, const Window& window, Index groups) {
    const FilterGradients right = grouped_conv2d_backward_filters(x, dy, window, groups);
    return grouped_conv2d_backward_filters(channels_for_filters(x, right.dw.shape(), groups, wiring), dy, window,
                                           dy.size(1));
}

// dy with all but one image, or all but the filters from `first` on, set to zero.
inline Tensor last_image(const Tensor& dy) {
    Tensor one(dy.shape());
    const Index length = dy.count() / dy.size(0);
    for (Index i = dy.count() - length; i < dy.count(); ++i) one[i] = dy[i];
    return one;
}

inline std::vector<Replacement> convolution_mistakes() {
    return {
        mistake(grouped_conv2d_forward, "first_group_for_all",
                "every filter sees the first group's channels: those of group g begin at channel g · C / groups.",
                forward_with<first_groups_channels>),
        mistake(grouped_conv2d_forward, "every_gth_channel",
                "a group's channels are taken with a step of `groups`: they are neighbors, C / groups in a row.",
                forward_with<every_gth_channel>),
        mistake(grouped_conv2d_forward, "every_gth_filter",
                "filters belong to groups in turn (k % groups): the first K / groups filters are group 0.",
                forward_with<every_gth_filter>),
        mistake(grouped_conv2d_forward, "no_bias", "no bias is added: y(n, k, …) begins with b(k).",
                [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window, Index groups) {
                    grouped_conv2d_forward(x, w, b, window, groups);
                    return grouped_conv2d_forward(x, w, Tensor(b.shape()), window, groups);
                }),
        mistake(grouped_conv2d_forward, "biases_of_first_group",
                "every group uses the first group's biases: filter k has b(k), counted over all groups.",
                [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window, Index groups) {
                    grouped_conv2d_forward(x, w, b, window, groups);
                    Tensor biases = b;
                    for (Index k = 0; k < b.count(); ++k) biases[k] = b[k % (b.count() / groups)];
                    return grouped_conv2d_forward(x, w, biases, window, groups);
                }),
        mistake(grouped_conv2d_forward, "filters_of_first_group",
                "every group uses the first group's filters: w has K of them, K / groups for each group.",
                [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window, Index groups) {
                    grouped_conv2d_forward(x, w, b, window, groups);
                    Tensor filters = w;
                    const Index part = w.count() / groups;
                    for (Index i = 0; i < w.count(); ++i) filters[i] = w[i % part];
                    return grouped_conv2d_forward(x, filters, b, window, groups);
                }),
        mistake(grouped_conv2d_backward_input, "input_of_first_group",
                "all errors end in the first group's channels: filter k sends them to the channels that it sees.",
                backward_input_with<first_groups_channels>),
        mistake(grouped_conv2d_backward_input, "input_every_gth_channel",
                "a group's channels are taken with a step of `groups`: they are neighbors, C / groups in a row.",
                backward_input_with<every_gth_channel>),
        mistake(grouped_conv2d_backward_input, "input_every_gth_filter",
                "filters belong to groups in turn (k % groups): the first K / groups filters are group 0.",
                backward_input_with<every_gth_filter>),
        mistake(grouped_conv2d_backward_input, "last_filter_only",
                "dx holds what the last filter of each group sends: all filters of a group send errors, add them up.",
                [](const Tensor& dy, const Tensor& w, const Shape& x_shape, const Window& window, Index groups) {
                    Tensor last(dy.shape());
                    const Index filters = dy.size(1), pixels = dy.size(2) * dy.size(3), part = filters / groups;
                    for (Index i = 0; i < dy.count(); ++i)
                        if (i / pixels % filters % part == part - 1) last[i] = dy[i];
                    return grouped_conv2d_backward_input(last, w, x_shape, window, groups);
                }),
        mistake(grouped_conv2d_backward_filters, "gradients_of_first_group",
                "all filters are compared with the first group's channels: filter k saw those of its own group.",
                backward_filters_with<first_groups_channels>),
        mistake(grouped_conv2d_backward_filters, "gradients_every_gth_channel",
                "a group's channels are taken with a step of `groups`: they are neighbors, C / groups in a row.",
                backward_filters_with<every_gth_channel>),
        mistake(grouped_conv2d_backward_filters, "gradients_every_gth_filter",
                "filters belong to groups in turn (k % groups): the first K / groups filters are group 0.",
                backward_filters_with<every_gth_filter>),
        mistake(grouped_conv2d_backward_filters, "gradients_of_last_image",
                "the gradients are those of the last image: start at zero once, and add up over all images.",
                [](const Tensor& x, const Tensor& dy, const Window& window, Index groups) {
                    return grouped_conv2d_backward_filters(x, last_image(dy), window, groups);
                }),
        mistake(grouped_conv2d_backward_filters, "biases_by_images",
                "db is divided by the number of images: it is the sum over all images and places.",
                [](const Tensor& x, const Tensor& dy, const Window& window, Index groups) {
                    FilterGradients g = grouped_conv2d_backward_filters(x, dy, window, groups);
                    g.db *= 1 / static_cast<float>(dy.size(0));
                    return g;
                }),
        mistake(grouped_conv2d_backward_filters, "biases_by_places",
                "db is divided by the number of places of a map: it is the sum over all images and places.",
                [](const Tensor& x, const Tensor& dy, const Window& window, Index groups) {
                    FilterGradients g = grouped_conv2d_backward_filters(x, dy, window, groups);
                    g.db *= 1 / static_cast<float>(dy.size(2) * dy.size(3));
                    return g;
                }),
        mistake(grouped_conv2d_backward_filters, "gradients_by_images",
                "dw and db are divided by the number of images: they are sums over all images. Where E is a mean, dy "
                "says so already.",
                [](const Tensor& x, const Tensor& dy, const Window& window, Index groups) {
                    FilterGradients g = grouped_conv2d_backward_filters(x, dy, window, groups);
                    g.dw *= 1 / static_cast<float>(dy.size(0));
                    g.db *= 1 / static_cast<float>(dy.size(0));
                    return g;
                }),
        mistake(grouped_conv2d_backward_filters, "biases_mean", "db is a mean over images and places: it is their sum.",
                [](const Tensor& x, const Tensor& dy, const Window& window, Index groups) {
                    FilterGradients g = grouped_conv2d_backward_filters(x, dy, window, groups);
                    g.db *= static_cast<float>(dy.size(1)) / static_cast<float>(dy.count());
                    return g;
                }),
        mistake(grouped_cost, "groups_not_divided",
                "the filters are counted as if each saw all channels: it sees C / groups of them.",
                [](const Shape& image, Index filters, const Window& window, Index groups) {
                    grouped_cost(image, filters, window, groups);
                    return grouped_cost(image, filters, window, 1);
                }),
        mistake(grouped_cost, "biases_forgotten", "the biases are missing: one for each filter.",
                [](const Shape& image, Index filters, const Window& window, Index groups) {
                    ConvolutionCost cost = grouped_cost(image, filters, window, groups);
                    cost.parameters -= filters;
                    return cost;
                }),
        mistake(grouped_cost, "biases_multiplied",
                "the biases are counted among the multiply-adds: they are added, not multiplied.",
                [](const Shape& image, Index filters, const Window& window, Index groups) {
                    ConvolutionCost cost = grouped_cost(image, filters, window, groups);
                    cost.multiply_adds += cost.multiply_adds / (cost.parameters - filters) * filters;
                    return cost;
                }),
        mistake(grouped_cost, "divided_twice",
                "both channels and filters are divided by `groups`: every group has K / groups filters, but there are "
                "`groups` groups.",
                [](const Shape& image, Index filters, const Window& window, Index groups) {
                    ConvolutionCost cost = grouped_cost(image, filters, window, groups);
                    return ConvolutionCost{(cost.parameters - filters) / groups + filters, cost.multiply_adds / groups};
                }),
        mistake(grouped_cost, "places_of_the_image",
                "multiply-adds are counted for every pixel of the image: a filter works at every place of its map.",
                [](const Shape& image, Index filters, const Window& window, Index groups) {
                    ConvolutionCost cost = grouped_cost(image, filters, window, groups);
                    cost.multiply_adds = (cost.parameters - filters) * image[1] * image[2];
                    return cost;
                }),
    };
}

}  // namespace cnn::lab12::wrong
