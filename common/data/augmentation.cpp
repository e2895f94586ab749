#include "data/augmentation.hpp"

#include <algorithm>

namespace cnn::data {

Change draw(const Augmentation& augmentation, Engine& engine) {
    Change change;
    if (augmentation.mirror) change.mirror = uniform_index(engine, 2) == 1;
    if (const Index padding = augmentation.crop_padding; padding > 0) {
        change.rows = uniform_index(engine, 2 * padding + 1) - padding;
        change.columns = uniform_index(engine, 2 * padding + 1) - padding;
    }
    return change;
}

void apply(const Change& change, const Shape& shape, std::span<const std::uint8_t> from, std::span<std::uint8_t> to) {
    const auto size = static_cast<std::size_t>(shape.count());
    require(shape.rank() == 3 && from.size() == size && to.size() == size,
            "augmentation: from {} to {} bytes, but an image {} has {}", from.size(), to.size(), shape, size);
    const Index height = shape[1], width = shape[2];
    std::fill(to.begin(), to.end(), std::uint8_t{0});
    // The columns of `to` that have a source.
    const Index begin = std::clamp<Index>(change.columns, 0, width);
    const Index end = std::clamp<Index>(width + change.columns, 0, width);
    for (Index c = 0; c < shape[0]; ++c)
        for (Index i = 0; i < height; ++i) {
            const Index row = i - change.rows;
            if (row < 0 || row >= height) continue;
            const auto source = from.subspan(static_cast<std::size_t>((c * height + row) * width));
            const auto target = to.subspan(static_cast<std::size_t>((c * height + i) * width));
            for (Index j = begin; j < end; ++j) {
                const Index column = j - change.columns;
                target[static_cast<std::size_t>(j)] =
                    source[static_cast<std::size_t>(change.mirror ? width - 1 - column : column)];
            }
        }
}

}  // namespace cnn::data
