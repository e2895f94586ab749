// How a judge looks at networks: a network does not travel between judge and worker, but tables, numbers and gradients
// do. A lab's probes call the learner's builder and report what came of it with these.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "nn/layer.hpp"

namespace cnn::nn {

struct LayerLine {
    std::string name, kind;     // "0", "Conv2d"
    std::string details;        // "3 → 64, 7×7, stride 2, padding 3"
    std::vector<Index> output;  // shape of what it gives for `input`
    Index parameters;
};
struct NetworkTable {
    std::vector<LayerLine> layers;
    std::vector<std::string> weights;  // names of the learned parameters, as they stand in a file
    Index parameters;                  // of all layers together
};
// What describe() tells about the network, for an input with its batch axis.
NetworkTable table_of(Layer& network, const Shape& input);

// One forward and one backward pass with weights drawn from `seed` (see set_weights).
struct NetworkPass {
    Tensor y, dx;
    std::vector<Tensor> gradients;  // of the learned parameters, in their order
};
NetworkPass pass_of(Layer& network, const Tensor& x, const Tensor& dy, std::uint32_t seed);

// Learned parameters, in their order, become uniform in ±1/√(numbers in one filter); vectors uniform in ±0.5. Scripts
// that make golden values draw the same numbers.
void set_weights(Layer& network, std::uint32_t seed);

// Values of all parameters, in their order: the learned ones and those that are only kept (running statistics).
std::vector<Tensor> weights_of(Layer& network);

// Dropout without chance: the same in every run, but not the same in training and evaluation.
class HalfWhileTraining : public Layer {
public:
    Tensor forward(Tensor x) override { return std::move(x *= training_ ? 0.5f : 1.0f); }
    Tensor backward(Tensor dy) override { return std::move(dy *= training_ ? 0.5f : 1.0f); }
    std::string kind() const override { return "HalfWhileTraining"; }
    Shape output_shape(const Shape& input) const override { return input; }
    void set_training(bool training) override { training_ = training; }

private:
    bool training_ = true;
};

}  // namespace cnn::nn
