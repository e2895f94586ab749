// Where a network's batches come from.
#pragma once
#include <functional>
#include <string>

#include "data/batches.hpp"
#include "data/image_folder.hpp"

namespace cnn::nn {

using data::Batch;

// Epochs of batches. data::Batches turn into one by themselves; other sources (generated or text) give their own
// function. Batch `i` of an epoch must depend on nothing but the two numbers: that makes a resumed run exact.
// A batch without labels, where nothing could be read, is passed over.
class Source {
public:
    using Epoch = std::function<Batch(Index batch)>;

    Source() = default;                    // no images
    Source(const data::Batches& batches);  // refers to their data set
    Source(const data::FolderBatches& batches);
    // `images` and `batches` in one epoch, from 0; `description` is what a resumed run must agree on.
    Source(Index images, Index batches, std::function<Epoch(Index epoch)> epoch, std::string description);

    Index images() const { return images_; }
    Index batches() const { return batches_; }
    Epoch epoch(Index number) const { return epoch_(number); }
    const std::string& description() const { return description_; }

private:
    Index images_ = 0, batches_ = 0;
    std::function<Epoch(Index epoch)> epoch_;
    std::string description_;
};

// Tensors in memory, cut into batches in their order, or shuffled anew by every epoch: x [count, …], one label each;
// ShapeError otherwise.
struct MemoryOptions {
    Index batch_size = 128;
    bool shuffle = false;
    std::uint32_t seed = 1;
};
Source from_memory(Tensor x, std::vector<std::int32_t> labels, const MemoryOptions& options = {});

}  // namespace cnn::nn
