// Wrong answers to 14.1 and 14.2: modules, and what they cost.
#pragma once
#include <algorithm>

#include "grader/exercise.hpp"
#include "probes.hpp"

namespace cnn::lab14::wrong {

using grader::mistake;
using grader::Replacement;

// ---- 14.1: concatenate and split

// Where channel c of part i of image n lies in the whole: as the number of a channel, counted over all images.
using Place = Index (*)(const std::vector<Index>& channels, Index images, std::size_t i, Index n, Index c);

inline Index sum(const std::vector<Index>& channels, std::size_t end) {
    Index all = 0;
    for (std::size_t i = 0; i < end; ++i) all += channels[i];
    return all;
}
inline std::vector<Index> channels_of(const std::vector<Tensor>& parts) {
    std::vector<Index> channels;
    for (const Tensor& part : parts) channels.push_back(part.size(1));
    return channels;
}

// copy(place in the whole, part, place in the part), for planes that are `pixels` long.
template <class Copy>
void walk(const std::vector<Index>& channels, Index images, Place place, const Copy& copy) {
    for (std::size_t i = 0; i < channels.size(); ++i)
        for (Index n = 0; n < images; ++n)
            for (Index c = 0; c < channels[i]; ++c) copy(place(channels, images, i, n, c), i, n * channels[i] + c);
}
inline Tensor concatenate_at(const std::vector<Tensor>& parts, Place place) {
    Tensor y(concatenate(parts).shape());
    const Index pixels = y.size(2) * y.size(3), places = y.size(0) * y.size(1);
    walk(channels_of(parts), y.size(0), place, [&](Index at, std::size_t i, Index from) {
        if (at < places) std::copy_n(parts[i].data() + from * pixels, pixels, y.data() + at * pixels);
    });
    return y;
}
inline std::vector<Tensor> split_at(const Tensor& dy, const std::vector<Index>& channels, Place place) {
    std::vector<Tensor> parts = split(dy, channels);
    const Index pixels = dy.size(2) * dy.size(3);
    walk(channels, dy.size(0), place, [&](Index at, std::size_t i, Index to) {
        std::copy_n(dy.data() + at * pixels, pixels, parts[i].data() + to * pixels);
    });
    return parts;
}

inline Index from_channel_zero(const std::vector<Index>& channels, Index, std::size_t, Index n, Index c) {
    return n * sum(channels, channels.size()) + c;
}
// As if the parts lay one behind the other in memory.
inline Index whole_parts(const std::vector<Index>& channels, Index images, std::size_t i, Index n, Index c) {
    return images * sum(channels, i) + n * channels[i] + c;
}
inline Index before_by_index(const std::vector<Index>& channels, Index, std::size_t i, Index n, Index c) {
    const Index offset = i == 0 ? 0 : channels[i - 1];  // of the part before only
    return n * sum(channels, channels.size()) + offset + c;
}

// ---- 14.1: the module

enum class Gradients { last_only, mean, same_channels };
template <Gradients how>
Tensor backward_with(const Paths& paths, const Tensor& dy, const std::vector<Index>& channels) {
    std::vector<Tensor> parts =
        how == Gradients::same_channels ? split_at(dy, channels, from_channel_zero) : split(dy, channels);
    Tensor dx;
    for (std::size_t i = 0; i < paths.size(); ++i) {
        Tensor one = paths[i]->backward(std::move(parts[i]));
        if (i == 0 || how == Gradients::last_only)
            dx = std::move(one);
        else
            dx += one;
    }
    if (how == Gradients::mean) dx *= 1 / static_cast<float>(paths.size());
    return dx;
}
template <Gradients how>
ModulePass module_with(const Tensor& x, const Tensor& dy, const std::vector<Index>& widths, std::uint32_t seed) {
    return module_pass_of(module_forward, backward_with<how>, x, dy, widths, seed);
}

inline Tensor concatenated_backwards(const Paths& paths, const Tensor& x) {
    std::vector<Tensor> parts;
    for (nn::Layer* path : paths) parts.insert(parts.begin(), path->forward(x));
    return concatenate(parts);
}

// A module with one thing wrong.
struct Faults {
    bool relu = true, relu_of_reduction = true, average = false, reversed = false, five_as_three = false;
    bool projection_first = false, swapped_reductions = false, projected = true;
};
inline nn::Sequential path(Index in, Index out, Index size, bool relu) {
    nn::Sequential layers(nn::Conv2d(in, out, {.size = size, .padding = size / 2}));
    if (relu) layers.add(nn::ReLU());
    return layers;
}
inline nn::Sequential pooled(bool average) {
    if (average) return nn::Sequential(nn::AveragePool2d({.size = 3, .padding = 1}));
    return nn::Sequential(nn::MaxPool2d({.size = 3, .padding = 1}));
}
inline nn::Branches add_all(std::vector<nn::Sequential> paths, bool reversed) {
    if (reversed) std::swap(paths[1], paths[2]);
    nn::Branches module;
    for (std::size_t i = 0; i < 4; ++i) module.add("branch" + std::to_string(i + 1), std::move(paths[i]));
    return module;
}
inline nn::Branches naive_with(const Inception& c, const Faults& faults) {
    std::vector<nn::Sequential> paths;
    paths.push_back(path(c.in, c.one, 1, faults.relu));
    paths.push_back(path(c.in, c.three, 3, faults.relu));
    paths.push_back(path(c.in, c.five, faults.five_as_three ? 3 : 5, faults.relu));
    paths.push_back(pooled(faults.average));
    return add_all(std::move(paths), faults.reversed);
}
inline nn::Branches inception_with(const Inception& c, const Faults& faults) {
    const auto two = [&](Index middle, Index out, Index size) {
        nn::Sequential layers = path(c.in, middle, 1, faults.relu_of_reduction);
        layers.add(nn::Conv2d(middle, out, {.size = size, .padding = size / 2})).add(nn::ReLU());
        return layers;
    };
    std::vector<nn::Sequential> paths;
    paths.push_back(path(c.in, c.one, 1, true));
    paths.push_back(two(faults.swapped_reductions ? c.reduce_five : c.reduce_three, c.three, 3));
    paths.push_back(
        two(faults.swapped_reductions ? c.reduce_three : c.reduce_five, c.five, faults.five_as_three ? 3 : 5));
    if (faults.projection_first) {
        paths.push_back(path(c.in, c.pool, 1, true));
        paths.back().add(nn::MaxPool2d({.size = 3, .padding = 1}));
    } else {
        paths.push_back(pooled(faults.average));
        if (faults.projected) paths.back().add(nn::Conv2d(c.in, c.pool, {.size = 1})).add(nn::ReLU());
    }
    return add_all(std::move(paths), faults.reversed);
}

using Build = nn::Branches (*)(const Inception& channels);
template <Build build>
NetworkTable table_with(const Inception& channels, Index side) {
    nn::Branches module = build(channels);
    return nn::table_of(module, {1, channels.in, side, side});
}
template <Build build>
NetworkPass pass_with(const Inception& channels, const Tensor& x, const Tensor& dy, std::uint32_t seed) {
    nn::Branches module = build(channels);
    return nn::pass_of(module, x, dy, seed);
}
inline nn::Branches naive_linear(const Inception& c) { return naive_with(c, {.relu = false}); }
inline nn::Branches naive_average(const Inception& c) { return naive_with(c, {.average = true}); }
inline nn::Branches naive_reversed(const Inception& c) { return naive_with(c, {.reversed = true}); }
inline nn::Branches naive_threes(const Inception& c) { return naive_with(c, {.five_as_three = true}); }
inline nn::Branches linear_reductions(const Inception& c) { return inception_with(c, {.relu_of_reduction = false}); }
inline nn::Branches average_pooling(const Inception& c) { return inception_with(c, {.average = true}); }
inline nn::Branches projected_first(const Inception& c) { return inception_with(c, {.projection_first = true}); }
inline nn::Branches swapped_reductions(const Inception& c) { return inception_with(c, {.swapped_reductions = true}); }
inline nn::Branches threes(const Inception& c) { return inception_with(c, {.five_as_three = true}); }
inline nn::Branches not_projected(const Inception& c) { return inception_with(c, {.projected = false}); }

inline std::vector<Replacement> module_mistakes() {
    return {
        mistake(
            concatenate, "every_part_from_channel_0",
            "every part is written from channel 0 on and covers the one before: keep count of the channels that are "
            "full already.",
            [](const std::vector<Tensor>& parts) { return concatenate_at(parts, from_channel_zero); }),
        mistake(concatenate, "offset_of_one_part",
                "a part begins behind the channels of the part before it alone: all parts before it count.",
                [](const std::vector<Tensor>& parts) { return concatenate_at(parts, before_by_index); }),
        mistake(
            concatenate, "parts_in_memory_order",
            "the parts lie one behind the other as wholes: with several images, all maps of image 0 come first, then "
            "those of image 1.",
            [](const std::vector<Tensor>& parts) { return concatenate_at(parts, whole_parts); }),
        mistake(split, "split_from_channel_0",
                "every part begins at channel 0: the parts before it take the first channels.",
                [](const Tensor& dy, const std::vector<Index>& channels) {
                    return split_at(dy, channels, from_channel_zero);
                }),
        mistake(
            split, "split_in_memory_order",
            "dy is cut as if the parts lay one behind the other as wholes: every image has channels of all parts.",
            [](const Tensor& dy, const std::vector<Index>& channels) { return split_at(dy, channels, whole_parts); }),
        mistake(module_pass, "last_path_only",
                "dx is the last path's alone: x feeds all paths, and their gradients add up.",
                module_with<Gradients::last_only>),
        mistake(module_pass, "paths_in_reverse",
                "the paths' answers are concatenated in reverse: the first path's maps come first.",
                [](const Tensor& x, const Tensor& dy, const std::vector<Index>& widths, std::uint32_t seed) {
                    return module_pass_of(concatenated_backwards, module_backward, x, dy, widths, seed);
                }),
        mistake(module_pass, "mean_of_paths", "dx is the mean of the paths' gradients: they add up.",
                module_with<Gradients::mean>),
        mistake(module_pass, "same_channels_for_all",
                "every path gets the first channels of dy: a path gets the channels that it gave.",
                module_with<Gradients::same_channels>),
        mistake(naive_inception_table, "naive_without_relu", "no ReLU follows the convolutions of the naive module.",
                table_with<naive_linear>),
        mistake(naive_inception_table, "naive_average_pooling",
                "branch4 takes means: in an inception module it is max pooling.", table_with<naive_average>),
        mistake(naive_inception_table, "naive_branches_exchanged",
                "branch2 and branch3 are exchanged: the 3×3 filters come before the 5×5 ones.",
                table_with<naive_reversed>),
        mistake(naive_inception_table, "naive_5_as_3", "branch3 has filters of 3×3: the naive module's are 5×5.",
                table_with<naive_threes>),
        mistake(naive_inception_pass, "naive_pass_without_relu",
                "outputs and gradients are those of a naive module without ReLU.", pass_with<naive_linear>),
        mistake(naive_inception_pass, "naive_pass_average_pooling",
                "outputs and gradients are those of a naive module whose branch4 takes means.",
                pass_with<naive_average>),
        // 14.2
        mistake(inception_table, "reduction_without_relu",
                "no ReLU follows the reductions: figure 2(b) has one after every convolution, those of 1×1, too.",
                table_with<linear_reductions>),
        mistake(inception_table, "average_pooling", "branch4 takes means: it is max pooling.",
                table_with<average_pooling>),
        mistake(inception_table, "projection_before_pooling",
                "the projection comes before the pooling: branch4 pools first.", table_with<projected_first>),
        mistake(inception_table, "reductions_exchanged",
                "the reductions are exchanged: reduce_three stands before the 3×3 filters, reduce_five before the 5×5 "
                "ones.",
                table_with<swapped_reductions>),
        mistake(inception_table, "fives_as_threes",
                "branch3 has filters of 3×3, as torchvision's form: the paper's are 5×5.", table_with<threes>),
        mistake(inception_table, "pooling_not_projected",
                "branch4 gives all maps that came in: a 1×1 convolution to `pool` maps follows the pooling.",
                table_with<not_projected>),
        mistake(inception_pass, "pass_reduction_without_relu",
                "outputs and gradients are those of a module whose reductions have no ReLU.",
                pass_with<linear_reductions>),
        mistake(inception_pass, "pass_average_pooling",
                "outputs and gradients are those of a module whose branch4 takes means.", pass_with<average_pooling>),
        mistake(inception_pass, "pass_projection_before_pooling",
                "outputs and gradients are those of a module that projects before it pools.",
                pass_with<projected_first>),
    };
}

// ---- 14.2: costs

inline Cost changed(const Cost& cost, Index parameters, Index multiply_adds) {
    return {cost.parameters + parameters, cost.multiply_adds + multiply_adds};
}
inline std::vector<ModuleCost> costs_with(const std::vector<Module>& modules,
                                          void (*change)(ModuleCost& cost, const Module& module)) {
    std::vector<ModuleCost> costs = module_costs(modules);
    for (std::size_t i = 0; i < costs.size(); ++i) change(costs[i], modules[i]);
    return costs;
}

inline std::vector<Replacement> cost_mistakes() {
    return {
        mistake(convolution_cost, "biases_not_counted", "the biases are not counted: one for every filter.",
                [](Index in, Index out, Index size, Index side) {
                    return changed(convolution_cost(in, out, size, side), -out, 0);
                }),
        mistake(convolution_cost, "bias_multiplied",
                "the biases are counted among the multiply-adds: they are added, not multiplied.",
                [](Index in, Index out, Index size, Index side) {
                    return changed(convolution_cost(in, out, size, side), 0, out * side * side);
                }),
        mistake(convolution_cost, "filters_of_one_channel",
                "the filters are counted with one channel: a filter is as deep as there are maps before it.",
                [](Index, Index out, Index size, Index side) { return convolution_cost(1, out, size, side); }),
        mistake(
            convolution_cost, "map_shrinks",
            "the multiply-adds are those of maps that shrink: the padding keeps side × side pixels.",
            [](Index in, Index out, Index size, Index side) {
                const Index after = side - size + 1;
                return Cost{convolution_cost(in, out, size, side).parameters, in * out * size * size * after * after};
            }),
        mistake(naive_cost, "naive_projected",
                "a projection is counted: in the naive module the pooled maps go on as they are.",
                [](const Inception& c, Index side) {
                    const Cost more = convolution_cost(c.in, c.pool, 1, side);
                    return changed(naive_cost(c, side), more.parameters, more.multiply_adds);
                }),
        mistake(naive_cost, "naive_counts_reduced",
                "the large filters are counted over the reduced maps: in the naive module they see all that come in.",
                [](const Inception& c, Index side) {
                    Cost all{0, 0};
                    for (const Cost& cost :
                         {convolution_cost(c.in, c.one, 1, side), convolution_cost(c.reduce_three, c.three, 3, side),
                          convolution_cost(c.reduce_five, c.five, 5, side)})
                        all = changed(all, cost.parameters, cost.multiply_adds);
                    return all;
                }),
        mistake(inception_cost, "reductions_not_counted",
                "the reductions are not counted: they are convolutions with parameters, too.",
                [](const Inception& c, Index side) {
                    Cost all = inception_cost(c, side);
                    for (const Index out : {c.reduce_three, c.reduce_five}) {
                        const Cost less = convolution_cost(c.in, out, 1, side);
                        all = changed(all, -less.parameters, -less.multiply_adds);
                    }
                    return all;
                }),
        mistake(inception_cost, "projection_not_counted", "the projection behind the pooling is not counted.",
                [](const Inception& c, Index side) {
                    const Cost less = convolution_cost(c.in, c.pool, 1, side);
                    return changed(inception_cost(c, side), -less.parameters, -less.multiply_adds);
                }),
        mistake(inception_cost, "large_filters_see_everything",
                "the large filters are counted over all maps that come in: they see the reduced ones.",
                [](const Inception& c, Index side) {
                    Cost all = inception_cost(c, side);
                    for (const auto& [reduced, out, size] :
                         {std::tuple(c.reduce_three, c.three, Index{3}), std::tuple(c.reduce_five, c.five, Index{5})}) {
                        const Cost right = convolution_cost(reduced, out, size, side),
                                   more = convolution_cost(c.in, out, size, side);
                        all =
                            changed(all, more.parameters - right.parameters, more.multiply_adds - right.multiply_adds);
                    }
                    return all;
                }),
        mistake(
            module_costs, "naive_maps_projected",
            "the naive modules' maps are counted with the projection: their pooling path gives all maps that came in.",
            [](const std::vector<Module>& modules) {
                return costs_with(modules, [](ModuleCost& cost, const Module&) { cost.naive_maps = cost.maps; });
            }),
        mistake(module_costs, "pooling_path_gives_nothing",
                "the maps of the pooling path are missing among those that a module gives.",
                [](const std::vector<Module>& modules) {
                    return costs_with(modules, [](ModuleCost& cost, const Module& module) {
                        cost.maps -= module.channels.pool, cost.naive_maps -= module.channels.in;
                    });
                }),
        mistake(module_costs, "costs_exchanged", "the costs of the naive and the reduced modules are exchanged.",
                [](const std::vector<Module>& modules) {
                    return costs_with(modules,
                                      [](ModuleCost& cost, const Module&) { std::swap(cost.naive, cost.reduced); });
                }),
    };
}

}  // namespace cnn::lab14::wrong
