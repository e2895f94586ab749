// A JPEG file taken apart into its segments, as far as cameras and other software take liberties with it (ITU T.81,
// annex B).
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cnn {

struct JpegParts {
    std::vector<std::string_view> segments;  // each from its FF xx; behind a scan's header follow its coded bytes
    bool has_junk = false;                   // bytes between segments that belong to none
    bool has_end = false;                    // the marker FF D9
    std::optional<std::string> fault;        // why this is no JPEG file: "JPEG cut short after 700 bytes"
};

bool is_jpeg(std::string_view bytes);
// The views are into `bytes`. A file without its end marker has no fault when all its scans have begun: whether the
// last one is whole is seen when it is decoded.
JpegParts jpeg_parts(std::string_view bytes);

// As the camera says (Exif): 1 to 8.
int orientation_of(const JpegParts& parts);

// Four colours whose marker of Adobe's is missing or wrong.
bool has_unmarked_inks(const JpegParts& parts);

// A file of the same picture that every decoder reads alike: no bytes between segments, four inks marked as Pillow
// takes them, and, where the end is missing, `padding` and an end.
std::string mended_jpeg(const JpegParts& parts, std::string_view padding);

}  // namespace cnn
