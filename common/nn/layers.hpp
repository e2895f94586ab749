// The layers of the first networks. Each holds state only; the mathematics comes from the table of operators.
//
// Images are [N, C, H, W], vectors [N, D]. Every forward throws ShapeError where its input does not fit.
#pragma once
#include "kernels/pooling.hpp"
#include "nn/layer.hpp"
#include "tensor/window.hpp"

namespace cnn::nn {

// The input of the last forward, for backward.
class KeptInput {
public:
    // Returns x, kept only where a backward may follow.
    SharedTensor keep(const SharedTensor& x) {
        kept_ = backward_may_follow() ? x : nothing();
        return x;
    }
    SharedTensor keep(Tensor x) { return keep(std::make_shared<const Tensor>(std::move(x))); }
    void forget() { kept_ = nothing(); }
    const Tensor& operator*() const { return *kept_; }
    const Tensor* get() const { return kept_.get(); }

private:
    static const SharedTensor& nothing();
    SharedTensor kept_ = nothing();
};

// K = `out` filters over C = `in` channels: x [N, C, H, W] → y [N, K, OH, OW]; weight [K, C, size, size], bias [K].
// In several groups, filters of the g-th part of K see the g-th part of C only, and weight is [K, C / groups, size,
// size] (Krizhevsky et al. 2012).
class Conv2d : public Layer {
public:
    Conv2d(Index in, Index out, const Window& window, bool bias = true, Index groups = 1);

    Tensor forward(Tensor x) override;
    Tensor forward_shared(const SharedTensor& x) override;
    Tensor backward(Tensor dy) override;
    void backward_parameters(Tensor dy) override;
    void initialize(Engine& engine, Initialization how = Initialization::torch) override;
    const Tensor* kept_input() const override { return x_.get(); }
    void release() override { x_.forget(), switches_ = Tensor(); }
    std::vector<NamedParameter> parameters() override;
    std::string kind() const override { return "Conv2d"; }
    std::string details() const override;
    Shape output_shape(const Shape& input) const override;
    Index multiply_adds(const Shape& input) const override;
    Index groups() const { return groups_; }

    // Together with the ReLU and the max pooling of 2 × 2 that follow, in one go: Sequential asks for it, where the
    // three operators are the kernels' own and these can (kernels/stage.hpp).
    bool fuses_stage(const Shape& x) const;
    Tensor forward_stage(const SharedTensor& x);
    Tensor backward_stage(const Tensor& dy, bool wants_dx);

private:
    Window window_;
    Index groups_;
    Parameter w_, b_;
    KeptInput x_;
    Tensor switches_;  // of a stage
};

// Fully connected: x [N, in] → y [N, out]; weight [out, in] and bias [out] as in PyTorch's Linear.
class Dense : public Layer {
public:
    Dense(Index in, Index out, bool bias = true);

    Tensor forward(Tensor x) override;
    Tensor backward(Tensor dy) override;
    void backward_parameters(Tensor dy) override;
    void initialize(Engine& engine, Initialization how = Initialization::torch) override;
    const Tensor* kept_input() const override { return x_.get(); }
    void release() override { x_.forget(); }
    std::vector<NamedParameter> parameters() override;
    std::string kind() const override { return "Linear"; }
    std::string details() const override;
    Shape output_shape(const Shape& input) const override;
    Index multiply_adds(const Shape& input) const override;

private:
    Parameter w_, b_;
    KeptInput x_;
};

// x [N, C, H, W] → y [N, C, OH, OW]. MaxPool2d({.size = 2, .stride = 2}) halves a map; a stride below the size
// overlaps; Rounding::up (PyTorch's ceil_mode) adds a window that hangs over the edge where pixels would be left over.
class MaxPool2d : public Layer {
public:
    explicit MaxPool2d(const Window& window, kernels::Rounding rounding = kernels::Rounding::down);

    Tensor forward(Tensor x) override;
    Tensor forward_shared(const SharedTensor& x) override;
    Tensor backward(Tensor dy) override;
    const Tensor* kept_input() const override { return x_.get(); }
    void release() override;
    bool halves() const { return window_ == Window{.size = 2, .stride = 2} && rounding_ == kernels::Rounding::down; }
    std::string kind() const override { return "MaxPool2d"; }
    std::string details() const override;
    Shape output_shape(const Shape& input) const override;

private:
    Window window_;
    kernels::Rounding rounding_;
    KeptInput x_;
    Tensor switches_;
};

class AveragePool2d : public Layer {
public:
    explicit AveragePool2d(const Window& window);

    Tensor forward(Tensor x) override;
    Tensor forward_shared(const SharedTensor& x) override;
    Tensor backward(Tensor dy) override;
    const Tensor* kept_input() const override { return x_.get(); }
    void release() override { x_.forget(); }
    std::string kind() const override { return "AvgPool2d"; }
    std::string details() const override;
    Shape output_shape(const Shape& input) const override;

private:
    Window window_;
    KeptInput x_;
};

// x [N, C, H, W] → y [N, C, size, size], means over windows that are fitted to this size
// (kernels/adaptive_pooling.hpp). With size 1, global average pooling.
class AdaptiveAvgPool2d : public Layer {
public:
    explicit AdaptiveAvgPool2d(Index size = 1);

    Tensor forward(Tensor x) override;
    Tensor backward(Tensor dy) override;
    std::string kind() const override { return "AdaptiveAvgPool2d"; }
    std::string details() const override;
    Shape output_shape(const Shape& input) const override;

private:
    Index size_;
    Shape x_shape_;
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
    void release() override { y_ = Tensor(), lent_ = nullptr; }

protected:
    // Remembers y for backward: where the next layer does not, a copy.
    void keep(const Tensor& y);

private:
    virtual Tensor value(Tensor x) const = 0;
    virtual Tensor gradient(Tensor dy, const Tensor& y) const = 0;
    const Tensor& output() const;

    const Layer* next_ = nullptr;
    Tensor y_;                     // where next_ does not keep it
    const float* lent_ = nullptr;  // where it was when next_ got it
};

// A layer that can apply the ReLU behind it in its own sweep through memory. Sequential makes the introduction.
class Rectifying {
public:
    virtual ~Rectifying() = default;
    void set_rectified() { relu_follows_ = true; }
    // Of the last forward: y is rectified already; and backward will cut dy off where y was zero.
    virtual bool rectified() const = 0;
    virtual bool cuts_off() const = 0;

protected:
    bool relu_follows_ = false;
};

class ReLU : public Activation {
public:
    Tensor forward(Tensor x) override;
    Tensor backward(Tensor dy) override;
    std::string kind() const override { return "ReLU"; }
    void set_previous(const Rectifying* previous) { previous_ = previous; }

private:
    Tensor value(Tensor x) const override;
    Tensor gradient(Tensor dy, const Tensor& y) const override;

    const Rectifying* previous_ = nullptr;
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
