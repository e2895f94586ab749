// Stochastic gradient descent.
#pragma once
#include <vector>

#include "nn/layer.hpp"

namespace cnn::nn {

// As PyTorch's SGD: velocity = momentum · velocity + gradient + weight_decay · value; value -= learning_rate ·
// velocity. Parameters that do not decay, or are not learned, are spared. Refers to the network, which must outlive it.
class Sgd {
public:
    struct Options {
        float momentum = 0.9f, weight_decay = 0;
    };
    Sgd(Layer& network, const Options& options);

    // One update from the gradients of the last backward pass.
    void step(double learning_rate);

    struct Velocity {
        NamedParameter of;
        Tensor value;  // the parameter's shape; zeros before the first step
    };
    std::vector<Velocity>& velocities() { return velocities_; }

private:
    Options options_;
    std::vector<Velocity> velocities_;
};

}  // namespace cnn::nn
