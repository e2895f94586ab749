// Wrong answers to 10.6: training loops with one thing wrong.
#pragma once
#include <algorithm>

#include "grader/exercise.hpp"
#include "nn/optimizer.hpp"
#include "probes.hpp"

namespace cnn::lab10::wrong {

using grader::mistake;
using grader::Replacement;

// ---- 10.6 ----

// The loop with one thing wrong.
struct LoopFaults {
    bool shuffles = true, drops_last = false, means_of_means = false, one_order = false, next_rate = false;
    bool first_rate = false, new_sgd = false, no_momentum = false, stays_in_evaluation = false,
         no_evaluation_mode = false;
    bool learns_test = false, tests_training = false, loss_of_means = false, default_momentum = false;
};

// Mean loss and accuracy over all batches; with `sgd`, it learns from them.
inline Score pass_over(nn::Layer& network, const nn::Loss& loss, const Images& images,
                       const std::vector<std::vector<Index>>& batches, nn::Sgd* sgd, double rate,
                       const LoopFaults& faults) {
    double loss_sum = 0, correct = 0, seen = 0;
    for (const auto& numbers : batches) {
        Images batch = take(images, numbers);
        nn::LossResult result = loss(network.forward(std::move(batch.x)), batch.labels);
        const auto count = faults.means_of_means ? 1.0 : static_cast<double>(numbers.size());
        loss_sum += result.loss * (faults.loss_of_means ? 1 : count);
        correct += static_cast<double>(result.correct) / static_cast<double>(numbers.size()) * count;
        seen += count;
        if (!sgd) continue;
        network.backward(std::move(result.gradient));
        sgd->step(rate);
    }
    return {loss_sum / (faults.loss_of_means ? static_cast<double>(batches.size()) : seen), correct / seen};
}

inline std::vector<std::vector<Index>> in_order(Index count, Index batch_size) {
    std::vector<std::vector<Index>> batches;
    for (Index i = 0; i < count; ++i) {
        if (i % batch_size == 0) batches.emplace_back();
        batches.back().push_back(i);
    }
    return batches;
}

template <LoopFaults faults>
TrainReport train_with(const Images& images, const Images& unseen, const TrainOptions& chosen, Index classes) {
    const auto loop = [](nn::Layer& network, const nn::Loss& loss, const Images& training, const Images& test,
                         const TrainOptions& options) {
        nn::Sgd sgd = faults.default_momentum
                          ? nn::Sgd(network, {})
                          : nn::Sgd(network, {.momentum = faults.no_momentum ? 0 : options.momentum});
        std::vector<EpochScore> scores;
        for (Index epoch = 0; epoch < options.epochs; ++epoch) {
            if (faults.new_sgd) sgd = nn::Sgd(network, {.momentum = options.momentum});
            const double rate =
                learning_rate(options.schedule, faults.first_rate ? 0 : epoch + (faults.next_rate ? 1 : 0));
            if (!faults.stays_in_evaluation || epoch == 0) network.set_training(true);
            const Index count = training.x.size(0);
            auto batches = faults.shuffles
                               ? mini_batches(count, options.batch_size, options.seed, faults.one_order ? 0 : epoch)
                               : in_order(count, options.batch_size);
            if (faults.drops_last && static_cast<Index>(batches.back().size()) < options.batch_size) batches.pop_back();
            const Score learned = pass_over(network, loss, training, batches, &sgd, rate, faults);
            if (!faults.no_evaluation_mode) network.set_training(false);
            const Images& asked = faults.tests_training ? training : test;
            const Score tested = pass_over(network, loss, asked, in_order(asked.x.size(0), options.batch_size),
                                           faults.learns_test ? &sgd : nullptr, rate, faults);
            scores.push_back({rate, learned, tested});
        }
        return scores;
    };
    return report_of(loop, images, unseen, chosen, classes);
}

template <LoopFaults faults>
EvaluateReport evaluate_with(const Images& images, Index batch_size, Index classes, std::uint32_t seed) {
    nn::Sequential network = small_network(images.x.size(1), classes, seed);
    if (!faults.no_evaluation_mode) network.set_training(false);
    auto batches = in_order(images.x.size(0), batch_size);
    if (faults.drops_last && batches.size() > 1 && static_cast<Index>(batches.back().size()) < batch_size)
        batches.pop_back();
    const Score score = pass_over(network, nn::softmax_cross_entropy(), images, batches, nullptr, 0, faults);
    return {score, weights_of(network)};
}

inline std::vector<Replacement> loop_mistakes() {
    return {
        // 10.6
        mistake(learning_rate, "each_stage_one_epoch",
                "the epoch is taken for the number of the stage: each stage lasts for its own number of epochs.",
                [](const std::vector<Stage>& schedule, Index epoch) {
                    learning_rate(schedule, epoch);
                    return schedule[static_cast<std::size_t>(std::min(epoch, static_cast<Index>(schedule.size()) - 1))]
                        .rate;
                }),
        mistake(learning_rate, "stages_end_at_their_number",
                "a stage's epochs are taken for the epoch at which it ends: they say how long it lasts, after those "
                "before.",
                [](const std::vector<Stage>& schedule, Index epoch) {
                    learning_rate(schedule, epoch);
                    for (const Stage& stage : schedule)
                        if (epoch < stage.epochs) return stage.rate;
                    return schedule.back().rate;
                }),
        mistake(learning_rate, "one_epoch_late",
                "every change comes an epoch late: epochs are counted from 0, so a stage of 2 is epochs 0 and 1.",
                [](const std::vector<Stage>& schedule, Index epoch) {
                    return learning_rate(schedule, std::max<Index>(epoch - 1, 0));
                }),
        mistake(learning_rate, "one_epoch_early",
                "every change comes an epoch early: epochs are counted from 0, so a stage of 2 is epochs 0 and 1.",
                [](const std::vector<Stage>& schedule, Index epoch) { return learning_rate(schedule, epoch + 1); }),
        mistake(learning_rate, "zero_after_the_end",
                "the rate is 0 after the last stage: the last stage's rate goes on for ever.",
                [](const std::vector<Stage>& schedule, Index epoch) {
                    Index known = 0;
                    for (const Stage& stage : schedule) known += stage.epochs;
                    const double rate = learning_rate(schedule, epoch);
                    return epoch < known ? rate : 0;
                }),
        mistake(mini_batches, "not_shuffled", "the images come in their own order: shuffle them with permutation().",
                [](Index count, Index batch_size, std::uint32_t seed, Index epoch) {
                    mini_batches(count, batch_size, seed, epoch);
                    return in_order(count, batch_size);
                }),
        mistake(mini_batches, "same_order_every_epoch",
                "every epoch has the same order: the engine's seed is seed + epoch.",
                [](Index count, Index batch_size, std::uint32_t seed, Index) {
                    return mini_batches(count, batch_size, seed, 0);
                }),
        mistake(mini_batches, "rest_dropped",
                "the images that do not fill a batch are lost: they make a smaller last batch.",
                [](Index count, Index batch_size, std::uint32_t seed, Index epoch) {
                    auto batches = mini_batches(count, batch_size, seed, epoch);
                    if (!batches.empty() && static_cast<Index>(batches.back().size()) < batch_size) batches.pop_back();
                    return batches;
                }),
        mistake(take, "labels_not_taken_along", "the labels stay in their old order: every image must bring its own.",
                [](const Images& images, const std::vector<Index>& numbers) {
                    Images batch = take(images, numbers);
                    for (std::size_t i = 0; i < numbers.size(); ++i) batch.labels[i] = images.labels[i];
                    return batch;
                }),
        mistake(take, "first_images", "these are the first images: the numbers say which are wanted.",
                [](const Images& images, const std::vector<Index>& numbers) {
                    std::vector<Index> first(numbers.size());
                    for (std::size_t i = 0; i < first.size(); ++i) first[i] = static_cast<Index>(i);
                    return take(images, first);
                }),
        mistake(take, "flattened", "the pictures have lost their shape: only the first size changes.",
                [](const Images& images, const std::vector<Index>& numbers) {
                    Images batch = take(images, numbers);
                    const Index count = batch.x.size(0);
                    const Index length = images.x.count() / std::max<Index>(images.x.size(0), 1);
                    batch.x = std::move(batch.x).reshaped({count, length});
                    return batch;
                }),
        mistake(evaluate_report, "still_training",
                "the network is still in training mode: call set_training(false) before the first image.",
                evaluate_with<LoopFaults{.no_evaluation_mode = true}>),
        mistake(evaluate_report, "mean_of_batch_means",
                "the means of the batches are averaged as if all were of one size: weigh each by its number of images.",
                evaluate_with<LoopFaults{.means_of_means = true}>),
        mistake(evaluate_report, "loss_is_mean_of_batch_means",
                "the loss is the mean of the batches' losses, as if all were of one size: weigh each by its number of "
                "images.",
                evaluate_with<LoopFaults{.loss_of_means = true}>),
        mistake(evaluate_report, "rest_not_evaluated",
                "the last, smaller batch was not evaluated: it belongs to the mean like the others.",
                evaluate_with<LoopFaults{.drops_last = true}>),
        mistake(train_report, "never_shuffled",
                "the training images are never shuffled: ask mini_batches for each epoch.",
                train_with<LoopFaults{.shuffles = false}>),
        mistake(train_report, "one_order_for_all_epochs",
                "all epochs have the order of the first: ask mini_batches anew, with the epoch's number.",
                train_with<LoopFaults{.one_order = true}>),
        mistake(train_report, "last_batch_not_trained",
                "the last, smaller batch of each epoch is left out: it is trained on like the others.",
                train_with<LoopFaults{.drops_last = true}>),
        mistake(train_report, "training_means_of_means",
                "training loss and accuracy are means of the batches' means: weigh each batch by its number of images.",
                train_with<LoopFaults{.means_of_means = true}>),
        mistake(train_report, "training_loss_of_means",
                "the training loss is the mean of the batches' losses: weigh each by its number of images.",
                train_with<LoopFaults{.loss_of_means = true}>),
        mistake(train_report, "default_momentum",
                "the momentum is 0.9 whatever options.momentum says: that is what nn::Sgd takes when it is not told.",
                train_with<LoopFaults{.default_momentum = true}>),
        mistake(train_report, "rate_of_the_next_epoch",
                "the learning rate is that of the next epoch: epochs are counted from 0.",
                train_with<LoopFaults{.next_rate = true}>),
        mistake(train_report, "schedule_ignored",
                "the learning rate of the first epoch is kept: ask the schedule at the start of every epoch.",
                train_with<LoopFaults{.first_rate = true}>),
        mistake(train_report, "momentum_forgotten",
                "the momentum is 0: hand options.momentum to nn::Sgd when you make it.",
                train_with<LoopFaults{.no_momentum = true}>),
        mistake(train_report, "velocities_lost",
                "the velocities are lost between epochs: make one nn::Sgd for the whole training.",
                train_with<LoopFaults{.new_sgd = true}>),
        mistake(train_report, "stays_in_evaluation_mode",
                "from the second epoch on the network is in evaluation mode: evaluate() switched it, every epoch must "
                "switch back.",
                train_with<LoopFaults{.stays_in_evaluation = true}>),
        mistake(train_report, "tested_in_training_mode",
                "the test images are evaluated in training mode: evaluation needs set_training(false).",
                train_with<LoopFaults{.no_evaluation_mode = true}>),
        mistake(train_report, "learns_from_the_test",
                "the network learns from the test images as well: they are only evaluated, without backward and step.",
                train_with<LoopFaults{.learns_test = true}>),
        mistake(train_report, "tested_on_training_images",
                "the test score is that of the training images: evaluate the test images.",
                train_with<LoopFaults{.tests_training = true}>),
    };
}

}  // namespace cnn::lab10::wrong
