// Other programs, run and listened to.
#pragma once
#include <string>
#include <vector>

namespace cnn::grader {

struct ShellResult {
    int exit_code = -1;  // 128 + signal when one ended it
    std::string output;  // stdout
};

// Runs a program with these arguments; what it says on stderr is shown unless `quiet`.
ShellResult run_program(const std::vector<std::string>& command, bool quiet = false);

}  // namespace cnn::grader
