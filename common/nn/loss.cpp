#include "nn/loss.hpp"

#include <algorithm>
#include <iterator>

#include "nn/operators.hpp"

namespace cnn::nn {

Tensor Loss::probabilities(Tensor prediction) const {
    return probabilities_ ? probabilities_(std::move(prediction)) : kernels::softmax(std::move(prediction));
}

Loss counted(std::function<ValueAndGradient(const Tensor& prediction, Labels labels)> function) {
    return Loss([function = std::move(function)](const Tensor& prediction, Labels labels) {
        auto [value, gradient] = function(prediction, labels);
        require(prediction.rank() == 2 && prediction.size(0) == std::ssize(labels),
                "loss: expected a prediction [{}, classes], got {}", labels.size(), prediction.shape());
        require(gradient.shape() == prediction.shape(), "loss: the gradient is {}, the prediction {}", gradient.shape(),
                prediction.shape());
        LossResult result{value, std::move(gradient), 0};
        const Index classes = prediction.size(1);
        for (std::size_t n = 0; n < labels.size(); ++n) {
            const float* row = prediction.data() + static_cast<Index>(n) * classes;
            result.correct += std::max_element(row, row + classes) - row == labels[n];
        }
        return result;
    });
}

Loss softmax_cross_entropy() {
    return Loss([](const Tensor& prediction, Labels labels) {
        auto [loss, gradient, correct] = operators().softmax_cross_entropy(prediction, labels);
        return LossResult{loss, std::move(gradient), correct};
    });
}

}  // namespace cnn::nn
