#include <algorithm>
#include <cmath>

#include "image/drawing.hpp"
#include "image/font.hpp"

namespace cnn {
namespace {

constexpr Index letter_width = 5, letter_step = 6;

std::uint8_t mixed(std::uint8_t below, std::uint8_t above, float share) {
    return static_cast<std::uint8_t>(
        std::lround(static_cast<float>(below) + share * (static_cast<float>(above) - static_cast<float>(below))));
}

// From a point to a stretch of a straight line.
float distance(float row, float column, float from_row, float from_column, float to_row, float to_column) {
    const float down = to_row - from_row, right = to_column - from_column, squared = down * down + right * right;
    const float along = (row - from_row) * down + (column - from_column) * right;
    const float t = squared > 0 ? std::clamp(along / squared, 0.f, 1.f) : 0;
    return std::hypot(row - from_row - t * down, column - from_column - t * right);
}

// The pixels within `reach` of both coordinates that lie in [0, size): first and one behind the last.
std::pair<Index, Index> reached(float a, float b, float reach, Index size) {
    const float limit = static_cast<float>(size);
    return {static_cast<Index>(std::clamp(std::floor(std::min(a, b) - reach), 0.f, limit)),
            static_cast<Index>(std::clamp(std::ceil(std::max(a, b) + reach), 0.f, limit))};
}

}  // namespace

Canvas::Canvas(Index height, Index width, Colour background) : image_(height, width, 3) {
    rectangle(0, 0, height, width, background);
}

void Canvas::blend(Index row, Index column, Colour colour, float share) {
    auto& pixels = image_.pixels;
    const auto at = static_cast<std::size_t>((row * image_.width + column) * 3);
    pixels[at] = mixed(pixels[at], colour.red, share);
    pixels[at + 1] = mixed(pixels[at + 1], colour.green, share);
    pixels[at + 2] = mixed(pixels[at + 2], colour.blue, share);
}

Canvas& Canvas::rectangle(Index row, Index column, Index height, Index width, Colour colour) {
    const Index bottom = std::min(row + height, image_.height), right = std::min(column + width, image_.width);
    for (Index i = std::max<Index>(row, 0); i < bottom; ++i)
        for (Index j = std::max<Index>(column, 0); j < right; ++j) blend(i, j, colour, 1);
    return *this;
}

Canvas& Canvas::frame(Index row, Index column, Index height, Index width, Colour colour, Index thickness) {
    rectangle(row, column, thickness, width, colour);
    rectangle(row + height - thickness, column, thickness, width, colour);
    rectangle(row, column, height, thickness, colour);
    return rectangle(row, column + width - thickness, height, thickness, colour);
}

Canvas& Canvas::line(float row, float column, float to_row, float to_column, Colour colour, float thickness) {
    require(std::isfinite(row) && std::isfinite(column) && std::isfinite(to_row) && std::isfinite(to_column),
            "line: from ({}, {}) to ({}, {}) cannot be drawn", row, column, to_row, to_column);
    const float reach = thickness / 2 + .5f;
    const auto [top, bottom] = reached(row, to_row, reach, image_.height);
    const auto [left, right] = reached(column, to_column, reach, image_.width);
    for (Index i = top; i < bottom; ++i)
        for (Index j = left; j < right; ++j) {
            const float away =
                distance(static_cast<float>(i) + .5f, static_cast<float>(j) + .5f, row, column, to_row, to_column);
            if (away < reach) blend(i, j, colour, std::min(reach - away, 1.f));
        }
    return *this;
}

Canvas& Canvas::paste(const Image& picture, Index row, Index column) {
    const Index last = picture.channels - 1;
    for (Index i = std::max<Index>(0, -row); i < std::min(picture.height, image_.height - row); ++i)
        for (Index j = std::max<Index>(0, -column); j < std::min(picture.width, image_.width - column); ++j)
            blend(row + i, column + j,
                  {picture(i, j), picture(i, j, std::min<Index>(1, last)), picture(i, j, std::min<Index>(2, last))}, 1);
    return *this;
}

Canvas& Canvas::text(Index row, Index column, std::string_view text, Colour colour, Index scale) {
    require(scale >= 1, "text: characters cannot be drawn at {} times their size", scale);
    for (const FontGlyph& glyph : glyphs_of(text)) {
        for (Index i = 0; i < 7; ++i)
            for (Index j = 0; j < letter_width; ++j)
                if (glyph[static_cast<std::size_t>(i)] >> (letter_width - 1 - j) & 1)
                    rectangle(row + i * scale, column + j * scale, scale, scale, colour);
        column += letter_step * scale;
    }
    return *this;
}

Index text_width(std::string_view text, Index scale) {
    const auto letters = std::ssize(glyphs_of(text));
    return letters == 0 ? 0 : (letters * letter_step - 1) * scale;
}

Image tiles(const std::vector<Tile>& tiles, const TileOptions& options) {
    require(!tiles.empty(), "tiles: no pictures given");
    require(options.columns >= 0 && options.gap >= 0, "tiles: {} columns with gaps of {}", options.columns,
            options.gap);
    const Index count = std::ssize(tiles);
    const Index columns = options.columns > 0 ? std::min(options.columns, count)
                                              : static_cast<Index>(std::ceil(std::sqrt(static_cast<double>(count))));
    const Index rows = (count + columns - 1) / columns;
    Index height = 0, width = 0, caption = 0;
    for (const Tile& tile : tiles) {
        height = std::max(height, tile.picture.height);
        width = std::max({width, tile.picture.width, text_width(tile.caption, options.text_scale)});
        if (!tile.caption.empty()) caption = text_height(options.text_scale) + 2 + options.text_scale;
    }
    const Index step_down = height + caption + options.gap, step_right = width + options.gap;
    Canvas canvas(rows * step_down + options.gap, columns * step_right + options.gap, options.background);
    for (Index n = 0; n < count; ++n) {
        const Tile& tile = tiles[static_cast<std::size_t>(n)];
        const Index top = options.gap + n / columns * step_down, left = options.gap + n % columns * step_right;
        canvas.paste(tile.picture, top + (height - tile.picture.height) / 2, left + (width - tile.picture.width) / 2);
        canvas.text(top + height + 2 + options.text_scale,
                    left + (width - text_width(tile.caption, options.text_scale)) / 2, tile.caption, options.ink,
                    options.text_scale);
    }
    return canvas.image();
}

}  // namespace cnn
