// Compiling a file in the place of the learner's own, outside the build folder.
#pragma once
#include <string>
#include <vector>

#include "cli/labs.hpp"

namespace cnn::cli {

struct OtherFile {
    std::filesystem::path source;  // absolute
    std::filesystem::path folder;  // for the object and the worker
    bool debug = false;            // not optimised, with debug information and the library's own assertions
    int deadline = 120;            // seconds a compilation, or linking, may take; one takes 1 to 10
};

struct OtherBuild {
    bool ok = false;
    std::filesystem::path worker;
    std::string words{};  // the compiler's and linker's
    double seconds = 0;
};

// Takes the commands by which the learner's file is compiled and linked into its worker, and runs them for another
// source and other outputs, under limits of time and memory. The learner's own file need not compile. CannotWork
// where the rest does not build.
OtherBuild build_other(const Console& console, const Lab& lab, const OtherFile& file);

// A command line of the shell, in words: quotes and backslashes, no variables.
std::vector<std::string> split_words(const std::string& line);

}  // namespace cnn::cli
