#include "image/files.hpp"

#include <fmt/format.h>
#include <stb/stb_image.h>
#include <stb/stb_image_write.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>
#include <string>

#include "image/container.hpp"
#include "image/exif.hpp"
#include "image/jpeg.hpp"
#include "image/pnm.hpp"
#include "tensor/file.hpp"

namespace cnn {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t largest_file = std::uint64_t{512} << 20;
constexpr Index most_pixels = 64'000'000;
constexpr int jpeg_quality = 92;

std::string lower_extension(const fs::path& path) {
    std::string extension = path.extension().string();
    for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return extension;
}

// Hands a file to stb piece by piece. stb takes missing bytes for zeros, so it must be noticed here that it asked for
// more than there is: the file is cut short.
class Source {
public:
    explicit Source(std::string_view bytes) : rest_(bytes) {}

    bool ran_out() const { return ran_out_; }
    bool is_empty() const { return rest_.empty(); }
    int read(char* to, int size) {
        const std::size_t wanted = static_cast<std::size_t>(size), count = std::min(wanted, rest_.size());
        // stb's first read fills its own small buffer. For that buffer it takes what it gets, and comes again only
        // when it needs another byte; everywhere else it needs all that it asks for.
        if (!buffer_) buffer_ = to;
        if (to == buffer_ ? count == 0 : count < wanted) ran_out_ = true;
        rest_.copy(to, count);
        rest_.remove_prefix(count);
        return static_cast<int>(count);
    }
    void skip(int count) {
        if (count < 0) return;
        ran_out_ = ran_out_ || static_cast<std::size_t>(count) > rest_.size();
        rest_.remove_prefix(std::min(static_cast<std::size_t>(count), rest_.size()));
    }

private:
    std::string_view rest_;
    const char* buffer_ = nullptr;
    bool ran_out_ = false;
};

Source& source_of(void* user) { return *static_cast<Source*>(user); }
constexpr stbi_io_callbacks callbacks{
    .read = [](void* user, char* to, int size) { return source_of(user).read(to, size); },
    .skip = [](void* user, int count) { source_of(user).skip(count); },
    .eof = [](void* user) { return source_of(user).is_empty() ? 1 : 0; }};

[[noreturn]] void fail_to_read(const fs::path& path, std::string_view why) {
    fail_data("{}: not an image that can be read ({})", path.string(), why);
}

[[noreturn]] void fail_to_decode(const fs::path& path, const Source& source, std::string_view bytes) {
    if (source.ran_out()) fail_to_read(path, fmt::format("cut short after {} bytes", grouped(bytes.size())));
    const char* reason = stbi_failure_reason();
    fail_to_read(path, fmt::format("damaged: {}", reason ? reason : "of a kind that is not known here"));
}

void check_size(const fs::path& path, Index width, Index height) {
    if (width <= 0 || height <= 0) fail_to_read(path, "it has no pixels");
    if (width * height > most_pixels)
        fail_data("{}: a picture of {} × {} pixels is too large, {} megapixels are the limit: make it smaller",
                  path.string(), grouped(static_cast<std::uint64_t>(width)),
                  grouped(static_cast<std::uint64_t>(height)), most_pixels / 1'000'000);
}

struct Size {
    int width = 0, height = 0, channels = 0;
};

// Asked before decoding: a file of a few bytes can promise a picture that fills the memory.
Size size_of(const fs::path& path, std::string_view bytes) {
    Size size;
    Source source(bytes);
    if (!stbi_info_from_callbacks(&callbacks, &source, &size.width, &size.height, &size.channels))
        fail_to_decode(path, source, bytes);
    // Of a BMP that begins with its top row, the height is negative.
    check_size(path, size.width, std::abs(Index{size.height}));
    return size;
}

Image decode(const fs::path& path, std::string_view bytes) {
    Size size = size_of(path, bytes);
    const int channels = size.channels <= 2 ? 1 : 3;  // without transparency
    Source source(bytes);
    const std::unique_ptr<stbi_uc, decltype(&stbi_image_free)> pixels(
        stbi_load_from_callbacks(&callbacks, &source, &size.width, &size.height, &size.channels, channels),
        &stbi_image_free);
    if (!pixels || source.ran_out()) fail_to_decode(path, source, bytes);
    Image image(size.height, size.width, channels);
    std::copy_n(pixels.get(), image.pixels.size(), image.pixels.begin());
    return image;
}

// Where the end is missing, the picture is whole when it does not depend on what would follow: a code that was cut
// reads otherwise before zeros than before ones.
Image decode_jpeg(const fs::path& path, std::string_view bytes) {
    const JpegParts parts = jpeg_parts(bytes);
    if (parts.has_end && !parts.has_junk && !has_unmarked_inks(parts)) return decode(path, bytes);
    const std::string zeros(16, '\0'), ones(16, '\xfe');
    const Image image = decode(path, mended_jpeg(parts, zeros));
    if (parts.has_end) return image;
    const auto refuse = [&] {
        fail_to_read(path, fmt::format("JPEG cut short after {} bytes", grouped(bytes.size())));
    };
    try {
        if (decode(path, mended_jpeg(parts, ones)) != image) refuse();
    } catch (const DataError&) {
        refuse();
    }
    return image;
}

// stb neither scales other largest values than 255 nor puts two bytes in their order.
Image read_pnm(const fs::path& path, std::string_view bytes) {
    const PnmHeader header = pnm_header(bytes);
    check_size(path, header.width, header.height);
    const auto needed =
        static_cast<std::size_t>(header.width * header.height * header.channels * header.bytes_of_value());
    if (bytes.size() < header.pixels + needed)
        fail_to_read(path, fmt::format("PNM cut short after {} bytes", grouped(bytes.size())));
    return decode_pnm(header, bytes);
}

void append(void* to, void* data, int size) {
    static_cast<std::string*>(to)->append(static_cast<const char*>(data), static_cast<std::size_t>(size));
}

}  // namespace

