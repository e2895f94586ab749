#include "data/dataset.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace cnn::data {

std::span<const std::uint8_t> Dataset::bytes(Index index) const {
    require(index >= 0 && index < count(), "image {}: {} has {} images", index, name, count());
    const auto size = static_cast<std::size_t>(shape.count());
    return std::span(pixels).subspan(static_cast<std::size_t>(index) * size, size);
}

Image Dataset::image(Index index) const {
    const auto from = bytes(index);
    const Index channels = shape[0], plane = shape[1] * shape[2];
    require(channels == 1 || channels == 3, "image: {} channels make no picture, 1 or 3 do", channels);
    cnn::Image result(shape[1], shape[2], channels);
    for (Index pixel = 0; pixel < plane; ++pixel)
        for (Index c = 0; c < channels; ++c)
            result.pixels[static_cast<std::size_t>(pixel * channels + c)] =
                from[static_cast<std::size_t>(c * plane + pixel)];
    return result;
}

Dataset slice(const Dataset& dataset, Index begin, Index end) {
    require(begin >= 0 && begin <= end && end <= dataset.count(), "slice: [{}, {}) is not within the {} images of {}",
            begin, end, dataset.count(), dataset.name);
    const Index size = dataset.shape.count();
    return {.name = dataset.name,
            .source = dataset.source,
            .is_fallback = dataset.is_fallback,
            .shape = dataset.shape,
            .pixels = {dataset.pixels.begin() + begin * size, dataset.pixels.begin() + end * size},
            .labels = {dataset.labels.begin() + begin, dataset.labels.begin() + end},
            .class_names = dataset.class_names};
}

void check(const Dataset& dataset, std::string_view name) {
    if (dataset.shape.rank() != 3 || dataset.shape.count() == 0)
        fail_data("{}: an image should have the shape [C, H, W], not {}", name, dataset.shape);
    const auto size = static_cast<std::size_t>(dataset.shape.count());
    if (dataset.pixels.size() / size != dataset.labels.size() || dataset.pixels.size() % size != 0)
        fail_data("{}: {} labels, but the pixels of {} images {}", name, dataset.labels.size(),
                  dataset.pixels.size() / size, dataset.shape);
    for (std::size_t i = 0; i < dataset.labels.size(); ++i)
        if (dataset.labels[i] < 0 || dataset.labels[i] >= dataset.classes())
            fail_data("{}: label {} of image {} is not one of 0 to {}", name, dataset.labels[i], i,
                      dataset.classes() - 1);
}

Normalization normalization(const Dataset& dataset) {
    const auto plane = static_cast<std::size_t>(dataset.shape[1] * dataset.shape[2]);
    const auto channels = static_cast<std::size_t>(dataset.shape[0]);
    Normalization result;
    for (std::size_t c = 0; c < channels; ++c) {
        // Counting the 256 values is exact and independent of any order of summation.
        std::array<std::uint64_t, 256> occurrences{};
        for (std::size_t at = c * plane; at < dataset.pixels.size(); at += channels * plane)
            for (std::size_t i = 0; i < plane; ++i) ++occurrences[dataset.pixels[at + i]];
        double count = 0, sum = 0, squares = 0;
        for (std::size_t value = 0; value < 256; ++value) {
            const double pixels = static_cast<double>(occurrences[value]), v = static_cast<double>(value) / 255;
            count += pixels, sum += pixels * v, squares += pixels * v * v;
        }
        const double mean = count > 0 ? sum / count : 0;
        const double variance = count > 0 ? std::max(squares / count - mean * mean, 0.0) : 0;
        result.mean.push_back(static_cast<float>(mean));
        // One gray throughout has no deviation to divide by.
        result.deviation.push_back(variance > 1e-12 ? static_cast<float>(std::sqrt(variance)) : 1.0f);
    }
    return result;
}

}  // namespace cnn::data
