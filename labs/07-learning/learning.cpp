// Lab 07: learning. Read learning.hpp for what each function promises, README.md for why.
#include "learning.hpp"

#include <algorithm>
#include <cmath>

#include "images.hpp"
#include "nn/operators.hpp"
#include "tensor/todo.hpp"

namespace cnn::lab07 {

// Task 7.1: labels as targets.
Tensor one_hot(const Labels& labels, Index classes) {
    // TODO 1. Which column of row n is 1? A label is a number from a file: what if there is no such column?
    //         require(condition, "one_hot: …", …) throws a ShapeError, which is an Error.
    todo("7.1");
}

// Task 7.1: the mean squared error.
Loss mse(const Tensor& y, const Tensor& target) {
    // TODO 1. Check the shapes.
    // TODO 2. y[i] is the i-th value, whatever the shape. Add up in a double, and divide by the number of values.
    // TODO 3. Differentiate E by one y: which of the K squares has it in it, and what stays of 1/K?
    todo("7.1");
}

// Task 7.2: the cross-entropy of softmax.
Loss softmax_cross_entropy(const Tensor& y, const Labels& labels) {
    // TODO 1. Check y and the labels.
    // TODO 2. log(e^a / Σ e^b) without forming the quotient: what is it as a difference? And when the largest score of
    //         the row is taken off all of them first?
    // TODO 3. The gradient: p(n, m), less 1 at the label, and the 1/N of the mean.
    todo("7.2");
}

// Task 7.3: squared near, straight far away.
Loss huber(const Tensor& y, const Tensor& target, float delta) {
    // TODO 1. Checks as in mse; and delta > 0.
    // TODO 2. Two cases for the value. They meet at |d| = delta: do yours?
    // TODO 3. The derivative of each case. Which sign has it on the left, where d < -delta?
    todo("7.3");
}

// Task 7.3: softened labels.
Loss label_smoothed(const Tensor& y, const Labels& labels, float epsilon) {
    // TODO 1. Checks; 0 ≤ epsilon ≤ 1.
    // TODO 2. q(n, m) takes the place of "1 at the label, else 0": in the value, and in the gradient p - q.
    todo("7.3");
}

// Task 7.3: less for what is right already.
Loss focal(const Tensor& y, const Labels& labels, float gamma) {
    // TODO 1. Checks; gamma ≥ 0. For the value you need log p, for the gradient p as well.
    // TODO 2. The chain rule: dE/dp of one image by hand (a product of two functions of p), then dp/dy(m), which is
    //         p · ([m is the label] - p(m)). Put together, p(m) less 1 at the label times which factor?
    // TODO 3. What if p is exactly 1?
    todo("7.3");
}

// Task 7.3: a loss of your own.
Loss own_loss(const Tensor& y, const Labels& labels) {
    // TODO 1. Checks, as in softmax_cross_entropy.
    // TODO 2. What should be small? Ideas: the gap between the label's score and each other score should be at least 1,
    //         and what is missing is squared; or a sigmoid for every class by itself; or squares of p - target.
    // TODO 3. Its gradient, by hand. Does it pass your own gradient check of 7.4? The program's first table asks that.
    todo("7.3");
}

// Task 7.4: the gradient by its definition.
Tensor numeric_gradient(const Function& f, Tensor x, float h) {
    // TODO 1. One value after the other: keep it, move it up and ask f, move it down and ask f, put it back.
    // TODO 2. x[i] + h is rounded to a float. How far apart are the two places really?
    todo("7.4");
}

// Task 7.4: which entry is wrong?
GradientCheck check_gradient(const Tensor& claimed, const Tensor& numeric) {
    // TODO 1. Check the shapes. Then typical: the root of the mean of the numeric gradient's squares.
    // TODO 2. The error of every entry. Equal ones have none, even where the formula gives 0/0. A NaN compares as false
    //         with everything: how do you make sure that it is not overlooked?
    // TODO 3. Where is the largest?
    todo("7.4");
}

// Task 7.5: one step downhill.
Moved sgd_step(Tensor value, const Tensor& gradient, Tensor velocity, const SgdOptions& options) {
    // TODO 1. Check the shapes.
    // TODO 2. Two lines for every element. Which of them comes first, and which value does the decay see?
    todo("7.5");
}

// Task 7.6: scores, loss, and the gradients of pictures and biases.
Pass regression_pass(const Images& images, const Regression& model) {
    // TODO 1. nn::operators().dense_forward(x, w, b) gives the scores (lab 06) and checks the shapes; your loss gives E
    //         and dy = ∂E/∂y.
    // TODO 2. y(n, m) grows by x(n, d) when w(m, d) grows by 1, and by 1 when b(m) does. The same weight has a part in
    //         the scores of all images: so ∂E/∂w(m, d) is which sum over n?
    // TODO 3. Count the rows whose largest score is the label's.
    todo("7.6");
}

// Task 7.6: one epoch of training.
Epoch train_epoch(const Images& images, const std::vector<std::vector<Index>>& batches, State state,
                  const SgdOptions& options) {
    // TODO 1. For every batch: take(images, numbers), a pass, a step for w and a step for b.
    // TODO 2. A pass gives the mean of its batch. What is the mean over all images when the last batch is smaller?
    todo("7.6");
}

}  // namespace cnn::lab07
