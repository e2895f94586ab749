// Wrong answers to 15.6: whole networks.
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
    bool relu_of_plain = true, stride_in_layer1 = false, doubles = true;
};
inline nn::Sequential small_with(const SmallOptions& options, const SmallFaults& faults) {
    small_network(options);  // refuses what is impossible
    nn::Sequential network;
    network.add("conv1", nn::Conv2d(options.channels, options.width, {.size = 3, .padding = 1}, faults.bias));
    network.add("bn1", nn::BatchNorm2d(options.width));
    if (faults.stem_relu) network.add("relu", nn::ReLU());
    Index in = options.width;
    for (Index s = 0; s < 3; ++s) {
        const Index out = faults.doubles ? options.width << s : options.width;
        nn::Sequential stage;
        for (Index block = 0; block < options.n + faults.more_blocks; ++block, in = out) {
            const bool strided = (s > 0 && faults.strides) || faults.stride_in_layer1;
            const Index stride = strided && (block == 0 || faults.all_new_blocks) ? 2 : 1;
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
    bool stem_relu = true, stride_in_layer1 = false, strides = true, option_a = false, doubles = true;
    Index stem_size = 7;
    int more_blocks = 0;  // in layer3
};
inline nn::Sequential photo_with(const PhotoOptions& options, const PhotoFaults& faults) {
    photo_network(options);
    std::array<Index, 4> blocks = options.layers == 18    ? std::array<Index, 4>{2, 2, 2, 2}
                                  : options.layers == 101 ? std::array<Index, 4>{3, 4, 23, 3}
                                  : options.layers == 152 ? std::array<Index, 4>{3, 8, 36, 3}
                                                          : std::array<Index, 4>{3, 4, 6, 3};
    if (faults.swapped_counts) std::swap(blocks[1], blocks[2]);
    blocks[2] += faults.more_blocks;
    const bool bottleneck = options.layers >= 50;
    nn::Sequential network;
    const Window stem{.size = faults.stem_size, .stride = 2, .padding = faults.stem_size / 2};
    network.add("conv1", nn::Conv2d(3, options.width, stem, faults.stem_bias));
    network.add("bn1", nn::BatchNorm2d(options.width));
    if (faults.stem_relu) network.add("relu", nn::ReLU());
    if (faults.pooled) network.add("maxpool", nn::MaxPool2d({.size = 3, .stride = 2, .padding = 1}));
    Index in = options.width;
    for (std::size_t s = 0; s < 4; ++s) {
        const Index inner = faults.doubles ? options.width << s : options.width, out = bottleneck ? 4 * inner : inner;
        nn::Sequential stage;
        for (Index block = 0; block < blocks[s]; ++block, in = out) {
            const bool strided = faults.strides && (s > 0 || faults.stride_in_layer1);
            const Index stride = strided && block == 0 ? 2 : 1;
            const StrideIn place = faults.ignores_place ? StrideIn::conv2 : options.place;
            const Shortcut option = faults.projects_everywhere ? Shortcut::C
                                    : faults.option_a          ? Shortcut::A
                                                               : Shortcut::B;
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

template <class F>
NetworkPass small_pass_with(const SmallOptions& options, const Tensor& x, const Tensor& dy, std::uint32_t seed,
                            const F& change) {
    SmallFaults faults;
    change(faults);
    return pass_of(small_with(options, faults), x, dy, seed);
}
template <class F>
NetworkPass photo_pass_with(const PhotoOptions& options, const Tensor& x, const Tensor& dy, std::uint32_t seed,
                            const F& change) {
    PhotoFaults faults;
    change(faults);
    return pass_of(photo_with(options, faults), x, dy, seed);
}

inline std::vector<Replacement> network_mistakes() {
    return {
        mistake(small_network_table, "layer1_shrinks",
                "the first block of layer1 has stride 2: the maps keep their size there.",
                [](const SmallOptions& options) { return small_table_with(options, {.stride_in_layer1 = true}); }),
        mistake(
            small_network_table, "one_block_less",
            "there is one block too few in each stage: 6n + 2 layers are n blocks of two in three stages, conv1 and "
            "fc.",
            [](const SmallOptions& options) { return small_table_with(options, {.more_blocks = -1}); }),
        mistake(small_network_table, "width_never_doubles",
                "all stages have `width` maps: layer2 has twice, layer3 four times as many.",
                [](const SmallOptions& options) { return small_table_with(options, {.doubles = false}); }),
        mistake(small_network_pass, "pass_with_stride_in_layer1",
                "outputs and gradients are those of a network whose layer1 has stride 2.",
                [](const SmallOptions& options, const Tensor& x, const Tensor& dy, std::uint32_t seed) {
                    return small_pass_with(options, x, dy, seed, [](SmallFaults& f) { f.stride_in_layer1 = true; });
                }),
        mistake(small_network_pass, "pass_without_strides",
                "outputs and gradients are those of a network whose blocks have no strides.",
                [](const SmallOptions& options, const Tensor& x, const Tensor& dy, std::uint32_t seed) {
                    return small_pass_with(options, x, dy, seed, [](SmallFaults& f) { f.strides = false; });
                }),
        mistake(small_network_pass, "pass_with_one_block_more",
                "outputs and gradients are those of a network with one block more in each stage.",
                [](const SmallOptions& options, const Tensor& x, const Tensor& dy, std::uint32_t seed) {
                    return small_pass_with(options, x, dy, seed, [](SmallFaults& f) { f.more_blocks = 1; });
                }),
        mistake(small_network_pass, "pass_with_bias_in_conv1",
                "outputs and gradients are those of a network whose conv1 has biases.",
                [](const SmallOptions& options, const Tensor& x, const Tensor& dy, std::uint32_t seed) {
                    return small_pass_with(options, x, dy, seed, [](SmallFaults& f) { f.bias = true; });
                }),
        mistake(photo_network_table, "photo_layer1_shrinks",
                "the first block of layer1 has stride 2: the max pooling has halved the maps already.",
                [](const PhotoOptions& options) { return photo_table_with(options, {.stride_in_layer1 = true}); }),
        mistake(photo_network_table, "photo_maps_never_shrink",
                "no block has a stride: the first one of layer2, layer3 and layer4 halves the maps.",
                [](const PhotoOptions& options) { return photo_table_with(options, {.strides = false}); }),
        mistake(photo_network_table, "photo_width_never_doubles",
                "all stages have `width` maps: each has twice as many as the one before.",
                [](const PhotoOptions& options) { return photo_table_with(options, {.doubles = false}); }),
        mistake(photo_network_table, "one_block_more_in_layer3",
                "layer3 has one block too many: look at the table of blocks again.",
                [](const PhotoOptions& options) { return photo_table_with(options, {.more_blocks = 1}); }),
        mistake(photo_network_table, "one_block_less_in_layer3",
                "layer3 has one block too few: look at the table of blocks again.",
                [](const PhotoOptions& options) { return photo_table_with(options, {.more_blocks = -1}); }),
        mistake(photo_network_table, "no_relu_after_conv1", "no ReLU follows bn1 of the network for photos.",
                [](const PhotoOptions& options) { return photo_table_with(options, {.stem_relu = false}); }),
        mistake(photo_network_table, "conv1_of_three",
                "conv1 is 3×3, as in the small networks: for photos it is 7×7, with stride 2 and padding 3.",
                [](const PhotoOptions& options) { return photo_table_with(options, {.stem_size = 3}); }),
        mistake(photo_network_table, "photo_shortcuts_of_option_a",
                "the shortcuts are those of option A: the networks for photos have option B.",
                [](const PhotoOptions& options) { return photo_table_with(options, {.option_a = true}); }),
        mistake(photo_network_pass, "photo_pass_with_stride_in_layer1",
                "outputs and gradients are those of a network whose layer1 has stride 2.",
                [](const PhotoOptions& options, const Tensor& x, const Tensor& dy, std::uint32_t seed) {
                    return photo_pass_with(options, x, dy, seed, [](PhotoFaults& f) { f.stride_in_layer1 = true; });
                }),
        mistake(photo_network_pass, "photo_pass_without_relu_after_conv1",
                "outputs and gradients are those of a network without a ReLU after bn1.",
                [](const PhotoOptions& options, const Tensor& x, const Tensor& dy, std::uint32_t seed) {
                    return photo_pass_with(options, x, dy, seed, [](PhotoFaults& f) { f.stem_relu = false; });
                }),
        mistake(photo_network_pass, "photo_pass_with_option_a",
                "outputs and gradients are those of a network with shortcuts of option A: it has option B.",
                [](const PhotoOptions& options, const Tensor& x, const Tensor& dy, std::uint32_t seed) {
                    return photo_pass_with(options, x, dy, seed, [](PhotoFaults& f) { f.option_a = true; });
                }),
        mistake(photo_network_pass, "photo_pass_with_other_stride",
                "outputs and gradients are those of a network whose bottlenecks have the stride in conv1: "
                "options.place says conv2.",
                [](const PhotoOptions& options, const Tensor& x, const Tensor& dy, std::uint32_t seed) {
                    PhotoOptions other = options;
                    other.place = options.place == StrideIn::conv1 ? StrideIn::conv2 : StrideIn::conv1;
                    return photo_network_pass(other, x, dy, seed);
                }),
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
                "layer2 has the blocks of layer3, and the other way round: look at the table of blocks again.",
                [](const PhotoOptions& options) { return photo_table_with(options, {.swapped_counts = true}); }),
        mistake(photo_network_table, "photo_conv1_with_bias", "conv1 has biases: bn1 takes them away again.",
                [](const PhotoOptions& options) { return photo_table_with(options, {.stem_bias = true}); }),
    };
}

}  // namespace cnn::lab15::wrong
