// Colours, and maps from numbers to colours.
#pragma once
#include <cstdint>

namespace cnn {

struct Colour {
    std::uint8_t red = 0, green = 0, blue = 0;
    bool operator==(const Colour&) const = default;
};

namespace colours {
inline constexpr Colour black{0, 0, 0}, white{255, 255, 255}, ink{40, 44, 52}, gray{128, 128, 128},
    light{228, 230, 234};
inline constexpr Colour red{214, 66, 54}, orange{235, 140, 40}, yellow{240, 200, 50}, green{60, 160, 80},
    cyan{40, 170, 180}, blue{50, 105, 190}, violet{135, 80, 175};
}  // namespace colours

// The nearest whole number from 0 to 255.
std::uint8_t to_byte(float value);

// Hue in turns (0 red, 1/3 green, 2/3 blue; any number, whole turns do not matter), saturation and value from 0 to 1.
Colour hsv(float hue, float saturation, float value);

// A map takes a number and gives a colour; beyond its range the end colours.
using ColourMap = Colour (*)(float);
Colour grays(float t);      // 0 black … 1 white
Colour viridis(float t);    // 0 dark violet … 1 yellow: as light as the number is large, also for the colour-blind
Colour diverging(float t);  // -1 blue … 0 white … 1 red: for weights and gradients
Colour cyclic(float turn);  // 0 and 1 are the same: for directions

}  // namespace cnn
