// Running another program to its end.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace cnn::plot {

struct Finished {
    bool started = false;    // false: no such program (output empty), or the system's reason in output
    bool timed_out = false;  // it was killed
    int exit_code = 0;
    int signal = 0;      // the one that ended it, else 0
    std::string output;  // the first 64 KiB of standard output and standard error together
};

// Runs arguments[0], found along PATH, in `folder`, without standard input, for `seconds` at most.
Finished run_process(const std::vector<std::string>& arguments, const std::filesystem::path& folder, double seconds);

// As one word for the shell: runs/1 stays, "my runs" becomes 'my runs'.
std::string shell_quoted(std::string_view word);

}  // namespace cnn::plot
