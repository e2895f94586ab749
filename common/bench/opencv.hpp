// Sobel, HOG and SIFT beside OpenCV's, each measured in turn.
#pragma once
#include <string>

#include "bench/measure.hpp"

namespace cnn::bench {

// Prints times of both and their ratio, OpenCV's to ours: the median of `pairs` runs, and its extremes. Throws Error
// where lab-bench was built without OpenCV (libopencv-dev).
void compare_with_opencv(const std::string& filter, int threads, Time time, int pairs);

}  // namespace cnn::bench
