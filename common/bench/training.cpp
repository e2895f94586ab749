#include "bench/training.hpp"

#include <fmt/format.h>
#include <sys/wait.h>
#include <tbb/global_control.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "nn/loss.hpp"
#include "nn/optimizer.hpp"
#include "nn/sequential.hpp"
#include "tensor/error.hpp"
#include "tensor/random.hpp"

namespace cnn::bench {
namespace {

struct Network {
    nn::Sequential layers;
    Shape image;
    Index classes;
};

// LeNet-5 with ReLU and max pooling, for 32 × 32 pixels: 61,706 parameters.
Network lenet5() {
    return {nn::Sequential{nn::Conv2d(1, 6, {.size = 5}), nn::ReLU(), nn::MaxPool2d({.size = 2, .stride = 2}),
                           nn::Conv2d(6, 16, {.size = 5}), nn::ReLU(), nn::MaxPool2d({.size = 2, .stride = 2}),
                           nn::Flatten(), nn::Dense(400, 120), nn::ReLU(), nn::Dense(120, 84), nn::ReLU(),
                           nn::Dense(84, 10)},
            {1, 32, 32},
            10};
}

// AlexNet's heir for 32 × 32 pixels, without its dropout.
Network alexnet_cifar() {
    const Window three{.size = 3, .padding = 1}, pool{.size = 2, .stride = 2};
    return {nn::Sequential{nn::Conv2d(3, 64, three), nn::ReLU(), nn::MaxPool2d(pool), nn::Conv2d(64, 192, three),
                           nn::ReLU(), nn::MaxPool2d(pool), nn::Conv2d(192, 384, three), nn::ReLU(),
                           nn::Conv2d(384, 256, three), nn::ReLU(), nn::Conv2d(256, 256, three), nn::ReLU(),
                           nn::MaxPool2d(pool), nn::Flatten(), nn::Dense(4096, 1024), nn::ReLU(), nn::Dense(1024, 512),
                           nn::ReLU(), nn::Dense(512, 10)},
            {3, 32, 32},
            10};
}

Network build(const std::string& name) {
    if (name == "lenet5") return lenet5();
    if (name == "alexnet-cifar") return alexnet_cifar();
    throw Error(fmt::format("no network {}: there are {}", name, fmt::join(networks(), ", ")));
}

// The one line of JSON a program prints.
TrainingResult run_program(const std::string& command) {
    std::FILE* pipe = popen(command.c_str(), "r");
    if (!pipe) throw Error(fmt::format("cannot run {}", command));
    std::string text;
    std::array<char, 4096> part{};
    while (const std::size_t read = std::fread(part.data(), 1, part.size(), pipe)) text.append(part.data(), read);
    const int status = pclose(pipe);
    if (status != 0) throw Error(fmt::format("{} ended with status {}", command, WEXITSTATUS(status)));
    const auto json = nlohmann::json::parse(text);
    const auto& speed = json.at("images_per_second");
    return {{speed.at("median"), speed.at("min"), speed.at("max")}, json.at("peak_rss_mib")};
}

std::string options(const TrainingRun& run) {
    return fmt::format("--net {} --batch {} --threads {} --seconds {}{}", run.net, run.batch, run.threads, run.seconds,
                       run.time == Time::processor ? " --processor-time" : "");
}

}  // namespace

std::vector<std::string> networks() { return {"lenet5", "alexnet-cifar"}; }

TrainingResult train(const TrainingRun& run) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism,
                                    static_cast<std::size_t>(run.threads));
    Engine engine(1);
    auto [layers, image, classes] = build(run.net);
    layers.initialize(engine);
    layers.set_training(true);
    nn::Sgd sgd(layers, {.momentum = 0.9f});
    const nn::Loss loss = nn::softmax_cross_entropy();
    const Tensor x = normal({run.batch, image[0], image[1], image[2]}, engine);
    std::vector<std::int32_t> labels;
    for (Index n = 0; n < run.batch; ++n) labels.push_back(static_cast<std::int32_t>(uniform_index(engine, classes)));
    const Spread steps = rate(
        [&] {
            layers.backward_parameters(loss(layers.forward(x), labels).gradient);
            sgd.step(0.01);
        },
        {.warm_up = run.seconds / 4, .sample = 0.02, .total = run.seconds, .time = run.time});
    const auto batch = static_cast<double>(run.batch);
    return {{steps.median * batch, steps.min * batch, steps.max * batch}, peak_rss_mib()};
}

TrainingResult train_in_another_process(const TrainingRun& run) {
    const std::string self = std::filesystem::read_symlink("/proc/self/exe");
    return run_program(fmt::format("'{}' train {} --json", self, options(run)));
}

TrainingResult train_pytorch(const TrainingRun& run) {
    return run_program(fmt::format("'{}/common/bench/opponents/pytorch.sh' {}", CNN_SOURCE_DIR, options(run)));
}

}  // namespace cnn::bench
