// The figures of this lab: what modules and networks cost, and what the paths of a module see.
#pragma once
#include <algorithm>

#include "image/drawing.hpp"
#include "modules.hpp"
#include "plot/figure.hpp"
#include "terminal/text.hpp"

namespace cnn::lab14 {

// Multiply-adds of the nine modules, naive and reduced.
inline plot::Figure costs_figure(const std::vector<ModuleCost>& costs) {
    plot::Series naive{.name = "naive, figure 2(a)", .style = plot::Style::bars},
        reduced{.name = "with dimension reduction, figure 2(b)", .style = plot::Style::bars};
    plot::Panel panel{.x = {.label = "inception module"},
                      .y = {.label = "million multiply-adds for one image", .from = 0}};
    for (const ModuleCost& cost : costs) {
        panel.x.names.push_back(cost.name);
        for (const auto& [series, of] : {std::pair(&naive, &cost.naive), std::pair(&reduced, &cost.reduced)}) {
            series->y.push_back(static_cast<double>(of->multiply_adds) / 1e6);
            series->labels.push_back(fmt::format("{:.0f}", series->y.back()));
        }
    }
    panel.series = {naive, reduced};
    return {.title = "GoogLeNet's modules, with and without dimension reduction", .panels = {panel}};
}

// A network's size: learned numbers, and multiply-adds for one image of 224 × 224 (AlexNet: 227) pixels.
struct NetworkSize {
    std::string name;
    double parameters, multiply_adds;  // millions
};
inline plot::Figure sizes_figure(const std::vector<NetworkSize>& networks) {
    const auto panel = [&](const char* title, double NetworkSize::*what) {
        plot::Panel one{.title = title, .y = {.label = "million", .from = 0}};
        plot::Series bars{.style = plot::Style::bars};
        for (const NetworkSize& network : networks) {
            one.x.names.push_back(network.name);
            bars.y.push_back(network.*what);
            bars.labels.push_back(terminal::thousands(static_cast<std::int64_t>(network.*what + 0.5)));
        }
        one.series = {bars};
        return one;
    };
    return {.title = "Networks of 2012 and 2014",
            .panels = {panel("parameters", &NetworkSize::parameters),
                       panel("multiply-adds for one image", &NetworkSize::multiply_adds)}};
}

// A photo and, of each path of the network's first module, the maps that vary most: a row a path, brighter is more.
inline Image branches_picture(nn::Layer& network, const Image& photo, const Tensor& x, Index maps = 4) {
    const nn::WithoutBackward forward_only;
    network.set_training(false);
    Tensor here = x;
    nn::Layer* module = nullptr;
    for (auto& [name, layer] : network.children()) {
        module = layer;
        if (layer->kind() == "Branches") break;
        here = layer->forward(std::move(here));
    }
    require(module != nullptr && module->kind() == "Branches", "the network has no inception module");
    const char* names[]{"1×1", "3×3", "5×5", "pooling, 1×1"};
    std::vector<Tile> pictures;
    std::size_t number = 0;
    for (auto& [name, path] : module->children()) {
        const Tensor y = path->forward(here);
        std::vector<std::pair<float, Index>> order;  // by what a map tells: how far its values lie apart
        for (Index c = 0; c < y.size(1); ++c) {
            double sum = 0, squares = 0;
            const ConstView plane = y.plane(0, c);
            for (Index i = 0; i < y.size(2); ++i)
                for (Index j = 0; j < y.size(3); ++j) {
                    const auto v = static_cast<double>(plane(i, j));
                    sum += v, squares += v * v;
                }
            const auto count = static_cast<double>(y.size(2) * y.size(3));
            order.emplace_back(static_cast<float>(squares / count - sum * sum / count / count), c);
        }
        std::ranges::stable_sort(order, std::greater(), &std::pair<float, Index>::first);
        if (number == 0)
            pictures.push_back({fit(photo, y.size(2), y.size(3)), "photo"});
        else
            pictures.push_back({Image(y.size(2), y.size(3), 3, 255)});
        for (Index i = 0; i < maps && i < static_cast<Index>(order.size()); ++i) {
            const Index c = order[static_cast<std::size_t>(i)].second;
            pictures.push_back(
                {gray_image(y.plane(0, c)), fmt::format("{} [{}]", number < 4 ? names[number] : name.c_str(), c)});
        }
        ++number;
    }
    return tiles(pictures, {.columns = maps + 1, .gap = 8});
}

}  // namespace cnn::lab14
