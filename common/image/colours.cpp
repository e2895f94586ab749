#include "image/colours.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

namespace cnn {
namespace {

std::uint8_t mix(std::uint8_t a, std::uint8_t b, float share) {
    return to_byte(static_cast<float>(a) + share * (static_cast<float>(b) - static_cast<float>(a)));
}

// Evenly spaced colours with straight lines between them; t from 0 to 1. What is not a number gets the first.
Colour between(std::span<const Colour> anchors, float t) {
    const float place = (t > 0 ? std::min(t, 1.f) : 0.f) * static_cast<float>(anchors.size() - 1);
    const auto below = std::min(static_cast<std::size_t>(place), anchors.size() - 2);
    const Colour &a = anchors[below], &b = anchors[below + 1];
    const float share = place - static_cast<float>(below);
    return {mix(a.red, b.red, share), mix(a.green, b.green, share), mix(a.blue, b.blue, share)};
}

}  // namespace

std::uint8_t to_byte(float value) { return static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.f, 255.f))); }

Colour hsv(float hue, float saturation, float value) {
    // Each primary is full within a sixth of a turn of its hue, and gone a third away.
    const auto primary = [&](float at) {
        const float away = std::abs(std::remainder(hue - at, 1.f)) * 6;
        const float strength = std::clamp(2 - away, 0.f, 1.f);
        return to_byte(255 * value * (1 - saturation * (1 - strength)));
    };
    return {primary(0), primary(1 / 3.f), primary(2 / 3.f)};
}

Colour grays(float t) {
    const std::uint8_t value = to_byte(255 * (t > 0 ? std::min(t, 1.f) : 0.f));
    return {value, value, value};
}

// After the colour map of that name in matplotlib (Smith and van der Walt 2015), at nine places.
Colour viridis(float t) {
    static constexpr std::array<Colour, 9> anchors{{{68, 1, 84},
                                                    {71, 44, 122},
                                                    {59, 81, 139},
                                                    {44, 113, 142},
                                                    {33, 144, 141},
                                                    {39, 173, 129},
                                                    {92, 200, 99},
                                                    {170, 220, 50},
                                                    {253, 231, 37}}};
    return between(anchors, t);
}

Colour diverging(float t) {
    static constexpr std::array<Colour, 7> anchors{{{32, 80, 160},
                                                    {85, 145, 205},
                                                    {180, 210, 235},
                                                    {250, 250, 250},
                                                    {245, 190, 170},
                                                    {220, 100, 80},
                                                    {170, 25, 45}}};
    return between(anchors, (t + 1) / 2);
}

Colour cyclic(float turn) { return hsv(turn, .8f, .96f); }

}  // namespace cnn
