// Digits that look written by hand, any number of them: for tests, and for machines without a data set.
#pragma once
#include <cstdint>

#include "data/dataset.hpp"
#include "tensor/random.hpp"

namespace cnn::data {

// One digit, 0 to 9, white on black, 28×28 as in MNIST: one of several ways to write it, bent, slanted, turned, scaled
// and moved at random, drawn with a pen of random width. ShapeError for another digit.
Image digit_image(int digit, Engine& engine);

// The classes come in random order. The first n of digits(m, seed) are digits(n, seed).
Dataset digits(Index count, std::uint32_t seed);

}  // namespace cnn::data
