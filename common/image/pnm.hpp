// Netpbm's raw gray and colour pictures, P5 and P6 (pgm(5), ppm(5)), with any largest value.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "image/image.hpp"

namespace cnn {

struct PnmHeader {
    Index width = 0, height = 0, channels = 1;
    Index largest = 255;               // the value that is white
    std::size_t pixels = 0;            // where they begin
    std::optional<std::string> fault;  // why this is no such picture

    Index bytes_of_value() const { return largest > 255 ? 2 : 1; }
};

bool is_pnm(std::string_view bytes);
PnmHeader pnm_header(std::string_view bytes);

// Scaled to 0 to 255. `bytes` are a file's with this header; what is missing is black.
Image decode_pnm(const PnmHeader& header, std::string_view bytes);

}  // namespace cnn
