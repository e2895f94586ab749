// Coloured shapes, any number of them: the simplest task that needs colour images.
#pragma once
#include <cstdint>

#include "data/dataset.hpp"
#include "tensor/random.hpp"

namespace cnn::data {

// 32×32 pixels in colour, as in CIFAR-10: one of ten shapes, turned, scaled and moved at random, in a random colour
// over a shaded and noisy background. ShapeError for a label outside 0 to 9.
Image shape_image(int label, Engine& engine);

// The classes come in random order. The first n of shapes(m, seed) are shapes(n, seed).
Dataset shapes(Index count, std::uint32_t seed);

}  // namespace cnn::data
