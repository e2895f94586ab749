// The layers whose speed is measured and compared: from LeNet-5, ResNet-20 and -18, AlexNet, VGG-16 and GoogLeNet.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "tensor/shape.hpp"
#include "tensor/window.hpp"

namespace cnn::bench {

// A layer forward, or one of its ways back.
struct Direction {
    std::string name;
    std::function<void()> run;
};
struct Layer {
    std::string name;     // "LeNet C3: 64 × 6→16, 14², 5×5"
    std::string sizes;    // as opponents/onednn.cpp takes them: "conv 64 6 14 14 16 5 1 0"
    double gigaflop = 0;  // of one run; products with padding count, as everyone counts them
    std::function<std::vector<Direction>()> directions;  // makes the tensors
};

// Those whose name contains `filter`, or all convolutions for "conv", all fully connected ones for "dense".
std::vector<Layer> layers(const std::string& filter);

}  // namespace cnn::bench
