#include "dense.hpp"
#include "grader/exercise.hpp"

using namespace cnn::lab06;

const cnn::grader::Lab& cnn::grader::lab() {
    static const Lab table{
        .number = "06",
        .topic = "dense",
        .title = "Activations and dense layers",
        .part = "Learned features: layers",
        .tasks = {
            {"6.1", "Every image in one row", 1, {function(flatten, "flatten(x) -> y")}},
            {"6.2", "The fully connected layer", 3, {function(dense_forward, "dense_forward(x, w, b) -> y")}},
            {"6.3",
             "Four activation functions",
             2,
             {function(relu_forward, "relu_forward(x) -> y"), function(tanh_forward, "tanh_forward(x) -> y"),
              function(scaled_tanh_forward, "scaled_tanh_forward(x) -> y"),
              function(sigmoid_forward, "sigmoid_forward(x) -> y")}},
            {"6.4", "Softmax that does not overflow", 2, {function(softmax, "softmax(logits) -> y")}},
            {"6.5",
             "LeNet from the pieces",
             4,
             {function(lenet_forward, "lenet_forward(x, net) -> logits"),
              function(predict, "predict(logits) -> predictions")},
             {"6.1", "6.2", "6.3", "6.4"}},
        }};
    return table;
}
