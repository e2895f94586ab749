// What all tests of this lab share.
#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>

#include "grader/judge.hpp"
#include "sift.hpp"
#include "tensor/npy.hpp"
#include "tensor/random.hpp"

namespace cnn::lab03 {

inline constexpr float pi = std::numbers::pi_v<float>;

// A blur adds up at most 27 products along each axis, of levels up to 1 and of weights that are rounded themselves:
// 2 · (2 · 27 + 6) · 2⁻²⁴, and so for every blur that follows.
inline constexpr grader::Tolerance blur_rounding{.absolute = 8e-6}, octave_rounding{.absolute = 2e-5};
// The peak of a parabola: quotients of differences that may be computed in float.
inline constexpr grader::Tolerance peak_rounding{.relative = 1e-4, .absolute = 1e-4};
// Sums of some thousand votes, the weights of which go through exp, sqrt and atan2.
inline constexpr grader::Tolerance vote_rounding{.relative = 1e-3, .absolute = 2e-5};
inline constexpr grader::Tolerance descriptor_rounding{.absolute = 2e-4};
inline constexpr grader::Tolerance angle_rounding{.absolute = 1e-3};
// Of everything together: a peak on a broad hill moves by some 10⁻³ when levels are rounded differently.
inline constexpr grader::Tolerance keypoint_rounding{.absolute = 2e-2};
// A sum of levels as a double or, for those who add up in float, nearly so.
inline constexpr grader::Tolerance sum_rounding{.relative = 1e-6, .absolute = 1e-3};

// Values made by other software: see golden/make.py.
inline Tensor golden(const std::string& name) { return read_npy(CNN_LAB_DIR "/golden/" + name + ".npy"); }

// A cat's ear, 64 × 80 pixels, and its second octave: 15 peaks.
inline const Tensor& patch() {
    static const Tensor x = golden("patch");
    return x;
}
inline const Tensor& levels() {
    static const Tensor gaussians = pyramid(patch()).at(1);
    return gaussians;
}
inline const Tensor& differences() {
    static const Tensor d = difference_of_gaussians(levels());
    return d;
}

inline Tensor part_of(const Tensor& x, Index height, Index width) {
    Tensor y({height, width});
    for (Index i = 0; i < height; ++i)
        for (Index j = 0; j < width; ++j) y(i, j) = x(i, j);
    return y;
}
// Row n of a list as a tensor of its own.
inline Tensor row_of(const Tensor& list, Index n, const Shape& shape) {
    return Tensor(shape, list.values().subspan(static_cast<std::size_t>(n * shape.count()),
                                               static_cast<std::size_t>(shape.count())));
}

// Levels between 0 and 1, smooth enough to have a gradient everywhere.
inline Tensor random_levels(const Shape& shape, std::uint32_t seed) {
    Engine engine(seed);
    return uniform(shape, engine, 0, 1);
}

// f(row, column) for every pixel.
template <class F>
inline Tensor picture(Index height, Index width, const F& f) {
    Tensor x({height, width});
    for (Index i = 0; i < height; ++i)
        for (Index j = 0; j < width; ++j) x(i, j) = static_cast<float>(f(static_cast<float>(i), static_cast<float>(j)));
    return x;
}
// The same picture as each of six levels.
inline Tensor six_times(const Tensor& x) {
    Tensor levels({6, x.size(0), x.size(1)});
    for (Index k = 0; k < 6; ++k) std::ranges::copy(x.values(), levels.data() + k * x.count());
    return levels;
}

inline bool is_near(const Tensor& a, const Tensor& b) {
    return a.shape() == b.shape() &&
           std::ranges::equal(a.values(), b.values(), [](float x, float y) { return std::abs(x - y) < 1e-4f; });
}

// The peaks of the second octave, as make.py numbers them.
inline std::vector<Peak> golden_peaks() {
    const Tensor list = golden("peaks");
    std::vector<Peak> peaks;
    for (Index n = 0; n < list.size(0); ++n)
        if (list(n, 0) != 0) peaks.push_back({list(n, 0), list(n, 1), list(n, 2), list(n, 3)});
    return peaks;
}
// A slope that rises by `across` a column and by `down` a row.
inline Tensor slope(Index height, Index width, float across, float down) {
    return six_times(picture(height, width, [&](float i, float j) { return 0.5f + across * j + down * i; }));
}

}  // namespace cnn::lab03
