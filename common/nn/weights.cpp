// Weights of a network in safetensors files.
#include <fmt/format.h>

#include "nn/safetensors.hpp"

namespace cnn::nn {
namespace {

// The first few of a list of names; a wrong file may have hundreds.
class Names {
public:
    void add(const std::string& name) {
        if (++count_ <= shown) text_ += (text_.empty() ? "" : ", ") + name;
    }
    std::string with(const char* heading) const {
        if (count_ == 0) return {};
        const std::string more = count_ > shown ? fmt::format(" and {} more", count_ - shown) : "";
        return fmt::format("; {}: {}{}", heading, text_, more);
    }

private:
    static constexpr int shown = 6;
    int count_ = 0;
    std::string text_;
};

// PyTorch's batch normalisation counts its batches; nothing here uses that.
bool is_counter(const std::string& name) { return name.ends_with("num_batches_tracked"); }

std::vector<NamedParameter> portable(Layer& network) {
    std::vector<NamedParameter> all = network.parameters();
    std::erase_if(all, [](const NamedParameter& one) { return !one.parameter->portable; });
    return all;
}

}  // namespace

void save_weights(Layer& network, const std::filesystem::path& path) {
    std::vector<TensorToWrite> tensors;
    for (const auto& [name, parameter] : portable(network)) tensors.push_back({name, &parameter->value});
    write_safetensors(path, tensors, {{"format", "pt"}});
}

void load_weights(Layer& network, const std::filesystem::path& path) {
    std::map<std::string, Tensor> found;
    for (auto& [name, tensor] : read_safetensors(path).tensors) found.emplace(name, std::move(tensor));

    Names missing, unexpected, misshapen;
    const std::vector<NamedParameter> parameters = portable(network);
    std::map<std::string, Tensor> left;
    for (const auto& [name, parameter] : parameters) {
        const auto at = found.find(name);
        if (at == found.end())
            missing.add(name);
        else if (at->second.shape() != parameter->value.shape())
            misshapen.add(fmt::format("{} {}, expected {}", name, at->second.shape(), parameter->value.shape()));
        if (at != found.end()) left.insert(found.extract(at));
    }
    for (const auto& [name, tensor] : found)
        if (!is_counter(name)) unexpected.add(name);
    const std::string problems =
        missing.with("missing") + unexpected.with("unexpected") + misshapen.with("of another shape");
    if (!problems.empty()) fail_data("{}: these weights are not of this network{}", path.string(), problems);
    for (const auto& [name, parameter] : parameters) parameter->value = std::move(left[name]);
}

}  // namespace cnn::nn
