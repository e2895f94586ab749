// Wrong answers to 7.1 and 7.2.
#pragma once
#include <algorithm>
#include <cmath>

#include "grader/exercise.hpp"
#include "learning.hpp"

namespace cnn::lab07::wrong {

using grader::mistake;
using grader::Replacement;
using Mistakes = std::vector<Replacement>;

// A loss with value and gradient multiplied.
inline Loss times(Loss loss, double value, double gradient) {
    loss.value *= value;
    loss.gradient *= static_cast<float>(gradient);
    return loss;
}
inline double rows(const Tensor& y) { return static_cast<double>(y.size(0)); }
inline double values(const Tensor& y) { return static_cast<double>(y.count()); }
inline Index label_of(const Labels& labels, Index n) { return labels[static_cast<std::size_t>(n)]; }

// ---- 7.1 ----

inline Mistakes one_hot_mistakes() {
    return {
        mistake(one_hot, "classes_in_rows",
                "target has a row for every class: it has one for every label, [N, classes].",
                [](const Labels& labels, Index classes) {
                    const Tensor right = one_hot(labels, classes);
                    Tensor target({classes, right.size(0)});
                    for (Index n = 0; n < right.size(0); ++n) target(label_of(labels, n), n) = 1;
                    return target;
                }),
        mistake(one_hot, "labels_from_one", "the 1 stands one column too far to the left: labels are counted from 0.",
                [](const Labels& labels, Index classes) {
                    one_hot(labels, classes);
                    Tensor target({std::ssize(labels), classes});
                    for (Index n = 0; n < target.size(0); ++n)
                        if (label_of(labels, n) > 0) target(n, label_of(labels, n) - 1) = 1;
                    return target;
                }),
        mistake(one_hot, "label_as_value", "the label itself stands in its column: what belongs there is 1.",
                [](const Labels& labels, Index classes) {
                    Tensor target = one_hot(labels, classes);
                    for (Index n = 0; n < target.size(0); ++n)
                        target(n, label_of(labels, n)) = static_cast<float>(label_of(labels, n));
                    return target;
                }),
    };
}

inline Mistakes mse_mistakes() {
    return {
        mistake(mse, "sum", "value and gradient are those of the sum: a mean is divided by the number of values.",
                [](const Tensor& y, const Tensor& t) { return times(mse(y, t), values(y), values(y)); }),
        mistake(mse, "mean_over_rows",
                "the sum is divided by the first size only: the mean is over all values, not over images.",
                [](const Tensor& y, const Tensor& t) {
                    const Loss right = mse(y, t);
                    return times(right, values(y) / rows(y), values(y) / rows(y));
                }),
        mistake(mse, "gradient_of_half", "the 2 of the derivative is missing: E has no 1/2 in front of the square.",
                [](const Tensor& y, const Tensor& t) { return times(mse(y, t), 1, 0.5); }),
        mistake(mse, "gradient_of_the_sum",
                "the gradient is that of the sum: the 1/K of the mean stays in it when you differentiate.",
                [](const Tensor& y, const Tensor& t) { return times(mse(y, t), 1, values(y)); }),
        mistake(mse, "gradient_of_the_target",
                "the gradient has the wrong sign, as if t were what moves: E grows where y grows beyond t.",
                [](const Tensor& y, const Tensor& t) { return times(mse(y, t), 1, -1); }),
        mistake(mse, "absolute", "the differences are not squared in the value: E is the mean of (y - t)².",
                [](const Tensor& y, const Tensor& t) {
                    Loss loss = mse(y, t);
                    loss.value = 0;
                    for (Index i = 0; i < y.count(); ++i)
                        loss.value += std::abs(double{y[i]} - double{t[i]}) / values(y);
                    return loss;
                }),
        mistake(mse, "mean_absolute_error",
                "this is the mean absolute error, its gradient only a sign: E is the mean of (y - t)².",
                [](const Tensor& y, const Tensor& t) {
                    Loss loss = mse(y, t);
                    loss.value = 0;
                    for (Index i = 0; i < y.count(); ++i) {
                        const double d = double{y[i]} - double{t[i]};
                        loss.value += std::abs(d) / values(y);
                        loss.gradient[i] = static_cast<float>((d > 0 ? 1 : d < 0 ? -1 : 0) / values(y));
                    }
                    return loss;
                }),
        mistake(mse, "root", "the value is the root of the mean: E has no root.",
                [](const Tensor& y, const Tensor& t) {
                    Loss loss = mse(y, t);
                    loss.value = std::sqrt(loss.value);
                    return loss;
                }),
    };
}

// ---- 7.2 ----

// value(y, labels, n) for every row, as the mean of which the right gradient stays.
template <class F>
Loss with_value(const Tensor& y, const Labels& labels, const F& value) {
    Loss loss = softmax_cross_entropy(y, labels);
    loss.value = 0;
    for (Index n = 0; n < y.size(0); ++n) loss.value += value(n) / rows(y);
    return loss;
}
// The right value with a gradient of gradient(right, n, m).
template <class F>
Loss with_gradient(const Tensor& y, const Labels& labels, const F& gradient) {
    Loss loss = softmax_cross_entropy(y, labels);
    for (Index n = 0; n < y.size(0); ++n)
        for (Index m = 0; m < y.size(1); ++m)
            loss.gradient(n, m) = static_cast<float>(gradient(loss.gradient(n, m), n, m));
    return loss;
}
// Softmax and logarithm in float, with `shift` taken off the exponents.
template <class F>
Loss in_float(const Tensor& y, const Labels& labels, const F& shift) {
    Loss loss = softmax_cross_entropy(y, labels);
    loss.value = 0;
    for (Index n = 0; n < y.size(0); ++n) {
        float sum = 0;
        for (Index m = 0; m < y.size(1); ++m) sum += std::exp(y(n, m) - shift(n));
        for (Index m = 0; m < y.size(1); ++m) {
            const float p = std::exp(y(n, m) - shift(n)) / sum;
            const bool hit = m == label_of(labels, n);
            if (hit) loss.value -= double{std::log(p)} / rows(y);
            loss.gradient(n, m) = static_cast<float>((double{p} - (hit ? 1 : 0)) / rows(y));
        }
    }
    return loss;
}

// Value and gradient from log_p(score, largest of the row, Σ e^(score - largest)).
template <class F>
Loss by_logarithms(const Tensor& y, const Labels& labels, const F& log_p) {
    Loss loss = softmax_cross_entropy(y, labels);
    loss.value = 0;
    for (Index n = 0; n < y.size(0); ++n) {
        double largest = y(n, 0), sum = 0;
        for (Index m = 1; m < y.size(1); ++m) largest = std::max(largest, double{y(n, m)});
        for (Index m = 0; m < y.size(1); ++m) sum += std::exp(double{y(n, m)} - largest);
        for (Index m = 0; m < y.size(1); ++m) {
            const double log = log_p(double{y(n, m)}, largest, sum);
            const bool hit = m == label_of(labels, n);
            if (hit) loss.value -= log / rows(y);
            const double gradient = (std::exp(log) - (hit ? 1 : 0)) / rows(y);
            loss.gradient(n, m) = gradient > 1e38 ? HUGE_VALF : static_cast<float>(gradient);
        }
    }
    return loss;
}
// -log(max(p, 10^-digits)): the value stops there.
template <int digits>
Replacement clipped() {
    return mistake(softmax_cross_entropy, "logarithm_clipped_at_1e-" + std::to_string(digits),
                   "the probability is kept away from 0 before its logarithm is taken, so the value stops growing: log "
                   "p is the score less the logarithm of the sum, and finite without that.",
                   [](const Tensor& y, const Labels& labels) {
                       Loss loss = by_logarithms(y, labels, [](double score, double largest, double sum) {
                           return std::max(score - largest - std::log(sum), -digits * std::log(10.0));
                       });
                       loss.gradient = softmax_cross_entropy(y, labels).gradient;
                       return loss;
                   });
}

inline Mistakes cross_entropy_values() {
    return {
        mistake(softmax_cross_entropy, "sum_over_images",
                "value and gradient are added up over the images: E is their mean, so both are divided by N.",
                [](const Tensor& y, const Labels& labels) {
                    return times(softmax_cross_entropy(y, labels), rows(y), rows(y));
                }),
        mistake(
            softmax_cross_entropy, "value_not_averaged",
            "the value is the sum over the images, though the gradient is that of the mean.",
            [](const Tensor& y, const Labels& labels) { return times(softmax_cross_entropy(y, labels), rows(y), 1); }),
        mistake(softmax_cross_entropy, "overflow",
                "e^y overflows for large scores: take the largest score of the row off first.",
                [](const Tensor& y, const Labels& labels) {
                    softmax_cross_entropy(y, labels);
                    return in_float(y, labels, [](Index) { return 0.0f; });
                }),
        mistake(
            softmax_cross_entropy, "largest_of_all",
            "the largest score of the whole batch is taken off: each row needs its own, or its exponentials vanish.",
            [](const Tensor& y, const Labels& labels) {
                const float largest = y.empty() ? 0 : *std::ranges::max_element(y.values());
                return in_float(y, labels, [&](Index) { return largest; });
            }),
        mistake(softmax_cross_entropy, "logarithm_of_zero",
                "a probability too small for a float became 0, and its logarithm infinite: log p is the score less the "
                "logarithm of the sum, without the quotient.",
                [](const Tensor& y, const Labels& labels) {
                    return in_float(y, labels, [&](Index n) {
                        return *std::max_element(y.data() + n * y.size(1), y.data() + (n + 1) * y.size(1));
                    });
                }),
        mistake(softmax_cross_entropy, "largest_off_the_sum_only",
                "the largest score is taken off the scores in the sum, but not off y(n, m) before it: log p is off by "
                "the row's largest score.",
                [](const Tensor& y, const Labels& labels) {
                    return by_logarithms(y, labels,
                                         [](double score, double, double sum) { return score - std::log(sum); });
                }),
        mistake(softmax_cross_entropy, "largest_off_the_sum_only_in_the_value",
                "in the value, the largest score is taken off the scores in the sum, but not off the label's score: "
                "each image's loss is off by the row's largest score.",
                [](const Tensor& y, const Labels& labels) {
                    Loss loss = by_logarithms(y, labels,
                                              [](double score, double, double sum) { return score - std::log(sum); });
                    loss.gradient = softmax_cross_entropy(y, labels).gradient;
                    return loss;
                }),
        mistake(softmax_cross_entropy, "logarithm_of_the_sum_to_base_2",
                "the logarithm of the sum is to base 2: e^y needs the natural one, std::log.",
                [](const Tensor& y, const Labels& labels) {
                    return by_logarithms(y, labels, [](double score, double largest, double sum) {
                        return score - largest - std::log2(sum);
                    });
                }),
        mistake(softmax_cross_entropy, "divided_by_all_values",
                "the sum is divided by N · M: E is a mean over the N images, not over all scores.",
                [](const Tensor& y, const Labels& labels) {
                    const double share = rows(y) / values(y);
                    return times(softmax_cross_entropy(y, labels), share, share);
                }),
        mistake(softmax_cross_entropy, "other_classes_counted",
                "-log(1 - p) of the other classes is added to the value: here only the label's -log p counts.",
                [](const Tensor& y, const Labels& labels) {
                    const Loss right = softmax_cross_entropy(y, labels);
                    Loss loss = right;
                    for (Index n = 0; n < y.size(0); ++n)
                        for (Index m = 0; m < y.size(1); ++m)
                            if (m != label_of(labels, n))
                                loss.value -= std::log1p(-double{right.gradient(n, m)} * rows(y)) / rows(y);
                    return loss;
                }),
        clipped<7>(),
        clipped<8>(),
        clipped<10>(),
        clipped<12>(),
        clipped<15>(),
        mistake(softmax_cross_entropy, "all_classes",
                "the logarithms of all classes are added up: only the label's counts.",
                [](const Tensor& y, const Labels& labels) {
                    return with_value(y, labels, [&](Index n) {
                        double sum = 0;
                        for (std::int32_t m = 0; m < y.size(1); ++m) {
                            const Tensor row({1, y.size(1)}, y.values().subspan(static_cast<std::size_t>(n * y.size(1)),
                                                                                static_cast<std::size_t>(y.size(1))));
                            sum += softmax_cross_entropy(row, {m}).value;
                        }
                        return sum;
                    });
                }),
        mistake(softmax_cross_entropy, "no_logarithm", "the value is 1 - p: the loss is the negative logarithm of p.",
                [](const Tensor& y, const Labels& labels) {
                    const Loss right = softmax_cross_entropy(y, labels);
                    return with_value(
                        y, labels, [&](Index n) { return -double{right.gradient(n, label_of(labels, n))} * rows(y); });
                }),
        mistake(softmax_cross_entropy, "logarithm_to_base_2",
                "the logarithm is to base 2: the gradient p - 1 belongs to the natural one, std::log.",
                [](const Tensor& y, const Labels& labels) {
                    return times(softmax_cross_entropy(y, labels), 1 / std::log(2.0), 1);
                }),
        mistake(softmax_cross_entropy, "value_negative",
                "the value has the wrong sign: log p is negative, E is -log p.",
                [](const Tensor& y, const Labels& labels) { return times(softmax_cross_entropy(y, labels), -1, 1); }),
    };
}

inline Mistakes cross_entropy_gradients() {
    return {
        mistake(
            softmax_cross_entropy, "gradient_not_averaged",
            "the gradient lacks the 1/N of the mean: two equal images would pull twice as hard as one.",
            [](const Tensor& y, const Labels& labels) { return times(softmax_cross_entropy(y, labels), 1, rows(y)); }),
        mistake(softmax_cross_entropy, "nothing_off_the_label",
                "the gradient is p at every class: at the label it is p - 1.",
                [](const Tensor& y, const Labels& labels) {
                    return with_gradient(y, labels, [&](float right, Index n, Index m) {
                        return double{right} + (m == label_of(labels, n) ? 1 / rows(y) : 0);
                    });
                }),
        mistake(softmax_cross_entropy, "label_only",
                "the gradient is 0 at the other classes: their scores are in the sum under the fraction, so they push, "
                "too.",
                [](const Tensor& y, const Labels& labels) {
                    return with_gradient(y, labels, [&](float right, Index n, Index m) {
                        return m == label_of(labels, n) ? double{right} : 0;
                    });
                }),
        mistake(softmax_cross_entropy, "gradient_uphill",
                "the gradient has the wrong sign: it is p less 1 at the label, so the label's entry is negative.",
                [](const Tensor& y, const Labels& labels) { return times(softmax_cross_entropy(y, labels), 1, -1); }),
        mistake(softmax_cross_entropy, "gradient_by_probability",
                "this is the gradient with respect to the probability, -1/p at the label: go on through softmax to y.",
                [](const Tensor& y, const Labels& labels) {
                    return with_gradient(y, labels, [&](float right, Index n, Index m) {
                        const double p = 1 + double{right} * rows(y);
                        return m == label_of(labels, n) ? -1 / (p * rows(y)) : 0;
                    });
                }),
        mistake(softmax_cross_entropy, "first_label_for_all",
                "every image's gradient is taken with the first label: row n has a label of its own.",
                [](const Tensor& y, const Labels& labels) {
                    return with_gradient(y, labels, [&](float right, Index n, Index m) {
                        const double p = double{right} * rows(y) + (m == label_of(labels, n) ? 1 : 0);
                        return (p - (m == label_of(labels, 0) ? 1 : 0)) / rows(y);
                    });
                }),
    };
}

}  // namespace cnn::lab07::wrong
