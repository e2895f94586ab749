#include "nn/trainer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <optional>

#include "nn/checkpoint.hpp"
#include "nn/evaluation.hpp"
#include "nn/interrupt.hpp"
#include "nn/keeper.hpp"
#include "nn/optimizer.hpp"
#include "tensor/file.hpp"
#include "terminal/text.hpp"

namespace cnn::nn {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

template <class... Args>
void check(bool condition, fmt::format_string<Args...> format, Args&&... args) {
    if (!condition) throw Error(fmt::format(format, std::forward<Args>(args)...));
}

void check_options(Layer& network, const Source& training, const TrainOptions& options) {
    check(options.epochs >= 1, "training needs at least one epoch, not {}", options.epochs);
    check(options.momentum >= 0 && options.momentum < 1, "momentum {} is outside [0, 1)", options.momentum);
    check(options.weight_decay >= 0, "weight decay {} is negative", options.weight_decay);
    check(training.images() >= 1 && training.batches() >= 1, "there are no images to train on");
    bool any = false;
    for (const auto& [name, parameter] : network.parameters())
        any = any || (parameter->learned && parameter->value.rank() > 1 &&
                      std::ranges::any_of(parameter->value.values(), [](float value) { return value != 0; }));
    check(any,
          "every weight of the network is zero, so that all units would learn the same: "
          "call initialize(engine) first");
}

// What two runs must have in common for one to go on with the other. The number of epochs is not part of it: a
// finished run may be prolonged.
Identity identity_of(const Source& training, const TrainOptions& options) {
    return fmt::format("subject: {}\n{}learning rate: {}\nmomentum: {}\nweight decay: {}\n", options.subject,
                       training.description(), options.schedule.description, options.momentum, options.weight_decay);
}

class Training {
public:
    Training(Layer& network, const Loss& loss, const Source& training, const Source& test, const TrainOptions& options,
             Observer& observer)
        : network_(network),
          loss_(loss),
          training_(training),
          test_(test),
          options_(options),
          observer_(observer),
          optimizer_(network, {options.momentum, options.weight_decay}),
          identity_(identity_of(training, options)),
          keeper_(options.folder, observer) {}

    TrainResult run() {
        start();
        bool interrupted = false;
        while (done() < options_.epochs && !interrupted) {
            interrupted = !train_epoch() || !finish_epoch() || (asked_to_stop() && done() < options_.epochs);
        }
        network_.set_training(false);
        if (interrupted) report_interruption();
        if (interrupted) last_test_.reset();
        return {std::move(state_.epochs), interrupted, std::move(last_test_)};
    }

private:
    int done() const { return static_cast<int>(state_.epochs.size()); }
    Index batches() const { return training_.batches(); }
    bool asked_to_stop() const { return interrupt_.requested() || options_.stop.stop_requested(); }
    std::filesystem::path log() const { return options_.folder / "log.csv"; }
    std::string folder() const { return options_.folder.string(); }

    // Resumes where that is asked for, and makes the log agree with what is resumed.
    void start() {
        check(!options_.resume || !options_.folder.empty(), "a run without a folder has nothing to resume from");
        if (options_.folder.empty()) return;
        std::error_code error;  // of a folder that cannot be looked into: writing there will say so
        if (options_.resume)
            resume();
        else
            check(!std::filesystem::exists(log(), error) &&
                      !std::filesystem::exists(options_.folder / "checkpoint.safetensors", error),
                  "{}: holds a training run already; resume it, or choose a new folder", folder());
        write_log();
    }

    void resume() {
        Restored restored = load_checkpoint(options_.folder, identity_, network_, optimizer_);
        if (!restored.warning.empty()) observer_.message(restored.warning);
        state_ = std::move(restored.state);
        if (!restored.found)
            observer_.message(fmt::format("{}: no checkpoint here; training starts from the beginning", folder()));
        else if (done() >= options_.epochs)
            observer_.message(fmt::format("trained already: {}", terminal::counted(done(), "epoch")));
        else
            observer_.message(fmt::format("resumed {}", place()));
    }

