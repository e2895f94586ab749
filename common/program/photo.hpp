// A photo to work on: not larger than asked for, not smaller than what is done to it needs.
#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string_view>

#include "image/drawing.hpp"
#include "tensor/error.hpp"

namespace cnn::program {

// The photo, made smaller where a side is longer than `size`. Throws DataError, which names `path` and says how large
// it must be, where a side is then shorter than `least`; `remedy` is for those that only became so.
inline Image photo_to_work_on(const std::filesystem::path& path, const Image& photo, Index size, Index least,
                              std::string_view remedy = ": a larger --size keeps more of them") {
    const bool is_large = std::max(photo.height, photo.width) > size;
    Image smaller = is_large ? fit(photo, size, size) : photo;
    if (std::min(smaller.height, smaller.width) < least) {
        const bool was_enough = std::min(photo.height, photo.width) >= least;
        fail_data("{}: a picture of {} × {} pixels{} is too small; at least {} × {} are needed{}", path.string(),
                  photo.width, photo.height,
                  is_large ? fmt::format(", made smaller to {} × {},", smaller.width, smaller.height) : "", least,
                  least, was_enough ? remedy : "");
    }
    return smaller;
}

}  // namespace cnn::program
