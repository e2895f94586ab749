// What each verb of `lab` does; the command line is read in command_line.cpp. Each returns an exit code.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "cli/tree.hpp"

namespace cnn::cli {

// A lab or task is asked for as "4", "04", "04-convolution", "convolution" or "4.4"; empty: the one to go on with.

int show_map(const Console& console);
int start(const Console& console, const std::string& request);

struct CheckOptions {
    std::string request{};
    bool watch = false;
    bool json = false;
    bool debug = false;
    std::optional<std::filesystem::path> file{};  // judged in place of the learner's; nothing is recorded
    std::optional<std::filesystem::path> junit{};
    std::optional<std::filesystem::path> gradescope{};
};
int check(const Console& console, const CheckOptions& options);
int watch(const Console& console, const std::string& request);

struct HintOptions {
    std::string request{};
    int tier = 0;  // 0: the next
};
int hint(const Console& console, const HintOptions& options);

struct ResetOptions {
    std::string request{};
};
int reset(const Console& console, const ResetOptions& options);

struct SolutionOptions {
    std::string request{};
    bool give_up = false;
    bool differences = false;
};
int solution(const Console& console, const SolutionOptions& options);

enum class Implementation { unspecified, mine, reference, kernels };

struct RunOptions {
    std::string request{};
    Implementation which = Implementation::unspecified;
    bool help = false;                     // show what the program can do, and end
    std::vector<std::string> arguments{};  // the lab's own
};
int run_lab(const Console& console, const RunOptions& options);

struct CallOptions {
    std::string name{};  // "4.conv2d_forward"
    Implementation which = Implementation::mine;
    std::vector<std::string> arguments{};
    std::string output{};
};
int call(const Console& console, const CallOptions& options);

struct PlotOptions {
    std::vector<std::string> runs{};
    bool in_terminal = false;
    std::string output{};
};
int plot(const Console& console, const PlotOptions& options);

int data_list(const Console& console);
int data_fetch(const Console& console, const std::vector<std::string>& names);
int data_verify(const Console& console, const std::vector<std::string>& names);
struct MakeOptions {
    std::string kind{};
    std::filesystem::path folder{};
    int train = 6000, test = 1000;  // pictures
    std::uint32_t seed = 1;
};
int data_make(const Console& console, const MakeOptions& options);

int bench(const Console& console, const std::vector<std::string>& arguments);
int doctor(const Console& console);
int demo(const Console& console);
int test_everything(const Console& console);
int verify(const Console& console, std::vector<std::string> arguments);
// Its part behind --mutants: programs that differ from the reference in one place, before the judge. `words`: labs or
// tasks, --mutants N (of each lab), --seed S. Says what passed although it is wrong.
int try_mutants(const Console& console, std::vector<std::string> words);

}  // namespace cnn::cli
