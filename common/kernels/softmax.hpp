// Softmax of one row of logits, with vectors.
#pragma once
#include "tensor/shape.hpp"

namespace cnn::kernels {

struct SoftmaxSum {
    float largest;  // of the logits
    float sum;      // of e^(logit - largest)
};
// row[m] = share · e^(row[m] - largest) / sum. A few numbers behind the row are read.
SoftmaxSum softmax_row(float* row, Index classes, float share);

}  // namespace cnn::kernels
