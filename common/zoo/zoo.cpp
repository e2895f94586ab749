#include "zoo/zoo.hpp"

#include <fmt/format.h>

#include "nn/branching.hpp"
#include "nn/dropout.hpp"
#include "nn/normalization.hpp"
#include "tensor/error.hpp"

namespace cnn::zoo {
namespace {

using namespace nn;

// ---- LeNet, AlexNet, VGG: layers in a row

constexpr Window three{.size = 3, .padding = 1}, halve{.size = 2, .stride = 2}, overlapping{.size = 3, .stride = 2};

// Dense layers as AlexNet and VGG have them: dropout before the first and the second (AlexNet), or after them (VGG).
Sequential classifier_of_alexnet(Index inputs, Index classes) {
    return Sequential(Dropout(0.5f, 1), Dense(inputs, 4096), ReLU(), Dropout(0.5f, 2), Dense(4096, 4096), ReLU(),
                      Dense(4096, classes));
}
Sequential classifier_of_vgg(Index inputs, Index classes) {
    return Sequential(Dense(inputs, 4096), ReLU(), Dropout(0.5f, 1), Dense(4096, 4096), ReLU(), Dropout(0.5f, 2),
                      Dense(4096, classes));
}

// features, avgpool, classifier: torchvision's three parts.
Sequential assemble(Sequential features, Index size, Sequential classifier) {
    Sequential network;
    network.add("features", std::move(features));
    network.add("avgpool", AdaptiveAvgPool2d(size));
    network.add("flatten", Flatten());
    network.add("classifier", std::move(classifier));
    return network;
}

// ---- ResNet

// The convolution's bias would only be taken away again by the normalisation behind it.
Conv2d conv3x3(Index in, Index out, Index stride) {
    return Conv2d(in, out, {.size = 3, .stride = stride, .padding = 1}, false);
}

// He et al. 2015, figure 2 with figure 5 (left): two convolutions of 3 × 3.
Sequential basic_body(Index in, Index out, Index stride) {
    Sequential body;
    body.add("conv1", conv3x3(in, out, stride)).add("bn1", BatchNorm2d(out)).add("relu", ReLU());
    body.add("conv2", conv3x3(out, out, 1)).add("bn2", BatchNorm2d(out));
    return body;
}

// `make_shortcut(in, out, stride)` where the shape changes, the identity elsewhere.
template <class F>
Sequential stage(Index blocks, Index in, Index out, Index stride, const F& make_shortcut) {
    Sequential stage;
    for (Index i = 0; i < blocks; ++i) {
        const bool changes = i == 0 && (stride != 1 || in != out);
        Sequential block;
        block.add("", Residual(basic_body(i == 0 ? in : out, out, i == 0 ? stride : 1),
                               changes ? make_shortcut(in, out, stride) : Sequential(), "downsample"));
        block.add("relu", ReLU());
        stage.add(std::move(block));
    }
    return stage;
}

// Option B: a convolution of 1 × 1 where the shape changes.
Sequential projection(Index in, Index out, Index stride) {
    return Sequential(Conv2d(in, out, {.size = 1, .stride = stride}, false), BatchNorm2d(out));
}

// Option A: every stride-th pixel, with half of the new channels as zeros before and half behind. No parameters.
class ZeroPadded : public Layer {
public:
    ZeroPadded(Index in, Index out, Index stride)
        : before_((out - in) / 2), behind_(out - in - before_), stride_(stride) {
        require(out >= in, "ZeroPadded: {} channels cannot become {}", in, out);
    }
    Tensor forward(Tensor x) override { return forward_shared(std::make_shared<const Tensor>(std::move(x))); }
    Tensor forward_shared(const SharedTensor& x) override {
        x_shape_ = x->shape();
        Tensor y(output_shape(x_shape_));
        for_pixels([&](Index from, Index to) { y[to] = (*x)[from]; });
        return y;
    }
    Tensor backward(Tensor dy) override {
        Tensor dx(x_shape_);
        for_pixels([&](Index from, Index to) { dx[from] = dy[to]; });
        return dx;
    }
    std::string kind() const override { return "ZeroPadded"; }
    std::string details() const override { return fmt::format("+{} channels, stride {}", before_ + behind_, stride_); }
    Shape output_shape(const Shape& x) const override {
        return {x[0], x[1] + before_ + behind_, (x[2] + stride_ - 1) / stride_, (x[3] + stride_ - 1) / stride_};
    }

private:
    // f(place in x, place in y) for every pixel that is kept.
    template <class F>
    void for_pixels(const F& f) const {
        const Shape y = output_shape(x_shape_);
        for (Index n = 0; n < y[0]; ++n)
            for (Index c = 0; c < x_shape_[1]; ++c)
                for (Index i = 0; i < y[2]; ++i)
                    for (Index j = 0; j < y[3]; ++j)
                        f(((n * x_shape_[1] + c) * x_shape_[2] + i * stride_) * x_shape_[3] + j * stride_,
                          ((n * y[1] + c + before_) * y[2] + i) * y[3] + j);
    }

