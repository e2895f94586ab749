// When nothing comes of building a file, is the machine to blame?
#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace cnn::cli {

// What keeps even an empty program from being compiled with `compiler` (the program and options every use of it needs),
// linked and run in `folder`: a full disk, a limit of file sizes, no linker, programs that may not be started there.
// One or several lines; empty where it works. `words`: what the compiler said about the file that did not build.
std::string machine_trouble(const std::vector<std::string>& compiler, const std::filesystem::path& folder,
                            const std::string& words);

// Can this kernel keep a program from files (Landlock)? Without, what is judged can read what its user can read.
bool kernel_confines_files();

}  // namespace cnn::cli
