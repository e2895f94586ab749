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
    Tensor target({std::ssize(labels), classes});
    for (Index n = 0; n < target.size(0); ++n) {
        const Index label = labels[static_cast<std::size_t>(n)];
        require(label >= 0 && label < classes, "one_hot: label {} is not one of 0 to {}", label, classes - 1);
        target(n, label) = 1;
    }
    return target;
}

// Task 7.1: the mean squared error.
Loss mse(const Tensor& y, const Tensor& target) {
    // TODO 1. Check the shapes.
    // TODO 2. y[i] is the i-th value, whatever the shape. Add up in a double, and divide by the number of values.
    // TODO 3. Differentiate E by one y: which of the K squares has it in it, and what stays of 1/K?
    require(y.shape() == target.shape() && !y.empty(), "mse: y {} and target {} should have one shape, and values",
            y.shape(), target.shape());
    const auto count = static_cast<double>(y.count());
    Loss loss{0, Tensor(y.shape())};
    for (Index i = 0; i < y.count(); ++i) {
        const double d = double{y[i]} - double{target[i]};
        loss.value += d * d / count;
        loss.gradient[i] = static_cast<float>(2 * d / count);
    }
    return loss;
}

// What all losses of scores and labels ask for.
void check_labels(const char* name, const Tensor& y, const Labels& labels) {
    require(y.rank() == 2 && y.size(0) >= 1, "{}: expected y [N, M] with N ≥ 1, got {}", name, y.shape());
    require(std::ssize(labels) == y.size(0), "{}: y {} has {} rows, but there are {} labels", name, y.shape(),
            y.size(0), labels.size());
    for (const std::int32_t label : labels)
        require(label >= 0 && label < y.size(1), "{}: label {} is not one of 0 to {}", name, label, y.size(1) - 1);
}

// The logarithms of row n's probabilities. They are finite also where a probability is too small for any number.
std::vector<double> log_probabilities(const Tensor& y, Index n) {
    std::vector<double> logs;
    for (Index m = 0; m < y.size(1); ++m) logs.push_back(y(n, m));
    const double largest = *std::ranges::max_element(logs);
    double sum = 0;
    for (const double score : logs) sum += std::exp(score - largest);
    for (double& score : logs) score -= largest + std::log(sum);
    return logs;
}

// Task 7.2: the cross-entropy of softmax.
Loss softmax_cross_entropy(const Tensor& y, const Labels& labels) {
    // TODO 1. Check y and the labels.
    // TODO 2. log(e^a / Σ e^b) without forming the quotient: what is it as a difference? And when the largest score of
    //         the row is taken off all of them first?
    // TODO 3. The gradient: p(n, m), less 1 at the label, and the 1/N of the mean.
    check_labels("softmax_cross_entropy", y, labels);
    const auto images = static_cast<double>(y.size(0));
    Loss loss{0, Tensor(y.shape())};
    for (Index n = 0; n < y.size(0); ++n) {
        const std::vector<double> logs = log_probabilities(y, n);
        const Index label = labels[static_cast<std::size_t>(n)];
        loss.value -= logs[static_cast<std::size_t>(label)] / images;
        for (Index m = 0; m < y.size(1); ++m) {
            const double p = std::exp(logs[static_cast<std::size_t>(m)]);
            loss.gradient(n, m) = static_cast<float>((p - (m == label ? 1 : 0)) / images);
        }
    }
    return loss;
}

// Task 7.3: squared near, straight far away.
Loss huber(const Tensor& y, const Tensor& target, float delta) {
    // TODO 1. Checks as in mse; and delta > 0.
    // TODO 2. Two cases for the value. They meet at |d| = delta: do yours?
    // TODO 3. The derivative of each case. Which sign has it on the left, where d < -delta?
    require(y.shape() == target.shape() && !y.empty(), "huber: y {} and target {} should have one shape, and values",
            y.shape(), target.shape());
    require(delta > 0, "huber: delta is {}, expected a positive number", delta);
    const auto count = static_cast<double>(y.count());
    const double edge = delta;
    Loss loss{0, Tensor(y.shape())};
    for (Index i = 0; i < y.count(); ++i) {
        const double d = double{y[i]} - double{target[i]}, far = std::abs(d);
        loss.value += (far <= edge ? d * d / 2 : edge * (far - edge / 2)) / count;
        loss.gradient[i] = static_cast<float>(std::clamp(d, -edge, edge) / count);
    }
    return loss;
}

