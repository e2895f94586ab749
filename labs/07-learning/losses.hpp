// The losses of this lab as the program uses them: all as functions of scores and labels, so that one can take the
// other's place.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "learning.hpp"
#include "nn/loss.hpp"

namespace cnn::lab07 {

struct NamedLoss {
    std::string name, task;
    double rate;  // that suits it in softmax regression on pixels from 0 to 1, found by trying
    std::function<Loss(const Tensor& y, const Labels& labels)> function;
};

inline std::vector<NamedLoss> named_losses(double own_rate) {
    return {{"cross-entropy", "7.2", 0.2, softmax_cross_entropy},
            {"squared error", "7.1", 0.05,
             [](const Tensor& y, const Labels& labels) { return mse(y, one_hot(labels, y.size(1))); }},
            {"Huber, delta 0.5", "7.3", 0.2,
             [](const Tensor& y, const Labels& labels) { return huber(y, one_hot(labels, y.size(1)), 0.5f); }},
            {"smoothed, epsilon 0.2", "7.3", 0.2,
             [](const Tensor& y, const Labels& labels) { return label_smoothed(y, labels, 0.2f); }},
            {"focal, gamma 2", "7.3", 0.2, [](const Tensor& y, const Labels& labels) { return focal(y, labels, 2); }},
            {"your own", "7.3", own_rate, own_loss}};
}

// What the library's trainer takes.
inline nn::Loss plugged_in(const NamedLoss& loss) {
    return nn::counted([function = loss.function](const Tensor& y, nn::Labels labels) {
        auto [value, gradient] = function(y, {labels.begin(), labels.end()});
        return nn::ValueAndGradient{value, std::move(gradient)};
    });
}

}  // namespace cnn::lab07
