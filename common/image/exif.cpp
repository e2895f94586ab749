#include "image/exif.hpp"

#include <cstdint>

namespace cnn {
namespace {

// Numbers of either byte order; 0 beyond the end.
class Tiff {
public:
    explicit Tiff(std::string_view bytes) : bytes_(bytes), is_little_(bytes.starts_with("II")) {}

    std::uint32_t number(std::size_t at, std::size_t size) const {
        if (at > bytes_.size() || bytes_.size() - at < size) return 0;
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < size; ++i)
            value = value << 8 | static_cast<unsigned char>(bytes_[at + (is_little_ ? size - 1 - i : i)]);
        return value;
    }

private:
    std::string_view bytes_;
    bool is_little_;
};

}  // namespace

int exif_orientation(std::string_view bytes) {
    constexpr std::uint32_t magic = 42, orientation = 0x0112, is_short = 3, is_long = 4;
    constexpr std::size_t entry_size = 12;
    if (!bytes.starts_with("II") && !bytes.starts_with("MM")) return 1;
    const Tiff tiff(bytes);
    if (tiff.number(2, 2) != magic) return 1;
    const std::size_t directory = tiff.number(4, 4), entries = tiff.number(directory, 2);
    for (std::size_t i = 0; i < entries; ++i) {
        const std::size_t entry = directory + 2 + entry_size * i;
        if (tiff.number(entry, 2) != orientation) continue;
        const std::uint32_t type = tiff.number(entry + 2, 2), count = tiff.number(entry + 4, 4);
        if (count != 1 || (type != is_short && type != is_long)) return 1;
        const std::uint32_t value = tiff.number(entry + 8, type == is_short ? 2 : 4);
        return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
    }
    return 1;
}

Image upright(Image stored, int orientation) {
    if (orientation <= 1 || orientation > 8) return stored;
    const bool is_transposed = orientation >= 5;
    const bool from_below = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    const bool from_right = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    Image seen = is_transposed ? Image(stored.width, stored.height, stored.channels)
                               : Image(stored.height, stored.width, stored.channels);
    std::uint8_t* to = seen.pixels.data();
    for (Index i = 0; i < seen.height; ++i)
        for (Index j = 0; j < seen.width; ++j) {
            Index row = is_transposed ? j : i, column = is_transposed ? i : j;
            if (from_below) row = stored.height - 1 - row;
            if (from_right) column = stored.width - 1 - column;
            const std::uint8_t* from = stored.pixels.data() + (row * stored.width + column) * stored.channels;
            for (Index c = 0; c < stored.channels; ++c) *to++ = from[c];
        }
    return seen;
}

}  // namespace cnn
