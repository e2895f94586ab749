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

// What random_crop draws from this seed after the row and the column.
inline bool is_mirrored(const Tensor& photo, Index size, std::uint32_t seed) {
    Engine engine(seed);
    uniform_index(engine, photo.size(1) - size + 1), uniform_index(engine, photo.size(2) - size + 1);
    return uniform_index(engine, 2) == 1;
}

// Six random crops; below them one square in six lights, and again with `exaggerated` times as much light: alpha is
// normal with deviation 0.1, as in the paper, then `exaggerated` times that. One square, for only the light to differ.
inline Image augmentation_sheet(const Tensor& photo, Index size, std::uint32_t seed, float exaggerated) {
    const Shape shape = photo.shape();
    const data::PrincipalComponents colours =
        data::principal_components(colour_covariance(photo.reshaped({1, shape[0], shape[1], shape[2]})));
    Engine engine(seed);
    std::vector<Tile> pictures;
    for (std::uint32_t i = 0; i < 6; ++i)
        pictures.push_back({rgb_image(random_crop(photo, size, seed + i).view()),
                            is_mirrored(photo, size, seed + i) ? "mirrored" : "as it is"});
    const Tensor centre = crop(photo, (shape[1] - size) / 2, (shape[2] - size) / 2, size, false);
    for (const float factor : {1.0f, exaggerated})
        for (int i = 0; i < 6; ++i) {
            std::vector<float> alpha;
            for (int axis = 0; axis < 3; ++axis) alpha.push_back(normal(engine, 0, 0.1f * factor));
            pictures.push_back({rgb_image(shift_colours(centre, colours, alpha).view()),
                                fmt::format("{}x: {:+.2f} {:+.2f} {:+.2f}", factor, alpha[0], alpha[1], alpha[2])});
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
