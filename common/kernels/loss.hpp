// Softmax and its cross-entropy.
#pragma once
#include <cstdint>
#include <span>

#include "tensor/tensor.hpp"

namespace cnn::kernels {

// Along the last axis of [N, M]; the largest logit is subtracted first, so that nothing overflows.
Tensor softmax(Tensor logits);

struct CrossEntropy {
    double loss = 0;    // mean over the batch of -log softmax(logits)[label]
    Tensor dlogits;     // (softmax - one hot) / N
    Index correct = 0;  // rows whose largest logit is the label's
};
// logits [N, M], one label in 0 … M-1 a row; ShapeError otherwise.
CrossEntropy softmax_cross_entropy(const Tensor& logits, std::span<const std::int32_t> labels);

}  // namespace cnn::kernels
