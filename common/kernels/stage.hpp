// Convolution, ReLU and max pooling of 2 × 2 in one: the stage that LeNet is made of. The same numbers as the three
// operators one after the other, bit for bit, where they work on images side by side (abreast.hpp): there a maximum
// needs no neighbors within a vector, and neither the map before pooling nor its gradient ever goes to memory.
#pragma once
#include "kernels/convolution.hpp"

namespace cnn::kernels {

// Whether this is for such a convolution; y has the shape before pooling.
bool fuses_stage(const Shape& x, const Shape& w, const Window& window);

struct StageResult {
    Tensor y;         // [N, K, OH / 2, OW / 2]
    Tensor switches;  // for backward: which of its four pixels every maximum was, if it was positive
};
StageResult stage_forward(const Tensor& x, const Tensor& w, const Tensor& b, const Window& window);

struct StageGradients {
    Tensor dx;  // empty unless asked for
    FilterGradients filters;
};
// dy: of the pooled y.
StageGradients stage_backward(const Tensor& dy, const Tensor& switches, const Tensor& x, const Tensor& w,
                              const Window& window, bool wants_dx);

}  // namespace cnn::kernels
