// Wrong answers to 14.1 and 14.2: modules.
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
    bool relu_of_large = true, relu_of_one = true, relu_of_projection = true;  // of the reduced module
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
        layers.add(nn::Conv2d(middle, out, {.size = size, .padding = size / 2}));
        if (faults.relu_of_large) layers.add(nn::ReLU());
        return layers;
    };
    std::vector<nn::Sequential> paths;
    paths.push_back(path(c.in, c.one, 1, faults.relu_of_one));
    paths.push_back(two(faults.swapped_reductions ? c.reduce_five : c.reduce_three, c.three, 3));
    paths.push_back(
        two(faults.swapped_reductions ? c.reduce_three : c.reduce_five, c.five, faults.five_as_three ? 3 : 5));
    if (faults.projection_first) {
        paths.push_back(path(c.in, c.pool, 1, true));
        paths.back().add(nn::MaxPool2d({.size = 3, .padding = 1}));
    } else {
        paths.push_back(pooled(faults.average));
        if (faults.projected) paths.back().add(nn::Conv2d(c.in, c.pool, {.size = 1}));
        if (faults.projected && faults.relu_of_projection) paths.back().add(nn::ReLU());
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
inline nn::Branches branches_exchanged(const Inception& c) { return inception_with(c, {.reversed = true}); }
inline nn::Branches linear_large(const Inception& c) { return inception_with(c, {.relu_of_large = false}); }
inline nn::Branches linear_one(const Inception& c) { return inception_with(c, {.relu_of_one = false}); }
inline nn::Branches linear_projection(const Inception& c) { return inception_with(c, {.relu_of_projection = false}); }
inline nn::Branches all_linear(const Inception& c) {
    return inception_with(
        c, {.relu_of_reduction = false, .relu_of_large = false, .relu_of_one = false, .relu_of_projection = false});
}

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
        mistake(split, "split_offset_of_one_part",
                "a part begins behind the channels of the part before it alone: all parts before it count.",
                [](const Tensor& dy, const std::vector<Index>& channels) {
                    return split_at(dy, channels, before_by_index);
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
        mistake(naive_inception_pass, "naive_pass_branches_exchanged",
                "outputs and gradients are those of a naive module whose branch2 and branch3 are exchanged.",
                pass_with<naive_reversed>),
        // 14.2
        mistake(inception_table, "branches_exchanged",
                "branch2 and branch3 are exchanged: the 3×3 filters come before the 5×5 ones.",
                table_with<branches_exchanged>),
        mistake(inception_table, "large_filters_without_relu",
                "no ReLU follows the 3×3 and the 5×5 convolution: one follows every convolution.",
                table_with<linear_large>),
        mistake(inception_table, "branch1_without_relu", "no ReLU follows the convolution of branch1.",
                table_with<linear_one>),
        mistake(inception_table, "projection_without_relu", "no ReLU follows the projection of branch4.",
                table_with<linear_projection>),
        mistake(inception_table, "module_without_relu",
                "there is no ReLU in the module: one follows every convolution.", table_with<all_linear>),
        mistake(inception_pass, "pass_branches_exchanged",
                "outputs and gradients are those of a module whose branch2 and branch3 are exchanged.",
                pass_with<branches_exchanged>),
        mistake(inception_pass, "pass_large_filters_without_relu",
                "outputs and gradients are those of a module without ReLU behind the 3×3 and the 5×5 convolution.",
                pass_with<linear_large>),
        mistake(inception_pass, "pass_branch1_without_relu",
                "outputs and gradients are those of a module without ReLU in branch1.", pass_with<linear_one>),
        mistake(inception_pass, "pass_projection_without_relu",
                "outputs and gradients are those of a module without ReLU behind the projection of branch4.",
                pass_with<linear_projection>),
        mistake(inception_pass, "pass_module_without_relu",
                "outputs and gradients are those of a module without any ReLU.", pass_with<all_linear>),
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

}  // namespace cnn::lab14::wrong
