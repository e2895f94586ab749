// Wrong integral images, boxes, wavelets and SURF: task 3.8.
#pragma once
#include <algorithm>
#include <cmath>

#include "descriptor_mistakes.hpp"

namespace cnn::lab03 {

inline std::size_t place_of(const Integral& image, Index i, Index j) {
    return static_cast<std::size_t>(i * image.width + j);
}

// The right integral image with every number replaced by f(i, j) for i, j > 0.
template <class F>
Integral sums_with(const Tensor& gray, const F& f) {
    Integral image = integral_image(gray);
    for (Index i = 1; i < image.height; ++i)
        for (Index j = 1; j < image.width; ++j) image.sums[place_of(image, i, j)] = f(i, j);
    return image;
}
// The sum of a box whose corners are c(box) instead, from four numbers that add up with these signs.
struct BoxOptions {
    Index first = 0, last = 0;  // added to the upper left and to the lower right corner
    double corner = 1;          // times the number that was taken away twice
    bool shifted = false;       // a box that begins outside is moved inside
    bool clamps_size = false;   // what is too far right or down only is cut
};
inline double box_with(const Integral& image, const Box& box, const BoxOptions& options) {
    const auto sums = [&](Index i, Index j) {
        return image
            .sums[place_of(image, std::clamp<Index>(i, 0, image.height - 1), std::clamp<Index>(j, 0, image.width - 1))];
    };
    const Index row = options.shifted ? std::max<Index>(box.row, 0) : box.row;
    const Index column = options.shifted ? std::max<Index>(box.column, 0) : box.column;
    const Index top = row + options.first, left = column + options.first;
    const Index bottom = row + box.height + options.last, right = column + box.width + options.last;
    return sums(bottom, right) - sums(top, right) - sums(bottom, left) + options.corner * sums(top, left);
}

inline Mistakes integral_mistakes() {
    using grader::mistake;
    return {
        mistake(integral_image, "no_row_of_zeros",
                "the pixel (i, j) is in its own sum: sums(i, j) holds the rows before i and the columns before j, and "
                "row and "
                "column 0 are zeros.",
                [](const Tensor& gray) {
                    const Integral right = integral_image(gray);
                    Integral image{gray.size(0), gray.size(1), {}};
                    for (Index i = 1; i < right.height; ++i)
                        for (Index j = 1; j < right.width; ++j) image.sums.push_back(right.sums[place_of(right, i, j)]);
                    return image;
                }),
        mistake(integral_image, "sum_of_one_row", "only the pixel's own row is added up: add what stands above.",
                [](const Tensor& gray) {
                    const Integral right = integral_image(gray);
                    return sums_with(gray, [&](Index i, Index j) {
                        return right.sums[place_of(right, i, j)] - right.sums[place_of(right, i - 1, j)];
                    });
                }),
        mistake(integral_image, "counted_twice",
                "what lies up and to the left is counted twice: left + above holds it in both, so take it away once.",
                [](const Tensor& gray) {
                    Integral image = integral_image(gray);
                    for (Index i = 1; i < image.height; ++i)
                        for (Index j = 1; j < image.width; ++j)
                            image.sums[place_of(image, i, j)] = static_cast<double>(gray(i - 1, j - 1)) +
                                                                image.sums[place_of(image, i - 1, j)] +
                                                                image.sums[place_of(image, i, j - 1)];
                    return image;
                }),
        mistake(integral_image, "row_never_ends",
                "the sum of a row goes on in the next row: it begins anew with every row.",
                [](const Tensor& gray) {
                    Integral image = integral_image(gray);
                    double row = 0;
                    for (Index i = 1; i < image.height; ++i)
                        for (Index j = 1; j < image.width; ++j) {
                            row += static_cast<double>(gray(i - 1, j - 1));
                            image.sums[place_of(image, i, j)] = image.sums[place_of(image, i - 1, j)] + row;
                        }
                    return image;
                }),
        mistake(box_sum, "corner_forgotten", "the corner up and to the left was taken away twice: add it once.",
                [](const Integral& image, const Box& box) { return box_with(image, box, {.corner = 0}); }),
        mistake(box_sum, "corner_taken_again",
                "the corner up and to the left is taken away once more: it must be added.",
                [](const Integral& image, const Box& box) { return box_with(image, box, {.corner = -1}); }),
        mistake(box_sum, "last_row_missing",
                "the last row and column of the box are missing: sums(row + height, …) are the rows before that one.",
                [](const Integral& image, const Box& box) { return box_with(image, box, {.last = -1}); }),
        mistake(box_sum, "first_row_missing",
                "the first row and column of the box are missing: sums(row, …) ends before this row.",
                [](const Integral& image, const Box& box) { return box_with(image, box, {.first = 1}); }),
        mistake(box_sum, "moved_inside",
                "a box that begins outside is moved inside, with all its size: what lies outside counts nothing.",
                [](const Integral& image, const Box& box) { return box_with(image, box, {.shifted = true}); }),
    };
}

// box_hessian with its decisions left open.
struct HessianOptions {
    double weight = 0.81, sign = -1, middle = 3;  // of Dxy², and of the middle third
    int power = 2;                                // of the area it is divided by
    Index gap = 1, narrower = 1;
    bool every_pixel = false;
};
inline Tensor hessian_with(const Integral& image, Index size, Index step, const HessianOptions& options) {
    Tensor y = box_hessian(image, size, step);
    if (options.every_pixel) y = Tensor({image.height - 1, image.width - 1});
    const Index l = size / 3, half = size / 2, wide = 2 * l - options.narrower, side = wide / 2;
    for (Index i = 0; i < y.size(0); ++i)
        for (Index j = 0; j < y.size(1); ++j) {
            const Index row = options.every_pixel ? i : i * step, column = options.every_pixel ? j : j * step;
            const auto box = [&](Index up, Index left, Index height, Index width) {
                return box_sum(image, {row + up, column + left, height, width});
            };
            const Index near = options.gap, far = 1 - options.gap - l;
            const double dyy = box(-half, -side, size, wide) - options.middle * box(-(l / 2), -side, l, wide);
            const double dxx = box(-side, -half, wide, size) - options.middle * box(-side, -(l / 2), wide, l);
            const double dxy =
                box(far, near, l, l) + box(near, far, l, l) - box(far, far, l, l) - box(near, near, l, l);
            y(i, j) = static_cast<float>((dxx * dyy + options.sign * options.weight * dxy * dxy) /
                                         std::pow(static_cast<double>(size), 2 * options.power));
        }
    return y;
}

inline Mistakes hessian_mistakes() {
    using grader::mistake;
    return {
        mistake(box_hessian, "weight_forgotten", "Dxy counts in full: boxes exaggerate it, so it is multiplied by 0.9.",
                [](const Integral& image, Index size, Index step) {
                    return hessian_with(image, size, step, {.weight = 1});
                }),
        mistake(box_hessian, "weight_not_squared", "0.9 is not squared: det = Dxx · Dyy - (0.9 · Dxy)².",
                [](const Integral& image, Index size, Index step) {
                    return hessian_with(image, size, step, {.weight = 0.9});
                }),
        mistake(
            box_hessian, "product_added", "Dxy² is added: a determinant subtracts it.",
            [](const Integral& image, Index size, Index step) { return hessian_with(image, size, step, {.sign = 1}); }),
        mistake(box_hessian, "not_divided",
                "the sums are not divided by the filter's area, so large filters answer more than small ones.",
                [](const Integral& image, Index size, Index step) {
                    return hessian_with(image, size, step, {.power = 0});
                }),
        mistake(box_hessian, "divided_once",
                "the determinant is divided by the area once: each D is, so the product is divided twice.",
                [](const Integral& image, Index size, Index step) {
                    return hessian_with(image, size, step, {.power = 1});
                }),
        mistake(box_hessian, "middle_twice",
                "the middle third is taken away twice only: the whole box holds it once, and -2 is wanted, so it is 3 "
                "times.",
                [](const Integral& image, Index size, Index step) {
                    return hessian_with(image, size, step, {.middle = 2});
                }),
        mistake(
            box_hessian, "no_gap",
            "the four boxes of Dxy touch the central row and column: there is one pixel between them.",
            [](const Integral& image, Index size, Index step) { return hessian_with(image, size, step, {.gap = 0}); }),
        mistake(box_hessian, "every_pixel",
                "there is a number for every pixel: only every step-th row and column is wanted.",
                [](const Integral& image, Index size, Index step) {
                    return hessian_with(image, size, step, {.every_pixel = true});
                }),
    };
}

// Wavelets with the middle at corner (i, j) of pixels.
inline Wavelets haar_at(const Integral& image, Index i, Index j, Index half) {
    return haar(image, static_cast<float>(i) - 0.5f, static_cast<float>(j) - 0.5f, half);
}

inline Mistakes haar_mistakes() {
    using grader::mistake;
    return {
        mistake(haar, "left_minus_right", "both signs are turned: dx is right minus left, dy lower minus upper.",
                [](const Integral& image, float row, float column, Index half) {
                    const Wavelets right = haar(image, row, column, half);
                    return Wavelets{-right.dx, -right.dy};
                }),
        mistake(haar, "upwards", "dy is upper minus lower: rows grow downwards, and dy with them.",
                [](const Integral& image, float row, float column, Index half) {
                    const Wavelets right = haar(image, row, column, half);
                    return Wavelets{right.dx, -right.dy};
                }),
        mistake(haar, "wavelets_swapped", "dx and dy have changed places: dx compares left with right.",
                [](const Integral& image, float row, float column, Index half) {
                    const Wavelets right = haar(image, row, column, half);
                    return Wavelets{right.dy, right.dx};
                }),
        mistake(haar, "corner_of_the_nearest_pixel",
                "the wavelets lie around the upper left corner of the nearest pixel: the nearest corner may be its "
                "lower or "
                "right one, so round row + ½.",
                [](const Integral& image, float row, float column, Index half) {
                    return haar_at(image, std::lround(row), std::lround(column), half);
                }),
        mistake(haar, "half_as_wide", "the wavelets are `half` pixels wide: `half` is half their width.",
                [](const Integral& image, float row, float column, Index half) {
                    Wavelets sum{0, 0};
                    const Index i = std::lround(row + 0.5f), j = std::lround(column + 0.5f), part = (half + 1) / 2;
                    const auto box = [&](Index top, Index left, Index height, Index width) {
                        return box_sum(image, {i + top, j + left, height, width});
                    };
                    sum.dx = box(-part, 0, 2 * part, part) - box(-part, -part, 2 * part, part);
                    sum.dy = box(0, -part, part, 2 * part) - box(-part, -part, part, 2 * part);
                    return sum;
                }),
    };
}

// surf_angle with its decisions left open.
struct SurfAngleOptions {
    bool weighted = true, all_together = false, goes_around = true, below_zero = false;
    float wide = 1.0f / 6, size = 2;
};
inline float surf_angle_with(const Integral& image, const Keypoint& keypoint, const SurfAngleOptions& options) {
    struct Response {
        float dx, dy, angle;
    };
    std::vector<Response> responses;
    const float s = keypoint.sigma;
    for (Index i = -5; i <= 5; ++i)
        for (Index j = -5; j <= 5; ++j) {
            if (i * i + j * j >= 36) continue;
            const auto [right, down] = haar(image, keypoint.row + static_cast<float>(i) * s,
                                            keypoint.column + static_cast<float>(j) * s, std::lround(options.size * s));
            const float weight = options.weighted ? std::exp(-static_cast<float>(i * i + j * j) / 8) : 1;
            const float dx = weight * static_cast<float>(right), dy = weight * static_cast<float>(down);
            responses.push_back({dx, dy, std::atan2(dy, dx)});
        }
    float longest = 0, angle = 0;
    for (int window = 0; window < 72; ++window) {
        float dx = 0, dy = 0;
        for (const Response& r : responses) {
            float turns = r.angle / turn;
            if (turns < 0) turns += 1;
            turns -= static_cast<float>(window) / 72;
            if (options.goes_around) turns -= std::floor(turns);
            if (options.all_together || (turns >= 0 && turns < options.wide)) dx += r.dx, dy += r.dy;
        }
        if (dx * dx + dy * dy > longest) longest = dx * dx + dy * dy, angle = std::atan2(dy, dx);
    }
    return angle < 0 && !options.below_zero ? angle + turn : angle;
}

inline Mistakes surf_angle_mistakes() {
    using grader::mistake;
    return {
        mistake(
            surf_angle, "no_bell_on_the_disc",
            "far wavelets count as much as near ones: the weight exp(-(i² + j²) / 8) is missing.",
            [](const Integral& image, const Keypoint& k) { return surf_angle_with(image, k, {.weighted = false}); }),
        mistake(
            surf_angle, "all_together",
            "this is the sum of all wavelets: only those of one window, 60° wide, are added up.",
            [](const Integral& image, const Keypoint& k) { return surf_angle_with(image, k, {.all_together = true}); }),
        mistake(surf_angle, "wavelets_too_small", "the wavelets are 2s wide: for the angle they are 4s, so half is 2s.",
                [](const Integral& image, const Keypoint& k) { return surf_angle_with(image, k, {.size = 1}); }),
        mistake(
            surf_angle, "surf_angle_below_zero", "an angle is less than 0: add a whole turn, 0 ≤ angle < 2π.",
            [](const Integral& image, const Keypoint& k) { return surf_angle_with(image, k, {.below_zero = true}); }),
        mistake(
            surf_angle, "windows_end_at_a_turn",
            "windows that reach over the end of the circle lose what lies behind it: 350° and 10° share a window.",
            [](const Integral& image, const Keypoint& k) { return surf_angle_with(image, k, {.goes_around = false}); }),
    };
}

// surf_descriptor with its decisions left open.
struct SurfDescriptorOptions {
    bool grid_turned = true, wavelets_turned = true, weighted = true, scaled = true, signs_only = false,
         kinds_apart = false;
};
inline Tensor surf_descriptor_with(const Integral& image, const Keypoint& keypoint,
                                   const SurfDescriptorOptions& options) {
    const float s = keypoint.sigma, cosine = std::cos(keypoint.angle), sine = std::sin(keypoint.angle);
    const float c = options.grid_turned ? cosine : 1, z = options.grid_turned ? sine : 0;
    const float cw = options.wavelets_turned ? cosine : 1, zw = options.wavelets_turned ? sine : 0;
    Tensor y({64});
    for (Index i = 0; i < 20; ++i)
        for (Index j = 0; j < 20; ++j) {
            const float v = static_cast<float>(i) - 9.5f, u = static_cast<float>(j) - 9.5f;
            const auto [right, down] =
                haar(image, keypoint.row + s * (u * z + v * c), keypoint.column + s * (u * c - v * z), std::lround(s));
            const float weight = options.weighted ? std::exp(-(u * u + v * v) / (2 * 3.3f * 3.3f)) : 1;
            const float dx = weight * static_cast<float>(right), dy = weight * static_cast<float>(down);
            const float du = dx * cw + dy * zw, dv = dy * cw - dx * zw;
            const Index number = 4 * (i / 5) + j / 5, stride = options.kinds_apart ? 16 : 1;
            const Index at = options.kinds_apart ? number : 4 * number;
            y(at) += du;
            y(at + stride) += dv;
            y(at + 2 * stride) += options.signs_only ? du : std::abs(du);
            y(at + 3 * stride) += options.signs_only ? dv : std::abs(dv);
        }
    return options.scaled ? to_length_one(y) : y;
}

inline Mistakes surf_descriptor_mistakes() {
    using grader::mistake;
    return {
        mistake(surf_descriptor, "surf_grid_not_turned", "the grid of places is not turned by the keypoint's angle.",
                [](const Integral& image, const Keypoint& k) {
                    return surf_descriptor_with(image, k, {.grid_turned = false});
                }),
        mistake(surf_descriptor, "wavelets_not_turned",
                "the wavelets are not turned into the keypoint's frame: dx and dy belong to the picture, du and dv to "
                "the grid.",
                [](const Integral& image, const Keypoint& k) {
                    return surf_descriptor_with(image, k, {.wavelets_turned = false});
                }),
        mistake(surf_descriptor, "no_bell_on_surf_grid",
                "far places count as much as near ones: the bell of 3.3s is missing.",
                [](const Integral& image, const Keypoint& k) {
                    return surf_descriptor_with(image, k, {.weighted = false});
                }),
        mistake(
            surf_descriptor, "length_not_one", "the descriptor is not scaled to length 1, so the light counts.",
            [](const Integral& image, const Keypoint& k) { return surf_descriptor_with(image, k, {.scaled = false}); }),
        mistake(surf_descriptor, "sizes_with_signs", "Σ|du| and Σ|dv| are sums with signs here: add up the sizes.",
                [](const Integral& image, const Keypoint& k) {
                    return surf_descriptor_with(image, k, {.signs_only = true});
                }),
        mistake(surf_descriptor, "kinds_apart",
                "all Σdu come first, then all Σdv: the four numbers of a cell stand side by side.",
                [](const Integral& image, const Keypoint& k) {
                    return surf_descriptor_with(image, k, {.kinds_apart = true});
                }),
    };
}

// surf with its decisions left open.
struct SurfOptions {
    bool in_large_pixels = false, minima = false, whole_pixels = false, angle_zero = false, filter_size = false;
    Index octaves = surf_octaves;
};
inline Features surf_with(const Tensor& gray, const SurfOptions& options) {
    const Integral image = integral_image(twice_as_large(gray));
    Features result;
    std::vector<float> rows;
    for (Index octave = 0; octave < options.octaves; ++octave) {
        const Index step = Index{1} << octave;
        Tensor stack({4, (image.height - 1 + step - 1) / step, (image.width - 1 + step - 1) / step});
        for (Index k = 0; k < 4; ++k) {
            const Tensor level = box_hessian(image, (6 * k + 6) * step + 3, step);
            std::ranges::copy(level.values(), stack.data() + k * level.count());
        }
        for (const Extremum& at : extrema(stack, surf_threshold)) {
            Fit fit = fit_parabola(stack, at);
            if (stack(at.level, at.row, at.column) < 0 && !options.minima) continue;
            if (std::max({std::abs(fit.level), std::abs(fit.row), std::abs(fit.column)}) >= 1) continue;
            if (options.whole_pixels) fit = {};
            const auto pixel = static_cast<float>(step);
            const float size = 6 * pixel * (static_cast<float>(at.level) + fit.level + 1) + 3;
            Keypoint k{pixel * (static_cast<float>(at.row) + fit.row),
                       pixel * (static_cast<float>(at.column) + fit.column), 1.2f * size / 9, 0};
            k.angle = surf_angle(image, k);
            Keypoint described = k;
            if (options.angle_zero) described.angle = 0;
            const Tensor row = surf_descriptor(image, described);
            rows.insert(rows.end(), row.values().begin(), row.values().end());
            if (!options.in_large_pixels) k = {k.row / 2 - 0.25f, k.column / 2 - 0.25f, k.sigma / 2, k.angle};
            if (options.filter_size) k.sigma *= 9 / 1.2f;
            result.keypoints.push_back(k);
        }
    }
    result.descriptors = Tensor({std::ssize(result.keypoints), 64}, rows);
    return result;
}

inline Mistakes surf_mistakes() {
    using grader::mistake;
    return {
        mistake(surf, "in_large_pixels",
                "row, column and sigma are those of the picture made twice as large: give them in pixels of `gray`.",
                [](const Tensor& gray) { return surf_with(gray, {.in_large_pixels = true}); }),
        mistake(
            surf, "saddles_kept",
            "negative extrema are kept: there the two curvatures have different signs, which is a saddle and no blob.",
            [](const Tensor& gray) { return surf_with(gray, {.minima = true}); }),
        mistake(surf, "offsets_not_added",
                "the offsets of the parabola are not added: keypoints lie between the pixels.",
                [](const Tensor& gray) { return surf_with(gray, {.whole_pixels = true}); }),
        mistake(surf, "filter_size_as_sigma",
                "sigma is the filter's size in pixels: a filter of n pixels has 1.2 · n / 9.",
                [](const Tensor& gray) { return surf_with(gray, {.filter_size = true}); }),
        mistake(surf, "surf_descriptors_not_turned", "the descriptors are made with angle 0: give them the keypoint's.",
                [](const Tensor& gray) { return surf_with(gray, {.angle_zero = true}); }),
        mistake(surf, "one_surf_octave", "only the first octave is searched: there are surf_octaves of them.",
                [](const Tensor& gray) { return surf_with(gray, {.octaves = 1}); }),
    };
}

}  // namespace cnn::lab03
