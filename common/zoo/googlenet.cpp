#include "nn/auxiliary.hpp"
#include "nn/branching.hpp"
#include "nn/normalization.hpp"
#include "zoo/parts.hpp"

namespace cnn::zoo {
namespace {

using namespace nn;

// Convolution, batch normalisation, ReLU: torchvision's BasicConv2d.
Sequential basic_conv(Index in, Index out, const Window& window) {
    Sequential layers;
    layers.add("conv", Conv2d(in, out, window, false));
    layers.add("bn", BatchNorm2d(out, {.epsilon = 0.001f}));
    layers.add("relu", ReLU());
    return layers;
}

// Szegedy et al. 2014, table 1: the channels of an inception module.
struct Inception {
    Index in, one, reduce_three, three, reduce_five, five, pool;
};
Branches inception(const Inception& c) {
    const Window one{.size = 1};
    Branches branches;
    branches.add("branch1", basic_conv(c.in, c.one, one));
    branches.add("branch2",
                 Sequential(basic_conv(c.in, c.reduce_three, one), basic_conv(c.reduce_three, c.three, three)));
    // torchvision's has a filter of 3 × 3 where the paper has 5 × 5, and keeps it for the weights that were trained.
    branches.add("branch3", Sequential(basic_conv(c.in, c.reduce_five, one), basic_conv(c.reduce_five, c.five, three)));
    branches.add("branch4", Sequential(MaxPool2d(three), basic_conv(c.in, c.pool, one)));
    return branches;
}

// Szegedy et al. 2014, table 1.
struct Row {
    const char* name;
    Inception channels;
};
constexpr Row table_1[]{{"3a", {192, 64, 96, 128, 16, 32, 32}},     {"3b", {256, 128, 128, 192, 32, 96, 64}},
                        {"4a", {480, 192, 96, 208, 16, 48, 64}},    {"4b", {512, 160, 112, 224, 24, 64, 64}},
                        {"4c", {512, 128, 128, 256, 24, 64, 64}},   {"4d", {512, 112, 144, 288, 32, 64, 64}},
                        {"4e", {528, 256, 160, 320, 32, 128, 128}}, {"5a", {832, 256, 160, 320, 32, 128, 128}},
                        {"5b", {832, 384, 192, 384, 48, 128, 128}}};

MaxPool2d pool(const Window& window) { return MaxPool2d(window, kernels::Rounding::up); }

// The modules from `first` to `last`, each made by make(channels).
template <class Make>
void add_modules(Sequential& part, std::size_t first, std::size_t last, const Make& make) {
    for (std::size_t i = first; i <= last; ++i)
        part.add(std::string("inception") + table_1[i].name, make(table_1[i].channels));
}

void add_end(Sequential& part, float dropout, Index classes) {
    part.add("avgpool", AdaptiveAvgPool2d()).add("flatten", Flatten());
    part.add("dropout", Dropout(dropout, 1)).add("fc", Dense(1024, classes));
}

// torchvision's network in three parts: a head can read what the first two give.
struct Parts {
    Sequential to_4a, to_4d, to_the_end;
};
Parts torchvisions_parts(Index classes) {
    Parts parts;
    Sequential& first = parts.to_4a;
    first.add("conv1", basic_conv(3, 64, {.size = 7, .stride = 2, .padding = 3})).add("maxpool1", pool(overlapping));
    first.add("conv2", basic_conv(64, 64, {.size = 1})).add("conv3", basic_conv(64, 192, three));
    first.add("maxpool2", pool(overlapping));
    add_modules(first, 0, 1, inception);
    first.add("maxpool3", pool(overlapping));
    add_modules(first, 2, 2, inception);
    add_modules(parts.to_4d, 3, 5, inception);
    add_modules(parts.to_the_end, 6, 6, inception);
    parts.to_the_end.add("maxpool4", pool(halve));
    add_modules(parts.to_the_end, 7, 8, inception);
    add_end(parts.to_the_end, 0.2f, classes);
    return parts;
}

// torchvision's InceptionAux.
Sequential auxiliary(Index in, Index classes) {
    Sequential head;
    head.add("pool", AdaptiveAvgPool2d(4)).add("conv", basic_conv(in, 128, {.size = 1})).add("flatten", Flatten());
    head.add("fc1", Dense(2048, 1024)).add("relu", ReLU()).add("dropout", Dropout(0.7f, 2));
    head.add("fc2", Dense(1024, classes));
    return head;
}

Sequential conv_relu(Index in, Index out, Index size, Index stride = 1) {
    return Sequential(Conv2d(in, out, {.size = size, .stride = stride, .padding = size / 2}), ReLU());
}

// Figure 2(b).
Branches inception_2014(const Inception& c) {
    const auto two = [&](Index reduced, Index out, Index size) {
        return Sequential(Conv2d(c.in, reduced, {.size = 1}), ReLU(),
                          Conv2d(reduced, out, {.size = size, .padding = size / 2}), ReLU());
    };
    Branches branches;
    branches.add("branch1", conv_relu(c.in, c.one, 1));
    branches.add("branch2", two(c.reduce_three, c.three, 3)).add("branch3", two(c.reduce_five, c.five, 5));
    branches.add("branch4", Sequential(MaxPool2d(three), Conv2d(c.in, c.pool, {.size = 1}), ReLU()));
    return branches;
}

// The published Caffe model's; the paper does not give them.
LocalResponseNorm norm() { return LocalResponseNorm({.size = 5, .alpha = 1e-4f, .beta = 0.75f, .k = 1}); }

Network in_a_row(WithHeads network, Index classes) {
    Sequential row;
    row.add("", std::move(network));
    return {std::move(row), {3, 224, 224}, classes};
}

}  // namespace

Network googlenet(Index classes) {
    Parts parts = torchvisions_parts(classes);
    return in_a_row(
        std::move(WithHeads().add(std::move(parts.to_4a)).add(std::move(parts.to_4d)).add(std::move(parts.to_the_end))),
        classes);
}

Network googlenet_with_heads(Index classes) {
    Parts parts = torchvisions_parts(classes);
    WithHeads network;
    network.add(std::move(parts.to_4a)).add_head("aux1", auxiliary(512, classes));
    network.add(std::move(parts.to_4d)).add_head("aux2", auxiliary(528, classes));
    network.add(std::move(parts.to_the_end));
    return in_a_row(std::move(network), classes);
}

Network googlenet_2014(Index classes) {
    Sequential network;
    network.add("conv1", conv_relu(3, 64, 7, 2)).add("pool1", pool(overlapping)).add("norm1", norm());
    network.add("conv2_reduce", conv_relu(64, 64, 1)).add("conv2", conv_relu(64, 192, 3)).add("norm2", norm());
    network.add("pool2", pool(overlapping));
    add_modules(network, 0, 1, inception_2014);
    network.add("pool3", pool(overlapping));
    add_modules(network, 2, 6, inception_2014);
    network.add("pool4", pool(overlapping));
    add_modules(network, 7, 8, inception_2014);
    add_end(network, 0.4f, classes);
    return {std::move(network), {3, 224, 224}, classes};
}

}  // namespace cnn::zoo
