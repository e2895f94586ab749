// What several families of networks share.
#pragma once
#include "nn/dropout.hpp"
#include "zoo/zoo.hpp"

namespace cnn::zoo {

constexpr Window three{.size = 3, .padding = 1}, halve{.size = 2, .stride = 2}, overlapping{.size = 3, .stride = 2};

// features, avgpool, classifier: torchvision's three parts of AlexNet and VGG.
nn::Sequential assemble(nn::Sequential features, Index size, nn::Sequential classifier);

}  // namespace cnn::zoo
