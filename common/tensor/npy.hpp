// NumPy's .npy files, in which tensors travel between programs (format described in numpy/lib/format.py).
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "tensor/tensor.hpp"

namespace cnn {

// Reads format versions 1.0 to 3.0, little endian, C order; float32, float64, int32, int64 and uint8 become floats.
// Throws DataError for everything else, naming the file, what is wrong and what to do.
Tensor read_npy(const std::filesystem::path& path);
// The same from memory; `name` is what errors call it.
Tensor parse_npy(std::string_view bytes, std::string_view name);

// Writes float32, version 1.0. Throws DataError when the file cannot be written; an old file is then untouched.
void write_npy(const std::filesystem::path& path, const Tensor& tensor);
std::string npy_bytes(const Tensor& tensor);

}  // namespace cnn
