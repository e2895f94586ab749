// Compiling a file in the place of the learner's own, outside the build folder.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "cli/labs.hpp"

namespace cnn::cli {

struct OtherFile {
    std::filesystem::path source;    // the copy that is compiled; absolute
    std::filesystem::path original;  // the file it was taken from, whose folder may hold what it includes
    std::filesystem::path folder;    // for the object and the worker
    bool debug = false;              // not optimised, with debug information and the library's own assertions
    int deadline = 120;              // seconds a compilation, or linking, may take; one takes 1 to 10
};

struct OtherBuild {
    bool ok = false;
    std::filesystem::path worker;
    std::string words{};  // the compiler's and linker's; or why the file is not judged
    double seconds = 0;
};

// The compiler of the learner's file, with what the linking of its worker is told besides.
std::vector<std::string> plain_compiler(const Tree& tree, const Lab& lab);

// Takes the commands by which the learner's file is compiled and linked into its worker, and runs them for another
// source and other outputs, under limits of time and memory. The learner's own file need not compile. A file that
// includes the reference is not ok. CannotWork where the rest does not build.
OtherBuild build_other(const Console& console, const Lab& lab, const OtherFile& file);

// What to say of a source that includes something of solutions/, given all that was `read` in compiling it (paths that
// are absolute or start in the build folder). Nothing where it does not, or lies there itself.
std::optional<std::string> borrowed_words(const Tree& tree, const std::filesystem::path& source,
                                          const std::vector<std::string>& read);
// The same for the learner's own file, as it was built last.
std::optional<std::string> borrowed_words(const Console& console, const Lab& lab);

// The files behind the colon of a rule for make, as compilers write it.
std::vector<std::string> prerequisites(const std::string& rule);

// A command line of the shell, in words: quotes and backslashes, no variables.
std::vector<std::string> split_words(const std::string& line);

}  // namespace cnn::cli
