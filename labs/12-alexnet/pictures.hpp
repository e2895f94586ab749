// What crops, mirror images and colours make of one photo, with the functions of task 12.4.
#pragma once
#include <fmt/format.h>

#include "alexnet.hpp"
#include "image/drawing.hpp"
#include "tensor/random.hpp"

namespace cnn::lab12 {

// [3, H, W] with values from 0 to 1, the shorter side resized to `side`.
inline Tensor photo_tensor(const Image& photo, Index side) {
    const Index shorter = std::min(photo.height, photo.width);
    const Image resized = to_colour(resize(photo, photo.height * side / shorter, photo.width * side / shorter));
    Tensor x = to_tensor(resized);
    const Shape shape = x.shape();
    return std::move(x).reshaped({shape[1], shape[2], shape[3]});
}

// Rows of random crops, each in a light of its own: alpha is normal with deviation 0.1, as in the paper, in the first
// row; `exaggerated` times as much in the others.
inline Image augmentation_sheet(const Tensor& photo, Index size, std::uint32_t seed, float exaggerated) {
    const Shape shape = photo.shape();
    const data::PrincipalComponents colours =
        data::principal_components(colour_covariance(photo.reshaped({1, shape[0], shape[1], shape[2]})));
    Engine engine(seed);
    std::vector<Tile> pictures;
    for (std::uint32_t i = 0; i < 18; ++i) {
        const float deviation = i < 6 ? 0.0f : i < 12 ? 0.1f : 0.1f * exaggerated;
        std::vector<float> alpha;
        for (int axis = 0; axis < 3; ++axis) alpha.push_back(normal(engine, 0, deviation));
        const Tensor square = shift_colours(random_crop(photo, size, seed + i), colours, alpha);
        pictures.push_back({rgb_image(square.view()),
                            i < 6 ? "as it is" : fmt::format("{:+.2f} {:+.2f} {:+.2f}", alpha[0], alpha[1], alpha[2])});
    }
    return tiles(pictures, {.columns = 6});
}

// The photo with the five places of the ten crops, and the crops themselves.
inline Image ten_crops_sheet(const Tensor& photo, Index size) {
    const Tensor crops = ten_crop(photo, size);
    const char* names[] = {"top left", "top right", "bottom left", "bottom right", "centre"};
    std::vector<Tile> pictures;
    for (Index i = 0; i < 10; ++i)
        pictures.push_back({rgb_image(crops.image(i)), fmt::format("{}{}", i < 5 ? "" : "mirror: ", names[i % 5])});
    return tiles(pictures, {.columns = 5});
}

}  // namespace cnn::lab12
