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
    if (augmentation.colour > 0)
        for (float& alpha : change.alpha) alpha = normal(engine, 0, augmentation.colour);
    return change;
}

PrincipalComponents imagenet_colours() {
    return {Tensor({3}, {0.2175f, 0.0188f, 0.0045f}), Tensor({3, 3}, {-0.5675f, 0.7192f, 0.4009f,    //
                                                                      -0.5808f, -0.0045f, -0.8140f,  //
                                                                      -0.5836f, -0.6948f, 0.4203f})};
}

std::array<float, 3> colour_shift(const std::array<float, 3>& alpha, const PrincipalComponents& colours) {
    std::array<float, 3> shift{};
    for (Index c = 0; c < 3; ++c)
        for (Index i = 0; i < 3; ++i)
            shift[static_cast<std::size_t>(c)] +=
                colours.vectors(c, i) * alpha[static_cast<std::size_t>(i)] * colours.values(i);
    return shift;
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
