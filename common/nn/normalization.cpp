#include "nn/normalization.hpp"

#include <fmt/format.h>

#include "nn/operators.hpp"

namespace cnn::nn {
namespace {

// running = (1 - momentum) · running + momentum · now
void average_into(Tensor& running, const Tensor& now, float momentum, float factor) {
    for (Index c = 0; c < running.count(); ++c) running[c] = (1 - momentum) * running[c] + momentum * (now[c] * factor);
}

// Whether both operators are the kernels' own, which know how to do both at once.
bool fuses(const Operators& table) {
    return table.batch_norm_forward == kernels::batch_norm_forward &&
           table.batch_norm_inference == kernels::batch_norm_inference &&
           table.batch_norm_backward == kernels::batch_norm_backward && table.relu_forward == kernels::relu_forward &&
           table.relu_backward == kernels::relu_backward;
}

}  // namespace

// ---- BatchNorm2d

BatchNorm2d::BatchNorm2d(Index channels, const Options& options) : options_(options) {
    require(channels > 0, "BatchNorm2d: {} channels, there must be at least one", channels);
    gamma_.value = Tensor::full({channels}, 1);
    beta_.value = Tensor({channels});
    running_mean_.value = Tensor({channels}), running_mean_.learned = false;
    running_variance_.value = Tensor::full({channels}, 1), running_variance_.learned = false;
}

void BatchNorm2d::initialize(Engine&, Initialization) {
    gamma_.value.fill(1), beta_.value.fill(0);
    running_mean_.value.fill(0), running_variance_.value.fill(1);
}

Tensor BatchNorm2d::forward(Tensor x) {
    output_shape(x.shape());
    batch_statistics_ = training_;
    if (!training_) return forward_evaluation(std::move(x));
    x_ = std::move(x);
    return forward_training();
}

Tensor BatchNorm2d::forward_training() {
    const Index pixels = x_.count() / x_.size(1);
    require(
        pixels > 1,
        "BatchNorm2d: x {} has one number a channel, whose variance is unknown; train with two images a batch or more",
        x_.shape());
    const Operators& table = operators();
    rectified_ = relu_follows_ && fuses(table);
    const auto forward = rectified_ ? kernels::batch_norm_relu_forward : table.batch_norm_forward;
    auto [y, mean, variance] = forward(x_, gamma_.value, beta_.value, options_.epsilon);
    mean_ = std::move(mean), variance_ = std::move(variance);
    average_into(running_mean_.value, mean_, options_.momentum, 1);
    // The running variance is that of all images, of which the batch is a sample: divided by the number less one.
    average_into(running_variance_.value, variance_, options_.momentum,
                 static_cast<float>(pixels) / static_cast<float>(pixels - 1));
    if (!backward_may_follow()) release();
    return std::move(y);
}

Tensor BatchNorm2d::forward_evaluation(Tensor x) {
    const Operators& table = operators();
    // Where a backward may follow, y is kept apart from x, and the ReLU keeps its own y.
    rectified_ = relu_follows_ && fuses(table) && !backward_may_follow();
    if (backward_may_follow()) x_ = x;
    mean_ = running_mean_.value, variance_ = running_variance_.value;
    const auto inference = rectified_ ? kernels::batch_norm_relu_inference : table.batch_norm_inference;
    return inference(std::move(x), gamma_.value, beta_.value, mean_, variance_, options_.epsilon);
}

Tensor BatchNorm2d::backward(Tensor dy) {
    const auto gradients = [&] {
        const float epsilon = options_.epsilon;
        if (!batch_statistics_)
            return kernels::batch_norm_inference_backward(std::move(dy), x_, gamma_.value, mean_, variance_, epsilon);
        if (rectified_)
            return kernels::batch_norm_relu_backward(std::move(dy), x_, gamma_.value, beta_.value, mean_, variance_,
                                                     epsilon);
        return operators().batch_norm_backward(std::move(dy), x_, gamma_.value, mean_, variance_, epsilon);
    };
    auto [dx, dgamma, dbeta] = gradients();
    gamma_.gradient = std::move(dgamma), beta_.gradient = std::move(dbeta);
    release();
    return std::move(dx);
}

std::vector<NamedParameter> BatchNorm2d::parameters() {
    return {
        {"weight", &gamma_}, {"bias", &beta_}, {"running_mean", &running_mean_}, {"running_var", &running_variance_}};
}

std::string BatchNorm2d::details() const {
    return fmt::format("{}{}", gamma_.value.count(),
                       options_.epsilon == Options{}.epsilon ? "" : fmt::format(", ε {:.4g}", options_.epsilon));
}

Shape BatchNorm2d::output_shape(const Shape& input) const {
    require(input.rank() == 4, "BatchNorm2d: expected images [N, C, H, W], got {}", input);
    require(input[1] == gamma_.value.count(), "BatchNorm2d: {} has {} channels, the layer {}", input, input[1],
            gamma_.value.count());
    return input;
}

// ---- LocalResponseNorm

LocalResponseNorm::LocalResponseNorm(const kernels::Neighborhood& neighborhood) : neighborhood_(neighborhood) {
    require(neighborhood.size >= 1, "LocalResponseNorm: a neighborhood of {} channels is empty", neighborhood.size);
}

Tensor LocalResponseNorm::forward(Tensor x) {
    const SharedTensor kept = x_.keep(std::move(x));
    auto [y, scale] = operators().local_response_norm_forward(*kept, neighborhood_);
    scale_ = backward_may_follow() ? std::move(scale) : Tensor();
    return std::move(y);
}

Tensor LocalResponseNorm::backward(Tensor dy) {
    return operators().local_response_norm_backward(std::move(dy), *x_, scale_, neighborhood_);
}

std::string LocalResponseNorm::details() const {
    return fmt::format("{} channels, α {:.4g}, β {:.4g}, k {:.4g}", neighborhood_.size, neighborhood_.alpha,
                       neighborhood_.beta, neighborhood_.k);
}

Shape LocalResponseNorm::output_shape(const Shape& input) const {
    require(input.rank() == 4, "LocalResponseNorm: expected images [N, C, H, W], got {}", input);
    return input;
}

}  // namespace cnn::nn
