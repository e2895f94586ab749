// Weights that others trained: where they lie, and whose they are.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "nn/weights_file.hpp"

namespace cnn::zoo {

// Networks whose weights the registry knows, as NAME-imagenet, in its order.
std::vector<std::string> registered_models();
// The file with the weights of one of them: where ./lab data fetch puts it, or torchvision has put it on this machine
// (TORCH_HOME, ~/.cache/torch). Empty where it is not here.
std::filesystem::path registered_weights(const std::string& model);
// What brings them: "./lab data fetch resnet18-imagenet"; "" for a network whose weights the registry does not know.
std::string fetch_line(const std::string& model);

// The network of the zoo that has convolutions of these sizes, whatever its number of classes; "" where none has.
std::string looks_like(const nn::WeightsFile& file);

}  // namespace cnn::zoo
