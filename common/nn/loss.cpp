#include "nn/loss.hpp"

#include "nn/operators.hpp"

namespace cnn::nn {

Tensor Loss::probabilities(Tensor prediction) const {
    return probabilities_ ? probabilities_(std::move(prediction)) : kernels::softmax(std::move(prediction));
}

Loss softmax_cross_entropy() {
    return Loss([](const Tensor& prediction, Labels labels) {
        auto [loss, gradient, correct] = operators().softmax_cross_entropy(prediction, labels);
        return LossResult{loss, std::move(gradient), correct};
    });
}

}  // namespace cnn::nn
