// Wrong directions, descriptors and keypoints of SURF: task 3.8.
#pragma once
#include <algorithm>
#include <cmath>

#include "descriptor_mistakes.hpp"

namespace cnn::lab03 {

// surf_angle with its decisions left open.
struct SurfAngleOptions {
    bool weighted = true, all_together = false, goes_around = true, below_zero = false, of_window = false;
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
        if (dx * dx + dy * dy > longest) {
            longest = dx * dx + dy * dy, angle = std::atan2(dy, dx);
            if (options.of_window) angle = std::fmod(static_cast<float>(window) * turn / 72 + turn / 12, turn);
        }
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
            surf_angle, "middle_of_the_window",
            "the angle is the middle of the best window: it is the direction of the sum in it.",
            [](const Integral& image, const Keypoint& k) { return surf_angle_with(image, k, {.of_window = true}); }),
        mistake(
            surf_angle, "windows_end_at_a_turn",
            "windows that reach over the end of the circle lose what lies behind it: 350° and 10° share a window.",
            [](const Integral& image, const Keypoint& k) { return surf_angle_with(image, k, {.goes_around = false}); }),
    };
}

// surf_descriptor with its decisions left open.
struct SurfDescriptorOptions {
    bool grid_turned = true, wavelets_turned = true, weighted = true, scaled = true, signs_only = false,
         kinds_apart = false, column_by_column = false, sizes_of_sums = false;
    float middle = 9.5f;  // of the 20 places
};
inline Tensor surf_descriptor_with(const Integral& image, const Keypoint& keypoint,
                                   const SurfDescriptorOptions& options) {
    const float s = keypoint.sigma, cosine = std::cos(keypoint.angle), sine = std::sin(keypoint.angle);
    const float c = options.grid_turned ? cosine : 1, z = options.grid_turned ? sine : 0;
    const float cw = options.wavelets_turned ? cosine : 1, zw = options.wavelets_turned ? sine : 0;
    Tensor y({64});
    for (Index i = 0; i < 20; ++i)
        for (Index j = 0; j < 20; ++j) {
            const float v = static_cast<float>(i) - options.middle, u = static_cast<float>(j) - options.middle;
            const auto [right, down] =
                haar(image, keypoint.row + s * (u * z + v * c), keypoint.column + s * (u * c - v * z), std::lround(s));
            const float weight = options.weighted ? std::exp(-(u * u + v * v) / (2 * 3.3f * 3.3f)) : 1;
            const float dx = weight * static_cast<float>(right), dy = weight * static_cast<float>(down);
            const float du = dx * cw + dy * zw, dv = dy * cw - dx * zw;
            const Index number = options.column_by_column ? 4 * (j / 5) + i / 5 : 4 * (i / 5) + j / 5;
            const Index stride = options.kinds_apart ? 16 : 1;
            const Index at = options.kinds_apart ? number : 4 * number;
            y(at) += du;
            y(at + stride) += dv;
            y(at + 2 * stride) += options.signs_only ? du : std::abs(du);
            y(at + 3 * stride) += options.signs_only ? dv : std::abs(dv);
        }
    for (Index cell = 0; options.sizes_of_sums && cell < 64; cell += 4)
        y(cell + 2) = std::abs(y(cell)), y(cell + 3) = std::abs(y(cell + 1));
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
        mistake(surf_descriptor, "sizes_of_sums",
                "|Σdu| and |Σdv| stand where Σ|du| and Σ|dv| belong: take the sizes first, then add them up.",
                [](const Integral& image, const Keypoint& k) {
                    return surf_descriptor_with(image, k, {.sizes_of_sums = true});
                }),
        mistake(surf_descriptor, "surf_cells_column_by_column", "the cells stand column by column: row by row.",
                [](const Integral& image, const Keypoint& k) {
                    return surf_descriptor_with(image, k, {.column_by_column = true});
                }),
        mistake(
            surf_descriptor, "surf_grid_off_centre",
            "the grid lies half a step too far up and to the left: the middle of 20 places, 0 to 19, is 9.5.",
            [](const Integral& image, const Keypoint& k) { return surf_descriptor_with(image, k, {.middle = 10}); }),
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
    bool doubled = true, far_offsets = false;
    float shift = 0.25f;
    Index octaves = surf_octaves;
};
inline Features surf_with(const Tensor& gray, const SurfOptions& options) {
    const Integral image = integral_image(options.doubled ? twice_as_large(gray) : gray);
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
            if (!options.far_offsets && std::max({std::abs(fit.level), std::abs(fit.row), std::abs(fit.column)}) >= 1)
                continue;
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
            if (!options.in_large_pixels && options.doubled)
                k = {k.row / 2 - options.shift, k.column / 2 - options.shift, k.sigma / 2, k.angle};
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
        mistake(surf, "not_doubled",
                "the picture is searched as it is: SURF looks at the picture made twice as large, task 3.2.",
                [](const Tensor& gray) { return surf_with(gray, {.doubled = false}); }),
        mistake(
            surf, "surf_quarter_forgotten",
            "all keypoints lie a quarter of a pixel too far right and down: row i of the large picture is i / 2 - ¼.",
            [](const Tensor& gray) { return surf_with(gray, {.shift = 0}); }),
        mistake(surf, "far_offsets_kept", "keypoints with an offset of 1 or more are kept: they are dropped.",
                [](const Tensor& gray) { return surf_with(gray, {.far_offsets = true}); }),
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
