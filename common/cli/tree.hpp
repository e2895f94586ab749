// Where things are in the workbook's tree, and the console a verb speaks to.
#pragma once
#include <cstdio>
#include <filesystem>
#include <string>

#include "tensor/error.hpp"
#include "terminal/terminal.hpp"

namespace cnn::cli {

// What `lab` answers to the shell.
enum ExitCode {
    all_passed = 0,
    some_failed = 1,   // a task did not pass, a thing is missing
    wrong_usage = 2,   // the command line makes no sense, or nothing could be judged
    not_compiled = 3,  // the learner's file does not compile
};

// The command line asks for something that does not exist. The text says what does.
struct UsageError : Error {
    using Error::Error;
};
// Something other than the learner's code keeps the verb from its work; the text says what and what to do.
struct CannotWork : Error {
    using Error::Error;
};

struct Tree {
    std::filesystem::path root;   // of the checkout
    std::filesystem::path build;  // of CMake

    std::filesystem::path binary(const std::string& name) const { return build / "bin" / name; }
    // What the workbook remembers about this learner.
    std::filesystem::path memory() const { return root / ".lab"; }
    // As a person in the root of the checkout would type it.
    std::string shown(const std::filesystem::path& path) const;
};

// The tree this program was built from.
Tree own_tree();

// What a verb needs to answer: tests give it files of their own.
struct Console {
    Tree tree;
    std::FILE* out = stdout;
    std::FILE* err = stderr;
    terminal::Terminal screen = terminal::standard_output();
    terminal::Terminal error_screen = terminal::standard_error();

    std::string arrow() const { return screen.unicode ? "→" : "->"; }
};

}  // namespace cnn::cli
