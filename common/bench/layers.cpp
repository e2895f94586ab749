#include "bench/layers.hpp"

#include <fmt/format.h>

#include <memory>

#include "kernels/convolution.hpp"
#include "kernels/dense.hpp"
#include "tensor/random.hpp"

namespace cnn::bench {
namespace {

struct Convolution {
    const char* where;
    Shape x;
    Index filters;
    Window window;
};
const std::vector<Convolution> convolutions{
    {"LeNet C1", {64, 1, 32, 32}, 6, {.size = 5}},
    {"LeNet C3", {64, 6, 14, 14}, 16, {.size = 5}},
    {"ResNet-20 stage 1", {64, 16, 32, 32}, 16, {.size = 3, .padding = 1}},
    {"ResNet-20 stage 2", {64, 32, 16, 16}, 32, {.size = 3, .padding = 1}},
    {"ResNet-20 stage 3", {64, 64, 8, 8}, 64, {.size = 3, .padding = 1}},
    {"ResNet-20 down", {64, 16, 32, 32}, 32, {.size = 3, .stride = 2, .padding = 1}},
    {"ResNet-18 down", {8, 64, 56, 56}, 128, {.size = 3, .stride = 2, .padding = 1}},
    {"ResNet-18 shortcut", {8, 64, 56, 56}, 128, {.size = 1, .stride = 2}},
    {"AlexNet conv1", {16, 3, 224, 224}, 64, {.size = 11, .stride = 4, .padding = 2}},
    {"AlexNet conv2", {16, 64, 27, 27}, 192, {.size = 5, .padding = 2}},
    {"VGG 224", {8, 64, 224, 224}, 64, {.size = 3, .padding = 1}},
    {"VGG 112", {8, 128, 112, 112}, 128, {.size = 3, .padding = 1}},
    {"VGG 56", {8, 256, 56, 56}, 256, {.size = 3, .padding = 1}},
    {"VGG 28", {8, 512, 28, 28}, 512, {.size = 3, .padding = 1}},
    {"VGG 14", {8, 512, 14, 14}, 512, {.size = 3, .padding = 1}},
    {"1×1", {8, 256, 28, 28}, 64, {.size = 1}},
};

struct Dense {
    Index rows, inputs, outputs;
};
const std::vector<Dense> dense{{128, 400, 120}, {128, 120, 84}, {128, 84, 10}, {64, 4096, 4096}, {16, 9216, 4096}};

Layer layer(const Convolution& c) {
    const auto [n, channels, height, width] = std::array{c.x[0], c.x[1], c.x[2], c.x[3]};
    const auto [size, stride, padding] = c.window;
    const Index rows = kernels::output_size(height, c.window), columns = kernels::output_size(width, c.window);
    return {.name = fmt::format("{}: {} × {}→{}, {}², {}×{}{}", c.where, n, channels, c.filters, height, size, size,
                                stride > 1 ? fmt::format("/{}", stride) : ""),
            .sizes = fmt::format("conv {} {} {} {} {} {} {} {}", n, channels, height, width, c.filters, size, stride,
                                 padding),
            .gigaflop = 2e-9 * static_cast<double>(n * c.filters * rows * columns * channels * size * size),
            .directions = [c] {
                struct Tensors {
                    Tensor x, w, b, y;
                };
                const Tensor x = random(c.x, 1), w = random({c.filters, c.x[1], c.window.size, c.window.size}, 2);
                const Tensor b = random({c.filters}, 3);
                const auto t = std::make_shared<Tensors>(x, w, b, kernels::conv2d_forward(x, w, b, c.window));
                const Window window = c.window;
                return std::vector<Direction>{
                    {"forward", [=] { kernels::conv2d_forward(t->x, t->w, t->b, window); }},
                    {"backward input", [=] { kernels::conv2d_backward_input(t->y, t->w, t->x.shape(), window); }},
                    {"backward filters", [=] { kernels::conv2d_backward_filters(t->x, t->y, window); }}};
            }};
}

Layer layer(const Dense& d) {
    return {
        .name = fmt::format("dense: {} × {}→{}", d.rows, d.inputs, d.outputs),
        .sizes = fmt::format("dense {} {} {}", d.rows, d.inputs, d.outputs),
        .gigaflop = 2e-9 * static_cast<double>(d.rows * d.inputs * d.outputs),
        .directions = [d] {
            struct Tensors {
                Tensor x, w, b, dy;
            };
            const auto t = std::make_shared<Tensors>(random({d.rows, d.inputs}, 1), random({d.outputs, d.inputs}, 2),
                                                     random({d.outputs}, 3), random({d.rows, d.outputs}, 4));
            return std::vector<Direction>{{"forward", [=] { kernels::dense_forward(t->x, t->w, t->b); }},
                                          {"backward input", [=] { kernels::dense_backward_input(t->dy, t->w); }},
                                          {"backward filters", [=] { kernels::dense_backward_weights(t->x, t->dy); }}};
        }};
}

}  // namespace

std::vector<Layer> layers(const std::string& filter) {
    std::vector<Layer> wanted;
    const auto take = [&](Layer made, const char* kind) {
        if (filter == kind || made.name.find(filter) != std::string::npos) wanted.push_back(std::move(made));
    };
    for (const Convolution& c : convolutions) take(layer(c), "conv");
    for (const Dense& d : dense) take(layer(d), "dense");
    return wanted;
}

}  // namespace cnn::bench
