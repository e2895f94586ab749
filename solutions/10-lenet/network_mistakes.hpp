// Wrong answers to 10.4, 10.5 and 10.7: networks with a part missing or exchanged.
#pragma once
#include <algorithm>

#include "grader/exercise.hpp"
#include "layers.hpp"
#include "probes.hpp"

namespace cnn::lab10::wrong {

using grader::mistake;
using grader::Replacement;

// ---- 10.4 ----

// The published network with parts exchanged.
struct Parts1998 {
    bool squash_subsampling = true, squash_f6 = true, table = true, max_pooling = false, rbf = true;
};
template <class Squash>
nn::Sequential network_of(const Parts1998& parts) {
    nn::Sequential network;
    const auto subsampling = [&](const char* name, Index maps) {
        if (parts.max_pooling)
            network.add(name, nn::MaxPool2d({.size = 2, .stride = 2}));
        else
            network.add(name, Subsampling(maps));
        if (parts.squash_subsampling) network.add(Squash());
    };
    network.add("c1", nn::Conv2d(1, 6, {.size = 5})).add(Squash());
    subsampling("s2", 6);
    if (parts.table)
        network.add("c3", ConnectedConv2d(connection_table(), 5));
    else
        network.add("c3", nn::Conv2d(6, 16, {.size = 5}));
    network.add(Squash());
    subsampling("s4", 16);
    network.add("c5", nn::Conv2d(16, 120, {.size = 5})).add(Squash());
    network.add(nn::Flatten());
    network.add("f6", nn::Dense(120, 84));
    if (parts.squash_f6) network.add(Squash());
    if (parts.rbf)
        network.add("output", Rbf(digit_codes()));
    else
        network.add("output", nn::Dense(84, 10));
    return network;
}

// The same mistake in both probes of a network: its table and its pass. One network: no two mistakes differ otherwise.
template <nn::Sequential (*build)()>
NetworkTable table_with() {
    nn::Sequential network = build();
    return table_of(network, {1, 1, 32, 32});
}
template <nn::Sequential (*build)()>
NetworkPass pass_with(const Tensor& x, const Tensor& dy, std::uint32_t seed) {
    nn::Sequential network = build();
    return pass_of(network, x, dy, seed);
}
inline nn::Sequential plain_tanh() { return network_of<nn::Tanh>({}); }
inline nn::Sequential linear_subsampling() { return network_of<nn::ScaledTanh>({.squash_subsampling = false}); }
inline nn::Sequential linear_f6() { return network_of<nn::ScaledTanh>({.squash_f6 = false}); }
inline nn::Sequential all_connected() { return network_of<nn::ScaledTanh>({.table = false}); }
inline nn::Sequential max_pooling() { return network_of<nn::ScaledTanh>({.max_pooling = true}); }
inline nn::Sequential dense_output() { return network_of<nn::ScaledTanh>({.rbf = false}); }

template <class F>
std::vector<LayerCount> counts_with(const F& change) {
    std::vector<LayerCount> counts = lenet5_counts();
    for (LayerCount& count : counts) change(count);
    return counts;
}

// ---- 10.5 ----

template <class Squash, class Pool>
nn::Sequential today(const Window& first, bool bias = true) {
    nn::Sequential network(nn::Conv2d(1, 6, first, bias), Squash(), Pool({.size = 2, .stride = 2}),
                           nn::Conv2d(6, 16, {.size = 5}, bias), Squash(), Pool({.size = 2, .stride = 2}),
                           nn::Flatten());
    const Index features = network.output_shape({1, 1, 28, 28})[1];
    network.add(nn::Dense(features, 120, bias)).add(Squash());
    network.add(nn::Dense(120, 84, bias)).add(Squash());
    network.add(nn::Dense(84, 10, bias));
    return network;
}
constexpr Window padded{.size = 5, .padding = 2};
inline nn::Sequential without_padding() { return today<nn::ReLU, nn::MaxPool2d>({.size = 5}); }
inline nn::Sequential average_pooling() { return today<nn::ReLU, nn::AveragePool2d>(padded); }
inline nn::Sequential tanh_for_relu() { return today<nn::Tanh, nn::MaxPool2d>(padded); }
inline nn::Sequential no_biases() { return today<nn::ReLU, nn::MaxPool2d>(padded, false); }
inline nn::Sequential relu_at_the_end() {
    nn::Sequential network = today<nn::ReLU, nn::MaxPool2d>(padded);
    network.add(nn::ReLU());
    return network;
}
inline nn::Sequential second_padded() {
    return nn::Sequential(nn::Conv2d(1, 6, padded), nn::ReLU(), nn::MaxPool2d({.size = 2, .stride = 2}),
                          nn::Conv2d(6, 16, padded), nn::ReLU(), nn::MaxPool2d({.size = 2, .stride = 2}), nn::Flatten(),
                          nn::Dense(784, 120), nn::ReLU(), nn::Dense(120, 84), nn::ReLU(), nn::Dense(84, 10));
}
inline nn::Sequential exchanged() {
    return nn::Sequential(nn::Conv2d(1, 6, padded), nn::ReLU(), nn::MaxPool2d({.size = 2, .stride = 2}),
                          nn::Conv2d(6, 16, {.size = 5}), nn::ReLU(), nn::MaxPool2d({.size = 2, .stride = 2}),
                          nn::Flatten(), nn::Dense(400, 84), nn::ReLU(), nn::Dense(84, 120), nn::ReLU(),
                          nn::Dense(120, 10));
}
inline nn::Sequential no_relu_between_dense() {
    return nn::Sequential(nn::Conv2d(1, 6, padded), nn::ReLU(), nn::MaxPool2d({.size = 2, .stride = 2}),
                          nn::Conv2d(6, 16, {.size = 5}), nn::ReLU(), nn::MaxPool2d({.size = 2, .stride = 2}),
                          nn::Flatten(), nn::Dense(400, 120), nn::Dense(120, 84), nn::Dense(84, 10));
}
template <nn::Sequential (*build)()>
NetworkTable table_today_with() {
    nn::Sequential network = build();
    return table_of(network, {1, 1, 28, 28});
}

// ---- 10.7 ----

// lenet_sizes with one thing wrong.
struct SizeFaults {
    bool pads_first = true, pads_all = false, pool_stride_is_size = false, counts_biases = true;
    bool forgets_channels = false, forgets_last_dense = false, refuses = true, rounds_up = false;
};
inline LenetSizes sizes_with(const LenetOptions& options, const SizeFaults& faults) {
    if (faults.refuses) lenet_sizes(options);
    LenetSizes sizes{{}, 0, 0};
    const Index bias = faults.counts_biases ? 1 : 0;
    const auto after = [&](Index side, Index size, Index stride, Index padding) {
        const Index steps = side + 2 * padding - size;
        return (faults.rounds_up ? steps + stride - 1 : steps) / stride + 1;
    };
    Index channels = 1, side = 28;
    for (std::size_t layer = 0; layer < options.filters.size(); ++layer) {
        const bool pads = faults.pads_all || (faults.pads_first && layer == 0);
        const Index depth = faults.forgets_channels ? 1 : channels;
        sizes.parameters += options.filters[layer] * (depth * options.filter_size * options.filter_size + bias);
        channels = options.filters[layer];
        side = after(side, options.filter_size, std::max<Index>(options.filter_stride, 1),
                     pads ? options.filter_size / 2 : 0);
        sizes.sides.push_back(side);
        const Index stride = faults.pool_stride_is_size ? options.pool_size : options.pool_stride;
        side = after(side, options.pool_size, std::max<Index>(stride, 1), 0);
        sizes.sides.push_back(side);
    }
    Index inputs = sizes.features = channels * side * side;
    std::vector<Index> neurons = options.dense;
    if (!faults.forgets_last_dense) neurons.push_back(10);
    for (const Index outputs : neurons) {
        sizes.parameters += outputs * (inputs + bias);
        inputs = outputs;
    }
    return sizes;
}

// build_lenet with one thing wrong.
struct BuildFaults {
    bool relu_at_the_end = false, pool_stride_is_size = false, one_hidden_layer = false, relu_missing = false,
         linear_dense = false, all_padded = false, not_padded = false, bias = true, filter_stride_ignored = false,
         pool_before_relu = false;
};
inline NetworkTable built_with(const LenetOptions& options, const BuildFaults& faults) {
    const LenetSizes sizes = lenet_sizes(options);
    nn::Sequential network;
    Index channels = 1;
    for (std::size_t layer = 0; layer < options.filters.size(); ++layer) {
        const bool pads = !faults.not_padded && (faults.all_padded || layer == 0);
        const Window window{options.filter_size, faults.filter_stride_ignored ? 1 : options.filter_stride,
                            pads ? options.filter_size / 2 : 0};
        network.add(nn::Conv2d(channels, options.filters[layer], window, faults.bias));
        if (!faults.relu_missing && !faults.pool_before_relu) network.add(nn::ReLU());
        network.add(
            nn::MaxPool2d({options.pool_size, faults.pool_stride_is_size ? options.pool_size : options.pool_stride}));
        if (faults.pool_before_relu) network.add(nn::ReLU());
        channels = options.filters[layer];
    }
    network.add(nn::Flatten());
    Index inputs = network.output_shape({1, 1, 28, 28})[1];
    for (const Index neurons : options.dense) {
        network.add(nn::Dense(inputs, neurons, faults.bias));
        if (!faults.linear_dense) network.add(nn::ReLU());
        inputs = neurons;
        if (faults.one_hidden_layer) break;
    }
    network.add(nn::Dense(inputs, 10, faults.bias));
    if (faults.relu_at_the_end) network.add(nn::ReLU());
    return table_of(network, {1, 1, 28, 28});
}

inline std::vector<Replacement> network_mistakes() {
    return {
        // 10.4
        mistake(lenet5_counts, "biases_not_counted",
                "the biases are missing among the parameters: every filter and every unit has one.",
                [] {
                    return counts_with([](LayerCount& count) {
                        if (count.parameters > 0) count.parameters -= count.maps;
                    });
                }),
        mistake(lenet5_counts, "bias_connected_once",
                "C3's biases are connected once a map: every unit of a map has a connection to its bias.",
                [] {
                    return counts_with([](LayerCount& count) {
                        if (count.layer == "C3") count.connections -= count.maps * (count.side * count.side - 1);
                    });
                }),
        mistake(lenet5_counts, "output_has_biases",
                "OUTPUT's units are counted with a bias: they measure distances, and have none.",
                [] {
                    return counts_with([](LayerCount& count) {
                        if (count.layer == "OUTPUT") count.connections += count.maps;
                    });
                }),
        mistake(lenet5_counts, "connections_without_bias",
                "the connections to the bias are missing: every unit but those of OUTPUT has one.",
                [] {
                    return counts_with([](LayerCount& count) {
                        if (count.parameters > 0) count.connections -= count.maps * count.side * count.side;
                    });
                }),
        mistake(lenet5_counts, "c3_all_connected",
                "C3 is counted as if every map saw all six of S2: table I has 60 connections, not 96.",
                [] {
                    return counts_with([](LayerCount& count) {
                        if (count.layer != "C3") return;
                        count.parameters = 96 * 25 + 16;
                        count.connections = 100 * count.parameters;
                    });
                }),
        mistake(lenet5_counts, "c3_parameters_all_connected",
                "C3's 2,416 parameters are those of a layer that sees every map: table I has 60 connections, not 96.",
                [] {
                    return counts_with([](LayerCount& count) {
                        if (count.layer == "C3") count.parameters = 96 * 25 + 16;
                    });
                }),
        mistake(lenet5_counts, "c3_bias_for_each_connection",
                "C3 is counted with a bias for each of its 60 connections: it has one for each of its 16 maps.",
                [] {
                    return counts_with([](LayerCount& count) {
                        if (count.layer != "C3") return;
                        count.parameters = 60 * 26;
                        count.connections = 100 * count.parameters;
                    });
                }),
        mistake(lenet5_counts, "coefficients_not_counted",
                "a map of S2 or S4 has two parameters: the coefficient is learned, as the bias is.",
                [] {
                    return counts_with([](LayerCount& count) {
                        if (count.layer.starts_with("S")) count.parameters = count.maps;
                    });
                }),
        mistake(lenet5_counts, "codes_counted", "the 840 numbers of the codes are fixed: OUTPUT has no trainable ones.",
                [] {
                    return counts_with([](LayerCount& count) {
                        if (count.layer == "OUTPUT") count.parameters = 840;
                    });
                }),
        mistake(lenet5_1998_table, "tanh_not_scaled",
                "the squashing function is the plain tanh: LeNet-5 uses 1.7159 tanh(2x/3), nn::ScaledTanh.",
                table_with<plain_tanh>),
        mistake(lenet5_1998_table, "subsampling_not_squashed",
                "no squashing function follows s2 and s4: subsampling units have one like all others.",
                table_with<linear_subsampling>),
        mistake(lenet5_1998_table, "f6_not_squashed", "f6 goes to the output without its squashing function.",
                table_with<linear_f6>),
        mistake(lenet5_1998_table, "c3_sees_everything",
                "c3 is a plain convolution with 2,416 parameters: only the 60 connections of table I have filters.",
                table_with<all_connected>),
        mistake(lenet5_1998_table, "max_pooling_in_1998",
                "s2 and s4 are max pooling: in 1998 they were trainable subsampling, with 12 and 32 parameters.",
                table_with<max_pooling>),
        mistake(lenet5_1998_table, "dense_output",
                "the output layer is a dense one with 850 parameters: it is an Rbf with the fixed digit_codes().",
                table_with<dense_output>),
        mistake(lenet5_1998_pass, "pass_tanh_not_scaled",
                "outputs and gradients are those of the plain tanh: LeNet-5 uses 1.7159 tanh(2x/3), nn::ScaledTanh.",
                pass_with<plain_tanh>),
        mistake(lenet5_1998_pass, "pass_subsampling_not_squashed",
                "outputs and gradients are those of a network whose subsampling is not squashed: a ScaledTanh follows "
                "s2 and s4, too.",
                pass_with<linear_subsampling>),
        mistake(lenet5_1998_pass, "pass_f6_not_squashed",
                "outputs and gradients are those of a network without a ScaledTanh after f6.", pass_with<linear_f6>),

        // 10.5
        mistake(lenet5_table, "padding_forgotten",
                "the first convolution has no padding: 28×28 pixels shrink to 24×24, and 256 features are left instead "
                "of 400.",
                table_today_with<without_padding>),
        mistake(lenet5_table, "average_pooling",
                "the pooling takes means: today's LeNet-5 takes maxima, nn::MaxPool2d.",
                table_today_with<average_pooling>),
        mistake(lenet5_table, "tanh_for_relu", "the activations are tanh: today's LeNet-5 has ReLU.",
                table_today_with<tanh_for_relu>),
        mistake(lenet5_table, "no_biases", "the layers have no biases: 236 parameters are missing.",
                table_today_with<no_biases>),
        mistake(lenet5_table, "second_one_padded",
                "the second convolution is padded, too: its maps are to be 10×10, so that 16·5·5 features are left.",
                table_today_with<second_padded>),
        mistake(lenet5_table, "hidden_layers_exchanged",
                "the hidden layers are exchanged: 120 neurons come first, then 84.", table_today_with<exchanged>),
        mistake(lenet5_table, "relu_at_the_end",
                "a ReLU follows the last layer: the loss wants the ten numbers as they are, negative ones included.",
                table_today_with<relu_at_the_end>),
        mistake(lenet5_table, "no_relu_between_dense",
                "the dense layers follow each other without a ReLU: three linear maps in a row are only one.",
                table_today_with<no_relu_between_dense>),
        mistake(lenet5_pass, "pass_average_pooling",
                "outputs and gradients are those of a network with average pooling: the maximum is wanted.",
                pass_with<average_pooling>),
        mistake(lenet5_pass, "pass_tanh_for_relu",
                "outputs and gradients are those of a network with tanh: the activations are ReLU.",
                pass_with<tanh_for_relu>),
        mistake(lenet5_pass, "pass_relu_at_the_end", "the outputs have gone through a ReLU: no negative one is left.",
                pass_with<relu_at_the_end>),

        // 10.7
        mistake(lenet_sizes, "first_not_padded",
                "the first convolution is not padded: it gets filter_size / 2 zeros on every side.",
                [](const LenetOptions& options) { return sizes_with(options, {.pads_first = false}); }),
        mistake(lenet_sizes, "all_padded", "every convolution is padded: only the first one is.",
                [](const LenetOptions& options) { return sizes_with(options, {.pads_all = true}); }),
        mistake(lenet_sizes, "pooling_never_overlaps",
                "the pooling moves by its size: it has a stride of its own, pool_stride.",
                [](const LenetOptions& options) { return sizes_with(options, {.pool_stride_is_size = true}); }),
        mistake(lenet_sizes, "rounded_up",
                "sizes are rounded up where the stride does not divide: leftover pixels are "
                "ignored.",
                [](const LenetOptions& options) { return sizes_with(options, {.rounds_up = true}); }),
        mistake(lenet_sizes, "biases_missing", "the biases are not counted: one for every filter and every neuron.",
                [](const LenetOptions& options) { return sizes_with(options, {.counts_biases = false}); }),
        mistake(lenet_sizes, "filters_of_one_channel",
                "the filters are counted with one channel: a filter is as deep as there are maps before it.",
                [](const LenetOptions& options) { return sizes_with(options, {.forgets_channels = true}); }),
        mistake(lenet_sizes, "ten_neurons_forgotten",
                "the last layer is not counted: ten neurons follow the hidden ones.",
                [](const LenetOptions& options) { return sizes_with(options, {.forgets_last_dense = true}); }),
        mistake(build_lenet_table, "built_relu_at_the_end",
                "a ReLU follows the last layer: the loss wants the ten numbers as they are.",
                [](const LenetOptions& options) { return built_with(options, {.relu_at_the_end = true}); }),
        mistake(build_lenet_table, "built_pooling_never_overlaps",
                "the pooling layers move by their size: give MaxPool2d pool_stride as well.",
                [](const LenetOptions& options) { return built_with(options, {.pool_stride_is_size = true}); }),
        mistake(build_lenet_table, "built_one_hidden_layer",
                "there is one hidden layer only: options.dense lists as many as you like.",
                [](const LenetOptions& options) { return built_with(options, {.one_hidden_layer = true}); }),
        mistake(build_lenet_table, "built_all_padded", "every convolution is padded: only the first one is.",
                [](const LenetOptions& options) { return built_with(options, {.all_padded = true}); }),
        mistake(build_lenet_table, "built_not_padded",
                "the first convolution is not padded: it gets filter_size / 2 zeros on every side.",
                [](const LenetOptions& options) { return built_with(options, {.not_padded = true}); }),
        mistake(build_lenet_table, "built_without_biases",
                "the layers have no biases: Conv2d and Dense have them unless they are told otherwise.",
                [](const LenetOptions& options) { return built_with(options, {.bias = false}); }),
        mistake(build_lenet_table, "built_filter_stride_ignored",
                "the filters move by one pixel: give Conv2d filter_stride as well.",
                [](const LenetOptions& options) { return built_with(options, {.filter_stride_ignored = true}); }),
        mistake(build_lenet_table, "built_linear_dense", "no ReLU follows the hidden dense layers.",
                [](const LenetOptions& options) { return built_with(options, {.linear_dense = true}); }),
        mistake(build_lenet_table, "built_pooling_before_relu",
                "the pooling comes before the ReLU: the order is convolution, ReLU, pooling.",
                [](const LenetOptions& options) { return built_with(options, {.pool_before_relu = true}); }),
        mistake(build_lenet_table, "built_without_relu", "no ReLU follows the convolutions.",
                [](const LenetOptions& options) { return built_with(options, {.relu_missing = true}); }),
    };
}

}  // namespace cnn::lab10::wrong
