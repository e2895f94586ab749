#include "image/container.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cctype>

#include "tensor/file.hpp"

namespace cnn {
namespace {

using namespace std::string_view_literals;

std::uint32_t byte(std::string_view bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }
std::uint32_t big16(std::string_view bytes, std::size_t at) { return byte(bytes, at) << 8 | byte(bytes, at + 1); }
std::uint32_t big32(std::string_view bytes, std::size_t at) { return big16(bytes, at) << 16 | big16(bytes, at + 2); }

std::string cut_short(std::string_view format, std::size_t size) {
    return fmt::format("{} cut short after {} bytes", format, grouped(size));
}

std::uint32_t checksum(std::string_view bytes) {
    return static_cast<std::uint32_t>(
        ::crc32(0, reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<unsigned>(bytes.size())));
}

constexpr auto png_signature = "\x89PNG\r\n\x1a\n"sv;

// PNG specification, section 5: a signature, then chunks of length, type, data and checksum up to the chunk IEND.
std::optional<std::string> png_fault(std::string_view bytes) {
    std::size_t at = png_signature.size();
    while (true) {
        if (bytes.size() - at < 12) return cut_short("PNG", bytes.size());
        const std::size_t length = big32(bytes, at);
        const std::string_view type = bytes.substr(at + 4, 4);
        const bool is_type =
            std::all_of(type.begin(), type.end(), [](char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; });
        if (!is_type) return fmt::format("PNG damaged at byte {}", grouped(at));
        if (bytes.size() - at - 12 < length) return cut_short("PNG", bytes.size());
        if (checksum(bytes.substr(at + 4, 4 + length)) != big32(bytes, at + 8 + length))
            return fmt::format("PNG damaged: the checksum of the part {} at byte {} is wrong", type, grouped(at));
        if (type == "IEND") return std::nullopt;
        at += 12 + length;
    }
}

// ITU T.81, annex B: markers FF xx, most followed by a segment of given length; after a start of scan (DA) come coded
// bytes, in which FF is followed by 00 or a restart marker, up to the next marker; the end of the image is FF D9.
std::optional<std::string> jpeg_fault(std::string_view bytes) {
    std::size_t at = 2;
    bool in_scan = false;
    while (at + 1 < bytes.size()) {
        const std::uint32_t marker = byte(bytes, at + 1);
        if (byte(bytes, at) != 0xff) {
            if (!in_scan) return fmt::format("JPEG damaged at byte {}", grouped(at));
            ++at;
        } else if (marker == 0xff) {
            ++at;  // fill byte
        } else if (marker == 0x00 || (marker >= 0xd0 && marker <= 0xd7)) {
            if (!in_scan) return fmt::format("JPEG damaged at byte {}", grouped(at));
            at += 2;
        } else if (marker == 0xd9) {
            if (!in_scan) return "JPEG without a picture in it";
            return std::nullopt;
        } else {
            if (bytes.size() - at < 4) break;
            in_scan = in_scan || marker == 0xda;
            at += 2 + big16(bytes, at + 2);
        }
    }
    return cut_short("JPEG", bytes.size());
}

// Netpbm's pgm(5): after the two letters width, height and largest value, with blanks or comments between them. stb
// does not notice when such a number overflows.
std::optional<std::string> pnm_fault(std::string_view bytes) {
    std::size_t at = 2;
    for (int number = 0; number < 3; ++number) {
        while (at < bytes.size() && (std::isspace(static_cast<unsigned char>(bytes[at])) || bytes[at] == '#'))
            at = bytes[at] == '#' ? std::min(bytes.find('\n', at), bytes.size()) : at + 1;
        const std::size_t begin = at;
        while (at < bytes.size() && std::isdigit(static_cast<unsigned char>(bytes[at]))) ++at;
        if (at == bytes.size()) return cut_short("PNM", bytes.size());
        if (at == begin || at - begin > 9)
            return fmt::format("PNM damaged: no sensible width, height or largest value at byte {}", grouped(begin));
    }
    return std::nullopt;
}

struct Signature {
    std::string_view start;
    std::string_view what;
};
// What people pass for a picture.
constexpr Signature others[] = {
    {"GIF8"sv, "a GIF picture, which is not read here: convert it to PNG"},
    {"II*\0"sv, "a TIFF picture, which is not read here: convert it to PNG"},
    {"MM\0*"sv, "a TIFF picture, which is not read here: convert it to PNG"},
    {"RIFF"sv, "perhaps a WebP picture, which is not read here: convert it to PNG"},
    {"\0\0\0\x0cjP"sv, "a JPEG 2000 picture, which is not read here: convert it to PNG"},
    {"%PDF"sv, "a PDF document"},
    {"PK\3\4"sv, "a ZIP archive: unpack it first"},
    {"\x1f\x8b"sv, "compressed with gzip: unpack it first"},
    {"\x93NUMPY"sv, "a NumPy array"},
    {"version https://git-lfs"sv, "a Git LFS pointer: git lfs pull fetches the picture itself"},
    {"<"sv, "a web page or SVG drawing; was a download answered by an error page?"},
    {"P1"sv, "this kind of PNM, P1, is not read; the kinds P5 and P6 are"},
    {"P2"sv, "this kind of PNM, P2, is not read; the kinds P5 and P6 are"},
    {"P3"sv, "this kind of PNM, P3, is not read; the kinds P5 and P6 are"},
    {"P4"sv, "this kind of PNM, P4, is not read; the kinds P5 and P6 are"},
};

std::string describe(std::string_view bytes) {
    for (const Signature& other : others)
        if (bytes.starts_with(other.start)) return std::string(other.what);
    if (bytes.size() > 12 && (bytes.substr(4, 8) == "ftypheic" || bytes.substr(4, 8) == "ftypavif"))
        return "a HEIC or AVIF picture, which is not read here: convert it to PNG";
    const std::string_view start = bytes.substr(0, 256);
    const auto is_text = [](char c) { return c == '\n' || c == '\r' || c == '\t' || (c >= ' ' && c <= '~'); };
    if (std::all_of(start.begin(), start.end(), is_text)) return "the file holds text";
    if (std::all_of(start.begin(), start.end(), [](char c) { return c == 0; })) return "the file holds zeros";
    return "neither PNG, JPEG, BMP, PNM nor .tga";
}

}  // namespace

std::optional<std::string> container_fault(std::string_view bytes, std::string_view extension) {
    if (bytes.empty()) return "the file is empty";
    if (bytes.starts_with(png_signature)) return png_fault(bytes);
    if (bytes.starts_with("\xff\xd8"sv)) return jpeg_fault(bytes);
    // A whole file is never shorter than its signature.
    if (png_signature.starts_with(bytes)) return cut_short("PNG", bytes.size());
    if (bytes.starts_with("P5") || bytes.starts_with("P6")) return pnm_fault(bytes);
    if (bytes.starts_with("BM") || extension == ".tga") return std::nullopt;
    return describe(bytes);
}

}  // namespace cnn
