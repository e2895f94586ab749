#include "nn/optimizer.hpp"

#include "nn/operators.hpp"

namespace cnn::nn {

Sgd::Sgd(Layer& network, const Options& options) : options_(options) {
    for (const NamedParameter& parameter : network.parameters())
        if (parameter.parameter->learned)
            velocities_.push_back({parameter, Tensor(parameter.parameter->value.shape())});
}

void Sgd::step(double learning_rate) {
    for (auto& [of, velocity] : velocities_) {
        Parameter& parameter = *of.parameter;
        require(parameter.gradient.shape() == parameter.value.shape(),
                "{}: its gradient is {}, its value {}: has backward run?", of.name, parameter.gradient.shape(),
                parameter.value.shape());
        operators().sgd_step(parameter.value, parameter.gradient, velocity,
                             {.learning_rate = static_cast<float>(learning_rate),
                              .momentum = options_.momentum,
                              .weight_decay = parameter.decays ? options_.weight_decay : 0});
    }
}

}  // namespace cnn::nn
