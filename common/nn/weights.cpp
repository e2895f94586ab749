// The weights of a network, to and from files.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "nn/safetensors.hpp"
#include "nn/torch_tensors.hpp"
#include "nn/weights_file.hpp"
#include "tensor/file.hpp"

namespace cnn::nn {
namespace {

// The first few of a list of names; a wrong file may have hundreds.
class Names {
public:
    void add(const std::string& name) {
        if (++count_ <= shown) text_ += (text_.empty() ? "" : ", ") + printable(name);
    }
    std::string with(const char* heading) const {
        if (count_ == 0) return {};
        const std::string more = count_ > shown ? fmt::format(" and {} more", count_ - shown) : "";
        return fmt::format("; {}: {}{}", heading, text_, more);
    }

private:
    static constexpr int shown = 3;
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

// What the file and the network do not have in common; "" where they fit.
std::string differences(const std::vector<NamedParameter>& parameters, const std::map<std::string, Tensor>& found,
                        const std::map<std::string, std::string>& unread) {
    Names missing, unexpected, misshapen, unreadable;
    std::string first;
    std::set<std::string> wanted;
    for (const auto& [name, parameter] : parameters) {
        wanted.insert(name);
        const Shape& expected = parameter->value.shape();
        const auto at = found.find(name);
        const auto why = unread.find(name);
        std::string difference;
        if (why != unread.end())
            unreadable.add(difference = fmt::format("{} holds {}", name, why->second));
        else if (at == found.end())
            missing.add(name), difference = fmt::format("{} {} is not in the file", name, expected);
        else if (at->second.shape() != expected)
            misshapen.add(difference = fmt::format("{} {}, expected {}", name, at->second.shape(), expected));
        if (first.empty() && !difference.empty()) first = ": " + difference;
    }
    for (const auto& [name, tensor] : found)
        if (!wanted.contains(name) && !is_counter(name)) unexpected.add(name);
    const std::string lists = missing.with("missing") + unexpected.with("unexpected") +
                              misshapen.with("of another shape") + unreadable.with("not read here");
    return lists.empty() ? "" : first + lists;
}

// Which weights are no numbers, and how many; "" where all are.
std::string not_finite(const std::vector<NamedParameter>& parameters) {
    Names bad;
    for (const auto& [name, parameter] : parameters) {
        const auto values = parameter->value.values();
        const auto count = std::ranges::count_if(values, [](float value) { return !std::isfinite(value); });
        if (count > 0)
            bad.add(
                fmt::format("{} ({} of {})", name, grouped(static_cast<std::uint64_t>(count)), grouped(values.size())));
    }
    return bad.with("weights that are NaN or infinite, with which a network can tell nothing");
}

}  // namespace

void save_weights(Layer& network, const std::filesystem::path& path) {
    std::vector<TensorToWrite> tensors;
    for (const auto& [name, parameter] : portable(network)) tensors.push_back({name, &parameter->value});
    write_safetensors(path, tensors, {{"format", "pt"}});
}

std::string load_weights(Layer& network, const std::filesystem::path& path) {
    return load_weights(network, read_weights(path), path.string());
}

std::string load_weights(Layer& network, WeightsFile file, const std::string& name) {
    std::map<std::string, Tensor> found;
    for (auto& [tensor_name, tensor] : file.tensors) found.insert_or_assign(tensor_name, std::move(tensor));
    const std::vector<NamedParameter> parameters = portable(network);
    if (const std::string problems = differences(parameters, found, file.unread); !problems.empty())
        throw WrongNetwork(fmt::format("{}: these weights are not of this network{}", name, problems));
    for (const auto& [key, parameter] : parameters) parameter->value = std::move(found[key]);

    std::string told;
    const auto tell = [&](const std::string& line) { told += (told.empty() ? "" : "\n") + line; };
    for (const std::string& note : file.notes) tell(note);
    if (const std::string bad = not_finite(parameters); !bad.empty()) tell(name + ":" + bad.substr(1));
    return told;
}

}  // namespace cnn::nn
