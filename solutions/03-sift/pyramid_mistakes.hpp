// Wrong pyramids: task 3.2.
#pragma once
#include <algorithm>
#include <cmath>

#include "blur_mistakes.hpp"

namespace cnn::lab03 {

// x twice as large: place i of the result is weight(i) of row ⌊i / 2⌋ and the rest of row other(i), columns likewise.
template <class Weight, class Other>
Tensor enlarged_with(const Tensor& x, bool black_outside, const Weight& weight, const Other& other) {
    Tensor y({2 * x.size(0), 2 * x.size(1)});
    const auto level = [&](Index i, Index j) {
        const bool outside = i < 0 || j < 0 || i >= x.size(0) || j >= x.size(1);
        return black_outside && outside ? 0 : at_nearest(x, i, j);
    };
    for (Index i = 0; i < y.size(0); ++i)
        for (Index j = 0; j < y.size(1); ++j) {
            const float v = weight(i), u = weight(j);
            y(i, j) = v * (u * level(i / 2, j / 2) + (1 - u) * level(i / 2, other(j))) +
                      (1 - v) * (u * level(other(i), j / 2) + (1 - u) * level(other(i), other(j)));
        }
    return y;
}
inline float three_quarters(Index) { return 0.75f; }
inline Index other_side(Index i) { return i % 2 ? i / 2 + 1 : i / 2 - 1; }

inline Mistakes enlarging_mistakes() {
    using grader::mistake;
    return {
        mistake(twice_as_large, "pixels_repeated",
                "every pixel is repeated four times: its neighbours count a quarter.",
                [](const Tensor& x) {
                    return enlarged_with(
                        x, false, [](Index) { return 1.0f; }, other_side);
                }),
        mistake(
            twice_as_large, "even_places_exact",
            "the even rows and columns are copies and only the odd ones are mixed: every row lies a quarter of a pixel "
            "beside one of x, so every one is ¾ and ¼.",
            [](const Tensor& x) {
                return enlarged_with(
                    x, false, [](Index i) { return i % 2 ? 0.5f : 1.0f; }, [](Index i) { return i / 2 + 1; });
            }),
        mistake(twice_as_large, "halves", "the two rows count a half each: the nearer one counts ¾.",
                [](const Tensor& x) {
                    return enlarged_with(
                        x, false, [](Index) { return 0.5f; }, other_side);
                }),
        mistake(twice_as_large, "wrong_side",
                "above and below have changed places: an even row lies nearer to the row above, an odd one to the row "
                "below.",
                [](const Tensor& x) {
                    return enlarged_with(x, false, three_quarters,
                                         [](Index i) { return other_side(i % 2 ? i - 1 : i + 1); });
                }),
        mistake(
            twice_as_large, "always_the_next",
            "every row is mixed with the one below: an even one lies on the other side and gets the one above.",
            [](const Tensor& x) { return enlarged_with(x, false, three_quarters, [](Index i) { return i / 2 + 1; }); }),
        mistake(twice_as_large, "dark_rim", "beyond the rim you count black: repeat the nearest row and column.",
                [](const Tensor& x) { return enlarged_with(x, true, three_quarters, other_side); }),
    };
}

// An octave whose level k is blur_of(first, level k - 1, k).
template <class F>
Tensor octave_with(const Tensor& first, const F& blur_of) {
    Tensor gaussians = octave(first), level = first;
    for (Index k = 1; k < gaussians.size(0); ++k) {
        level = blur_of(first, level, k);
        std::ranges::copy(level.values(), gaussians.data() + k * first.count());
    }
    return gaussians;
}
inline float blur_at(Index k) { return first_sigma * std::exp2(static_cast<float>(k) / steps); }

inline Mistakes octave_mistakes() {
    using grader::mistake;
    return {
        mistake(octave, "whole_blur_again",
                "every level gets the whole σ_k on top of the blur it has already: only what is missing is added.",
                [](const Tensor& first) {
                    return octave_with(first, [](const Tensor&, const Tensor& level, Index k) {
                        return gaussian_blur(level, blur_at(k));
                    });
                }),
        mistake(
            octave, "sigmas_subtracted",
            "the missing blur is σ_k - σ_{k-1} here: blurs add like the sides of a right angle, so subtract squares.",
            [](const Tensor& first) {
                return octave_with(first, [](const Tensor&, const Tensor& level, Index k) {
                    return gaussian_blur(level, blur_at(k) - blur_at(k - 1));
                });
            }),
        mistake(octave, "root_forgotten", "the missing blur is σ_k² - σ_{k-1}² here: the root is missing.",
                [](const Tensor& first) {
                    return octave_with(first, [](const Tensor&, const Tensor& level, Index k) {
                        return gaussian_blur(level, blur_at(k) * blur_at(k) - blur_at(k - 1) * blur_at(k - 1));
                    });
                }),
        mistake(
            octave, "doubled_at_every_level",
            "the blur doubles from level to level: it doubles in `steps` levels, by a factor of 2^(1 / steps) each.",
            [](const Tensor& first) {
                return octave_with(first, [](const Tensor&, const Tensor& level, Index k) {
                    return gaussian_blur(level, first_sigma * std::exp2(static_cast<float>(k - 1)) * std::sqrt(3.0f));
                });
            }),
        mistake(octave, "each_from_the_first",
                "the blur that is missing from one level to the next is laid on the first picture: lay it on the level "
                "before.",
                [](const Tensor& first) {
                    return octave_with(first, [](const Tensor& picture, const Tensor&, Index k) {
                        return gaussian_blur(picture,
                                             std::sqrt(blur_at(k) * blur_at(k) - blur_at(k - 1) * blur_at(k - 1)));
                    });
                }),
        mistake(octave, "whole_blur_of_the_first",
                "every level is `first` blurred by the whole σ_k: `first` has the blur σ_0 already, and only what is "
                "missing is added.",
                [](const Tensor& first) {
                    return octave_with(first, [](const Tensor& picture, const Tensor&, Index k) {
                        return gaussian_blur(picture, blur_at(k));
                    });
                }),
        mistake(octave, "one_blur_from_the_first",
                "every level is made of `first` in one blur: make it of the level before. (The kernels end at 4σ, so "
                "the two are not quite the same.)",
                [](const Tensor& first) {
                    return octave_with(first, [](const Tensor& picture, const Tensor&, Index k) {
                        return gaussian_blur(picture, std::sqrt(blur_at(k) * blur_at(k) - blur_at(0) * blur_at(0)));
                    });
                }),
        mistake(octave, "first_blurred_too",
                "level 0 is blurred, too: `first` has this blur already, and is level 0 as it is.",
                [](const Tensor& first) { return octave(gaussian_blur(first, first_sigma)); }),
        mistake(difference_of_gaussians, "sharp_minus_blurred",
                "the signs are turned: the blurrier level minus the sharper one.",
                [](const Tensor& gaussians) { return difference_of_gaussians(gaussians) *= -1; }),
        mistake(difference_of_gaussians, "always_from_the_first",
                "level 0 is subtracted from every level: subtract the level before.",
                [](const Tensor& gaussians) {
                    Tensor d = difference_of_gaussians(gaussians);
                    const Index size = d.size(1) * d.size(2);
                    for (Index n = size; n < d.count(); ++n) d[n] += d[n - size];
                    return d;
                }),
        mistake(difference_of_gaussians, "without_signs",
                "the differences have lost their signs: dark and bright blobs are told apart by them.",
                [](const Tensor& gaussians) {
                    Tensor d = difference_of_gaussians(gaussians);
                    for (float& value : d.values()) value = std::abs(value);
                    return d;
                }),
    };
}

// Octaves that begin with `first`, each next one with next(gaussians).
template <class F>
std::vector<Tensor> pyramid_with(Tensor first, Index least, const F& next) {
    std::vector<Tensor> octaves;
    while (std::min(first.size(0), first.size(1)) >= least) {
        octaves.push_back(octave(first));
        first = next(octaves.back());
    }
    return octaves;
}
inline Tensor every_second(const Tensor& gaussians, Index level, Index from = 0) {
    Tensor y({gaussians.size(1) / 2, gaussians.size(2) / 2});
    for (Index i = 0; i < y.size(0); ++i)
        for (Index j = 0; j < y.size(1); ++j) y(i, j) = gaussians(level, 2 * i + from, 2 * j + from);
    return y;
}
inline Tensor right_half(const Tensor& gaussians) { return every_second(gaussians, steps); }
inline Tensor first_of(const Tensor& gray) {
    return gaussian_blur(twice_as_large(gray), std::sqrt(first_sigma * first_sigma - 4 * camera_sigma * camera_sigma));
}
inline constexpr Index least_size = 2 * border + 1;

inline Mistakes pyramid_mistakes() {
    using grader::mistake;
    return {
        mistake(pyramid, "not_enlarged", "the first octave has the size of the picture: make it twice as large first.",
                [](const Tensor& gray) {
                    const float missing = std::sqrt(first_sigma * first_sigma - camera_sigma * camera_sigma);
                    return pyramid_with(gaussian_blur(gray, missing), least_size, right_half);
                }),
        mistake(pyramid, "blurred_by_all_of_1_6",
                "the first picture is blurred by all of first_sigma: it has a blur of 2 · camera_sigma already.",
                [](const Tensor& gray) {
                    return pyramid_with(gaussian_blur(twice_as_large(gray), first_sigma), least_size, right_half);
                }),
        mistake(pyramid, "camera_blur_not_doubled",
                "you count with a blur of camera_sigma: in a picture made twice as large it is twice that many pixels.",
                [](const Tensor& gray) {
                    const float missing = std::sqrt(first_sigma * first_sigma - camera_sigma * camera_sigma);
                    return pyramid_with(gaussian_blur(twice_as_large(gray), missing), least_size, right_half);
                }),
        mistake(pyramid, "first_not_blurred",
                "the first octave begins with the picture as it is: blur it to first_sigma before.",
                [](const Tensor& gray) { return pyramid_with(twice_as_large(gray), least_size, right_half); }),
        mistake(
            pyramid, "goes_on_from_the_last_level",
            "the next octave is made of the last level: the one whose blur is twice that of level 0 is level `steps`.",
            [](const Tensor& gray) {
                return pyramid_with(first_of(gray), least_size,
                                    [](const Tensor& g) { return every_second(g, steps + 2); });
            }),
        mistake(pyramid, "goes_on_from_level_0",
                "the next octave is made of level 0, which is too sharp: take level `steps`.",
                [](const Tensor& gray) {
                    return pyramid_with(first_of(gray), least_size, [](const Tensor& g) { return every_second(g, 0); });
                }),
        mistake(pyramid, "odd_rows_taken", "the odd rows and columns are taken: (2i, 2j) begins with the first.",
                [](const Tensor& gray) {
                    return pyramid_with(first_of(gray), least_size,
                                        [](const Tensor& g) { return every_second(g, steps, 1); });
                }),
        mistake(pyramid, "means_of_four",
                "means of four pixels are taken: every second row and column is enough, they are blurred already.",
                [](const Tensor& gray) {
                    return pyramid_with(first_of(gray), least_size, [](const Tensor& g) {
                        Tensor y = right_half(g);
                        for (Index i = 0; i < y.size(0); ++i)
                            for (Index j = 0; j < y.size(1); ++j)
                                y(i, j) = (g(steps, 2 * i, 2 * j) + g(steps, 2 * i + 1, 2 * j) +
                                           g(steps, 2 * i, 2 * j + 1) + g(steps, 2 * i + 1, 2 * j + 1)) /
                                          4;
                        return y;
                    });
                }),
        mistake(pyramid, "blurred_again",
                "every octave is blurred again at its beginning: level `steps`, made half as large, has first_sigma "
                "already.",
                [](const Tensor& gray) {
                    return pyramid_with(first_of(gray), least_size,
                                        [](const Tensor& g) { return gaussian_blur(right_half(g), first_sigma); });
                }),
        mistake(pyramid, "goes_on_too_long",
                "you go on with pictures that are too small: an octave has 2 · border + 1 rows and columns at least.",
                [](const Tensor& gray) { return pyramid_with(first_of(gray), 4, right_half); }),
        mistake(pyramid, "eleven_are_too_few",
                "an octave of just 2 · border + 1 rows or columns is left out: so many are enough.",
                [](const Tensor& gray) { return pyramid_with(first_of(gray), least_size + 1, right_half); }),
        mistake(pyramid, "halves_rounded_up",
                "half of an odd number of rows or columns is rounded up: the next octave has ⌊H / 2⌋ rows and ⌊W / 2⌋ "
                "columns.",
                [](const Tensor& gray) {
                    return pyramid_with(first_of(gray), least_size, [](const Tensor& g) {
                        Tensor y({(g.size(1) + 1) / 2, (g.size(2) + 1) / 2});
                        for (Index i = 0; i < y.size(0); ++i)
                            for (Index j = 0; j < y.size(1); ++j) y(i, j) = g(steps, 2 * i, 2 * j);
                        return y;
                    });
                }),
        mistake(pyramid, "one_octave", "only the first octave is made: go on while the picture is large enough.",
                [](const Tensor& gray) {
                    auto octaves = pyramid(gray);
                    if (octaves.size() > 1) octaves.resize(1);
                    return octaves;
                }),
    };
}

}  // namespace cnn::lab03
