// Building a learner's file and asking the judge about it.
#pragma once
#include <optional>
#include <string>

#include "cli/report.hpp"

namespace cnn::cli {

struct Question {
    Choice choice;                                // a lab, or one of its tasks
    std::optional<std::filesystem::path> file{};  // judged in place of the learner's own
    bool debug = false;                           // compiled without optimisation, with every check there is
    int compile_deadline = 120;                   // seconds, for a file that is judged in the place of the learner's
};

struct Answer {
    std::optional<Report> report{};  // none where the file does not compile
    std::string compiler{};          // then: what the compiler said, or that the reference is included
    std::string fingerprint{};       // of the file that was judged
    double build_seconds = 0;
};

// Throws CannotWork where something else than the learner's file keeps the judge from its work.
Answer ask_judge(const Console& console, const Question& question);

// The compiler's words with paths as they are typed in the root of the checkout, at most `lines` of them of at
// most 400 columns, without control characters; and a sentence that explains a function the linker misses.
std::string compiler_words(const Tree& tree, const Lab& lab, const std::string& words, int lines = 40);

}  // namespace cnn::cli
