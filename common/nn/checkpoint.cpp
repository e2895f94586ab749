#include "nn/checkpoint.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <charconv>
#include <sstream>

#include "nn/safetensors.hpp"

namespace cnn::nn {
namespace {

constexpr const char* current = "checkpoint.safetensors";
constexpr const char* previous = "checkpoint-previous.safetensors";
constexpr const char* damaged = "checkpoint-damaged.safetensors";  // kept for whoever wants to know
constexpr const char* format = "sobel-to-resnet checkpoint 1";

using Metadata = std::map<std::string, std::string>;

class Checksum {
public:
    void add(std::string_view text) {
        add_bytes(text.data(), text.size());
        add_bytes("", 1);  // so that "ab", "c" is not "a", "bc"
    }
    void add(const Tensor& tensor) {
        add(to_string(tensor.shape()));
        add_bytes(tensor.data(), static_cast<std::size_t>(tensor.count()) * sizeof(float));
    }
    std::string text() const { return fmt::format("{:08x}", value_); }

private:
    void add_bytes(const void* data, std::size_t size) {
        if (size == 0) return;  // zlib takes a null pointer for the wish to begin anew
        value_ = ::crc32_z(value_, static_cast<const Bytef*>(data), size);
    }
    uLong value_ = ::crc32_z(0, nullptr, 0);
};

template <class Tensors>
std::string checksum(const Metadata& metadata, const Tensors& tensors) {
    Checksum sum;
    for (const auto& [key, value] : metadata)
        if (key != "checksum") sum.add(key), sum.add(value);
    for (const auto& [name, tensor] : tensors) {
        sum.add(name);
        if constexpr (requires { *tensor; })
            sum.add(*tensor);
        else
            sum.add(tensor);
    }
    return sum.text();
}

Metadata to_metadata(const TrainingState& state, const Identity& identity) {
    std::string rows;
    for (const EpochResult& result : state.epochs) rows += log_row(result) + "\n";
    return {{"format", format},
            {"identity", identity},
            {"log", rows},
            {"batches", fmt::format("{}", state.batches)},
            {"images", fmt::format("{}", state.images)},
            {"loss_sum", fmt::format("{}", state.loss_sum)},
            {"correct", fmt::format("{}", state.correct)},
            {"seconds", fmt::format("{}", state.seconds)}};
}

template <class Number>
Number number(const Metadata& metadata, const std::string& key) {
    const std::string& text = metadata.at(key);
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) fail_data("its {} “{}” is no number", key, text);
    return value;
}

TrainingState to_state(const Metadata& metadata) {
    TrainingState state;
    std::istringstream rows(metadata.at("log"));
    for (std::string row; std::getline(rows, row);) state.epochs.push_back(parse_log_row(row));
    state.batches = number<Index>(metadata, "batches");
    state.images = number<Index>(metadata, "images");
    state.loss_sum = number<double>(metadata, "loss_sum");
    state.correct = number<Index>(metadata, "correct");
    state.seconds = number<double>(metadata, "seconds");
    return state;
}

// A checkpoint that is sound; DataError otherwise.
SafeTensors read_sound(const std::filesystem::path& path) {
    SafeTensors file = read_safetensors(path);
    const auto found = file.metadata.find("format");
    if (found == file.metadata.end() || found->second != format)
        fail_data("{}: not a checkpoint of a training run (weights alone cannot be resumed)", path.string());
    const std::string expected = checksum(file.metadata, file.tensors);
    if (file.metadata["checksum"] != expected)
        fail_data("{}: damaged: its checksum is {}, its contents give {}", path.string(), file.metadata["checksum"],
                  expected);
    return file;
}

// "batch size: 64 (now 128)" for each line that differs.
std::string differences(const Identity& saved, const Identity& now) {
    std::istringstream a(saved), b(now);
    std::string text, was, is;
    while (true) {
        const bool more_a = static_cast<bool>(std::getline(a, was)), more_b = static_cast<bool>(std::getline(b, is));
        if (!more_a && !more_b) return text;
        if (!more_a) was = "nothing";
        if (!more_b) is = "nothing";
        if (was == is) continue;
        const std::size_t colon = is.find(": ");
        text += fmt::format("{}{} (now {})", text.empty() ? "" : ", ", was,
                            colon == is.npos || !more_a ? is : is.substr(colon + 2));
    }
}

std::vector<TensorToWrite> tensors_of(Layer& network, Sgd& optimizer) {
    std::vector<TensorToWrite> tensors;
    for (const auto& [name, parameter] : network.parameters()) tensors.push_back({"weight/" + name, &parameter->value});
    for (const auto& velocity : optimizer.velocities())
        tensors.push_back({"velocity/" + velocity.of.name, &velocity.value});
    return tensors;
}

void restore(const std::filesystem::path& path, SafeTensors& file, Layer& network, Sgd& optimizer) {
    std::map<std::string, Tensor*> wanted;
    for (const auto& [name, parameter] : network.parameters()) wanted["weight/" + name] = &parameter->value;
    for (auto& velocity : optimizer.velocities()) wanted["velocity/" + velocity.of.name] = &velocity.value;
    bool fits = wanted.size() == file.tensors.size();
    for (const auto& [name, tensor] : file.tensors) {
        const auto found = wanted.find(name);
        fits = fits && found != wanted.end() && found->second->shape() == tensor.shape();
    }
    if (!fits) throw Error(fmt::format("{}: belongs to another network; train in a new folder", path.string()));
    for (auto& [name, tensor] : file.tensors) *wanted[name] = std::move(tensor);
}

}  // namespace

