// Pictures made of bytes.
#pragma once
#include <cstdint>
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

}  // namespace cnn
