#include "zoo/zoo.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

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

namespace {

struct Entry {
    const char* name;
    Network (*make)(Index classes);
    Index classes;
};
constexpr Entry entries[]{{"lenet5", lenet5, 10},
                          {"alexnet32", alexnet32, 10},
                          {"resnet20", resnet20, 10},
                          {"resnet32", resnet32, 10},
                          {"resnet44", resnet44, 10},
                          {"resnet56", resnet56, 10},
                          {"resnet110", resnet110, 10},
                          {"plain20", plain20, 10},
                          {"plain32", plain32, 10},
                          {"plain44", plain44, 10},
                          {"plain56", plain56, 10},
                          {"resnet18", resnet18, 1000},
                          {"resnet34", resnet34, 1000},
                          {"resnet50", resnet50, 1000},
                          {"resnet101", resnet101, 1000},
                          {"resnet152", resnet152, 1000},
                          {"alexnet2012", alexnet_2012, 1000},
                          {"small_alexnet",
                           [](Index classes) {
                               return small_alexnet({3, 32, 32}, classes);
                           },
                           10},
                          {"alexnet", alexnet, 1000},
                          {"vgg11", vgg11, 1000},
                          {"vgg13", vgg13, 1000},
                          {"vgg16", vgg16, 1000},
                          {"vgg19", vgg19, 1000},
                          {"googlenet", googlenet, 1000},
                          {"googlenet_with_heads", googlenet_with_heads, 1000},
                          {"googlenet2014", googlenet_2014, 1000}};

const Entry& entry_of(const std::string& name) {
    for (const Entry& entry : entries)
        if (name == entry.name) return entry;
    throw Error(fmt::format("no network {}: there are {}", name, fmt::join(names(), ", ")));
}

}  // namespace

std::vector<std::string> names() {
    std::vector<std::string> all;
    for (const Entry& entry : entries) all.emplace_back(entry.name);
    return all;
}

Network build(const std::string& name) {
    const Entry& entry = entry_of(name);
    return entry.make(entry.classes);
}

Network build(const std::string& name, Index classes) { return entry_of(name).make(classes); }

}  // namespace cnn::zoo
