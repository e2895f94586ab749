#include "nn/evaluation.hpp"

#include <algorithm>
#include <tuple>

namespace cnn::nn {
namespace {

// Counts one batch into the confusion matrix and collects its wrong answers.
void judge(const Tensor& probabilities, const Batch& batch, Evaluation& evaluation) {
    require(probabilities.rank() == 2 && probabilities.size(0) == static_cast<Index>(batch.labels.size()),
            "evaluate: expected probabilities [{}, classes], got {}", batch.labels.size(), probabilities.shape());
    const Index classes = probabilities.size(1);
    if (evaluation.confusion.empty()) evaluation.confusion = Tensor({classes, classes});
    for (Index n = 0; n < probabilities.size(0); ++n) {
        const float* row = probabilities.data() + n * classes;
        const auto predicted = static_cast<std::int32_t>(std::max_element(row, row + classes) - row);
        const std::int32_t label = batch.labels[static_cast<std::size_t>(n)];
        const Index index = batch.indices[static_cast<std::size_t>(n)];
        require(label >= 0 && label < classes, "evaluate: label {} of image {} is outside [0, {})", label, index,
                classes);
        evaluation.confusion(label, predicted) += 1;
        if (label != predicted) evaluation.worst.push_back({index, label, predicted, row[predicted]});
    }
}

}  // namespace

Evaluation evaluate(Layer& network, const Loss& loss, const Source& source, const EvaluationOptions& options) {
    network.set_training(false);
    const WithoutBackward forward_only;
    Evaluation evaluation;
    if (source.batches() == 0) return evaluation;
    double loss_sum = 0;
    Index images = 0, correct = 0;
    const Source::Epoch epoch = source.epoch(0);
    for (Index i = 0; i < source.batches(); ++i) {
        if (options.stop && options.stop()) {
            evaluation.interrupted = true;
            return evaluation;
        }
        Batch batch = epoch(i);
        if (batch.labels.empty()) continue;  // none of its photos could be read
        Tensor prediction = network.forward(std::move(batch.x));
        const LossResult result = loss(prediction, batch.labels);
        const auto count = static_cast<Index>(batch.labels.size());
        loss_sum += result.loss * static_cast<double>(count);
        correct += result.correct;
        images += count;
        judge(loss.probabilities(std::move(prediction)), batch, evaluation);
    }
    if (images == 0) fail_data("evaluate: none of the {} images could be read", source.images());
    evaluation.loss = loss_sum / static_cast<double>(images);
    evaluation.accuracy = static_cast<double>(correct) / static_cast<double>(images);
    std::sort(evaluation.worst.begin(), evaluation.worst.end(), [](const Mistake& a, const Mistake& b) {
        return std::tuple(-a.probability, a.index) < std::tuple(-b.probability, b.index);
    });
    if (static_cast<Index>(evaluation.worst.size()) > options.mistakes)
        evaluation.worst.resize(static_cast<std::size_t>(std::max<Index>(options.mistakes, 0)));
    return evaluation;
}

}  // namespace cnn::nn
