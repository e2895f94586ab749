// Where a training run keeps its files.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace cnn::nn {

// Makes runs/10-lenet/2026-11-22-1, or -2, -3, … : the first that does not exist yet, also when two runs ask at once.
// Throws DataError when no folder can be made.
std::filesystem::path new_run_folder(const std::filesystem::path& base, std::string_view lab, std::string_view date);

// The newest run of a lab, for resuming; empty when there is none.
std::filesystem::path last_run_folder(const std::filesystem::path& base, std::string_view lab);

// "2026-11-22", local time.
std::string today();

}  // namespace cnn::nn
