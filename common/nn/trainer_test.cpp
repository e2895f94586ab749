#include "nn/trainer.hpp"

#include <tbb/global_control.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <csignal>
#include <fstream>
#include <limits>
#include <sstream>

#include "nn/evaluation.hpp"
#include "nn/safetensors.hpp"
#include "nn/sequential.hpp"
#include "nn/testing/temporary_folder.hpp"
#include "tensor/file.hpp"

using namespace cnn;
using namespace cnn::nn;

namespace {

// Small images of three classes that a small network can tell apart: noise, and a bright row where the class is.
Tensor images(Index count, std::uint32_t seed) {
    Tensor x = random({count, 1, 8, 8}, seed);
    for (Index n = 0; n < count; ++n)
        for (Index j = 0; j < 8; ++j) x(n, 0, 2 * (n % 3) + 1, j) += 1;
    return x;
}
std::vector<std::int32_t> labels(Index count) {
    std::vector<std::int32_t> all;
    for (Index n = 0; n < count; ++n) all.push_back(static_cast<std::int32_t>(n % 3));
    return all;
}
Source training(std::uint32_t seed = 1) {
    return from_memory(images(100, 1), labels(100), {.batch_size = 16, .shuffle = true, .seed = seed});
}
Source test() { return from_memory(images(30, 2), labels(30), {.batch_size = 8}); }

Sequential network() {
    Sequential net(Conv2d(1, 4, {.size = 3}), ReLU(), MaxPool2d({.size = 2, .stride = 2}), Flatten(), Dense(36, 3));
    Engine engine(5);
    net.initialize(engine);
    return net;
}

TrainOptions options(int epochs, const std::filesystem::path& folder = {}) {
    TrainOptions result{.epochs = epochs, .schedule = warm_up(1, steps(0.1, 0.5, 2)), .weight_decay = 1e-3f};
    result.folder = folder;
    result.report_every = 1;
    return result;
}

struct Recorder : Observer {
    void progress(const Progress& p) override {
        reports.push_back(p);
        if (on_progress) on_progress(p);
    }
    void epoch_done(const EpochResult& result, int) override {
        if (on_epoch) on_epoch(result);
    }
    void message(std::string_view text) override { messages += std::string(text) + "\n"; }

