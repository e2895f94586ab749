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
    require(x.rank() >= 2, "flatten: expected x [N, ...], got {}", x.shape());
    Index values = 1;
    for (int axis = 1; axis < x.rank(); ++axis) values *= x.size(axis);
    return x.reshaped({x.size(0), values});
}

// Task 6.2: every output is connected with every input.
Tensor dense_forward(const Tensor& x, const Tensor& w, const Tensor& b) {
    // TODO 1. Check that the shapes fit together.
    // TODO 2. Two loops over y (n, m). With what does the sum begin, where there are biases and where there are none?
    // TODO 3. One loop over the inputs d. Which row of w belongs to output m?
    require(x.rank() == 2 && w.rank() == 2, "dense: expected x [N, D] and w [M, D], got {} and {}", x.shape(),
            w.shape());
    require(x.size(1) == w.size(1), "dense: x {} has {} inputs, w {} expects {}", x.shape(), x.size(1), w.shape(),
            w.size(1));
    require(b.empty() || b.shape() == Shape{w.size(0)}, "dense: b {} is not one bias for each of {} outputs", b.shape(),
            w.size(0));
    Tensor y({x.size(0), w.size(0)});
    for (Index n = 0; n < y.size(0); ++n)
        for (Index m = 0; m < y.size(1); ++m) {
            float sum = b.empty() ? 0 : b(m);
            for (Index d = 0; d < x.size(1); ++d) sum += x(n, d) * w(m, d);
            y(n, m) = sum;
        }
    return y;
}

// Task 6.3: the rectified linear unit.
Tensor relu_forward(Tensor x) {
    // TODO 1. x.values() can be walked through by a loop, whatever the shape: for (float& value : x.values()) …
    for (float& value : x.values()) value = std::max(value, 0.0f);
    return x;
}

// Task 6.3: the hyperbolic tangent.
Tensor tanh_forward(Tensor x) {
    // TODO 1. What does the formula give for x = 100, when e^100 is too large for a float? Which function of <cmath>
    //         is right there, too?
    for (float& value : x.values()) value = std::tanh(value);
    return x;
}

// Task 6.3: LeCun's squashing function.
Tensor scaled_tanh_forward(Tensor x) {
    // TODO 1. The same with two constants. (What is 2 / 3 in C++?)
    for (float& value : x.values()) value = 1.7159f * std::tanh(value * 2 / 3);
    return x;
}

// Task 6.3: the logistic function.
Tensor sigmoid_forward(Tensor x) {
    // TODO 1. e^1000 is infinite in a float. What is 1 / (1 + ∞)? And e^x / (1 + e^x), which is the same on paper?
    for (float& value : x.values()) value = 1 / (1 + std::exp(-value));  // 1 / ∞ is 0, as it should be
    return x;
}

// Task 6.4: numbers of any size as probabilities.
Tensor softmax(const Tensor& logits) {
    // TODO 1. Check the shape.
    // TODO 2. e^1000 is too large for a float. What happens to y when the same number is taken off all logits of a row?
    //         Which number makes the largest exponential 1?
    // TODO 3. The exponentials of a row, and their sum. Then the quotients.
    require(logits.rank() == 2 && logits.size(1) >= 1, "softmax: expected logits [N, M] with M ≥ 1, got {}",
            logits.shape());
    Tensor y(logits.shape());
    for (Index n = 0; n < y.size(0); ++n) {
        float largest = logits(n, 0);
        for (Index m = 1; m < y.size(1); ++m) largest = std::max(largest, logits(n, m));
        float sum = 0;
        for (Index m = 0; m < y.size(1); ++m) sum += y(n, m) = std::exp(logits(n, m) - largest);
        for (Index m = 0; m < y.size(1); ++m) y(n, m) /= sum;
    }
    return y;
}

// Task 6.5: LeNet from the pieces.
Tensor lenet_forward(const Tensor& x, const LeNet& net) {
    // TODO 1. Refuse images of another size: not every one of them makes a layer throw.
    // TODO 2. nn::operators().conv2d_forward(x, w, b, window) is the convolution of lab 04, and
    //         nn::operators().max_pool_forward(x, window).y the pooling of lab 05. Which windows?
    // TODO 3. What comes between the pooled maps and the first dense layer?
    // TODO 4. Which of the layers have no ReLU after them?
    require(x.rank() == 4 && x.size(1) == 1 && x.size(2) == 28 && x.size(3) == 28,
            "lenet: expected images [N, 1, 28, 28], got {}", x.shape());
    const nn::Operators& table = nn::operators();
    const Window half{.size = 2, .stride = 2};
    Tensor maps = relu_forward(table.conv2d_forward(x, net.conv1.w, net.conv1.b, {.size = 5, .padding = 2}));
    maps = table.max_pool_forward(maps, half).y;
    maps = relu_forward(table.conv2d_forward(maps, net.conv2.w, net.conv2.b, {.size = 5}));
    maps = table.max_pool_forward(maps, half).y;
    Tensor units = flatten(maps);
    units = relu_forward(dense_forward(units, net.dense1.w, net.dense1.b));
    units = relu_forward(dense_forward(units, net.dense2.w, net.dense2.b));
    return dense_forward(units, net.dense3.w, net.dense3.b);
}

// Task 6.5: the network's answer for each image, and how sure it is.
std::vector<Prediction> predict(const Tensor& logits) {
    // TODO 1. Probabilities first.
    // TODO 2. The place of the largest logit in every row. Of equal ones the first.
    const Tensor probabilities = softmax(logits);
    std::vector<Prediction> predictions;
    for (Index n = 0; n < logits.size(0); ++n) {
        Index best = 0;
        for (Index m = 1; m < logits.size(1); ++m)
            if (logits(n, m) > logits(n, best)) best = m;
        predictions.push_back({.label = best, .confidence = probabilities(n, best)});
    }
    return predictions;
}

}  // namespace cnn::lab06
