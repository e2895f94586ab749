// Random numbers that are the same on every machine: the distributions are spelled out here, because the standard
// leaves those of <random> to the library.
#pragma once
#include <cstdint>
#include <random>
#include <vector>

#include "tensor/tensor.hpp"

namespace cnn {

using Engine = std::mt19937;

float uniform(Engine& engine, float low = 0, float high = 1);       // in [low, high)
float normal(Engine& engine, float mean = 0, float deviation = 1);  // Box and Muller 1958
Index uniform_index(Engine& engine, Index count);                   // one of 0 … count-1, without bias
std::vector<Index> permutation(Engine& engine, Index count);        // Fisher and Yates

Tensor uniform(const Shape& shape, Engine& engine, float low = -1, float high = 1);
Tensor normal(const Shape& shape, Engine& engine, float mean = 0, float deviation = 1);
// Uniform in [-1, 1): what tests feed to operators.
Tensor random(const Shape& shape, std::uint32_t seed);

}  // namespace cnn
