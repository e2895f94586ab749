// The worker: runs a lab's functions when its judge asks, in a process of its own.
#pragma once
#include <functional>

#include "grader/exercise.hpp"

namespace cnn::grader {

// Answers questions on `judge_descriptor` until the judge hangs up. Functions of the table are replaced by those of
// `replacements` where the addresses agree. Returns the exit code.
int serve(const std::vector<Replacement>& replacements = {});

}  // namespace cnn::grader
