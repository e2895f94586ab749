// Which way up a camera was held, as it says beside the picture (CIPA DC-008, "Exif").
#pragma once
#include <string_view>

#include "image/image.hpp"

namespace cnn {

// The orientation in an Exif block, which begins as a TIFF file does ("II*\0" or "MM\0*"): 1 to 8. 1, the picture as it
// is stored, also where the block says nothing or is broken.
int exif_orientation(std::string_view tiff);

// The picture as it is meant to be seen: turned and mirrored as orientation 1 to 8 says.
Image upright(Image stored, int orientation);

}  // namespace cnn
