// Layers in a row.
#pragma once
#include <concepts>
#include <utility>

#include "nn/layers.hpp"

namespace cnn::nn {

// Layers one after the other. Without layers it is the identity.
//
//     Sequential network{Conv2d(1, 6, {.size = 5, .padding = 2}), ReLU(), MaxPool2d({.size = 2, .stride = 2}), …};
//     network.add("head", Dense(84, 10));
//
// Children are named "0", "1", … or as given; their parameters "0.weight", "head.bias". A ShapeError from a child says
// which one it was: "3 Linear: dense: x [64, 100] …".
class Sequential : public Layer {
public:
    Sequential() = default;
    template <std::derived_from<Layer>... Layers>
    explicit Sequential(Layers... layers) {
        (add(std::move(layers)), ...);
    }

    Sequential& add(std::string name, LayerPointer layer);
    Sequential& add(LayerPointer layer) { return add(std::to_string(children_.size()), std::move(layer)); }
    template <std::derived_from<Layer> L>
    Sequential& add(std::string name, L layer);
    template <std::derived_from<Layer> L>
    Sequential& add(L layer);

    Index size() const { return static_cast<Index>(children_.size()); }
    Layer& operator[](Index i) { return *children_.at(static_cast<std::size_t>(i)).layer; }

    Tensor forward(Tensor x) override;
    Tensor forward_shared(const SharedTensor& x) override;
    Tensor backward(Tensor dy) override;
    // Stops at the first layer that has parameters, and asks that one for no dx.
    void backward_parameters(Tensor dy) override;
    void initialize(Engine& engine, Initialization how = Initialization::torch) override;
    const Tensor* kept_input() const override;
    void release() override;
    std::vector<NamedParameter> parameters() override;
    std::string kind() const override { return "Sequential"; }
    Shape output_shape(const Shape& input) const override;
    Index multiply_adds(const Shape& input) const override;
    std::vector<LayerRow> rows(const std::string& name, const Shape& input) override;
    void set_training(bool training) override;
    std::vector<std::pair<std::string, Layer*>> children() override;

private:
    struct Child {
        std::string name;
        LayerPointer layer;
        Conv2d* stage = nullptr;  // this layer, where a ReLU and a pooling follow that it can do as well
        bool fused = false;       // whether it did so in the last forward
    };
    static constexpr std::size_t stage_size = 3;
    void find_stage();
    // Child i, or the stage that begins there; moves i behind it.
    Tensor forward_of(std::size_t& i, const SharedTensor& x);
    Tensor forward_of(std::size_t& i, Tensor x);
    Tensor backward_of(std::size_t i, Tensor dy);
    // Where backward goes after child i: the layer itself, or the first of its stage.
    std::size_t begin_of(std::size_t i) const;

    std::vector<Child> children_;
    std::size_t first_learned_ = 0;  // the first child with parameters; children_.size() when none has any
};

// Not in the class: what stands there is inline, and compiled again wherever it is used (see added.hpp).
template <std::derived_from<Layer> L>
Sequential& Sequential::add(std::string name, L layer) {
    return add(std::move(name), std::make_unique<L>(std::move(layer)));
}
template <std::derived_from<Layer> L>
Sequential& Sequential::add(L layer) {
    return add(std::make_unique<L>(std::move(layer)));
}

}  // namespace cnn::nn
