// Softmax regression as the program trains it: with the learner's loop of 7.6, and with the library's trainer for the
// losses.
#pragma once
#include <algorithm>
#include <cmath>
#include <numbers>

#include "data/batches.hpp"
#include "images.hpp"
#include "losses.hpp"
#include "nn/layers.hpp"
#include "nn/sequential.hpp"
#include "nn/trainer.hpp"
#include "tensor/random.hpp"
#include "terminal/status_line.hpp"

namespace cnn::lab07 {

// All images of a data set in rows, pixels from 0 to 1.
inline Images in_rows(const data::Dataset& images, Index count) {
    std::vector<Index> numbers(static_cast<std::size_t>(count > 0 ? std::min(count, images.count()) : images.count()));
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<Index>(i);
    data::Batch all = data::Batches(images).gather(numbers);
    const Index pixels = images.shape.count();
    return {all.x.reshaped({std::ssize(numbers), pixels}), std::move(all.labels)};
}

// The share of images whose largest score is their label's.
inline double accuracy(const Images& images, const Regression& model) {
    const Tensor y = nn::operators().dense_forward(images.x, model.w, model.b);
    double right = 0;
    for (Index n = 0; n < y.size(0); ++n) {
        const float* row = y.data() + n * y.size(1);
        right += std::max_element(row, row + y.size(1)) - row == images.labels[static_cast<std::size_t>(n)];
    }
    return right / static_cast<double>(y.size(0));
}

struct TrainingPlan {
    int epochs = 10;
    Index batch = 100;
    SgdOptions sgd{0.5f};
    std::uint32_t seed = 1;  // of the order of the images
    int points = 5;          // of the curve in every epoch
    bool falls = false;      // the rate, to 0 as half a cosine; else it stays
};
struct Curve {
    std::vector<double> epochs, losses, accuracies;  // losses of the training images since the last point; of the test
    Regression model;
};

// Throws where the model is no longer one.
inline void check_state(const State& state, const Shape& w) {
    require(state.model.w.shape() == w && state.model.b.shape() == Shape{w[0]},
            "train_epoch gave a model of w {} and b {}, expected {} and [{}] (./lab check 7.6)", state.model.w.shape(),
            state.model.b.shape(), w, w[0]);
}

// What the rate is multiplied with after so many epochs.
inline float rate_factor(const TrainingPlan& plan, double epoch) {
    return plan.falls ? static_cast<float>((1 + std::cos(std::numbers::pi * epoch / plan.epochs)) / 2) : 1;
}

// Trains with the learner's train_epoch, some batches at a time. It begins with zeros: softmax regression has one
// valley only, and every way leads down into it.
inline Curve train_regression(const Images& training, const Images& test, Index classes, const TrainingPlan& plan,
                              terminal::StatusLine& line) {
    const Shape w{classes, training.x.size(1)};
    State state{{Tensor(w), Tensor({classes})}, {Tensor(w), Tensor({classes})}};
    Curve curve;
    const Index count = training.x.size(0), batches = (count + plan.batch - 1) / plan.batch;
    for (int epoch = 0; epoch < plan.epochs; ++epoch) {
        Engine engine(plan.seed + static_cast<std::uint32_t>(epoch));
        const std::vector<Index> order = permutation(engine, count);
        for (int part = 0; part < plan.points; ++part) {
            std::vector<std::vector<Index>> some;
            for (Index i = batches * part / plan.points; i < batches * (part + 1) / plan.points; ++i)
                some.emplace_back(order.begin() + i * plan.batch,
                                  order.begin() + std::min(count, (i + 1) * plan.batch));
            if (some.empty()) continue;
            SgdOptions sgd = plan.sgd;
            sgd.rate *= rate_factor(plan, epoch + static_cast<double>(part) / plan.points);
            Epoch result = train_epoch(training, some, std::move(state), sgd);
            state = std::move(result.state);
            check_state(state, w);
            curve.epochs.push_back(epoch + (part + 1.0) / plan.points);
            curve.losses.push_back(result.loss);
            curve.accuracies.push_back(accuracy(test, state.model));
            line.show(fmt::format("rate {}: epoch {:.1f} of {}, loss {:.3f}, test accuracy {:.1f} %", plan.sgd.rate,
                                  curve.epochs.back(), plan.epochs, result.loss, 100 * curve.accuracies.back()));
        }
    }
    line.clear();
    curve.model = std::move(state.model);
    return curve;
}

// A share of the labels exchanged for others, drawn at random.
inline Labels spoiled(Labels labels, double share, Index classes, std::uint32_t seed) {
    Engine engine(seed);
    for (std::int32_t& label : labels)
        if (uniform(engine) < static_cast<float>(share))
            label = static_cast<std::int32_t>((label + 1 + uniform_index(engine, classes - 1)) % classes);
    return labels;
}

// The library's trainer with a loss of this lab: the test accuracy in percent after every epoch. `hidden` units between
// pixels and scores make a network of it.
inline std::vector<double> train_with(const NamedLoss& loss, const nn::Source& training, const nn::Source& test,
                                      Index pixels, Index classes, Index hidden, const TrainingPlan& plan) {
    nn::Sequential network;
    if (hidden > 0) {
        network.add(nn::Dense(pixels, hidden));
        network.add(nn::ReLU());
    }
    network.add(nn::Dense(hidden > 0 ? hidden : pixels, classes));
    Engine engine(plan.seed);
    network.initialize(engine);
    const nn::TrainOptions options{.epochs = plan.epochs,
                                   .schedule = nn::cosine(loss.rate, plan.epochs),
                                   .momentum = plan.sgd.momentum,
                                   .weight_decay = plan.sgd.weight_decay};
    std::vector<double> accuracies;
    for (const nn::EpochResult& epoch : nn::train(network, plugged_in(loss), training, test, options).epochs)
        accuracies.push_back(100 * epoch.test_accuracy);
    return accuracies;
}

}  // namespace cnn::lab07