    // "in epoch 3, after batch 17 of 469"
    std::string place() const {
        if (state_.batches == 0) return fmt::format("after epoch {}", done());
        return fmt::format("in epoch {}, after batch {} of {}", done() + 1, state_.batches, batches());
    }

    // What is left of the current epoch; false when it was interrupted.
    bool train_epoch() {
        network_.set_training(true);
        const Source::Epoch epoch = training_.epoch(done());
        const double seconds_before = state_.seconds;
        const Index images_before = state_.images;
        const auto start = Clock::now();
        while (state_.batches < batches()) {
            if (asked_to_stop()) return false;
            train_batch(epoch);
            const double seconds = seconds_since(start);
            state_.seconds = seconds_before + seconds;
            const bool due = state_.batches % std::max<Index>(options_.report_every, 1) == 0;
            if (state_.images > 0 && (due || state_.batches == batches()))
                report(static_cast<double>(state_.images - images_before) / seconds);
        }
        if (state_.images == 0)
            fail_data("epoch {}: none of its {} images could be read", done() + 1, training_.images());
        return true;
    }

    void train_batch(const Source::Epoch& epoch) {
        Batch batch = epoch(state_.batches);
        if (batch.labels.empty()) {  // none of its photos could be read
            ++state_.batches;
            return;
        }
        if (is_left_out(batch)) {
            ++state_.batches;
            return;
        }
        const double rate = learning_rate(state_.batches);
        const Tensor prediction = network_.forward(std::move(batch.x));
        LossResult result = loss_(prediction, batch.labels);
        if (!std::isfinite(result.loss)) fail_not_finite(result.loss, rate, epoch);
        network_.backward_parameters(std::move(result.gradient));
        optimizer_.step(rate);
        const auto images = static_cast<Index>(batch.labels.size());
        state_.images += images;
        state_.loss_sum += result.loss * static_cast<double>(images);
        state_.correct += result.correct;
        ++state_.batches;
    }

    // A single image, usually the last of an epoch, has no variance where a network has one number a channel. A batch
    // alone among larger ones is left out; where all are so small, batch normalisation says what to do.
    bool is_left_out(const Batch& batch) {
        if (batch.labels.size() != 1 || training_.images() <= batches()) return false;
        const std::vector<LayerRow> rows = network_.rows("", batch.x.shape());
        if (std::ranges::none_of(rows, [](const LayerRow& row) {
                return row.kind == "BatchNorm2d" && row.output.count() == row.output[1];
            }))
            return false;
        if (!told_left_out_)
            observer_.message(fmt::format(
                "batch {} of {} has one image, of which batch normalisation knows no variance: such a batch "
                "is left out (with another batch size, it is not)",
                state_.batches + 1, batches()));
        return told_left_out_ = true;
    }

    // Guesses why the loss is no number any more.
    [[noreturn]] void fail_not_finite(double loss, double rate, const Source::Epoch& epoch) const {
        std::string why =
            fmt::format("the steps were too large and the weights ran away. The learning rate was {:.3g}; try {:.3g}.",
                        rate, rate / 10);
        if (done() == 0 && state_.batches == 0)
            why = "nothing was learned yet: look at the weights the network started from, and at the loss.";
        if (const auto image = image_not_finite(epoch))
            why = fmt::format("image {} holds values that are not finite. Look at the data.", *image);
        throw Error(fmt::format("epoch {}, batch {}: the loss is {}: {}", done() + 1, state_.batches + 1, loss, why));
    }

    // All batches are searched: rectifiers and maxima can hide such an image until it has spoiled the weights.
    std::optional<Index> image_not_finite(const Source::Epoch& epoch) const {
        for (Index i = 0; i < batches(); ++i) {
            const Batch batch = epoch(i);
            const auto values = batch.x.values();
            const auto bad = std::ranges::find_if_not(values, [](float value) { return std::isfinite(value); });
            if (bad == values.end()) continue;
            const Index size = batch.x.count() / batch.x.size(0);
            return batch.indices[static_cast<std::size_t>((bad - values.begin()) / size)];
        }
        return std::nullopt;
    }

