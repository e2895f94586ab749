// Wrong answers to 12.5: the network of 2012 with a part missing or exchanged.
#pragma once
#include "alexnet.hpp"
#include "grader/exercise.hpp"
#include "nn/describe.hpp"
#include "nn/dropout.hpp"
#include "nn/normalization.hpp"
#include "probes.hpp"

namespace cnn::lab12::wrong {

using grader::mistake;
using grader::Replacement;

// The sizes of a network of this kind, and what can go wrong with it.
struct Net {
    Index channels = 3, c1 = 96, c2 = 256, c3 = 384, c4 = 384, c5 = 256, dense = 4096, classes = 10;
    Window first{.size = 11, .stride = 4, .padding = 2}, second{.size = 5, .padding = 2};
    Window pool{.size = 3, .stride = 2};
    Index groups2 = 2, groups3 = 1, groups4 = 2, groups5 = 2;
    float alpha = 5e-4f, beta = 0.75f;
    bool norms = true, norm_before_relu = false, norm_after_pool = false, last_relu = true, drops = true, drop8 = false;
    float p = 0.5f;
    Index features = 0;  // that fc6 expects; 0: as many as there are
};
inline nn::Sequential built(const Net& net, const Shape& input) {
    const Window three{.size = 3, .padding = 1};
    nn::Sequential network;
    const auto competing = [&](const std::string& number) {
        const auto norm = [&] {
            if (net.norms)
                network.add("norm" + number,
                            nn::LocalResponseNorm({.size = 5, .alpha = net.alpha, .beta = net.beta, .k = 2}));
        };
        if (net.norm_before_relu) norm();
        network.add("relu" + number, nn::ReLU());
        if (!net.norm_before_relu && !net.norm_after_pool) norm();
        network.add("pool" + number, nn::MaxPool2d(net.pool));
        if (net.norm_after_pool) norm();
    };
    network.add("conv1", nn::Conv2d(net.channels, net.c1, net.first));
    competing("1");
    network.add("conv2", nn::Conv2d(net.c1, net.c2, net.second, true, net.groups2));
    competing("2");
    network.add("conv3", nn::Conv2d(net.c2, net.c3, three, true, net.groups3)).add("relu3", nn::ReLU());
    network.add("conv4", nn::Conv2d(net.c3, net.c4, three, true, net.groups4)).add("relu4", nn::ReLU());
    network.add("conv5", nn::Conv2d(net.c4, net.c5, three, true, net.groups5));
    network.add("relu5", nn::ReLU()).add("pool5", nn::MaxPool2d(net.pool)).add("flatten", nn::Flatten());
    const Index features = net.features > 0 ? net.features : network.output_shape(input)[1];
    network.add("fc6", nn::Dense(features, net.dense)).add("relu6", nn::ReLU());
    if (net.drops) network.add("drop6", nn::Dropout(net.p));
    network.add("fc7", nn::Dense(net.dense, net.dense));
    if (net.last_relu) network.add("relu7", nn::ReLU());
    if (net.drops) network.add("drop7", nn::Dropout(net.p));
    network.add("fc8", nn::Dense(net.dense, net.classes));
    if (net.drop8) network.add("drop8", nn::Dropout(net.p));
    return network;
}

// A change to a network that is right.
using Change = void (*)(Net&);

inline Net published(Index classes, Index thin) {
    return {.c1 = 96 / thin,
            .c2 = 256 / thin,
            .c3 = 384 / thin,
            .c4 = 384 / thin,
            .c5 = 256 / thin,
            .dense = 4096 / thin,
            .classes = classes};
}
template <Change change>
Description layers_2012_with(Index classes, Index thin) {
    alexnet_2012(classes, thin);
    Net net = published(classes, thin);
    change(net);
    nn::Sequential network = built(net, {1, 3, 224, 224});
    return description_of(network, {1, 3, 224, 224});
}
template <Change change>
Index parameters_2012_with(Index thin) {
    Net net = published(1000, thin);
    change(net);
    nn::Sequential network = built(net, {1, 3, 224, 224});
    return nn::count_parameters(network);
}
template <Change change>
NetworkPass pass_2012_with(const Tensor& x, const Tensor& dy, Index thin, std::uint32_t seed) {
    Net net = published(dy.size(1), thin);
    change(net);
    nn::Sequential network = built(net, x.shape());
    return tested_pass(network, x, dy, seed);
}

inline void without_groups(Net& net) { net.groups2 = net.groups4 = net.groups5 = 1; }
inline void conv3_in_groups(Net& net) { net.groups3 = 2; }
inline void without_norms(Net& net) { net.norms = false; }
inline void alpha_not_times_five(Net& net) { net.alpha = 1e-4f; }
inline void norm_before_relu(Net& net) { net.norm_before_relu = true; }
inline void norm_after_pool(Net& net) { net.norm_after_pool = true; }
inline void pools_of_two(Net& net) { net.pool = {.size = 2, .stride = 2}; }
inline void relu7_missing(Net& net) { net.last_relu = false; }
inline void without_dropout(Net& net) { net.drops = false; }
inline void dropout_at_the_end(Net& net) { net.drop8 = true; }
inline void conv1_not_padded(Net& net) { net.first.padding = 0; }
inline void conv1_not_padded_fc6_right(Net& net) { net.first.padding = 0, net.features = net.c5 * 36; }
inline void conv2_whole(Net& net) { net.groups2 = 1; }
inline void conv4_whole(Net& net) { net.groups4 = 1; }
inline void conv5_whole(Net& net) { net.groups5 = 1; }
inline void beta_doubled(Net& net) { net.beta *= 2; }
inline void classes_thinned(Net& net) { net.classes /= 4096 / net.dense; }
inline void dense_not_thinned(Net& net) { net.dense = 4096; }
inline void drops_less(Net& net) { net.p = 0.2f; }

// The same fault shows in the table of layers, and often in the number of parameters and in what the network gives.
inline std::vector<Replacement> published_mistakes() {
    return {
        mistake(
            alexnet_2012_layers, "no_groups",
            "conv2, conv4 and conv5 see all maps: in 2012 each of two graphics cards kept its maps to itself there.",
            layers_2012_with<without_groups>),
        mistake(alexnet_2012_layers, "conv2_not_in_groups",
                "conv2 sees all maps: it is in two groups, 48 maps for each filter.", layers_2012_with<conv2_whole>),
        mistake(alexnet_2012_layers, "conv4_not_in_groups",
                "conv4 sees all maps: it is in two groups, 192 maps for each filter.", layers_2012_with<conv4_whole>),
        mistake(alexnet_2012_layers, "conv5_not_in_groups",
                "conv5 sees all maps: it is in two groups, 192 maps for each filter.", layers_2012_with<conv5_whole>),
        mistake(alexnet_2012_layers, "conv3_in_groups",
                "conv3 is in two groups: it is the one layer in which the graphics cards exchange their maps.",
                layers_2012_with<conv3_in_groups>),
        mistake(alexnet_2012_layers, "no_normalisation", "norm1 and norm2 are missing.",
                layers_2012_with<without_norms>),
        mistake(alexnet_2012_layers, "alpha_of_the_paper",
                "nn::LocalResponseNorm divides alpha by its size: the paper's alpha = 1e-4 with n = 5 is 5e-4 there.",
                layers_2012_with<alpha_not_times_five>),
        mistake(alexnet_2012_layers, "beta_doubled", "the normalisation's beta is 1.5: it is 0.75.",
                layers_2012_with<beta_doubled>),
        mistake(alexnet_2012_layers, "normalisation_before_relu",
                "the normalisation stands before the ReLU: section 3.3 normalises what the ReLU has let through.",
                layers_2012_with<norm_before_relu>),
        mistake(alexnet_2012_layers, "normalisation_after_pooling",
                "the normalisation stands behind the pooling: section 3.5 pools what was normalised.",
                layers_2012_with<norm_after_pool>),
        mistake(alexnet_2012_layers, "pooling_does_not_overlap",
                "the pooling is 2×2: AlexNet's windows of 3×3 move by 2, they overlap (section 3.4).",
                layers_2012_with<pools_of_two>),
        mistake(alexnet_2012_layers, "relu7_missing", "relu7 is missing: a ReLU follows every layer but the last.",
                layers_2012_with<relu7_missing>),
        mistake(alexnet_2012_layers, "no_dropout", "drop6 and drop7 are missing: section 4.2.",
                layers_2012_with<without_dropout>),
        mistake(alexnet_2012_layers, "dropout_too_small",
                "the probability of dropout is 0.2: in AlexNet half of the neurons are dropped, p = 0.5.",
                layers_2012_with<drops_less>),
        mistake(alexnet_2012_layers, "dropout_at_the_end",
                "the scores are dropped as well: dropout is used in the first two dense layers only.",
                layers_2012_with<dropout_at_the_end>),
        mistake(alexnet_2012_layers, "conv1_not_padded",
                "conv1 has no padding: with 224 pixels its maps are 55×55 only with 2 zeros on every side.",
                layers_2012_with<conv1_not_padded>),
        mistake(
            alexnet_2012_layers, "conv1_not_padded_and_fc6_not_adapted",
            "conv1 has no padding, so that less is left for fc6 than it expects: with 224 pixels the maps are 55×55 "
            "only with 2 zeros on every side.",
            layers_2012_with<conv1_not_padded_fc6_right>),
        mistake(alexnet_2012_layers, "classes_thinned",
                "fc8 has classes / thin neurons: `thin` divides every layer but the last.",
                layers_2012_with<classes_thinned>),
        mistake(alexnet_2012_layers, "dense_not_thinned",
                "fc6 and fc7 have 4096 neurons whatever `thin` is: it divides them, too.",
                layers_2012_with<dense_not_thinned>),
        mistake(alexnet_2012_parameters, "counted_without_groups",
                "these parameters are those of a network without groups: conv2, conv4 and conv5 see half of the maps.",
                parameters_2012_with<without_groups>),
        mistake(alexnet_2012_parameters, "counted_conv2_whole",
                "these parameters are those of a network whose conv2 sees all maps: it is in two groups.",
                parameters_2012_with<conv2_whole>),
        mistake(alexnet_2012_parameters, "counted_conv4_whole",
                "these parameters are those of a network whose conv4 sees all maps: it is in two groups.",
                parameters_2012_with<conv4_whole>),
        mistake(alexnet_2012_parameters, "counted_conv5_whole",
                "these parameters are those of a network whose conv5 sees all maps: it is in two groups.",
                parameters_2012_with<conv5_whole>),
        mistake(alexnet_2012_parameters, "counted_all_in_groups",
                "these parameters are those of a network whose conv3 is in groups, too: it is the one layer that sees "
                "the maps of both graphics cards.",
                parameters_2012_with<conv3_in_groups>),
        mistake(alexnet_2012_parameters, "counted_unpadded",
                "these parameters are those of a network whose conv1 has no padding, so that fc6 reads 5×5 pixels of "
                "each map: with 2 zeros on every side it is 6×6.",
                parameters_2012_with<conv1_not_padded>),
        mistake(alexnet_2012_parameters, "counted_classes_thinned",
                "these parameters are those of a network whose fc8 has classes / thin neurons: `thin` divides every "
                "layer but the last.",
                parameters_2012_with<classes_thinned>),
        mistake(alexnet_2012_parameters, "counted_dense_not_thinned",
                "these parameters are those of a network whose fc6 and fc7 have 4096 neurons whatever `thin` is.",
                parameters_2012_with<dense_not_thinned>),
        mistake(alexnet_2012_pass, "pass_no_normalisation",
                "outputs and gradients are those of a network without norm1 and norm2.", pass_2012_with<without_norms>),
        mistake(alexnet_2012_pass, "pass_relu7_missing", "outputs and gradients are those of a network without relu7.",
                pass_2012_with<relu7_missing>),
        mistake(alexnet_2012_pass, "pass_pooling_does_not_overlap",
                "outputs and gradients are those of a network that pools 2×2.", pass_2012_with<pools_of_two>),
        mistake(alexnet_2012_pass, "pass_conv1_not_padded",
                "outputs and gradients are those of a network whose conv1 has no padding.",
                pass_2012_with<conv1_not_padded>),
        mistake(alexnet_2012_pass, "pass_no_groups", "outputs and gradients are those of a network without groups.",
                pass_2012_with<without_groups>),
        mistake(alexnet_2012_pass, "pass_conv4_not_in_groups",
                "outputs and gradients are those of a network whose conv4 sees all maps.", pass_2012_with<conv4_whole>),
    };
}

}  // namespace cnn::lab12::wrong
