#include "grader/shell.hpp"

#include <sys/wait.h>

#include <array>
#include <cstdio>

namespace cnn::grader {
namespace {

// A word for the shell: in single quotes, with those inside spelled out.
std::string for_shell(const std::string& text) {
    std::string result = "'";
    for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return result + "'";
}

}  // namespace

ShellResult run_program(const std::vector<std::string>& command, bool quiet) {
    std::string line;
    for (const std::string& word : command) line += for_shell(word) + " ";
    if (quiet) line += "2>/dev/null";
    ShellResult result;
    FILE* pipe = popen(line.c_str(), "r");
    if (!pipe) return result;
    std::array<char, 65536> buffer;
    while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe))
        result.output.append(buffer.data(), got);
    const int state = pclose(pipe);
    result.exit_code = WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
    return result;
}

}  // namespace cnn::grader
