// Tensors as torch.save describes them: parts of storages, which are found elsewhere in the file.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "nn/pickle.hpp"
#include "nn/weights_file.hpp"

namespace cnn::nn {

// A type of numbers.
struct TorchType {
    std::string_view storage;  // "torch.FloatStorage" without the rest
    std::size_t bytes;
    float (*read)(const char* at);  // nullptr where a float cannot hold such a number
};

struct StorageReference {
    std::string key;
    const TorchType* type;
    std::uint64_t count;  // of numbers
};
// From what torch.save wrote in the place of a storage; DataError where it is something else.
StorageReference storage_of(const PickleValue& id);

class Storages {
public:
    virtual ~Storages() = default;
    // The bytes of a storage, which last as long as this object.
    virtual std::string_view find(const StorageReference& storage) = 0;
};

// The state_dict in what was saved: itself, or an entry of it, which `notes` then tell. DataError where there is none.
const PickleValue& state_of(const PickleValue& root, const std::string& name, std::vector<std::string>& notes);

// All tensors of a state_dict, into the file's lists; other values in it are no weights. All tensors together have no
// more numbers than a file of `file_size` bytes gives a reason for.
void read_state(const PickleValue& state, Storages& storages, std::uint64_t file_size, WeightsFile& file);

// A text of the file for messages.
std::string printable(std::string text);

}  // namespace cnn::nn
