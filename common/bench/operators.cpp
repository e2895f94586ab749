#include "bench/operators.hpp"

#include <fmt/format.h>

#include "bench/layers.hpp"
#include "kernels/activation.hpp"
#include "kernels/pooling.hpp"
#include "tensor/random.hpp"

namespace cnn::bench {
namespace {

struct Report {
    std::function<void(const OperatorResult&)> to;
    Effort effort;
    // Runs f again and again; each time is `amount` of `unit`.
    void operator()(const std::string& name, const char* direction, double amount, const char* unit,
                    const std::function<void()>& f) const {
        const Spread s = rate(f, effort);
        to({name, direction, {s.median * amount, s.min * amount, s.max * amount}, unit});
    }
};

// Rates count what must be read and written once.
void measure_pooling(const char* where, const Shape& shape, const Window& window, const Report& report) {
    const Tensor x = random(shape, 1);
    const kernels::MaxPooled pooled = kernels::max_pool_forward(x, window);
    const std::string name = fmt::format("pooling, {}: {}, {}/{}", where, to_string(shape), window.size, window.stride);
    const double giga = 4e-9 * static_cast<double>(x.count() + pooled.y.count());
    const double with_switches = giga + 4e-9 * static_cast<double>(pooled.y.count());
    const auto time = [&](const char* direction, double amount, const std::function<void()>& f) {
        report(name, direction, amount, "GB/s", f);
    };
    time("max forward", with_switches, [&] { kernels::max_pool_forward(x, window); });
    time("max backward", with_switches, [&] { kernels::max_pool_backward(pooled.y, pooled.switches, shape); });
    time("mean forward", giga, [&] { kernels::average_pool_forward(x, window); });
    time("mean backward", giga, [&] { kernels::average_pool_backward(pooled.y, shape, window); });
}

void measure_activation(const char* name, Tensor (*forward)(Tensor), Tensor (*backward)(Tensor, const Tensor&),
                        const Report& report) {
    Tensor x = random({64, 6, 28, 28}, 1);
    const Tensor y = forward(x);
    const double giga = 8e-9 * static_cast<double>(x.count());
    // In place on the same numbers again and again, as in a network whose activations stay in the cache.
    report(name, "forward", giga, "GB/s", [&] { x = forward(std::move(x)); });
    report(name, "backward", 1.5 * giga, "GB/s", [&] { x = backward(std::move(x), y); });
}

}  // namespace

void measure_operators(const std::string& filter, Time time, const std::function<void(const OperatorResult&)>& to) {
    const Report report{to, {.time = time}};
    const auto wanted = [&](const std::string& name) { return name.find(filter) != std::string::npos; };
    for (const Layer& layer : layers(filter))
        for (const Direction& direction : layer.directions())
            report(layer.name, direction.name.c_str(), layer.gigaflop, "GFLOP/s", direction.run);
    if (wanted("pooling")) {
        measure_pooling("LeNet S2", {64, 6, 28, 28}, {.size = 2, .stride = 2}, report);
        measure_pooling("AlexNet", {16, 64, 55, 55}, {.size = 3, .stride = 2}, report);
    }
    if (wanted("activation")) {
        measure_activation("activation: ReLU", kernels::relu_forward, kernels::relu_backward, report);
        measure_activation("activation: tanh", kernels::tanh_forward, kernels::tanh_backward, report);
    }
}

}  // namespace cnn::bench
