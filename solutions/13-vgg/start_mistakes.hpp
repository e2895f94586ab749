// Wrong answers to 13.3: how weights start.
#pragma once
#include <algorithm>
#include <cmath>

#include "grader/exercise.hpp"
#include "probes.hpp"

namespace cnn::lab13::wrong {

using grader::mistake;
using grader::Replacement;

// Weights with another deviation of the normal ones or another bound of the uniform ones.
template <class Deviation, class Bound>
Tensor weights_with(const Shape& w, const Start& start, std::uint32_t seed, const Deviation& he, const Bound& glorot) {
    Engine engine(seed);
    const Fans n = fans(w);
    const auto in = static_cast<float>(n.in), out = static_cast<float>(n.out);
    if (start.scheme == Scheme::glorot) {
        const float bound = glorot(in, out);
        return uniform(w, engine, -bound, bound);
    }
    return normal(w, engine, 0, start.scheme == Scheme::he ? he(in, out) : static_cast<float>(start.deviation));
}
inline float right_deviation(float in, float) { return std::sqrt(2 / in); }
inline float right_bound(float in, float out) { return std::sqrt(6 / (in + out)); }

inline std::vector<Tensor> initialized(const Start& start, std::uint32_t seed, bool counts_seeds, bool zeroes_biases,
                                       bool seeds_by_parameter, bool learned_only = true) {
    nn::Sequential network = network_of_sevens();
    for (auto& [name, parameter] : network.parameters()) {
        if (learned_only && !parameter->learned) continue;
        if (parameter->value.rank() > 1) {
            parameter->value = first_weights(parameter->value.shape(), start, seed);
            if (counts_seeds) ++seed;
        } else {
            if (zeroes_biases) parameter->value.fill(0);
            if (seeds_by_parameter) ++seed;
        }
    }
    return nn::weights_of(network);
}

inline double statistic(const Tensor& x, bool minus_mean, bool unbiased, bool root) {
    double sum = 0, squares = 0;
    for (const float value : x.values()) sum += value, squares += static_cast<double>(value) * value;
    const auto count = static_cast<double>(x.count());
    double result = squares / count;
    if (minus_mean) result -= sum / count * (sum / count);
    if (unbiased) result *= count / (count - 1);
    return root ? std::sqrt(result) : result;
}
struct MeasureFaults {
    bool minus_mean = true, unbiased = false, root = false, inputs = false, passed_on = false, whole_backward = false;
};
inline Profile measured(Index layers, const Tensor& x, const Tensor& dy, std::uint32_t seed,
                        const MeasureFaults& faults) {
    nn::Sequential network = plain_stack(layers, x.size(1));
    nn::set_weights(network, seed);
    Profile profile;
    const auto of = [&](const Tensor& t) { return statistic(t, faults.minus_mean, faults.unbiased, faults.root); };
    Tensor y = x;
    for (Index i = 0; i < network.size(); ++i) {
        if (faults.inputs) profile.activations.push_back(of(y));
        y = network[i].forward(std::move(y));
        if (!faults.inputs) profile.activations.push_back(of(y));
    }
    Tensor gradient = dy;
    for (Index i = network.size() - 1; i >= 0; --i) {
        if (!faults.passed_on) profile.gradients.push_back(of(gradient));
        gradient = network[i].backward(std::move(gradient));
        if (faults.passed_on) profile.gradients.push_back(of(gradient));
    }
    if (!faults.whole_backward) std::reverse(profile.gradients.begin(), profile.gradients.end());
    return profile;
}
template <const MeasureFaults& faults>
Profile measured_by(Index layers, const Tensor& x, const Tensor& dy, std::uint32_t seed) {
    return measured(layers, x, dy, seed, faults);
}
inline constexpr MeasureFaults mean_square{.minus_mean = false}, unbiased{.unbiased = true}, deviation{.root = true},
    of_inputs{.inputs = true}, passed_on{.passed_on = true}, last_first{.whole_backward = true};

inline std::vector<Replacement> start_mistakes() {
    return {
        mistake(fans, "fans_exchanged",
                "in and out are exchanged: the first size of a shape counts outputs, [K, …] and [out, …].",
                [](const Shape& w) {
                    const Fans n = fans(w);
                    return Fans{n.out, n.in};
                }),
        mistake(fans, "channels_only", "the window is not counted: an output adds up C · R · S products, not C.",
                [](const Shape& w) {
                    fans(w);
                    return Fans{w[1], w[0]};
                }),
        mistake(fans, "window_for_in_only",
                "`out` leaves the window out: one input lies under all R · S places of every filter.",
                [](const Shape& w) {
                    return Fans{fans(w).in, w[0]};
                }),
        mistake(first_weights, "he_with_variance",
                "He's 2 / in is taken for the deviation: it is the variance, take its root.",
                [](const Shape& w, const Start& start, std::uint32_t seed) {
                    return weights_with(
                        w, start, seed, [](float in, float) { return 2 / in; }, right_bound);
                }),
        mistake(first_weights, "he_uniform",
                "He's weights are spread evenly over ±√(6 / in): the paper draws them from a normal distribution.",
                [](const Shape& w, const Start& start, std::uint32_t seed) {
                    if (start.scheme != Scheme::he) return first_weights(w, start, seed);
                    Engine engine(seed);
                    const float bound = std::sqrt(6 / static_cast<float>(fans(w).in));
                    return uniform(w, engine, -bound, bound);
                }),
        mistake(first_weights, "he_without_two",
                "He's variance is 1 / in: half of what arrives is cut off by the ReLU, 2 / in makes up for it.",
                [](const Shape& w, const Start& start, std::uint32_t seed) {
                    return weights_with(
                        w, start, seed, [](float in, float) { return std::sqrt(1 / in); }, right_bound);
                }),
        mistake(first_weights, "he_with_fan_out",
                "He's deviation is taken from the fan-out: equation 10 has the number of inputs.",
                [](const Shape& w, const Start& start, std::uint32_t seed) {
                    return weights_with(
                        w, start, seed, [](float, float out) { return std::sqrt(2 / out); }, right_bound);
                }),
        mistake(first_weights, "glorot_bound_of_two",
                "Glorot's bound is √(2 / (in + out)): that is the deviation. Numbers spread evenly over ±a have the "
                "variance a²/3, so the bound is √3 times as large.",
                [](const Shape& w, const Start& start, std::uint32_t seed) {
                    return weights_with(w, start, seed, right_deviation,
                                        [](float in, float out) { return std::sqrt(2 / (in + out)); });
                }),
        mistake(first_weights, "glorot_of_inputs",
                "Glorot's bound is taken from the inputs alone: it is a compromise between in and out.",
                [](const Shape& w, const Start& start, std::uint32_t seed) {
                    return weights_with(w, start, seed, right_deviation,
                                        [](float in, float) { return std::sqrt(3 / in); });
                }),
        mistake(first_weights, "glorot_positive_only",
                "Glorot's weights are all positive: they are uniform in ± bound.",
                [](const Shape& w, const Start& start, std::uint32_t seed) {
                    if (start.scheme != Scheme::glorot) return first_weights(w, start, seed);
                    Engine engine(seed);
                    const Fans n = fans(w);
                    return uniform(w, engine, 0, right_bound(static_cast<float>(n.in), static_cast<float>(n.out)));
                }),
        mistake(first_weights, "deviation_of_vgg_always",
                "the deviation of gaussian weights is 0.01 always: it is what start.deviation says.",
                [](const Shape& w, const Start& start, std::uint32_t seed) {
                    return first_weights(w, {start.scheme, 0.01}, seed);
                }),
        mistake(initialize_report, "one_seed_for_all",
                "all layers are drawn with the same seed: layers of one shape would start as copies of each other.",
                [](const Start& start, std::uint32_t seed) { return initialized(start, seed, false, true, false); }),
        mistake(
            initialize_report, "state_overwritten",
            "what is not learned (the state of a dropout layer) is overwritten: look at parameter->learned.",
            [](const Start& start, std::uint32_t seed) { return initialized(start, seed, true, true, false, false); }),
        mistake(initialize_report, "biases_left", "the biases keep what they were: they begin with 0.",
                [](const Start& start, std::uint32_t seed) { return initialized(start, seed, true, false, false); }),
        mistake(initialize_report, "seeds_for_biases",
                "biases use up seeds, too: the first weights have `seed`, the next weights seed + 1, whatever lies "
                "between them.",
                [](const Start& start, std::uint32_t seed) { return initialized(start, seed, true, true, true); }),
        mistake(growth, "relu_forgotten",
                "the ReLU between the layers is not counted: it lets half of the variance through.",
                [](const Shape& w, const Start& start) {
                    const Growth g = growth(w, start);
                    return Growth{2 * g.forward, 2 * g.backward};
                }),
        mistake(growth, "backward_by_inputs",
                "backward the sum runs over the outputs that an input takes part in: it grows with fans(w).out.",
                [](const Shape& w, const Start& start) {
                    const Growth g = growth(w, start);
                    return Growth{g.forward, g.forward};
                }),
        mistake(
            growth, "uniform_variance_is_square",
            "Glorot's variance is taken to be the square of its bound: of numbers spread evenly over ±a it is a²/3.",
            [](const Shape& w, const Start& start) {
                Growth g = growth(w, start);
                if (start.scheme == Scheme::glorot) g = {3 * g.forward, 3 * g.backward};
                return g;
            }),
        mistake(growth, "deviation_not_squared", "the deviation is used where the variance belongs: square it.",
                [](const Shape& w, const Start& start) {
                    Growth g = growth(w, start);
                    const Fans n = fans(w);
                    double s = start.deviation;
                    if (start.scheme == Scheme::glorot) s = std::sqrt(2.0 / static_cast<double>(n.in + n.out));
                    if (start.scheme == Scheme::he) s = std::sqrt(2.0 / static_cast<double>(n.in));
                    return Growth{g.forward / s, g.backward / s};
                }),
        mistake(measure_report, "mean_of_squares",
                "this is the mean of the squares: behind a ReLU the mean is not 0, take its square off.",
                measured_by<mean_square>),
        mistake(measure_report, "deviation_for_variance", "this is the standard deviation: the variance is its square.",
                measured_by<deviation>),
        mistake(measure_report, "count_minus_one",
                "the sums are divided by the count less one: here they are means, over all numbers.",
                measured_by<unbiased>),
        mistake(measure_report, "variance_of_inputs",
                "activations[i] is the variance of what child i is given: it is to be that of what it gives.",
                measured_by<of_inputs>),
        mistake(measure_report, "gradient_passed_on",
                "gradients[i] is the variance of what child i passes on: it is to be that of what it receives, so that "
                "both lists speak of the same tensor.",
                measured_by<passed_on>),
        mistake(measure_report, "gradients_last_first",
                "the gradients stand in the order in which backward meets them: gradients[i] belongs to child i.",
                measured_by<last_first>),
    };
}

}  // namespace cnn::lab13::wrong
