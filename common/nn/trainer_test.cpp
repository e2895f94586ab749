#include "nn/trainer.hpp"

#include <tbb/global_control.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

#include "image/files.hpp"
#include "nn/evaluation.hpp"
#include "nn/layers.hpp"
#include "nn/normalization.hpp"
#include "nn/testing/errors.hpp"
#include "nn/testing/small_training.hpp"
#include "tensor/file.hpp"

using namespace cnn;
using namespace cnn::nn;

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

// 33 images in batches of 16: of the last one, batch normalisation behind a mean of the map could tell no variance.
BOOST_AUTO_TEST_CASE(a_last_batch_of_one_is_left_out_where_it_has_no_variance) {
    const auto source = [](Index batch) {
        return from_memory(images(33, 1), labels(33), {.batch_size = batch, .shuffle = true, .seed = 1});
    };
    const auto narrow = [] {
        Sequential net(Conv2d(1, 4, {.size = 3}), ReLU(), AdaptiveAvgPool2d(1), BatchNorm2d(4), Flatten(), Dense(4, 3));
        Engine engine(5);
        net.initialize(engine);
        return net;
    };
    Sequential net = narrow();
    Recorder recorder;
    train(net, softmax_cross_entropy(), source(16), test(), options(3), recorder);
    BOOST_TEST(recorder.messages ==
               "batch 3 of 3 has one image, of which batch normalisation knows no variance: such a batch is left out "
               "(with another batch size, it is not)\n");
    BOOST_TEST(recorder.reports.back().fraction == 32 / 33.0);

    // A resumed run leaves out the same.
    const TemporaryFolder folder;
    Sequential first = narrow(), second = narrow();
    Recorder silent;
    train(first, softmax_cross_entropy(), source(16), test(), options(2, folder.path()), silent);
    TrainOptions more = options(3, folder.path());
    more.resume = true;
    train(second, softmax_cross_entropy(), source(16), test(), more, silent);
    BOOST_TEST((weights(second) == weights(net)));

    // Behind maps of several pixels one image is enough, and batches that are all so small cannot be left out.
    Sequential wide(Conv2d(1, 4, {.size = 3}), BatchNorm2d(4), ReLU(), Flatten(), Dense(144, 3));
    Engine engine(5);
    wide.initialize(engine);
    Recorder nothing;
    train(wide, softmax_cross_entropy(), source(16), test(), options(1), nothing);
    BOOST_TEST(nothing.messages == "");
    BOOST_TEST(nothing.reports.back().fraction == 1);
    Sequential alone = narrow();
    BOOST_TEST(
        contains(error_of([&] { train(alone, softmax_cross_entropy(), source(1), test(), options(1), nothing); }),
                 "train with two images a batch or more"));
}

// Dark photos in one folder, bright ones in another, and a file that is no photo.
BOOST_AUTO_TEST_CASE(learns_from_folders_of_photos) {
    const TemporaryFolder folder;
    for (int i = 0; i < 20; ++i) {
        const std::filesystem::path path = folder / (i % 2 ? "bright" : "dark");
        std::filesystem::create_directories(path);
        write_image(path / (std::to_string(i) + ".png"),
                    Image(9, 12, 3, static_cast<std::uint8_t>(i % 2 ? 200 + i : i)));
    }
    replace_file(folder / "dark/99.jpg", "no photo");
    int told = 0;
    const data::FolderBatches batches(
        data::open_image_folder(folder / "."),
        {.size = 4,
         .training = true,
         .preparation = {.shorter_side = 6, .crop = 4, .normalization = {{0.5f, 0.5f, 0.5f}, {0.3f, 0.3f, 0.3f}}},
         .report = [&](const std::string&) { ++told; }});
    Sequential net;
    net.add("flatten", Flatten()).add("dense", Dense(48, 2));
    Engine engine(1);
    net.initialize(engine);
    const TrainResult result = train(net, softmax_cross_entropy(), batches, batches, options(3, folder / "run"));
    BOOST_TEST(result.epochs.back().test_accuracy == 1);
    BOOST_TEST(told == 1);
}

