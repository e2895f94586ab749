// Wrong answers to 12.5: networks with a part missing or exchanged.
#pragma once
#include "alexnet.hpp"
#include "grader/exercise.hpp"
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
    float alpha = 5e-4f;
    bool norms = true, norm_before_relu = false, norm_after_pool = false, last_relu = true, drops = true, drop8 = false;
    float p = 0.5f;
};
inline nn::Sequential built(const Net& net, const Shape& input) {
    const Window three{.size = 3, .padding = 1};
    nn::Sequential network;
    const auto competing = [&](const std::string& number) {
        const auto norm = [&] {
            if (net.norms)
                network.add("norm" + number,
                            nn::LocalResponseNorm({.size = 5, .alpha = net.alpha, .beta = 0.75f, .k = 2}));
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
    network.add("fc6", nn::Dense(network.output_shape(input)[1], net.dense)).add("relu6", nn::ReLU());
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

// torchvision's, of which one part can go wrong.
struct Tower {
    Index c1 = 64, c2 = 192, c4 = 256;
    bool dropout_behind = false, pools = true, norm = false, one_list = false, averaged = true;
};
inline nn::Sequential tower_with(Index classes, Index thin, const Tower& tower) {
    const Window three{.size = 3, .padding = 1}, pool{.size = 3, .stride = 2};
    const Index c1 = tower.c1 / thin, c2 = tower.c2 / thin, c4 = tower.c4 / thin, dense = 4096 / thin;
    nn::Sequential features, classifier, network;
    const auto competing = [&] {
        features.add(nn::ReLU());
        if (tower.norm) features.add(nn::LocalResponseNorm({.size = 5, .alpha = 5e-4f, .beta = 0.75f, .k = 2}));
        features.add(nn::MaxPool2d(pool));
    };
    features.add(nn::Conv2d(3, c1, {.size = 11, .stride = 4, .padding = 2}));
    competing();
    features.add(nn::Conv2d(c1, c2, {.size = 5, .padding = 2}));
    competing();
    features.add(nn::Conv2d(c2, 384 / thin, three)).add(nn::ReLU());
    features.add(nn::Conv2d(384 / thin, c4, three)).add(nn::ReLU());
    features.add(nn::Conv2d(c4, 256 / thin, three)).add(nn::ReLU()).add(nn::MaxPool2d(pool));
    const auto dense_layer = [&](Index inputs) {
        if (!tower.dropout_behind) classifier.add(nn::Dropout(0.5f));
        classifier.add(nn::Dense(inputs, dense)).add(nn::ReLU());
        if (tower.dropout_behind) classifier.add(nn::Dropout(0.5f));
    };
    dense_layer(256 / thin * 36);
    dense_layer(dense);
    classifier.add(nn::Dense(dense, classes));
    network.add(tower.one_list ? "" : "features", std::move(features));
    if (tower.averaged) network.add("avgpool", nn::AdaptiveAvgPool2d(6));
    network.add("flatten", nn::Flatten()).add("classifier", std::move(classifier));
    return network;
}
template <class F>
Description tower_layers(Index classes, Index thin, const F& change) {
    alexnet(classes, thin);
    Tower tower;
    change(tower);
    nn::Sequential network = tower_with(classes, thin, tower);
    return description_of(network, {1, 3, 224, 224});
}

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
inline void small_of_three(Net& net) { net.first = net.second = {.size = 3, .padding = 1}; }
template <Change change>
NetworkPass small_pass_with(const Tensor& x, const Tensor& dy, std::uint32_t seed) {
    Net net = small({x.size(1), x.size(2), x.size(3)}, dy.size(1));
    change(net);
    nn::Sequential network = built(net, x.shape());
    return tested_pass(network, x, dy, seed);
}

inline std::vector<Replacement> published_mistakes() {
    return {
        mistake(
            alexnet_2012_parameters, "counted_without_groups",
            "62,378,344 parameters are those of a network without groups: conv2, conv4 and conv5 see half of the maps.",
            [] { return Index{62'378'344}; }),
        mistake(alexnet_2012_parameters, "counted_all_in_groups",
                "conv3 is in groups as well: it is the one layer that sees the maps of both graphics cards.",
                [] { return Index{60'965'224 - 442'368}; }),
        mistake(
            alexnet_2012_layers, "no_groups",
            "conv2, conv4 and conv5 see all maps: in 2012 each of two graphics cards kept its maps to itself there.",
            layers_2012_with<without_groups>),
        mistake(alexnet_2012_layers, "conv3_in_groups",
                "conv3 is in two groups: it is the one layer in which the graphics cards exchange their maps.",
                layers_2012_with<conv3_in_groups>),
        mistake(alexnet_2012_layers, "no_normalisation", "norm1 and norm2 are missing.",
                layers_2012_with<without_norms>),
        mistake(alexnet_2012_layers, "alpha_of_the_paper",
                "nn::LocalResponseNorm divides alpha by its size: the paper's alpha = 1e-4 with n = 5 is 5e-4 there.",
                layers_2012_with<alpha_not_times_five>),
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
        mistake(alexnet_2012_layers, "dropout_at_the_end",
                "the scores are dropped as well: dropout is used in the first two dense layers only.",
                layers_2012_with<dropout_at_the_end>),
        mistake(alexnet_2012_layers, "conv1_not_padded",
                "conv1 has no padding: with 224 pixels its maps are 55×55 only with 2 zeros on every side.",
                layers_2012_with<conv1_not_padded>),
        mistake(alexnet_2012_pass, "pass_no_normalisation",
                "outputs and gradients are those of a network without norm1 and norm2.", pass_2012_with<without_norms>),
        mistake(alexnet_2012_pass, "pass_relu7_missing", "outputs and gradients are those of a network without relu7.",
                pass_2012_with<relu7_missing>),
    };
}

inline std::vector<Replacement> tower_and_small_mistakes() {
    return {
        mistake(
            alexnet_parameters, "counted_widths_of_2012",
            "62,378,344 parameters are those of the widths of 2012 in one tower: the first two layers have 64 and 192 "
            "filters here, the fourth 256.",
            [] { return Index{62'378'344}; }),
        mistake(alexnet_layers, "widths_of_2012",
                "the widths are those of 2012: torchvision's tower has 64, 192, 384, 256 and 256 filters.",
                [](Index classes, Index thin) {
                    return tower_layers(classes, thin, [](Tower& t) { t.c1 = 96, t.c2 = 256, t.c4 = 384; });
                }),
        mistake(
            alexnet_layers, "dropout_behind_dense",
            "dropout stands behind the dense layers: torchvision has it before them, as classifier.0 and classifier.3.",
            [](Index classes, Index thin) {
                return tower_layers(classes, thin, [](Tower& t) { t.dropout_behind = true; });
            }),
        mistake(alexnet_layers, "tower_with_normalisation",
                "there is a local response normalisation: the tower of 2014 does without.",
                [](Index classes, Index thin) { return tower_layers(classes, thin, [](Tower& t) { t.norm = true; }); }),
        mistake(
            alexnet_layers, "names_without_features",
            "the convolutions are called \"0.weight\", …: put them into a Sequential and add it as \"features\".",
            [](Index classes, Index thin) { return tower_layers(classes, thin, [](Tower& t) { t.one_list = true; }); }),
        mistake(alexnet_layers, "avgpool_missing",
                "avgpool is missing: for 224 pixels it changes nothing, for other sizes it fits the maps to the "
                "classifier.",
                [](Index classes, Index thin) {
                    return tower_layers(classes, thin, [](Tower& t) { t.averaged = false; });
                }),
        mistake(alexnet_pass, "pass_with_normalisation",
                "outputs and gradients are those of a network with local response normalisation: the tower has none.",
                [](const Tensor& x, const Tensor& dy, Index thin, std::uint32_t seed) {
                    nn::Sequential network = tower_with(dy.size(1), thin, {.norm = true});
                    return tested_pass(network, x, dy, seed);
                }),
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
                    return description_of(network, {1, 1, image[1], image[2]});
                }),
        mistake(small_alexnet_layers, "small_filters_of_three",
                "the first two convolutions are 3×3: they are 5×5, with 2 zeros on every side.",
                small_layers_with<small_of_three>),
        mistake(small_alexnet_layers, "small_no_groups", "conv2, conv4 and conv5 see all maps: they are in two groups.",
                small_layers_with<without_groups>),
        mistake(small_alexnet_layers, "small_no_normalisation", "norm1 and norm2 are missing.",
                small_layers_with<without_norms>),
        mistake(small_alexnet_layers, "small_no_dropout", "drop6 and drop7 are missing.",
                small_layers_with<without_dropout>),
        mistake(small_alexnet_pass, "small_pass_no_normalisation",
                "outputs and gradients are those of a network without norm1 and norm2.",
                small_pass_with<without_norms>),
        mistake(small_alexnet_pass, "small_pass_relu7_missing",
                "outputs and gradients are those of a network without relu7.", small_pass_with<relu7_missing>),
    };
}

inline std::vector<Replacement> network_mistakes() {
    std::vector<Replacement> all = published_mistakes();
    for (Replacement& more : tower_and_small_mistakes()) all.push_back(std::move(more));
    return all;
}

}  // namespace cnn::lab12::wrong
