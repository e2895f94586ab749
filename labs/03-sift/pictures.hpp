// How the lab's program draws keypoints, pyramids, descriptors and matches.
#pragma once
#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>
#include <string>
#include <vector>

#include "image/drawing.hpp"
#include "sift.hpp"
#include "trials.hpp"

namespace cnn::lab03 {

// A ring around a place, in pixels of a picture drawn `zoom` times as large, with a hand in the keypoint's direction.
inline void draw_keypoint(Canvas& canvas, const Keypoint& keypoint, Colour colour, float zoom) {
    constexpr int sides = 20;
    const float row = zoom * (keypoint.row + 0.5f), column = zoom * (keypoint.column + 0.5f);
    const float radius = zoom * 2 * keypoint.sigma;
    const auto point = [&](float angle) {
        return std::pair(row + radius * std::sin(angle), column + radius * std::cos(angle));
    };
    for (int k = 0; k < sides; ++k) {
        const float step = 2 * std::numbers::pi_v<float> / sides;
        const auto [r, c] = point(step * static_cast<float>(k));
        const auto [to_r, to_c] = point(step * static_cast<float>(k + 1));
        canvas.line(r, c, to_r, to_c, colour);
    }
    const auto [r, c] = point(keypoint.angle);
    canvas.line(row, column, r, c, colour);
}

// Small keypoints green, large ones yellow: both stand out from a photo.
inline Colour colour_of_size(float sigma) { return viridis(0.6f + 0.4f * std::log2(std::max(sigma, 1.0f)) / 5); }

inline Image keypoint_picture(const Image& photo, const Features& features, Index zoom) {
    Canvas canvas(to_colour(resize(photo, zoom * photo.height, zoom * photo.width)));
    for (const Keypoint& keypoint : features.keypoints)
        draw_keypoint(canvas, keypoint, colour_of_size(keypoint.sigma), static_cast<float>(zoom));
    return canvas.image();
}

inline ConstView level(const Tensor& stack, Index k) {
    const Index height = stack.size(1), width = stack.size(2);
    return {stack.data() + k * height * width, Shape{height, width}, {width, 1}};
}

// The first octaves, each as a row of blurred pictures and a row of their differences.
inline Image pyramid_picture(const std::vector<Tensor>& octaves, const std::vector<Tensor>& differences, Index side) {
    std::vector<Tile> pictures;
    for (std::size_t o = 0; o < octaves.size(); ++o) {
        const auto add = [&](const Image& picture, const std::string& caption) {
            pictures.push_back({fit(to_colour(picture), side, side), caption});
        };
        const auto size = std::exp2(static_cast<float>(o) - 1);  // of its pixels
        for (Index k = 0; k < octaves[o].size(0); ++k)
            add(gray_image(level(octaves[o], k), {0, 1}),
                fmt::format("sigma {:.1f}", size * first_sigma * std::exp2(static_cast<float>(k) / steps)));
        for (Index k = 0; k < differences[o].size(0); ++k)
            add(colour_image(level(differences[o], k), diverging, Range::symmetric_of_most(level(differences[o], k))),
                fmt::format("difference {}", k));
        pictures.push_back({Image(1, 1, 3, 255), ""});
    }
    return tiles(pictures, {.columns = steps + 3, .gap = 6});
}

// A descriptor as 4 × 4 stars of 8 rays, as it lies on the page: direction 0 points to the right.
// The longest ray just fits into its cell.
inline Image star_picture(std::span<const float> descriptor, Index side) {
    Canvas canvas(side, side);
    const float cell = static_cast<float>(side) / 4, longest = std::max(std::ranges::max(descriptor), 1e-6f);
    for (Index k = 0; k <= 4; ++k) {
        const float at = std::clamp(static_cast<float>(k) * cell, 0.5f, static_cast<float>(side) - 0.5f);
        canvas.line(at, 0, at, static_cast<float>(side), colours::light);
        canvas.line(0, at, static_cast<float>(side), at, colours::light);
    }
    for (std::size_t n = 0; n < 128; ++n) {
        const float row = (static_cast<float>(n / 32) + 0.5f) * cell,
                    column = (static_cast<float>(n / 8 % 4) + 0.5f) * cell;
        const float angle = static_cast<float>(n % 8) * std::numbers::pi_v<float> / 4,
                    length = 0.47f * cell * descriptor[n] / longest;
        canvas.line(row, column, row + length * std::sin(angle), column + length * std::cos(angle), colours::blue, 2);
    }
    return canvas.image();
}

// The part of the photo around a keypoint with the turned grid of its descriptor, and what the descriptor says.
inline Image descriptor_picture(const Image& photo, const Keypoint& keypoint, std::span<const float> descriptor) {
    constexpr Index side = 400;
    const float reach = 10 * keypoint.sigma, zoom = static_cast<float>(side) / (2 * reach);
    Image part(side, side, 1);
    const auto photo_place = [&](Index pixel, float middle) {
        return static_cast<double>(middle) + (static_cast<double>(pixel) + 0.5) / static_cast<double>(zoom) -
               static_cast<double>(reach);
    };
    for (Index i = 0; i < side; ++i)
        for (Index j = 0; j < side; ++j)
            part(i, j) = static_cast<std::uint8_t>(
                level_at(photo, {photo_place(j, keypoint.column), photo_place(i, keypoint.row)}));
    Canvas canvas(part);
    const float cell = 3 * keypoint.sigma * zoom, middle = static_cast<float>(side) / 2;
    const auto line = [&](float v, float u, float to_v, float to_u, Colour colour, float thickness) {
        const float c = std::cos(keypoint.angle) * cell, s = std::sin(keypoint.angle) * cell;
        canvas.line(middle + v * c + u * s, middle + u * c - v * s, middle + to_v * c + to_u * s,
                    middle + to_u * c - to_v * s, colour, thickness);
    };
    for (float k = -2; k <= 2; ++k) {
        line(k, -2, k, 2, colours::yellow, 1);
        line(-2, k, 2, k, colours::yellow, 1);
    }
    line(0, 0, 0, 2, colours::red, 3);
    return tiles({{canvas.image(), "the grid, along the red line"}, {star_picture(descriptor, side), "the descriptor"}},
                 {.columns = 2, .gap = 12, .text_scale = 2});
}

// Photo and copy side by side, with a line between two dots for each match: green where it is right, red where it is
// wrong. At most `lines` of them, evenly chosen.
inline Image match_picture(const Image& photo, const Features& a, const Copy& copy, const Features& b,
                           const std::vector<Match>& matches, Index lines) {
    const Index gap = 8, left = photo.width + gap, height = std::max(photo.height, copy.picture.height);
    Canvas canvas(height, left + copy.picture.width);
    canvas.paste(photo, 0, 0).paste(copy.picture, 0, left);
    const Index every = std::max<Index>(1, (std::ssize(matches) + lines - 1) / lines);
    for (const bool right : {true, false})  // the wrong ones on top
        for (Index n = 0; n < std::ssize(matches); n += every) {
            const Match& match = matches[static_cast<std::size_t>(n)];
            if (is_correct(match, a, b, copy.map) != right) continue;
            const Keypoint& from = a.keypoints[static_cast<std::size_t>(match.first)];
            const Keypoint& to = b.keypoints[static_cast<std::size_t>(match.second)];
            const Colour colour = right ? colours::green : colours::red;
            const float row = from.row + 0.5f, column = from.column + 0.5f, to_row = to.row + 0.5f,
                        to_column = to.column + 0.5f + static_cast<float>(left);
            canvas.line(row, column, to_row, to_column, colour, 1.5f);
            canvas.line(row, column, row, column + 0.1f, colour, 6)
                .line(to_row, to_column, to_row, to_column + 0.1f, colour, 6);
        }
    return canvas.image();
}

}  // namespace cnn::lab03
