// Mini-batches: the training images in a new order every epoch, as tensors.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "data/augmentation.hpp"
#include "data/dataset.hpp"

namespace cnn::data {

struct BatchOptions {
    Index size = 64;
    bool shuffle = true;     // false: the order of the data set, for testing
    bool drop_last = false;  // leave out the last batch when the images do not fill it
    std::uint32_t seed = 1;  // of order and augmentation
    Index padding = 0;       // rows and columns of byte 0 on every side: 2 makes 32×32 of 28×28, as LeNet-5 wants
    std::optional<Normalization> normalization = std::nullopt;  // none: values from 0 to 1
    Augmentation augmentation = {};
};

struct Batch {
    Tensor x;                          // [B, C, H, W]
    std::vector<std::int32_t> labels;  // [B]
    std::vector<Index> indices;        // [B]: which images of the data set these are
};

class Epoch;

// Keeps a reference to the data set, which must outlive it and its epochs.
class Batches {
public:
    // ShapeError for a batch size below 1, negative padding, or a normalization for another number of channels.
    explicit Batches(const Dataset& dataset, BatchOptions options = {});
    explicit Batches(Dataset&&, BatchOptions = {}) = delete;

    const Dataset& dataset() const { return *dataset_; }
    const BatchOptions& options() const { return options_; }
    Index per_epoch() const;          // the number of batches
    Shape batch_shape() const;        // of a full batch: [size, C, H, W], with the padding
    Epoch epoch(Index number) const;  // counted from 0
    // Any images in any order, neither shuffled nor augmented.
    Batch gather(std::span<const Index> indices) const;

private:
    friend class Epoch;
    Batch assemble(std::span<const Index> indices, Engine* engine) const;

    const Dataset* dataset_;
    BatchOptions options_;
    std::vector<float> value_of_;  // [C, 256]: what each byte becomes in each channel
    PrincipalComponents colours_;  // where the augmentation asks for them
};

// One pass over the data set. for (const Batch& batch : batches.epoch(3)) …
class Epoch {
public:
    Index count() const;  // of batches
    // Batch `number` of this epoch; ShapeError outside [0, count()). It depends on data set, options, epoch and number
    // alone, so a resumed training continues with exactly the batches it would have seen.
    Batch operator[](Index number) const;

    class Iterator {
    public:
        Iterator(const Epoch* epoch, Index number) : epoch_(epoch), number_(number) {}
        Batch operator*() const { return (*epoch_)[number_]; }
        Iterator& operator++() { return ++number_, *this; }
        bool operator!=(const Iterator& other) const { return number_ != other.number_; }

    private:
        const Epoch* epoch_;
        Index number_;
    };
    Iterator begin() const { return {this, 0}; }
    Iterator end() const { return {this, count()}; }

private:
    friend class Batches;
    Epoch(const Batches& batches, Index epoch, std::vector<Index> order)
        : batches_(batches), epoch_(epoch), order_(std::move(order)) {}

    Batches batches_;  // a copy, so that an epoch may outlive the Batches it came from
    Index epoch_;
    std::vector<Index> order_;
};

}  // namespace cnn::data
