// Small changes that keep an image's class and make the training set look larger.
#pragma once
#include <span>

#include "tensor/random.hpp"

namespace cnn::data {

// Krizhevsky et al. 2012, section 4.1; for CIFAR-10 He et al. 2015, section 4.2: mirror = true, crop_padding = 4.
struct Augmentation {
    bool mirror = false;     // left and right change places in half of the images
    Index crop_padding = 0;  // zeros on every side, then a cut of the old size anywhere in it

    bool is_none() const { return !mirror && crop_padding == 0; }
    bool operator==(const Augmentation&) const = default;
};

// What happens to one image.
struct Change {
    bool mirror = false;
    Index rows = 0, columns = 0;  // by how much the picture moves down and right
};
Change draw(const Augmentation& augmentation, Engine& engine);

// pixel (i, j) of `to` is pixel (i - rows, j' - columns) of `from`, 0 where there is none; both [C, H, W].
void apply(const Change& change, const Shape& shape, std::span<const std::uint8_t> from, std::span<std::uint8_t> to);

}  // namespace cnn::data
