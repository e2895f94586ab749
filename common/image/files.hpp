// Pictures into and out of files.
#pragma once
#include <filesystem>

#include "image/image.hpp"

namespace cnn {

// Reads PNG, JPEG, BMP, TGA, PNM, turned as the camera says (Exif). A gray picture has one channel, every other one
// three (transparency is dropped; four inks become colours as in Pillow). A JPEG without its end marker is read when
// its picture is whole. Throws DataError for anything that is not a whole, sensible picture (more than 64 megapixels is
// refused).
Image read_image(const std::filesystem::path& path);

// Whether the name is that of a picture which read_image reads, in either case of letters.
bool is_picture_name(const std::filesystem::path& path);

// Writes by the file's extension: .png or .jpg. Throws DataError when it cannot; an existing file is replaced only by
// a whole new one.
void write_image(const std::filesystem::path& path, const Image& image);

}  // namespace cnn
