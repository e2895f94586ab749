#include "backprop.hpp"
#include "grader/exercise.hpp"

using namespace cnn::lab08;

const cnn::grader::Lab& cnn::grader::lab() {
    static const Lab table{
        .number = "08",
        .topic = "backprop",
        .title = "Backpropagation",
        .part = "Learned features: layers",
        .tasks = {
            {"8.1",
             "The gradient of a filter",
             2,
             {function(correlate2d_backward_filter, "correlate2d_backward_filter(x, dy) -> dw")}},
            {"8.2",
             "The gradient of the image",
             2,
             {function(rotated, "rotated(w) -> turned"),
              function(correlate2d_backward_input, "correlate2d_backward_input(dy, w) -> dx")}},
            {"8.3",
             "Channels, batch, stride, padding, bias",
             4,
             {function(conv2d_backward_input, "conv2d_backward_input(dy, w, x_shape, window) -> dx"),
              function(conv2d_backward_filters, "conv2d_backward_filters(x, dy, window) -> gradients")}},
            {"8.4",
             "Pooling: back to where it came from",
             2,
             {function(max_pool_backward, "max_pool_backward(dy, switches, x_shape) -> dx"),
              function(average_pool_backward, "average_pool_backward(dy, x_shape, window) -> dx")}},
            {"8.5",
             "Dense layer and activations",
             3,
             {function(dense_backward_input, "dense_backward_input(dy, w) -> dx"),
              function(dense_backward_weights, "dense_backward_weights(x, dy) -> gradients"),
              function(relu_backward, "relu_backward(dy, y) -> dx"),
              function(tanh_backward, "tanh_backward(dy, y) -> dx"),
              function(sigmoid_backward, "sigmoid_backward(dy, y) -> dx"),
              function(scaled_tanh_backward, "scaled_tanh_backward(dy, y) -> dx")}},
            {"8.6",
             "The chain: one training step",
             3,
             {function(backpropagate, "backpropagate(x, labels, network) -> pass"),
              function(training_step, "training_step(x, labels, network, rate) -> step")},
             {"8.3", "8.4", "8.5"}},
        }};
    return table;
}
