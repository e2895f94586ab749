#include "image/jpeg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "image/exif.hpp"
#include "tensor/file.hpp"

namespace cnn {
namespace {

using namespace std::string_view_literals;

// Markers: FF and one of these.
constexpr unsigned start_of_image = 0xd8, end_of_image = 0xd9, start_of_scan = 0xda, app1 = 0xe1, app14 = 0xee;
constexpr std::size_t most_zeros = 8;

unsigned byte_at(std::string_view bytes, std::size_t at) {
    return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0;
}
std::size_t big16_at(std::string_view bytes, std::size_t at) {
    return byte_at(bytes, at) << 8 | byte_at(bytes, at + 1);
}

bool is_restart(unsigned marker) { return marker >= 0xd0 && marker <= 0xd7; }
bool stands_alone(unsigned marker) { return marker == start_of_image || marker == 0x01; }
bool is_frame(unsigned marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

// The next FF that begins a marker, not one that stands for itself (FF 00), fills, or restarts the decoder.
std::size_t next_marker(std::string_view bytes, std::size_t at) {
    while ((at = bytes.find('\xff', at)) != std::string_view::npos) {
        const unsigned marker = byte_at(bytes, at + 1);
        if (at + 1 == bytes.size()) return bytes.size();
        if (marker != 0 && marker != 0xff && !is_restart(marker)) return at;
        at += marker == 0xff ? 1 : 2;
    }
    return bytes.size();
}

std::optional<std::string> unreadable_kind(unsigned frame) {
    if (frame <= 0xc2) return std::nullopt;
    const bool is_arithmetic = frame >= 0xc9;
    return fmt::format("a {} JPEG, which is not read here: convert it to PNG or a usual JPEG",
                       frame == 0xc3 || frame == 0xcb ? "lossless"
                       : is_arithmetic                ? "arithmetically coded"
                                                      : "hierarchical");
}

// What is known of the frame's components: the place of its identifier, and for each coefficient the lowest bit that a
// scan has brought; 0 when it is complete (T.81, G.1.1).
class Progress {
public:
    void frame(std::string_view segment) {
        for (std::size_t i = 0; i < byte_at(segment, 9); ++i) missing_[byte_at(segment, 10 + 3 * i)].fill(99);
        is_progressive_ = byte_at(segment, 1) == 0xc2;
    }
    void scan(std::string_view segment) {
        const std::size_t count = byte_at(segment, 4), rest = 5 + 2 * count;
        const std::size_t from = is_progressive_ ? byte_at(segment, rest) : 0,
                          to = is_progressive_ ? byte_at(segment, rest + 1) : 63;
        const unsigned lowest_bit = is_progressive_ ? byte_at(segment, rest + 2) & 15 : 0;
        for (std::size_t i = 0; i < count; ++i)
            if (const auto found = missing_.find(byte_at(segment, 5 + 2 * i)); found != missing_.end())
                for (std::size_t k = from; k <= std::min<std::size_t>(to, 63); ++k) found->second.at(k) = lowest_bit;
    }
    bool is_complete() const {
        return !missing_.empty() && std::ranges::all_of(missing_, [](const auto& component) {
            return std::ranges::all_of(component.second, [](unsigned bit) { return bit == 0; });
        });
    }

private:
    std::map<unsigned, std::array<unsigned, 64>> missing_;
    bool is_progressive_ = false;
};

std::string jpeg_cut_short(std::string_view bytes) {
    return fmt::format("JPEG cut short after {} bytes", grouped(bytes.size()));
}

// Without half of a marker, and without the zeros that a download is often filled with when nothing more came: a few
// are coded bytes.
std::string_view coded_bytes(std::string_view text) {
    const std::size_t size = text.find_last_not_of('\0') + 1;
    if (text.size() - size >= most_zeros) text = text.substr(0, size);
    if (text.ends_with('\xff')) text.remove_suffix(1);
    return text;
}

const std::string_view* find_frame(const JpegParts& parts) {
    const auto found = std::ranges::find_if(parts.segments, [](auto segment) { return is_frame(byte_at(segment, 1)); });
    return found == parts.segments.end() ? nullptr : &*found;
}

bool is_adobe(std::string_view segment) {
    return byte_at(segment, 1) == app14 && segment.size() >= 16 && segment.substr(4, 5) == "Adobe";
}

}  // namespace

bool is_jpeg(std::string_view bytes) { return bytes.starts_with("\xff\xd8"); }

JpegParts jpeg_parts(std::string_view bytes) {
    JpegParts parts;
    Progress progress;
    bool has_scan = false;
    for (std::size_t at = 2; at < bytes.size();) {
        const std::size_t begin = next_marker(bytes, at);
        // Any number of FF may stand before a marker.
        parts.has_junk = parts.has_junk || bytes.substr(at, begin - at).find_first_not_of('\xff') != bytes.npos;
        if (begin == bytes.size()) break;
        const unsigned marker = byte_at(bytes, begin + 1);
        if (marker == end_of_image) {
            parts.has_end = true;
            if (!has_scan) parts.fault = "JPEG without a picture in it";
            return parts;
        }
        if (stands_alone(marker)) {
            parts.has_junk = true;
            at = begin + 2;
            continue;
        }
        const std::size_t length = big16_at(bytes, begin + 2);
        if (bytes.size() - begin < 4 || bytes.size() - begin - 2 < length)
            parts.fault = jpeg_cut_short(bytes);
        else if (length < 2)
            parts.fault = fmt::format("JPEG damaged at byte {}", grouped(begin));
        else if (is_frame(marker))
            parts.fault = unreadable_kind(marker);
        if (parts.fault) return parts;
        const std::string_view segment = bytes.substr(begin, 2 + length);
        at = begin + segment.size();
        if (is_frame(marker)) progress.frame(segment);
        if (marker == start_of_scan) progress.scan(segment), at = next_marker(bytes, at), has_scan = true;
        parts.segments.push_back(bytes.substr(begin, at - begin));
    }
    if (!progress.is_complete()) parts.fault = jpeg_cut_short(bytes);
    return parts;
}

int orientation_of(const JpegParts& parts) {
    constexpr auto exif = "Exif\0"sv;
    for (const std::string_view segment : parts.segments)
        if (byte_at(segment, 1) == app1 && segment.substr(4).starts_with(exif) && segment.size() > 10)
            return exif_orientation(segment.substr(10));
    return 1;
}

bool has_unmarked_inks(const JpegParts& parts) {
    const std::string_view* frame = find_frame(parts);
    if (!frame || byte_at(*frame, 9) != 4) return false;
    const auto adobe = std::ranges::find_if(parts.segments, is_adobe);
    return adobe == parts.segments.end() || (byte_at(*adobe, 15) != 0 && byte_at(*adobe, 15) != 2);
}

// Pillow (and libjpeg) take four colours without the marker for CMYK, those whose marker names another transformation
// for YCCK, and both for inverted, as Adobe's are.
std::string mended_jpeg(const JpegParts& parts, std::string_view padding) {
    const bool has_wrong_mark = has_unmarked_inks(parts);
    std::string text = "\xff\xd8";
    if (has_wrong_mark) {
        const bool has_mark = std::ranges::any_of(parts.segments, is_adobe);
        text +=
            "\xff\xee\0\x0e"
            "Adobe\0\x64\0\0\0\0"sv;
        text += has_mark ? '\2' : '\0';
    }
    for (const std::string_view segment : parts.segments)
        if (!has_wrong_mark || !is_adobe(segment)) text += segment;
    if (!parts.has_end) {
        text.resize(coded_bytes(text).size());
        text += padding;
    }
    return text += "\xff\xd9";
}

}  // namespace cnn
