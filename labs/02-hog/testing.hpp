// What the tests of this lab share.
#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "grader/judge.hpp"
#include "hog.hpp"
#include "image/files.hpp"
#include "tensor/npy.hpp"
#include "tensor/random.hpp"

namespace cnn::lab02 {

using grader::Tolerance;

// An angle in float, in whatever unit, is off by some 10⁻⁶ of a bin, so is a share, and a vote has up to 361 levels.
inline constexpr Tolerance votes{.relative = 2e-5, .absolute = 2e-3};
// Numbers of a block are at most 1, and rounded a dozen times.
inline constexpr Tolerance normalized{.relative = 1e-5, .absolute = 2e-6};
// What issues from a window is to agree with scikit-image.
inline constexpr Tolerance golden_descriptor{.absolute = 1e-4};
// Sums of hundreds of products of numbers around 1.
inline constexpr Tolerance sums{.relative = 2e-5, .absolute = 2e-5};

inline constexpr Settings whole_votes{.shared_votes = false};

// Values made by other software: see golden/make.py.
inline Tensor golden(const std::string& name) { return read_npy(fmt::format("{}/golden/{}.npy", CNN_LAB_DIR, name)); }
inline Image golden_picture(const std::string& name) {
    return read_image(fmt::format("{}/golden/{}.png", CNN_LAB_DIR, name));
}

inline Image noise(Index height, Index width, Index channels, std::uint32_t seed) {
    Engine engine(seed);
    Image picture(height, width, channels);
    for (std::uint8_t& level : picture.pixels) level = static_cast<std::uint8_t>(uniform_index(engine, 256));
    return picture;
}
inline Image gray(Index height, Index width, std::vector<std::uint8_t> levels) {
    Image picture(height, width, 1);
    picture.pixels = std::move(levels);
    return picture;
}

// Whole derivatives, as pictures have them.
inline Gradient any_gradient(const Shape& shape, std::uint32_t seed) {
    Engine engine(seed);
    Gradient g{Tensor(shape), Tensor(shape)};
    for (Tensor* part : {&g.gx, &g.gy})
        for (float& value : part->values()) value = static_cast<float>(uniform_index(engine, 511)) - 255;
    return g;
}
// Nothing but one pixel.
inline Gradient one_pixel(const Shape& shape, Index i, Index j, float gx, float gy) {
    Gradient g{Tensor(shape), Tensor(shape)};
    g.gx(i, j) = gx, g.gy(i, j) = gy;
    return g;
}

inline bool is_near(const Tensor& a, const Tensor& b) {
    return a.shape() == b.shape() &&
           std::ranges::equal(a.values(), b.values(), [](float x, float y) { return std::abs(x - y) < 1e-4f; });
}

}  // namespace cnn::lab02