// Task 7.3: softened labels.
Loss label_smoothed(const Tensor& y, const Labels& labels, float epsilon) {
    // TODO 1. Checks; 0 ≤ epsilon ≤ 1.
    // TODO 2. q(n, m) takes the place of "1 at the label, else 0": in the value, and in the gradient p - q.
    check_labels("label_smoothed", y, labels);
    require(epsilon >= 0 && epsilon <= 1, "label_smoothed: epsilon is {}, expected 0 to 1", epsilon);
    const auto images = static_cast<double>(y.size(0)), classes = static_cast<double>(y.size(1));
    Loss loss{0, Tensor(y.shape())};
    for (Index n = 0; n < y.size(0); ++n) {
        const std::vector<double> logs = log_probabilities(y, n);
        for (Index m = 0; m < y.size(1); ++m) {
            const double log_p = logs[static_cast<std::size_t>(m)];
            const double hard = m == labels[static_cast<std::size_t>(n)] ? 1 : 0;
            const double q = (1 - double{epsilon}) * hard + double{epsilon} / classes;
            loss.value -= q * log_p / images;
            loss.gradient(n, m) = static_cast<float>((std::exp(log_p) - q) / images);
        }
    }
    return loss;
}

// Task 7.3: less for what is right already.
Loss focal(const Tensor& y, const Labels& labels, float gamma) {
    // TODO 1. Checks; gamma ≥ 0. For the value you need log p, for the gradient p as well.
    // TODO 2. The chain rule: dE/dp of one image by hand (a product of two functions of p), then dp/dy(m), which is
    //         p · ([m is the label] - p(m)). Put together, p(m) less 1 at the label times which factor?
    // TODO 3. What if p is exactly 1?
    check_labels("focal", y, labels);
    require(gamma >= 0, "focal: gamma is {}, expected 0 or more", gamma);
    const auto images = static_cast<double>(y.size(0));
    const double g = gamma;
    Loss loss{0, Tensor(y.shape())};
    for (Index n = 0; n < y.size(0); ++n) {
        const std::vector<double> logs = log_probabilities(y, n);
        const Index label = labels[static_cast<std::size_t>(n)];
        const double log_p = logs[static_cast<std::size_t>(label)], p = std::exp(log_p), rest = -std::expm1(log_p);
        if (rest <= 0) continue;  // p is 1: no loss, and nothing to change
        loss.value -= std::pow(rest, g) * log_p / images;
        const double factor = std::pow(rest, g) - g * p * std::pow(rest, g - 1) * log_p;
        for (Index m = 0; m < y.size(1); ++m) {
            const double pull = std::exp(logs[static_cast<std::size_t>(m)]) - (m == label ? 1 : 0);
            loss.gradient(n, m) = static_cast<float>(factor * pull / images);
        }
    }
    return loss;
}

// Task 7.3: a loss of your own.
Loss own_loss(const Tensor& y, const Labels& labels) {
    // TODO 1. Checks, as in softmax_cross_entropy.
    // TODO 2. What should be small? Ideas: the gap between the label's score and each other score should be at least 1,
    //         and what is missing is squared; or a sigmoid for every class by itself; or squares of p - target.
    // TODO 3. Its gradient, by hand. Does it pass your own gradient check of 7.4? The program's first table asks that.
    check_labels("own_loss", y, labels);
    const auto images = static_cast<double>(y.size(0));
    Loss loss{0, Tensor(y.shape())};
    for (Index n = 0; n < y.size(0); ++n) {
        const Index label = labels[static_cast<std::size_t>(n)];
        double pull = 0;
        for (Index m = 0; m < y.size(1); ++m) {
            if (m == label) continue;
            // The squared hinge: a lead of 1 over class m is enough.
            const double missing = std::max(0.0, 1 + double{y(n, m)} - double{y(n, label)});
            loss.value += missing * missing / images;
            loss.gradient(n, m) = static_cast<float>(2 * missing / images);
            pull += 2 * missing / images;
        }
        loss.gradient(n, label) = static_cast<float>(-pull);
    }
    return loss;
}

// Task 7.4: the gradient by its definition.
Tensor numeric_gradient(const Function& f, Tensor x, float h) {
    // TODO 1. One value after the other: keep it, move it up and ask f, move it down and ask f, put it back.
    // TODO 2. x[i] + h is rounded to a float. How far apart are the two places really?
    Tensor gradient(x.shape());
    for (Index i = 0; i < x.count(); ++i) {
        const float old = x[i];
        x[i] = old + h;
        const double above = x[i], up = f(x);
        x[i] = old - h;
        const double below = x[i], down = f(x);
        x[i] = old;
        gradient[i] = static_cast<float>((up - down) / (above - below));
    }
    return gradient;
}