bool is_picture_name(const fs::path& path) {
    constexpr std::array<std::string_view, 11> names{".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".bmp",
                                                     ".dib", ".tga",  ".ppm", ".pgm",  ".pnm"};
    return std::ranges::find(names, lower_extension(path)) != names.end();
}

Image read_image(const fs::path& path) {
    const std::string bytes = read_file(path, largest_file);
    if (const auto fault = container_fault(bytes, lower_extension(path))) fail_to_read(path, *fault);
    if (is_pnm(bytes)) return read_pnm(path, bytes);
    return upright(is_jpeg(bytes) ? decode_jpeg(path, bytes) : decode(path, bytes), stored_orientation(bytes));
}

void write_image(const fs::path& path, const Image& image) {
    const std::string extension = lower_extension(path);
    const bool is_png = extension == ".png", is_jpeg = extension == ".jpg" || extension == ".jpeg";
    if (!is_png && !is_jpeg)
        fail_data("{}: pictures are written as .png or .jpg, not as '{}'", path.string(), extension);
    require(image.height > 0 && image.width > 0, "write_image: a picture of {} × {} pixels is empty", image.height,
            image.width);
    require(Shape{image.height, image.width, image.channels}.count() == static_cast<Index>(image.pixels.size()),
            "write_image: {} × {} pixels of {} channels are not {} bytes", image.height, image.width, image.channels,
            image.pixels.size());
    const auto height = static_cast<int>(image.height), width = static_cast<int>(image.width),
               channels = static_cast<int>(image.channels);
    std::string bytes;
    const int done =
        is_png ? stbi_write_png_to_func(append, &bytes, width, height, channels, image.pixels.data(), 0)
               : stbi_write_jpg_to_func(append, &bytes, width, height, channels, image.pixels.data(), jpeg_quality);
    if (!done) fail_data("{}: the picture could not be encoded", path.string());
    replace_file(path, bytes);
}

}  // namespace cnn
