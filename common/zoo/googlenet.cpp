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

}  // namespace

Network googlenet(Index classes) {
    const auto pool = [](const Window& window) { return MaxPool2d(window, kernels::Rounding::up); };
    Sequential network;
    network.add("conv1", basic_conv(3, 64, {.size = 7, .stride = 2, .padding = 3})).add("maxpool1", pool(overlapping));
    network.add("conv2", basic_conv(64, 64, {.size = 1})).add("conv3", basic_conv(64, 192, three));
    network.add("maxpool2", pool(overlapping));
    network.add("inception3a", inception({192, 64, 96, 128, 16, 32, 32}));
    network.add("inception3b", inception({256, 128, 128, 192, 32, 96, 64}));
    network.add("maxpool3", pool(overlapping));
    network.add("inception4a", inception({480, 192, 96, 208, 16, 48, 64}));
    network.add("inception4b", inception({512, 160, 112, 224, 24, 64, 64}));
    network.add("inception4c", inception({512, 128, 128, 256, 24, 64, 64}));
    network.add("inception4d", inception({512, 112, 144, 288, 32, 64, 64}));
    network.add("inception4e", inception({528, 256, 160, 320, 32, 128, 128}));
    network.add("maxpool4", pool(halve));
    network.add("inception5a", inception({832, 256, 160, 320, 32, 128, 128}));
    network.add("inception5b", inception({832, 384, 192, 384, 48, 128, 128}));
    network.add("avgpool", AdaptiveAvgPool2d()).add("flatten", Flatten());
    network.add("dropout", Dropout(0.2f, 1)).add("fc", Dense(1024, classes));
    return {std::move(network), {3, 224, 224}, classes};
}

}  // namespace cnn::zoo
