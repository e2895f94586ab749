// From program counters to a line of source.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace cnn::grader {

// "conv2d_forward, convolution.cpp:83" for the innermost of `frames` (relative to the executable) that lies in a
// source file of a lab; empty when addr2line (binutils) is missing or knows nothing.
std::string crash_place(const std::filesystem::path& executable, const std::vector<std::uint64_t>& frames);

}  // namespace cnn::grader
