// The network that the program looks into: this lab's own, or the modern LeNet-5 of lab 10.
#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "data/dataset.hpp"
#include "nn/safetensors.hpp"
#include "nn/sequential.hpp"
#include "seeing.hpp"

namespace cnn::lab11 {

inline constexpr Index side = 28, classes = 10;                                   // of the images it knows
inline const data::Normalization of_training_images{{0.2860406f}, {0.3530242f}};  // of Fashion-MNIST, as lab 10 has it

struct StagePlan {
    Index filters;
    Window convolution, pooling;
};
// Stages, then dense layers with ReLU between them.
struct Plan {
    std::string name;
    std::vector<StagePlan> stages;
    std::vector<Index> hidden;  // neurons of the dense layers before the last
};
// 17,370 parameters: small, but with one stage more than LeNet-5, because there is more to see.
inline Plan three_stages() {
    return {"three stages", {{12, {5, 1, 2}, {2, 2}}, {24, {5, 1, 2}, {2, 2}}, {32, {3, 1, 1}, {2, 2}}}, {}};
}
inline Plan lenet5() { return {"LeNet-5", {{6, {5, 1, 2}, {2, 2}}, {16, {5}, {2, 2}}}, {120, 84}}; }

inline nn::Sequential build(const Plan& plan) {
    nn::Sequential network;
    Index channels = 1;
    for (const StagePlan& stage : plan.stages) {
        network.add(nn::Conv2d(channels, stage.filters, stage.convolution)).add(nn::ReLU());
        network.add(nn::MaxPool2d(stage.pooling));
        channels = stage.filters;
    }
    network.add(nn::Flatten());
    Index inputs = network.output_shape({1, 1, side, side})[1];
    for (const Index neurons : plan.hidden) {
        network.add(nn::Dense(inputs, neurons)).add(nn::ReLU());
        inputs = neurons;
    }
    network.add(nn::Dense(inputs, classes));
    return network;
}

struct Network {
    Plan plan;
    nn::Sequential layers;
    std::vector<Stage> stages;  // the same weights, as task 11.4 wants them
};

inline Network with_stages(Plan plan, nn::Sequential layers) {
    std::vector<Stage> stages;
    const std::vector<nn::NamedParameter> parameters = layers.parameters();
    for (std::size_t i = 0; i < plan.stages.size(); ++i)
        stages.push_back({parameters[2 * i].parameter->value, parameters[2 * i + 1].parameter->value,
                          plan.stages[i].convolution, plan.stages[i].pooling});
    return {std::move(plan), std::move(layers), std::move(stages)};
}

// The network, where all of the file's tensors are its weights. They are told apart by their shapes, in the order of
// the file where two have the same: the names depend on who built it.
inline std::optional<Network> filled(const Plan& plan, nn::WeightsFile file) {
    nn::Sequential network = build(plan);
    for (const auto& [name, parameter] : network.parameters()) {
        const auto same = [&](const auto& t) { return t.second.shape() == parameter->value.shape(); };
        const auto named =
            std::ranges::find_if(file.tensors, [&](const auto& t) { return t.first == name && same(t); });
        const auto found = named != file.tensors.end() ? named : std::ranges::find_if(file.tensors, same);
        if (found == file.tensors.end()) return std::nullopt;
        parameter->value = std::move(found->second);
        file.tensors.erase(found);
    }
    if (!file.tensors.empty()) return std::nullopt;
    return with_stages(plan, std::move(network));
}

inline Network read_network(const std::filesystem::path& path) {
    const nn::WeightsFile file = nn::read_weights(path);
    for (const Plan& plan : {three_stages(), lenet5()})
        if (std::optional<Network> network = filled(plan, file)) return std::move(*network);
    fail_data(
        "{}: the weights of another network ({} tensors); this program looks into a modern LeNet-5 (./lab run 10 "
        "trains "
        "one) and into its own (./lab run 11 -- --train)",
        path.string(), file.tensors.size());
}

// Which pixels a unit sees: rows top … top + size - 1, the same for columns. They may lie outside the image.
struct Field {
    Index top, left, size;
};
// Of a unit in the pooled maps of the last of these stages.
inline Field receptive_field(const std::vector<Stage>& stages, Index row, Index column) {
    Field field{row, column, 1};
    for (std::size_t l = stages.size(); l-- > 0;)
        for (const Window& window : {stages[l].pooling, stages[l].convolution})
            field = {field.top * window.stride - window.padding, field.left * window.stride - window.padding,
                     (field.size - 1) * window.stride + window.size};
    return field;
}

}  // namespace cnn::lab11
