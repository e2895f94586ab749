// A small font of our own: five columns, seven rows.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace cnn {

// Seven rows from the top; of each, bit 4 is the leftmost column.
using FontGlyph = std::array<std::uint8_t, 7>;

// The glyphs of a text in UTF-8, one a character; a box where the font has none.
std::vector<FontGlyph> glyphs_of(std::string_view text);

}  // namespace cnn
