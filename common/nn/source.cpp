#include "nn/source.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace cnn::nn {

Source from_memory(Tensor x, std::vector<std::int32_t> labels) {
    require(x.rank() >= 1 && x.size(0) == static_cast<Index>(labels.size()), "{} images need as many labels, got {}",
            x.shape(), labels.size());
    const Index count = x.size(0), image = count ? x.count() / count : 0;
    std::vector<Index> sizes(x.shape().sizes().begin(), x.shape().sizes().end());
    // Shared, because std::function copies what it holds.
    const auto images = std::make_shared<const Tensor>(std::move(x));
    const auto answers = std::make_shared<const std::vector<std::int32_t>>(std::move(labels));
    return {count, [=](std::span<const Index> indices, Engine*) mutable {
                sizes[0] = static_cast<Index>(indices.size());
                Batch batch{Tensor::uninitialized(Shape(sizes)), {}};
                batch.labels.reserve(indices.size());
                float* to = batch.x.data();
                for (const Index i : indices) {
                    require(i >= 0 && i < count, "image {} was asked for, there are {}", i, count);
                    to = std::copy_n(images->data() + i * image, image, to);
                    batch.labels.push_back((*answers)[static_cast<std::size_t>(i)]);
                }
                return batch;
            }};
}

}  // namespace cnn::nn
