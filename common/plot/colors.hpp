// Colours that stay apart for colour-blind readers and on paper.
#pragma once
#include <cstdint>
#include <string>

namespace cnn::plot {

struct Color {
    std::uint8_t red = 0, green = 0, blue = 0;
    bool operator==(const Color&) const = default;
};

// The colour of the index-th series: Okabe and Ito (2008), "Color Universal Design", without black and with the yellow,
// too faint for lines on white, moved to the end. Begins again after the last.
Color palette(std::size_t index);

// A share of `to`, the rest of `from`: mix(color, white, 0.5) is a tint.
Color mix(Color from, Color to, double share);

inline constexpr Color white{255, 255, 255}, ink{51, 51, 51}, faint_ink{110, 110, 110}, grid{229, 229, 229};

// "#0072b2"
std::string to_string(Color color);
// The nearest of the 6×6×6 colours that terminals with 256 colours have.
int terminal_color(Color color);
// Dark ink or white: the one that can be read on this colour (relative luminance, WCAG 2.1).
Color ink_on(Color background);

}  // namespace cnn::plot
