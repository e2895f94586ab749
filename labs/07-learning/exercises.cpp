#include "grader/exercise.hpp"

#include "probes.hpp"

using namespace cnn::lab07;

const cnn::grader::Lab& cnn::grader::lab() {
    static const Lab table{
        .number = "07",
        .topic = "learning",
        .title = "Losses and gradient descent",
        .part = "Learned features: layers",
        .tasks = {
            {"7.1",
             "The mean squared error",
             2,
             {function(one_hot, "one_hot(labels, classes) -> target"), function(mse, "mse(y, target) -> loss")}},
            {"7.2",
             "Softmax and cross-entropy",
             3,
             {function(softmax_cross_entropy, "softmax_cross_entropy(y, labels) -> loss")}},
            {"7.3",
             "A loss of your own",
             4,
             {function(huber, "huber(y, target, delta) -> loss"),
              function(label_smoothed, "label_smoothed(y, labels, epsilon) -> loss"),
              function(focal, "focal(y, labels, gamma) -> loss"), function(own_loss, "own_loss(y, labels) -> loss")},
             {"7.1", "7.2"}},
            {"7.4",
             "The gradient check",
             2,
             {function(numeric_gradient_of, "numeric_gradient(f, x, h) -> gradient"),
              function(check_gradient, "check_gradient(claimed, numeric) -> check")}},
            {"7.5",
             "Steps, momentum, weight decay",
             2,
             {function(sgd_step, "sgd_step(value, gradient, velocity, options) -> moved")}},
            {"7.6",
             "Softmax regression",
             3,
             {function(regression_pass, "regression_pass(images, model) -> pass"),
              function(train_epoch, "train_epoch(images, batches, state, options) -> epoch")},
             {"7.2", "7.5"}},
        }};
    return table;
}

namespace cnn::lab07 {

double known_function(const std::string& name, const Tensor& x) {
    double sum = 0;
    for (Index i = 0; i < x.count(); ++i) {
        const double value = x[i], weight = static_cast<double>(i + 1);
        if (name == "line")
            sum += weight * value;
        else if (name == "cubes")
            sum += weight * value * value * value;
        else if (name == "neighbors")
            sum += i + 1 < x.count() ? value * double{x[i + 1]} : 0;
        else
            throw Error("there is no function " + name + ": line, cubes, neighbors");
    }
    return sum;
}

Tensor numeric_gradient_of(const std::string& f, const Tensor& x, float h) {
    return numeric_gradient(
        [&](const Tensor& at) {
            require(at.shape() == x.shape(), "numeric_gradient: f got {}, but x is {}", at.shape(), x.shape());
            return known_function(f, at);
        },
        x, h);
}

}  // namespace cnn::lab07