void save_checkpoint(const std::filesystem::path& folder, const TrainingState& state, const Identity& identity,
                     Layer& network, Sgd& optimizer) {
    const std::vector<TensorToWrite> tensors = tensors_of(network, optimizer);
    Metadata metadata = to_metadata(state, identity);
    metadata["checksum"] = checksum(metadata, tensors);
    const auto fresh = folder / "checkpoint-new.safetensors";
    write_safetensors(fresh, tensors, metadata);
    // Between the two renames only the previous one and the new one exist; load_checkpoint knows that.
    std::error_code error;
    if (std::filesystem::exists(folder / current, error))
        std::filesystem::rename(folder / current, folder / previous, error);
    if (!error) std::filesystem::rename(fresh, folder / current, error);
    if (error) fail_data("{}: cannot be replaced: {}", (folder / current).string(), error.message());
}

Restored load_checkpoint(const std::filesystem::path& folder, const Identity& identity, Layer& network,
                         Sgd& optimizer) {
    std::string reasons;
    for (const char* name : {current, previous}) {
        const auto path = folder / name;
        std::error_code error;
        if (!std::filesystem::exists(path, error)) continue;
        SafeTensors file;
        Restored restored{true, {}, {}};
        try {
            file = read_sound(path);
            restored.state = to_state(file.metadata);
        } catch (const DataError& problem) {
            reasons += fmt::format("{}{}", reasons.empty() ? "" : "; ", problem.what());
            continue;
        }
        if (file.metadata["identity"] != identity)
            throw Error(fmt::format("{}: was made with other options: {}. Use the same ones, or a new folder.",
                                    path.string(), differences(file.metadata["identity"], identity)));
        restore(path, file, network, optimizer);
        // Or the next save would put the damaged one in the place of this one.
        if (name != current) std::filesystem::rename(folder / current, folder / damaged, error);
        if (name != current)
            restored.warning = fmt::format("{}; going on from {}",
                                           reasons.empty() ? fmt::format("{} is missing", current) : reasons, name);
        return restored;
    }
    if (!reasons.empty()) fail_data("no checkpoint can be read: {}. Train again in a new folder.", reasons);
    return {};
}

}  // namespace cnn::nn
