#include "image/image.hpp"

#include <array>

namespace cnn {

Image::Image(Index height_, Index width_, Index channels_, std::uint8_t value)
    : height(height_), width(width_), channels(channels_) {
    require(height >= 0 && width >= 0 && (channels == 1 || channels == 3),
            "an image of {} × {} pixels and {} channels is none: it has 1 or 3 channels", height, width, channels);
    pixels.assign(static_cast<std::size_t>(Shape{height, width, channels}.count()), value);
}

std::size_t Image::offset(Index row, Index column, Index channel, const Where& where) const {
    if (row < 0 || row >= height || column < 0 || column >= width || channel < 0 || channel >= channels) [[unlikely]]
        detail::throw_index_error(std::array{height, width, channels}, std::array{row, column, channel}, where);
    return static_cast<std::size_t>((row * width + column) * channels + channel);
}

}  // namespace cnn
