// Starting other programs.
#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cnn::cli {

struct Command {
    std::vector<std::string> words;  // the program and its arguments; no shell looks at them
    std::filesystem::path folder{};  // to run in; empty: the current one
    std::vector<std::pair<std::string, std::string>> environment{};  // added to ours
};

// For the environment of compilers: they speak English, as the reader of their words expects, in the signs that this
// terminal shows.
std::vector<std::pair<std::string, std::string>> in_english();

// Each function returns the exit status as a shell counts it: 128 + the signal's number where one ended the program,
// 127 where it could not be started.

// With our own input and output.
int run(const Command& command);
// With standard output and error together, line by line; no input.
int run(const Command& command, const std::function<void(std::string_view line)>& on_line);

struct Output {
    int code = 0;
    std::string text;
};
Output run_captured(const Command& command);

// Replaces this process; returns only when the program cannot be started.
void become(const Command& command);

// The words as one line that a shell would read back as the same words.
std::string quoted(const std::vector<std::string>& words);

}  // namespace cnn::cli
