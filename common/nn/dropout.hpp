// The dropout layer.
#pragma once
#include "nn/layer.hpp"

namespace cnn::nn {

// In training, each number is zero with probability p, the others are divided by 1 - p; in evaluation nothing happens
// (Srivastava et al. 2014). What is dropped follows from the layer's seed and the number of its forward passes in
// training, for any number of threads. Both are saved in checkpoints, so that a resumed run drops what it would have.
class Dropout : public Layer {
public:
    // initialize() draws a seed; `seed` serves where weights are loaded instead.
    explicit Dropout(float p = 0.5f, std::uint32_t seed = 0);

    Tensor forward(Tensor x) override;
    Tensor backward(Tensor dy) override;
    void initialize(Engine& engine, Initialization how = Initialization::torch) override;
    std::vector<NamedParameter> parameters() override { return {{"random_state", &state_}}; }
    std::string kind() const override { return "Dropout"; }
    std::string details() const override;
    Shape output_shape(const Shape& input) const override { return input; }
    void set_training(bool training) override { training_ = training; }

private:
    float p_;
    bool training_ = true, dropped_ = false;  // dropped_: by the last forward
    Parameter state_;                         // seed and passes, 16 bits a number, which floats keep exactly
};

}  // namespace cnn::nn
