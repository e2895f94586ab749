// Rounding, and the caches that kernels reckon with.
#pragma once
#include "tensor/shape.hpp"

namespace cnn::kernels {

constexpr Index divide_up(Index a, Index b) { return (a + b - 1) / b; }
constexpr Index round_up(Index a, Index b) { return divide_up(a, b) * b; }

// In floats.
inline constexpr Index cache_line = 16;
// Half of a usual second-level cache of 1 MiB: what is read again and again shares it with what passes through. (For
// the bands of a convolution a quarter was 10 % slower with 1×1 filters, and no faster elsewhere.)
inline constexpr Index half_second_cache = (512 << 10) / 4;

}  // namespace cnn::kernels
