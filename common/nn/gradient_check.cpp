#include "nn/gradient_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

namespace cnn::nn {
namespace {

// f(at + h) - f(at - h) over the distance that floats really moved.
double numeric_gradient(const std::function<double()>& f, float& at, float h) {
    const float old = at;
    at = old + h;
    const double above = at, up = f();
    at = old - h;
    const double below = at, down = f();
    at = old;
    return (up - down) / (above - below);
}

void compare(const std::string& name, Tensor& value, const Tensor& backward, const std::function<double()>& f, float h,
             GradientCheck& check) {
    require(backward.shape() == value.shape(), "{}: its gradient is {}, its value {}", name, backward.shape(),
            value.shape());
    std::vector<double> numeric;
    double squares = 0;
    for (float& at : value.values()) {
        numeric.push_back(numeric_gradient(f, at, h));
        squares += numeric.back() * numeric.back();
    }
    const double typical = std::sqrt(squares / std::max(1.0, static_cast<double>(numeric.size())));
    for (Index i = 0; i < value.count(); ++i) {
        const double expected = numeric[static_cast<std::size_t>(i)], got = backward[i];
        const double error = std::abs(got - expected) / (std::abs(expected) + typical + 1e-6);
        // Written so that a NaN is the worst of all.
        if (error <= check.worst) continue;
        check = {std::isnan(error) ? 1e300 : error,
                 fmt::format("{}[{}]: backward says {:.6g}, the definition {:.6g}", name, i, got, expected)};
    }
}

}  // namespace

GradientCheck check_gradients(Layer& layer, const Tensor& x, float h) {
    Tensor at = x;
    const Tensor dy = random(layer.forward(at).shape(), 99);
    const auto f = [&] {
        const Tensor y = layer.forward(at);
        double sum = 0;  // in double, or rounding would drown the difference
        for (Index i = 0; i < y.count(); ++i) sum += static_cast<double>(dy[i]) * static_cast<double>(y[i]);
        return sum;
    };
    layer.forward(at);
    const Tensor dx = layer.backward(dy);
    std::vector<std::pair<NamedParameter, Tensor>> gradients;
    for (const NamedParameter& named : layer.parameters())
        if (named.parameter->learned) gradients.emplace_back(named, named.parameter->gradient);

    GradientCheck check;
    compare("dx", at, dx, f, h, check);
    for (auto& [named, gradient] : gradients) compare(named.name, named.parameter->value, gradient, f, h, check);
    return check;
}

}  // namespace cnn::nn
