#include "plot/colors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace cnn::plot {
namespace {

std::uint8_t mixed(std::uint8_t from, std::uint8_t to, double share) {
    return static_cast<std::uint8_t>(std::lround(from + (to - from) * std::clamp(share, 0.0, 1.0)));
}

double linear_light(std::uint8_t value) {
    const double v = value / 255.0;
    return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
}

}  // namespace

Color palette(std::size_t index) {
    static constexpr std::array<Color, 7> colors{Color{0, 114, 178}, {213, 94, 0},   {0, 158, 115}, {204, 121, 167},
                                                 {230, 159, 0},      {86, 180, 233}, {240, 228, 66}};
    return colors[index % colors.size()];
}

Color mix(Color from, Color to, double share) {
    return {mixed(from.red, to.red, share), mixed(from.green, to.green, share), mixed(from.blue, to.blue, share)};
}

std::string to_string(Color color) { return fmt::format("#{:02x}{:02x}{:02x}", color.red, color.green, color.blue); }

int terminal_color(Color color) {
    // The cube's levels are 0, 95, 135, 175, 215, 255.
    const auto level = [](std::uint8_t value) { return value < 48 ? 0 : value < 115 ? 1 : (value - 35) / 40; };
    return 16 + 36 * level(color.red) + 6 * level(color.green) + level(color.blue);
}

Color ink_on(Color background) {
    const double luminance = 0.2126 * linear_light(background.red) + 0.7152 * linear_light(background.green) +
                             0.0722 * linear_light(background.blue);
    return luminance > 0.3 ? ink : white;
}

}  // namespace cnn::plot
