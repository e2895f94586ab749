#include "bench/operators.hpp"

#include <fmt/format.h>

#include "kernels/activation.hpp"
#include "kernels/convolution.hpp"
#include "kernels/dense.hpp"
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

struct Convolution {
    const char* where;
    Shape x;
    Index filters;
    Window window;
};
// The shapes that docs/kernels.md compares with oneDNN.
const std::vector<Convolution> convolutions{
    {"LeNet C1", {64, 1, 32, 32}, 6, {.size = 5}},
    {"LeNet C3", {64, 6, 14, 14}, 16, {.size = 5}},
    {"ResNet-20 stage 1", {64, 16, 32, 32}, 16, {.size = 3, .padding = 1}},
    {"ResNet-20 stage 2", {64, 32, 16, 16}, 32, {.size = 3, .padding = 1}},
    {"ResNet-20 stage 3", {64, 64, 8, 8}, 64, {.size = 3, .padding = 1}},
    {"ResNet-20 down", {64, 16, 32, 32}, 32, {.size = 3, .stride = 2, .padding = 1}},
    {"AlexNet conv1", {16, 3, 224, 224}, 64, {.size = 11, .stride = 4, .padding = 2}},
    {"AlexNet conv2", {16, 64, 27, 27}, 192, {.size = 5, .padding = 2}},
    {"VGG 224", {8, 64, 224, 224}, 64, {.size = 3, .padding = 1}},
    {"VGG 56", {8, 256, 56, 56}, 256, {.size = 3, .padding = 1}},
    {"VGG 14", {8, 512, 14, 14}, 512, {.size = 3, .padding = 1}},
    {"1×1", {8, 256, 28, 28}, 64, {.size = 1}},
};

void measure(const Convolution& c, const Report& report) {
    const Tensor x = random(c.x, 1), w = random({c.filters, c.x[1], c.window.size, c.window.size}, 2);
    const Tensor b = random({c.filters}, 3), y = kernels::conv2d_forward(x, w, b, c.window);
    const std::string name =
        fmt::format("{}: {} × {}→{}, {}², {}×{}{}", c.where, c.x[0], c.x[1], c.filters, c.x[2], c.window.size,
                    c.window.size, c.window.stride > 1 ? fmt::format("/{}", c.window.stride) : "");
    const double giga = 2e-9 * static_cast<double>(y.count() * c.x[1] * c.window.size * c.window.size);
    const auto time = [&](const char* direction, const std::function<void()>& f) {
        report(name, direction, giga, "GFLOP/s", f);
    };
    time("forward", [&] { kernels::conv2d_forward(x, w, b, c.window); });
    time("backward input", [&] { kernels::conv2d_backward_input(y, w, c.x, c.window); });
    time("backward filters", [&] { kernels::conv2d_backward_filters(x, y, c.window); });
}

void measure_dense(Index n, Index inputs, Index outputs, const Report& report) {
    const Tensor x = random({n, inputs}, 1), w = random({outputs, inputs}, 2), b = random({outputs}, 3);
    const Tensor dy = random({n, outputs}, 4);
    const std::string name = fmt::format("dense: {} × {}→{}", n, inputs, outputs);
    const double giga = 2e-9 * static_cast<double>(n * inputs * outputs);
    const auto time = [&](const char* direction, const std::function<void()>& f) {
        report(name, direction, giga, "GFLOP/s", f);
    };
    time("forward", [&] { kernels::dense_forward(x, w, b); });
    time("backward input", [&] { kernels::dense_backward_input(dy, w); });
    time("backward weights", [&] { kernels::dense_backward_weights(x, dy); });
}

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
    for (const Convolution& c : convolutions)
        if (wanted(c.where) || wanted("conv")) measure(c, report);
    if (wanted("dense")) {
        measure_dense(128, 400, 120, report);
        measure_dense(128, 120, 84, report);
        measure_dense(128, 84, 10, report);
        measure_dense(64, 4096, 4096, report);
    }
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
