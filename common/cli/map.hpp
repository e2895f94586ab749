// The map: every lab, its points, and what is to be said about it.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "cli/progress.hpp"

namespace cnn::cli {

// An operator of networks that a lab teaches.
struct TaughtOperator {
    std::string name;  // "conv2d_forward"
    std::string task;  // "4.4"
};
// Those in the list of a lab's operators.cpp.
std::vector<TaughtOperator> taught_operators(const std::string& source);

// What the learner has, and what the files look like now.
struct Standing {
    std::vector<Lab> labs;
    Progress progress;
    std::map<std::string, std::string> fingerprints{};  // of the learner's files, by lab
    std::vector<TaughtOperator> operators{};
};

Standing standing(const Console& console);

// The tasks that have passed for the files as they are: not those of a file that was edited since.
std::vector<std::string> passed_now(const Standing& standing);

std::string render_map(const Standing& standing, const terminal::Terminal& screen);

// "Networks run on your conv2d_forward. On loan: max_pool_forward (5.2), …": nothing where no lab teaches one. What
// labs after the one to go on with teach is lent without a word.
std::string render_loans(const Standing& standing, const terminal::Terminal& screen);

// What stands behind a lab's points: "4.4 fails, 4.6 not started", "skipped", "edited since the last check", or
// nothing.
std::string remark(const Standing& standing, const Lab& lab);

// "Next: task 4.4, several channels and filters.   labs/04-convolution/convolution.cpp:71" and the command.
std::string render_next(const Standing& standing, const Tree& tree, const terminal::Terminal& screen);

}  // namespace cnn::cli
