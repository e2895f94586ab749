// What the executable of every lab does alike: reading options, going on without a task that is not written yet,
// ending with one clear line.
#pragma once
#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace cnn::program {

// Inside a catch block: why something cannot be shown, in one line for the person at the terminal.
std::string reason();

// "  no edge map: task 1.4 is not started"
void say_missing(std::string_view what, std::string_view why);

// f(), or nothing but a remark when a task it needs is not written, or fails.
template <class F>
auto attempt(std::string_view what, F f) -> std::optional<decltype(f())> {
    try {
        return f();
    } catch (...) {
        say_missing(what, reason());
        return std::nullopt;
    }
}

// Makes the folder and those above it. Throws DataError that names it and the option for another.
void make_folder(const std::filesystem::path& folder);

// Reads the options and runs the body. The exit code: the body's, 1 after an error (said in one line on stderr), 2 for
// wrong usage, 0 after --help.
int run(CLI::App& app, int argc, char** argv, const std::function<int()>& body);

}  // namespace cnn::program
