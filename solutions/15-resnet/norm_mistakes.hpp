// Wrong answers to 15.1 and 15.2: batch normalisation.
#pragma once
#include <cmath>

#include "grader/exercise.hpp"
#include "resnet.hpp"

namespace cnn::lab15::wrong {

using grader::mistake;
using grader::Replacement;

// f(value, c) for every number of x.
template <class F>
Tensor each(const Tensor& x, const F& f) {
    Tensor y(x.shape());
    const Index pixels = x.size(2) * x.size(3), C = x.size(1);
    for (Index i = 0; i < x.count(); ++i) y[i] = f(x[i], i / pixels % C);
    return y;
}

// Batch normalisation of parts of x as if they were all there is: each image for itself, or all channels together.
inline BatchNormalized seen_as(const Tensor& x, const Tensor& gamma, const Tensor& beta, float epsilon, bool by_image) {
    BatchNormalized right = batch_norm_forward(x, gamma, beta, epsilon);
    if (by_image) {
        const Index length = x.count() / x.size(0);
        for (Index n = 0; n < x.size(0); ++n) {
            const Tensor image(
                {1, x.size(1), x.size(2), x.size(3)},
                x.values().subspan(static_cast<std::size_t>(n * length), static_cast<std::size_t>(length)));
            const BatchNormalized alone = batch_norm_forward(image, gamma, beta, epsilon);
            std::copy_n(alone.y.data(), length, right.y.data() + n * length);
            right.mean = alone.mean, right.variance = alone.variance;
        }
        return right;
    }
    const Tensor flat = x.reshaped({1, 1, 1, x.count()});
    const BatchNormalized all = batch_norm_forward(flat, Tensor({1}, {1}), Tensor({1}), epsilon);
    right.mean.fill(all.mean[0]), right.variance.fill(all.variance[0]);
    right.y = each(all.y.reshaped(x.shape()), [&](float hat, Index c) { return gamma(c) * hat + beta(c); });
    return right;
}

// With the deviation that f makes of variance and ε.
template <class F>
BatchNormalized with_deviation(const Tensor& x, const Tensor& gamma, const Tensor& beta, float epsilon, const F& f) {
    BatchNormalized result = batch_norm_forward(x, gamma, beta, epsilon);
    result.y = each(x, [&](float value, Index c) {
        return gamma(c) * (value - result.mean(c)) / f(result.variance(c), epsilon) + beta(c);
    });
    return result;
}

inline BatchNormalized divided_by_one_less(const Tensor& x, const Tensor& gamma, const Tensor& beta, float epsilon) {
    BatchNormalized result = batch_norm_forward(x, gamma, beta, epsilon);
    const auto M = static_cast<float>(x.count() / x.size(1));
    result.variance *= M / std::max(M - 1, 1.0f);
    result.y = batch_norm_inference(x, gamma, beta, result.mean, result.variance, epsilon);
    return result;
}

inline BatchNormalized squares_in_floats(const Tensor& x, const Tensor& gamma, const Tensor& beta, float epsilon) {
    BatchNormalized result = batch_norm_forward(x, gamma, beta, epsilon);
    const auto M = static_cast<float>(x.count() / x.size(1));
    Tensor sums(gamma.shape()), squares(gamma.shape());
    each(x, [&](float value, Index c) { return sums(c) += value, squares(c) += value * value, 0.0f; });
    for (Index c = 0; c < sums.count(); ++c) {
        result.mean(c) = sums(c) / M;
        result.variance(c) = squares(c) / M - result.mean(c) * result.mean(c);
    }
    result.y = batch_norm_inference(x, gamma, beta, result.mean, result.variance, epsilon);
    return result;
}

// Squares as floats, added up in double.
inline BatchNormalized rounded_squares(const Tensor& x, const Tensor& gamma, const Tensor& beta, float epsilon) {
    BatchNormalized result = batch_norm_forward(x, gamma, beta, epsilon);
    const auto M = static_cast<double>(x.count() / x.size(1));
    std::vector<double> squares(static_cast<std::size_t>(x.size(1)));
    each(x, [&](float value, Index c) { return squares[static_cast<std::size_t>(c)] += value * value, 0.0f; });
    for (Index c = 0; c < gamma.count(); ++c)
        result.variance(c) =
            static_cast<float>(squares[static_cast<std::size_t>(c)] / M) - result.mean(c) * result.mean(c);
    result.y = batch_norm_inference(x, gamma, beta, result.mean, result.variance, epsilon);
    return result;
}

// What a backward pass can lack.
struct BackwardFaults {
    bool through_mean = true, through_variance = true, gamma = true, divided = true, hat = true,
         last_image_only = false;
    bool deviation = true;
    bool epsilon_outside = false;      // √variance + ε
    bool mean_of_gradients = false;    // dγ and dβ divided by M
    float sign = 1;                    // of both shares that are taken off
    bool numbers_of_an_image = false;  // M = H · W
};
inline BatchNormGradients backward_with(const Tensor& dy, const Tensor& x, const Tensor& gamma, const Tensor& mean,
                                        const Tensor& variance, float epsilon, const BackwardFaults& faults) {
    BatchNormGradients right = batch_norm_backward(dy, x, gamma, mean, variance, epsilon);
    const Index pixels = x.size(2) * x.size(3), C = x.size(1);
    const float M = !faults.divided              ? 1
                    : faults.numbers_of_an_image ? static_cast<float>(pixels)
                                                 : static_cast<float>(x.count() / C);
    Tensor dgamma(gamma.shape()), dbeta(gamma.shape());
    const auto deviation = [&](Index c) {
        return faults.epsilon_outside ? std::sqrt(variance(c)) + epsilon : std::sqrt(variance(c) + epsilon);
    };
    for (Index i = faults.last_image_only ? x.count() - C * pixels : 0; i < x.count(); ++i) {
        const Index c = i / pixels % C;
        dbeta(c) += dy[i];
        dgamma(c) += dy[i] * (faults.hat ? (x[i] - mean(c)) / deviation(c) : x[i]);
    }
    if (faults.epsilon_outside) right.dgamma = dgamma;  // x̂ is another one throughout
    for (Index i = 0; i < x.count(); ++i) {
        const Index c = i / pixels % C;
        const float hat = (x[i] - mean(c)) / deviation(c);
        const float shares =
            (faults.through_mean ? right.dbeta(c) / M : 0) + (faults.through_variance ? hat * right.dgamma(c) / M : 0);
        right.dx[i] =
            (faults.gamma ? gamma(c) : 1) / (faults.deviation ? deviation(c) : 1) * (dy[i] - faults.sign * shares);
    }
    if (faults.mean_of_gradients) dgamma *= 1 / M, dbeta *= 1 / M;
    right.dgamma = std::move(dgamma), right.dbeta = std::move(dbeta);
    return right;
}

inline std::vector<Replacement> forward_mistakes() {
    return {
        mistake(batch_norm_forward, "divided_by_one_less",
                "the batch is normalised with a variance that divides by M - 1: algorithm 1 divides by M; M - 1 is for "
                "the running variance alone.",
                divided_by_one_less),
        mistake(batch_norm_forward, "epsilon_outside_the_root",
                "ε is added to the deviation: it belongs to the variance, under the root.",
                [](const Tensor& x, const Tensor& gamma, const Tensor& beta, float epsilon) {
                    return with_deviation(x, gamma, beta, epsilon,
                                          [](float variance, float e) { return std::sqrt(variance) + e; });
                }),
        mistake(batch_norm_forward, "epsilon_forgotten",
                "ε is missing: a channel that is the same everywhere is then divided by zero.",
                [](const Tensor& x, const Tensor& gamma, const Tensor& beta, float epsilon) {
                    return with_deviation(x, gamma, beta, epsilon,
                                          [](float variance, float) { return std::sqrt(variance); });
                }),
        mistake(batch_norm_forward, "divided_by_the_variance", "x is divided by its variance: take the root first.",
                [](const Tensor& x, const Tensor& gamma, const Tensor& beta, float epsilon) {
                    return with_deviation(x, gamma, beta, epsilon,
                                          [](float variance, float e) { return variance + e; });
                }),
        mistake(batch_norm_forward, "each_image_for_itself",
                "every image is normalised for itself: mean and variance are taken over all images of the batch.",
                [](const Tensor& x, const Tensor& gamma, const Tensor& beta, float epsilon) {
                    return seen_as(x, gamma, beta, epsilon, true);
                }),
        mistake(batch_norm_forward, "all_channels_together",
                "all channels share one mean and one variance: each channel has its own.",
                [](const Tensor& x, const Tensor& gamma, const Tensor& beta, float epsilon) {
                    return seen_as(x, gamma, beta, epsilon, false);
                }),
        mistake(batch_norm_forward, "shift_scaled", "beta is multiplied by gamma as well: first scale, then shift.",
                [](const Tensor& x, const Tensor& gamma, const Tensor& beta, float epsilon) {
                    BatchNormalized result = batch_norm_forward(x, gamma, beta, epsilon);
                    result.y = each(result.y, [&](float y, Index c) { return y - beta(c) + gamma(c) * beta(c); });
                    return result;
                }),
        mistake(batch_norm_forward, "squares_in_floats",
                "the variance is the mean of squares minus the square of the mean, in floats: far from zero nothing is "
                "left of it. Add up squared distances from the mean, in double.",
                squares_in_floats),
        mistake(batch_norm_forward, "squares_rounded",
                "the variance is the mean of squares minus the square of the mean, and the squares are rounded to "
                "floats: far from zero little is left of it. Add up squared distances from the mean, in double.",
                rounded_squares),
        mistake(
            update_running, "bessel_inverted",
            "the batch's variance is multiplied by (M - 1) / M: it is too small, so that M / (M - 1) makes up for it.",
            [](const RunningStatistics& running, const Tensor& mean, const Tensor& variance, Index M, float momentum) {
                RunningStatistics next = update_running(running, mean, variance, M, momentum);
                const float inverted = static_cast<float>(M - 1) / static_cast<float>(M);
                for (Index c = 0; c < mean.count(); ++c)
                    next.variance(c) = (1 - momentum) * running.variance(c) + momentum * variance(c) * inverted;
                return next;
            }),
        mistake(
            update_running, "all_corrected",
            "the old running variance is multiplied by M / (M - 1) as well: it was corrected when it was taken in.",
            [](const RunningStatistics& running, const Tensor& mean, const Tensor& variance, Index M, float momentum) {
                RunningStatistics next = update_running(running, mean, variance, M, momentum);
                const float correction = static_cast<float>(M) / static_cast<float>(M - 1);
                for (Index c = 0; c < mean.count(); ++c)
                    next.variance(c) = ((1 - momentum) * running.variance(c) + momentum * variance(c)) * correction;
                return next;
            }),
        mistake(
            update_running, "momentum_the_other_way",
            "your code gives momentum as the share of the old statistics: the contract has it as the share of the new "
            "ones, as PyTorch does.",
            [](const RunningStatistics& running, const Tensor& mean, const Tensor& variance, Index M, float momentum) {
                return update_running(running, mean, variance, M, 1 - momentum);
            }),
        mistake(
            update_running, "running_variance_of_the_batch",
            "the running variance is that of the batch: multiply it by M / (M - 1), the batch is a sample.",
            [](const RunningStatistics& running, const Tensor& mean, const Tensor& variance, Index M, float momentum) {
                RunningStatistics next = update_running(running, mean, variance, M, momentum);
                for (Index c = 0; c < mean.count(); ++c)
                    next.variance(c) = (1 - momentum) * running.variance(c) + momentum * variance(c);
                return next;
            }),
        mistake(
            update_running, "mean_corrected_too",
            "the running mean is multiplied by M / (M - 1), too: only variances are too small by that.",
            [](const RunningStatistics& running, const Tensor& mean, const Tensor& variance, Index M, float momentum) {
                RunningStatistics next = update_running(running, mean, variance, M, momentum);
                for (Index c = 0; c < mean.count(); ++c) next.mean(c) += momentum * mean(c) / static_cast<float>(M - 1);
                return next;
            }),
        mistake(batch_norm_inference, "evaluation_asks_the_batch",
                "evaluation normalises with the batch's own mean and variance: it has to use those it is given.",
                [](const Tensor& x, const Tensor& gamma, const Tensor& beta, const Tensor& mean, const Tensor& variance,
                   float epsilon) {
                    batch_norm_inference(x, gamma, beta, mean, variance, epsilon);
                    return batch_norm_forward(x, gamma, beta, epsilon).y;
                }),
        mistake(batch_norm_inference, "evaluation_without_root",
                "evaluation divides by variance + ε: it is the root of that.",
                [](const Tensor& x, const Tensor& gamma, const Tensor& beta, const Tensor& mean, const Tensor& variance,
                   float epsilon) {
                    batch_norm_inference(x, gamma, beta, mean, variance, epsilon);
                    return each(x, [&](float value, Index c) {
                        return gamma(c) * ((value - mean(c)) / (variance(c) + epsilon)) + beta(c);
                    });
                }),
        mistake(batch_norm_inference, "evaluation_epsilon_outside",
                "evaluation adds ε to the deviation: it belongs to the variance, under the root.",
                [](const Tensor& x, const Tensor& gamma, const Tensor& beta, const Tensor& mean, const Tensor& variance,
                   float epsilon) {
                    batch_norm_inference(x, gamma, beta, mean, variance, epsilon);
                    return each(x, [&](float value, Index c) {
                        return gamma(c) * ((value - mean(c)) / (std::sqrt(variance(c)) + epsilon)) + beta(c);
                    });
                }),
        mistake(batch_norm_inference, "evaluation_without_epsilon",
                "evaluation leaves out ε: it stands under the root.",
                [](const Tensor& x, const Tensor& gamma, const Tensor& beta, const Tensor& mean, const Tensor& variance,
                   float epsilon) {
                    batch_norm_inference(x, gamma, beta, mean, variance, epsilon);
                    return batch_norm_inference(x, gamma, beta, mean, variance, 0);
                }),
        mistake(batch_norm_inference, "evaluation_without_scale",
                "evaluation normalises, but gamma and beta are missing.",
                [](const Tensor& x, const Tensor& gamma, const Tensor& beta, const Tensor& mean, const Tensor& variance,
                   float epsilon) {
                    batch_norm_inference(x, gamma, beta, mean, variance, epsilon);
                    return batch_norm_inference(x, Tensor::full(gamma.shape(), 1), Tensor(beta.shape()), mean, variance,
                                                epsilon);
                }),
        mistake(batch_norm_inference, "evaluation_of_channel_0",
                "every channel is normalised with the statistics of channel 0: they have the index c.",
                [](const Tensor& x, const Tensor& gamma, const Tensor& beta, const Tensor& mean, const Tensor& variance,
                   float epsilon) {
                    batch_norm_inference(x, gamma, beta, mean, variance, epsilon);
                    return batch_norm_inference(x, gamma, beta, Tensor::full(mean.shape(), mean(0)),
                                                Tensor::full(variance.shape(), variance(0)), epsilon);
                }),
    };
}

inline std::vector<Replacement> backward_mistakes() {
    using T = const Tensor&;
    return {
        mistake(batch_norm_backward, "statistics_are_constants",
                "dx is γ / deviation · dy, as if mean and variance were constants: in training both depend on x.",
                [](T dy, T x, T gamma, T mean, T variance, float epsilon) {
                    return backward_with(dy, x, gamma, mean, variance, epsilon,
                                         {.through_mean = false, .through_variance = false});
                }),
        mistake(batch_norm_backward, "variance_is_constant",
                "the share that comes through the variance is missing in dx: x̂ · dγ / M.",
                [](T dy, T x, T gamma, T mean, T variance, float epsilon) {
                    return backward_with(dy, x, gamma, mean, variance, epsilon, {.through_variance = false});
                }),
        mistake(batch_norm_backward, "mean_is_constant",
                "the share that comes through the mean is missing in dx: dβ / M.",
                [](T dy, T x, T gamma, T mean, T variance, float epsilon) {
                    return backward_with(dy, x, gamma, mean, variance, epsilon, {.through_mean = false});
                }),
        mistake(batch_norm_backward, "gamma_missing_in_dx",
                "dx lacks gamma: the error that arrives at x̂ is gamma · dy.",
                [](T dy, T x, T gamma, T mean, T variance, float epsilon) {
                    return backward_with(dy, x, gamma, mean, variance, epsilon, {.gamma = false});
                }),
        mistake(batch_norm_backward, "deviation_missing_in_dx", "dx is not divided by the deviation, as x was.",
                [](T dy, T x, T gamma, T mean, T variance, float epsilon) {
                    return backward_with(dy, x, gamma, mean, variance, epsilon, {.deviation = false});
                }),
        mistake(batch_norm_backward, "sums_not_divided",
                "dβ and dγ enter dx as sums: each x has only 1/M of a part in mean and variance.",
                [](T dy, T x, T gamma, T mean, T variance, float epsilon) {
                    return backward_with(dy, x, gamma, mean, variance, epsilon, {.divided = false});
                }),
        mistake(batch_norm_backward, "dgamma_of_x", "dγ adds up dy · x: gamma was multiplied by x̂, the normalised x.",
                [](T dy, T x, T gamma, T mean, T variance, float epsilon) {
                    return backward_with(dy, x, gamma, mean, variance, epsilon, {.hat = false});
                }),
        mistake(batch_norm_backward, "backward_epsilon_outside",
                "ε is added to the deviation: it belongs to the variance, under the root, as on the way there.",
                [](T dy, T x, T gamma, T mean, T variance, float epsilon) {
                    return backward_with(dy, x, gamma, mean, variance, epsilon, {.epsilon_outside = true});
                }),
        mistake(batch_norm_backward, "means_for_sums",
                "dγ and dβ are divided by M: they are sums over the channel. Only in dx they stand divided by M.",
                [](T dy, T x, T gamma, T mean, T variance, float epsilon) {
                    return backward_with(dy, x, gamma, mean, variance, epsilon, {.mean_of_gradients = true});
                }),
        mistake(batch_norm_backward, "shares_added",
                "the shares of mean and variance are added to dy: they are taken off.",
                [](T dy, T x, T gamma, T mean, T variance, float epsilon) {
                    return backward_with(dy, x, gamma, mean, variance, epsilon, {.sign = -1});
                }),
        mistake(batch_norm_backward, "numbers_of_one_image",
                "M is H · W, the numbers of one image: a channel has N · H · W of them in the batch.",
                [](T dy, T x, T gamma, T mean, T variance, float epsilon) {
                    return backward_with(dy, x, gamma, mean, variance, epsilon, {.numbers_of_an_image = true});
                }),
        mistake(batch_norm_backward, "last_image_only",
                "dγ and dβ hold the last image's part only: add up over all images.",
                [](T dy, T x, T gamma, T mean, T variance, float epsilon) {
                    return backward_with(dy, x, gamma, mean, variance, epsilon, {.last_image_only = true});
                }),
    };
}

}  // namespace cnn::lab15::wrong
