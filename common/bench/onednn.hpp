// oneDNN's convolutions and dense layers beside ours, each measured in turn.
#pragma once
#include <string>

#include "bench/measure.hpp"

namespace cnn::bench {

// Prints, for every convolution and dense layer whose name contains `filter`, the ratio of our speed to oneDNN's
// (opponents/onednn.cpp, which says what is compared): the median of `pairs` runs of both, and its extremes. Throws
// Error where lab-bench was built without oneDNN (libdnnl-dev).
void compare_with_onednn(const std::string& filter, int threads, Time time, int pairs);

}  // namespace cnn::bench
