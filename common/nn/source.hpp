// Where a network's batches come from.
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "tensor/random.hpp"
#include "tensor/tensor.hpp"

namespace cnn::nn {

struct Batch {
    Tensor x;                          // [N, …]
    std::vector<std::int32_t> labels;  // N
};

// `take` makes one batch of the images with these numbers, in this order. Randomness of its own (crops, mirror images)
// it draws from `engine`, which is new for every batch; evaluation passes nullptr: the images as they are.
struct Source {
    Index count = 0;
    std::function<Batch(std::span<const Index> indices, Engine* engine)> take;
};

// All images in memory: x [count, …], one label each; ShapeError otherwise.
Source from_memory(Tensor x, std::vector<std::int32_t> labels);

}  // namespace cnn::nn
