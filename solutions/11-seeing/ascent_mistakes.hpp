// Wrong answers to 11.6.
#pragma once
#include <algorithm>
#include <cmath>

#include "grader/exercise.hpp"
#include "nn/loss.hpp"
#include "probes.hpp"

namespace cnn::lab11::wrong {

using grader::mistake;
using Mistakes = std::vector<grader::Replacement>;

// A gradient through the network, from the dy that `error` makes of the output.
template <class F>
Tensor gradient_with(const SmallNetwork& small, const Tensor& x, Index unit, bool training, const F& error) {
    score_gradient_report(small, x, unit);  // refuses what it should
    nn::Sequential network = build(small, x.shape());
    network.set_training(training);
    const Tensor y = network.forward(x);
    return network.backward(error(y));
}
inline Tensor one_hot(const Tensor& y, Index unit, float value = 1) {
    Tensor dy(y.shape());
    dy[unit] = value;
    return dy;
}

inline Mistakes gradient_mistakes() {
    return {
        mistake(score_gradient_report, "gradient_in_training_mode",
                "the network is in training mode: set_training(false) before the forward pass of score_gradient.",
                [](const SmallNetwork& network, const Tensor& x, Index unit) {
                    return gradient_with(network, x, unit, true, [&](const Tensor& y) { return one_hot(y, unit); });
                }),
        mistake(score_gradient_report, "all_units_at_once",
                "this is the gradient of the sum of all outputs: dy has a single 1, at `unit`.",
                [](const SmallNetwork& network, const Tensor& x, Index unit) {
                    return gradient_with(network, x, unit, false,
                                         [](const Tensor& y) { return Tensor::full(y.shape(), 1); });
                }),
        mistake(score_gradient_report, "downhill",
                "the sign is that of a loss: the score itself is to become large, dy is +1 at `unit`.",
                [](const SmallNetwork& network, const Tensor& x, Index unit) {
                    return gradient_with(network, x, unit, false,
                                         [&](const Tensor& y) { return one_hot(y, unit, -1); });
                }),
        mistake(score_gradient_report, "dy_is_the_score",
                "dy is the score itself: that is the gradient of its square, halved. ∂S/∂S is 1.",
                [](const SmallNetwork& network, const Tensor& x, Index unit) {
                    return gradient_with(network, x, unit, false,
                                         [&](const Tensor& y) { return one_hot(y, unit, y[unit]); });
                }),
        mistake(
            score_gradient_report, "gradient_of_the_logarithm",
            "this is the gradient of the logarithm of the probability: it can grow by making the other classes small. "
            "The score before softmax is asked for.",
            [](const SmallNetwork& network, const Tensor& x, Index unit) {
                return gradient_with(network, x, unit, false, [&](const Tensor& y) {
                    Tensor dy = nn::softmax_cross_entropy().probabilities(y.reshaped({1, y.count()}));
                    dy *= -1;
                    dy[unit] += 1;
                    return dy.reshaped(y.shape());
                });
            }),
    };
}

inline Tensor step_with(const Tensor& x, const Tensor& gradient, float by_gradient, float by_x) {
    ascent_step(x, gradient, 0, 0);
    Tensor next(x.shape());
    for (Index i = 0; i < x.count(); ++i) next[i] = x[i] + by_gradient * gradient[i] + by_x * x[i];
    return next;
}

inline Mistakes step_mistakes() {
    return {
        mistake(ascent_step, "step_downhill", "the step goes downhill: S is to become larger.",
                [](const Tensor& x, const Tensor& gradient, float rate, float decay) {
                    return step_with(x, gradient, -rate, -2 * rate * decay);
                }),
        mistake(ascent_step, "decay_without_two", "the derivative of decay · ‖x‖² is 2 · decay · x: the 2 is missing.",
                [](const Tensor& x, const Tensor& gradient, float rate, float decay) {
                    return step_with(x, gradient, rate, -rate * decay);
                }),
        mistake(ascent_step, "decay_after_the_step",
                "the image shrinks by 1 - decay after the step: here decay is part of the slope, taken at x as it was.",
                [](const Tensor& x, const Tensor& gradient, float rate, float decay) {
                    Tensor next = step_with(x, gradient, rate, 0);
                    return next *= 1 - decay;
                }),
        mistake(ascent_step, "decay_that_grows", "decay makes x larger: the penalty is taken off.",
                [](const Tensor& x, const Tensor& gradient, float rate, float decay) {
                    return step_with(x, gradient, rate, 2 * rate * decay);
                }),
        mistake(ascent_step, "decay_without_rate",
                "decay is not multiplied by the rate: it is a part of the slope like the other.",
                [](const Tensor& x, const Tensor& gradient, float rate, float decay) {
                    return step_with(x, gradient, rate, -2 * decay);
                }),
        mistake(
            ascent_step, "no_decay", "decay does nothing.",
            [](const Tensor& x, const Tensor& gradient, float rate, float) { return step_with(x, gradient, rate, 0); }),
        mistake(ascent_step, "gradient_of_length_one",
                "the gradient is divided by its length first: the step is rate times the gradient as it is.",
                [](const Tensor& x, const Tensor& gradient, float rate, float decay) {
                    double squares = 0;
                    for (const float value : gradient.values()) squares += static_cast<double>(value * value);
                    return step_with(x, gradient, rate / static_cast<float>(std::sqrt(squares)), -2 * rate * decay);
                }),
    };
}

enum class Edge { repeated, zero, around, kept };
// `mask` along one axis of every plane.
inline Tensor smoothed_along(int axis, const Tensor& x, Edge edge, float side, float middle, bool in_place = false) {
    Tensor y = x;
    const Tensor& from = in_place ? y : x;
    const Index size = x.size(axis), step = axis == 3 ? 1 : x.size(3);
    for (Index i = 0; i < x.count(); ++i) {
        const Index at = i / step % size;
        const auto neighbour = [&](Index to) {
            if (to >= 0 && to < size) return from[i + (to - at) * step];
            if (edge == Edge::zero) return 0.0f;
            const Index inside = edge == Edge::around ? (to + size) % size : at;
            return from[i + (inside - at) * step];
        };
        if (edge == Edge::kept && (at == 0 || at == size - 1)) continue;
        y[i] = side * neighbour(at - 1) + middle * from[i] + side * neighbour(at + 1);
    }
    return y;
}
inline Tensor smoothed_twice(const Tensor& x, Edge edge, float side, float middle, bool in_place = false) {
    blurred(x);  // refuses what it should
    return smoothed_along(3, smoothed_along(2, x, edge, side, middle, in_place), edge, side, middle, in_place);
}

inline Mistakes blur_mistakes() {
    return {
        mistake(blurred, "blurred_in_place",
                "new values are read where old ones are meant: write into a tensor of its own.",
                [](const Tensor& x) { return smoothed_twice(x, Edge::repeated, 0.25f, 0.5f, true); }),
        mistake(blurred, "zeros_around", "beyond the edge there are zeros: the pixels of the edge are to be repeated.",
                [](const Tensor& x) { return smoothed_twice(x, Edge::zero, 0.25f, 0.5f); }),
        mistake(blurred, "around_the_image",
                "the pixel beyond the edge is taken from the other side: the pixels of the edge are to be repeated.",
                [](const Tensor& x) { return smoothed_twice(x, Edge::around, 0.25f, 0.5f); }),
        mistake(blurred, "edges_left_alone",
                "the pixels of the edge stay as they are: they are smoothed like the rest.",
                [](const Tensor& x) { return smoothed_twice(x, Edge::kept, 0.25f, 0.5f); }),
        mistake(blurred, "one_axis_only", "it is smoothed along the columns only: the rows follow.",
                [](const Tensor& x) {
                    blurred(x);
                    return smoothed_along(2, x, Edge::repeated, 0.25f, 0.5f);
                }),
        mistake(blurred, "three_equal_parts",
                "this is the mean of three neighbours: the middle one counts twice, (1 2 1) / 4.",
                [](const Tensor& x) { return smoothed_twice(x, Edge::repeated, 1 / 3.0f, 1 / 3.0f); }),
        mistake(blurred, "sum_not_divided", "the sums are not divided by 4: the image grows brighter with every blur.",
                [](const Tensor& x) { return smoothed_twice(x, Edge::repeated, 1, 2); }),
    };
}

struct AscentSlips {
    bool gradient_of_the_start = false, no_last_score = false, blur_first = false, blur_always = false;
    bool blur_never = false, no_decay = false, one_step_less = false, best_kept = false, downhill = false;
};
inline Ascent ascent_with(const SmallNetwork& small, Index unit, const Tensor& start, const AscentOptions& options,
                          const AscentSlips& slips) {
    nn::Sequential network = build(small, start.shape());
    network.set_training(false);
    const auto score = [&](const Tensor& x) { return network.forward(x)[unit]; };
    Ascent ascent{start, {}};
    Tensor best = start;
    float best_score = maximize_report(small, unit, start, {.steps = 0}).scores.front();
    const Index steps = slips.one_step_less ? std::max<Index>(options.steps - 1, 0) : options.steps;
    for (Index step = 1; step <= steps; ++step) {
        ascent.scores.push_back(score(ascent.x));
        Tensor gradient = score_gradient(network, slips.gradient_of_the_start ? start : ascent.x, unit);
        if (slips.downhill) gradient *= -1;
        ascent.x = ascent_step(ascent.x, gradient, options.rate, slips.no_decay ? 0 : options.decay);
        const Index counted = slips.blur_first ? step - 1 : step;
        if (options.blur_every > 0 && !slips.blur_never && (slips.blur_always || counted % options.blur_every == 0))
            ascent.x = blurred(ascent.x);
        if (const float now = score(ascent.x); now > best_score) best_score = now, best = ascent.x;
    }
    if (!slips.no_last_score) ascent.scores.push_back(score(ascent.x));
    if (slips.best_kept) ascent.x = best;
    return ascent;
}

inline Mistakes ascent_mistakes() {
    return {
        mistake(maximize_report, "gradient_of_the_start",
                "every step follows the gradient of the start: take it anew at each x.",
                [](const SmallNetwork& network, Index unit, const Tensor& start, const AscentOptions& options) {
                    return ascent_with(network, unit, start, options, {.gradient_of_the_start = true});
                }),
        mistake(maximize_report, "ascent_downhill",
                "the steps go downhill: the gradient is taken off, but the score is to become larger.",
                [](const SmallNetwork& network, Index unit, const Tensor& start, const AscentOptions& options) {
                    return ascent_with(network, unit, start, options, {.downhill = true});
                }),
        mistake(maximize_report, "last_score_missing",
                "the score of the final x is missing: steps + 1 numbers are asked for.",
                [](const SmallNetwork& network, Index unit, const Tensor& start, const AscentOptions& options) {
                    return ascent_with(network, unit, start, options, {.no_last_score = true});
                }),
        mistake(maximize_report, "blur_after_the_first_step",
                "steps are counted from 0: with blur_every = 2 the second, the fourth, … are followed by a blur.",
                [](const SmallNetwork& network, Index unit, const Tensor& start, const AscentOptions& options) {
                    return ascent_with(network, unit, start, options, {.blur_first = true});
                }),
        mistake(maximize_report, "blur_after_every_step",
                "every step is followed by a blur: only each `blur_every`-th is.",
                [](const SmallNetwork& network, Index unit, const Tensor& start, const AscentOptions& options) {
                    return ascent_with(network, unit, start, options, {.blur_always = true});
                }),
        mistake(maximize_report, "never_blurred",
                "x is never blurred: each `blur_every`-th step is followed by a blur.",
                [](const SmallNetwork& network, Index unit, const Tensor& start, const AscentOptions& options) {
                    return ascent_with(network, unit, start, options, {.blur_never = true});
                }),
        mistake(maximize_report, "decay_not_passed_on", "the decay of the options is not used.",
                [](const SmallNetwork& network, Index unit, const Tensor& start, const AscentOptions& options) {
                    return ascent_with(network, unit, start, options, {.no_decay = true});
                }),
        mistake(maximize_report, "one_step_less", "there is one step less than asked for.",
                [](const SmallNetwork& network, Index unit, const Tensor& start, const AscentOptions& options) {
                    return ascent_with(network, unit, start, options, {.one_step_less = true});
                }),
        mistake(maximize_report, "best_instead_of_last",
                "x is the one with the best score: the one after the last step is asked for.",
                [](const SmallNetwork& network, Index unit, const Tensor& start, const AscentOptions& options) {
                    return ascent_with(network, unit, start, options, {.best_kept = true});
                }),
    };
}

}  // namespace cnn::lab11::wrong
