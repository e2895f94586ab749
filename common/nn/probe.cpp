#include "nn/probe.hpp"

#include <cmath>

namespace cnn::nn {

NetworkTable table_of(Layer& network, const Shape& input) {
    NetworkTable table{{}, {}, 0};
    for (const LayerRow& row : network.rows("", input)) {
        const auto output = row.output.sizes();
        table.layers.push_back({row.name, row.kind, row.details, {output.begin(), output.end()}, row.parameters});
        table.parameters += row.parameters;
    }
    for (const auto& [name, parameter] : network.parameters())
        if (parameter->learned) table.weights.push_back(name);
    return table;
}

void set_weights(Layer& network, std::uint32_t seed) {
    Engine engine(seed);
    for (const auto& [name, parameter] : network.parameters()) {
        if (!parameter->learned) continue;
        const Shape& shape = parameter->value.shape();
        const Index filter = shape.rank() > 1 && shape[0] > 0 ? shape.count() / shape[0] : 4;
        const float bound = 1 / std::sqrt(static_cast<float>(filter));
        parameter->value = uniform(shape, engine, -bound, bound);
    }
}

NetworkPass pass_of(Layer& network, const Tensor& x, const Tensor& dy, std::uint32_t seed) {
    set_weights(network, seed);
    NetworkPass pass{network.forward(x), {}, {}};
    pass.dx = network.backward(dy);
    for (const auto& [name, parameter] : network.parameters())
        if (parameter->learned) pass.gradients.push_back(parameter->gradient);
    return pass;
}

std::vector<Tensor> weights_of(Layer& network) {
    std::vector<Tensor> weights;
    for (const auto& [name, parameter] : network.parameters()) weights.push_back(parameter->value);
    return weights;
}

}  // namespace cnn::nn
