// Weights in files that PyTorch reads and writes: the safetensors format, version 0.4.
// 8 bytes with the length of the header (little-endian), the header (JSON: name → dtype, shape, data_offsets), the
// numbers.
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "nn/layer.hpp"

namespace cnn::nn {

struct SafeTensors {
    std::vector<std::pair<std::string, Tensor>> tensors;  // in the order of the file
    std::map<std::string, std::string> metadata;
};

// Reads F32, and F64, F16, BF16, I64 converted to float. Throws DataError for a file that is missing, cut short, or not
// sound in every part: header length, JSON, names, dtypes, shapes of up to five axes, offsets that fill the file
// without a gap.
SafeTensors read_safetensors(const std::filesystem::path& path);

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
// Throws DataError listing the names that are missing, unexpected or of another shape; the network is changed only if
// everything fits.
void load_weights(Layer& network, const std::filesystem::path& path);

}  // namespace cnn::nn