    double learning_rate(Index batch) const {
        return options_.schedule(done() + static_cast<double>(batch) / static_cast<double>(batches()));
    }

    // Test, log, checkpoint; false when the test was interrupted, which a resumed run then does again.
    bool finish_epoch() {
        const auto start = Clock::now();
        const auto images = static_cast<double>(state_.images);
        EpochResult result{.epoch = done() + 1};
        result.train_loss = state_.loss_sum / images;
        result.train_accuracy = static_cast<double>(state_.correct) / images;
        result.test_loss = result.test_accuracy = std::numeric_limits<double>::quiet_NaN();
        result.learning_rate = learning_rate(0);
        result.images_per_second = images / std::max(state_.seconds, 1e-9);
        if (test_.images() > 0) {
            last_test_ = evaluate(network_, loss_, test_,
                                  {.mistakes = done() + 1 == options_.epochs ? options_.mistakes : 0,
                                   .stop = [&] { return asked_to_stop(); }});
            if (last_test_->interrupted) return false;
            result.test_loss = last_test_->loss;
            result.test_accuracy = last_test_->accuracy;
        }
        test_seconds_ = seconds_since(start);
        result.seconds = state_.seconds + *test_seconds_;

        state_.epochs.push_back(result);
        state_ = TrainingState{.epochs = std::move(state_.epochs)};
        observer_.epoch_done(result, options_.epochs);
        write_checkpoint();
        write_log();
        return true;
    }

    void report(double images_per_second) {
        const auto images = static_cast<double>(state_.images), all = static_cast<double>(training_.images());
        Progress progress{.epoch = done() + 1, .epochs = options_.epochs, .fraction = images / all};
        progress.loss = state_.loss_sum / images;
        progress.accuracy = static_cast<double>(state_.correct) / images;
        progress.images_per_second = images_per_second;
        // Until a test was timed: without a backward pass an image takes about a third.
        const double test = test_seconds_.value_or(static_cast<double>(test_.images()) / 3 / images_per_second);
        const int epochs_left = options_.epochs - done();
        progress.seconds_left = (all * epochs_left - images) / images_per_second + test * epochs_left;
        observer_.progress(progress);
    }

    bool write_checkpoint() {
        return keeper_.keep("the checkpoint",
                            [&] { save_checkpoint(options_.folder, state_, identity_, network_, optimizer_); });
    }

    // One more row where the file is known to hold all rows before it, else all of them.
    void write_log() {
        const bool one_row = rows_logged_ >= 0 && rows_logged_ == done() - 1;
        const bool kept = keeper_.keep("the log", [&] {
            if (one_row) return append_line(log(), log_row(state_.epochs.back()));
            std::string text = log_header() + "\n";
            for (const EpochResult& result : state_.epochs) text += log_row(result) + "\n";
            replace_file(log(), text);
        });
        rows_logged_ = kept ? done() : -1;
    }

    void report_interruption() {
        const bool kept = write_checkpoint();
        observer_.message(
            fmt::format("interrupted {}; {}", place(), kept ? folder() + " can be resumed" : "nothing was kept"));
    }

    Layer& network_;
    const Loss& loss_;
    const Source& training_;
    const Source& test_;
    const TrainOptions& options_;
    Observer& observer_;
    Sgd optimizer_;
    Identity identity_;
    Keeper keeper_;
    InterruptGuard interrupt_;
    TrainingState state_;
    std::optional<Evaluation> last_test_;
    std::optional<double> test_seconds_;
    bool told_left_out_ = false;
    int rows_logged_ = -1;  // how many the file is known to hold; -1: not known
};

}  // namespace

TrainResult train(Layer& network, const Loss& loss, const Source& training, const Source& test,
                  const TrainOptions& options, Observer& observer) {
    check_options(network, training, options);
    return Training(network, loss, training, test, options, observer).run();
}

TrainResult train(Layer& network, const Loss& loss, const Source& training, const Source& test,
                  const TrainOptions& options) {
    Observer silent;
    return train(network, loss, training, test, options, silent);
}

}  // namespace cnn::nn
