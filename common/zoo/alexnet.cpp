#include "zoo/parts.hpp"

namespace cnn::zoo {
namespace {

using namespace nn;

// Dense layers as AlexNet has them: dropout before the first and the second.
Sequential classifier_of_alexnet(Index inputs, Index classes) {
    return Sequential(Dropout(0.5f, 1), Dense(inputs, 4096), ReLU(), Dropout(0.5f, 2), Dense(4096, 4096), ReLU(),
                      Dense(4096, classes));
}

}  // namespace

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
