#include "zoo/pretrained.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "data/load.hpp"
#include "data/registry.hpp"

namespace cnn::zoo {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view ending = "-imagenet";

const data::Entry* entry_of_weights(const std::string& model) {
    const auto& entries = data::registry();
    const auto found = std::ranges::find_if(entries, [&](const data::Entry& entry) {
        return entry.format == "weights" && entry.name == model + std::string(ending);
    });
    return found == entries.end() ? nullptr : &*found;
}

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

// Where torch.hub keeps what it fetches.
std::vector<fs::path> torch_folders() {
    std::vector<fs::path> folders;
    if (const std::string home = environment("TORCH_HOME"); !home.empty())
        folders.push_back(fs::path(home) / "hub/checkpoints");
    if (const std::string home = environment("HOME"); !home.empty())
        folders.push_back(fs::path(home) / ".cache/torch/hub/checkpoints");
    return folders;
}

// What tells a network without looking at its classes: its convolutions, and how many tensors it has.
struct Signature {
    Index convolutions = 0, numbers = 0, tensors = 0;
    bool operator==(const Signature&) const = default;
};

Signature signature_of(const nn::WeightsFile& file) {
    Signature signature;
    for (const auto& [name, tensor] : file.tensors) {
        if (name.ends_with("num_batches_tracked")) continue;
        ++signature.tensors;
        if (tensor.rank() == 4) ++signature.convolutions, signature.numbers += tensor.count();
    }
    return signature;
}

struct Known {
    const char* name;
    Signature signature;
};
// A test builds each of them and compares. Plain networks have what their ResNets have.
constexpr Known known[]{{"lenet5", {2, 2550, 10}},
                        {"alexnet32", {5, 2250432, 16}},
                        {"resnet20", {19, 267696, 97}},
                        {"resnet32", {31, 461232, 157}},
                        {"resnet44", {43, 654768, 217}},
                        {"resnet56", {55, 848304, 277}},
                        {"resnet110", {109, 1719216, 547}},
                        {"resnet18", {20, 11166912, 102}},
                        {"resnet34", {36, 21267648, 182}},
                        {"resnet50", {53, 23454912, 267}},
                        {"resnet101", {104, 42394816, 522}},
                        {"resnet152", {155, 57992384, 777}},
                        {"alexnet2012", {5, 2332704, 16}},
                        {"small_alexnet", {5, 126792, 16}},
                        {"alexnet", {5, 2468544, 16}},
                        {"vgg11", {8, 9217728, 22}},
                        {"vgg13", {10, 9402048, 26}},
                        {"vgg16", {13, 14710464, 32}},
                        {"vgg19", {16, 20018880, 38}},
                        {"googlenet", {57, 5585344, 287}},
                        {"googlenet_with_heads", {59, 5718464, 305}},
                        {"googlenet2014", {57, 5966272, 116}}};

}  // namespace

std::vector<std::string> registered_models() {
    std::vector<std::string> models;
    for (const data::Entry& entry : data::registry())
        if (entry.format == "weights" && entry.name.ends_with(ending))
            models.push_back(entry.name.substr(0, entry.name.size() - ending.size()));
    return models;
}

fs::path registered_weights(const std::string& model) {
    const data::Entry* entry = entry_of_weights(model);
    if (!entry) return {};
    std::vector<fs::path> folders = data::data_folders(entry->name);
    std::ranges::copy(torch_folders(), std::back_inserter(folders));
    for (const fs::path& folder : folders) {
        std::error_code ignored;
        if (fs::path path = folder / entry->files.at(0).name; fs::is_regular_file(path, ignored)) return path;
    }
    return {};
}

std::string fetch_line(const std::string& model) {
    const data::Entry* entry = entry_of_weights(model);
    return entry ? "./lab data fetch " + entry->name : "";
}

std::string looks_like(const nn::WeightsFile& file) {
    const auto found = std::ranges::find(known, signature_of(file), &Known::signature);
    return found == std::end(known) ? "" : found->name;
}

}  // namespace cnn::zoo
