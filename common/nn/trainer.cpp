#include "nn/trainer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "nn/checkpoint.hpp"
#include "nn/evaluation.hpp"
#include "nn/interrupt.hpp"
#include "nn/optimizer.hpp"
#include "tensor/file.hpp"

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
    check(options.batch_size >= 1, "a batch needs at least one image, not {}", options.batch_size);
    check(options.momentum >= 0 && options.momentum < 1, "momentum {} is outside [0, 1)", options.momentum);
    check(options.weight_decay >= 0, "weight decay {} is negative", options.weight_decay);
    check(training.count >= 1, "there are no images to train on");
    bool any = false;
    for (const auto& [name, parameter] : network.parameters())
        any = any || std::ranges::any_of(parameter->value.values(), [](float value) { return value != 0; });
    check(any, "every weight of the network is zero, so that all units would learn the same: "
               "call initialize(engine) first");
}

// What two runs must have in common for one to go on with the other. The number of epochs is not part of it: a
// finished run may be prolonged.
Identity identity_of(const Source& training, const TrainOptions& options) {
    return fmt::format("subject: {}\nimages: {}\nbatch size: {}\nlearning rate: {}\nmomentum: {}\nweight decay: {}\n"
                       "seed: {}\n",
                       options.subject, training.count, options.batch_size, options.schedule.description,
                       options.momentum, options.weight_decay, options.seed);
}

[[noreturn]] void fail_not_finite(double loss, const Tensor& x, int epoch, Index batch, double rate, bool first) {
    const std::string what = fmt::format("epoch {}, batch {}: the loss is {}", epoch, batch + 1, loss);
    if (!std::ranges::all_of(x.values(), [](float value) { return std::isfinite(value); }))
        throw Error(what + ": an image of this batch holds values that are no numbers. Look at the data.");
    if (first) throw Error(what + " before anything was learned: look at the weights the network started from.");
    throw Error(fmt::format("{}: the steps were too large and the weights ran away. The learning rate was {:.3g}; try {:.3g}.",
                            what, rate, rate / 10));
}

// Tries to keep files up to date. What fails is said once, and tried again the next time.
class Keeper {
public:
    Keeper(const TrainOptions& options, Observer& observer) : folder_(options.folder), observer_(observer) {}

    // Runs `write`, which may throw DataError; `lost` is what is not kept then.
    template <class Write>
    bool keep(const std::string& lost, Write write) {
        if (folder_.empty()) return false;
        std::string problem;
        try {
            make_folder();
            write();
        } catch (const DataError& error) {
            problem = error.what();
        }
        std::string& said = said_[lost];
        if (!problem.empty() && problem != said)
            observer_.message(fmt::format("{}. Training goes on in memory; {} not kept.", problem, lost));
        if (problem.empty() && !said.empty())
            observer_.message(fmt::format("{} can be written again, and lacks nothing.", folder_.string()));
        said = problem;
        return problem.empty();
    }

private:
    void make_folder() const {
        std::error_code error;
        std::filesystem::create_directories(folder_, error);
        if (error) fail_data("{}: the folder cannot be made: {}", folder_.string(), error.message());
    }

    std::filesystem::path folder_;
    Observer& observer_;
    std::map<std::string, std::string> said_;
};

class Training {
public:
    Training(Layer& network, const Loss& loss, const Source& training, const Source& test, const TrainOptions& options,
             Observer& observer)
        : network_(network), loss_(loss), training_(training), test_(test), options_(options), observer_(observer),
          optimizer_(network, {options.momentum, options.weight_decay}), identity_(identity_of(training, options)),
          keeper_(options, observer) {
        state_.engine.seed(options.seed);
    }

    TrainResult run() {
        start();
        bool interrupted = false;
        while (done() < options_.epochs && !interrupted) {
            interrupted = !train_epoch();
            if (!interrupted) finish_epoch();
            interrupted = interrupted || (asked_to_stop() && done() < options_.epochs);
        }
        network_.set_training(false);
        if (interrupted) report_interruption();
        return {std::move(state_.epochs), interrupted};
    }

private:
    int done() const { return static_cast<int>(state_.epochs.size()); }
    Index batches() const { return (training_.count + options_.batch_size - 1) / options_.batch_size; }
    bool asked_to_stop() const { return interrupt_.requested() || options_.stop.stop_requested(); }
    std::filesystem::path log() const { return options_.folder / "log.csv"; }

    // Resumes where that is asked for; makes the log agree with what is resumed.
    void start() {
        if (options_.folder.empty()) {
            check(!options_.resume, "a run without a folder has nothing to resume from");
            return;
        }
        if (options_.resume)
            resume();
        else
            check(!std::filesystem::exists(log()) && !std::filesystem::exists(options_.folder / "checkpoint.safetensors"),
                  "{}: holds a training run already; resume it, or choose a new folder", options_.folder.string());
        write_log();
    }

    void resume() {
        Restored restored = load_checkpoint(options_.folder, identity_, network_, optimizer_);
        if (!restored.warning.empty()) observer_.message(restored.warning);
        if (!restored.found) {
            observer_.message(fmt::format("{}: no checkpoint here; training starts from the beginning",
                                          options_.folder.string()));
            return;
        }
        state_ = std::move(restored.state);
        if (state_.batches > 0)
            observer_.message(fmt::format("resumed in epoch {}, after batch {} of {}", done() + 1, state_.batches, batches()));
        else if (done() >= options_.epochs)
            observer_.message(fmt::format("all {} epochs were trained already", done()));
        else
            observer_.message(fmt::format("resumed after epoch {}", done()));
    }