// Task 7.4: which entry is wrong?
GradientCheck check_gradient(const Tensor& claimed, const Tensor& numeric) {
    // TODO 1. Check the shapes. Then typical: the root of the mean of the numeric gradient's squares.
    // TODO 2. The error of every entry. Equal ones have none, even where the formula gives 0/0. A NaN compares as false
    //         with everything: how do you make sure that it is not overlooked?
    // TODO 3. Where is the largest?
    require(claimed.shape() == numeric.shape() && !claimed.empty(),
            "check_gradient: claimed {} and numeric {} should have one shape, and entries", claimed.shape(),
            numeric.shape());
    double squares = 0;
    for (const float value : numeric.values()) squares += double{value} * double{value};
    const double typical = std::sqrt(squares / static_cast<double>(numeric.count()));
    GradientCheck check{Tensor(claimed.shape()), 0, 0};
    for (Index i = 0; i < claimed.count(); ++i) {
        const double difference = std::abs(double{claimed[i]} - double{numeric[i]});
        double error = difference == 0 ? 0 : difference / (std::abs(double{numeric[i]}) + typical);
        if (!std::isfinite(error)) error = HUGE_VAL;
        check.errors[i] = static_cast<float>(error);
        if (error > check.error) check.worst = i, check.error = error;
    }
    return check;
}

// Task 7.5: one step downhill.
Moved sgd_step(Tensor value, const Tensor& gradient, Tensor velocity, const SgdOptions& options) {
    // TODO 1. Check the shapes.
    // TODO 2. Two lines for every element. Which of them comes first, and which value does the decay see?
    require(gradient.shape() == value.shape() && velocity.shape() == value.shape(),
            "sgd_step: value {}, gradient {} and velocity {} should have one shape", value.shape(), gradient.shape(),
            velocity.shape());
    for (Index i = 0; i < value.count(); ++i) {
        velocity[i] = options.momentum * velocity[i] + gradient[i] + options.weight_decay * value[i];
        value[i] -= options.rate * velocity[i];
    }
    return {std::move(value), std::move(velocity)};
}

// Task 7.6: scores, loss, and the gradients of pictures and biases.
Pass regression_pass(const Images& images, const Regression& model) {
    // TODO 1. nn::operators().dense_forward(x, w, b) gives the scores (lab 06) and checks the shapes; your loss gives E
    //         and dy = ∂E/∂y.
    // TODO 2. y(n, m) grows by x(n, d) when w(m, d) grows by 1, and by 1 when b(m) does. The same weight has a part in
    //         the scores of all images: so ∂E/∂w(m, d) is which sum over n?
    // TODO 3. Count the rows whose largest score is the label's.
    const Tensor y = nn::operators().dense_forward(images.x, model.w, model.b);
    const auto [loss, dy] = softmax_cross_entropy(y, images.labels);
    Pass pass{loss, 0, {Tensor(model.w.shape()), Tensor(model.b.shape())}};
    for (Index n = 0; n < y.size(0); ++n) {
        Index best = 0;
        for (Index m = 0; m < y.size(1); ++m) {
            if (y(n, m) > y(n, best)) best = m;
            pass.gradient.b(m) += dy(n, m);
            for (Index d = 0; d < images.x.size(1); ++d) pass.gradient.w(m, d) += dy(n, m) * images.x(n, d);
        }
        pass.correct += best == images.labels[static_cast<std::size_t>(n)];
    }
    return pass;
}

// Task 7.6: one epoch of training.
Epoch train_epoch(const Images& images, const std::vector<std::vector<Index>>& batches, State state,
                  const SgdOptions& options) {
    // TODO 1. For every batch: take(images, numbers), a pass, a step for w and a step for b.
    // TODO 2. A pass gives the mean of its batch. What is the mean over all images when the last batch is smaller?
    require(!batches.empty(), "train_epoch: there are no batches");
    double loss = 0, correct = 0, seen = 0;
    auto& [model, velocity] = state;
    for (const std::vector<Index>& numbers : batches) {
        const Pass pass = regression_pass(take(images, numbers), model);
        const auto count = static_cast<double>(numbers.size());
        loss += pass.loss * count;
        correct += static_cast<double>(pass.correct);
        seen += count;
        auto [w, vw] = sgd_step(std::move(model.w), pass.gradient.w, std::move(velocity.w), options);
        auto [b, vb] = sgd_step(std::move(model.b), pass.gradient.b, std::move(velocity.b), options);
        state = {{std::move(w), std::move(b)}, {std::move(vw), std::move(vb)}};
    }
    return {loss / seen, correct / seen, std::move(state)};
}

}  // namespace cnn::lab07
