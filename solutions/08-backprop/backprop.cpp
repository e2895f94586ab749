// Lab 08: backpropagation. Read backprop.hpp for what each function promises, README.md for why.
#include "backprop.hpp"

#include <utility>

#include "nn/operators.hpp"
#include "tensor/todo.hpp"

namespace cnn::lab08 {

// Task 8.1: the gradient of a filter.
Tensor correlate2d_backward_filter(const Tensor& x, const Tensor& dy) {
    // TODO 1. How large was the filter, when x has H rows and dy has OH?
    // TODO 2. Which pixels did the weight w(r, s) meet on its way over x, and which pixel of y did each product go to?
    // TODO 3. The weight's gradient is the sum over all of them.
    require(x.rank() == 2 && dy.rank() == 2, "correlate2d: expected x [H, W] and dy [OH, OW], got {} and {}", x.shape(),
            dy.shape());
    require(dy.size(0) <= x.size(0) && dy.size(1) <= x.size(1) && !dy.empty(),
            "correlate2d: no filter makes dy {} of x {}", dy.shape(), x.shape());
    Tensor dw({x.size(0) - dy.size(0) + 1, x.size(1) - dy.size(1) + 1});
    for (Index r = 0; r < dw.size(0); ++r)
        for (Index s = 0; s < dw.size(1); ++s)
            for (Index i = 0; i < dy.size(0); ++i)
                for (Index j = 0; j < dy.size(1); ++j) dw(r, s) += x(i + r, j + s) * dy(i, j);
    return dw;
}

// Task 8.2: a filter turned by 180°.
Tensor rotated(const Tensor& w) {
    // TODO 1. Where does the first weight of the first row go? And the last of the first row?
    require(w.rank() == 2, "rotated: expected w [R, S], got {}", w.shape());
    Tensor turned(w.shape());
    for (Index r = 0; r < w.size(0); ++r)
        for (Index s = 0; s < w.size(1); ++s) turned(r, s) = w(w.size(0) - 1 - r, w.size(1) - 1 - s);
    return turned;
}

// Task 8.2: the gradient of the image.
Tensor correlate2d_backward_input(const Tensor& dy, const Tensor& w) {
    // TODO 1. How large was the image?
    // TODO 2. With which weight did the pixel x(a, b) enter y(i, j)? For which i and j did it enter at all?
    // TODO 3. Slide the rotated filter over dy with zeros around it; skip what lies outside.
    require(dy.rank() == 2 && w.rank() == 2, "correlate2d: expected dy [OH, OW] and w [R, S], got {} and {}",
            dy.shape(), w.shape());
    require(!dy.empty() && !w.empty(), "correlate2d: dy {} or w {} is empty", dy.shape(), w.shape());
    const Tensor turned = rotated(w);
    const Index above = w.size(0) - 1, left = w.size(1) - 1;  // zeros on each side
    Tensor dx({dy.size(0) + above, dy.size(1) + left});
    for (Index a = 0; a < dx.size(0); ++a)
        for (Index b = 0; b < dx.size(1); ++b)
            for (Index r = 0; r < w.size(0); ++r)
                for (Index s = 0; s < w.size(1); ++s) {
                    const Index i = a + r - above, j = b + s - left;
                    if (i < 0 || i >= dy.size(0) || j < 0 || j >= dy.size(1)) continue;
                    dx(a, b) += dy(i, j) * turned(r, s);
                }
    return dx;
}

// Places of a window along an axis of `input` pixels.
Index places(Index input, const Window& window) {
    require(window.size >= 1 && window.stride >= 1 && window.padding >= 0,
            "a window of {} pixels, stride {} and padding {} makes no sense", window.size, window.stride,
            window.padding);
    require(window.size <= input + 2 * window.padding, "a window of {} does not fit in {} + 2·{} pixels", window.size,
            input, window.padding);
    return (input + 2 * window.padding - window.size) / window.stride + 1;
}

// dy must be what `maps` maps over x have under the window.
void check_maps(const Shape& dy, const Shape& x, Index maps, const Window& window) {
    require(x.rank() == 4, "expected x [N, C, H, W], got {}", x);
    const Shape expected{x[0], maps, places(x[2], window), places(x[3], window)};
    require(dy == expected, "dy is {}, expected {}", dy, expected);
}

// Calls f(n, k, c, i, j, r, s, row, column) for every product w(k, c, r, s) · x(n, c, row, column) that y(n, k, i, j)
// is the sum of.
template <class F>
void for_each_product(const Shape& y, const Shape& x, const Window& window, const F& f) {
    for (Index n = 0; n < y[0]; ++n)
        for (Index k = 0; k < y[1]; ++k)
            for (Index i = 0; i < y[2]; ++i)
                for (Index j = 0; j < y[3]; ++j)
                    for (Index c = 0; c < x[1]; ++c)
                        for (Index r = 0; r < window.size; ++r)
                            for (Index s = 0; s < window.size; ++s) {
                                const Index row = i * window.stride + r - window.padding;
                                const Index column = j * window.stride + s - window.padding;
                                if (row < 0 || row >= x[2] || column < 0 || column >= x[3]) continue;
                                f(n, k, c, i, j, r, s, row, column);
                            }
}

// Task 8.3: the gradient of the images, in general.
Tensor conv2d_backward_input(const Tensor& dy, const Tensor& w, const Shape& x_shape, const Window& window) {
    // TODO 1. Check that the shapes fit together.
    // TODO 2. Write the loops of conv2d_forward, over n, k, i, j and c, r, s, with the same row and column.
    // TODO 3. Forward, x(row, column) · w(r, s) was added to y(i, j). What is added to dx(row, column) on the way back?
    require(w.rank() == 4 && w.size(2) == window.size && w.size(3) == window.size,
            "conv2d: expected w [K, C, {0}, {0}], got {1}", window.size, w.shape());
    check_maps(dy.shape(), x_shape, w.size(0), window);
    require(w.size(1) == x_shape[1], "conv2d: x {} has {} channels, w {} expects {}", x_shape, x_shape[1], w.shape(),
            w.size(1));
    Tensor dx(x_shape);
    for_each_product(dy.shape(), x_shape, window,
                     [&](Index n, Index k, Index c, Index i, Index j, Index r, Index s, Index row, Index column) {
                         dx(n, c, row, column) += dy(n, k, i, j) * w(k, c, r, s);
                     });
    return dx;
}

// Task 8.3: the gradients of filters and biases.
FilterGradients conv2d_backward_filters(const Tensor& x, const Tensor& dy, const Window& window) {
    // TODO 1. The same loops: what is added to dw(k, c, r, s)? All images share the filters.
    // TODO 2. Into how many values of y does b(k) go, and with which factor?
    require(dy.rank() == 4, "conv2d: expected dy [N, K, OH, OW], got {}", dy.shape());
    check_maps(dy.shape(), x.shape(), dy.size(1), window);
    FilterGradients gradients{Tensor({dy.size(1), x.size(1), window.size, window.size}), Tensor({dy.size(1)})};
    for_each_product(dy.shape(), x.shape(), window,
                     [&](Index n, Index k, Index c, Index i, Index j, Index r, Index s, Index row, Index column) {
                         gradients.dw(k, c, r, s) += dy(n, k, i, j) * x(n, c, row, column);
                     });
    for (Index n = 0; n < dy.size(0); ++n)
        for (Index k = 0; k < dy.size(1); ++k)
            for (Index i = 0; i < dy.size(2); ++i)
                for (Index j = 0; j < dy.size(3); ++j) gradients.db(k) += dy(n, k, i, j);
    return gradients;
}

// Task 8.4: max pooling, back to where the maximum came from.
Tensor max_pool_backward(const Tensor& dy, const Tensor& switches, const Shape& x_shape) {
    // TODO 1. Check that the shapes fit together.
    // TODO 2. A switch is row · W + column in the plane of x. Which pixel gets dy(n, c, i, j)?
    // TODO 3. What if another window has the same maximum?
    require(x_shape.rank() == 4 && dy.rank() == 4 && dy.size(0) == x_shape[0] && dy.size(1) == x_shape[1],
            "max_pool: dy {} is not pooled from x {}", dy.shape(), x_shape);
    require(switches.shape() == dy.shape(), "max_pool: switches {} are not of dy's shape {}", switches.shape(),
            dy.shape());
    Tensor dx(x_shape);
    for (Index n = 0; n < dy.size(0); ++n)
        for (Index c = 0; c < dy.size(1); ++c)
            for (Index i = 0; i < dy.size(2); ++i)
                for (Index j = 0; j < dy.size(3); ++j) {
                    const auto place = static_cast<Index>(switches(n, c, i, j));
                    require(place >= 0 && place < x_shape[2] * x_shape[3], "max_pool: switch {} is not a pixel of x {}",
                            place, x_shape);
                    dx(n, c, place / x_shape[3], place % x_shape[3]) += dy(n, c, i, j);
                }
    return dx;
}

// Task 8.4: average pooling, an equal share for every pixel.
Tensor average_pool_backward(const Tensor& dy, const Shape& x_shape, const Window& window) {
    // TODO 1. Which pixels lie under the window of (i, j), and with which factor did each of them go into the mean?
    // TODO 2. Skip the padding. Where windows overlap, a pixel gets a share from each.
    require(x_shape.rank() == 4, "average_pool: expected x [N, C, H, W], got {}", x_shape);
    check_maps(dy.shape(), x_shape, x_shape[1], window);
    const float share = 1 / static_cast<float>(window.size * window.size);
    Tensor dx(x_shape);
    // As a convolution in which every map has a channel of its own.
    for_each_product(dy.shape(), {x_shape[0], 1, x_shape[2], x_shape[3]}, window,
                     [&](Index n, Index c, Index, Index i, Index j, Index, Index, Index row, Index column) {
                         dx(n, c, row, column) += dy(n, c, i, j) * share;
                     });
    return dx;
}

// Task 8.5: the dense layer, back to its input.
Tensor dense_backward_input(const Tensor& dy, const Tensor& w) {
    // TODO 1. Into which outputs did x(n, d) go, and with which weights?
    require(dy.rank() == 2 && w.rank() == 2 && dy.size(1) == w.size(0),
            "dense: dy {} and w {} do not fit together, expected [N, M] and [M, D]", dy.shape(), w.shape());
    Tensor dx({dy.size(0), w.size(1)});
    for (Index n = 0; n < dx.size(0); ++n)
        for (Index d = 0; d < dx.size(1); ++d)
            for (Index m = 0; m < w.size(0); ++m) dx(n, d) += dy(n, m) * w(m, d);
    return dx;
}

// Task 8.5: the dense layer's weights and biases.
DenseGradients dense_backward_weights(const Tensor& x, const Tensor& dy) {
    // TODO 1. The shape of dw is the shape of w.
    // TODO 2. All images of the batch share the weights. Sum or mean?
    require(x.rank() == 2 && dy.rank() == 2 && x.size(0) == dy.size(0),
            "dense: x {} and dy {} do not fit together, expected [N, D] and [N, M]", x.shape(), dy.shape());
    DenseGradients gradients{Tensor({dy.size(1), x.size(1)}), Tensor({dy.size(1)})};
    for (Index n = 0; n < dy.size(0); ++n)
        for (Index m = 0; m < dy.size(1); ++m) {
            gradients.db(m) += dy(n, m);
            for (Index d = 0; d < x.size(1); ++d) gradients.dw(m, d) += dy(n, m) * x(n, d);
        }
    return gradients;
}

// dy(i) · slope(y(i)) for every element.
template <class Slope>
Tensor times_slope(Tensor dy, const Tensor& y, const Slope& slope) {
    require(dy.shape() == y.shape(), "activation: dy is {}, y is {}", dy.shape(), y.shape());
    for (Index i = 0; i < y.count(); ++i) dy[i] *= slope(y[i]);
    return dy;
}

// Task 8.5: max(x, 0).
Tensor relu_backward(Tensor dy, const Tensor& y) {
    // TODO 1. What does y tell about the sign of x?
    return times_slope(std::move(dy), y, [](float v) { return v > 0 ? 1.0f : 0.0f; });
}

// Task 8.5: tanh x.
Tensor tanh_backward(Tensor dy, const Tensor& y) {
    // TODO 1. tanh' = 1 - tanh². Where is tanh x already known?
    return times_slope(std::move(dy), y, [](float v) { return 1 - v * v; });
}

// Task 8.5: 1 / (1 + e^-x).
Tensor sigmoid_backward(Tensor dy, const Tensor& y) {
    // TODO 1. Differentiate, and look for y and 1 - y in the result.
    return times_slope(std::move(dy), y, [](float v) { return v * (1 - v); });
}

// Task 8.5: 1.7159 tanh(2x/3).
Tensor scaled_tanh_backward(Tensor dy, const Tensor& y) {
    // TODO 1. The chain rule brings the inner factor. What is tanh(2x/3), when y is known?
    return times_slope(std::move(dy), y, [](float v) {
        const float t = v / 1.7159f;
        return 1.7159f * 2 / 3 * (1 - t * t);
    });
}

// Task 8.6: the chain, forward and back.
Gradients backpropagate(const Tensor& x, const std::vector<std::int32_t>& labels, const SmallNetwork& network) {
    // TODO 1. Forward, with what nn::operators() offers: conv2d_forward, relu_forward, max_pool_forward, dense_forward,
    //         softmax_cross_entropy. Keep what the way back will need.
    // TODO 2. Back, from the last to the first, with your own functions of 8.3, 8.4 and 8.5: what is the dy of each?
    // TODO 3. The dense layer sees the maps as one long row: t.reshaped({…}) there and back again.
    const nn::Operators& table = nn::operators();
    const Tensor active =
        table.relu_forward(table.conv2d_forward(x, network.filters, network.bias, convolution_window));
    const auto [pooled, switches] = table.max_pool_forward(active, pooling_window);
    const Index images = x.size(0);
    const Tensor row = pooled.reshaped({images, images == 0 ? 0 : pooled.count() / images});
    const auto [loss, dlogits, correct] =
        table.softmax_cross_entropy(table.dense_forward(row, network.weights, network.offsets), labels);

    auto [dweights, doffsets] = dense_backward_weights(row, dlogits);
    const Tensor dpooled = dense_backward_input(dlogits, network.weights).reshaped(pooled.shape());
    const Tensor dmaps = relu_backward(max_pool_backward(dpooled, switches, active.shape()), active);
    auto [dfilters, dbias] = conv2d_backward_filters(x, dmaps, convolution_window);
    return {.loss = loss,
            .correct = correct,
            .gradient = {std::move(dfilters), std::move(dbias), std::move(dweights), std::move(doffsets)},
            .dx = conv2d_backward_input(dmaps, network.filters, x.shape(), convolution_window)};
}

// Task 8.6: one step downhill.
Step training_step(const Tensor& x, const std::vector<std::int32_t>& labels, const SmallNetwork& network, float rate) {
    // TODO 1. One pass gives all the gradients, before anything is changed.
    // TODO 2. Against the gradient, that is downhill, for each of the four tensors.
    auto [loss, correct, gradient, dx] = backpropagate(x, labels, network);
    SmallNetwork next = network;
    next.filters -= gradient.filters *= rate;
    next.bias -= gradient.bias *= rate;
    next.weights -= gradient.weights *= rate;
    next.offsets -= gradient.offsets *= rate;
    return {.loss = loss, .correct = correct, .network = std::move(next)};
}

}  // namespace cnn::lab08
