// Wrong answers to 13.1 and 13.5: networks from tables.
#pragma once
#include "grader/exercise.hpp"
#include "nn/dropout.hpp"
#include "nn/normalization.hpp"
#include "probes.hpp"

namespace cnn::lab13::wrong {

using grader::mistake;
using grader::Replacement;

// ---- 13.1: layers ----

struct FeatureFaults {
    bool padding = true, pads_one = false, relu = true, relu_after_pool = false, bias = true, lrn_before_relu = false;
    float alpha = 5e-4f, k = 2;
    Window pool{.size = 2, .stride = 2};
};
inline nn::Sequential features_with(const std::vector<Line>& lines, Index channels, const FeatureFaults& faults) {
    nn::Sequential features;
    const nn::LocalResponseNorm lrn({.size = 5, .alpha = faults.alpha, .beta = 0.75f, .k = faults.k});
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const Line& line = lines[i];
        if (line.kind == Kind::lrn && !faults.lrn_before_relu) features.add(nn::LocalResponseNorm(lrn));
        if (line.kind == Kind::maxpool) {
            features.add(nn::MaxPool2d(faults.pool));
            if (faults.relu_after_pool) features.add(nn::ReLU());
        }
        if (line.kind != Kind::conv) continue;
        const Index padding = faults.pads_one ? 1 : faults.padding ? (line.size - 1) / 2 : 0;
        features.add(nn::Conv2d(channels, line.filters, {.size = line.size, .padding = padding}, faults.bias));
        channels = line.filters;
        if (faults.lrn_before_relu && i + 1 < lines.size() && lines[i + 1].kind == Kind::lrn)
            features.add(nn::LocalResponseNorm(lrn));
        const bool pooled = i + 1 < lines.size() && lines[i + 1].kind == Kind::maxpool;
        if (faults.relu && !(faults.relu_after_pool && pooled)) features.add(nn::ReLU());
    }
    return features;
}
template <const FeatureFaults& faults>
Table features_table_with(const std::vector<Line>& lines, const Shape& image) {
    nn::Sequential features = features_with(lines, image[0], faults);
    return layer_table(features, {1, image[0], image[1], image[2]});
}
template <const FeatureFaults& faults>
nn::NetworkPass features_pass_with(const std::vector<Line>& lines, const Tensor& x, const Tensor& dy,
                                   std::uint32_t seed) {
    nn::Sequential features = features_with(lines, x.size(1), faults);
    return evaluated_pass(features, x, dy, seed);
}
inline constexpr FeatureFaults no_padding{.padding = false}, one_everywhere{.pads_one = true}, no_relu{.relu = false},
    relu_late{.relu_after_pool = true}, no_biases{.bias = false}, lrn_early{.lrn_before_relu = true},
    alpha_as_printed{.alpha = 1e-4f}, k_of_pytorch{.k = 1}, pool_of_alexnet{.pool = {.size = 3, .stride = 2}},
    pool_of_stride_one{.pool = {.size = 2}};

// ---- 13.1: the whole network ----

struct NetworkFaults {
    bool relu_at_the_end = false, dropout = true, dropout_first = false, flat_names = false, narrow_dense = true;
    bool thin_end = false, relus = true;
    Index average = 7;
    float p = 0.5f;
};
inline nn::Sequential dense_layers(Index inputs, Index neurons, Index classes, const NetworkFaults& faults) {
    nn::Sequential layers;
    for (int hidden = 0; hidden < 2; ++hidden) {
        if (faults.dropout && faults.dropout_first) layers.add(nn::Dropout(faults.p, 1));
        layers.add(nn::Dense(inputs, neurons));
        if (faults.relus) layers.add(nn::ReLU());
        if (faults.dropout && !faults.dropout_first) layers.add(nn::Dropout(faults.p, 1));
        inputs = neurons;
    }
    layers.add(nn::Dense(inputs, classes));
    if (faults.relu_at_the_end) layers.add(nn::ReLU());
    return layers;
}
inline nn::Sequential network_with(Configuration which, Index classes, Index narrower, const NetworkFaults& faults) {
    std::vector<Line> lines = column(which);
    for (Line& line : lines) line.filters /= narrower;
    nn::Sequential network, features = vgg_features(lines, 3);
    const Index channels = features.output_shape({1, 3, 224, 224})[1];
    const Index neurons = faults.narrow_dense ? 4096 / narrower : 4096;
    network.add(faults.flat_names ? "0" : "features", std::move(features));
    network.add(faults.flat_names ? "1" : "avgpool", nn::AdaptiveAvgPool2d(faults.average));
    network.add(faults.flat_names ? "2" : "flatten", nn::Flatten());
    network.add(faults.flat_names ? "3" : "classifier",
                dense_layers(channels * faults.average * faults.average, neurons,
                             faults.thin_end ? classes / narrower : classes, faults));
    return network;
}
template <const NetworkFaults& faults>
Table vgg_table_with(Configuration which, Index classes, Index narrower) {
    nn::Sequential network = network_with(which, classes, narrower, faults);
    return layer_table(network, {1, 3, 224, 224});
}
template <const NetworkFaults& faults>
nn::NetworkPass vgg_pass_with(Configuration which, Index narrower, const Tensor& x, const Tensor& dy,
                              std::uint32_t seed) {
    nn::Sequential network = network_with(which, dy.size(1), narrower, faults);
    return evaluated_pass(network, x, dy, seed);
}
inline constexpr NetworkFaults relu_last{.relu_at_the_end = true}, no_dropout{.dropout = false},
    dropout_of_alexnet{.dropout_first = true}, names_by_number{.flat_names = true}, wide_dense{.narrow_dense = false},
    average_of_six{.average = 6}, dropout_of_googlenet{.p = 0.4f}, thin_end{.thin_end = true},
    no_dense_relus{.relus = false};