    std::vector<Progress> reports;
    std::string messages;
    std::function<void(const Progress&)> on_progress;
    std::function<void(const EpochResult&)> on_epoch;
};

bool contains(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

template <class F>
std::string error_of(F f) {
    try {
        f();
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

std::vector<Tensor> weights(Layer& net) {
    std::vector<Tensor> all;
    for (const auto& [name, parameter] : net.parameters()) all.push_back(parameter->value);
    return all;
}

// The log without its last two columns, which are about time.
std::string log_without_times(const std::filesystem::path& folder) {
    std::istringstream log(read_file(folder / "log.csv"));
    std::string text;
    for (std::string line; std::getline(log, line);) {
        for (int i = 0; i < 2; ++i) line.resize(line.find_last_of(','));
        text += line + "\n";
    }
    return text;
}

TrainResult run(Layer& net, const TrainOptions& how, Observer& observer) {
    return train(net, softmax_cross_entropy(), training(), test(), how, observer);
}
TrainResult run(Layer& net, const TrainOptions& how) {
    Observer silent;
    return run(net, how, silent);
}

void corrupt(const std::filesystem::path& path) {
    std::string bytes = read_file(path);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    replace_file(path, bytes);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(trainer)

BOOST_AUTO_TEST_CASE(learns_and_reports) {
    Sequential net = network();
    Recorder recorder;
    const TrainResult result = run(net, options(6), recorder);
    BOOST_TEST_REQUIRE(result.epochs.size() == 6u);
    BOOST_TEST(!result.interrupted);
    BOOST_TEST(result.epochs.back().test_accuracy > 0.95);
    BOOST_TEST(result.epochs.back().train_loss < result.epochs.front().train_loss / 2);
    BOOST_TEST(result.epochs[3].learning_rate == 0.05);

    BOOST_TEST_REQUIRE(recorder.reports.size() == 6u * 7);
    const Progress& first = recorder.reports.front();
    BOOST_TEST(first.epoch == 1);
    BOOST_TEST(first.fraction == 0.16, boost::test_tools::tolerance(1e-12));
    BOOST_TEST(recorder.reports.back().fraction == 1);
    BOOST_TEST(recorder.reports.back().accuracy == result.epochs.back().train_accuracy);
    BOOST_TEST((first.images_per_second > 0 && first.seconds_left > 0 && std::isfinite(first.seconds_left)));
    BOOST_TEST(recorder.messages == "");

    const Evaluation evaluation = evaluate(net, softmax_cross_entropy(), test());
    BOOST_TEST(evaluation.loss == result.epochs.back().test_loss);
    BOOST_TEST(evaluation.accuracy == result.epochs.back().test_accuracy);
}

BOOST_AUTO_TEST_CASE(works_without_a_test_set) {
    const TemporaryFolder folder;
    Sequential net = network();
    train(net, softmax_cross_entropy(), training(), Source(), options(1, folder / "run"));
    const auto log = read_log(folder / "run/log.csv");
    BOOST_TEST_REQUIRE(log.size() == 1u);
    BOOST_TEST(std::isnan(log[0].test_accuracy));
}

BOOST_AUTO_TEST_CASE(the_same_bits_with_one_thread_and_with_two) {
    const auto curve = [](std::size_t threads) {
        const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
        Sequential net = network();
        const TrainResult result = run(net, options(2));
        return std::pair(weights(net), std::pair(result.epochs.back().train_loss, result.epochs.back().test_loss));
    };
    const auto one = curve(1), two = curve(2), five = curve(5);
    BOOST_TEST((one == two));
    BOOST_TEST((one == five));
}

BOOST_AUTO_TEST_CASE(refuses_what_cannot_work) {
    Sequential net = network(), zero(Dense(64, 3));
    TrainOptions how = options(0);
    BOOST_TEST(contains(error_of([&] { run(net, how); }), "at least one epoch"));
    how = options(1), how.momentum = 1;
    BOOST_TEST(contains(error_of([&] { run(net, how); }), "momentum 1"));
    how = options(1), how.resume = true;
    BOOST_TEST(contains(error_of([&] { run(net, how); }), "nothing to resume"));
    BOOST_TEST(contains(error_of([&] { run(zero, options(1)); }), "call initialize"));
    BOOST_TEST(
        contains(error_of([&] { train(net, softmax_cross_entropy(), Source(), test(), options(1)); }), "no images"));
}

BOOST_AUTO_TEST_CASE(a_loss_that_is_no_number_ends_with_the_likely_cause) {
    Sequential net = network();
    TrainOptions how = options(5);
    how.schedule = constant(1e12);
    std::string error = error_of([&] { run(net, how); });
    BOOST_TEST(contains(error, "epoch 1, batch "), error);
    BOOST_TEST(contains(error, "The learning rate was 1e+12; try 1e+11."), error);

    Tensor x = images(20, 1);
    x[700] = std::numeric_limits<float>::quiet_NaN();
    net = network();
    error = error_of([&] {
        train(net, softmax_cross_entropy(), from_memory(std::move(x), labels(20), {.batch_size = 4}), Source(),
              options(1));
    });
    // The maximum of a window may step over a NaN; a dense layer does not.
    BOOST_TEST((contains(error, "Look at the data") || error == "no error"), error);

    net = network();
    const Loss broken([](const Tensor& y, Labels) {
        return LossResult{std::numeric_limits<double>::infinity(), y, 0};
    });
    error = error_of([&] { train(net, broken, training(), Source(), options(1)); });
    BOOST_TEST(contains(error, "the loss is inf: nothing was learned yet"), error);
}

BOOST_AUTO_TEST_CASE(a_loss_of_ones_own_plugs_in) {
    // Mean squared distance to the one-hot answer.
    const Loss squares([](const Tensor& y, Labels answers) {
        LossResult result{0, Tensor(y.shape()), 0};
        const auto images = static_cast<float>(y.size(0));
        for (Index n = 0; n < y.size(0); ++n) {
            Index best = 0;
            for (Index k = 0; k < y.size(1); ++k) {
                const float error = y(n, k) - (k == answers[static_cast<std::size_t>(n)] ? 1.0f : 0.0f);
                result.loss += static_cast<double>(error * error / images);
                result.gradient(n, k) = 2 * error / images;
                if (y(n, k) > y(n, best)) best = k;
            }
            result.correct += best == answers[static_cast<std::size_t>(n)];
        }
        return result;
    });
    Sequential net = network();
    TrainOptions how = options(6);
    how.schedule = constant(0.02);
    BOOST_TEST(train(net, squares, training(), test(), how).epochs.back().test_accuracy > 0.9);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(resuming)

BOOST_AUTO_TEST_CASE(an_interrupted_run_ends_like_one_that_was_not) {
    const TemporaryFolder folder;
    Sequential straight = network();
    const TrainResult whole = run(straight, options(4, folder / "straight"));

    // Ctrl-C in the middle of the third epoch, then another one between two epochs.
    Sequential first = network();
    Recorder recorder;
    recorder.on_progress = [](const Progress& p) {
        if (p.epoch == 3 && p.fraction > 0.4 && p.fraction < 0.5) std::raise(SIGINT);
    };
    const TrainResult half = run(first, options(4, folder / "parts"), recorder);
    BOOST_TEST(half.interrupted);
    BOOST_TEST(half.epochs.size() == 2u);
    BOOST_TEST(contains(recorder.messages, "interrupted in epoch 3, after batch 3 of 7"), recorder.messages);

    TrainOptions again = options(4, folder / "parts");
    again.resume = true;
    Sequential second = network();
    second.parameters()[0].parameter->value.fill(3);  // whatever was there, the checkpoint replaces it
    Recorder next;
    next.on_epoch = [](const EpochResult& result) {
        if (result.epoch == 3) std::raise(SIGINT);
    };
    BOOST_TEST(run(second, again, next).interrupted);
    BOOST_TEST(contains(next.messages, "resumed in epoch 3, after batch 3 of 7"), next.messages);
    BOOST_TEST(contains(next.messages, "interrupted after epoch 3"), next.messages);

    Sequential third = network();
    const TrainResult rest = run(third, again);
    BOOST_TEST(!rest.interrupted);
    BOOST_TEST((weights(third) == weights(straight)));
    BOOST_TEST(log_without_times(folder / "parts") == log_without_times(folder / "straight"));
    BOOST_TEST_REQUIRE(rest.epochs.size() == 4u);
    for (std::size_t i = 0; i < 4; ++i) {
        BOOST_TEST(rest.epochs[i].train_loss == whole.epochs[i].train_loss);
        BOOST_TEST(rest.epochs[i].test_accuracy == whole.epochs[i].test_accuracy);
    }
}

BOOST_AUTO_TEST_CASE(a_stop_token_stops_and_a_finished_run_can_be_prolonged) {
    const TemporaryFolder folder;
    Sequential straight = network();
    run(straight, options(3));

    std::stop_source stop;
    TrainOptions how = options(2, folder / "run");
    how.stop = stop.get_token();
    stop.request_stop();
    Sequential net = network();
    Recorder recorder;
    BOOST_TEST(run(net, how, recorder).interrupted);
    BOOST_TEST(contains(recorder.messages, "interrupted after epoch 0"), recorder.messages);

    how = options(2, folder / "run"), how.resume = true;
    BOOST_TEST(run(net, how).epochs.size() == 2u);
    Recorder done;
    BOOST_TEST(run(net, how, done).epochs.size() == 2u);
    BOOST_TEST(contains(done.messages, "all 2 epochs were trained already"), done.messages);
    how.epochs = 3;
    BOOST_TEST(run(net, how).epochs.size() == 3u);
    BOOST_TEST((weights(net) == weights(straight)));
}

BOOST_AUTO_TEST_CASE(a_damaged_checkpoint_falls_back_to_the_one_before) {
    const TemporaryFolder folder;
    Sequential straight = network(), net = network();
    run(straight, options(3));
    run(net, options(2, folder / "run"));
    const auto current = folder / "run/checkpoint.safetensors",
               previous = folder / "run/checkpoint-previous.safetensors";
    TrainOptions again = options(3, folder / "run");
    again.resume = true;

    corrupt(current);
    Recorder recorder;
    Sequential resumed = network();
    BOOST_TEST(run(resumed, again, recorder).epochs.size() == 3u);
    BOOST_TEST(contains(recorder.messages, "checkpoint.safetensors: "), recorder.messages);
    BOOST_TEST(contains(recorder.messages, "damaged"), recorder.messages);
    BOOST_TEST(contains(recorder.messages, "going on from checkpoint-previous.safetensors"), recorder.messages);
    BOOST_TEST(contains(recorder.messages, "resumed after epoch 1"), recorder.messages);
    BOOST_TEST((weights(resumed) == weights(straight)));
    BOOST_TEST(read_log(folder / "run/log.csv").size() == 3u);

    // Cut short, missing, and both bad.
    std::filesystem::resize_file(current, 1000);
    Recorder cut;
    run(resumed, again, cut);
    BOOST_TEST(contains(cut.messages, "resumed after epoch 2"), cut.messages);
    std::filesystem::remove(current);
    Recorder missing;
    run(resumed, again, missing);
    BOOST_TEST(contains(missing.messages, "checkpoint.safetensors is missing"), missing.messages);
    corrupt(current), corrupt(previous);
    const std::string error = error_of([&] { run(resumed, again); });
    BOOST_TEST(contains(error, "no checkpoint can be read"), error);
}

BOOST_AUTO_TEST_CASE(a_flipped_byte_anywhere_is_noticed) {
    const TemporaryFolder folder;
    Sequential net(Dense(64, 3));
    Engine engine(1);
    net.initialize(engine);
    const Source flat = from_memory(images(6, 1).reshaped({6, 64}), labels(6), {.batch_size = 6});
    train(net, softmax_cross_entropy(), flat, Source(), options(1, folder / "run"));
    const auto path = folder / "run/checkpoint.safetensors";
    const std::string good = read_file(path);
    TrainOptions again = options(1, folder / "run");
    again.resume = true;
    int wrong = 0;
    for (std::size_t at = 0; at < good.size(); at += 13) {
        std::string bad = good;
        bad[at] = static_cast<char>(bad[at] ^ 0x10);
        replace_file(path, bad);
        // A blank of the padding may become something else that JSON skips; everything else must be refused.
        if (error_of([&] { train(net, softmax_cross_entropy(), flat, Source(), again); }) == "no error") ++wrong;
    }
    BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_CASE(a_checkpoint_of_something_else_is_refused) {
    const TemporaryFolder folder;
    Sequential net = network();
    run(net, options(1, folder / "run"));
    TrainOptions other = options(2, folder / "run");
    other.resume = true;
    other.momentum = 0.5f;
    std::string error = error_of([&] { run(net, other); });
    BOOST_TEST(contains(error, "was made with other options: momentum: 0.9 (now 0.5)"), error);

    other = options(2, folder / "run"), other.resume = true;
    error = error_of([&] { train(net, softmax_cross_entropy(), training(2), test(), other); });
    BOOST_TEST(contains(error, "seed: 1 (now 2)"), error);

    Sequential another(Flatten(), Dense(64, 3));
    Engine engine(1);
    another.initialize(engine);
    error = error_of([&] { run(another, other); });
    BOOST_TEST(contains(error, "belongs to another network"), error);

    error = error_of([&] { run(net, options(2, folder / "run")); });
    BOOST_TEST(contains(error, "holds a training run already"), error);
    save_weights(net, folder / "run/checkpoint.safetensors");
    std::filesystem::remove(folder / "run/checkpoint-previous.safetensors");
    BOOST_TEST(contains(error_of([&] { run(net, other); }), "not a checkpoint of a training run"));
}

BOOST_AUTO_TEST_CASE(an_empty_folder_to_resume_from_starts_anew) {
    const TemporaryFolder folder;
    TrainOptions how = options(1, folder / "run");
    how.resume = true;
    Sequential net = network(), straight = network();
    Recorder recorder;
    run(net, how, recorder);
    run(straight, options(1));
    BOOST_TEST(contains(recorder.messages, "no checkpoint here"), recorder.messages);
    BOOST_TEST((weights(net) == weights(straight)));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_written_never_ends_the_training) {
    const TemporaryFolder folder;
    Sequential straight = network(), net = network();
    run(straight, options(3));

    // A file where the folder should be; after the second epoch it goes away.
    replace_file(folder / "run", "in the way");
    Recorder recorder;
    recorder.on_epoch = [&](const EpochResult& result) {
        if (result.epoch == 2) std::filesystem::remove(folder / "run");
    };
    const TrainResult result = run(net, options(3, folder / "run"), recorder);
    BOOST_TEST(result.epochs.size() == 3u);
    BOOST_TEST((weights(net) == weights(straight)));
    BOOST_TEST(contains(recorder.messages, "the folder cannot be made"), recorder.messages);
    BOOST_TEST(contains(recorder.messages, "Training goes on in memory, but the checkpoint is not kept."),
               recorder.messages);
    BOOST_TEST(contains(recorder.messages, "the log can be written again, and lacks nothing"), recorder.messages);
    BOOST_TEST(read_log(folder / "run/log.csv").size() == 3u);
}

BOOST_AUTO_TEST_CASE(a_full_disk_never_ends_the_training) {
    // Every file in this folder is a way to a device that is always full.
    const TemporaryFolder folder;
    for (const char* name : {"log.csv", "checkpoint-new.safetensors"})
        std::filesystem::create_symlink("/dev/full", folder / name);
    Sequential net = network();
    Recorder recorder;
    TrainOptions how = options(2, folder.path());
    how.resume = true;
    BOOST_TEST(run(net, how, recorder).epochs.size() == 2u);
    BOOST_TEST(contains(recorder.messages, "no space left"), recorder.messages);
    BOOST_TEST(contains(recorder.messages, "the log is not kept"), recorder.messages);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(evaluation)

BOOST_AUTO_TEST_CASE(counts_and_finds_the_worst_mistakes) {
    // A network that is its input: the logits are the images.
    Sequential identity;
    const Source source =
        from_memory(Tensor({4, 3}, {9, 0, 0, 0, 2, 0, 0, 5, 0, 1, 0, 0}), {0, 2, 0, 0}, {.batch_size = 3});
    const Evaluation all = evaluate(identity, softmax_cross_entropy(), source);
    BOOST_TEST(all.accuracy == 0.5);
    BOOST_TEST((all.confusion == Tensor({3, 3}, {2, 1, 0, 0, 0, 0, 0, 1, 0})));
    BOOST_TEST_REQUIRE(all.worst.size() == 2u);
    BOOST_TEST(all.worst[0].index == 2);
    BOOST_TEST(all.worst[0].label == 0);
    BOOST_TEST(all.worst[0].predicted == 1);
    BOOST_TEST(all.worst[0].probability == std::exp(5.0f) / (std::exp(5.0f) + 2), boost::test_tools::tolerance(1e-5f));
    BOOST_TEST(all.worst[1].index == 1);
    BOOST_TEST(evaluate(identity, softmax_cross_entropy(), source, {.mistakes = 1}).worst.size() == 1u);
    BOOST_TEST(evaluate(identity, softmax_cross_entropy(), Source()).accuracy == 0);
}

BOOST_AUTO_TEST_CASE(other_losses_bring_their_own_probabilities) {
    // The nearest wins, as with an RBF output: a small prediction is a good one.
    const Loss nearest(
        [](const Tensor& y, Labels) {
            return LossResult{0, y, 0};
        },
        [](Tensor y) { return std::move(y *= -1); });
    Sequential identity;
    const Source source = from_memory(Tensor({1, 2}, {3, 1}), {1});
    BOOST_TEST((evaluate(identity, nearest, source).confusion == Tensor({2, 2}, {0, 0, 0, 1})));
}

BOOST_AUTO_TEST_SUITE_END()
