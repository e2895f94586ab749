// What the machine could do: multiply-adds in registers, nothing else.
#pragma once
#include "bench/measure.hpp"

namespace cnn::bench {

// GFLOP/s of `threads` threads together, with the instruction set that the kernels use.
Spread peak_gflops(int threads, Time time);

}  // namespace cnn::bench
