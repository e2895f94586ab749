// How fast this machine moves memory: the slope of the roofline.
#pragma once
#include "bench/measure.hpp"

namespace cnn::bench {

// 10⁹ bytes a second, read and written, when each of `threads` threads copies arrays much larger than any cache.
Spread bandwidth_gigabytes(int threads, Time time);

}  // namespace cnn::bench
