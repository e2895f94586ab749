// Weights in files that PyTorch reads and writes: the safetensors format, version 0.4.
// 8 bytes with the length of the header (little-endian), the header (JSON: name → dtype, shape, data_offsets), the
// numbers.
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "nn/layer.hpp"
#include "nn/weights_file.hpp"

namespace cnn::nn {

struct SafeTensors {
    std::vector<std::pair<std::string, Tensor>> tensors;  // in the order of the file
    std::map<std::string, std::string> metadata;
    std::map<std::string, std::string> unread;  // tensors of numbers that no float holds, and what they are
};

// Reads F32, and F64, F16, BF16, BOOL and all integers converted to float; lists F8_… and C64 as unread. Throws
// DataError for a file that is missing, cut short, or not sound in every part: header length, JSON, names, dtypes,
// shapes of up to five axes, offsets that fill the file without a gap.
SafeTensors read_safetensors(const std::filesystem::path& path);
// The same from memory; `name` is what errors call it.
SafeTensors parse_safetensors(std::string_view bytes, const std::string& name);

// A tensor on its way to a file; refers to it.
struct TensorToWrite {
    std::string name;
    const Tensor* tensor;
};
// Writes F32. An existing file is replaced only by a whole new one; throws DataError when it cannot be written.
void write_safetensors(const std::filesystem::path& path, const std::vector<TensorToWrite>& tensors,
                       const std::map<std::string, std::string>& metadata = {});

// The weights of a network under PyTorch's names.
void save_weights(Layer& network, const std::filesystem::path& path);

// Weights that are not of the network that was to have them.
struct WrongNetwork : DataError {
    using DataError::DataError;
};
// From any file that read_weights (weights_file.hpp) reads. Throws WrongNetwork with the first difference and the names
// that are missing, unexpected or of another shape; the network is changed only if everything fits. Returns what the
// reader should be told, line by line: what was done to the names, and which weights are NaN or infinite; "" for
// nothing.
std::string load_weights(Layer& network, const std::filesystem::path& path);
std::string load_weights(Layer& network, WeightsFile file, const std::string& name);

}  // namespace cnn::nn
