// Pictures made of bytes, and their way in and out of files.
#pragma once
#include <cstdint>
#include <filesystem>
#include <vector>

#include "tensor/tensor.hpp"

namespace cnn {

// Rows from the top, interleaved channels: 1 (gray) or 3 (red, green, blue), 0 to 255.
struct Image {
    Index height = 0, width = 0, channels = 3;
    std::vector<std::uint8_t> pixels;  // [height, width, channels]

    Image() = default;
    Image(Index height, Index width, Index channels, std::uint8_t value = 0);

    std::uint8_t& operator()(Index row, Index column, Index channel = 0, const Where& where = Where::current()) {
        return pixels[offset(row, column, channel, where)];
    }
    std::uint8_t operator()(Index row, Index column, Index channel = 0, const Where& where = Where::current()) const {
        return pixels[offset(row, column, channel, where)];
    }
    bool operator==(const Image&) const = default;

private:
    // Always checked: pictures are small beside what is computed from them.
    std::size_t offset(Index row, Index column, Index channel, const Where& where) const;
};

// Reads PNG, JPEG, BMP, TGA, PNM. A gray picture has one channel, every other one three (transparency is dropped).
// Throws DataError for anything that is not a whole, sensible picture (more than 64 megapixels is refused).
Image read_image(const std::filesystem::path& path);

// Writes by the file's extension: .png or .jpg. Throws DataError when it cannot; an existing file is replaced only by
// a whole new one.
void write_image(const std::filesystem::path& path, const Image& image);

}  // namespace cnn
