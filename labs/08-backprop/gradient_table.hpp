// The learner's gradients beside the definition of a derivative, for the lab's program.
#pragma once
#include <fmt/format.h>

#include <string>
#include <vector>

#include "backprop.hpp"
#include "nn/operators.hpp"
#include "numeric.hpp"
#include "tensor/random.hpp"

namespace cnn::lab08 {

struct GradientRow {
    std::string name, task;
    std::function<Tensor()> analytic;
    Tensor numeric;
};

// What of two tensors differs most.
struct Worst {
    Index at = 0;
    double difference = 0;
};
inline Worst worst_entry(const Tensor& a, const Tensor& b) {
    Worst worst;
    for (Index i = 0; i < a.count(); ++i) {
        const double difference = std::abs(double{a[i]} - double{b[i]});
        if (!(difference <= worst.difference)) worst = {i, difference};  // a NaN is the worst of all
    }
    return worst;
}
inline std::string index_text(const Shape& shape, Index flat) {
    std::string text;
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
        text = fmt::format("{}{}", flat % shape[axis], text.empty() ? "" : ", " + text);
        flat /= shape[axis];
    }
    return "(" + text + ")";
}

// A convolution with everything at once: stride, padding, channels, images.
inline std::vector<GradientRow> convolution_rows() {
    const Shape x_shape{2, 2, 7, 6}, w_shape{3, 2, 3, 3};
    const Window window{.size = 3, .stride = 2, .padding = 1};
    const Tensor x = random(x_shape, 1), w = random(w_shape, 2), b = random({3}, 3);
    const Tensor dy = random({2, 3, 4, 3}, 4);
    const auto forward = [=](const numeric::Numbers& xs, const numeric::Numbers& ws, const numeric::Numbers& bs) {
        return numeric::convolve(xs, x_shape, ws, w_shape, bs, window);
    };
    const numeric::Numbers xs = numeric::numbers(x), ws = numeric::numbers(w), bs = numeric::numbers(b);
    return {{"convolution dx", "8.3", [=] { return conv2d_backward_input(dy, w, x_shape, window); },
             numeric::gradient(x, dy, [&](const auto& at) { return forward(at, ws, bs); })},
            {"convolution dw", "8.3", [=] { return conv2d_backward_filters(x, dy, window).dw; },
             numeric::gradient(w, dy, [&](const auto& at) { return forward(xs, at, bs); })},
            {"convolution db", "8.3", [=] { return conv2d_backward_filters(x, dy, window).db; },
             numeric::gradient(b, dy, [&](const auto& at) { return forward(xs, ws, at); })}};
}

inline std::vector<GradientRow> pooling_rows() {
    const Shape shape{1, 2, 7, 9};
    const Window window{.size = 3, .stride = 2};
    Tensor x(shape);  // no two of them near each other: a small step must not change the maximum
    Engine engine(5);
    const std::vector<Index> order = permutation(engine, x.count());
    for (Index i = 0; i < x.count(); ++i) x[i] = static_cast<float>(order[static_cast<std::size_t>(i)]) / 32 - 2;
    const Tensor dy = random({1, 2, 3, 4}, 6);
    const Tensor switches = nn::operators().max_pool_forward(x, window).switches;
    return {{"max pooling dx", "8.4", [=] { return max_pool_backward(dy, switches, shape); },
             numeric::gradient(x, dy, [&](const auto& at) { return numeric::pool_max(at, shape, window); })},
            {"average pooling dx", "8.4", [=] { return average_pool_backward(dy, shape, window); },
             numeric::gradient(x, dy, [&](const auto& at) { return numeric::pool_average(at, shape, window); })}};
}

inline std::vector<GradientRow> dense_rows() {
    const Tensor x = random({3, 5}, 7), w = random({4, 5}, 8), b = random({4}, 9), dy = random({3, 4}, 10);
    const numeric::Numbers xs = numeric::numbers(x), ws = numeric::numbers(w), bs = numeric::numbers(b);
    return {{"dense dx", "8.5", [=] { return dense_backward_input(dy, w); },
             numeric::gradient(x, dy, [&](const auto& at) { return numeric::connect(at, ws, bs); })},
            {"dense dw", "8.5", [=] { return dense_backward_weights(x, dy).dw; },
             numeric::gradient(w, dy, [&](const auto& at) { return numeric::connect(xs, at, bs); })},
            {"dense db", "8.5", [=] { return dense_backward_weights(x, dy).db; },
             numeric::gradient(b, dy, [&](const auto& at) { return numeric::connect(xs, ws, at); })}};
}

inline GradientRow activation_row(std::string name, Tensor (*backward)(Tensor, const Tensor&), double (*f)(double)) {
    Engine engine(11);
    Tensor x = uniform({4, 8}, engine, -2, 2);
    for (float& value : x.values()) value += value < 0 ? -.05f : .05f;  // away from ReLU's kink
    const Tensor dy = random(x.shape(), 12);
    Tensor y = x;
    for (float& value : y.values()) value = static_cast<float>(f(double{value}));
    return {std::move(name), "8.5", [=] { return backward(dy, y); },
            numeric::gradient(x, dy, [&](const auto& at) { return numeric::each(at, f); })};
}

inline std::vector<GradientRow> gradient_rows() {
    std::vector<GradientRow> all = convolution_rows();
    for (const auto& some : {pooling_rows(), dense_rows()}) all.insert(all.end(), some.begin(), some.end());
    all.push_back(activation_row("ReLU dx", relu_backward, [](double x) { return std::max(x, 0.0); }));
    all.push_back(activation_row("tanh dx", tanh_backward, [](double x) { return std::tanh(x); }));
    all.push_back(activation_row("sigmoid dx", sigmoid_backward, [](double x) { return 1 / (1 + std::exp(-x)); }));
    all.push_back(
        activation_row("scaled tanh dx", scaled_tanh_backward, [](double x) { return 1.7159 * std::tanh(2 * x / 3); }));
    return all;
}

}  // namespace cnn::lab08
