// What a learner asks for, or means when nothing is said.
#pragma once
#include "cli/map.hpp"

namespace cnn::cli {

// choose(), or for an empty request the lab to go on with (the last one when all are complete), which is said on
// console.err.
Choice choose_or_next(const Console& console, const Standing& now, const std::string& request);

// The same for a request that costs something: UsageError where nothing was named and the learner is in no lab.
Choice choose_or_current(const Console& console, const Standing& now, const std::string& request);

// The task asked for, or the first of the lab that has not passed (the last when all have).
Task task_of(const Choice& choice, const Progress& progress);

}  // namespace cnn::cli
