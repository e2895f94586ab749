#include "bench/memory.hpp"

#include <fmt/format.h>

#include <atomic>
#include <cmath>
#include <cstring>

#include "kernels/activation.hpp"
#include "kernels/batch_norm.hpp"
#include "kernels/channel_blocks.hpp"
#include "kernels/dropout.hpp"
#include "kernels/local_response_norm.hpp"
#include "kernels/loss.hpp"
#include "kernels/parallel.hpp"
#include "kernels/pooling.hpp"
#include "kernels/sgd.hpp"
#include "tensor/random.hpp"

namespace cnn::bench {
namespace {

// 256 MiB to 256 MiB: nothing of it is in a cache. Two numbers are moved for each. Measured anew before each shape:
// what the memory gives changes with what the processor's other guests do. What is only read (searched for a byte that
// is not there) may come slower than what is copied, since reading and writing have ways of their own.
void measure_copying(const Report& report) {
    const Index count = Index{1} << 26, part = Index{1} << 16;
    const Tensor from = Tensor::full({count}, 1);
    Tensor to({count});
    const double giga = 4e-9 * static_cast<double>(count);
    report("copying", "memory to memory", 2 * giga, "GB/s", [&] {
        kernels::parallel(count / part, part,
                          [&](Index i) { std::copy_n(from.data() + i * part, part, to.data() + i * part); });
    });
    std::atomic<int> found = 0;
    report("reading", "from memory", giga, "GB/s", [&] {
        kernels::parallel(count / part, part, [&](Index i) {
            if (std::memchr(from.data() + i * part, 1, part * sizeof(float))) ++found;
        });
    });
    require(found == 0, "lab bench: ones are not made of bytes 0, 0, 128 and 63");
}

// x is read and y written; on the way back x and dy are read and dx is written. What does not stay in the cache
// between the sweeps for the statistics and for the result is moved once more.
void measure_batch_norm(const char* where, const Shape& shape, const Report& report) {
    // γ is x's standard deviation: the errors pass backward again and again, and are to stay normal numbers.
    const Tensor x = random(shape, 1), gamma = Tensor::full({shape[1]}, std::sqrt(1 / 3.0f)),
                 beta = random({shape[1]}, 3);
    Tensor dy = random(shape, 4);
    const auto [y, mean, variance] = kernels::batch_norm_forward(x, gamma, beta, 1e-5f);
    measure_copying(report);
    const std::string name = fmt::format("batch_norm, {}: {}", where, to_string(shape));
    const double giga = 4e-9 * static_cast<double>(x.count());
    report(name, "forward", 2 * giga, "GB/s", [&] { kernels::batch_norm_forward(x, gamma, beta, 1e-5f); });
    report(name, "with ReLU", 2 * giga, "GB/s", [&] { kernels::batch_norm_relu_forward(x, gamma, beta, 1e-5f); });
    report(name, "backward", 3 * giga, "GB/s",
           [&] { dy = kernels::batch_norm_backward(std::move(dy), x, gamma, mean, variance, 1e-5f).dx; });
    report(name, "back with ReLU", 3 * giga, "GB/s",
           [&] { dy = kernels::batch_norm_relu_backward(std::move(dy), x, gamma, beta, mean, variance, 1e-5f).dx; });
}

void measure_local_response_norm(const Report& report) {
    const Shape shape{16, 96, 55, 55};
    // k = 1, not the paper's 2: the errors pass backward again and again, and are to stay normal numbers.
    const kernels::Neighborhood n{.size = 5, .alpha = 5e-4f, .k = 1};
    const Tensor x = random(shape, 1), scale = kernels::local_response_norm_forward(x, n).scale;
    Tensor dy = random(shape, 2);
    measure_copying(report);
    const std::string name = "local_response_norm, AlexNet: " + to_string(shape);
    const double giga = 4e-9 * static_cast<double>(x.count());
    report(name, "forward", 3 * giga, "GB/s", [&] { kernels::local_response_norm_forward(x, n); });
    report(name, "backward", 4 * giga, "GB/s",
           [&] { dy = kernels::local_response_norm_backward(std::move(dy), x, scale, n); });
}

void measure_elements(const Report& report) {
    const Shape shape{64, 64, 56, 56};
    Tensor x = random(shape, 1);
    const Tensor y = random(shape, 2);
    const double giga = 4e-9 * static_cast<double>(x.count());
    measure_copying(report);
    const std::string name = "elements: " + to_string(shape);
    report(name, "ReLU forward", 2 * giga, "GB/s", [&] { x = kernels::relu_forward(std::move(x)); });
    report(name, "ReLU backward", 3 * giga, "GB/s", [&] { x = kernels::relu_backward(std::move(x), y); });
    report(name, "add", 3 * giga, "GB/s", [&] { x = kernels::add(std::move(x), y); });
    report(name, "add and ReLU", 3 * giga, "GB/s", [&] { x = kernels::add_relu(std::move(x), y); });
    report(name, "dropout", 2 * giga, "GB/s", [&] { x = kernels::dropout(std::move(x), 0.5f, 1); });
    const std::vector<Tensor> halves{x, y};
    report(name, "concatenation", 4 * giga, "GB/s", [&] { kernels::concatenate_channels(halves); });
    Tensor velocity(shape);
    report(name, "SGD", 5 * giga, "GB/s",
           [&] { kernels::sgd_step(x, y, velocity, {.learning_rate = 0, .momentum = 0.9f}); });
    measure_copying(report);
    Tensor logits = random({1024, 1000}, 3);
    report("elements: [1024, 1000]", "softmax", 8e-9 * static_cast<double>(logits.count()), "GB/s",
           [&] { logits = kernels::softmax(std::move(logits)); });
}

// Rates count what must be read and written once.
void measure_pooling(const char* where, const Shape& shape, const Window& window, const Report& report) {
    const Tensor x = random(shape, 1);
    const kernels::MaxPooled pooled = kernels::max_pool_forward(x, window);
    measure_copying(report);
    const std::string name = fmt::format("pooling, {}: {}, {}/{}", where, to_string(shape), window.size, window.stride);
    const double giga = 4e-9 * static_cast<double>(x.count() + pooled.y.count());
    const double with_switches = giga + 4e-9 * static_cast<double>(pooled.y.count());
    const auto time = [&](const char* direction, double amount, const std::function<void()>& f) {
        report(name, direction, amount, "GB/s", f);
    };
    time("max forward", with_switches, [&] { kernels::max_pool_forward(x, window); });
    time("max backward", with_switches, [&] { kernels::max_pool_backward(pooled.y, pooled.switches, shape, window); });
    time("mean forward", giga, [&] { kernels::average_pool_forward(x, window); });
    time("mean backward", giga, [&] { kernels::average_pool_backward(pooled.y, shape, window); });
}

void measure_activation(const char* name, Tensor (*forward)(Tensor), Tensor (*backward)(Tensor, const Tensor&),
                        const Report& report) {
    measure_copying(report);
    Tensor x = random({64, 6, 28, 28}, 1);
    x *= 0.01f;
    const Tensor y = forward(x);
    const double giga = 8e-9 * static_cast<double>(x.count());
    // In place on the same numbers again and again, as in a network whose activations stay in the cache; small ones,
    // at which no slope is so far from 1 that they would become too small to be normal.
    report(name, "forward", giga, "GB/s", [&] { x = forward(std::move(x)); });
    report(name, "backward", 1.5 * giga, "GB/s", [&] { x = backward(std::move(x), y); });
}

}  // namespace

void Report::operator()(const std::string& name, const char* direction, double amount, const char* unit,
                        const std::function<void()>& f) const {
    const Spread s = rate(f, effort);
    to({name, direction, {s.median * amount, s.min * amount, s.max * amount}, unit});
}

void measure_memory(const std::string& filter, const Report& report) {
    const auto wanted = [&](const std::string& name) { return name.find(filter) != std::string::npos; };
    const bool pooling = wanted("pooling"), activation = wanted("activation"), batch_norm = wanted("batch_norm");
    const bool local = wanted("local_response_norm"), elements = wanted("elements");
    if (pooling) {
        measure_pooling("LeNet S2", {64, 6, 28, 28}, {.size = 2, .stride = 2}, report);
        measure_pooling("AlexNet", {16, 64, 55, 55}, {.size = 3, .stride = 2}, report);
        measure_pooling("ResNet-18", {8, 64, 112, 112}, {.size = 3, .stride = 2, .padding = 1}, report);
        measure_pooling("GoogLeNet", {8, 256, 28, 28}, {.size = 3, .padding = 1}, report);
    }
    if (activation) {
        measure_activation("activation: ReLU", kernels::relu_forward, kernels::relu_backward, report);
        measure_activation("activation: tanh", kernels::tanh_forward, kernels::tanh_backward, report);
    }
    if (batch_norm) {
        measure_batch_norm("ResNet-20", {64, 16, 32, 32}, report);
        measure_batch_norm("ResNet-18", {8, 64, 56, 56}, report);
        measure_batch_norm("GoogLeNet", {8, 192, 56, 56}, report);
    }
    if (local) measure_local_response_norm(report);
    if (elements) measure_elements(report);
}

}  // namespace cnn::bench
