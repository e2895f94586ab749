// The picture that vision operators are measured on: rounded shapes of all sizes under a little noise, the same on both
// sides of a comparison.
#pragma once
#include <cmath>
#include <cstdint>
#include <vector>

namespace cnn::bench {

// Levels 0 to 255, row by row.
inline std::vector<std::uint8_t> scene(int width, int height) {
    std::vector<std::uint8_t> levels;
    levels.reserve(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
    std::uint32_t noise = 1;
    for (int i = 0; i < height; ++i)
        for (int j = 0; j < width; ++j) {
            noise = noise * 1664525u + 1013904223u;
            const double y = i, x = j;
            const double waves = std::sin(x * 0.11) * std::sin(y * 0.13) + std::sin(x * 0.031 + y * 0.017) +
                                 std::sin(x * 0.053 + 3 * std::sin(y * 0.041));
            levels.push_back(static_cast<std::uint8_t>(128 + 38 * waves + static_cast<double>(noise >> 29)));
        }
    return levels;
}

}  // namespace cnn::bench
