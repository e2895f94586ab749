// Building the targets a verb needs, behind one progress line.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "cli/files.hpp"
#include "cli/tree.hpp"

namespace cnn::cli {

// One step that failed.
struct Failure {
    std::string output;  // the file it should have made, as Ninja names it
    std::string words;   // what the compiler or linker said
};

struct Build {
    bool ok = true;
    bool worked = false;  // something was out of date
    double seconds = 0;
    std::vector<Failure> failures{};
    std::string rest{};  // what Ninja said outside of any step

    // All of it, for a person.
    std::string words() const;
};

// Without the escape sequences of colours ("\x1b[31m", "\x1b[K").
std::string without_escapes(std::string_view text);

// Reads Ninja's output line by line: status lines, failed steps and what belongs to them.
class NinjaReader {
public:
    // What NINJA_STATUS has to be for a reader to know a status line from the compiler's words.
    static constexpr const char* status_format = "\x1e%f/%t\x1e";

    // Returns "12 of 43" when the line is a status line, else nothing.
    std::string read(std::string_view line);
    Build build() && { return std::move(build_); }

private:
    Build build_;
    enum { outside, command_follows, in_failure } state_ = outside;
};

// Held by one ./lab at a time, while it builds; others wait, and say so.
FileLock build_lock(const Console& console);

// Builds the targets; with keep_going, as many of them as can be built. Waits while another ./lab builds.
// The progress line goes to standard error, and only where a person watches.
Build build_targets(const Console& console, const std::vector<std::string>& targets, const std::string& doing,
                    bool keep_going = false);
// The same for who holds the lock already, and goes on to hold it.
Build build_targets(const Console& console, const FileLock& held, const std::vector<std::string>& targets,
                    const std::string& doing, bool keep_going = false);

// As build_targets, but a failure is not the learner's: CannotWork with everything that was said.
void build_or_stop(const Console& console, const std::vector<std::string>& targets, const std::string& doing);

}  // namespace cnn::cli
