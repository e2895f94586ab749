// A network with auxiliary classifiers: heads that read its middle and learn with it (Szegedy et al. 2014, section 5).
#pragma once
#include "nn/loss.hpp"
#include "nn/sequential.hpp"

namespace cnn::nn {

// The parts of a trunk in a row, and heads between them. A head reads what the trunk gives where it was added:
//
//     WithHeads network;
//     network.add(first_part).add_head("aux1", head).add(last_part);
//
// In training forward gives the predictions of all side by side, the trunk's first, then the heads' in their order:
// [N, classes + classes + …]; in evaluation the trunk's alone, and no head computes anything. Backward takes the
// gradient of what the last forward gave. Layers of the trunk keep their own names, those of a head are prefixed with
// its name.
class WithHeads : public Layer {
public:
    // Throws ShapeError where a layer's name is taken.
    WithHeads& add(Sequential part);
    WithHeads& add_head(std::string name, Sequential head);

    Tensor forward(Tensor x) override { return forward_shared(std::make_shared<const Tensor>(std::move(x))); }
    Tensor forward_shared(const SharedTensor& x) override;
    Tensor backward(Tensor dy) override;
    void backward_parameters(Tensor dy) override;
    void initialize(Engine& engine, Initialization how = Initialization::torch) override;
    void release() override;
    std::vector<NamedParameter> parameters() override;
    std::string kind() const override { return "WithHeads"; }
    Shape output_shape(const Shape& input) const override;                             // as forward would give it now
    Index multiply_adds(const Shape& input) const override;                            // in training, with the heads'
    std::vector<LayerRow> rows(const std::string& name, const Shape& input) override;  // the trunk's, then the heads'
    void set_training(bool training) override;
    std::vector<std::pair<std::string, Layer*>> children() override;

private:
    struct Part {
        Sequential layers;
        std::string head_name;
        Sequential head;  // empty where there is none
    };
    void check_name(const std::string& name);
    Tensor backward_to_first(const Tensor& dy);

    std::vector<Part> parts_;
    bool training_ = true;
    std::vector<Index> classes_;  // of each prediction of the last forward
};

// The loss for such a network: that of the trunk's prediction, plus `weight` times that of every head's. `loss` sees
// the columns of one prediction at a time, [N, classes]; right answers are counted for the trunk. The paper's weight is
// 0.3.
Loss with_heads(Loss loss, Index classes, double weight = 0.3);

}  // namespace cnn::nn