    Index before_, behind_, stride_;
    Shape x_shape_;
};
Sequential zero_padded(Index in, Index out, Index stride) { return Sequential(ZeroPadded(in, out, stride)); }

// ---- GoogLeNet

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

Network lenet5(Index classes) {
    return {
        Sequential(Conv2d(1, 6, {.size = 5}), ReLU(), MaxPool2d(halve), Conv2d(6, 16, {.size = 5}), ReLU(),
                   MaxPool2d(halve), Flatten(), Dense(400, 120), ReLU(), Dense(120, 84), ReLU(), Dense(84, classes)),
        {1, 32, 32},
        classes};
}

Network alexnet32(Index classes) {
    return {Sequential(Conv2d(3, 64, three), ReLU(), MaxPool2d(halve), Conv2d(64, 192, three), ReLU(), MaxPool2d(halve),
                       Conv2d(192, 384, three), ReLU(), Conv2d(384, 256, three), ReLU(), Conv2d(256, 256, three),
                       ReLU(), MaxPool2d(halve), Flatten(), Dropout(0.5f, 1), Dense(4096, 1024), ReLU(),
                       Dropout(0.5f, 2), Dense(1024, 512), ReLU(), Dense(512, classes)),
            {3, 32, 32},
            classes};
}

Network alexnet(Index classes) {
    Sequential features(Conv2d(3, 64, {.size = 11, .stride = 4, .padding = 2}), ReLU(), MaxPool2d(overlapping),
                        Conv2d(64, 192, {.size = 5, .padding = 2}), ReLU(), MaxPool2d(overlapping),
                        Conv2d(192, 384, three), ReLU(), Conv2d(384, 256, three), ReLU(), Conv2d(256, 256, three),
                        ReLU(), MaxPool2d(overlapping));
    return {assemble(std::move(features), 6, classifier_of_alexnet(256 * 6 * 6, classes)), {3, 224, 224}, classes};
}

Network vgg16(Index classes) {
    Sequential features;
    Index channels = 3;
    for (const Index filters : {64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0}) {
        if (filters == 0) {
            features.add(MaxPool2d(halve));
            continue;
        }
        features.add(Conv2d(channels, filters, three)).add(ReLU());
        channels = filters;
    }
    return {assemble(std::move(features), 7, classifier_of_vgg(512 * 7 * 7, classes)), {3, 224, 224}, classes};
}

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

Network resnet20(Index classes) {
    Sequential network;
    network.add("conv1", conv3x3(3, 16, 1)).add("bn1", BatchNorm2d(16)).add("relu", ReLU());
    network.add("layer1", stage(3, 16, 16, 1, zero_padded)).add("layer2", stage(3, 16, 32, 2, zero_padded));
    network.add("layer3", stage(3, 32, 64, 2, zero_padded));
    network.add("avgpool", AdaptiveAvgPool2d()).add("flatten", Flatten()).add("fc", Dense(64, classes));
    return {std::move(network), {3, 32, 32}, classes};
}

Network resnet18(Index classes) {
    Sequential network;
    network.add("conv1", Conv2d(3, 64, {.size = 7, .stride = 2, .padding = 3}, false));
    network.add("bn1", BatchNorm2d(64)).add("relu", ReLU());
    network.add("maxpool", MaxPool2d({.size = 3, .stride = 2, .padding = 1}));
    network.add("layer1", stage(2, 64, 64, 1, projection)).add("layer2", stage(2, 64, 128, 2, projection));
    network.add("layer3", stage(2, 128, 256, 2, projection)).add("layer4", stage(2, 256, 512, 2, projection));
    network.add("avgpool", AdaptiveAvgPool2d()).add("flatten", Flatten()).add("fc", Dense(512, classes));
    return {std::move(network), {3, 224, 224}, classes};
}

std::vector<std::string> names() {
    return {"lenet5", "alexnet32", "resnet20", "resnet18", "alexnet", "vgg16", "googlenet"};
}

Network build(const std::string& name) {
    if (name == "lenet5") return lenet5();
    if (name == "alexnet32") return alexnet32();
    if (name == "resnet20") return resnet20();
    if (name == "resnet18") return resnet18();
    if (name == "alexnet") return alexnet();
    if (name == "vgg16") return vgg16();
    if (name == "googlenet") return googlenet();
    throw Error(fmt::format("no network {}: there are {}", name, fmt::join(names(), ", ")));
}

}  // namespace cnn::zoo
