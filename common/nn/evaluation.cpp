#include "nn/evaluation.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace cnn::nn {
namespace {

// Counts one batch into the confusion matrix and collects its wrong answers; `first` is the number of its first image.
void judge(const Tensor& probabilities, Labels labels, Index first, Evaluation& evaluation) {
    require(probabilities.rank() == 2 && probabilities.size(0) == static_cast<Index>(labels.size()),
            "evaluate: expected probabilities [{}, classes], got {}", labels.size(), probabilities.shape());
    const Index classes = probabilities.size(1);
    if (evaluation.confusion.empty()) evaluation.confusion = Tensor({classes, classes});
    for (Index n = 0; n < probabilities.size(0); ++n) {
        const float* row = probabilities.data() + n * classes;
        const auto predicted = static_cast<std::int32_t>(std::max_element(row, row + classes) - row);
        const std::int32_t label = labels[static_cast<std::size_t>(n)];
        require(label >= 0 && label < classes, "evaluate: label {} of image {} is outside [0, {})", label, first + n,
                classes);
        evaluation.confusion(label, predicted) += 1;
        if (label != predicted) evaluation.worst.push_back({first + n, label, predicted, row[predicted]});
    }
}

}  // namespace

Evaluation evaluate(Layer& network, const Loss& loss, const Source& source, const EvaluationOptions& options) {
    require(options.batch_size >= 1, "evaluate: a batch needs at least one image, not {}", options.batch_size);
    network.set_training(false);
    Evaluation evaluation;
    double loss_sum = 0;
    Index correct = 0;
    std::vector<Index> indices;
    for (Index first = 0; first < source.count; first += options.batch_size) {
        indices.resize(static_cast<std::size_t>(std::min(options.batch_size, source.count - first)));
        std::iota(indices.begin(), indices.end(), first);
        Batch batch = source.take(indices, nullptr);
        Tensor prediction = network.forward(std::move(batch.x));
        const LossResult result = loss(prediction, batch.labels);
        loss_sum += result.loss * static_cast<double>(indices.size());
        correct += result.correct;
        judge(loss.probabilities(std::move(prediction)), batch.labels, first, evaluation);
    }
    if (source.count > 0) {
        evaluation.loss = loss_sum / static_cast<double>(source.count);
        evaluation.accuracy = static_cast<double>(correct) / static_cast<double>(source.count);
    }
    std::sort(evaluation.worst.begin(), evaluation.worst.end(), [](const Mistake& a, const Mistake& b) {
        return std::tuple(-a.probability, a.index) < std::tuple(-b.probability, b.index);
    });
    if (static_cast<Index>(evaluation.worst.size()) > options.mistakes)
        evaluation.worst.resize(static_cast<std::size_t>(std::max<Index>(options.mistakes, 0)));
    return evaluation;
}

}  // namespace cnn::nn
