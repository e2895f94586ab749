// Small changes that keep an image's class and make the training set look larger.
#pragma once
#include <array>
#include <span>

#include "data/principal_components.hpp"
#include "tensor/random.hpp"

namespace cnn::data {

// Krizhevsky et al. 2012, section 4.1; for CIFAR-10 He et al. 2015, section 4.2: mirror = true, crop_padding = 4.
struct Augmentation {
    bool mirror = false;     // left and right change places in half of the images
    Index crop_padding = 0;  // zeros on every side, then a cut of the old size anywhere in it
    // Of images in three colours: how far they move along the axes of colour_components, as the deviation of normal
    // numbers alpha, one an axis (0.1 in the paper).
    float colour = 0;

    bool is_none() const { return !mirror && crop_padding == 0 && colour == 0; }
    bool operator==(const Augmentation&) const = default;
};

// What happens to one image.
struct Change {
    bool mirror = false;
    Index rows = 0, columns = 0;  // by how much the picture moves down and right
    std::array<float, 3> alpha{};
};
Change draw(const Augmentation& augmentation, Engine& engine);

// The axes along which red, green and blue vary together, for values from 0 to 1. Of ILSVRC 2012's training images: as
// published with the training of ResNets in Torch (fb.resnet.torch), used by many since.
PrincipalComponents imagenet_colours();
// [p1, p2, p3] [a1 λ1, a2 λ2, a3 λ3]ᵀ: what is added to red, green and blue of every pixel (section 4.1).
std::array<float, 3> colour_shift(const std::array<float, 3>& alpha, const PrincipalComponents& colours);

// Mirror and cut alone; colours are shifted when bytes become floats.
// pixel (i, j) of `to` is pixel (i - rows, j' - columns) of `from`, 0 where there is none; both [C, H, W].
void apply(const Change& change, const Shape& shape, std::span<const std::uint8_t> from, std::span<std::uint8_t> to);

}  // namespace cnn::data
