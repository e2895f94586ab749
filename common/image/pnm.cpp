#include "image/pnm.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "tensor/file.hpp"

namespace cnn {
namespace {

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Past blanks, and comments, which go from # to the end of the line.
std::size_t skip_space(std::string_view bytes, std::size_t at) {
    while (at < bytes.size() && (is_space(bytes[at]) || bytes[at] == '#'))
        at = bytes[at] == '#' ? std::min(bytes.find('\n', at), bytes.size()) : at + 1;
    return at;
}

}  // namespace

bool is_pnm(std::string_view bytes) { return bytes.starts_with("P5") || bytes.starts_with("P6"); }

PnmHeader pnm_header(std::string_view bytes) {
    constexpr Index most = 65535;
    PnmHeader header{.channels = bytes.starts_with("P6") ? 3 : 1, .fault = {}};
    std::size_t at = 2;
    std::array<Index, 3> numbers{};
    for (Index& number : numbers) {
        const std::size_t begin = at = skip_space(bytes, at);
        for (; at < bytes.size() && is_digit(bytes[at]) && at - begin <= 9; ++at)
            number = 10 * number + (bytes[at] - '0');
        if (at == bytes.size())
            header.fault = fmt::format("PNM cut short after {} bytes", grouped(bytes.size()));
        else if (at == begin || at - begin > 9)
            header.fault =
                fmt::format("PNM damaged: no sensible width, height or largest value at byte {}", grouped(begin));
        if (header.fault) return header;
    }
    header.width = numbers[0], header.height = numbers[1], header.largest = numbers[2];
    header.pixels = at + 1;  // one blank
    if (header.largest < 1 || header.largest > most)
        header.fault =
            fmt::format("PNM damaged: its largest value is {}, 1 to {} make sense", header.largest, grouped(most));
    return header;
}

Image decode_pnm(const PnmHeader& header, std::string_view bytes) {
    Image image(header.height, header.width, header.channels);
    const std::string_view coded = bytes.substr(std::min(header.pixels, bytes.size()));
    const auto value_at = [&](std::size_t i) -> Index {
        const auto byte = [&](std::size_t at) -> Index {
            return at < coded.size() ? static_cast<unsigned char>(coded[at]) : 0;
        };
        return header.bytes_of_value() == 1 ? byte(i) : byte(2 * i) << 8 | byte(2 * i + 1);
    };
    for (std::size_t i = 0; i < image.pixels.size(); ++i) {
        const Index value = std::min(value_at(i), header.largest);
        image.pixels[i] =
            static_cast<std::uint8_t>((2 * 255 * value + header.largest) / (2 * header.largest));  // rounded
    }
    return image;
}

}  // namespace cnn
