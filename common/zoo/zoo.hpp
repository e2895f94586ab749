// Networks as published and as torchvision has them, from the layer library; the weights bear torchvision's names.
//
// All are made without weights: initialize() them or load_weights() into them. `classes` is the number of outputs.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "nn/sequential.hpp"
#include "nn/weights_file.hpp"

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
// AlexNet as published (Krizhevsky et al. 2012), in two groups: 60,965,224 parameters.
Network alexnet_2012(Index classes = 1000);
// Its form in lab 12 for images [C, H, W] of 28 to 64 pixels, 343,194 parameters for 3 × 32 × 32.
Network small_alexnet(const Shape& image = {3, 32, 32}, Index classes = 10);
// torchvision's AlexNet (Krizhevsky 2014, "One weird trick"): 61,100,840 parameters.
Network alexnet(Index classes = 1000);
// VGG's configurations A, B, D and E (Simonyan and Zisserman 2014): 132,863,336, 133,047,848, 138,357,544 and
// 143,667,240 parameters.
Network vgg11(Index classes = 1000);
Network vgg13(Index classes = 1000);
Network vgg16(Index classes = 1000);
Network vgg19(Index classes = 1000);
// torchvision's GoogLeNet (Szegedy et al. 2014 with batch normalisation, without auxiliary classifiers): 6,624,904
// parameters.
Network googlenet(Index classes = 1000);
// The same with torchvision's auxiliary classifiers aux1 and aux2: in training [N, 3 · classes], for nn::with_heads.
// 13,004,888 parameters.
Network googlenet_with_heads(Index classes = 1000);
// As published, without auxiliary classifiers: 5×5 filters, biases, local response normalisation. 6,998,552 parameters.
Network googlenet_2014(Index classes = 1000);
// ResNets for 32 × 32 pixels (He et al. 2015, section 4.2): 6n + 2 layers, shortcuts without parameters (option A).
// 269,722, 464,154, 658,586, 853,018 and 1,727,962 parameters.
Network resnet20(Index classes = 10);
Network resnet32(Index classes = 10);
Network resnet44(Index classes = 10);
Network resnet56(Index classes = 10);
Network resnet110(Index classes = 10);
// The same layers without shortcuts, with as many parameters under the same names.
Network plain20(Index classes = 10);
Network plain32(Index classes = 10);
Network plain44(Index classes = 10);
Network plain56(Index classes = 10);
// ResNets for photos (table 1), as torchvision has them: 11,689,512, 21,797,672, 25,557,032, 44,549,160 and 60,192,808
// parameters.
Network resnet18(Index classes = 1000);
Network resnet34(Index classes = 1000);
Network resnet50(Index classes = 1000);
Network resnet101(Index classes = 1000);
Network resnet152(Index classes = 1000);

// By name: "lenet5", "resnet50", and whatever names() lists. Throws Error for others.
std::vector<std::string> names();
Network build(const std::string& name);
// The same with another number of outputs.
Network build(const std::string& name, Index classes);

// nn::load_weights for the network `name`. torchvision.models.googlenet() has auxiliary classifiers unless it is told
// aux_logits=False; googlenet leaves those of a file out, and says so. Weights that are not of this network are refused
// with the name of the one they look like.
std::string load_weights(const std::string& name, Network& network, const std::filesystem::path& path);
std::string load_weights(const std::string& name, Network& network, nn::WeightsFile file, const std::string& path);

}  // namespace cnn::zoo
