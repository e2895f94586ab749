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
#include "tensor/error.hpp"
#include "tensor/file.hpp"
#include "tensor/random.hpp"
#include "zoo/zoo.hpp"

namespace cnn::bench {
namespace {

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
    return fmt::format("--net {} --batch {} --threads {} --seconds {}{}{}", run.net, run.batch, run.threads,
                       run.seconds, run.time == Time::processor ? " --processor-time" : "",
                       run.inference ? " --infer" : "");
}

Spread training_steps(nn::Layer& network, const nn::SharedTensor& x, nn::Labels labels, const Effort& effort) {
    network.set_training(true);
    nn::Sgd sgd(network, {.momentum = 0.9f});
    const nn::Loss loss = nn::softmax_cross_entropy();
    return rate(
        [&] {
            network.backward_parameters(loss(network.forward_shared(x), labels).gradient);
            sgd.step(0.01);
        },
        effort);
}

Spread inference_steps(nn::Layer& network, const nn::SharedTensor& x, const Effort& effort) {
    network.set_training(false);
    const nn::WithoutBackward forward_only;
    return rate([&] { network.forward_shared(x); }, effort);
}

}  // namespace

TrainingResult measure(const TrainingRun& run) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism,
                                    static_cast<std::size_t>(run.threads));
    Engine engine(1);
    auto [layers, image, classes] = zoo::build(run.net);
    layers.initialize(engine);
    const auto x = std::make_shared<const Tensor>(normal({run.batch, image[0], image[1], image[2]}, engine));
    std::vector<std::int32_t> labels;
    for (Index n = 0; n < run.batch; ++n) labels.push_back(static_cast<std::int32_t>(uniform_index(engine, classes)));
    const Effort effort{.warm_up = run.seconds / 4, .sample = 0.02, .total = run.seconds, .time = run.time};
    const Spread steps = run.inference ? inference_steps(layers, x, effort) : training_steps(layers, x, labels, effort);
    const auto batch = static_cast<double>(run.batch);
    return {{steps.median * batch, steps.min * batch, steps.max * batch}, peak_rss_mib()};
}

TrainingResult measure_in_another_process(const TrainingRun& run) {
    const std::string self = this_program().string();
    return run_program(fmt::format("'{}' train {} --json", self, options(run)));
}

TrainingResult measure_pytorch(const TrainingRun& run, Layout layout) {
    return run_program(fmt::format("'{}/common/bench/opponents/pytorch.sh' {}{}", CNN_SOURCE_DIR, options(run),
                                   layout == Layout::channels_last ? " --channels-last" : ""));
}

}  // namespace cnn::bench
