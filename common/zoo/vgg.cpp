#include "zoo/parts.hpp"

namespace cnn::zoo {
namespace {

using namespace nn;

// Dense layers as VGG has them: dropout behind the first and the second.
Sequential classifier_of_vgg(Index inputs, Index classes) {
    return Sequential(Dense(inputs, 4096), ReLU(), Dropout(0.5f, 1), Dense(4096, 4096), ReLU(), Dropout(0.5f, 2),
                      Dense(4096, classes));
}

}  // namespace

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

}  // namespace cnn::zoo
