// Lab 07: learning. The contract between your learning.cpp and everything that uses it.
//
// A loss says how wrong an answer y is, with one number, and in which direction y should move: the gradient ∂E/∂y, in
// the shape of y. Training needs nothing else to know.
#pragma once
#include <cstdint>
#include <functional>
#include <vector>

#include "tensor/tensor.hpp"

namespace cnn::lab07 {

struct Loss {
    double value;     // E
    Tensor gradient;  // ∂E/∂y, in the shape of y
};
using Labels = std::vector<std::int32_t>;  // the right class of every image, from 0

// ---- 7.1 ----

// Task 7.1: labels as targets, [N, classes]: 1 where the column is the row's label, else 0. Throws Error when a label
// is not one of 0 … classes - 1.
Tensor one_hot(const Labels& labels, Index classes);

// Task 7.1: the mean squared error over all K values of y, of any shape, with target t of the same shape:
//     E = 1/K Σ (y - t)².
// Throws ShapeError when the shapes differ or there is no value.
Loss mse(const Tensor& y, const Tensor& target);

// ---- 7.2 ----

// Task 7.2: the cross-entropy of softmax: y [N, M] logits, one label in 0 … M - 1 for each row,
//     E = -1/N Σ_n log p(n, label_n)   with   p(n, m) = e^y(n, m) / Σ_k e^y(n, k).
// Value and gradient must be right for logits of any size, also where p is too small for a float. Throws Error when y
// has not two axes, has no row, when there are not N labels, or a label is none of the M classes.
Loss softmax_cross_entropy(const Tensor& y, const Labels& labels);

// ---- 7.3 ----

// Task 7.3: squared near the target, straight far away (Huber 1964; as PyTorch's huber_loss): with d = y - t, the mean
// over all K values of
//     d² / 2               where |d| ≤ delta,
//     delta · (|d| - delta / 2)   elsewhere.
// Throws as mse does, and Error unless delta > 0.
Loss huber(const Tensor& y, const Tensor& target, float delta);

// Task 7.3: cross-entropy with softened labels (Szegedy et al. 2015, section 7): epsilon of the target is shared
// equally by all M classes, the label's included,
//     E = -1/N Σ_n Σ_m q(n, m) · log p(n, m)   with   q(n, m) = (1 - epsilon) · [m is the label] + epsilon / M.
// Throws as softmax_cross_entropy does, and Error unless 0 ≤ epsilon ≤ 1.
Loss label_smoothed(const Tensor& y, const Labels& labels, float epsilon);

// Task 7.3: cross-entropy that cares less for what is right already (Lin et al. 2017, equation 4): with p the
// probability of the label,
//     E = -1/N Σ_n (1 - p)^gamma · log p.
// Throws as softmax_cross_entropy does, and Error unless gamma ≥ 0.
Loss focal(const Tensor& y, const Labels& labels, float gamma);

// Task 7.3: a loss of your own, for scores y [N, M] and one label for each row, in which a larger score speaks for a
// class. It must be none of the above, be a mean over the N images, have the gradient that belongs to its value, be
// finite for scores between -100 and 100, and grow smaller as the label's score gets ahead of the others: small steps
// against its gradient must end with the right answers. Throws as softmax_cross_entropy does.
Loss own_loss(const Tensor& y, const Labels& labels);

// ---- 7.4 ----

using Function = std::function<double(const Tensor& x)>;

// Task 7.4: the gradient of f at x by its definition, without knowing anything about f, in the shape of x:
//     g(i) = (f(x + h at i) - f(x - h at i)) / (the distance between these two places),
// one value moved at a time. The distance is 2h but for rounding: x + h is a float and may lie elsewhere.
Tensor numeric_gradient(const Function& f, Tensor x, float h);

// Task 7.4: a gradient that somebody claims, beside the numeric one, entry by entry. An entry's error is
//     |claimed - numeric| / (|numeric| + typical),
// where typical is the root mean square of the numeric gradient: an entry near 0 is not wrong because it is rounded.
// Where both agree the error is 0, where it is no finite number (a NaN was claimed) it is infinite. Throws ShapeError
// when the shapes differ or there is no entry.
struct GradientCheck {
    Tensor errors;  // in the shape of the gradients
    Index worst;    // where the largest error lies in memory; of equal ones the first
    double error;   // that error: below 0.001 for a gradient that is right, near 1 for one that is not
};
GradientCheck check_gradient(const Tensor& claimed, const Tensor& numeric);

// ---- 7.5 ----

struct SgdOptions {
    float rate, momentum = 0, weight_decay = 0;
};
struct Moved {
    Tensor value, velocity;
};
// Task 7.5: one step of gradient descent, as PyTorch's SGD. All tensors have one shape.
//     velocity ← momentum · velocity + gradient + weight_decay · value
//     value    ← value - rate · velocity
// Throws ShapeError when the shapes differ.
Moved sgd_step(Tensor value, const Tensor& gradient, Tensor velocity, const SgdOptions& options);

// ---- 7.6 ----

// Task 7.6: softmax regression: a picture of D pixels has the scores y(n, m) = b(m) + Σ_d x(n, d) · w(m, d).
struct Regression {
    Tensor w;  // [M, D]: a picture for every class
    Tensor b;  // [M]
};
struct Images {
    Tensor x;  // [N, D]
    Labels labels;
};

// Task 7.6: the loss of these images (softmax_cross_entropy), how many of them have their largest score at their label
// (of equal ones the first counts), and the gradients ∂E/∂w, ∂E/∂b. Throws Error when shapes or labels do not fit.
struct Pass {
    double loss;
    Index correct;
    Regression gradient;
};
Pass regression_pass(const Images& images, const Regression& model);

// Task 7.6: one epoch of training: for every batch, a list of images' numbers (take() of images.hpp gives the images),
// a pass and a step of sgd_step for w and for b. The velocities go on from batch to batch, and from epoch to epoch.
// Throws Error when there is no batch.
struct State {
    Regression model, velocity;
};
struct Epoch {
    double loss, accuracy;  // means over the images, each as the model was when it saw it; accuracy from 0 to 1
    State state;            // after the last step
};
Epoch train_epoch(const Images& images, const std::vector<std::vector<Index>>& batches, State state,
                  const SgdOptions& options);

}  // namespace cnn::lab07
