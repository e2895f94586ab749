#include "nn/source.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <utility>

namespace cnn::nn {
namespace {

std::string describe(const data::Batches& batches) {
    const data::Dataset& dataset = batches.dataset();
    const data::BatchOptions& options = batches.options();
    std::string text =
        fmt::format("images: {} of {}, {}\nbatch size: {}\nseed: {}\nshuffled: {}\npadding: {}\n", dataset.count(),
                    dataset.shape, dataset.name, options.size, options.seed, options.shuffle, options.padding);
    if (options.normalization)
        text += fmt::format("normalization: mean {}, deviation {}\n", options.normalization->mean,
                            options.normalization->deviation);
    if (!options.augmentation.is_none())
        text += fmt::format("augmentation: mirror {}, crop padding {}\n", options.augmentation.mirror,
                            options.augmentation.crop_padding);
    if (options.augmentation.colour > 0) text += fmt::format("colours shifted by: {}\n", options.augmentation.colour);
    return text;
}

std::string describe(const data::FolderBatches& batches) {
    const data::ImageFolder& images = batches.images();
    const data::FolderBatchOptions& options = batches.options();
    const data::Preparation& preparation = options.preparation;
    std::string text = fmt::format(
        "images: {} in {} folders\nbatch size: {}\nseed: {}\nfor training: {}\nshorter side {}, square of {}\n"
        "normalization: mean {}, deviation {}\n",
        images.count(), images.class_names.size(), options.size, options.seed, options.training,
        preparation.shorter_side, preparation.crop, preparation.normalization.mean,
        preparation.normalization.deviation);
    if (options.training && options.as_they_are) text += "crops: centre\n";
    if (preparation.colour > 0) text += fmt::format("colours shifted by: {}\n", preparation.colour);
    return text;
}

// What from_memory was given, shared by the epochs it makes.
struct Memory {
    Tensor x;
    std::vector<std::int32_t> labels;
    MemoryOptions options;

    std::vector<Index> order(Index epoch) const {
        if (options.shuffle) {
            std::seed_seq seeds{options.seed, static_cast<std::uint32_t>(epoch)};
            Engine engine(seeds);
            return permutation(engine, x.size(0));
        }
        std::vector<Index> all(labels.size());
        std::iota(all.begin(), all.end(), Index{0});
        return all;
    }

    Batch gather(std::span<const Index> indices) const {
        std::vector<Index> sizes(x.shape().sizes().begin(), x.shape().sizes().end());
        sizes[0] = static_cast<Index>(indices.size());
        Batch batch{Tensor::uninitialized(Shape(sizes)), {}, {indices.begin(), indices.end()}};
        const Index image = x.count() / x.size(0);
        float* to = batch.x.data();
        for (const Index i : indices) {
            to = std::copy_n(x.data() + i * image, image, to);
            batch.labels.push_back(labels[static_cast<std::size_t>(i)]);
        }
        return batch;
    }
};

}  // namespace

Source::Source(const data::Batches& batches)
    : images_(batches.options().drop_last ? batches.per_epoch() * batches.options().size : batches.dataset().count()),
      batches_(batches.per_epoch()),
      epoch_(
          [batches](Index number) -> Epoch { return [epoch = batches.epoch(number)](Index i) { return epoch[i]; }; }),
      description_(describe(batches)) {}

Source::Source(const data::FolderBatches& batches)
    : images_(batches.images().count()),
      batches_(batches.per_epoch()),
      epoch_([batches](Index epoch) -> Epoch { return [=](Index number) { return batches.batch(epoch, number); }; }),
      description_(describe(batches)) {}

Source::Source(Index images, Index batches, std::function<Epoch(Index epoch)> epoch, std::string description)
    : images_(images), batches_(batches), epoch_(std::move(epoch)), description_(std::move(description)) {}

Source from_memory(Tensor x, std::vector<std::int32_t> labels, const MemoryOptions& options) {
    require(x.rank() >= 1 && x.size(0) == static_cast<Index>(labels.size()), "{} images need as many labels, got {}",
            x.shape(), labels.size());
    require(options.batch_size >= 1, "a batch needs at least one image, not {}", options.batch_size);
    const Index count = x.size(0), size = options.batch_size;
    std::string description = fmt::format("images: {}\nbatch size: {}\nseed: {}\nshuffled: {}\n", x.shape(), size,
                                          options.seed, options.shuffle);
    const auto memory = std::make_shared<const Memory>(Memory{std::move(x), std::move(labels), options});
    const auto epoch = [=](Index number) -> Source::Epoch {
        return [=, order = memory->order(number)](Index batch) {
            require(batch >= 0 && batch * size < count, "batch {} of {} images was asked for", batch, count);
            return memory->gather(
                std::span(order).subspan(static_cast<std::size_t>(batch * size),
                                         static_cast<std::size_t>(std::min(size, count - batch * size))));
        };
    };
    return {count, (count + size - 1) / size, epoch, std::move(description)};
}

}  // namespace cnn::nn
