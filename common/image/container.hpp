// What a picture file is before its pixels are looked at: its format, and whether all of it is there.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace cnn {

// Why these bytes are no whole PNG, JPEG, BMP, PNM or (by its name only: the format has no signature) TGA picture, in
// the reader's words: "PNG cut short after 8,192 bytes". Nothing when no fault is seen from outside; the pixels may
// still be damaged. `extension` is the file's, lower case: ".tga".
std::optional<std::string> container_fault(std::string_view bytes, std::string_view extension);

// How a camera or a program says the picture is to be turned (Exif in JPEG and PNG): 1, as it is stored, to 8. For
// bytes without such a fault.
int stored_orientation(std::string_view bytes);

}  // namespace cnn
