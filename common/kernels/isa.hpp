// Which of the machine's instruction sets the kernels use.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace cnn::kernels {

// Those of this machine that the kernels are compiled for, the best first: "AVX3" (AVX-512), "AVX2", "SSE4", "SCALAR";
// "NEON". Where the environment variable CNN_MAX_ISA names one of them, none better is used or listed.
std::vector<std::string> instruction_sets();
std::string instruction_set();  // the one in use

// For tests: uses the one named, or the best again for an empty name. Not while a kernel runs. Throws Error for others.
void use_instruction_set(std::string_view name);

}  // namespace cnn::kernels
