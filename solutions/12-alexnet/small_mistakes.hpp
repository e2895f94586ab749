// Wrong answers to 12.5: the small network.
#pragma once
#include "network_mistakes.hpp"

namespace cnn::lab12::wrong {

inline Net small(const Shape& image, Index classes) {
    return {.channels = image[0],
            .c1 = 24,
            .c2 = 48,
            .c3 = 96,
            .c4 = 96,
            .c5 = 64,
            .dense = 256,
            .classes = classes,
            .first = {.size = 5, .padding = 2}};
}
template <Change change>
Description small_layers_with(const Shape& image, Index classes) {
    small_alexnet(image, classes);
    Net net = small(image, classes);
    change(net);
    nn::Sequential network = built(net, {1, image[0], image[1], image[2]});
    return description_of(network, {1, image[0], image[1], image[2]});
}
inline void small_gray(Net& net) { net.channels = 1; }
inline Description small_for_squares(const Shape& image, Index classes) {
    small_alexnet(image, classes);
    Net net = small(image, classes);
    nn::Sequential square = built(net, {1, image[0], image[1], image[1]});
    return description_of(square, {1, image[0], image[1], image[2]});
}
inline void small_of_three(Net& net) { net.first = net.second = {.size = 3, .padding = 1}; }
template <Change change>
NetworkPass small_pass_with(const Tensor& x, const Tensor& dy, std::uint32_t seed) {
    Net net = small({x.size(1), x.size(2), x.size(3)}, dy.size(1));
    change(net);
    nn::Sequential network = built(net, x.shape());
    return tested_pass(network, x, dy, seed);
}

inline std::vector<Replacement> small_mistakes() {
    return {
        mistake(small_alexnet_layers, "small_for_gray_only",
                "the first convolution takes one channel, whatever the image has: image[0] says how many there are.",
                [](const Shape& image, Index classes) {
                    small_alexnet(image, classes);
                    nn::Sequential network = built(
                        [&] {
                            Net net = small(image, classes);
                            small_gray(net);
                            return net;
                        }(),
                        {1, 1, image[1], image[2]});
                    return description_of(network, {1, image[0], image[1], image[2]});
                }),
        mistake(small_alexnet_layers, "small_for_squares_only",
                "fc6 expects what a square image leaves: the maps are as high as image[1] and as wide as image[2] make "
                "them.",
                small_for_squares),
        mistake(small_alexnet_layers, "small_filters_of_three",
                "the first two convolutions are 3×3: they are 5×5, with 2 zeros on every side.",
                small_layers_with<small_of_three>),
        mistake(small_alexnet_layers, "small_no_groups", "conv2, conv4 and conv5 see all maps: they are in two groups.",
                small_layers_with<without_groups>),
        mistake(small_alexnet_layers, "small_conv4_not_in_groups", "conv4 sees all maps: it is in two groups.",
                small_layers_with<conv4_whole>),
        mistake(small_alexnet_layers, "small_no_normalisation", "norm1 and norm2 are missing.",
                small_layers_with<without_norms>),
        mistake(small_alexnet_layers, "small_normalisation_before_relu",
                "the normalisation stands before the ReLU: it normalises what the ReLU has let through.",
                small_layers_with<norm_before_relu>),
        mistake(small_alexnet_layers, "small_normalisation_after_pooling",
                "the normalisation stands behind the pooling: it comes before.", small_layers_with<norm_after_pool>),
        mistake(small_alexnet_layers, "small_alpha_of_the_paper",
                "nn::LocalResponseNorm divides alpha by its size: the paper's alpha = 1e-4 with n = 5 is 5e-4 there.",
                small_layers_with<alpha_not_times_five>),
        mistake(small_alexnet_layers, "small_pooling_does_not_overlap",
                "the pooling is 2×2: it is 3×3 with stride 2, as in the large network.",
                small_layers_with<pools_of_two>),
        mistake(small_alexnet_layers, "small_relu7_missing",
                "relu7 is missing: a ReLU follows every layer but the last.", small_layers_with<relu7_missing>),
        mistake(small_alexnet_layers, "small_no_dropout", "drop6 and drop7 are missing.",
                small_layers_with<without_dropout>),
        mistake(small_alexnet_pass, "small_pass_no_normalisation",
                "outputs and gradients are those of a network without norm1 and norm2.",
                small_pass_with<without_norms>),
        mistake(small_alexnet_pass, "small_pass_normalisation_before_relu",
                "outputs and gradients are those of a network that normalises before its ReLUs.",
                small_pass_with<norm_before_relu>),
        mistake(small_alexnet_pass, "small_pass_normalisation_after_pooling",
                "outputs and gradients are those of a network that pools before it normalises.",
                small_pass_with<norm_after_pool>),
        mistake(small_alexnet_pass, "small_pass_pooling_does_not_overlap",
                "outputs and gradients are those of a network that pools 2×2.", small_pass_with<pools_of_two>),
        mistake(small_alexnet_pass, "small_pass_no_groups",
                "outputs and gradients are those of a network without groups.", small_pass_with<without_groups>),
        mistake(small_alexnet_pass, "small_pass_relu7_missing",
                "outputs and gradients are those of a network without relu7.", small_pass_with<relu7_missing>),
    };
}

}  // namespace cnn::lab12::wrong
