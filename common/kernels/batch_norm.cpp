#include "kernels/batch_norm.hpp"

#include <cmath>

#include "kernels/channels.hpp"
#include "kernels/check.hpp"
#include "kernels/parallel.hpp"

namespace cnn::kernels {
namespace {

// [C] each.
struct Coefficients {
    const Tensor &gamma, &mean, &variance;
    float epsilon;

    float inverse_deviation(Index c) const {
        return static_cast<float>(1 / std::sqrt(static_cast<double>(variance[c]) + static_cast<double>(epsilon)));
    }
    // y = γ (x - mean) / deviation + β as a line in x. Forward and backward must draw the very same one: its sign is
    // the ReLU's mask.
    Line line(Index c, float beta, bool relu) const {
        const float scale = gamma[c] * inverse_deviation(c);
        return {scale, beta - mean[c] * scale, relu};
    }
};

void check_input(const Shape& x) { check_rank("batch_norm: x", x, 4, "[N, C, H, W]"); }
void check_channels(const char* what, const Tensor& values, const Shape& x) {
    require(values.shape() == Shape{x[1]}, "batch_norm: {} is {}, x {} has {} channels", what, values.shape(), x, x[1]);
}

// One channel is one item: in small networks its planes stay in the second-level cache from one sweep to the next.
template <class F>
void for_channels(const Shape& x, const F& f) {
    const Channel channel{x[0], x[2] * x[3], x[1] * x[2] * x[3]};
    if (x.count() == 0) return;
    parallel(x[1], 4 * channel.planes * channel.pixels, [&](Index c) { f(c, c * channel.pixels, channel); });
}

BatchNormalized forward(const Tensor& x, const Tensor& gamma, const Tensor& beta, float epsilon, bool relu) {
    check_input(x.shape());
    check_channels("gamma", gamma, x.shape()), check_channels("beta", beta, x.shape());
    BatchNormalized result{Tensor::uninitialized(x.shape()), Tensor({x.size(1)}), Tensor({x.size(1)})};
    const Coefficients coefficients{gamma, result.mean, result.variance, epsilon};
    for_channels(x.shape(), [&](Index c, Index first, const Channel& channel) {
        const Moments m = moments(x.data() + first, channel);
        result.mean[c] = static_cast<float>(m.mean), result.variance[c] = static_cast<float>(m.variance);
        draw_line(x.data() + first, channel, coefficients.line(c, beta[c], relu), result.y.data() + first);
    });
    return result;
}

Tensor inference(Tensor x, const Tensor& beta, const Coefficients& coefficients, bool relu) {
    check_input(x.shape());
    check_channels("gamma", coefficients.gamma, x.shape()), check_channels("beta", beta, x.shape());
    check_channels("mean", coefficients.mean, x.shape()), check_channels("variance", coefficients.variance, x.shape());
    for_channels(x.shape(), [&](Index c, Index first, const Channel& channel) {
        draw_line(x.data() + first, channel, coefficients.line(c, beta[c], relu), x.data() + first);
    });
    return x;
}

// beta: of the ReLU, nullptr without one. constant: mean and variance do not depend on x.
BatchNormGradients backward(Tensor dy, const Tensor& x, const Coefficients& coefficients, const Tensor* beta,
                            bool constant) {
    check_input(x.shape());
    check_shape("batch_norm: dy", dy.shape(), x.shape());
    check_channels("gamma", coefficients.gamma, x.shape()), check_channels("mean", coefficients.mean, x.shape());
    check_channels("variance", coefficients.variance, x.shape());
    if (beta) check_channels("beta", *beta, x.shape());
    BatchNormGradients result{std::move(dy), Tensor({x.size(1)}), Tensor({x.size(1)})};
    for_channels(x.shape(), [&](Index c, Index first, const Channel& channel) {
        const Line line = coefficients.line(c, beta ? (*beta)[c] : 0, beta != nullptr);
        const double mean = static_cast<double>(coefficients.mean[c]), scale = static_cast<double>(line.scale);
        const double inverse = static_cast<double>(coefficients.inverse_deviation(c));
        float* here = result.dx.data() + first;
        const SlopeSums sums = slope_sums(here, x.data() + first, channel, coefficients.mean[c], line);
        result.dbeta[c] = static_cast<float>(sums.dy), result.dgamma[c] = static_cast<float>(sums.dy_x * inverse);
        // dx as a mixture of dy, x and 1: x̂ = (x - mean) · inverse.
        const double share = constant ? 0 : 1 / static_cast<double>(channel.planes * channel.pixels);
        const double bend = -scale * share * sums.dy_x * inverse * inverse;
        mix(x.data() + first, channel,
            {line.scale, static_cast<float>(bend), static_cast<float>(-scale * share * sums.dy - bend * mean)}, line,
            here);
    });
    return result;
}

}  // namespace

BatchNormalized batch_norm_forward(const Tensor& x, const Tensor& gamma, const Tensor& beta, float epsilon) {
    return forward(x, gamma, beta, epsilon, false);
}
BatchNormalized batch_norm_relu_forward(const Tensor& x, const Tensor& gamma, const Tensor& beta, float epsilon) {
    return forward(x, gamma, beta, epsilon, true);
}

Tensor batch_norm_inference(Tensor x, const Tensor& gamma, const Tensor& beta, const Tensor& mean,
                            const Tensor& variance, float epsilon) {
    return inference(std::move(x), beta, {gamma, mean, variance, epsilon}, false);
}
Tensor batch_norm_relu_inference(Tensor x, const Tensor& gamma, const Tensor& beta, const Tensor& mean,
                                 const Tensor& variance, float epsilon) {
    return inference(std::move(x), beta, {gamma, mean, variance, epsilon}, true);
}

BatchNormGradients batch_norm_backward(Tensor dy, const Tensor& x, const Tensor& gamma, const Tensor& mean,
                                       const Tensor& variance, float epsilon) {
    return backward(std::move(dy), x, {gamma, mean, variance, epsilon}, nullptr, false);
}
BatchNormGradients batch_norm_relu_backward(Tensor dy, const Tensor& x, const Tensor& gamma, const Tensor& beta,
                                            const Tensor& mean, const Tensor& variance, float epsilon) {
    return backward(std::move(dy), x, {gamma, mean, variance, epsilon}, &beta, false);
}
BatchNormGradients batch_norm_inference_backward(Tensor dy, const Tensor& x, const Tensor& gamma, const Tensor& mean,
                                                 const Tensor& variance, float epsilon) {
    return backward(std::move(dy), x, {gamma, mean, variance, epsilon}, nullptr, true);
}

}  // namespace cnn::kernels
