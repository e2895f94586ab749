// Wrong answers to 7.3.
#pragma once
#include "loss_mistakes.hpp"

namespace cnn::lab07::wrong {

// change(d, count) for value and gradient of every difference; nothing about shapes and delta is wrong.
template <class V, class G>
Loss changed_huber(const Tensor& y, const Tensor& t, float delta, const V& value, const G& gradient) {
    Loss loss = huber(y, t, delta);
    loss.value = 0;
    for (Index i = 0; i < y.count(); ++i) {
        const double d = double{y[i]} - double{t[i]};
        loss.value += value(d) / values(y);
        loss.gradient[i] = static_cast<float>(gradient(d) / values(y));
    }
    return loss;
}
inline double huber_value(double d, double edge) {
    return std::abs(d) <= edge ? d * d / 2 : edge * (std::abs(d) - edge / 2);
}
inline double huber_gradient(double d, double edge) { return std::clamp(d, -edge, edge); }

inline Mistakes huber_mistakes() {
    return {
        mistake(huber, "cases_do_not_meet",
                "the straight part is delta · |d|: without delta / 2 taken off |d| the two cases do not meet.",
                [](const Tensor& y, const Tensor& t, float delta) {
                    const double edge = delta;
                    return changed_huber(
                        y, t, delta, [&](double d) { return std::abs(d) <= edge ? d * d / 2 : edge * std::abs(d); },
                        [&](double d) { return huber_gradient(d, edge); });
                }),
        mistake(huber, "divided_by_delta",
                "this is the smooth L1 loss, Huber's divided by delta: here the square is halved and no more.",
                [](const Tensor& y, const Tensor& t, float delta) {
                    const double edge = delta;
                    return changed_huber(
                        y, t, delta, [&](double d) { return huber_value(d, edge) / edge; },
                        [&](double d) { return huber_gradient(d, edge) / edge; });
                }),
        mistake(huber, "squared_everywhere",
                "the gradient grows with d everywhere: beyond delta it stays delta, or -delta.",
                [](const Tensor& y, const Tensor& t, float delta) {
                    return changed_huber(
                        y, t, delta, [&](double d) { return huber_value(d, delta); }, [](double d) { return d; });
                }),
        mistake(huber, "same_sign_on_both_sides",
                "the gradient is +delta on both sides: far below the target it is -delta.",
                [](const Tensor& y, const Tensor& t, float delta) {
                    const double edge = delta;
                    return changed_huber(
                        y, t, delta, [&](double d) { return huber_value(d, edge); },
                        [&](double d) { return std::abs(d) <= edge ? d : edge; });
                }),
        mistake(huber, "no_half", "near the target the value is d²: it is d² / 2.",
                [](const Tensor& y, const Tensor& t, float delta) {
                    const double edge = delta;
                    return changed_huber(
                        y, t, delta, [&](double d) { return std::abs(d) <= edge ? d * d : huber_value(d, edge); },
                        [&](double d) { return huber_gradient(d, edge); });
                }),
        mistake(huber, "no_half_in_both", "near the target the value is d² and the gradient 2d: they are d² / 2 and d.",
                [](const Tensor& y, const Tensor& t, float delta) {
                    const double edge = delta;
                    return changed_huber(
                        y, t, delta, [&](double d) { return std::abs(d) <= edge ? d * d : huber_value(d, edge); },
                        [&](double d) { return std::abs(d) <= edge ? 2 * d : huber_gradient(d, edge); });
                }),
        mistake(
            huber, "whole_delta_taken_off",
            "the straight part is delta · (|d| - delta): only half of delta is taken off, or the cases do not meet.",
            [](const Tensor& y, const Tensor& t, float delta) {
                const double edge = delta;
                return changed_huber(
                    y, t, delta,
                    [&](double d) { return std::abs(d) <= edge ? d * d / 2 : edge * (std::abs(d) - edge); },
                    [&](double d) { return huber_gradient(d, edge); });
            }),
        mistake(huber, "huber_half_the_gradient", "the gradient is half of what it should be: that of d² / 2 is d.",
                [](const Tensor& y, const Tensor& t, float delta) { return times(huber(y, t, delta), 1, 0.5); }),
        mistake(huber, "huber_sum", "value and gradient are sums: E is the mean over all values.",
                [](const Tensor& y, const Tensor& t, float delta) {
                    return times(huber(y, t, delta), values(y), values(y));
                }),
        mistake(huber, "sign_only", "far away the gradient is 1 or -1: its size there is delta.",
                [](const Tensor& y, const Tensor& t, float delta) {
                    const double edge = delta;
                    return changed_huber(
                        y, t, delta, [&](double d) { return huber_value(d, edge); },
                        [&](double d) { return std::abs(d) <= edge ? d : std::copysign(1.0, d); });
                }),
    };
}

inline Loss hard(const Tensor& y, const Labels& labels) { return softmax_cross_entropy(y, labels); }

// The mixture (1 - epsilon) · hard + epsilon · even that label smoothing is, each part times a factor.
inline Loss mixed(const Tensor& y, const Labels& labels, float epsilon, double for_label, double for_all) {
    label_smoothed(y, labels, epsilon);  // refuses what does not fit
    Loss one = hard(y, labels), all = label_smoothed(y, labels, 1);
    one.value = for_label * one.value + for_all * all.value;
    for (Index i = 0; i < y.count(); ++i)
        one.gradient[i] = static_cast<float>(for_label * double{one.gradient[i]} + for_all * double{all.gradient[i]});
    return one;
}

inline Mistakes smoothing_mistakes() {
    return {
        mistake(label_smoothed, "label_gets_no_share",
                "the label gets 1 - epsilon and no more: all M classes share epsilon, the label's included.",
                [](const Tensor& y, const Labels& labels, float epsilon) {
                    // q without the share of the label, and what that takes from value and gradient.
                    Loss loss = label_smoothed(y, labels, epsilon);
                    const double share = double{epsilon} / static_cast<double>(y.size(1));
                    loss.value -= share * hard(y, labels).value;
                    for (Index n = 0; n < y.size(0); ++n)
                        loss.gradient(n, label_of(labels, n)) += static_cast<float>(share / rows(y));
                    return loss;
                }),
        mistake(label_smoothed, "shared_by_the_others",
                "epsilon is shared by the other M - 1 classes: here all M share it, the label's included.",
                [](const Tensor& y, const Labels& labels, float epsilon) {
                    const auto classes = static_cast<double>(y.rank() == 2 ? y.size(1) : 1);
                    const double more = double{epsilon} * classes / std::max(classes - 1, 1.0);
                    return mixed(y, labels, epsilon, 1 - more, more);
                }),
        mistake(label_smoothed, "hard_gradient",
                "the gradient is that of hard labels, p less 1 at the label: it is p - q with the softened q.",
                [](const Tensor& y, const Labels& labels, float epsilon) {
                    Loss loss = label_smoothed(y, labels, epsilon);
                    loss.gradient = hard(y, labels).gradient;
                    return loss;
                }),
        mistake(label_smoothed, "hard_value",
                "the value is that of hard labels: the other classes' log p count with epsilon / M each.",
                [](const Tensor& y, const Labels& labels, float epsilon) {
                    Loss loss = label_smoothed(y, labels, epsilon);
                    loss.value = hard(y, labels).value;
                    return loss;
                }),
        mistake(label_smoothed, "not_divided_by_classes",
                "every class gets the whole of epsilon: it is divided by the M classes.",
                [](const Tensor& y, const Labels& labels, float epsilon) {
                    Loss loss = label_smoothed(y, labels, epsilon);
                    const auto classes = static_cast<double>(y.size(1));
                    const double more = double{epsilon} * (1 - 1 / classes);  // too much at every class
                    loss.value += classes * more * label_smoothed(y, labels, 1).value;
                    for (float& value : loss.gradient.values()) value -= static_cast<float>(more / rows(y));
                    return loss;
                }),
    };
}

// Value and factor of the gradient from p of the label; the rest as in the reference.
template <class V, class F>
Loss changed_focal(const Tensor& y, const Labels& labels, float gamma, const V& value, const F& factor) {
    focal(y, labels, gamma);  // refuses what does not fit
    Loss loss = hard(y, labels);
    loss.value = 0;
    for (Index n = 0; n < y.size(0); ++n) {
        const Tensor row({1, y.size(1)}, y.values().subspan(static_cast<std::size_t>(n * y.size(1)),
                                                            static_cast<std::size_t>(y.size(1))));
        const double log_p = -hard(row, {labels[static_cast<std::size_t>(n)]}).value, rest = -std::expm1(log_p);
        const bool certain = rest <= 0;
        loss.value += certain ? 0 : value(rest, log_p) / rows(y);
        for (Index m = 0; m < y.size(1); ++m)
            loss.gradient(n, m) = certain ? 0 : static_cast<float>(factor(rest, log_p) * double{loss.gradient(n, m)});
    }
    return loss;
}
inline double focal_value(double rest, double log_p, double g) { return -std::pow(rest, g) * log_p; }
inline double focal_factor(double rest, double log_p, double g) {
    return std::pow(rest, g) - g * (1 - rest) * std::pow(rest, g - 1) * log_p;
}

inline Mistakes focal_mistakes() {
    return {
        mistake(focal, "factor_held_fixed",
                "the gradient treats (1 - p)^gamma as a constant: it depends on y, too, and the product rule gives a "
                "second term.",
                [](const Tensor& y, const Labels& labels, float gamma) {
                    const double g = gamma;
                    return changed_focal(
                        y, labels, gamma, [&](double rest, double log_p) { return focal_value(rest, log_p, g); },
                        [&](double rest, double) { return std::pow(rest, g); });
                }),
        mistake(focal, "power_of_p", "the factor is p^gamma: what is right already should count less, (1 - p)^gamma.",
                [](const Tensor& y, const Labels& labels, float gamma) {
                    const double g = gamma;
                    return changed_focal(
                        y, labels, gamma, [&](double rest, double log_p) { return -std::pow(1 - rest, g) * log_p; },
                        [&](double rest, double log_p) { return std::pow(1 - rest, g) * (1 + g * log_p); });
                }),
        mistake(focal, "second_term_added",
                "the two terms of the gradient have the same sign in front of log p as in the value: the derivative of "
                "1 - p is -1.",
                [](const Tensor& y, const Labels& labels, float gamma) {
                    const double g = gamma;
                    return changed_focal(
                        y, labels, gamma, [&](double rest, double log_p) { return focal_value(rest, log_p, g); },
                        [&](double rest, double log_p) {
                            return 2 * std::pow(rest, g) - focal_factor(rest, log_p, g);
                        });
                }),
        mistake(focal, "plain_gradient", "the gradient is that of plain cross-entropy: the factor is missing in it.",
                [](const Tensor& y, const Labels& labels, float gamma) {
                    const double g = gamma;
                    return changed_focal(
                        y, labels, gamma, [&](double rest, double log_p) { return focal_value(rest, log_p, g); },
                        [](double, double) { return 1.0; });
                }),
        mistake(focal, "plain_value", "the value is that of plain cross-entropy: the factor is missing in it.",
                [](const Tensor& y, const Labels& labels, float gamma) {
                    const double g = gamma;
                    return changed_focal(
                        y, labels, gamma, [](double, double log_p) { return -log_p; },
                        [&](double rest, double log_p) { return focal_factor(rest, log_p, g); });
                }),
        mistake(focal, "second_term_without_p",
                "the gradient's second term lacks the factor p: it is gamma · p · (1 - p)^(gamma - 1) · log p.",
                [](const Tensor& y, const Labels& labels, float gamma) {
                    const double g = gamma;
                    return changed_focal(
                        y, labels, gamma, [&](double rest, double log_p) { return focal_value(rest, log_p, g); },
                        [&](double rest, double log_p) {
                            return std::pow(rest, g) - g * std::pow(rest, g - 1) * log_p;
                        });
                }),
        mistake(focal, "second_term_without_gamma",
                "the gradient's second term lacks the factor gamma: the derivative of (1 - p)^gamma has it in front.",
                [](const Tensor& y, const Labels& labels, float gamma) {
                    const double g = gamma;
                    return changed_focal(
                        y, labels, gamma, [&](double rest, double log_p) { return focal_value(rest, log_p, g); },
                        [&](double rest, double log_p) {
                            return std::pow(rest, g) - (1 - rest) * std::pow(rest, g - 1) * log_p;
                        });
                }),
        mistake(focal, "focal_sum", "value and gradient are sums: E is the mean over the images.",
                [](const Tensor& y, const Labels& labels, float gamma) {
                    return times(focal(y, labels, gamma), rows(y), rows(y));
                }),
        mistake(focal, "zero_to_a_negative_power",
                "where p is 1, (1 - p)^(gamma - 1) is infinite for gamma below 1, and times log p = 0 it is not a "
                "number: such an image has no loss and no gradient.",
                [](const Tensor& y, const Labels& labels, float gamma) {
                    Loss loss = focal(y, labels, gamma);
                    for (Index n = 0; n < y.size(0) && gamma < 1 && gamma > 0; ++n) {
                        double others = 0;
                        for (Index m = 0; m < y.size(1); ++m)
                            if (m != label_of(labels, n))
                                others += std::exp(double{y(n, m)} - double{y(n, label_of(labels, n))});
                        if (1 + others > 1) continue;  // p is not 1
                        for (Index m = 0; m < y.size(1); ++m) loss.gradient(n, m) = NAN;
                    }
                    return loss;
                }),
        mistake(focal, "exponent_lost",
                "1 - p in the gradient's second term has the exponent gamma: differentiating takes one off.",
                [](const Tensor& y, const Labels& labels, float gamma) {
                    const double g = gamma;
                    return changed_focal(
                        y, labels, gamma, [&](double rest, double log_p) { return focal_value(rest, log_p, g); },
                        [&](double rest, double log_p) {
                            return std::pow(rest, g) - g * (1 - rest) * std::pow(rest, g) * log_p;
                        });
                }),
    };
}

// Which loss it is does not matter; these are the reference's with something wrong.
inline Mistakes own_loss_mistakes() {
    return {
        mistake(own_loss, "own_gradient_not_averaged",
                "the gradient is N times that of the value: the 1/N of the mean belongs to it, too.",
                [](const Tensor& y, const Labels& labels) { return times(own_loss(y, labels), 1, rows(y)); }),
        mistake(own_loss, "label_does_not_move",
                "the gradient at the label is 0: the label's score is in the value, so it has a share in the gradient.",
                [](const Tensor& y, const Labels& labels) {
                    Loss loss = own_loss(y, labels);
                    for (Index n = 0; n < y.size(0); ++n) loss.gradient(n, label_of(labels, n)) = 0;
                    return loss;
                }),
        mistake(own_loss, "not_the_derivative",
                "the gradient is half of what the value says: did the 2 of a square get lost?",
                [](const Tensor& y, const Labels& labels) { return times(own_loss(y, labels), 1, 0.5); }),
        mistake(
            own_loss, "own_gradient_uphill",
            "the gradient points the other way: where a score should grow to make E smaller, the gradient is negative.",
            [](const Tensor& y, const Labels& labels) { return times(own_loss(y, labels), 1, -1); }),
    };
}

}  // namespace cnn::lab07::wrong