// ---- 13.5 ----

struct SmallFaults {
    std::vector<Index> filters = {16, 32, 64};
    Index convolutions = 2, side = 0;
    NetworkFaults dense = {};
    bool one_hidden = false, square = false;
};
inline nn::Sequential small_with(const Shape& image, Index classes, const SmallFaults& faults) {
    small_vgg(image, classes);
    std::vector<Line> lines;
    for (const Index filters : faults.filters) {
        lines.insert(lines.end(), static_cast<std::size_t>(faults.convolutions), {Kind::conv, 3, filters});
        lines.push_back({Kind::maxpool});
    }
    nn::Sequential network;
    network.add("features", vgg_features(lines, image[0])).add("flatten", nn::Flatten());
    const Index inputs = network.output_shape({1, image[0], image[1], faults.square ? image[1] : image[2]})[1];
    if (faults.one_hidden)
        network.add("classifier",
                    nn::Sequential(nn::Dense(inputs, 256), nn::ReLU(), nn::Dropout(0.5f, 1), nn::Dense(256, classes)));
    else
        network.add("classifier", dense_layers(inputs, 256, classes, faults.dense));
    return network;
}
inline Table small_table_with(const Shape& image, Index classes, const SmallFaults& faults) {
    nn::Sequential network = small_with(image, classes, faults);
    return layer_table(network, {1, image[0], image[1], image[2]});
}

inline nn::NetworkPass small_pass_with(const Tensor& x, const Tensor& dy, std::uint32_t seed,
                                       const SmallFaults& faults) {
    nn::Sequential network = small_with({x.size(1), x.size(2), x.size(3)}, dy.size(1), faults);
    return evaluated_pass(network, x, dy, seed);
}

