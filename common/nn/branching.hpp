// Containers where a network branches: paths add forward, gradients add backward.
#pragma once
#include "nn/sequential.hpp"

namespace cnn::nn {

// y = body(x) + shortcut(x); an empty shortcut is the identity (He et al. 2015, equations 1 and 2). The parameters of
// the body keep their own names, those of the shortcut are prefixed with its name.
class Residual : public Layer, public Rectifying {
public:
    explicit Residual(Sequential body, Sequential shortcut = {}, std::string shortcut_name = "shortcut");

    Tensor forward(Tensor x) override;
    Tensor forward_shared(const SharedTensor& x) override;
    Tensor backward(Tensor dy) override;
    void backward_parameters(Tensor dy) override;
    void initialize(Engine& engine, Initialization how = Initialization::torch) override;
    std::vector<NamedParameter> parameters() override;
    const Tensor* kept_input() const override { return x_.get(); }
    void release() override;
    bool rectified() const override { return rectified_; }
    bool cuts_off() const override { return false; }
    std::string kind() const override { return "Residual"; }
    Shape output_shape(const Shape& input) const override;
    Index multiply_adds(const Shape& input) const override;
    std::vector<LayerRow> rows(const std::string& name, const Shape& input) override;
    void set_training(bool training) override;
    std::vector<std::pair<std::string, Layer*>> children() override;

private:
    Sequential body_, shortcut_;
    std::string shortcut_name_;
    bool rectified_ = false;
    KeptInput x_;  // the activation before may borrow it, whatever the paths keep
};

// Several paths from one input, their feature maps concatenated along the channels (Szegedy et al. 2014, figure 2).
class Branches : public Layer {
public:
    Branches() = default;
    template <std::same_as<Sequential>... Paths>
    explicit Branches(Paths... paths) {
        (add(std::move(paths)), ...);
    }
    Branches& add(std::string name, Sequential path);
    Branches& add(Sequential path) { return add(std::to_string(paths_.size()), std::move(path)); }

    Tensor forward(Tensor x) override;
    Tensor forward_shared(const SharedTensor& x) override;
    Tensor backward(Tensor dy) override;
    void backward_parameters(Tensor dy) override;
    void initialize(Engine& engine, Initialization how = Initialization::torch) override;
    std::vector<NamedParameter> parameters() override;
    const Tensor* kept_input() const override { return x_.get(); }
    void release() override;
    std::string kind() const override { return "Branches"; }
    Shape output_shape(const Shape& input) const override;
    Index multiply_adds(const Shape& input) const override;
    std::vector<LayerRow> rows(const std::string& name, const Shape& input) override;
    void set_training(bool training) override;
    std::vector<std::pair<std::string, Layer*>> children() override;

private:
    std::vector<std::pair<std::string, Sequential>> paths_;
    std::vector<Index> channels_;  // of each path's last output
    KeptInput x_;
};

}  // namespace cnn::nn
