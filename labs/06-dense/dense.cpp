// Lab 06: dense. Read dense.hpp for what each function promises, README.md for why.
#include "dense.hpp"

#include <algorithm>
#include <cmath>

#include "nn/operators.hpp"
#include "tensor/todo.hpp"

namespace cnn::lab06 {

// Task 6.1: every image in one row.
Tensor flatten(const Tensor& x) {
    // TODO 1. Refuse an x of fewer than two axes: require(condition, "flatten: …", …) throws a ShapeError.
    // TODO 2. How many numbers has one image? (What if there are no images?)
    // TODO 3. x.reshaped(shape) gives the same numbers another shape. Are they in the right order already?
    todo("6.1");
}

// Task 6.2: every output is connected with every input.
Tensor dense_forward(const Tensor& x, const Tensor& w, const Tensor& b) {
    // TODO 1. Check that the shapes fit together.
    // TODO 2. Two loops over y (n, m). With what does the sum begin, where there are biases and where there are none?
    // TODO 3. One loop over the inputs d. Which row of w belongs to output m?
    todo("6.2");
}

// Task 6.3: the rectified linear unit.
Tensor relu_forward(Tensor x) {
    // TODO 1. x.values() can be walked through by a loop, whatever the shape: for (float& value : x.values()) …
    todo("6.3");
}

// Task 6.3: the hyperbolic tangent.
Tensor tanh_forward(Tensor x) {
    // TODO 1. What does the formula give for x = 100, when e^100 is too large for a float? Which function of <cmath>
    //         is right there, too?
    todo("6.3");
}

// Task 6.3: LeCun's squashing function.
Tensor scaled_tanh_forward(Tensor x) {
    // TODO 1. The same with two constants. (What is 2 / 3 in C++?)
    todo("6.3");
}

// Task 6.3: the logistic function.
Tensor sigmoid_forward(Tensor x) {
    // TODO 1. e^1000 is infinite in a float. What is 1 / (1 + ∞)? And e^x / (1 + e^x), which is the same on paper?
    todo("6.3");
}

// Task 6.4: numbers of any size as probabilities.
Tensor softmax(const Tensor& logits) {
    // TODO 1. Check the shape.
    // TODO 2. e^1000 is too large for a float. What happens to y when the same number is taken off all logits of a row?
    //         Which number makes the largest exponential 1?
    // TODO 3. The exponentials of a row, and their sum. Then the quotients.
    todo("6.4");
}

// Task 6.5: LeNet from the pieces.
Tensor lenet_forward(const Tensor& x, const LeNet& net) {
    // TODO 1. Refuse images of another size: not every one of them makes a layer throw.
    // TODO 2. nn::operators().conv2d_forward(x, w, b, window) is the convolution of lab 04, and
    //         nn::operators().max_pool_forward(x, window).y the pooling of lab 05. Which windows?
    // TODO 3. What comes between the pooled maps and the first dense layer?
    // TODO 4. Which of the layers have no ReLU after them?
    todo("6.5");
}

// Task 6.5: the network's answer for each image, and how sure it is.
std::vector<Prediction> predict(const Tensor& logits) {
    // TODO 1. Probabilities first.
    // TODO 2. The place of the largest logit in every row. Of equal ones the first.
    todo("6.5");
}

}  // namespace cnn::lab06
