// Wrong answers to 12.1 and 12.2.
#pragma once
#include <algorithm>
#include <cmath>

#include "alexnet.hpp"
#include "grader/exercise.hpp"
#include "tensor/random.hpp"

namespace cnn::lab12::wrong {

using grader::mistake;
using grader::Replacement;

// ---- 12.1 ----

// Local response normalisation of which one part can go wrong.
struct NormFaults {
    Index below = -1, above = -1;  // neighbors on either side; -1: n / 2
    bool squares = true, itself = true, over_columns = false, wraps = false, divides_alpha = false, power = true;
    float exponent = 1;  // of s, times beta
};
inline Tensor norm_with(const Tensor& x, const ResponseNorm& norm, const NormFaults& faults) {
    Tensor y = local_response_norm_forward(x, norm);
    const Index below = faults.below < 0 ? norm.n / 2 : faults.below;
    const Index above = faults.above < 0 ? norm.n / 2 : faults.above;
    const Index length = x.size(faults.over_columns ? 3 : 1);
    const float alpha = faults.divides_alpha ? norm.alpha / static_cast<float>(norm.n) : norm.alpha;
    for (Index n = 0; n < x.size(0); ++n)
        for (Index i = 0; i < x.size(1); ++i)
            for (Index row = 0; row < x.size(2); ++row)
                for (Index column = 0; column < x.size(3); ++column) {
                    const Index here = faults.over_columns ? column : i;
                    float sum = 0;
                    for (Index j = here - below; j <= here + above; ++j) {
                        if (!faults.itself && j == here) continue;
                        if (!faults.wraps && (j < 0 || j >= length)) continue;
                        const Index at = ((j % length) + length) % length;
                        const float a = faults.over_columns ? x(n, i, row, at) : x(n, at, row, column);
                        sum += faults.squares ? a * a : a;
                    }
                    const float s = norm.k + alpha * sum;
                    y(n, i, row, column) =
                        x(n, i, row, column) / (faults.power ? std::pow(s, faults.exponent * norm.beta) : s);
                }
    return y;
}

// Later maps compete with what is left of earlier ones.
inline Tensor norm_in_place(const Tensor& x, const ResponseNorm& norm) {
    local_response_norm_forward(x, norm);
    Tensor y = x;
    for (Index n = 0; n < x.size(0); ++n)
        for (Index i = 0; i < x.size(1); ++i)
            for (Index row = 0; row < x.size(2); ++row)
                for (Index column = 0; column < x.size(3); ++column) {
                    float sum = 0;
                    for (Index j = std::max<Index>(0, i - norm.n / 2); j < std::min(x.size(1), i + norm.n / 2 + 1); ++j)
                        sum += y(n, j, row, column) * y(n, j, row, column);
                    y(n, i, row, column) /= std::pow(norm.k + norm.alpha * sum, norm.beta);
                }
    return y;
}

// Its gradient, of which one part can go wrong.
struct NormGradientFaults {
    bool numerator = true, denominator = true, itself_only = false;
    float factor = -2;        // of the denominator's part
    float more_in_power = 1;  // (…)^(-beta - 1)
    bool divided_alpha = false;
    bool own_scale = false;  // s(i) where s(j) belongs
    bool own_value = false;  // a(i)² where a(i) · a(j) belongs
};
inline Tensor norm_gradient_with(const Tensor& dy, const Tensor& x, const ResponseNorm& norm,
                                 const NormGradientFaults& faults) {
    Tensor dx = local_response_norm_backward(dy, x, norm);
    dx.fill(0);
    const Index channels = x.size(1);
    const float alpha = faults.divided_alpha ? norm.alpha / static_cast<float>(norm.n) : norm.alpha;
    for (Index n = 0; n < x.size(0); ++n)
        for (Index row = 0; row < x.size(2); ++row)
            for (Index column = 0; column < x.size(3); ++column)
                for (Index j = 0; j < channels; ++j) {
                    const Index first = std::max<Index>(0, j - norm.n / 2);
                    const Index end = std::min(channels, j + norm.n / 2 + 1);
                    const auto scale = [&](Index map) {
                        float sum = 0;
                        const Index last = std::min(channels, map + norm.n / 2 + 1);
                        for (Index i = std::max<Index>(0, map - norm.n / 2); i < last; ++i)
                            sum += x(n, i, row, column) * x(n, i, row, column);
                        return norm.k + alpha * sum;
                    };
                    const float error = dy(n, j, row, column);
                    if (faults.numerator) dx(n, j, row, column) += error * std::pow(scale(j), -norm.beta);
                    for (Index i = first; i < end && faults.denominator; ++i)
                        if (!faults.itself_only || i == j)
                            dx(n, i, row, column) +=
                                faults.factor * alpha * norm.beta * error *
                                x(n, faults.own_value ? i : j, row, column) *
                                std::pow(scale(faults.own_scale ? i : j), -norm.beta - faults.more_in_power) *
                                x(n, i, row, column);
                }
    return dx;
}

// ---- 12.2 ----

inline Tensor times(Tensor x, float factor) { return std::move(x *= factor); }

inline std::vector<Replacement> layer_mistakes() {
    return {
        // 12.1
        mistake(local_response_norm_forward, "alpha_divided_by_n",
                "alpha is divided by n, which is PyTorch's convention: in this task, as in the paper, alpha multiplies "
                "the sum.",
                [](const Tensor& x, const ResponseNorm& norm) { return norm_with(x, norm, {.divides_alpha = true}); }),
        mistake(local_response_norm_forward, "values_not_squares",
                "the sum is over the values themselves: it must be over their squares.",
                [](const Tensor& x, const ResponseNorm& norm) { return norm_with(x, norm, {.squares = false}); }),
        mistake(local_response_norm_forward, "power_forgotten",
                "the values are divided by k + alpha · Σ itself: its power of beta is wanted.",
                [](const Tensor& x, const ResponseNorm& norm) { return norm_with(x, norm, {.power = false}); }),
        mistake(
            local_response_norm_forward, "beta_twice",
            "the power is 2 · beta: k + alpha · Σ is raised to the power of beta, without a root or a square before.",
            [](const Tensor& x, const ResponseNorm& norm) { return norm_with(x, norm, {.exponent = 2}); }),
        mistake(local_response_norm_forward, "neighbors_on_one_side",
                "the n neighbors begin at the map itself: half of them come before it, half behind.",
                [](const Tensor& x, const ResponseNorm& norm) {
                    return norm_with(x, norm, {.below = 0, .above = norm.n - 1});
                }),
        mistake(local_response_norm_forward, "last_neighbor_forgotten",
                "the last neighbor is missing: j goes up to i + n/2, that map included.",
                [](const Tensor& x, const ResponseNorm& norm) {
                    return norm_with(x, norm, {.above = std::max<Index>(norm.n / 2 - 1, 0)});
                }),
        mistake(local_response_norm_forward, "n_on_either_side",
                "there are n neighbors on either side: n counts all maps of a neighborhood, the one in the middle too.",
                [](const Tensor& x, const ResponseNorm& norm) {
                    return norm_with(x, norm, {.below = norm.n, .above = norm.n});
                }),
        mistake(local_response_norm_forward, "itself_left_out",
                "a value is missing in its own sum: the neighborhood contains map i.",
                [](const Tensor& x, const ResponseNorm& norm) { return norm_with(x, norm, {.itself = false}); }),
        mistake(local_response_norm_forward, "across_columns",
                "the sum goes over neighboring columns: it goes over neighboring maps at the same place.",
                [](const Tensor& x, const ResponseNorm& norm) { return norm_with(x, norm, {.over_columns = true}); }),
        mistake(local_response_norm_forward, "maps_in_a_ring",
                "the first and the last maps are treated as neighbors: at either end the neighborhood is cut off.",
                [](const Tensor& x, const ResponseNorm& norm) { return norm_with(x, norm, {.wraps = true}); }),
        mistake(local_response_norm_forward, "in_place",
                "the sums contain neighbors that were normalised already: all of them are taken from x, none from y.",
                norm_in_place),
        mistake(local_response_norm_backward, "numerator_only",
                "only the numerator is differentiated: x(i) also stands in the denominators, its own among them.",
                [](const Tensor& dy, const Tensor& x, const ResponseNorm& norm) {
                    return norm_gradient_with(dy, x, norm, {.denominator = false});
                }),
        mistake(local_response_norm_backward, "competitors_forgotten",
                "of the denominators only y(i)'s own is differentiated: x(i) also stands in those of its neighbors.",
                [](const Tensor& dy, const Tensor& x, const ResponseNorm& norm) {
                    return norm_gradient_with(dy, x, norm, {.itself_only = true});
                }),
        mistake(local_response_norm_backward, "factor_two_missing",
                "the denominators' part is half of what it should be: the derivative of a² is 2a.",
                [](const Tensor& dy, const Tensor& x, const ResponseNorm& norm) {
                    return norm_gradient_with(dy, x, norm, {.factor = -1});
                }),
        mistake(local_response_norm_backward, "wrong_sign",
                "the denominators' part is added: a larger neighbor makes y smaller.",
                [](const Tensor& dy, const Tensor& x, const ResponseNorm& norm) {
                    return norm_gradient_with(dy, x, norm, {.factor = 2});
                }),
        mistake(local_response_norm_backward, "power_not_lowered",
                "the denominators' part has s to the power of -beta: differentiating takes one more off, -beta - 1.",
                [](const Tensor& dy, const Tensor& x, const ResponseNorm& norm) {
                    return norm_gradient_with(dy, x, norm, {.more_in_power = 0});
                }),
        mistake(local_response_norm_backward, "gradient_of_divided_alpha",
                "this is the gradient for an alpha that is divided by n: in this task, as in the paper, it multiplies "
                "the sum.",
                [](const Tensor& dy, const Tensor& x, const ResponseNorm& norm) {
                    return norm_gradient_with(dy, x, norm, {.divided_alpha = true});
                }),

        mistake(local_response_norm_backward, "scale_of_the_receiver",
                "the denominators' part is divided by a power of s(i), the receiver's: dy(j) · a(j) belongs to y(j), "
                "whose denominator is s(j).",
                [](const Tensor& dy, const Tensor& x, const ResponseNorm& norm) {
                    return norm_gradient_with(dy, x, norm, {.own_scale = true});
                }),
        mistake(
            local_response_norm_backward, "square_of_the_receiver",
            "the denominators' part has a(i)²: it is a(i) · a(j), the receiver's value times that of the y it moves.",
            [](const Tensor& dy, const Tensor& x, const ResponseNorm& norm) {
                return norm_gradient_with(dy, x, norm, {.own_value = true});
            }),

        // 12.2
        mistake(dropout_mask, "p_stays", "p is taken for the probability to stay: it is the one to be dropped.",
                [](const Shape& shape, float p, std::uint32_t seed) {
                    Tensor mask = dropout_mask(shape, p, seed);
                    for (float& stays : mask.values()) stays = 1 - stays;
                    return mask;
                }),
        mistake(dropout_mask, "one_coin_for_all",
                "all numbers share one draw: make the engine once, before the loop, and ask it for every number.",
                [](const Shape& shape, float p, std::uint32_t seed) {
                    dropout_mask(shape, p, seed);
                    Engine engine(seed);
                    return Tensor::full(shape, uniform(engine) < p ? 0.0f : 1.0f);
                }),
        mistake(dropout_mask, "mask_scaled", "the mask holds 1 / (1 - p): here it says who stays, 1 or 0.",
                [](const Shape& shape, float p, std::uint32_t seed) {
                    return times(dropout_mask(shape, p, seed), 1 / (1 - p));
                }),
        mistake(dropout_mask, "normal_coins",
                "the draws are normal(engine): uniform(engine) is below p with probability p.",
                [](const Shape& shape, float p, std::uint32_t seed) {
                    Tensor mask = dropout_mask(shape, p, seed);
                    Engine engine(seed);
                    for (float& stays : mask.values()) stays = normal(engine) < p ? 0.0f : 1.0f;
                    return mask;
                }),
        mistake(
            dropout_training, "never_scaled",
            "those who stay are not made larger in the inverted form: they stand in for the others, divided by 1 - p.",
            [](const Tensor& x, const Tensor& mask, float p, DropoutForm) {
                return dropout_training(x, mask, p, DropoutForm::published);
            }),
        mistake(
            dropout_training, "always_scaled",
            "those who stay are made larger in the published form, too: in 2012 it is testing that makes up for it.",
            [](const Tensor& x, const Tensor& mask, float p, DropoutForm) {
                return dropout_training(x, mask, p, DropoutForm::inverted);
            }),
        mistake(dropout_training, "divided_by_p",
                "those who stay are divided by p: the share of those who stay is 1 - p.",
                [](const Tensor& x, const Tensor& mask, float p, DropoutForm form) {
                    const Tensor y = dropout_training(x, mask, p, DropoutForm::published);
                    return form == DropoutForm::inverted && p > 0 ? times(y, 1 / p) : y;
                }),
        mistake(dropout_training, "multiplied_by_share",
                "those who stay are multiplied by 1 - p: they must become larger, not smaller.",
                [](const Tensor& x, const Tensor& mask, float p, DropoutForm form) {
                    const Tensor y = dropout_training(x, mask, p, DropoutForm::published);
                    return form == DropoutForm::inverted ? times(y, 1 - p) : y;
                }),
        mistake(dropout_testing, "testing_never_scaled",
                "testing leaves the published form as it is: more neurons than in training speak, so each of them "
                "is multiplied by 1 - p.",
                [](const Tensor& x, float p, DropoutForm) { return dropout_testing(x, p, DropoutForm::inverted); }),
        mistake(dropout_testing, "testing_always_scaled",
                "testing multiplies in the inverted form, too: there training has made up for it already.",
                [](const Tensor& x, float p, DropoutForm) { return dropout_testing(x, p, DropoutForm::published); }),
        mistake(dropout_testing, "testing_times_p", "testing multiplies by p: the share of those who stayed is 1 - p.",
                [](const Tensor& x, float p, DropoutForm form) {
                    return form == DropoutForm::published ? times(x, p) : x;
                }),
        mistake(dropout_backward, "error_not_masked",
                "the error goes back to everybody: who was dropped had no part in it.",
                [](const Tensor& dy, const Tensor& mask, float p, DropoutForm form) {
                    dropout_backward(dy, mask, p, form);
                    return form == DropoutForm::inverted ? times(dy, 1 / (1 - p)) : dy;
                }),
        mistake(dropout_backward, "error_not_scaled",
                "the factor of the inverted form is missing on the way back: y = x · factor, so dx = dy · factor.",
                [](const Tensor& dy, const Tensor& mask, float p, DropoutForm) {
                    return dropout_backward(dy, mask, p, DropoutForm::published);
                }),
        mistake(dropout_backward, "error_scaled_back",
                "the error is multiplied by 1 - p: the way back has the same factor as the way there.",
                [](const Tensor& dy, const Tensor& mask, float p, DropoutForm form) {
                    const Tensor dx = dropout_backward(dy, mask, p, DropoutForm::published);
                    return form == DropoutForm::inverted ? times(dx, 1 - p) : dx;
                }),
        mistake(
            dropout_backward, "published_error_scaled",
            "in the published form the error is multiplied by 1 - p: only testing does that; training has no factor.",
            [](const Tensor& dy, const Tensor& mask, float p, DropoutForm form) {
                const Tensor dx = dropout_backward(dy, mask, p, form);
                return form == DropoutForm::published ? times(dx, 1 - p) : dx;
            }),
    };
}

}  // namespace cnn::lab12::wrong
