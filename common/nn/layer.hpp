// What a layer is: forward keeps what backward needs.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "tensor/random.hpp"
#include "tensor/tensor.hpp"

namespace cnn::nn {

// A tensor that is learned, and the gradient the last backward pass left for it.
struct Parameter {
    Tensor value;
    Tensor gradient;      // written (not added to) by backward; empty before the first
    bool decays = true;   // whether weight decay applies (biases and batch normalisation may opt out)
    bool learned = true;  // false for running statistics: saved with the weights, never stepped by the optimiser
    // false for the state of training alone (where a layer stands in its random numbers): saved in checkpoints, not
    // with the weights.
    bool portable = true;
};

struct NamedParameter {
    std::string name;  // "0.weight", "features.3.bias": PyTorch's names
    Parameter* parameter;
};

// How weights start. Biases are zero but for `torch`.
enum class Initialization {
    torch,   // uniform in ±1/√fan_in, biases too: the default of PyTorch's layers
    glorot,  // uniform in ±√(6 / (fan_in + fan_out)): Glorot and Bengio 2010, equation 16
    he,      // normal with deviation √(2 / fan_in): He et al. 2015 (rectifiers), equation 10
};

// One line of the table in which papers describe a network.
struct LayerRow {
    std::string name, kind, details;  // "features.0", "Conv2d", "1 → 6, 5×5"
    Shape output;
    Index parameters = 0;     // learned numbers
    Index multiply_adds = 0;  // of one forward pass
};

// An input that several paths of a network read. Nobody changes it.
using SharedTensor = std::shared_ptr<const Tensor>;

class Layer {
public:
    virtual ~Layer() = default;

    // y = forward(x). Move x in: a layer that needs it later keeps it, one that does not works in place.
    virtual Tensor forward(Tensor x) = 0;
    // The same for an x that others read too. A layer that keeps its x can keep this one instead of a copy.
    virtual Tensor forward_shared(const SharedTensor& x) { return forward(Tensor(*x)); }
    // dx from dy, for the x of the last forward; fills the gradients of the parameters.
    // Call it once for every forward: it may use up what forward kept.
    virtual Tensor backward(Tensor dy) = 0;
    // Like backward for the first layer of a network, whose dx nobody asks for. Gradients of parameters only.
    virtual void backward_parameters(Tensor dy) { backward(std::move(dy)); }

    // Draws new weights. A layer starts with zeros, which no gradient can tell apart: call this on the whole network
    // once, or load weights.
    virtual void initialize(Engine&, Initialization = Initialization::torch) {}
    // The x of the last forward for as long as this layer keeps it unchanged (until its next forward), else nullptr.
    // An activation whose y it is then needs no copy of its own.
    virtual const Tensor* kept_input() const { return nullptr; }

    // Forgets what the last forward kept. Containers call it where no backward will ask any more, so that the memory of
    // one layer serves the next one's gradients.
    virtual void release() {}

    // This layer's own parameters under their names ("weight", "bias"); containers prefix those of their children.
    virtual std::vector<NamedParameter> parameters() { return {}; }
    virtual std::string kind() const = 0;                          // "Conv2d"
    virtual std::string details() const { return {}; }             // "1 → 6, 5×5, padding 2"
    virtual Shape output_shape(const Shape& input) const = 0;      // ShapeError when the input does not fit
    virtual Index multiply_adds(const Shape&) const { return 0; }  // of forward, for an input of this shape
    // This layer's lines in the table: one, but for containers.
    virtual std::vector<LayerRow> rows(const std::string& name, const Shape& input);
    // Dropout and batch normalisation behave differently in training; most layers do not care.
    virtual void set_training(bool) {}
    // The layers inside, for walking through a network: empty for everything but containers.
    virtual std::vector<std::pair<std::string, Layer*>> children() { return {}; }
};

using LayerPointer = std::unique_ptr<Layer>;

// While one lives, no backward will follow a forward: layers keep nothing, and work in place where they can. Of the
// whole program, not of one thread: not while another network trains.
class WithoutBackward {
public:
    WithoutBackward();
    ~WithoutBackward();
    WithoutBackward(const WithoutBackward&) = delete;
    WithoutBackward& operator=(const WithoutBackward&) = delete;
};
// Whether a backward may follow: true but for the above.
bool backward_may_follow();

}  // namespace cnn::nn
