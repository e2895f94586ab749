// A training run that takes milliseconds.
#pragma once
#include <functional>
#include <sstream>

#include "nn/sequential.hpp"
#include "nn/trainer.hpp"
#include "tensor/file.hpp"

namespace cnn::nn {

// Small images of three classes that a small network can tell apart: noise, and a bright row where the class is.
inline Tensor images(Index count, std::uint32_t seed) {
    Tensor x = random({count, 1, 8, 8}, seed);
    for (Index n = 0; n < count; ++n)
        for (Index j = 0; j < 8; ++j) x(n, 0, 2 * (n % 3) + 1, j) += 1;
    return x;
}
inline std::vector<std::int32_t> labels(Index count) {
    std::vector<std::int32_t> all;
    for (Index n = 0; n < count; ++n) all.push_back(static_cast<std::int32_t>(n % 3));
    return all;
}
inline Source training(std::uint32_t seed = 1) {
    return from_memory(images(100, 1), labels(100), {.batch_size = 16, .shuffle = true, .seed = seed});
}
inline Source test() { return from_memory(images(30, 2), labels(30), {.batch_size = 8}); }

inline Sequential network() {
    Sequential net(Conv2d(1, 4, {.size = 3}), ReLU(), MaxPool2d({.size = 2, .stride = 2}), Flatten(), Dense(36, 3));
    Engine engine(5);
    net.initialize(engine);
    return net;
}

inline TrainOptions options(int epochs, const std::filesystem::path& folder = {}) {
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

inline std::vector<Tensor> weights(Layer& net) {
    std::vector<Tensor> all;
    for (const auto& [name, parameter] : net.parameters()) all.push_back(parameter->value);
    return all;
}

// The log without its last two columns, which are about time.
inline std::string log_without_times(const std::filesystem::path& folder) {
    std::istringstream log(read_file(folder / "log.csv"));
    std::string text;
    for (std::string line; std::getline(log, line);) {
        for (int i = 0; i < 2; ++i) line.resize(line.find_last_of(','));
        text += line + "\n";
    }
    return text;
}

inline TrainResult run(Layer& net, const TrainOptions& how, Observer& observer) {
    return train(net, softmax_cross_entropy(), training(), test(), how, observer);
}
inline TrainResult run(Layer& net, const TrainOptions& how) {
    Observer silent;
    return run(net, how, silent);
}

}  // namespace cnn::nn
