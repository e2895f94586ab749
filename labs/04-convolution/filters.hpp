// Filters that people have made by hand, for the pictures of this lab.
#pragma once
#include <array>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "tensor/tensor.hpp"

namespace cnn::lab04 {

// The filters of one layer, and what their maps are called.
struct Bank {
    Tensor w;  // [K, C, S, S]; C is 1 for gray photos, 3 for colour
    std::vector<std::string> captions;

    Index channels() const { return w.size(1); }
    // Its map shows differences, with zero in the middle of the scale, where it adds up to nothing.
    bool has_signs(Index k) const {
        float sum = 0, all = 0;
        for (Index i = 0; i < w.count() / w.size(0); ++i) {
            const float number = w[k * (w.count() / w.size(0)) + i];
            sum += number, all += std::abs(number);
        }
        return std::abs(sum) <= 1e-3f * all;
    }
    Index size() const { return w.size(2); }
};

inline Bank everyday_filters() {
    const float n = 1.0f / 9;
    return {.w = Tensor({4, 1, 3, 3}, {n,  n,  n,  n,  n, n,  n,  n,  n,     //
                                       0,  -1, 0,  -1, 5, -1, 0,  -1, 0,     //
                                       -2, -1, 0,  -1, 1, 1,  0,  1,  2,     //
                                       -1, -1, -1, -1, 8, -1, -1, -1, -1}),  //
            .captions = {"blur", "sharpen", "emboss", "outline"}};
}

// A wave under a bell, in four orientations: what simple cells of the visual cortex answer to (Daugman 1985), and what
// the first layers of trained networks look like. Each adds up to zero.
inline Bank gabor_filters() {
    constexpr Index size = 11, count = 4;
    constexpr float wavelength = 6, width = 2.5f, pi = std::numbers::pi_v<float>;
    Bank bank{.w = Tensor({count, 1, size, size}), .captions = {}};
    for (Index k = 0; k < count; ++k) {
        const float angle = static_cast<float>(k) * pi / count;
        float sum = 0;
        for (Index r = 0; r < size; ++r)
            for (Index s = 0; s < size; ++s) {
                const float x = static_cast<float>(s - size / 2), y = static_cast<float>(size / 2 - r);
                const float along = x * std::cos(angle) + y * std::sin(angle);
                sum += bank.w(k, 0, r, s) =
                    std::cos(2 * pi * along / wavelength) * std::exp(-(x * x + y * y) / (2 * width * width));
            }
        for (Index r = 0; r < size; ++r)
            for (Index s = 0; s < size; ++s) bank.w(k, 0, r, s) -= sum / (size * size);
        bank.captions.push_back("Gabor " + std::to_string(k * 180 / count) + "°");
    }
    return bank;
}

// One filter with three channels: it adds what is red and takes away what is green.
inline Bank red_against_green() {
    Bank bank{.w = Tensor({1, 3, 3, 3}), .captions = {"red minus green"}};
    for (Index i = 0; i < 9; ++i) bank.w[i] = 1.0f / 9, bank.w[9 + i] = -1.0f / 9;
    return bank;
}

// A bell of 15×15 pixels, which adds up to one.
inline Tensor wide_blur() {
    constexpr Index size = 15;
    Tensor w({1, 1, size, size});
    float sum = 0;
    for (Index r = 0; r < size; ++r)
        for (Index s = 0; s < size; ++s) {
            const float x = static_cast<float>(s - size / 2), y = static_cast<float>(r - size / 2);
            sum += w(0, 0, r, s) = std::exp(-(x * x + y * y) / 18);
        }
    return w *= 1 / sum;
}

}  // namespace cnn::lab04
