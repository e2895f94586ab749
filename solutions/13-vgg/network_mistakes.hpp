// Wrong answers to 13.1 and 13.5: networks from tables.
#pragma once
#include <algorithm>

#include "grader/exercise.hpp"
#include "nn/dropout.hpp"
#include "nn/normalization.hpp"
#include "probes.hpp"

namespace cnn::lab13::wrong {

using grader::mistake;
using grader::Replacement;

// ---- 13.1: the table ----

template <class F>
std::vector<Line> column_with(Configuration which, const F& change) {
    std::vector<Line> lines = column(which);
    change(lines);
    return lines;
}

// The lines without those that `drop` picks.
template <class F>
std::vector<Line> column_without(Configuration which, const F& drop) {
    return column_with(which, [&](std::vector<Line>& lines) { std::erase_if(lines, drop); });
}

inline std::vector<Line> lrn_in_every_block(Configuration which) {
    if (which != Configuration::A_LRN) return column(which);
    std::vector<Line> lines;
    for (const Line& line : column(Configuration::A)) {
        if (line.kind == Kind::maxpool) lines.push_back({Kind::lrn});
        lines.push_back(line);
    }
    return lines;
}

// One convolution more in the first two blocks, as B has over A.
inline std::vector<Line> early_blocks_of_a(Configuration which) {
    if (which == Configuration::A || which == Configuration::A_LRN) return column(which);
    std::vector<Line> lines;
    for (const Line& line : column(which)) {
        const bool twice = !lines.empty() && lines.back() == line && line.filters <= 128;
        if (!twice) lines.push_back(line);
    }
    return lines;
}

// ---- 13.1: parameters ----

struct CountFaults {
    Index bias = 1, side = 224;
    bool forgets_channels = false, one_hidden = false, forgets_last = false, pads_to_seven = false;
};
inline Index parameters_with(const std::vector<Line>& lines, Index classes, const CountFaults& faults) {
    Index parameters = 0, channels = 3, side = faults.side;
    for (const Line& line : lines) {
        if (line.kind == Kind::maxpool) side /= 2;
        if (line.kind != Kind::conv) continue;
        const Index depth = faults.forgets_channels ? 1 : channels;
        parameters += line.filters * (depth * line.size * line.size + faults.bias);
        channels = line.filters;
    }
    if (faults.pads_to_seven) side = 7;
    Index inputs = channels * side * side;
    std::vector<Index> neurons{4096, 4096, classes};
    if (faults.one_hidden) neurons.erase(neurons.begin());
    if (faults.forgets_last) neurons.pop_back();
    for (const Index outputs : neurons) {
        parameters += outputs * (inputs + faults.bias);
        inputs = outputs;
    }
    return parameters;
}

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
inline constexpr FeatureFaults no_padding{.padding = false}, one_everywhere{.pads_one = true}, no_relu{.relu = false},
    relu_late{.relu_after_pool = true}, no_biases{.bias = false}, lrn_early{.lrn_before_relu = true},
    alpha_as_printed{.alpha = 1e-4f}, k_of_pytorch{.k = 1}, pool_of_alexnet{.pool = {.size = 3, .stride = 2}},
    pool_of_stride_one{.pool = {.size = 2}};

// ---- 13.1: the whole network ----

struct NetworkFaults {
    bool relu_at_the_end = false, dropout = true, dropout_first = false, flat_names = false, narrow_dense = true;
    Index average = 7;
    float p = 0.5f;
};
inline nn::Sequential dense_layers(Index inputs, Index neurons, Index classes, const NetworkFaults& faults) {
    nn::Sequential layers;
    for (int hidden = 0; hidden < 2; ++hidden) {
        if (faults.dropout && faults.dropout_first) layers.add(nn::Dropout(faults.p, 1));
        layers.add(nn::Dense(inputs, neurons)).add(nn::ReLU());
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
                dense_layers(channels * faults.average * faults.average, neurons, classes, faults));
    return network;
}
template <const NetworkFaults& faults>
Table vgg_table_with(Configuration which, Index classes, Index narrower) {
    nn::Sequential network = network_with(which, classes, narrower, faults);
    return layer_table(network, {1, 3, 224, 224});
}
inline constexpr NetworkFaults relu_last{.relu_at_the_end = true}, no_dropout{.dropout = false},
    dropout_of_alexnet{.dropout_first = true}, names_by_number{.flat_names = true}, wide_dense{.narrow_dense = false},
    average_of_six{.average = 6}, dropout_of_googlenet{.p = 0.4f};

// ---- 13.5 ----

struct SmallFaults {
    std::vector<Index> filters = {16, 32, 64};
    Index convolutions = 2, side = 0;
    NetworkFaults dense = {};
    bool one_hidden = false;
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
    Index inputs = network.output_shape({1, image[0], image[1], image[2]})[1];
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

inline std::vector<Replacement> table_mistakes() {
    return {
        mistake(column, "threes_in_c",
                "the third convolutions of C's last three blocks are of 3×3, as in D: C has them of 1×1.",
                [](Configuration which) { return column(which == Configuration::C ? Configuration::D : which); }),
        mistake(column, "ones_in_d",
                "the third convolutions of D's last three blocks are of 1×1, as in C: D has 3×3 throughout.",
                [](Configuration which) { return column(which == Configuration::D ? Configuration::C : which); }),
        mistake(column, "lrn_in_every_block",
                "A-LRN normalises in every block: it does so only once, behind the first convolution.",
                lrn_in_every_block),
        mistake(column, "lrn_forgotten", "A-LRN is the same as A: its LRN behind the first convolution is missing.",
                [](Configuration which) {
                    return column_without(which, [](const Line& line) { return line.kind == Kind::lrn; });
                }),
        mistake(column, "early_blocks_of_a",
                "the first two blocks have one convolution, as in A: from B on they have two.", early_blocks_of_a),
        mistake(
            column, "last_maxpool_missing", "there is no maxpool behind the last block: table 1 has five of them.",
            [](Configuration which) { return column_with(which, [](std::vector<Line>& lines) { lines.pop_back(); }); }),
        mistake(column, "doubles_to_the_end",
                "the last block has 1024 filters: the doubling ends with 512 in the fourth.",
                [](Configuration which) {
                    return column_with(which, [](std::vector<Line>& lines) {
                        for (std::size_t i = lines.size() - 2; lines[i].kind == Kind::conv; --i)
                            lines[i].filters = 1024;
                    });
                }),
        mistake(
            vgg_parameters, "biases_not_counted", "the biases are missing: one for every filter and every neuron.",
            [](const std::vector<Line>& lines, Index classes) { return parameters_with(lines, classes, {.bias = 0}); }),
        mistake(vgg_parameters, "filters_of_one_channel",
                "the filters are counted with one channel: a filter is as deep as there are channels before it.",
                [](const std::vector<Line>& lines, Index classes) {
                    return parameters_with(lines, classes, {.forgets_channels = true});
                }),
        mistake(vgg_parameters, "one_hidden_layer", "only one dense layer of 4096 is counted: there are two.",
                [](const std::vector<Line>& lines, Index classes) {
                    return parameters_with(lines, classes, {.one_hidden = true});
                }),
        mistake(vgg_parameters, "classes_forgotten", "the last dense layer, one neuron a class, is not counted.",
                [](const std::vector<Line>& lines, Index classes) {
                    return parameters_with(lines, classes, {.forgets_last = true});
                }),
        mistake(vgg_parameters, "always_seven",
                "the first dense layer always reads 7×7: that is what five maxpools leave of 224, other columns leave "
                "something else.",
                [](const std::vector<Line>& lines, Index classes) {
                    return parameters_with(lines, classes, {.pads_to_seven = true});
                }),
    };
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
        mistake(small_vgg_table, "small_relu_at_the_end",
                "a ReLU follows the last layer of the small network: no score could be negative.",
                [](const Shape& image, Index classes) {
                    return small_table_with(image, classes, {.dense = {.relu_at_the_end = true}});
                }),
    };
}

}  // namespace cnn::lab13::wrong
