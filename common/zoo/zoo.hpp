// Networks as published and as torchvision has them, from the layer library; the weights bear torchvision's names.
//
// All are made without weights: initialize() them or load_weights() into them. `classes` is the number of outputs.
#pragma once
#include <string>
#include <vector>

#include "nn/sequential.hpp"

namespace cnn::zoo {

struct Network {
    nn::Sequential layers;
    Shape image;  // [C, H, W] that it was designed for
    Index classes;
};

// LeNet-5 with ReLU and max pooling, for 32 × 32 pixels: 61,706 parameters.
Network lenet5(Index classes = 10);
// AlexNet's form for 32 × 32 pixels: five convolutions of 3 × 3, three dense layers, 6,976,842 parameters.
Network alexnet32(Index classes = 10);
// torchvision's AlexNet (Krizhevsky 2014, "One weird trick"): 61,100,840 parameters.
Network alexnet(Index classes = 1000);
// VGG configuration D (Simonyan and Zisserman 2014): 138,357,544 parameters.
Network vgg16(Index classes = 1000);
// torchvision's GoogLeNet (Szegedy et al. 2014 with batch normalisation, without auxiliary classifiers): 6,624,904
// parameters.
Network googlenet(Index classes = 1000);
// ResNet for 32 × 32 pixels (He et al. 2015, section 4.2) with 6n + 2 layers and shortcuts without parameters (option
// A): n = 3 has 269,722.
Network resnet20(Index classes = 10);
// 11,689,512 parameters.
Network resnet18(Index classes = 1000);

// By name: "lenet5", "alexnet32", "resnet20", "resnet18", "alexnet", "vgg16", "googlenet". Throws Error for others.
std::vector<std::string> names();
Network build(const std::string& name);

}  // namespace cnn::zoo
