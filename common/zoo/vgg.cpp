#include <array>

#include "zoo/parts.hpp"

namespace cnn::zoo {
namespace {

using namespace nn;

// Dense layers as VGG has them: dropout behind the first and the second.
Sequential classifier_of_vgg(Index inputs, Index classes) {
    return Sequential(Dense(inputs, 4096), ReLU(), Dropout(0.5f, 1), Dense(4096, 4096), ReLU(), Dropout(0.5f, 2),
                      Dense(4096, classes));
}

// Table 1: how many convolutions of 3 × 3 each of the five blocks has.
Network vgg(const std::array<int, 5>& convolutions, Index classes) {
    constexpr std::array<Index, 5> filters{64, 128, 256, 512, 512};
    Sequential features;
    Index channels = 3;
    for (std::size_t block = 0; block < filters.size(); ++block) {
        for (int i = 0; i < convolutions[block]; ++i) {
            features.add(Conv2d(channels, filters[block], three)).add(ReLU());
            channels = filters[block];
        }
        features.add(MaxPool2d(halve));
    }
    return {assemble(std::move(features), 7, classifier_of_vgg(512 * 7 * 7, classes)), {3, 224, 224}, classes};
}

}  // namespace

Network vgg11(Index classes) { return vgg({1, 1, 2, 2, 2}, classes); }
Network vgg13(Index classes) { return vgg({2, 2, 2, 2, 2}, classes); }
Network vgg16(Index classes) { return vgg({2, 2, 3, 3, 3}, classes); }
Network vgg19(Index classes) { return vgg({2, 2, 4, 4, 4}, classes); }

}  // namespace cnn::zoo
