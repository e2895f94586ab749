#include <algorithm>
#include <map>

#include "nn/safetensors.hpp"
#include "zoo/zoo.hpp"

namespace cnn::zoo {
namespace {

bool has_heads(const std::filesystem::path& path) {
    return std::ranges::any_of(nn::read_safetensors(path).tensors,
                               [](const auto& entry) { return entry.first.starts_with("aux"); });
}

}  // namespace

std::string load_weights(const std::string& name, Network& network, const std::filesystem::path& path) {
    if (name != "googlenet" || !has_heads(path)) {
        nn::load_weights(network.layers, path);
        return {};
    }
    // The network that has such heads reads them, so that a wrong file is refused as everywhere.
    Network with_heads = googlenet_with_heads(network.classes);
    nn::load_weights(with_heads.layers, path);
    std::map<std::string, Tensor> weights;
    for (const auto& [key, parameter] : with_heads.layers.parameters()) weights[key] = std::move(parameter->value);
    for (const auto& [key, parameter] : network.layers.parameters())
        if (parameter->portable) parameter->value = std::move(weights.at(key));
    return path.string() + ": its auxiliary classifiers aux1 and aux2 are left out; googlenet has none";
}

}  // namespace cnn::zoo
