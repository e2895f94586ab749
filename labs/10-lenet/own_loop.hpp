// Trains with the learner's loop of task 10.6 in the place of the library's trainer: no checkpoints, and the results
// come all at once at the end.
#pragma once
#include <chrono>
#include <cmath>
#include <numbers>

#include "data/batches.hpp"
#include "lenet.hpp"
#include "nn/progress.hpp"
#include "settings.hpp"

namespace cnn::lab10 {

// All images of a data set as floats, which is what the loop works on.
inline Images in_memory(const data::Dataset& dataset, const program::TrainingImages& images, Index padding) {
    const data::Batches all(
        dataset,
        {.size = dataset.count(), .shuffle = false, .padding = padding, .normalization = images.normalization()});
    data::Batch batch = all.epoch(0)[0];
    return {std::move(batch.x), std::move(batch.labels)};
}

// Half a cosine, as stages of one epoch.
inline std::vector<Stage> cosine_stages(double rate, int epochs) {
    std::vector<Stage> stages;
    for (int epoch = 0; epoch < epochs; ++epoch)
        stages.push_back({1, rate * (1 + std::cos(std::numbers::pi * (epoch + 0.5) / epochs)) / 2});
    return stages;
}

inline nn::TrainResult train_with_own_loop(nn::Layer& network, const nn::Loss& loss,
                                           const program::TrainingImages& data, const Settings& settings) {
    // The loop says nothing while it works, but it asks for the loss of every batch.
    terminal::StatusLine line(terminal::standard_output());
    Index batches = 0;
    const nn::Loss counting([&](const Tensor& prediction, nn::Labels labels) {
        nn::LossResult result = loss(prediction, labels);
        if (++batches % 10 == 0) line.show(fmt::format("your loop, batch {}: loss {:.3f}", batches, result.loss));
        return result;
    });
    const TrainOptions options{.epochs = settings.epochs,
                               .batch_size = settings.batch,
                               .schedule = cosine_stages(settings.learning_rate, settings.epochs),
                               .momentum = 0.9f,
                               .seed = settings.seed};
    const Index padding = settings.is_1998() ? 2 : 0;
    const Images images = in_memory(*data.training_dataset(), data, padding);
    const Images unseen = in_memory(*data.test_dataset(), data, padding);
    const auto start = std::chrono::steady_clock::now();
    const std::vector<EpochScore> scores = train(network, counting, images, unseen, options);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    line.clear();

    nn::TrainResult result;
    const auto epochs = static_cast<double>(scores.size());
    for (const EpochScore& score : scores) {
        result.epochs.push_back({.epoch = static_cast<int>(result.epochs.size()) + 1,
                                 .train_loss = score.training.loss,
                                 .train_accuracy = score.training.accuracy,
                                 .test_loss = score.test.loss,
                                 .test_accuracy = score.test.accuracy,
                                 .learning_rate = score.rate,
                                 .images_per_second = static_cast<double>(data.training_count()) * epochs / seconds,
                                 .seconds = seconds / epochs});
        fmt::print("{}\n", nn::epoch_text(result.epochs.back(), settings.epochs));
    }
    return result;
}

}  // namespace cnn::lab10
