// Keypoints that find each other again in other photos of the same thing: SIFT (Lowe, Distinctive image features from
// scale-invariant keypoints, 2004), and the blur it is made of.
#pragma once
#include <vector>

#include "tensor/tensor.hpp"

namespace cnn::kernels {

// x [H, W] → [H, W]: blurred by a bell that ends ⌊4σ + 0.5⌋ pixels from its middle. Outside the picture the nearest
// pixel is repeated. Throws ShapeError unless x has two axes and sigma > 0.
Tensor gaussian_blur(const Tensor& x, float sigma);

// In pixels of the picture; the angle in radians, 0 to the right and π/2 down, 0 ≤ angle < 2π.
struct Keypoint {
    float row, column, sigma, angle;
};
struct Features {
    std::vector<Keypoint> keypoints;
    Tensor descriptors;  // [N, 128], each of length 1
};

// The keypoints of a picture gray [H, W] of levels from 0 to 1, with Lowe's parameters: the picture is made twice as
// large, three scales an octave, σ 1.6, contrast 0.04, edges from a ratio of 10 on. In order of octave, level, row,
// column, angle. Throws ShapeError unless gray has two axes.
Features sift(const Tensor& gray);

}  // namespace cnn::kernels
