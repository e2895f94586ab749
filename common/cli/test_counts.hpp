// Counting what test programs say.
#pragma once
#include <optional>
#include <string>

namespace cnn::cli {

struct Counts {
    int passed = 0, failed = 0;
};

// "12 passed, 0 failed", alone on its line.
std::optional<Counts> read_summary(const std::string& line);

// From Boost.Test's short XML report and the program's exit code. At least one failure where the code is not zero, the
// report is missing, or nothing passed.
Counts count_tests(const std::string& xml, int code);

}  // namespace cnn::cli
