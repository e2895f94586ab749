// Weights by name, from whatever file they come in.
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tensor/tensor.hpp"

namespace cnn::nn {

struct WeightsFile {
    std::vector<std::pair<std::string, Tensor>> tensors;  // in the order of the file
    std::map<std::string, std::string> unread;            // what could not be read, and why: "complex numbers"
    std::vector<std::string> notes;                       // lines for whoever is told what was done
};

// Reads safetensors files, and what PyTorch's torch.save writes (torch_file.hpp): a state_dict, or a checkpoint that
// holds one. Which of them it is, the contents tell. Prefixes that wrappers put before every name (module., _orig_mod.)
// are taken off. Throws DataError for everything else, saying what it is where that is known.
WeightsFile read_weights(const std::filesystem::path& path);

// What these bytes are, where they are none of the files that hold weights here: "a web page". "" where that is not
// known.
std::string foreign_kind(std::string_view bytes);

}  // namespace cnn::nn
