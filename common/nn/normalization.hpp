// Layers that normalise feature maps: over the batch, or over neighboring channels.
#pragma once
#include "kernels/local_response_norm.hpp"
#include "nn/layers.hpp"

namespace cnn::nn {

// x [N, C, H, W] → y of the same shape, each channel normalised, scaled by weight [C] and shifted by bias [C] (Ioffe
// and Szegedy 2015). In training with the statistics of the batch, which are also averaged into running_mean and
// running_var [C]; in evaluation with these. All four are saved under PyTorch's names.
//
// A ReLU behind it is applied in the same sweep through memory, when both are the kernels' own.
class BatchNorm2d : public Layer, public Rectifying {
public:
    struct Options {
        float epsilon = 1e-5f;
        float momentum = 0.1f;  // running = (1 - momentum) · running + momentum · batch
    };
    explicit BatchNorm2d(Index channels) : BatchNorm2d(channels, Options()) {}
    BatchNorm2d(Index channels, const Options& options);

    // Throws ShapeError in training when a channel has a single number, whose variance says nothing.
    Tensor forward(Tensor x) override;
    Tensor backward(Tensor dy) override;
    void release() override { x_ = Tensor(); }
    void initialize(Engine& engine, Initialization how = Initialization::torch) override;
    bool rectified() const override { return rectified_; }
    bool cuts_off() const override { return rectified_; }
    std::vector<NamedParameter> parameters() override;
    std::string kind() const override { return "BatchNorm2d"; }
    std::string details() const override;
    Shape output_shape(const Shape& input) const override;
    void set_training(bool training) override { training_ = training; }

private:
    Tensor forward_training();
    Tensor forward_evaluation(Tensor x);

    Options options_;
    Parameter gamma_, beta_, running_mean_, running_variance_;
    bool training_ = true;
    // Of the last forward:
    bool rectified_ = false, batch_statistics_ = false;
    Tensor x_, mean_, variance_;
};

// Local response normalisation across channels (Krizhevsky et al. 2012, section 3.3). alpha is divided by size, as
// PyTorch does: the paper's α = 1e-4, n = 5 is LocalResponseNorm({.size = 5, .alpha = 5e-4f, .beta = 0.75f, .k = 2}).
class LocalResponseNorm : public Layer {
public:
    explicit LocalResponseNorm(const kernels::Neighborhood& neighborhood);

    Tensor forward(Tensor x) override;
    Tensor backward(Tensor dy) override;
    const Tensor* kept_input() const override { return x_.get(); }
    void release() override { x_.forget(), scale_ = Tensor(); }
    std::string kind() const override { return "LocalResponseNorm"; }
    std::string details() const override;
    Shape output_shape(const Shape& input) const override;

private:
    kernels::Neighborhood neighborhood_;
    KeptInput x_;
    Tensor scale_;
};

}  // namespace cnn::nn
