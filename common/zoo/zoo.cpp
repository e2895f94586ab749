#include "zoo/zoo.hpp"

#include <fmt/format.h>

#include "tensor/error.hpp"
#include "zoo/parts.hpp"

namespace cnn::zoo {

using namespace nn;

Sequential assemble(Sequential features, Index size, Sequential classifier) {
    Sequential network;
    network.add("features", std::move(features));
    network.add("avgpool", AdaptiveAvgPool2d(size));
    network.add("flatten", Flatten());
    network.add("classifier", std::move(classifier));
    return network;
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
