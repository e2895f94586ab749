// Wrong answers to 12.5: torchvision's tower.
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

// torchvision's, of which one part can go wrong.
struct Tower {
    Index c1 = 64, c2 = 192, c4 = 256;
    bool dropout_behind = false, norm = false, one_list = false, averaged = true, dropout = true;
    Index padding = 2;      // of the first convolution
    bool thin_end = false;  // the classes are divided, too
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
    features.add(nn::Conv2d(3, c1, {.size = 11, .stride = 4, .padding = tower.padding}));
    competing();
    features.add(nn::Conv2d(c1, c2, {.size = 5, .padding = 2}));
    competing();
    features.add(nn::Conv2d(c2, 384 / thin, three)).add(nn::ReLU());
    features.add(nn::Conv2d(384 / thin, c4, three)).add(nn::ReLU());
    features.add(nn::Conv2d(c4, 256 / thin, three)).add(nn::ReLU()).add(nn::MaxPool2d(pool));
    const auto dense_layer = [&](Index inputs) {
        if (tower.dropout && !tower.dropout_behind) classifier.add(nn::Dropout(0.5f));
        classifier.add(nn::Dense(inputs, dense)).add(nn::ReLU());
        if (tower.dropout && tower.dropout_behind) classifier.add(nn::Dropout(0.5f));
    };
    dense_layer(256 / thin * 36);
    dense_layer(dense);
    classifier.add(nn::Dense(dense, tower.thin_end ? classes / thin : classes));
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

template <class F>
Index tower_parameters(Index thin, const F& change) {
    Tower tower;
    change(tower);
    nn::Sequential network = tower_with(1000, thin, tower);
    return nn::count_parameters(network);
}
template <class F>
NetworkPass tower_pass(const Tensor& x, const Tensor& dy, Index thin, std::uint32_t seed, const F& change) {
    Tower tower;
    change(tower);
    nn::Sequential network = tower_with(dy.size(1), thin, tower);
    return tested_pass(network, x, dy, seed);
}
inline void widths_of_2012(Tower& t) { t.c1 = 96, t.c2 = 256, t.c4 = 384; }
inline void fourth_of_2012(Tower& t) { t.c4 = 384; }

inline std::vector<Replacement> tower_mistakes() {
    return {
        mistake(alexnet_layers, "widths_of_2012",
                "the widths are those of 2012: torchvision's tower has 64, 192, 384, 256 and 256 filters.",
                [](Index classes, Index thin) { return tower_layers(classes, thin, wrong::widths_of_2012); }),
        mistake(alexnet_layers, "fourth_width_of_2012",
                "the fourth convolution has 384 filters, as in 2012: torchvision's has 256.",
                [](Index classes, Index thin) { return tower_layers(classes, thin, fourth_of_2012); }),
        mistake(
            alexnet_layers, "dropout_behind_dense",
            "dropout stands behind the dense layers: torchvision has it before them, as classifier.0 and classifier.3.",
            [](Index classes, Index thin) {
                return tower_layers(classes, thin, [](Tower& t) { t.dropout_behind = true; });
            }),
        mistake(
            alexnet_layers, "tower_without_dropout",
            "there is no dropout: torchvision has it before the first two dense layers.",
            [](Index classes, Index thin) { return tower_layers(classes, thin, [](Tower& t) { t.dropout = false; }); }),
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
        mistake(alexnet_layers, "tower_conv1_not_padded",
                "the first convolution has no padding: it has 2 zeros on every side.",
                [](Index classes, Index thin) { return tower_layers(classes, thin, [](Tower& t) { t.padding = 0; }); }),
        mistake(
            alexnet_layers, "tower_classes_thinned",
            "the last layer has classes / thin neurons: `thin` divides every layer but the last.",
            [](Index classes, Index thin) { return tower_layers(classes, thin, [](Tower& t) { t.thin_end = true; }); }),
        mistake(alexnet_parameters, "counted_widths_of_2012",
                "these parameters are those of the widths of 2012 in one tower: the first two layers have 64 and 192 "
                "filters here, the fourth 256.",
                [](Index thin) { return tower_parameters(thin, wrong::widths_of_2012); }),
        mistake(alexnet_parameters, "counted_fourth_of_2012",
                "these parameters are those of a tower whose fourth convolution has 384 filters, as in 2012: "
                "torchvision's has 256.",
                [](Index thin) { return tower_parameters(thin, fourth_of_2012); }),
        mistake(alexnet_parameters, "counted_tower_classes_thinned",
                "these parameters are those of a tower whose last layer has classes / thin neurons: `thin` divides "
                "every layer but the last.",
                [](Index thin) { return tower_parameters(thin, [](Tower& t) { t.thin_end = true; }); }),
        mistake(alexnet_pass, "pass_with_normalisation",
                "outputs and gradients are those of a network with local response normalisation: the tower has none.",
                [](const Tensor& x, const Tensor& dy, Index thin, std::uint32_t seed) {
                    return tower_pass(x, dy, thin, seed, [](Tower& t) { t.norm = true; });
                }),
        mistake(alexnet_pass, "tower_pass_widths_of_2012",
                "outputs and gradients are those of a tower with the widths of 2012.",
                [](const Tensor& x, const Tensor& dy, Index thin, std::uint32_t seed) {
                    return tower_pass(x, dy, thin, seed, wrong::widths_of_2012);
                }),
        mistake(alexnet_pass, "tower_pass_fourth_of_2012",
                "outputs and gradients are those of a tower whose fourth convolution has 384 filters, as in 2012.",
                [](const Tensor& x, const Tensor& dy, Index thin, std::uint32_t seed) {
                    return tower_pass(x, dy, thin, seed, fourth_of_2012);
                }),
        mistake(alexnet_pass, "tower_pass_conv1_not_padded",
                "outputs and gradients are those of a tower whose first convolution has no padding.",
                [](const Tensor& x, const Tensor& dy, Index thin, std::uint32_t seed) {
                    return tower_pass(x, dy, thin, seed, [](Tower& t) { t.padding = 0; });
                }),
    };
}

}  // namespace cnn::lab12::wrong
