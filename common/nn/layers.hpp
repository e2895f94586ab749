// The layers of the first networks. Each holds state only; the mathematics comes from the table of operators.
//
// Images are [N, C, H, W], vectors [N, D]. Every forward throws ShapeError where its input does not fit.
#pragma once
#include "nn/layer.hpp"
#include "tensor/window.hpp"

namespace cnn::nn {

// K = `out` filters over C = `in` channels: x [N, C, H, W] → y [N, K, OH, OW]; weight [K, C, size, size], bias [K].
class Conv2d : public Layer {
public:
    Conv2d(Index in, Index out, const Window& window, bool bias = true);

    Tensor forward(Tensor x) override;
    Tensor backward(Tensor dy) override;
    void backward_parameters(Tensor dy) override;
    void initialize(Engine& engine, Initialization how = Initialization::torch) override;
    const Tensor* kept_input() const override { return &x_; }
    std::vector<NamedParameter> parameters() override;
    std::string kind() const override { return "Conv2d"; }
    std::string details() const override;
    Shape output_shape(const Shape& input) const override;
    Index multiply_adds(const Shape& input) const override;

private:
    Window window_;
    Parameter w_, b_;
    Tensor x_;
};

// Fully connected: x [N, in] → y [N, out]; weight [out, in] and bias [out] as in PyTorch's Linear.
class Dense : public Layer {
public:
    Dense(Index in, Index out, bool bias = true);

    Tensor forward(Tensor x) override;
    Tensor backward(Tensor dy) override;
    void backward_parameters(Tensor dy) override;
    void initialize(Engine& engine, Initialization how = Initialization::torch) override;
    const Tensor* kept_input() const override { return &x_; }
    std::vector<NamedParameter> parameters() override;
    std::string kind() const override { return "Linear"; }
    std::string details() const override;
    Shape output_shape(const Shape& input) const override;
    Index multiply_adds(const Shape& input) const override;

private:
    Parameter w_, b_;
    Tensor x_;
};

// x [N, C, H, W] → y [N, C, OH, OW]. MaxPool2d({.size = 2, .stride = 2}) halves a map; a stride below the size
// overlaps.
class MaxPool2d : public Layer {
public:
    explicit MaxPool2d(const Window& window);

    Tensor forward(Tensor x) override;
    Tensor backward(Tensor dy) override;
    const Tensor* kept_input() const override { return &x_; }
    std::string kind() const override { return "MaxPool2d"; }
    std::string details() const override;
    Shape output_shape(const Shape& input) const override;

private:
    Window window_;
    Tensor x_, switches_;
};

class AveragePool2d : public Layer {
public:
    explicit AveragePool2d(const Window& window);

    Tensor forward(Tensor x) override;
    Tensor backward(Tensor dy) override;
    const Tensor* kept_input() const override { return &x_; }
    std::string kind() const override { return "AvgPool2d"; }
    std::string details() const override;
    Shape output_shape(const Shape& input) const override;

private:
    Window window_;
    Tensor x_;
};

// [N, C, H, W] → [N, C·H·W]; no number moves.
class Flatten : public Layer {
public:
    Tensor forward(Tensor x) override;
    Tensor backward(Tensor dy) override;
    std::string kind() const override { return "Flatten"; }
    Shape output_shape(const Shape& input) const override;

private:
    Shape x_shape_;
};

// A function of each element, of any shape; backward needs only y = f(x).
class Activation : public Layer {
public:
    Tensor forward(Tensor x) override;
    Tensor backward(Tensor dy) override;
    Shape output_shape(const Shape& input) const override { return input; }
    // The layer that follows keeps y as its input: then this one keeps no copy. Sequential makes the introduction.
    void set_next(const Layer* next) { next_ = next; }

private:
    virtual Tensor value(Tensor x) const = 0;
    virtual Tensor gradient(Tensor dy, const Tensor& y) const = 0;
    const Tensor& output() const;

    const Layer* next_ = nullptr;
    Tensor y_;                     // where next_ does not keep it
    const float* lent_ = nullptr;  // where it was when next_ got it
};

class ReLU : public Activation {
public:
    std::string kind() const override { return "ReLU"; }

private:
    Tensor value(Tensor x) const override;
    Tensor gradient(Tensor dy, const Tensor& y) const override;
};

class Tanh : public Activation {
public:
    std::string kind() const override { return "Tanh"; }

private:
    Tensor value(Tensor x) const override;
    Tensor gradient(Tensor dy, const Tensor& y) const override;
};

class Sigmoid : public Activation {
public:
    std::string kind() const override { return "Sigmoid"; }

private:
    Tensor value(Tensor x) const override;
    Tensor gradient(Tensor dy, const Tensor& y) const override;
};

// 1.7159 tanh(2x/3): LeCun et al. 1998, appendix A.
class ScaledTanh : public Activation {
public:
    std::string kind() const override { return "ScaledTanh"; }

private:
    Tensor value(Tensor x) const override;
    Tensor gradient(Tensor dy, const Tensor& y) const override;
};

}  // namespace cnn::nn
