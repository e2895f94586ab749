// Inputs at which the gradients of a layer can be measured.
#pragma once
#include "tensor/random.hpp"

namespace cnn::nn {

// Random numbers of which no two, and none and zero, are nearer than 0.05: neither ReLU nor a maximum changes its mind
// within that.
inline Tensor spaced(const Shape& shape, std::uint32_t seed) {
    Engine engine(seed);
    const std::vector<Index> order = permutation(engine, shape.count());
    Tensor x = Tensor::uninitialized(shape);
    for (Index i = 0; i < x.count(); ++i)
        x[i] = 0.05f * (static_cast<float>(order[static_cast<std::size_t>(i)] - x.count() / 2) + 0.5f);
    return x;
}

}  // namespace cnn::nn
