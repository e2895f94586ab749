#include "data/preparation.hpp"

#include <algorithm>
#include <array>

#include "data/augmentation.hpp"
#include "image/drawing.hpp"

namespace cnn::data {
namespace {

struct Place {
    Index row = 0, column = 0;
    bool mirrored = false;
};

void check(const Preparation& preparation) {
    require(preparation.crop >= 1 && preparation.crop <= preparation.shorter_side,
            "preparing a photo: a square of {} pixels does not fit into a shorter side of {}", preparation.crop,
            preparation.shorter_side);
    require(preparation.normalization.mean.size() == 3 && preparation.normalization.deviation.size() == 3,
            "preparing a photo: {} means and {} deviations for three colours", preparation.normalization.mean.size(),
            preparation.normalization.deviation.size());
}

// The longer side is rounded down, as torchvision does.
Image with_shorter_side(const Image& photo, Index side) {
    const Index shorter = std::min(photo.height, photo.width);
    require(shorter >= 1, "preparing a photo: it has no pixels");
    return resize(photo, photo.height * side / shorter, photo.width * side / shorter);
}

// Writes the square at `place` as [3, side, side] to `to`.
void write_square(const Image& photo, const Place& place, Index side, const Normalization& normalization, float* to) {
    for (Index c = 0; c < 3; ++c) {
        const auto colour = static_cast<std::size_t>(c);
        const float mean = normalization.mean[colour], deviation = normalization.deviation[colour];
        const Index channel = photo.channels == 3 ? c : 0;
        for (Index i = 0; i < side; ++i)
            for (Index j = 0; j < side; ++j) {
                const Index column = place.column + (place.mirrored ? side - 1 - j : j);
                const auto at = ((place.row + i) * photo.width + column) * photo.channels + channel;
                *to++ = (static_cast<float>(photo.pixels[static_cast<std::size_t>(at)]) / 255 - mean) / deviation;
            }
    }
}

Tensor square(const Image& resized, const Place& place, const Preparation& preparation) {
    Tensor x = Tensor::uninitialized({3, preparation.crop, preparation.crop});
    write_square(resized, place, preparation.crop, preparation.normalization, x.data());
    return x;
}

// Another light: the same for every pixel of x [3, side, side].
void shift_colours(Tensor& x, const Preparation& preparation, Engine& engine) {
    const std::array<float, 3> shift =
        colour_shift(draw({.colour = preparation.colour}, engine).alpha, imagenet_colours());
    const Index pixels = x.size(1) * x.size(2);
    for (Index i = 0; i < x.count(); ++i) {
        const auto colour = static_cast<std::size_t>(i / pixels);
        x[i] += shift[colour] / preparation.normalization.deviation[colour];
    }
}

// torchvision rounds half a pixel to the even neighbour, as Python does.
Index centred(Index length, Index side) {
    const Index twice = length - side;
    return twice % 2 == 0 ? twice / 2 : twice / 2 + twice / 2 % 2;
}

}  // namespace

Normalization imagenet_normalization() {
    return {.mean = {0.485f, 0.456f, 0.406f}, .deviation = {0.229f, 0.224f, 0.225f}};
}

Tensor center_crop(const Image& photo, const Preparation& preparation) {
    check(preparation);
    const Image resized = with_shorter_side(photo, preparation.shorter_side);
    return square(resized, {centred(resized.height, preparation.crop), centred(resized.width, preparation.crop)},
                  preparation);
}

Tensor random_crop(const Image& photo, const Preparation& preparation, Engine& engine) {
    check(preparation);
    const Image resized = with_shorter_side(photo, preparation.shorter_side);
    Place place;
    place.row = uniform_index(engine, resized.height - preparation.crop + 1);
    place.column = uniform_index(engine, resized.width - preparation.crop + 1);
    place.mirrored = uniform_index(engine, 2) == 1;
    Tensor x = square(resized, place, preparation);
    if (preparation.colour > 0) shift_colours(x, preparation, engine);
    return x;
}

Tensor ten_crop(const Image& photo, const Preparation& preparation) {
    check(preparation);
    const Index side = preparation.crop;
    const Image resized = with_shorter_side(photo, preparation.shorter_side);
    const Index bottom = resized.height - side, right = resized.width - side;
    const std::array<Place, 5> places{{{0, 0},
                                       {0, right},
                                       {bottom, 0},
                                       {bottom, right},
                                       {centred(resized.height, side), centred(resized.width, side)}}};
    Tensor x = Tensor::uninitialized({10, 3, side, side});
    float* to = x.data();
    for (const bool mirrored : {false, true})
        for (Place place : places) {
            place.mirrored = mirrored;
            if (mirrored) place.column = right - place.column;  // in the mirrored photo
            write_square(resized, place, side, preparation.normalization, to);
            to += 3 * side * side;
        }
    return x;
}

}  // namespace cnn::data
