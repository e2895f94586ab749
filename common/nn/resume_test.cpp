// Interrupted, damaged, prolonged and unwritable training runs.
#include <boost/test/unit_test.hpp>
#include <csignal>

#include "nn/dropout.hpp"
#include "nn/normalization.hpp"
#include "nn/safetensors.hpp"
#include "nn/testing/errors.hpp"
#include "nn/testing/small_training.hpp"
#include "tensor/file.hpp"

using namespace cnn;
using namespace cnn::nn;

namespace {

void corrupt(const std::filesystem::path& path) {
    std::string bytes = read_file(path);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    replace_file(path, bytes);
}

// A shell's background job inherits an ignored Ctrl-C, and training respects that. These tests press it.
struct HearsCtrlC {
    HearsCtrlC() { std::signal(SIGINT, SIG_DFL); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(resuming, *boost::unit_test::fixture<HearsCtrlC>())

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

// Running statistics and the place in the random numbers of dropout are part of a checkpoint.
BOOST_AUTO_TEST_CASE(with_batch_normalisation_and_dropout_too) {
    const TemporaryFolder folder;
    const auto make = [] {
        Sequential net(Conv2d(1, 4, {.size = 3}, false), BatchNorm2d(4), ReLU(), MaxPool2d({.size = 2, .stride = 2}),
                       Flatten(), Dropout(0.3f), Dense(36, 3));
        Engine engine(5);
        net.initialize(engine);
        return net;
    };
    Sequential straight = make();
    run(straight, options(4, folder / "straight"));
    Sequential first = make();
    Recorder recorder;
    recorder.on_progress = [](const Progress& p) {
        if (p.epoch == 3 && p.fraction > 0.4 && p.fraction < 0.5) std::raise(SIGINT);
    };
    BOOST_TEST(run(first, options(4, folder / "parts"), recorder).interrupted);
    TrainOptions again = options(4, folder / "parts");
    again.resume = true;
    Sequential second = make();
    Engine other(99);
    second.initialize(other);  // whatever was there, the checkpoint replaces it
    run(second, again);
    BOOST_TEST((weights(second) == weights(straight)));
    BOOST_TEST(log_without_times(folder / "parts") == log_without_times(folder / "straight"));

    // Files of weights hold what PyTorch's would, no more.
    save_weights(second, folder / "weights.safetensors");
    std::string names;
    for (const auto& [name, tensor] : read_safetensors(folder / "weights.safetensors").tensors) names += name + " ";
    BOOST_TEST(names == "0.weight 1.weight 1.bias 1.running_mean 1.running_var 6.weight 6.bias ");
    Sequential loaded = make();
    load_weights(loaded, folder / "weights.safetensors");
    BOOST_TEST((loaded.parameters()[3].parameter->value == second.parameters()[3].parameter->value));
}

BOOST_AUTO_TEST_CASE(a_test_that_was_interrupted_is_done_again) {
    const TemporaryFolder folder;
    Sequential straight = network(), net = network();
    run(straight, options(2, folder / "straight"));
    Recorder recorder;
    recorder.on_progress = [](const Progress& p) {
        if (p.epoch == 1 && p.fraction == 1) std::raise(SIGINT);
    };
    BOOST_TEST(run(net, options(2, folder / "parts"), recorder).interrupted);
    BOOST_TEST(contains(recorder.messages, "interrupted in epoch 1, after batch 7 of 7"), recorder.messages);
    TrainOptions again = options(2, folder / "parts");
    again.resume = true;
    BOOST_TEST(run(net, again).epochs.size() == 2u);
    BOOST_TEST((weights(net) == weights(straight)));
    BOOST_TEST(log_without_times(folder / "parts") == log_without_times(folder / "straight"));
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
    BOOST_TEST(contains(done.messages, "trained already: 2 epochs"), done.messages);
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
