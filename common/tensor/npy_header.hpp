// What stands in front of the numbers of a .npy file.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tensor/shape.hpp"

namespace cnn {

inline constexpr std::string_view npy_magic = "\x93NUMPY";

// What the header, a Python dictionary, says.
struct NpyHeader {
    std::string type;  // '<f4'
    bool fortran_order = false;
    std::vector<Index> sizes;
};

// The header, and the bytes that follow it. Throws DataError where it is damaged; `name` is what errors call the file.
std::pair<NpyHeader, std::string_view> read_npy_header(std::string_view bytes, std::string_view name);

}  // namespace cnn