namespace {

// Eight photos of two classes, of which those named here are none. The last three are bright.
data::FolderBatches partly_readable(const TemporaryFolder& folder, const std::vector<int>& broken, Index batch) {
    for (int i = 0; i < 8; ++i) {
        const std::filesystem::path path = folder / (i < 5 ? "a" : "b") / (std::to_string(i) + ".png");
        std::filesystem::create_directories(path.parent_path());
        write_image(path, Image(6, 6, 3, static_cast<std::uint8_t>(i < 5 ? 10 * i : 250 - 10 * i)));
        if (std::ranges::count(broken, i)) replace_file(path, "no photo");
    }
    return {data::open_image_folder(folder.path()),
            {.size = batch, .training = batch == 1, .preparation = {.shorter_side = 6, .crop = 4}}};
}

TrainResult train_on(const data::FolderBatches& batches, const TrainOptions& how, Sequential& net,
                     const std::function<void(const Progress&)>& on_progress = {}) {
    net = Sequential(Flatten(), Dense(48, 2));
    Engine engine(1);
    net.initialize(engine);
    Recorder recorder;
    recorder.on_progress = on_progress;
    return train(net, softmax_cross_entropy(), batches, batches, how, recorder);
}

}  // namespace

BOOST_AUTO_TEST_CASE(batches_that_cannot_be_read_are_passed_over) {
    for (const Index size : {3, 1}) {  // with 3, nothing of the last batch can be read
        const TemporaryFolder folder;
        const data::FolderBatches batches = partly_readable(folder, {2, 6, 7}, size);
        Sequential straight, parts;
        const TrainResult whole = train_on(batches, options(2, folder / "straight"), straight);
        BOOST_TEST_REQUIRE(whole.epochs.size() == 2u);
        BOOST_TEST(std::isfinite(whole.epochs.back().train_loss));
        const Evaluation evaluation = evaluate(straight, softmax_cross_entropy(), batches);
        BOOST_TEST(evaluation.accuracy == whole.epochs.back().test_accuracy);
        Index seen = 0;
        for (const float count : evaluation.confusion.values()) seen += static_cast<Index>(count);
        BOOST_TEST(seen == 5);

        TrainOptions how = options(2, folder / "parts");
        std::stop_source stop;
        how.stop = stop.get_token();
        BOOST_TEST(train_on(batches, how, parts, [&](const Progress&) { stop.request_stop(); }).interrupted);
        how.stop = {};
        how.resume = true;
        BOOST_TEST(!train_on(batches, how, parts).interrupted);
        BOOST_TEST((weights(parts) == weights(straight)));
        BOOST_TEST(log_without_times(folder / "parts") == log_without_times(folder / "straight"));
    }
}

BOOST_AUTO_TEST_CASE(nothing_that_can_be_read_is_an_error) {
    const TemporaryFolder folder;
    Sequential net;
    const data::FolderBatches batches = partly_readable(folder, {0, 1, 2, 3, 4, 5, 6, 7}, 3);
    std::string error = error_of([&] { train_on(batches, options(1), net); });
    BOOST_TEST(contains(error, "none of 8 photos could be read"), error);
    const Source nothing(
        4, 2, [](Index) { return [](Index) { return Batch(); }; }, "nothing");
    error = error_of([&] { train(net, softmax_cross_entropy(), nothing, Source(), options(1)); });
    BOOST_TEST(contains(error, "epoch 1: none of its 4 images could be read"), error);
    error = error_of([&] { evaluate(net, softmax_cross_entropy(), nothing); });
    BOOST_TEST(contains(error, "none of the 4 images could be read"), error);
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
    x[13 * 64 + 5] = std::numeric_limits<float>::quiet_NaN();
    Sequential dense(Flatten(), Dense(64, 3));
    Engine engine(1);
    dense.initialize(engine);
    error = error_of([&] {
        train(dense, softmax_cross_entropy(), from_memory(std::move(x), labels(20), {.batch_size = 4}), Source(),
              options(1));
    });
    BOOST_TEST(contains(error, "epoch 1, batch 4: the loss is nan: image 13 holds values that are not finite"), error);

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

BOOST_AUTO_TEST_CASE(value_and_gradient_alone_plug_in) {
    const auto twice = [](const Tensor& y, Labels) { return ValueAndGradient{2.5, y}; };
    const Tensor y({4, 2}, {1, 0, -3, -2, 5, 5, 0, 1});
    const LossResult result = counted(twice)(y, std::vector<std::int32_t>{0, 1, 0, 0});
    BOOST_TEST(result.loss == 2.5);
    BOOST_TEST((result.gradient == y));
    BOOST_TEST(result.correct == 3);  // of equal ones the first counts; the last image is wrong
    BOOST_CHECK_THROW(counted(twice)(y, std::vector<std::int32_t>{0}), ShapeError);
    const Loss misshapen = counted([](const Tensor&, Labels) { return ValueAndGradient{0, Tensor({2, 4})}; });
    BOOST_CHECK_THROW(misshapen(y, std::vector<std::int32_t>{0, 1, 0, 0}), ShapeError);
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
