// NumPy's .npy files, in which tensors travel between programs (format described in numpy/lib/format.py), and those
// inside .npz archives.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "tensor/tensor.hpp"

namespace cnn {

struct NpyArray {
    Tensor tensor;
    std::string note;  // "x.npy: 3 of 6 numbers of type float64 are rounded to float32"; empty where all are exact
};

// Reads format versions 1.0 to 3.0 of either order of bytes and of axes; bool, integers of 8 to 64 bits and float16 to
// float64 become floats. `path` may be that of a .npz archive with one array, or FILE.npz:NAME for one of several.
// Throws DataError for everything else, naming the file, what is wrong and what to do. Nothing is unpickled.
NpyArray load_npy(const std::filesystem::path& path);
// The same from the memory of a .npy file; `name` is what errors call it.
NpyArray load_npy(std::string_view bytes, std::string_view name);

// Where nobody asks what was rounded.
Tensor read_npy(const std::filesystem::path& path);
Tensor parse_npy(std::string_view bytes, std::string_view name);

// Whether load_npy reads what bears such a name: ".npy", ".npz", ".npz:NAME".
bool names_array(std::string_view path);

// Writes float32, version 1.0. Throws DataError when the file cannot be written; an old file is then untouched.
void write_npy(const std::filesystem::path& path, const Tensor& tensor);
std::string npy_bytes(const Tensor& tensor);

}  // namespace cnn
