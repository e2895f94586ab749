// What is done with the judge's answer about the learner's own file.
#pragma once
#include "cli/judge.hpp"
#include "cli/progress.hpp"

namespace cnn::cli {

// Records what came of judging the learner's own file. A verdict that cannot be recorded is still one: that is said on
// console.err.
void remember_verdict(const Console& console, const Lab& lab, const Answer& answer);

// For a file that does not compile: the compiler's words, and the verdict that still stands.
void tell_not_judged(const Console& console, std::FILE* out, const Lab& lab, const Answer& answer);

}  // namespace cnn::cli
