#include "kernels/activation.hpp"

#include <cmath>

#include "kernels/check.hpp"
#include "kernels/parallel.hpp"

namespace cnn::kernels {
namespace {

constexpr float amplitude = 1.7159f, slope = 2.0f / 3;

constexpr Index chunk = 4096;  // elements an item works on

template <class F>
Tensor each(Tensor x, const F& f) {
    parallel((x.count() + chunk - 1) / chunk, chunk * 4, [&](Index item) {
        const Index last = std::min(x.count(), (item + 1) * chunk);
        for (Index i = item * chunk; i < last; ++i) x.data()[i] = f(x.data()[i]);
    });
    return x;
}

template <class F>
Tensor each(const char* name, Tensor dy, const Tensor& y, const F& f) {
    require(dy.shape() == y.shape(), "{}: dy is {}, y is {}", name, dy.shape(), y.shape());
    parallel((y.count() + chunk - 1) / chunk, chunk * 4, [&](Index item) {
        const Index last = std::min(y.count(), (item + 1) * chunk);
        for (Index i = item * chunk; i < last; ++i) dy.data()[i] = f(dy.data()[i], y.data()[i]);
    });
    return dy;
}

}  // namespace

Tensor relu_forward(Tensor x) {
    return each(std::move(x), [](float v) { return v > 0 ? v : 0; });
}
Tensor relu_backward(Tensor dy, const Tensor& y) {
    return each("relu", std::move(dy), y, [](float d, float v) { return v > 0 ? d : 0; });
}
Tensor tanh_forward(Tensor x) {
    return each(std::move(x), [](float v) { return std::tanh(v); });
}
Tensor tanh_backward(Tensor dy, const Tensor& y) {
    return each("tanh", std::move(dy), y, [](float d, float v) { return d * (1 - v * v); });
}
Tensor sigmoid_forward(Tensor x) {
    return each(std::move(x), [](float v) { return 1 / (1 + std::exp(-v)); });
}
Tensor sigmoid_backward(Tensor dy, const Tensor& y) {
    return each("sigmoid", std::move(dy), y, [](float d, float v) { return d * v * (1 - v); });
}
Tensor scaled_tanh_forward(Tensor x) {
    return each(std::move(x), [](float v) { return amplitude * std::tanh(slope * v); });
}
// With y = A tanh(Sx): dy/dx = A·S·(1 - (y/A)²).
Tensor scaled_tanh_backward(Tensor dy, const Tensor& y) {
    return each("scaled_tanh", std::move(dy), y,
                [](float d, float v) { return d * (amplitude * slope - slope / amplitude * v * v); });
}

}  // namespace cnn::kernels
