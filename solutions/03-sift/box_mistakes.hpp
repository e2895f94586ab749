// Wrong integral images, boxes and wavelets: task 3.8.
#pragma once
#include <algorithm>
#include <cmath>

#include "blur_mistakes.hpp"

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
        mistake(integral_image, "sums_in_float",
                "the sums are added up in float, which keeps 24 bits: use double for every sum.",
                [](const Tensor& gray) {
                    const Integral right = integral_image(gray);
                    std::vector<float> sums(right.sums.size());
                    for (Index i = 1; i < right.height; ++i) {
                        float row = 0;
                        for (Index j = 1; j < right.width; ++j)
                            sums[place_of(right, i, j)] = sums[place_of(right, i - 1, j)] + (row += gray(i - 1, j - 1));
                    }
                    return Integral{right.height, right.width, {sums.begin(), sums.end()}};
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

}  // namespace cnn::lab03
