// How the judge asks about networks, which do not travel between judge and worker: each probe builds a small network
// and calls your function with it.
#pragma once
#include <functional>

#include "nn/sequential.hpp"
#include "seeing.hpp"

namespace cnn::lab11 {

// For x [N, C, H, W]: a convolution to four maps (3×3, padding 1), then a layer that halves its input while training
// (as dropout would) and leaves it alone in evaluation; ReLU and 2×2 max pooling, or, where it is to be smooth, tanh
// and 2×2 means; then three class scores. nn/probe.hpp says which weights it has for a seed. With `maps`, it ends
// before the dense layer; with `undecided`, all scores are the same.
struct SmallNetwork {
    std::uint32_t seed;
    bool smooth = false, maps = false, undecided = false;
};
nn::Sequential build(const SmallNetwork& small, const Shape& image);
inline constexpr Index small_classes = 3;

Occlusion occlusion_report(const SmallNetwork& network, const Tensor& x, Index label, const Window& cover, float value);
Tensor score_gradient_report(const SmallNetwork& network, const Tensor& x, Index unit);
Ascent maximize_report(const SmallNetwork& network, Index unit, const Tensor& start, const AscentOptions& options);
Tensor saliency_report(const SmallNetwork& network, const Tensor& x, const std::vector<std::int32_t>& labels);

}  // namespace cnn::lab11
