// Wrong blurs: task 3.1.
#pragma once
#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "grader/exercise.hpp"
#include "sift.hpp"

namespace cnn::lab03 {

using Mistakes = std::vector<grader::Replacement>;

// Weights f(t / sigma) up to `reach` sigmas from the middle; scaled to sum 1 or not.
template <class F>
Tensor kernel_with(float sigma, float reach, bool scaled, const F& f) {
    gaussian_kernel(sigma);  // refuses what the right one refuses
    const Index radius = static_cast<Index>(reach * sigma + 0.5f);
    Tensor weights({2 * radius + 1});
    float sum = 0;
    for (Index t = -radius; t <= radius; ++t) sum += weights(radius + t) = f(static_cast<float>(t), sigma);
    return scaled ? weights *= 1 / sum : weights;
}
inline float bell(float t, float sigma) { return std::exp(-t * t / (2 * sigma * sigma)); }

// x with the kernel along one axis: pixel(x, i, j) is the level of a place that may be outside.
template <class F>
Tensor along(const Tensor& x, float sigma, Index di, Index dj, const F& pixel) {
    const Tensor weights = gaussian_kernel(sigma);
    const Index radius = weights.count() / 2;
    Tensor y(x.shape());
    for (Index i = 0; i < x.size(0); ++i)
        for (Index j = 0; j < x.size(1); ++j)
            for (Index t = -radius; t <= radius; ++t) y(i, j) += weights(radius + t) * pixel(x, i + t * di, j + t * dj);
    return y;
}
inline Index folded(Index i, Index size) {  // as in a mirror that stands on the last pixel
    while (size > 1 && (i < 0 || i >= size)) i = i < 0 ? -i : 2 * (size - 1) - i;
    return size > 1 ? i : 0;
}
inline float at_nearest(const Tensor& x, Index i, Index j) {
    return x(std::clamp<Index>(i, 0, x.size(0) - 1), std::clamp<Index>(j, 0, x.size(1) - 1));
}
template <class F>
Tensor blur_with(const Tensor& x, float sigma, const F& pixel) {
    gaussian_blur(x, sigma);
    return along(along(x, sigma, 0, 1, pixel), sigma, 1, 0, pixel);
}

inline Mistakes kernel_mistakes() {
    using grader::mistake;
    return {
        mistake(gaussian_kernel, "not_scaled",
                "the weights do not add up to 1: divide each by the sum of all of them, or the picture gets brighter.",
                [](float sigma) { return kernel_with(sigma, 4, false, bell); }),
        mistake(gaussian_kernel, "divided_by_the_formula",
                "the weights are divided by σ√(2π), which is the area of the whole bell: those that are there must add "
                "up to 1, so divide by their sum.",
                [](float sigma) {
                    return kernel_with(sigma, 4, false, [](float t, float s) {
                        return bell(t, s) / (s * std::sqrt(2 * std::numbers::pi_v<float>));
                    });
                }),
        mistake(gaussian_kernel, "too_short", "the kernel ends too soon: its radius is ⌊4σ + 0.5⌋, not 3σ.",
                [](float sigma) { return kernel_with(sigma, 3, true, bell); }),
        mistake(gaussian_kernel, "two_forgotten", "the exponent is -t² / σ² here: it is -t² / (2σ²).",
                [](float sigma) {
                    return kernel_with(sigma, 4, true, [](float t, float s) { return std::exp(-t * t / (s * s)); });
                }),
        mistake(gaussian_kernel, "sigma_not_squared", "the exponent is -t² / (2σ) here: σ must be squared.",
                [](float sigma) {
                    return kernel_with(sigma, 4, true, [](float t, float s) { return std::exp(-t * t / (2 * s)); });
                }),
        mistake(gaussian_kernel, "t_not_squared", "the weights fall off like exp(-|t|): t must be squared.",
                [](float sigma) {
                    return kernel_with(sigma, 4, true,
                                       [](float t, float s) { return std::exp(-std::abs(t) / (2 * s * s)); });
                }),
    };
}

inline Mistakes blur_mistakes() {
    using grader::mistake;
    return {
        mistake(gaussian_blur, "rows_only", "the picture is blurred along its rows only: the columns are missing.",
                [](const Tensor& x, float sigma) {
                    gaussian_blur(x, sigma);
                    return along(x, sigma, 0, 1, at_nearest);
                }),
        mistake(gaussian_blur, "columns_only",
                "the picture is blurred along its columns only: the second pass must read what the first one gave.",
                [](const Tensor& x, float sigma) {
                    gaussian_blur(x, sigma);
                    return along(x, sigma, 1, 0, at_nearest);
                }),
        mistake(gaussian_blur, "black_outside",
                "outside the picture you count black, so its rim gets dark: repeat the nearest pixel.",
                [](const Tensor& x, float sigma) {
                    return blur_with(x, sigma, [](const Tensor& p, Index i, Index j) {
                        return i < 0 || j < 0 || i >= p.size(0) || j >= p.size(1) ? 0 : p(i, j);
                    });
                }),
        mistake(gaussian_blur, "mirrored_outside",
                "the picture is mirrored at its rim: the contract repeats the nearest pixel.",
                [](const Tensor& x, float sigma) {
                    return blur_with(x, sigma, [](const Tensor& p, Index i, Index j) {
                        return p(folded(i, p.size(0)), folded(j, p.size(1)));
                    });
                }),
        mistake(gaussian_blur, "wrapped_around",
                "beyond the rim you go on at the opposite side: repeat the nearest pixel.",
                [](const Tensor& x, float sigma) {
                    return blur_with(x, sigma, [](const Tensor& p, Index i, Index j) {
                        const Index h = p.size(0), w = p.size(1);
                        return p((i % h + h) % h, (j % w + w) % w);
                    });
                }),
        mistake(gaussian_blur, "begins_at_the_pixel",
                "the kernel begins at the pixel, and everything moves up and to the left: its middle belongs there.",
                [](const Tensor& x, float sigma) {
                    const Index radius = gaussian_kernel(sigma).count() / 2;
                    gaussian_blur(x, sigma);
                    const Tensor rows = along(x, sigma, 0, 1, [&](const Tensor& p, Index i, Index j) {
                        return at_nearest(p, i, j + radius);
                    });
                    return along(rows, sigma, 1, 0,
                                 [&](const Tensor& p, Index i, Index j) { return at_nearest(p, i + radius, j); });
                }),
        mistake(gaussian_blur, "blurred_while_reading",
                "you read pixels that are blurred already: write into another Tensor than you read from.",
                [](const Tensor& x, float sigma) {
                    gaussian_blur(x, sigma);
                    Tensor y = x;
                    const Tensor weights = gaussian_kernel(sigma);
                    const Index radius = weights.count() / 2;
                    for (const bool rows : {true, false})
                        for (Index i = 0; i < y.size(0); ++i)
                            for (Index j = 0; j < y.size(1); ++j) {
                                float sum = 0;
                                for (Index t = -radius; t <= radius; ++t)
                                    sum += weights(radius + t) * at_nearest(y, rows ? i : i + t, rows ? j + t : j);
                                y(i, j) = sum;
                            }
                    return y;
                }),
    };
}

}  // namespace cnn::lab03
