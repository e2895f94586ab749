// The files of torch.save: a ZIP archive with a pickle and the numbers (since PyTorch 1.6), or pickles followed by the
// numbers (before; many files of torchvision still are).
#pragma once
#include <string>
#include <string_view>

#include "nn/weights_file.hpp"

namespace cnn::nn {

// Whether it was written by torch.save in either of these ways, going by the first bytes.
bool is_torch_file(std::string_view bytes);

// The tensors of a state_dict: the file itself, or its entry state_dict, model_state_dict, model or net. Nothing in the
// file is executed; what holds more than tensors and plain values is refused. All types of numbers become floats, but
// for complex ones, which are listed as unread. `name` is what errors call the file.
WeightsFile read_torch(std::string_view bytes, const std::string& name);

}  // namespace cnn::nn
