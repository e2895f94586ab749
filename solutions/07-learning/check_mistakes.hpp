// Wrong answers to 7.4.
#pragma once
#include "loss_mistakes.hpp"
#include "probes.hpp"

namespace cnn::lab07::wrong {

// A difference quotient for every value, by quotient(f, x, i, h) where f asks for a known function.
template <class Q>
Tensor quotients(const std::string& name, Tensor x, float h, const Q& quotient) {
    Tensor gradient(x.shape());
    const auto f = [&](const Tensor& at) { return known_function(name, at); };
    for (Index i = 0; i < x.count(); ++i) gradient[i] = static_cast<float>(quotient(f, x, i, h));
    return gradient;
}
// f with value i moved by `by`.
template <class F>
double moved(const F& f, Tensor x, Index i, float by) {
    x[i] += by;
    return f(x);
}

inline Mistakes numeric_mistakes() {
    return {
        mistake(numeric_gradient_of, "one_sided",
                "only x + h is compared with x: step to both sides, or the error is of the order of h and not of h².",
                [](const std::string& f, const Tensor& x, float h) {
                    return quotients(f, x, h, [](const auto& at, const Tensor& here, Index i, float step) {
                        return (moved(at, here, i, step) - at(here)) / (double{here[i] + step} - double{here[i]});
                    });
                }),
        mistake(numeric_gradient_of, "divided_by_h", "the difference is divided by h: the two places are 2h apart.",
                [](const std::string& f, const Tensor& x, float h) {
                    return quotients(f, x, h, [](const auto& at, const Tensor& here, Index i, float step) {
                        const double distance = double{here[i] + step} - double{here[i] - step};
                        return 2 * (moved(at, here, i, step) - moved(at, here, i, -step)) / distance;
                    });
                }),
        mistake(numeric_gradient_of, "distance_not_rounded",
                "the difference is divided by 2h: x + h and x - h are floats, and rounding put them elsewhere.",
                [](const std::string& f, const Tensor& x, float h) {
                    return quotients(f, x, h, [](const auto& at, const Tensor& here, Index i, float step) {
                        return (moved(at, here, i, step) - moved(at, here, i, -step)) / (2 * double{step});
                    });
                }),
        mistake(numeric_gradient_of, "moved_by_steps",
                "x[i] goes up by h and down by 2h, each time rounded, and the difference is divided by 2h: divide by "
                "the distance of the two floats that x[i] really was.",
                [](const std::string& f, const Tensor& x, float h) {
                    return quotients(f, x, h, [](const auto& at, const Tensor& here, Index i, float step) {
                        Tensor now = here;
                        now[i] += step;
                        const double up = at(now);
                        now[i] -= 2 * step;
                        return (up - at(now)) / (2 * double{step});
                    });
                }),
        mistake(numeric_gradient_of, "not_put_back",
                "a value that was moved is not put back before the next one moves.",
                [](const std::string& f, const Tensor& x, float h) {
                    Tensor now = x;
                    return quotients(f, x, h, [&](const auto& at, const Tensor& here, Index i, float step) {
                        const double up = moved(at, now, i, step);
                        now[i] = here[i] - step;
                        return (up - at(now)) / (double{here[i] + step} - double{here[i] - step});
                    });
                }),
        mistake(numeric_gradient_of, "all_moved_together",
                "all values move at once: move one at a time, the others stay.",
                [](const std::string& f, const Tensor& x, float h) {
                    return quotients(f, x, h, [](const auto& at, const Tensor& here, Index i, float step) {
                        Tensor above = here, below = here;
                        for (float& value : above.values()) value += step;
                        for (float& value : below.values()) value -= step;
                        return (at(above) - at(below)) / (double{above[i]} - double{below[i]});
                    });
                }),
        mistake(numeric_gradient_of, "wrong_way", "the sign is wrong: it is f above less f below.",
                [](const std::string& f, const Tensor& x, float h) { return numeric_gradient_of(f, x, h) *= -1; }),
    };
}

// The errors by error(claimed, numeric, typical), and of these the largest.
template <class E>
GradientCheck check_with(const Tensor& claimed, const Tensor& numeric, const E& error) {
    GradientCheck check = check_gradient(claimed, numeric);
    double squares = 0;
    for (const float value : numeric.values()) squares += double{value} * double{value};
    const double typical = std::sqrt(squares / values(numeric));
    check.worst = 0, check.error = 0;
    for (Index i = 0; i < claimed.count(); ++i) {
        double e = claimed[i] == numeric[i] ? 0 : error(double{claimed[i]}, double{numeric[i]}, typical);
        if (!std::isfinite(e)) e = HUGE_VAL;
        check.errors[i] = static_cast<float>(e);
        if (e > check.error) check.worst = i, check.error = e;
    }
    return check;
}

inline Mistakes check_mistakes() {
    return {
        mistake(check_gradient, "absolute_error",
                "the differences are not divided: an error is measured against the size of the gradient.",
                [](const Tensor& claimed, const Tensor& numeric) {
                    return check_with(claimed, numeric, [](double c, double n, double) { return std::abs(c - n); });
                }),
        mistake(check_gradient, "without_typical",
                "the difference is divided by |numeric| alone: an entry near 0 then looks wrong for its rounding.",
                [](const Tensor& claimed, const Tensor& numeric) {
                    return check_with(claimed, numeric,
                                      [](double c, double n, double) { return std::abs(c - n) / std::abs(n); });
                }),
        mistake(
            check_gradient, "divided_by_the_claim",
            "the difference is divided by |claimed| + typical: |numeric| belongs there, which is known to be right.",
            [](const Tensor& claimed, const Tensor& numeric) {
                return check_with(claimed, numeric, [](double c, double n, double typical) {
                    return std::abs(c - n) / (std::abs(c) + typical);
                });
            }),
        mistake(check_gradient, "divided_by_the_larger",
                "the difference is divided by the larger of |claimed| and |numeric|: it is to be |numeric| + typical.",
                [](const Tensor& claimed, const Tensor& numeric) {
                    return check_with(claimed, numeric, [](double c, double n, double) {
                        return c == n ? 0 : std::abs(c - n) / std::max(std::abs(c), std::abs(n));
                    });
                }),
        mistake(check_gradient, "typical_of_the_claim",
                "typical is the root mean square of the claimed gradient: it is to be that of the numeric one.",
                [](const Tensor& claimed, const Tensor& numeric) {
                    double squares = 0;
                    for (const float value : claimed.values()) squares += double{value} * double{value};
                    const double mine = std::sqrt(squares / values(claimed));
                    return check_with(claimed, numeric, [&](double c, double n, double) {
                        return std::abs(c - n) / (std::abs(n) + mine);
                    });
                }),
        mistake(check_gradient, "gradients_exchanged",
                "claimed and numeric are exchanged: size and typical are those of the numeric gradient.",
                [](const Tensor& claimed, const Tensor& numeric) { return check_gradient(numeric, claimed); }),
        mistake(check_gradient, "formula_as_it_stands",
                "the formula is used everywhere: where both gradients are 0 it gives 0/0, though such entries have no "
                "error, and a NaN that was claimed stays a NaN, though its error is infinite.",
                [](const Tensor& claimed, const Tensor& numeric) {
                    GradientCheck check = check_gradient(claimed, numeric);
                    const bool is_flat = std::ranges::all_of(numeric.values(), [](float value) { return value == 0; });
                    check.worst = 0, check.error = 0;
                    for (Index i = 0; i < claimed.count(); ++i) {
                        if (std::isnan(claimed[i]) || (is_flat && claimed[i] == 0)) check.errors[i] = NAN;
                        if (double{check.errors[i]} > check.error)
                            check.worst = i, check.error = double{check.errors[i]};
                    }
                    return check;
                }),
        mistake(check_gradient, "signed_difference",
                "a claim that is too small has a negative error and is never the worst: take the absolute value.",
                [](const Tensor& claimed, const Tensor& numeric) {
                    return check_with(claimed, numeric, [](double c, double n, double typical) {
                        return std::isfinite(c) ? (c - n) / (std::abs(n) + typical) : HUGE_VAL;
                    });
                }),
        mistake(check_gradient, "sum_of_squares",
                "typical is the root of the sum of squares: divide by their number before the root.",
                [](const Tensor& claimed, const Tensor& numeric) {
                    return check_with(claimed, numeric, [&](double c, double n, double typical) {
                        return std::abs(c - n) / (std::abs(n) + typical * std::sqrt(values(numeric)));
                    });
                }),
        mistake(check_gradient, "nan_overlooked",
                "a NaN is overlooked: it compares as false with everything, so ask std::isfinite.",
                [](const Tensor& claimed, const Tensor& numeric) {
                    GradientCheck check = check_gradient(claimed, numeric);
                    check.worst = 0, check.error = 0;
                    for (Index i = 0; i < claimed.count(); ++i) {
                        if (std::isnan(claimed[i])) check.errors[i] = claimed[i];
                        if (double{check.errors[i]} > check.error)
                            check.worst = i, check.error = double{check.errors[i]};
                    }
                    return check;
                }),
        mistake(check_gradient, "zero_by_zero",
                "where both gradients are 0 the error is 0/0: entries that are equal have none.",
                [](const Tensor& claimed, const Tensor& numeric) {
                    GradientCheck check = check_gradient(claimed, numeric);
                    if (std::ranges::any_of(numeric.values(), [](float value) { return value != 0; })) return check;
                    check.worst = 0, check.error = HUGE_VAL;
                    check.errors.fill(HUGE_VALF);
                    return check;
                }),
        mistake(check_gradient, "last_of_equals", "of several largest errors the last is named: the first counts.",
                [](const Tensor& claimed, const Tensor& numeric) {
                    GradientCheck check = check_gradient(claimed, numeric);
                    for (Index i = 0; i < claimed.count(); ++i)
                        if (check.errors[i] == check.errors[check.worst]) check.worst = i;
                    return check;
                }),
    };
}

}  // namespace cnn::lab07::wrong
