// Wrong answers to 14.5: networks with a part missing or in the wrong place.
#pragma once
#include "grader/exercise.hpp"
#include "module_mistakes.hpp"
#include "modules.hpp"
#include "nn/dropout.hpp"
#include "nn/normalization.hpp"

namespace cnn::lab14::wrong {

// What can go wrong with the published network and with the small one.
struct NetworkFaults {
    bool five_as_three = false, norms = true, norm_first = false, rounds_up = true, heads_ignored = false;
    std::size_t first_head = 2, second_head = 5;  // the modules that they read: 4a and 4d
    bool usual_classes = false;                   // in the heads: Head's default, the small network's ten
    float alpha = 1e-4f, k = 1;
    Window pool = {.size = 3, .stride = 2};
    float dropout = 0;  // where it is not the right one
};

inline nn::MaxPool2d pool_with(const NetworkFaults& faults) {
    return nn::MaxPool2d(faults.pool, faults.rounds_up ? kernels::Rounding::up : kernels::Rounding::down);
}
inline nn::LocalResponseNorm norm_with(const NetworkFaults& faults) {
    return nn::LocalResponseNorm({.size = 5, .alpha = faults.alpha, .beta = 0.75f, .k = faults.k});
}
inline nn::Sequential conv_relu(Index in, Index out, Index size, Index stride = 1) {
    return nn::Sequential(nn::Conv2d(in, out, {.size = size, .stride = stride, .padding = size / 2}), nn::ReLU());
}

// Modules go into the part that is open; a head closes it.
class Builder {
public:
    Builder(const NetworkFaults& faults, Index classes, bool heads)
        : faults_(faults), classes_(classes), heads_(heads && !faults.heads_ignored) {}
    nn::Sequential& part() { return part_; }
    void module(const Module& module) {
        part_.add("inception" + module.name, inception_with(module.channels, {.five_as_three = faults_.five_as_three}));
    }
    void head(const std::string& name, Head head) {
        if (!faults_.usual_classes) head.classes = classes_;
        network_.add(std::move(part_));
        part_ = nn::Sequential();
        if (heads_) network_.add_head(name, auxiliary_head(head));
    }
    nn::WithHeads end(float dropout, Index maps) {
        part_.add("avgpool", nn::AdaptiveAvgPool2d()).add("flatten", nn::Flatten());
        part_.add("dropout", nn::Dropout(faults_.dropout > 0 ? faults_.dropout : dropout));
        part_.add("fc", nn::Dense(maps, classes_));
        network_.add(std::move(part_));
        return std::move(network_);
    }

private:
    NetworkFaults faults_;
    Index classes_;
    bool heads_;
    nn::Sequential part_;
    nn::WithHeads network_;
};

inline nn::WithHeads published_with(const NetworkFaults& faults, bool heads, Index classes = 1000) {
    Builder builder(faults, classes, heads);
    nn::Sequential& part = builder.part();
    part.add("conv1", conv_relu(3, 64, 7, 2));
    if (faults.norms && faults.norm_first) part.add("norm1", norm_with(faults));
    part.add("pool1", pool_with(faults));
    if (faults.norms && !faults.norm_first) part.add("norm1", norm_with(faults));
    part.add("conv2_reduce", conv_relu(64, 64, 1)).add("conv2", conv_relu(64, 192, 3));
    if (faults.norms) part.add("norm2", norm_with(faults));
    part.add("pool2", pool_with(faults));
    const std::vector<Module> modules = googlenet_modules();
    for (std::size_t i = 0; i < modules.size(); ++i) {
        if (i == 2) builder.part().add("pool3", pool_with(faults));
        if (i == 7) builder.part().add("pool4", pool_with(faults));
        builder.module(modules[i]);
        const Index maps = modules[std::min<std::size_t>(i + 1, 8)].channels.in;
        if (i == faults.first_head) builder.head("aux1", {.in = maps});
        if (i == faults.second_head) builder.head("aux2", {.in = maps});
    }
    return builder.end(0.4f, 1024);
}

inline nn::WithHeads small_with(const NetworkFaults& faults, bool heads, Index classes = 10, Index channels = 3,
                                Index side = 32) {
    Builder builder(faults, classes, heads);
    builder.part().add("conv1", conv_relu(channels, 24, 3)).add("pool1", pool_with(faults));
    const std::vector<Module> modules = small_modules(side);
    for (std::size_t i = 0; i < modules.size(); ++i) {
        if (i == 2) builder.part().add("pool2", pool_with(faults));
        if (i == 4) builder.part().add("pool3", pool_with(faults));
        builder.module(modules[i]);
        if (i == faults.first_head)
            builder.head("aux1", {.in = 128,
                                  .side = modules[2].side,
                                  .classes = 10,
                                  .pool = {.size = 3, .stride = 2},
                                  .maps = 32,
                                  .neurons = 64});
    }
    return builder.end(0.2f, 208);
}

// torchvision's form, with what is different in its units exchanged.
struct UnitFaults {
    bool bias = false, norm = true, five = false, relu = true;
    float epsilon = 0.001f, dropout = 0.2f, head_dropout = 0.7f;
    Index last_pool = 2;
    std::size_t first_head = 2, second_head = 5;  // the modules that they read: 4a and 4d
};
inline nn::Sequential unit_with(Index in, Index out, const Window& window, const UnitFaults& faults) {
    nn::Sequential layers;
    layers.add("conv", nn::Conv2d(in, out, window, faults.bias));
    if (faults.norm) layers.add("bn", nn::BatchNorm2d(out, {.epsilon = faults.epsilon}));
    if (faults.relu) layers.add("relu", nn::ReLU());
    return layers;
}
inline nn::Sequential torchvisions_head_with(Index in, const UnitFaults& faults) {
    nn::Sequential layers;
    layers.add("pool", nn::AdaptiveAvgPool2d(4)).add("conv", unit_with(in, 128, {.size = 1}, faults));
    layers.add("flatten", nn::Flatten()).add("fc1", nn::Dense(2048, 1024)).add("relu", nn::ReLU());
    layers.add("dropout", nn::Dropout(faults.head_dropout)).add("fc2", nn::Dense(1024, 1000));
    return layers;
}
inline nn::WithHeads torchvisions_with(const UnitFaults& faults, bool heads = false) {
    nn::WithHeads network;
    const Window one{.size = 1}, three{.size = 3, .padding = 1}, five{.size = 5, .padding = 2};
    const auto pool = [](Index size) { return nn::MaxPool2d({.size = size, .stride = 2}, kernels::Rounding::up); };
    nn::Sequential part;
    part.add("conv1", unit_with(3, 64, {.size = 7, .stride = 2, .padding = 3}, faults)).add("maxpool1", pool(3));
    part.add("conv2", unit_with(64, 64, one, faults)).add("conv3", unit_with(64, 192, three, faults));
    part.add("maxpool2", pool(3));
    const std::vector<Module> modules = googlenet_modules();
    for (std::size_t i = 0; i < modules.size(); ++i) {
        const auto& [name, side, c] = modules[i];
        if (name == "4a") part.add("maxpool3", pool(3));
        if (name == "5a") part.add("maxpool4", pool(faults.last_pool));
        nn::Branches module;
        module.add("branch1", unit_with(c.in, c.one, one, faults));
        module.add("branch2", nn::Sequential(unit_with(c.in, c.reduce_three, one, faults),
                                             unit_with(c.reduce_three, c.three, three, faults)));
        module.add("branch3", nn::Sequential(unit_with(c.in, c.reduce_five, one, faults),
                                             unit_with(c.reduce_five, c.five, faults.five ? five : three, faults)));
        module.add("branch4", nn::Sequential(nn::MaxPool2d(three), unit_with(c.in, c.pool, one, faults)));
        part.add("inception" + name, std::move(module));
        if (i != faults.first_head && i != faults.second_head) continue;
        network.add(std::move(part));
        part = nn::Sequential();
        const Index maps = modules[i + 1].channels.in;
        if (heads) network.add_head(i == faults.first_head ? "aux1" : "aux2", torchvisions_head_with(maps, faults));
    }
    part.add("avgpool", nn::AdaptiveAvgPool2d()).add("flatten", nn::Flatten());
    part.add("dropout", nn::Dropout(faults.dropout)).add("fc", nn::Dense(1024, 1000));
    network.add(std::move(part));
    return network;
}

// The same mistake in both networks that can have it; the right network elsewhere.
inline NetworkTable net_table_with(Net net, bool heads, const NetworkFaults& faults, bool in_small = true) {
    if (net == Net::published) return table_of(published_with(faults, heads), net);
    if (net == Net::small && in_small) return table_of(small_with(faults, heads), net);
    return googlenet_table(net, heads);
}
inline NetworkTable torchvisions_table_with(Net net, bool heads, const UnitFaults& faults) {
    if (net != Net::torchvisions) return googlenet_table(net, heads);
    return table_of(torchvisions_with(faults, heads), net);
}
inline SampledPass torchvisions_outputs_with(Net net, const Tensor& x, std::uint32_t seed, const UnitFaults& faults) {
    if (net != Net::torchvisions) return googlenet_outputs(net, x, seed);
    return outputs_of(torchvisions_with(faults), x, seed);
}
// Heads at other places, in all three networks.
template <std::size_t first_head, std::size_t second_head>
std::vector<std::string> heads_read_at(Net net) {
    const NetworkFaults faults{.first_head = first_head, .second_head = second_head};
    if (net == Net::torchvisions)
        return heads_read_of(torchvisions_with({.first_head = first_head, .second_head = second_head}, true), net);
    return heads_read_of(net == Net::small ? small_with(faults, true) : published_with(faults, true), net);
}
inline SampledPass published_outputs_with(Net net, const Tensor& x, std::uint32_t seed, const NetworkFaults& faults) {
    if (net != Net::published) return googlenet_outputs(net, x, seed);
    return outputs_of(published_with(faults, false), x, seed);
}

inline std::vector<Replacement> network_mistakes() {
    return {
        mistake(googlenet_table, "network_5_as_3",
                "branch3 has filters of 3×3 everywhere: only torchvision's form has those, the paper's are 5×5.",
                [](Net net, bool heads) { return net_table_with(net, heads, {.five_as_three = true}); }),
        mistake(googlenet_table, "without_norms",
                "norm1 and norm2 are missing: figure 3 has local response normalisation after pool1 and after conv2.",
                [](Net net, bool heads) { return net_table_with(net, heads, {.norms = false}, false); }),
        mistake(googlenet_table, "norm_before_pool",
                "norm1 comes before pool1, as in AlexNet: in figure 3 it comes after.",
                [](Net net, bool heads) { return net_table_with(net, heads, {.norm_first = true}, false); }),
        mistake(googlenet_table, "pools_round_down",
                "the poolings drop a row and a column: with Rounding::up an even side becomes exactly half.",
                [](Net net, bool heads) { return net_table_with(net, heads, {.rounds_up = false}); }),
        mistake(
            googlenet_table, "pools_padded",
            "the poolings are padded and rounded down, as ResNet's: that gives the same sizes and other windows. Here "
            "they are not padded and rounded up.",
            [](Net net, bool heads) {
                return net_table_with(net, heads, {.rounds_up = false, .pool = {.size = 3, .stride = 2, .padding = 1}});
            }),
        mistake(googlenet_table, "alexnets_norms",
                "the normalisations have AlexNet's constants (alpha 5e-4, k 2): here they are 1e-4 and 1.",
                [](Net net, bool heads) { return net_table_with(net, heads, {.alpha = 5e-4f, .k = 2}, false); }),
        mistake(last_layers, "heads_of_usual_classes",
                "the heads keep their own number of classes, whatever `classes` says: Head has a default.",
                [](Net net, Index classes) {
                    if (net == Net::torchvisions) return last_layers(net, classes);
                    const NetworkFaults faults{.usual_classes = true};
                    return last_layers_of(
                        net == Net::small ? small_with(faults, true, classes) : published_with(faults, true, classes),
                        net);
                }),
        mistake(last_layers, "classes_not_looked_at",
                "`classes` is not looked at: it is how many fc, and each head, give.",
                [](Net net, Index) { return last_layers(net, net == Net::small ? 10 : 1000); }),
        mistake(googlenet_table, "heads_not_built", "there are no heads although they were asked for.",
                [](Net net, bool heads) { return net_table_with(net, heads, {.heads_ignored = true}); }),
        mistake(
            googlenet_table, "heads_elsewhere",
            "the heads read other modules: aux1 reads inception4a, aux2 inception4d.",
            [](Net net, bool heads) { return net_table_with(net, heads, {.first_head = 3, .second_head = 4}, false); }),
        mistake(googlenet_table, "second_head_on_4e",
                "aux2 reads inception4e, which gives 832 maps: it reads inception4d.",
                [](Net net, bool heads) { return net_table_with(net, heads, {.second_head = 6}, false); }),
        mistake(googlenet_table, "heads_always", "there are heads although none were asked for.",
                [](Net net, bool) { return googlenet_table(net, true); }),
        mistake(
            googlenet_table, "alexnets_alpha_in_the_table",
            "the normalisations' alpha is 5e-4: nn::LocalResponseNorm divides it by its size already, 1e-4 goes in.",
            [](Net net, bool heads) { return net_table_with(net, heads, {.alpha = 5e-4f}, false); }),
        mistake(googlenet_table, "alexnets_k_in_the_table", "the normalisations' k is 2, AlexNet's: here it is 1.",
                [](Net net, bool heads) { return net_table_with(net, heads, {.k = 2}, false); }),
        mistake(googlenet_table, "torchvisions_without_relu",
                "the units of torchvision's form have no ReLU: conv, bn, relu.",
                [](Net net, bool heads) { return torchvisions_table_with(net, heads, {.relu = false}); }),
        mistake(googlenet_table, "torchvisions_usual_epsilon",
                "the batch normalisations have the usual epsilon, 1e-5: torchvision's GoogLeNet has 0.001.",
                [](Net net, bool heads) { return torchvisions_table_with(net, heads, {.epsilon = 1e-5f}); }),
        mistake(googlenet_table, "torchvisions_last_pool_of_three", "maxpool4 is 3×3: torchvision's is 2×2.",
                [](Net net, bool heads) { return torchvisions_table_with(net, heads, {.last_pool = 3}); }),
        mistake(googlenet_table, "torchvisions_drops_as_the_paper",
                "torchvision's form drops 40 %, as the paper: it drops 20 %.",
                [](Net net, bool heads) { return torchvisions_table_with(net, heads, {.dropout = 0.4f}); }),
        mistake(googlenet_table, "torchvisions_heads_keep",
                "the heads of torchvision's form drop 30 %: nn::Dropout takes the share that is dropped, 0.7.",
                [](Net net, bool heads) { return torchvisions_table_with(net, heads, {.head_dropout = 0.3f}); }),
        mistake(heads_read, "first_head_on_4b", "aux1 reads inception4b: it reads inception4a.", heads_read_at<3, 5>),
        mistake(heads_read, "first_head_on_4c", "aux1 reads inception4c: it reads inception4a.", heads_read_at<4, 5>),
        mistake(small_googlenet_table, "small_one_for_colour_only",
                "conv1 takes three channels, whatever `channels` says.",
                [](Index, Index side, Index classes, bool heads) {
                    nn::WithHeads network = small_with({}, heads, classes, 3, side);
                    return nn::table_of(network, {1, 3, side, side});
                }),
        mistake(small_googlenet_table, "small_head_of_ten_classes",
                "the small network's head answers with ten classes, whatever `classes` says.",
                [](Index channels, Index side, Index classes, bool heads) {
                    nn::WithHeads network = small_with({.usual_classes = true}, heads, classes, channels, side);
                    return nn::table_of(network, {1, channels, side, side});
                }),
        mistake(
            googlenet_table, "torchvisions_with_biases",
            "the convolutions of torchvision's form have biases: batch normalisation takes them away and adds its own.",
            [](Net net, bool heads) { return torchvisions_table_with(net, heads, {.bias = true}); }),
        mistake(googlenet_table, "torchvisions_without_norm",
                "the units of torchvision's form have no batch normalisation.",
                [](Net net, bool heads) { return torchvisions_table_with(net, heads, {.norm = false}); }),
        mistake(googlenet_table, "torchvisions_5x5",
                "torchvision's form has 5×5 filters in branch3: its weights are for filters of 3×3.",
                [](Net net, bool heads) { return torchvisions_table_with(net, heads, {.five = true}); }),
        mistake(googlenet_dropout, "half_is_dropped", "the trunk drops 50 %: 40 % in 2014, 20 % in the other two.",
                [](Net net) {
                    nn::WithHeads network = net == Net::small ? small_with({.dropout = 0.5f}, true)
                                                              : published_with({.dropout = 0.5f}, true);
                    return dropout_of(network);
                }),
        mistake(googlenet_dropout, "heads_keep_seven_tenths",
                "the heads drop 30 %: nn::Dropout takes the share that is dropped, 0.7.",
                [](Net net) {
                    std::vector<double> shares = googlenet_dropout(net);
                    for (std::size_t i = 1; i < shares.size(); ++i) shares[i] = 0.3;
                    return shares;
                }),
        mistake(googlenet_dropout, "trunk_drops_as_the_paper", "the trunk drops 40 %: only the paper's network does.",
                [](Net net) {
                    std::vector<double> shares = googlenet_dropout(net);
                    if (net != Net::published) shares[0] = 0.4;
                    return shares;
                }),
        mistake(googlenet_dropout, "trunk_drops_as_torchvision",
                "the trunk of the paper's network drops 20 %: it drops 40 %.",
                [](Net net) {
                    std::vector<double> shares = googlenet_dropout(net);
                    shares[0] = 0.2;
                    return shares;
                }),
        mistake(googlenet_outputs, "norms_missing_outputs", "outputs are those of a network without norm1 and norm2.",
                [](Net net, const Tensor& x, std::uint32_t seed) {
                    return published_outputs_with(net, x, seed, {.norms = false});
                }),
        mistake(googlenet_outputs, "fives_as_threes_outputs",
                "outputs are those of a network with 3×3 filters in branch3: the paper's are 5×5.",
                [](Net net, const Tensor& x, std::uint32_t seed) {
                    return published_outputs_with(net, x, seed, {.five_as_three = true});
                }),
        mistake(googlenet_outputs, "torchvisions_usual_epsilon_outputs",
                "outputs are those of batch normalisations with the usual epsilon, 1e-5: torchvision's GoogLeNet has "
                "0.001.",
                [](Net net, const Tensor& x, std::uint32_t seed) {
                    return torchvisions_outputs_with(net, x, seed, {.epsilon = 1e-5f});
                }),
        mistake(googlenet_outputs, "torchvisions_5x5_outputs",
                "outputs are those of torchvision's form with 5×5 filters in branch3: it has 3×3.",
                [](Net net, const Tensor& x, std::uint32_t seed) {
                    return torchvisions_outputs_with(net, x, seed, {.five = true});
                }),
        mistake(googlenet_outputs, "torchvisions_without_relu_outputs",
                "outputs are those of torchvision's form without ReLU.",
                [](Net net, const Tensor& x, std::uint32_t seed) {
                    return torchvisions_outputs_with(net, x, seed, {.relu = false});
                }),
        mistake(googlenet_outputs, "alexnets_alpha",
                "alpha is 5e-4: nn::LocalResponseNorm divides it by size already, so 1e-4 goes in as it is.",
                [](Net net, const Tensor& x, std::uint32_t seed) {
                    return published_outputs_with(net, x, seed, {.alpha = 5e-4f});
                }),
        mistake(googlenet_outputs, "alexnets_k", "k is 2, AlexNet's: the published GoogLeNet has 1.",
                [](Net net, const Tensor& x, std::uint32_t seed) {
                    return published_outputs_with(net, x, seed, {.k = 2});
                }),
        mistake(googlenet_outputs, "pools_padded_outputs",
                "outputs are those of a network whose poolings are padded and rounded down: same sizes, other windows.",
                [](Net net, const Tensor& x, std::uint32_t seed) {
                    return published_outputs_with(net, x, seed,
                                                  {.rounds_up = false, .pool = {.size = 3, .stride = 2, .padding = 1}});
                }),
        mistake(small_googlenet_step, "small_head_elsewhere",
                "outputs and gradients are those of a network whose head reads inception4b: aux1 reads inception4a.",
                [](const Tensor& x, const std::vector<std::int32_t>& labels, std::uint32_t seed) {
                    return step_of(small_with({.first_head = 3}, true), x, labels, seed);
                }),
        mistake(small_googlenet_step, "small_head_missing",
                "outputs and gradients are those of a network without its head.",
                [](const Tensor& x, const std::vector<std::int32_t>& labels, std::uint32_t seed) {
                    return step_of(small_with({.heads_ignored = true}, true), x, labels, seed);
                }),
    };
}

}  // namespace cnn::lab14::wrong
