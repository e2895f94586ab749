#include "image/container.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cctype>

#include "image/exif.hpp"
#include "image/jpeg.hpp"
#include "image/pnm.hpp"
#include "tensor/file.hpp"
#include "tensor/file_kind.hpp"

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
struct Chunk {
    std::string_view type, data;
    std::size_t next = 0;
};
Chunk chunk_at(std::string_view png, std::size_t at) {
    const std::size_t length = big32(png, at);
    return {png.substr(at + 4, 4), png.substr(at + 8, length), at + 12 + length};
}

std::optional<std::string> png_fault(std::string_view bytes) {
    for (std::size_t at = png_signature.size();;) {
        if (bytes.size() - at < 12) return cut_short("PNG", bytes.size());
        const auto [type, data, next] = chunk_at(bytes, at);
        const bool is_type =
            std::all_of(type.begin(), type.end(), [](char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; });
        if (!is_type) return fmt::format("PNG damaged at byte {}", grouped(at));
        if (bytes.size() < next) return cut_short("PNG", bytes.size());
        if (checksum(bytes.substr(at + 4, 4 + data.size())) != big32(bytes, next - 4))
            return fmt::format("PNG damaged: the checksum of the part {} at byte {} is wrong", type, grouped(at));
        if (type == "IEND") return std::nullopt;
        at = next;
    }
}

int png_orientation(std::string_view bytes) {
    for (std::size_t at = png_signature.size();;) {
        const auto [type, data, next] = chunk_at(bytes, at);
        if (type == "eXIf") return exif_orientation(data);
        if (type == "IEND") return 1;
        at = next;
    }
}

// Windows' BITMAPINFOHEADER: how the pixels are packed stands 16 bytes behind its beginning.
std::optional<std::string> bmp_fault(std::string_view bytes) {
    constexpr std::size_t packing = 14 + 16;
    const bool has_packing = bytes.size() > packing && byte(bytes, 14) >= 40;
    if (!has_packing || byte(bytes, packing) == 0 || byte(bytes, packing) == 3 || byte(bytes, packing) == 6)
        return std::nullopt;
    return "a compressed BMP, which is not read here: convert it to PNG or JPEG";
}

std::string describe(std::string_view bytes) {
    if (const auto kind = file_kind(bytes)) return kind->sentence();
    if (bytes.size() > 2 && bytes[0] == 'P' && bytes[1] >= '1' && bytes[1] <= '7' &&
        std::isspace(static_cast<unsigned char>(bytes[2])))
        return fmt::format("this kind of PNM, {}, is not read; the kinds P5 and P6 are", bytes.substr(0, 2));
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
    if (is_jpeg(bytes)) return jpeg_parts(bytes).fault;
    // A whole file is never shorter than its signature.
    if (png_signature.starts_with(bytes)) return cut_short("PNG", bytes.size());
    if (is_pnm(bytes)) return pnm_header(bytes).fault;
    if (bytes.starts_with("BM")) return bmp_fault(bytes);
    if (extension == ".tga") return std::nullopt;
    return describe(bytes);
}

int stored_orientation(std::string_view bytes) {
    if (is_jpeg(bytes)) return orientation_of(jpeg_parts(bytes));
    return bytes.starts_with(png_signature) ? png_orientation(bytes) : 1;
}

}  // namespace cnn
