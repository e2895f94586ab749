// Reading the command line of `lab`.
#pragma once
#include <string>
#include <vector>

#include "cli/tree.hpp"

namespace cnn::cli {

// Does what the words after "lab" ask for and returns the exit code. Errors are told on console.err in one line.
int command(const Console& console, std::vector<std::string> words);

// The verb most like `word`, if one is near enough to be what was meant; else empty.
std::string nearest(const std::string& word, const std::vector<std::string>& verbs);

}  // namespace cnn::cli
