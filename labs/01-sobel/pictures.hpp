// How the lab's program draws what the tasks compute.
#pragma once
#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "image/drawing.hpp"
#include "sobel.hpp"

namespace cnn::lab01 {

// A step of so many gray levels between two halves of a picture gives a response four times as large.
inline constexpr float response_to_step = 4;

// What is drawn at full strength: all but the strongest hundredth, so that one glint does not darken the rest. At least
// a step of 25 levels, so that the noise of an empty picture stays dark.
inline float full_strength(const Tensor& response) {
    std::vector<float> values(response.values().begin(), response.values().end());
    if (values.empty()) return 1;
    const auto most = values.begin() + static_cast<std::ptrdiff_t>(values.size() * 99 / 100);
    std::nth_element(values.begin(), most, values.end());
    return std::max(*most, 25 * response_to_step);
}

// 0 … 1 for a response; faint edges are lifted, as a plain proportion hides most of a photo.
inline float strength(float response, float full) { return std::pow(std::clamp(response / full, 0.f, 1.f), 0.6f); }

// White edges on black.
inline Image edge_picture(const Tensor& response) {
    const float full = full_strength(response);
    Tensor shown = response;
    for (float& value : shown.values()) value = strength(value, full);
    return gray_image(shown.view(), {0, 1});
}

// Ink on paper, for lines one pixel thin. Every noisy pixel of an even wall is some crest, so a step of fewer than
// `least` gray levels stays paper.
inline Image ink_picture(const Tensor& thinned, float full, float least) {
    const float floor = std::min(least * response_to_step, full / 2);
    Tensor shown = thinned;
    for (float& value : shown.values()) value = 1 - std::sqrt(strength(value - floor, full - floor));
    return gray_image(shown.view(), {0, 1});
}

// Darker where the derivative is negative, brighter where it is positive, gray where the picture is even.
inline Image derivative_picture(const Tensor& derivative) {
    Tensor sizes = derivative;
    for (float& value : sizes.values()) value = std::abs(value);
    const float full = full_strength(sizes);
    return gray_image(derivative.view(), {-full, full});
}

// The point of the compass as a colour, the strength of the edge as its brightness.
inline Colour compass_colour(Index point, float brightness) {
    const Colour full = cyclic(static_cast<float>(point) / 8);
    const auto part = [&](std::uint8_t value) { return static_cast<std::uint8_t>(brightness * value); };
    return {part(full.red), part(full.green), part(full.blue)};
}

inline Image compass_picture(const Edges& edges) {
    const float full = full_strength(edges.response);
    Image picture(edges.response.size(0), edges.response.size(1), 3);
    for (Index i = 0; i < picture.height; ++i)
        for (Index j = 0; j < picture.width; ++j) {
            const Colour colour =
                compass_colour(static_cast<Index>(edges.direction(i, j)), strength(edges.response(i, j), full));
            picture(i, j, 0) = colour.red;
            picture(i, j, 1) = colour.green;
            picture(i, j, 2) = colour.blue;
        }
    return picture;
}

// A ring in the colours of the compass, with the names of the points around it.
inline Image compass_wheel(Index diameter) {
    const Index margin = 30, side = diameter + 2 * margin;
    const float middle = static_cast<float>(side) / 2, outer = static_cast<float>(diameter) / 2, inner = outer * 0.45f;
    Image ring(side, side, 3, 255);
    for (Index i = 0; i < side; ++i)
        for (Index j = 0; j < side; ++j) {
            const float up = middle - static_cast<float>(i) - 0.5f, right = static_cast<float>(j) + 0.5f - middle;
            const float radius = std::hypot(up, right);
            if (radius > outer || radius < inner) continue;
            const auto eighths = std::lround(std::atan2(up, right) * 4 / std::numbers::pi_v<float>);
            const Colour colour = compass_colour((eighths + 8) % 8, 1);
            ring(i, j, 0) = colour.red;
            ring(i, j, 1) = colour.green;
            ring(i, j, 2) = colour.blue;
        }
    Canvas canvas(ring);
    for (std::size_t k = 0; k < compass_names.size(); ++k) {
        const float angle = static_cast<float>(k) * std::numbers::pi_v<float> / 4, radius = outer + 16;
        const Index row = std::lround(middle - radius * std::sin(angle)) - text_height(2) / 2;
        const Index column = std::lround(middle + radius * std::cos(angle)) - text_width(compass_names[k], 2) / 2;
        canvas.text(row, column, compass_names[k], colours::ink, 2);
    }
    return canvas.image();
}

// The picture with the wheel and its key below it.
inline Image with_wheel(const Image& picture) {
    const Image wheel = compass_wheel(76);
    const std::vector<std::string> key{"colour: the way to the brighter side", "brightness: how strong the edge is"};
    const Index gap = 12, text_column = gap + wheel.width + gap;
    const Index width = std::max(picture.width, text_column + text_width(key[0], 2) + gap);
    Canvas canvas(picture.height + wheel.height + 2 * gap, width);
    canvas.paste(picture, 0, (width - picture.width) / 2).paste(wheel, picture.height + gap, gap);
    const Index row = picture.height + gap + wheel.height / 2;
    canvas.text(row - 20, text_column, key[0], colours::ink, 2).text(row + 6, text_column, key[1], colours::ink, 2);
    return canvas.image();
}

// A picture at a size that can be looked at: a small one with every pixel a square, a large one made smaller.
inline Image at_size(const Image& picture, Index side) {
    const Index longer = std::max(picture.height, picture.width);
    if (longer > side) return fit(picture, side, side);
    return enlarge(picture, std::max<Index>(1, side / longer));
}

}  // namespace cnn::lab01
