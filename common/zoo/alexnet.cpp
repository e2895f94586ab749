#include <array>

#include "nn/normalization.hpp"
#include "zoo/parts.hpp"

namespace cnn::zoo {
namespace {

using namespace nn;

// Dense layers as AlexNet has them: dropout before the first and the second.
Sequential classifier_of_alexnet(Index inputs, Index classes) {
    return Sequential(Dropout(0.5f, 1), Dense(inputs, 4096), ReLU(), Dropout(0.5f, 2), Dense(4096, 4096), ReLU(),
                      Dense(4096, classes));
}

// The widths of the network of 2012.
struct Widths {
    std::array<Index, 5> filters;
    Index dense;
};

// Two groups, local response normalisation, overlapping pooling (sections 3.3 to 3.5). The layer divides alpha by its
// size.
Network two_groups(const Shape& image, const Window& first, const Widths& widths, Index classes) {
    const auto& [one, two, three_, four, five] = widths.filters;
    const auto norm = [] { return LocalResponseNorm({.size = 5, .alpha = 5 * 1e-4f, .beta = 0.75f, .k = 2}); };
    Sequential network;
    network.add("conv1", Conv2d(image[0], one, first)).add("relu1", ReLU());
    network.add("norm1", norm()).add("pool1", MaxPool2d(overlapping));
    network.add("conv2", Conv2d(one, two, {.size = 5, .padding = 2}, true, 2)).add("relu2", ReLU());
    network.add("norm2", norm()).add("pool2", MaxPool2d(overlapping));
    network.add("conv3", Conv2d(two, three_, three)).add("relu3", ReLU());
    network.add("conv4", Conv2d(three_, four, three, true, 2)).add("relu4", ReLU());
    network.add("conv5", Conv2d(four, five, three, true, 2)).add("relu5", ReLU());
    network.add("pool5", MaxPool2d(overlapping)).add("flatten", Flatten());
    const Index features = network.output_shape({1, image[0], image[1], image[2]})[1];
    network.add("fc6", Dense(features, widths.dense)).add("relu6", ReLU()).add("drop6", Dropout(0.5f, 1));
    network.add("fc7", Dense(widths.dense, widths.dense)).add("relu7", ReLU()).add("drop7", Dropout(0.5f, 2));
    network.add("fc8", Dense(widths.dense, classes));
    return {std::move(network), image, classes};
}

}  // namespace

Network alexnet_2012(Index classes) {
    return two_groups({3, 224, 224}, {.size = 11, .stride = 4, .padding = 2}, {{96, 256, 384, 384, 256}, 4096},
                      classes);
}

Network small_alexnet(const Shape& image, Index classes) {
    return two_groups(image, {.size = 5, .padding = 2}, {{24, 48, 96, 96, 64}, 256}, classes);
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

}  // namespace cnn::zoo
