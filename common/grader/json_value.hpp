// Values from the command line and back: tensors as .npy files, pictures as pictures, everything else as JSON.
#pragma once
#include <filesystem>
#include <functional>
#include <string>

#include "grader/value.hpp"

namespace cnn::grader {

// "x.npy" is a tensor, "photo.png" a picture, anything else JSON: 3, 0.5, true, "text", [1, 2], {"size": 3}, with NaN,
// Infinity and -Infinity as Python writes them. Throws Error or DataError naming the argument. What a tensor lost on
// the way (numbers rounded to float32) is told to `tell`.
Value parse_argument(const std::string& argument, const std::function<void(const std::string&)>& tell = {});

// Writes a result: tensors to `output` (those of an aggregate to output.FIELD.npy, a picture to `output` itself) and
// returns the rest as JSON for the terminal; empty when nothing is left. Without an output, small tensors are part of
// the JSON, and one above a thousand numbers is an Error that says to name a file.
std::string write_result(const Value& result, const std::filesystem::path& output);

}  // namespace cnn::grader
