#include "data/batches.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace cnn::data {
namespace {

// The standard spells out seed_seq, so this engine is the same everywhere. Purposes keep their numbers apart.
enum class Purpose : std::uint32_t { order, augmentation };
Engine engine_for(Purpose purpose, std::uint32_t seed, Index epoch, Index number) {
    std::seed_seq words{static_cast<std::uint32_t>(purpose), seed, static_cast<std::uint32_t>(epoch),
                        static_cast<std::uint32_t>(number)};
    return Engine(words);
}

std::vector<float> value_of_bytes(Index channels, const std::optional<Normalization>& normalization) {
    std::vector<float> values;
    for (std::size_t c = 0; c < static_cast<std::size_t>(channels); ++c)
        for (int byte = 0; byte < 256; ++byte) {
            const float value = static_cast<float>(byte) / 255;
            values.push_back(normalization ? (value - normalization->mean[c]) / normalization->deviation[c] : value);
        }
    return values;
}

// How the colours of all pixels vary together.
PrincipalComponents colour_components(const Dataset& dataset) {
    const Index pixels = dataset.shape[1] * dataset.shape[2];
    std::array<double, 3> sum{};
    std::array<std::array<double, 3>, 3> products{};
    for (Index n = 0; n < dataset.count(); ++n) {
        const auto bytes = dataset.bytes(n);
        for (Index i = 0; i < pixels; ++i) {
            std::array<double, 3> value;
            for (std::size_t c = 0; c < 3; ++c)
                value[c] = bytes[c * static_cast<std::size_t>(pixels) + static_cast<std::size_t>(i)] / 255.0;
            for (std::size_t u = 0; u < 3; ++u) {
                sum[u] += value[u];
                for (std::size_t v = 0; v < 3; ++v) products[u][v] += value[u] * value[v];
            }
        }
    }
    // In double precision the difference of these two keeps ten digits.
    const auto all = static_cast<double>(std::max<Index>(dataset.count() * pixels, 1));
    Tensor covariance({3, 3});
    for (std::size_t u = 0; u < 3; ++u)
        for (std::size_t v = 0; v < 3; ++v)
            covariance(static_cast<Index>(u), static_cast<Index>(v)) =
                static_cast<float>(products[u][v] / all - sum[u] / all * (sum[v] / all));
    return principal_components(covariance);
}

}  // namespace

Batches::Batches(const Dataset& dataset, BatchOptions options) : dataset_(&dataset), options_(std::move(options)) {
    require(options_.size >= 1, "batches: a batch of {} images is too small, 1 is the least", options_.size);
    require(options_.padding >= 0 && options_.augmentation.crop_padding >= 0,
            "batches: the padding cannot be negative");
    const auto channels = static_cast<std::size_t>(dataset.shape[0]);
    if (const auto& given = options_.normalization)
        require(given->mean.size() == channels && given->deviation.size() == channels,
                "batches: {} means and {} deviations for {} channels", given->mean.size(), given->deviation.size(),
                channels);
    value_of_ = value_of_bytes(dataset.shape[0], options_.normalization);
    if (options_.augmentation.colour > 0) {
        require(channels == 3, "batches: colours can be shifted in images of 3 channels, these have {}", channels);
        colours_ = colour_components(dataset);
    }
}

Index Batches::per_epoch() const {
    const Index images = dataset_->count();
    return options_.drop_last ? images / options_.size : (images + options_.size - 1) / options_.size;
}

Shape Batches::batch_shape() const {
    const Shape& image = dataset_->shape;
    return {options_.size, image[0], image[1] + 2 * options_.padding, image[2] + 2 * options_.padding};
}

Epoch Batches::epoch(Index number) const {
    Engine engine = engine_for(Purpose::order, options_.seed, number, 0);
    if (options_.shuffle) return {*this, number, permutation(engine, dataset_->count())};
    std::vector<Index> order(static_cast<std::size_t>(dataset_->count()));
    std::iota(order.begin(), order.end(), Index{0});
    return {*this, number, std::move(order)};
}

Batch Batches::gather(std::span<const Index> indices) const { return assemble(indices, nullptr); }

Batch Batches::assemble(std::span<const Index> indices, Engine* engine) const {
    const Index channels = dataset_->shape[0], height = dataset_->shape[1], width = dataset_->shape[2];
    const Index padding = options_.padding, padded_width = width + 2 * padding;
    const Index padded = (height + 2 * padding) * padded_width;
    Batch batch{
        .x = Tensor::uninitialized({static_cast<Index>(indices.size()), channels, height + 2 * padding, padded_width}),
        .labels = {},
        .indices = {indices.begin(), indices.end()}};
    std::vector<std::uint8_t> changed(engine ? static_cast<std::size_t>(dataset_->shape.count()) : 0);
    float* to = batch.x.data();
    for (const Index index : indices) {
        auto bytes = dataset_->bytes(index);
        std::array<float, 3> shift{};
        if (engine) {
            const Change change = draw(options_.augmentation, *engine);
            apply(change, dataset_->shape, bytes, changed);
            bytes = changed;
            if (options_.augmentation.colour > 0) shift = colour_shift(change.alpha, colours_);
        }
        const std::uint8_t* from = bytes.data();
        for (Index c = 0; c < channels; ++c, to += padded) {
            const float* value_of = value_of_.data() + c * 256;
            float add = 0;
            if (engine && options_.augmentation.colour > 0) {
                const auto colour = static_cast<std::size_t>(c);
                add = shift[colour] / (options_.normalization ? options_.normalization->deviation[colour] : 1);
            }
            if (padding > 0) std::fill_n(to, padded, value_of[0]);
            for (Index i = 0; i < height; ++i, from += width) {
                float* row = to + (i + padding) * padded_width + padding;
                for (Index j = 0; j < width; ++j) row[j] = value_of[from[j]] + add;
            }
        }
        batch.labels.push_back(dataset_->labels[static_cast<std::size_t>(index)]);
    }
    return batch;
}

Index Epoch::count() const { return batches_.per_epoch(); }

Batch Epoch::operator[](Index number) const {
    require(number >= 0 && number < count(), "batch {}: the epoch has {}", number, count());
    const Index size = batches_.options_.size, images = static_cast<Index>(order_.size());
    const Index begin = number * size, end = std::min(begin + size, images);
    const auto indices =
        std::span(order_).subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
    if (batches_.options_.augmentation.is_none()) return batches_.assemble(indices, nullptr);
    Engine engine = engine_for(Purpose::augmentation, batches_.options_.seed, epoch_, number);
    return batches_.assemble(indices, &engine);
}

}  // namespace cnn::data
