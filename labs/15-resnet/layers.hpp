// Your residual blocks and shortcuts as layers. A layer is little more than the memory between forward and backward.
#pragma once
#include <fmt/format.h>

#include "nn/container.hpp"
#include "nn/normalization.hpp"
#include "resnet.hpp"

namespace cnn::lab15 {

// y = max(body(x) + shortcut(x), 0). Parameters of the body keep their names, those of the shortcut begin with
// "downsample", as torchvision's do.
class ResidualBlock : public nn::Layer {
public:
    explicit ResidualBlock(nn::Sequential body, nn::Sequential shortcut = {})
        : body_(std::move(body)), shortcut_(std::move(shortcut)) {}

    Tensor forward(Tensor x) override {
        Tensor y = residual_forward(body_, shortcut_, x);
        if (nn::backward_may_follow()) y_ = y;
        return y;
    }
    Tensor backward(Tensor dy) override {
        const Tensor y = std::move(y_);
        return residual_backward(body_, shortcut_, dy, y);
    }
    void initialize(Engine& engine, nn::Initialization how) override {
        body_.initialize(engine, how);
        shortcut_.initialize(engine, how);
    }
    void release() override { y_ = Tensor(), body_.release(), shortcut_.release(); }
    void set_training(bool training) override { body_.set_training(training), shortcut_.set_training(training); }
    std::vector<nn::NamedParameter> parameters() override { return nn::detail::gather(children()); }
    std::vector<std::pair<std::string, nn::Layer*>> children() override {
        return {{"", &body_}, {"downsample", &shortcut_}};
    }
    std::string kind() const override { return "ResidualBlock"; }
    Shape output_shape(const Shape& input) const override {
        const Shape body = body_.output_shape(input), shortcut = shortcut_.output_shape(input);
        require(body == shortcut, "the body makes {} of {}, the shortcut {}", body, input, shortcut);
        return body;
    }
    Index multiply_adds(const Shape& input) const override {
        return body_.multiply_adds(input) + shortcut_.multiply_adds(input);
    }
    std::vector<nn::LayerRow> rows(const std::string& name, const Shape& input) override {
        std::vector<nn::LayerRow> rows = body_.rows(name, input);
        nn::detail::append(rows, shortcut_.rows(nn::detail::join(name, "downsample"), input));
        rows.push_back({name, kind(), "body + shortcut, ReLU", output_shape(input), 0, 0});
        return rows;
    }

private:
    nn::Sequential body_, shortcut_;
    Tensor y_;
};

// Option A.
class ZeroPadded : public nn::Layer {
public:
    ZeroPadded(Index in, Index out, Index stride) : in_(in), out_(out), stride_(stride) {}

    Tensor forward(Tensor x) override {
        x_shape_ = x.shape();
        return zero_padded_forward(x, out_, stride_);
    }
    Tensor backward(Tensor dy) override { return zero_padded_backward(dy, x_shape_, stride_); }
    std::string kind() const override { return "ZeroPadded"; }
    std::string details() const override { return fmt::format("{} → {}, stride {}", in_, out_, stride_); }
    Shape output_shape(const Shape& x) const override {
        require(x.rank() == 4 && x[1] == in_, "ZeroPadded: expected [N, {}, H, W], got {}", in_, x);
        return {x[0], out_, (x[2] + stride_ - 1) / stride_, (x[3] + stride_ - 1) / stride_};
    }

private:
    Index in_, out_, stride_;
    Shape x_shape_;
};

}  // namespace cnn::lab15
