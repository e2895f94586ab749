#include "zoo/parts.hpp"

namespace cnn::zoo {

using namespace nn;

Network lenet5(Index classes) {
    return {
        Sequential(Conv2d(1, 6, {.size = 5}), ReLU(), MaxPool2d(halve), Conv2d(6, 16, {.size = 5}), ReLU(),
                   MaxPool2d(halve), Flatten(), Dense(400, 120), ReLU(), Dense(120, 84), ReLU(), Dense(84, classes)),
        {1, 32, 32},
        classes};
}

}  // namespace cnn::zoo