    // The rest of the current epoch; false when it was interrupted.
    bool train_epoch() {
        network_.set_training(true);
        // Everything random of this epoch comes from the engine as it was at its start: that and the number of
        // batches are all an interrupted epoch needs.
        Engine engine = state_.engine;
        const std::vector<Index> order = permutation(engine, training_.count);
        engine.discard(static_cast<unsigned long long>(state_.batches));
        const Index resumed_at = state_.batches;
        const auto start = Clock::now();
        const double seconds_before = state_.seconds;
        while (state_.batches < batches()) {
            if (asked_to_stop()) return false;
            const Index first = state_.batches * options_.batch_size;
            const Index count = std::min(options_.batch_size, training_.count - first);
            Engine batch_engine(static_cast<Engine::result_type>(engine()));
            train_batch(std::span(order).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count)),
                        batch_engine);
            state_.seconds = seconds_before + seconds_since(start);
            if (state_.batches % std::max<Index>(options_.report_every, 1) == 0 || state_.batches == batches())
                report(static_cast<double>(first + count - resumed_at * options_.batch_size) / seconds_since(start));
        }
        state_.engine = engine;
        return true;
    }

    void train_batch(std::span<const Index> indices, Engine& engine) {
        Batch batch = training_.take(indices, &engine);
        const double rate = learning_rate(state_.batches);
        const Tensor prediction = network_.forward(batch.x);
        LossResult result = loss_(prediction, batch.labels);
        if (!std::isfinite(result.loss))
            fail_not_finite(result.loss, batch.x, done() + 1, state_.batches, rate, done() == 0 && state_.batches == 0);
        network_.backward_parameters(std::move(result.gradient));
        optimizer_.step(rate);
        state_.loss_sum += result.loss * static_cast<double>(indices.size());
        state_.correct += result.correct;
        ++state_.batches;
    }

    double learning_rate(Index batch) const {
        return options_.schedule(done() + static_cast<double>(batch) / static_cast<double>(batches()));
    }

    void finish_epoch() {
        const auto start = Clock::now();
        const double images = static_cast<double>(training_.count);
        EpochResult result;
        result.epoch = done() + 1;
        result.train_loss = state_.loss_sum / images;
        result.train_accuracy = static_cast<double>(state_.correct) / images;
        result.test_loss = result.test_accuracy = std::numeric_limits<double>::quiet_NaN();
        result.learning_rate = learning_rate(0);
        result.images_per_second = images / std::max(state_.seconds, 1e-9);
        if (test_.count > 0) {
            const Evaluation evaluation = evaluate(network_, loss_, test_, {.batch_size = options_.batch_size, .mistakes = 0});
            result.test_loss = evaluation.loss;
            result.test_accuracy = evaluation.accuracy;
        }
        test_seconds_ = seconds_since(start);
        result.seconds = state_.seconds + *test_seconds_;

        state_.epochs.push_back(result);
        state_.batches = 0, state_.loss_sum = 0, state_.correct = 0, state_.seconds = 0;
        observer_.epoch_done(result, options_.epochs);
        write_checkpoint();
        write_log();
    }

    void report(double images_per_second) {
        const double images = static_cast<double>(std::min(state_.batches * options_.batch_size, training_.count));
        Progress progress{.epoch = done() + 1, .epochs = options_.epochs, .fraction = images / static_cast<double>(training_.count)};
        progress.loss = state_.loss_sum / images;
        progress.accuracy = static_cast<double>(state_.correct) / images;
        progress.images_per_second = images_per_second;
        // Until a test was timed: without a backward pass an image takes about a third.
        const double test = test_seconds_.value_or(static_cast<double>(test_.count) / 3 / images_per_second);
        const int epochs_left = options_.epochs - done();
        progress.seconds_left =
            (static_cast<double>(training_.count) * epochs_left - images) / images_per_second + test * epochs_left;
        observer_.progress(progress);
    }

    bool write_checkpoint() {
        return keeper_.keep("the checkpoint is",
                            [&] { save_checkpoint(options_.folder, state_, identity_, network_, optimizer_); });
    }

    // One more row where the file is known to hold all rows before it; else all of it.
    void write_log() {
        const bool one_row = rows_logged_ == done() - 1;
        rows_logged_ = -1;
        const bool kept = keeper_.keep("the log is", [&] {
            if (one_row) return append_line(log(), log_row(state_.epochs.back()));
            std::string text = log_header() + "\n";
            for (const EpochResult& result : state_.epochs) text += log_row(result) + "\n";
            replace_file(log(), text);
        });
        if (kept) rows_logged_ = done();
    }

    void report_interruption() {
        const std::string where = state_.batches > 0 ? fmt::format("in epoch {}, after batch {} of {}", done() + 1,
                                                                   state_.batches, batches())
                                                     : fmt::format("after epoch {}", done());
        const bool kept = write_checkpoint();
        observer_.message(fmt::format("interrupted {}{}", where,
                                      kept ? fmt::format("; kept in {}, from where it can be resumed", options_.folder.string())
                                           : "; nothing was kept"));
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
    std::optional<double> test_seconds_;
    int rows_logged_ = -1;  // rows the log is known to hold; -1: not known
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
