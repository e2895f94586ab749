// Lab 08: backpropagation. Read backprop.hpp for what each function promises, README.md for why.
#include "backprop.hpp"

#include <utility>

#include "nn/operators.hpp"
#include "tensor/todo.hpp"

namespace cnn::lab08 {

// Task 8.1: the gradient of a filter.
Tensor correlate2d_backward_filter(const Tensor& x, const Tensor& dy) {
    // TODO 1. How large was the filter, when x has H rows and dy has OH?
    // TODO 2. Which pixels did the weight w(r, s) meet on its way over x, and which pixel of y did each product go to?
    // TODO 3. The weight's gradient is the sum over all of them.
    todo("8.1");
}

// Task 8.2: a filter turned by 180°.
Tensor rotated(const Tensor& w) {
    // TODO 1. Where does the first weight of the first row go? And the last of the first row?
    todo("8.2");
}

// Task 8.2: the gradient of the image.
Tensor correlate2d_backward_input(const Tensor& dy, const Tensor& w) {
    // TODO 1. How large was the image?
    // TODO 2. With which weight did the pixel x(a, b) enter y(i, j)? For which i and j did it enter at all?
    // TODO 3. Slide the rotated filter over dy with zeros around it; skip what lies outside.
    todo("8.2");
}

// Task 8.3: the gradient of the images, in general.
Tensor conv2d_backward_input(const Tensor& dy, const Tensor& w, const Shape& x_shape, const Window& window) {
    // TODO 1. Check that the shapes fit together.
    // TODO 2. Write the loops of conv2d_forward, over n, k, i, j and c, r, s, with the same row and column.
    // TODO 3. Forward, x(row, column) · w(r, s) was added to y(i, j). What is added to dx(row, column) on the way back?
    todo("8.3");
}

// Task 8.3: the gradients of filters and biases.
FilterGradients conv2d_backward_filters(const Tensor& x, const Tensor& dy, const Window& window) {
    // TODO 1. The same loops: what is added to dw(k, c, r, s)? All images share the filters.
    // TODO 2. Into how many values of y does b(k) go, and with which factor?
    todo("8.3");
}

// Task 8.4: max pooling, back to where the maximum came from.
Tensor max_pool_backward(const Tensor& dy, const Tensor& switches, const Shape& x_shape) {
    // TODO 1. Check that the shapes fit together.
    // TODO 2. A switch is row · W + column in the plane of x. Which pixel gets dy(n, c, i, j)?
    // TODO 3. What if another window has the same maximum?
    todo("8.4");
}

// Task 8.4: average pooling, an equal share for every pixel.
Tensor average_pool_backward(const Tensor& dy, const Shape& x_shape, const Window& window) {
    // TODO 1. Which pixels lie under the window of (i, j), and with which factor did each of them go into the mean?
    // TODO 2. Skip the padding. Where windows overlap, a pixel gets a share from each.
    todo("8.4");
}

// Task 8.5: the dense layer, back to its input.
Tensor dense_backward_input(const Tensor& dy, const Tensor& w) {
    // TODO 1. Into which outputs did x(n, d) go, and with which weights?
    todo("8.5");
}

// Task 8.5: the dense layer's weights and biases.
DenseGradients dense_backward_weights(const Tensor& x, const Tensor& dy) {
    // TODO 1. The shape of dw is the shape of w.
    // TODO 2. All images of the batch share the weights. Sum or mean?
    todo("8.5");
}

// Task 8.5: max(x, 0).
Tensor relu_backward(Tensor dy, const Tensor& y) {
    // TODO 1. What does y tell about the sign of x?
    todo("8.5");
}

// Task 8.5: tanh x.
Tensor tanh_backward(Tensor dy, const Tensor& y) {
    // TODO 1. tanh' = 1 - tanh². Where is tanh x already known?
    todo("8.5");
}

// Task 8.5: 1 / (1 + e^-x).
Tensor sigmoid_backward(Tensor dy, const Tensor& y) {
    // TODO 1. Differentiate, and look for y and 1 - y in the result.
    todo("8.5");
}

// Task 8.5: 1.7159 tanh(2x/3).
Tensor scaled_tanh_backward(Tensor dy, const Tensor& y) {
    // TODO 1. The chain rule brings the inner factor. What is tanh(2x/3), when y is known?
    todo("8.5");
}

// Task 8.6: the chain, forward and back.
Gradients backpropagate(const Tensor& x, const std::vector<std::int32_t>& labels, const SmallNetwork& network) {
    // TODO 1. Forward, with what nn::operators() offers: conv2d_forward, relu_forward, max_pool_forward, dense_forward,
    //         softmax_cross_entropy. Keep what the way back will need.
    // TODO 2. Back, from the last to the first, with your own functions of 8.3, 8.4 and 8.5: what is the dy of each?
    // TODO 3. The dense layer sees the maps as one long row: t.reshaped({…}) there and back again.
    todo("8.6");
}

// Task 8.6: one step downhill.
Step training_step(const Tensor& x, const std::vector<std::int32_t>& labels, const SmallNetwork& network, float rate) {
    // TODO 1. One pass gives all the gradients, before anything is changed.
    // TODO 2. Against the gradient, that is downhill, for each of the four tensors.
    todo("8.6");
}

}  // namespace cnn::lab08
