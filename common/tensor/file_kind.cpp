#include "tensor/file_kind.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>

namespace cnn {
namespace {

using namespace std::string_view_literals;

constexpr auto to_png = "convert it to PNG or JPEG"sv, unpack = "unpack it first"sv;
constexpr auto as_idx = "IDX files, CIFAR's binary files and folders of photos are data that is read"sv;

struct Signature {
    std::size_t at;
    std::string_view bytes;
    FileKind kind;
};
// The first that fits counts.
constexpr Signature signatures[] = {
    {0, "GIF8"sv, {"a GIF picture, which is not read here"sv, to_png, true}},
    {0, "II*\0"sv, {"a TIFF picture or raw photo, which is not read here"sv, to_png, true}},
    {0, "MM\0*"sv, {"a TIFF picture or raw photo, which is not read here"sv, to_png, true}},
    {0, "II+\0"sv, {"a TIFF picture, which is not read here"sv, to_png, true}},
    {8, "WEBP"sv, {"a WebP picture, which is not read here"sv, to_png, true}},
    {0, "\0\0\0\x0cjP"sv, {"a JPEG 2000 picture, which is not read here"sv, to_png, true}},
    {0, "\0\0\0\x0cJXL"sv, {"a JPEG XL picture, which is not read here"sv, to_png, true}},
    {0, "\xff\x0a"sv, {"a JPEG XL picture, which is not read here"sv, to_png, true}},
    {0, "8BPS"sv, {"a Photoshop document, which is not read here"sv, to_png, true}},
    {0, "\0\0\1\0"sv, {"an icon (.ico), which is not read here"sv, to_png, true}},
    {0, "\x93NUMPY"sv, {"a NumPy array (.npy)"sv, {}}},
    {0, "\x89HDF\r\n\x1a\n"sv, {"an HDF5 file (.h5)"sv, as_idx}},
    {0, "MATLAB 5.0"sv, {"a MATLAB file (.mat)"sv, as_idx}},
    {0, "PAR1"sv, {"a Parquet table"sv, as_idx}},
    {0, "ARROW1"sv, {"an Arrow table"sv, as_idx}},
    {0, "SQLite format 3"sv, {"an SQLite database"sv, as_idx}},
    {0, "GGUF"sv, {"weights in GGUF"sv, {}}},
    {0, "\0\5\x16\7"sv, {"what macOS keeps beside a file (AppleDouble)"sv, "delete it: nothing else is in it"sv}},
    {0, "%PDF"sv, {"a PDF document"sv, {}}},
    {0, "PK\5\6"sv, {"an empty ZIP archive"sv, {}}},
    {0, "Rar!"sv, {"a RAR archive"sv, unpack}},
    {0, "7z\xbc\xaf"sv, {"a 7z archive"sv, unpack}},
    {0, "\x1f\x8b"sv, {"compressed with gzip"sv, unpack}},
    {0, "BZh"sv, {"compressed with bzip2"sv, unpack}},
    {0, "\xfd\x37zXZ"sv, {"compressed with xz"sv, unpack}},
    {0, "\x28\xb5\x2f\xfd"sv, {"compressed with zstd"sv, unpack}},
    {257, "ustar"sv, {"a tar archive"sv, "unpack it first (tar -xf)"sv}},
    {0, "version https://git-lfs"sv, {"a Git LFS pointer"sv, "git lfs pull fetches the file itself"sv}},
    {0, "\177ELF"sv, {"a program"sv, {}}},
};

// The name of a ZIP archive's first file tells PyTorch's and NumPy's archives.
FileKind kind_of_zip(std::string_view bytes) {
    const std::size_t length =
        bytes.size() < 28 ? 0 : static_cast<unsigned char>(bytes[26]) + 256u * static_cast<unsigned char>(bytes[27]);
    const std::string_view name = bytes.substr(std::min<std::size_t>(30, bytes.size()), length);
    if (name.ends_with("/data.pkl")) return {"a file of PyTorch's (.pth, .pt, .ckpt): weights, no data set"sv, {}};
    if (name.ends_with(".npy")) return {"an archive of NumPy arrays (.npz)"sv, {}};
    return {"a ZIP archive"sv, unpack};
}

// HEIC and AVIF are boxes of which the first is "ftyp"; a film (MP4) is, too.
std::optional<FileKind> kind_of_boxes(std::string_view bytes) {
    if (bytes.size() < 12 || bytes.substr(4, 4) != "ftyp") return std::nullopt;
    const std::string_view brand = bytes.substr(8, 4);
    constexpr std::array photos{"heic"sv, "heix"sv, "heim"sv, "heis"sv, "hevc"sv, "hevx"sv,
                                "mif1"sv, "msf1"sv, "avif"sv, "avis"sv, "miaf"sv, "crx "sv};
    if (std::ranges::find(photos, brand) == photos.end()) return FileKind{"a film (MP4 or QuickTime)"sv, {}};
    return FileKind{"a HEIC or AVIF picture, which is not read here"sv, to_png, true};
}

bool is_printable(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

// Protocols 2 to 5 say so; 0 and 1 are recognised where they hold a dictionary, as CIFAR's do.
bool is_pickle(std::string_view bytes) {
    return (bytes.size() > 2 && bytes[0] == '\x80' && bytes[1] >= 2 && bytes[1] <= 5 &&
            "}](cK\x8a\x95"sv.find(bytes[2]) != std::string_view::npos) ||
           bytes.starts_with("(dp");
}

// A protocol buffer: field 1 the version, field 2 the program that wrote it.
bool is_onnx(std::string_view bytes) {
    return bytes.size() > 8 && bytes[0] == '\x08' && bytes[1] > 0 && bytes[1] < 32 && bytes[2] == '\x12' &&
           bytes[3] > 3 && is_printable(bytes.substr(4, 4));
}

// The length of the header in eight bytes, then JSON.
bool is_safetensors(std::string_view bytes) {
    return bytes.size() > 10 && bytes.substr(5, 3) == "\0\0\0"sv && bytes.substr(8, 2) == "{\""sv;
}

bool is_markup(std::string_view bytes) {
    if (bytes.starts_with("\xef\xbb\xbf")) bytes.remove_prefix(3);
    const std::size_t first = bytes.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && bytes[first] == '<';
}

}  // namespace

std::string FileKind::sentence() const {
    return remedy.empty() ? std::string(what) : fmt::format("{}: {}", what, remedy);
}

std::optional<FileKind> file_kind(std::string_view bytes) {
    if (bytes.starts_with("PK\3\4"sv)) return kind_of_zip(bytes);
    for (const Signature& signature : signatures)
        if (bytes.size() >= signature.at && bytes.substr(signature.at).starts_with(signature.bytes))
            return signature.kind;
    if (const auto kind = kind_of_boxes(bytes)) return kind;
    if (bytes.starts_with("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20"sv))
        return FileKind{"a file of PyTorch's (.pth, .pt, .ckpt): weights, no data set"sv, {}};
    if (is_pickle(bytes)) return FileKind{"a pickle of Python's, which is not read here"sv, {}};
    if (is_onnx(bytes)) return FileKind{"a network in ONNX, no data set"sv, {}};
    if (is_safetensors(bytes)) return FileKind{"weights (safetensors), no data set"sv, {}};
    if (is_markup(bytes))
        return FileKind{"a web page or SVG drawing"sv, "was a download answered by an error page? Fetch it again"sv};
    return std::nullopt;
}

std::optional<FileKind> file_kind_of(const std::filesystem::path& path) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) return std::nullopt;
    std::array<char, 512> start{};
    std::ifstream file(path, std::ios::binary);
    file.read(start.data(), start.size());
    return file_kind(std::string_view(start.data(), static_cast<std::size_t>(file.gcount())));
}

}  // namespace cnn