inline std::vector<Replacement> builder_mistakes() {
    return {
        mistake(vgg_features_table, "convolutions_not_padded",
                "the convolutions have no padding, so that each takes a border off the maps: (size - 1) / 2 zeros keep "
                "them.",
                features_table_with<no_padding>),
        mistake(vgg_features_table, "padding_always_one",
                "every convolution is padded by 1: a 1×1 filter needs no padding, a 5×5 filter 2.",
                features_table_with<one_everywhere>),
        mistake(vgg_features_table, "no_relu", "no ReLU follows the convolutions.", features_table_with<no_relu>),
        mistake(vgg_features_table, "relu_behind_maxpool",
                "where a maxpool follows, the ReLU stands behind it. The values are the same, but the names of the "
                "layers and the work are not: each convolution has its ReLU behind it.",
                features_table_with<relu_late>),
        mistake(vgg_features_table, "no_biases", "the convolutions have no biases.", features_table_with<no_biases>),
        mistake(vgg_features_table, "lrn_before_relu",
                "the normalisation stands before the ReLU: it follows the whole conv line, as in AlexNet.",
                features_table_with<lrn_early>),
        mistake(
            vgg_features_table, "alpha_as_printed",
            "α is 1e-4: nn::LocalResponseNorm divides it by n, as PyTorch does, so the paper's number is 5e-4 here.",
            features_table_with<alpha_as_printed>),
        mistake(vgg_features_table, "k_of_pytorch", "k is 1, which is PyTorch's default: AlexNet's k is 2.",
                features_table_with<k_of_pytorch>),
        mistake(vgg_features_table, "pooling_of_alexnet",
                "the pooling is AlexNet's, 3×3 with stride 2: VGG pools 2×2 with stride 2.",
                features_table_with<pool_of_alexnet>),
        mistake(vgg_features_table, "pooling_moves_by_one",
                "the pooling moves by one pixel: its stride must be given, {.size = 2, .stride = 2}.",
                features_table_with<pool_of_stride_one>),
        mistake(vgg_features_pass, "pass_no_relu", "outputs and gradients are those of convolutions without ReLU.",
                features_pass_with<no_relu>),
        mistake(vgg_features_pass, "pass_lrn_before_relu",
                "outputs and gradients are those of a network that normalises before its ReLU.",
                features_pass_with<lrn_early>),
        mistake(
            vgg_features_pass, "pass_alpha_as_printed",
            "outputs and gradients are those of a normalisation with α / 5: nn::LocalResponseNorm divides α by n, so "
            "the paper's number is 5e-4 here.",
            features_pass_with<alpha_as_printed>),
        mistake(vgg_features_pass, "pass_k_of_pytorch",
                "outputs and gradients are those of a normalisation with k = 1: AlexNet's k is 2.",
                features_pass_with<k_of_pytorch>),
        mistake(vgg_features_pass, "pass_no_biases", "the gradients are those of convolutions without biases.",
                features_pass_with<no_biases>),
        mistake(vgg_pass, "pass_relu_at_the_end",
                "outputs and gradients are those of a network with a ReLU behind its last layer.",
                vgg_pass_with<relu_last>),
        mistake(vgg_pass, "pass_no_relus_between_dense_layers",
                "outputs and gradients are those of dense layers without ReLU between them.",
                vgg_pass_with<no_dense_relus>),
        mistake(vgg_table, "no_relus_between_dense_layers",
                "no ReLU follows the first two dense layers: without one between them three are only one.",
                vgg_table_with<no_dense_relus>),
        mistake(vgg_table, "classes_narrower",
                "the last layer has classes / narrower neurons: `narrower` divides the filters and the two 4096 only.",
                vgg_table_with<thin_end>),
        mistake(vgg_table, "relu_at_the_end",
                "a ReLU follows the last layer: the loss wants the scores as they are, negative ones included.",
                vgg_table_with<relu_last>),
        mistake(vgg_table, "no_dropout", "there is no dropout behind the first two dense layers.",
                vgg_table_with<no_dropout>),
        mistake(vgg_table, "dropout_before_dense",
                "dropout stands before the dense layers, as in AlexNet: in VGG it follows their ReLUs.",
                vgg_table_with<dropout_of_alexnet>),
        mistake(vgg_table, "dropout_too_small", "the probability of dropout is 0.4, as in GoogLeNet: VGG's is 0.5.",
                vgg_table_with<dropout_of_googlenet>),
        mistake(vgg_table, "children_by_number",
                "the four children are called 0 to 3: give them torchvision's names, network.add(\"features\", …).",
                vgg_table_with<names_by_number>),
        mistake(vgg_table, "dense_not_narrower",
                "the dense layers have 4096 neurons whatever `narrower` says: it divides them, too.",
                vgg_table_with<wide_dense>),
        mistake(vgg_table, "average_of_six", "avgpool gives 6×6, as AlexNet's: VGG's dense layers read 7×7.",
                vgg_table_with<average_of_six>),
        mistake(
            small_vgg_table, "small_one_convolution",
            "each block has one convolution: VGG's idea is to stack them, here two.",
            [](const Shape& image, Index classes) { return small_table_with(image, classes, {.convolutions = 1}); }),
        mistake(small_vgg_table, "small_filters_of_vgg",
                "the filters begin with 64, as in the large VGG: here with 16.",
                [](const Shape& image, Index classes) {
                    return small_table_with(image, classes, {.filters = {64, 128, 256}});
                }),
        mistake(
            small_vgg_table, "small_one_hidden_layer", "there is one hidden dense layer: VGG has two.",
            [](const Shape& image, Index classes) { return small_table_with(image, classes, {.one_hidden = true}); }),
        mistake(small_vgg_table, "small_without_dropout", "there is no dropout behind the hidden dense layers.",
                [](const Shape& image, Index classes) {
                    return small_table_with(image, classes, {.dense = {.dropout = false}});
                }),
        mistake(
            small_vgg_table, "small_for_squares_only",
            "the first dense layer expects what a square image leaves: the maps are as high as image[1] and as wide "
            "as image[2] make them.",
            [](const Shape& image, Index classes) { return small_table_with(image, classes, {.square = true}); }),
        mistake(small_vgg_table, "small_no_relus_between_dense_layers",
                "no ReLU follows the hidden dense layers of the small network.",
                [](const Shape& image, Index classes) {
                    return small_table_with(image, classes, {.dense = {.relus = false}});
                }),
        mistake(small_vgg_pass, "small_pass_relu_at_the_end",
                "outputs and gradients are those of a small network with a ReLU behind its last layer.",
                [](const Tensor& x, const Tensor& dy, std::uint32_t seed) {
                    return small_pass_with(x, dy, seed, {.dense = {.relu_at_the_end = true}});
                }),
        mistake(small_vgg_pass, "small_pass_no_relus_between_dense_layers",
                "outputs and gradients are those of a small network without ReLU between its dense layers.",
                [](const Tensor& x, const Tensor& dy, std::uint32_t seed) {
                    return small_pass_with(x, dy, seed, {.dense = {.relus = false}});
                }),
        mistake(small_vgg_table, "small_relu_at_the_end",
                "a ReLU follows the last layer of the small network: no score could be negative.",
                [](const Shape& image, Index classes) {
                    return small_table_with(image, classes, {.dense = {.relu_at_the_end = true}});
                }),
    };
}

}  // namespace cnn::lab13::wrong
