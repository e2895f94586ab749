// Wrong answers to 15.6 and 15.7: whole networks, identity filters, what depth costs.
#pragma once
#include <algorithm>
#include <array>

#include "grader/exercise.hpp"
#include "layers.hpp"
#include "probes.hpp"

namespace cnn::lab15::wrong {

using grader::mistake;
using grader::Replacement;

// ---- 15.6 ----

struct SmallFaults {
    bool strides = true, stem_relu = true, bias = false, all_new_blocks = false, pooled = true;
    Index more_blocks = 0;
    bool relu_of_plain = true;
};
inline nn::Sequential small_with(const SmallOptions& options, const SmallFaults& faults) {
    small_network(options);  // refuses what is impossible
    nn::Sequential network;
    network.add("conv1", nn::Conv2d(options.channels, options.width, {.size = 3, .padding = 1}, faults.bias));
    network.add("bn1", nn::BatchNorm2d(options.width));
    if (faults.stem_relu) network.add("relu", nn::ReLU());
    Index in = options.width;
    for (Index s = 0; s < 3; ++s) {
        const Index out = options.width << s;
        nn::Sequential stage;
        for (Index block = 0; block < options.n + faults.more_blocks; ++block, in = out) {
            const Index stride = s > 0 && faults.strides && (block == 0 || faults.all_new_blocks) ? 2 : 1;
            if (options.residual) {
                stage.add(ResidualBlock(basic_body(in, out, stride), make_shortcut(options.shortcut, in, out, stride)));
                continue;
            }
            nn::Sequential plain;
            plain.add("", basic_body(in, out, stride));
            if (faults.relu_of_plain) plain.add("relu", nn::ReLU());
            stage.add(std::move(plain));
        }
        network.add("layer" + std::to_string(s + 1), std::move(stage));
    }
    if (faults.pooled) network.add("avgpool", nn::AdaptiveAvgPool2d());
    network.add("flatten", nn::Flatten());
    network.add("fc", nn::Dense(faults.pooled ? in : in * 64, options.classes));
    return network;
}
inline NetworkTable small_table_with(const SmallOptions& options, const SmallFaults& faults) {
    return table_of_small(small_with(options, faults), options);
}

struct PhotoFaults {
    bool pooled = true, ignores_place = false, projects_everywhere = false, swapped_counts = false, stem_bias = false;
};
inline nn::Sequential photo_with(const PhotoOptions& options, const PhotoFaults& faults) {
    photo_network(options);
    std::array<Index, 4> blocks = options.layers == 18    ? std::array<Index, 4>{2, 2, 2, 2}
                                  : options.layers == 101 ? std::array<Index, 4>{3, 4, 23, 3}
                                  : options.layers == 152 ? std::array<Index, 4>{3, 8, 36, 3}
                                                          : std::array<Index, 4>{3, 4, 6, 3};
    if (faults.swapped_counts) std::swap(blocks[1], blocks[2]);
    const bool bottleneck = options.layers >= 50;
    nn::Sequential network;
    network.add("conv1", nn::Conv2d(3, options.width, {.size = 7, .stride = 2, .padding = 3}, faults.stem_bias));
    network.add("bn1", nn::BatchNorm2d(options.width)).add("relu", nn::ReLU());
    if (faults.pooled) network.add("maxpool", nn::MaxPool2d({.size = 3, .stride = 2, .padding = 1}));
    Index in = options.width;
    for (std::size_t s = 0; s < 4; ++s) {
        const Index inner = options.width << s, out = bottleneck ? 4 * inner : inner;
        nn::Sequential stage;
        for (Index block = 0; block < blocks[s]; ++block, in = out) {
            const Index stride = s > 0 && block == 0 ? 2 : 1;
            const StrideIn place = faults.ignores_place ? StrideIn::conv2 : options.place;
            const Shortcut option = faults.projects_everywhere ? Shortcut::C : Shortcut::B;
            stage.add(
                ResidualBlock(bottleneck ? bottleneck_body(in, inner, stride, place) : basic_body(in, out, stride),
                              make_shortcut(option, in, out, stride)));
        }
        network.add("layer" + std::to_string(s + 1), std::move(stage));
    }
    network.add("avgpool", nn::AdaptiveAvgPool2d()).add("flatten", nn::Flatten());
    network.add("fc", nn::Dense(in, options.classes));
    return network;
}
inline NetworkTable photo_table_with(const PhotoOptions& options, const PhotoFaults& faults) {
    return table_of_photo(photo_with(options, faults));
}

inline std::vector<Replacement> network_mistakes() {
    return {
        mistake(small_network_table, "maps_never_shrink",
                "no block has a stride: the first one of layer2 and of layer3 halves the maps.",
                [](const SmallOptions& options) { return small_table_with(options, {.strides = false}); }),
        mistake(small_network_table, "every_block_shrinks",
                "every block of layer2 and layer3 has stride 2: only the first one of each has.",
                [](const SmallOptions& options) { return small_table_with(options, {.all_new_blocks = true}); }),
        mistake(
            small_network_table, "one_block_more",
            "there is one block too many in each stage: 6n + 2 layers are n blocks of two in three stages, conv1 and "
            "fc.",
            [](const SmallOptions& options) { return small_table_with(options, {.more_blocks = 1}); }),
        mistake(small_network_table, "conv1_with_bias", "conv1 has biases: bn1 takes them away again.",
                [](const SmallOptions& options) { return small_table_with(options, {.bias = true}); }),
        mistake(small_network_table, "no_relu_before_layer1", "no ReLU follows bn1.",
                [](const SmallOptions& options) { return small_table_with(options, {.stem_relu = false}); }),
        mistake(small_network_table, "no_average",
                "the maps go into fc pixel by pixel: nn::AdaptiveAvgPool2d makes one number of each first.",
                [](const SmallOptions& options) { return small_table_with(options, {.pooled = false}); }),
        mistake(small_network_table, "shortcut_option_ignored",
                "the shortcuts are those of option A, whatever is asked for.",
                [](const SmallOptions& options) {
                    SmallOptions a = options;
                    a.shortcut = Shortcut::A;
                    return small_network_table(a);
                }),
        mistake(small_network_pass, "pass_without_relu_before_layer1",
                "outputs and gradients are those of a network without a ReLU after bn1.",
                [](const SmallOptions& options, const Tensor& x, const Tensor& dy, std::uint32_t seed) {
                    return pass_of(small_with(options, {.stem_relu = false}), x, dy, seed);
                }),
        mistake(photo_network_pass, "pass_without_max_pooling",
                "outputs and gradients are those of a network without max pooling after conv1.",
                [](const PhotoOptions& options, const Tensor& x, const Tensor& dy, std::uint32_t seed) {
                    return pass_of(photo_with(options, {.pooled = false}), x, dy, seed);
                }),
        mistake(photo_network_table, "no_max_pooling", "the max pooling after conv1 is missing.",
                [](const PhotoOptions& options) { return photo_table_with(options, {.pooled = false}); }),
        mistake(photo_network_table, "place_of_the_stride_ignored",
                "the stride is always in the convolution of 3×3: options.place says where it belongs.",
                [](const PhotoOptions& options) { return photo_table_with(options, {.ignores_place = true}); }),
        mistake(photo_network_table, "projections_everywhere",
                "every shortcut is a projection: that is option C; these networks have option B.",
                [](const PhotoOptions& options) { return photo_table_with(options, {.projects_everywhere = true}); }),
        mistake(photo_network_table, "counts_of_layer2_and_layer3_swapped",
                "layer2 has the blocks of layer3, and the other way round: look at table 1 again.",
                [](const PhotoOptions& options) { return photo_table_with(options, {.swapped_counts = true}); }),
        mistake(photo_network_table, "photo_conv1_with_bias", "conv1 has biases: bn1 takes them away again.",
                [](const PhotoOptions& options) { return photo_table_with(options, {.stem_bias = true}); }),
    };
}

// ---- 15.7 ----

inline Tensor filters_with(Index channels, Index row, Index column, bool of_all, float value) {
    Tensor w({channels, channels, 3, 3});
    for (Index k = 0; k < channels; ++k)
        for (Index c = 0; c < channels; ++c)
            if (of_all || k == c) w(k, c, row, column) = value;
    return w;
}

inline std::vector<Replacement> degradation_mistakes() {
    return {
        mistake(small_network_table, "plain_network_has_shortcuts",
                "the network that should be plain has shortcuts: options.residual is false.",
                [](const SmallOptions& options) {
                    SmallOptions residual = options;
                    residual.residual = true;
                    return small_network_table(residual);
                }),
        mistake(small_network_table, "plain_block_without_relu",
                "a plain block ends without a ReLU: it has no sum, but it does end with one.",
                [](const SmallOptions& options) { return small_table_with(options, {.relu_of_plain = false}); }),
        mistake(small_network_pass, "pass_of_plain_blocks_without_relu",
                "outputs and gradients are those of plain blocks without a ReLU at their end.",
                [](const SmallOptions& options, const Tensor& x, const Tensor& dy, std::uint32_t seed) {
                    return pass_of(small_with(options, {.relu_of_plain = false}), x, dy, seed);
                }),
        mistake(identity_filters, "one_in_the_corner",
                "the 1 stands in the corner of the filter, which looks at the neighbour above and to the left: with "
                "padding 1, the centre looks at the pixel itself.",
                [](Index channels) { return filters_with(channels, 0, 0, false, 1); }),
        mistake(identity_filters, "all_channels_summed",
                "every map is the sum of all channels: map k wants channel k alone.",
                [](Index channels) { return filters_with(channels, 1, 1, true, 1); }),
        mistake(identity_filters, "all_channels_averaged",
                "every map is the mean of all channels: map k wants channel k alone.",
                [](Index channels) { return filters_with(channels, 1, 1, true, 1 / static_cast<float>(channels)); }),
        mistake(depth_cost, "second_minus_first",
                "the second curve minus the first one: it is the deeper minus the shallower, whichever comes first.",
                [](const Curve& a, const Curve& b, Index last) {
                    const DepthCost cost = depth_cost(a, b, last);
                    return b.layers > a.layers ? cost : DepthCost{-cost.training, -cost.test};
                }),
        mistake(depth_cost, "shallow_minus_deep",
                "the sign is wrong: what depth costs is the deeper network's error minus the shallower one's.",
                [](const Curve& a, const Curve& b, Index last) {
                    const DepthCost cost = depth_cost(a, b, last);
                    return DepthCost{-cost.training, -cost.test};
                }),
        mistake(depth_cost, "last_epoch_alone", "only the last epoch counts: take the mean of the last few.",
                [](const Curve& a, const Curve& b, Index last) {
                    depth_cost(a, b, last);
                    return depth_cost(a, b, 1);
                }),
        mistake(depth_cost, "all_epochs", "the means are over all epochs: only the last few count.",
                [](const Curve& a, const Curve& b, Index last) {
                    const DepthCost cost = depth_cost(a, b, last);
                    if (a.training.size() != b.training.size()) return cost;
                    return depth_cost(a, b, static_cast<Index>(a.training.size()));
                }),
    };
}

}  // namespace cnn::lab15::wrong
