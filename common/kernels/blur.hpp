// The blur behind gaussian_blur() and sift().
#pragma once
#include <vector>

#include "tensor/shape.hpp"

namespace cnn::kernels {

// A bell from its middle outwards: weights[0 … radius], both halves of it add up to 1.
std::vector<float> half_bell(float sigma);

// A plane of `height` rows of `width` pixels, blurred. `differences` gets the blurred plane minus the one it was made
// of, unless it is null.
struct Blur {
    const float* from;
    Index height, width;
    float sigma;
    float* to;
    float* differences;
};
void blur(const Blur& task);

}  // namespace cnn::kernels
