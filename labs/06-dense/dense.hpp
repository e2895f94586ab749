// Lab 06: dense. The contract between your dense.cpp and everything that uses it.
#pragma once
#include <vector>

#include "tensor/tensor.hpp"

namespace cnn::lab06 {

// Task 6.1: every image as one row of numbers, in the order in which they lie in memory. x [N, …] → y [N, D], where D
// is the product of the other sizes: of x [N, C, H, W] first all of channel 0, row by row, then channel 1, … Throws
// ShapeError unless x has at least two axes.
Tensor flatten(const Tensor& x);

// Task 6.2: the fully connected layer. x [N, D], w [M, D], b [M] → y [N, M],
//     y(n, m) = b(m) + Σ_d x(n, d) · w(m, d).
// An empty b means no biases. Throws ShapeError when x or w has not two axes, when their D differ, or when b has
// neither M values nor none.
Tensor dense_forward(const Tensor& x, const Tensor& w, const Tensor& b);

// Task 6.3: activation functions, of every element by itself, for any shape. x is a copy of your own: change it and
// return it. None of them may give NaN or infinity for an x that is neither.
Tensor relu_forward(Tensor x);         // max(x, 0)
Tensor tanh_forward(Tensor x);         // (e^x - e^-x) / (e^x + e^-x)
Tensor scaled_tanh_forward(Tensor x);  // 1.7159 · tanh(2x/3): LeCun et al. 1998, appendix A
Tensor sigmoid_forward(Tensor x);      // 1 / (1 + e^-x)

// Task 6.4: numbers of any size as probabilities, every row by itself. logits [N, M] → y [N, M],
//     y(n, m) = e^logits(n, m) / Σ_k e^logits(n, k).
// Must not overflow, nor divide zero by zero, however large or small the logits are. Throws ShapeError unless logits
// has two axes and at least one class (M ≥ 1).
Tensor softmax(const Tensor& logits);

// Task 6.5: what a layer has learned.
struct Weights {
    Tensor w, b;
};
// Task 6.5: LeNet-5 as it is built today.
struct LeNet {
    Weights conv1;   // w [6, 1, 5, 5],  b [6]
    Weights conv2;   // w [16, 6, 5, 5], b [16]
    Weights dense1;  // w [120, 400],    b [120]
    Weights dense2;  // w [84, 120],     b [84]
    Weights dense3;  // w [10, 84],      b [10]
};

// Task 6.5: the network's answer, x [N, 1, 28, 28] → logits [N, 10]. Two times a convolution with 5×5 filters (padding
// 2 in conv1, none in conv2), ReLU, and max pooling with windows of 2×2 side by side; then the maps in a row, and three
// dense layers with ReLU between them, but none after the last. Convolution and pooling come from nn::operators(), the
// rest is yours. Throws ShapeError for images of another size.
Tensor lenet_forward(const Tensor& x, const LeNet& net);

// Task 6.5: the network's answer for each image: the class with the largest logit (of equal ones the first), and the
// probability that softmax gives it. logits [N, M] → N predictions. Throws as softmax does.
struct Prediction {
    Index label;       // 0 … M - 1
    float confidence;  // 0 … 1
};
std::vector<Prediction> predict(const Tensor& logits);

}  // namespace cnn::lab06
