// Which instruction sets the SIMD files are compiled for; include before any of Highway's headers.
#pragma once

// x86: SSE4, AVX2, AVX-512; ARM: NEON. SSSE3 machines without SSE4 are gone, and vectors whose length the compiler does
// not know (SVE) cannot be kept in an array of accumulators.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
