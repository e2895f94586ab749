#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "nn/safetensors.hpp"
#include "zoo/pretrained.hpp"
#include "zoo/zoo.hpp"

namespace cnn::zoo {
namespace {

bool has_heads(const nn::WeightsFile& file) {
    return std::ranges::any_of(file.tensors, [](const auto& entry) { return entry.first.starts_with("aux"); });
}

// How many classes the file's network tells apart, going by the layer that is this network's last; 0 where it lacks it.
Index classes_in(const nn::WeightsFile& file, Network& network) {
    std::string last;
    for (const auto& [name, parameter] : network.layers.parameters())
        if (parameter->portable && parameter->value.rank() == 2) last = name;
    const auto found = std::ranges::find(file.tensors, last, [](const auto& entry) { return entry.first; });
    return found == file.tensors.end() || found->second.rank() != 2 ? 0 : found->second.size(0);
}

// "; it looks like resnet50": what may help whoever took the wrong file.
std::string guess(const std::string& name, Network& network, const nn::WeightsFile& file) {
    const std::string model = looks_like(file);
    if (model.empty()) return {};
    const Index classes = classes_in(file, network);
    if (model == name && classes > 0 && classes != network.classes)
        return fmt::format("; they are of {} with {} classes instead of {} (--labels FILE names them)", model, classes,
                           network.classes);
    return model == name ? "" : "; they look like those of " + model;
}

// The network that has such heads reads them, so that a wrong file is refused as everywhere.
std::string load_without_heads(Network& network, nn::WeightsFile file, const std::string& path) {
    Network with_heads = googlenet_with_heads(network.classes);
    std::string told = nn::load_weights(with_heads.layers, std::move(file), path);
    std::map<std::string, Tensor> weights;
    for (const auto& [key, parameter] : with_heads.layers.parameters()) weights[key] = std::move(parameter->value);
    for (const auto& [key, parameter] : network.layers.parameters())
        if (parameter->portable) parameter->value = std::move(weights.at(key));
    if (!told.empty()) told += '\n';
    return told + path + ": its auxiliary classifiers aux1 and aux2 are left out; googlenet has none";
}

}  // namespace

std::string load_weights(const std::string& name, Network& network, const std::filesystem::path& path) {
    return load_weights(name, network, nn::read_weights(path), path.string());
}

std::string load_weights(const std::string& name, Network& network, nn::WeightsFile file, const std::string& path) {
    const std::string hint = guess(name, network, file);
    try {
        if (name == "googlenet" && has_heads(file)) return load_without_heads(network, std::move(file), path);
        return nn::load_weights(network.layers, std::move(file), path);
    } catch (const nn::WrongNetwork& error) {
        throw nn::WrongNetwork(error.what() + hint);
    }
}

}  // namespace cnn::zoo
