// What a layer is: forward keeps what backward needs.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "tensor/tensor.hpp"

namespace cnn::nn {

// A tensor that is learned, and the gradient the last backward pass left for it.
struct Parameter {
    Tensor value;
    Tensor gradient;      // written (not added to) by backward; empty before the first
    bool decays = true;   // whether weight decay applies (biases and batch normalisation may opt out)
};

struct NamedParameter {
    std::string name;  // "0.weight", "features.3.bias": PyTorch's names
    Parameter* parameter;
};

class Layer {
public:
    virtual ~Layer() = default;

    // y = forward(x). Move x in: a layer that needs it later keeps it, one that does not works in place.
    virtual Tensor forward(Tensor x) = 0;
    // dx from dy, for the x of the last forward; fills the gradients of the parameters.
    // Call it once for every forward: it may use up what forward kept.
    virtual Tensor backward(Tensor dy) = 0;
    // Like backward for the first layer of a network, whose dx nobody asks for. Gradients of parameters only.
    virtual void backward_parameters(Tensor dy) { backward(std::move(dy)); }

    // This layer's own parameters under their names ("weight", "bias"); containers prefix those of their children.
    virtual std::vector<NamedParameter> parameters() { return {}; }
    virtual std::string kind() const = 0;               // "Conv2d"
    virtual std::string details() const { return {}; }  // "1 → 6, 5×5, padding 2"
    virtual Shape output_shape(const Shape& input) const = 0;  // ShapeError when the input does not fit
    // Dropout and batch normalisation behave differently in training; most layers do not care.
    virtual void set_training(bool) {}
    // The layers inside, for walking through a network: empty for everything but containers.
    virtual std::vector<std::pair<std::string, Layer*>> children() { return {}; }
};

using LayerPointer = std::unique_ptr<Layer>;

}  // namespace cnn::nn
