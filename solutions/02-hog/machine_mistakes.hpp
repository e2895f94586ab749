// Wrong answers of task 2.5, each with the sentence that names it.
#pragma once
#include "solutions/02-hog/picture_mistakes.hpp"

namespace cnn::lab02::wrong {

inline Mistakes score_mistakes() {
    return {
        mistake(scores, "without_b", "b is missing: the score is w · x + b.",
                [](const Tensor& x, const Svm& svm) {
                    return scores(x, {svm.w, 0});
                }),
        mistake(scores, "b_per_product", "b is added once for every number of x: once is enough.",
                [](const Tensor& x, const Svm& svm) {
                    scores(x, svm);
                    return scores(x, {svm.w, static_cast<float>(x.size(1)) * svm.b});
                }),
        mistake(scores, "b_taken_off", "b is taken off: it is added.",
                [](const Tensor& x, const Svm& svm) {
                    return scores(x, {svm.w, -svm.b});
                }),
        mistake(scores, "yes_or_no", "these are answers, 1 or -1: the score itself is wanted.",
                [](const Tensor& x, const Svm& svm) {
                    return each(scores(x, svm), [](float s) { return s > 0 ? 1.0f : -1.0f; });
                }),
        mistake(scores, "sum_goes_on", "the sum goes on from row to row: it begins anew with each of them.",
                [](const Tensor& x, const Svm& svm) {
                    float sum = 0;
                    return each(scores(x, svm), [&](float s) { return sum += s; });
                }),
    };
}

// λ · of_weights(|w|²) + the mean of hinge(y · s); where `sum`, their sum.
struct Loss {
    float (*hinge)(float) = [](float margin) { return std::max(0.0f, 1 - margin); };
    float half = 0.5f;
    bool sum = false, ignores_labels = false, with_b = false, root = false, without_b = false;
};
inline float loss_with(const Tensor& x, const Tensor& labels, const Svm& svm, float lambda, const Loss& loss) {
    hinge_loss(x, labels, svm, lambda);  // refuses what does not fit
    const Tensor s = scores(x, {svm.w, loss.without_b ? 0 : svm.b});
    float hinges = 0, length = loss.with_b ? svm.b * svm.b : 0;
    for (Index n = 0; n < s.count(); ++n) hinges += loss.hinge((loss.ignores_labels ? 1 : labels(n)) * s(n));
    for (const float value : svm.w.values()) length += value * value;
    if (loss.root) length = std::sqrt(length);
    return lambda * loss.half * length + hinges / (loss.sum ? 1 : static_cast<float>(s.count()));
}

inline Mistakes loss_mistakes() {
    return {
        mistake(hinge_loss, "summed", "the rows' losses are added up: their mean is wanted.",
                [](const Tensor& x, const Tensor& y, const Svm& svm, float lambda) {
                    return loss_with(x, y, svm, lambda, {.sum = true});
                }),
        mistake(hinge_loss, "not_halved", "the weights cost λ · |w|²: the contract has half of that.",
                [](const Tensor& x, const Tensor& y, const Svm& svm, float lambda) {
                    return loss_with(x, y, svm, lambda, {.half = 1});
                }),
        mistake(hinge_loss, "weights_free", "the weights cost nothing: λ/2 · |w|² is missing.",
                [](const Tensor& x, const Tensor& y, const Svm& svm, float lambda) {
                    return loss_with(x, y, svm, lambda, {.half = 0});
                }),
        mistake(hinge_loss, "b_costs", "b costs something: only the weights do.",
                [](const Tensor& x, const Tensor& y, const Svm& svm, float lambda) {
                    return loss_with(x, y, svm, lambda, {.with_b = true});
                }),
        mistake(hinge_loss, "length_not_squared", "the weights cost their length: it is to be squared.",
                [](const Tensor& x, const Tensor& y, const Svm& svm, float lambda) {
                    return loss_with(x, y, svm, lambda, {.root = true});
                }),
        mistake(hinge_loss, "no_hinge",
                "rows far on the right side make the loss smaller: there a row costs nothing, max(0, …).",
                [](const Tensor& x, const Tensor& y, const Svm& svm, float lambda) {
                    return loss_with(x, y, svm, lambda, {.hinge = [](float margin) { return 1 - margin; }});
                }),
        mistake(hinge_loss, "no_margin", "a row on the right side costs nothing, however near: it does up to 1.",
                [](const Tensor& x, const Tensor& y, const Svm& svm, float lambda) {
                    return loss_with(x, y, svm, lambda,
                                     {.hinge = [](float margin) { return std::max(0.0f, -margin); }});
                }),
        mistake(hinge_loss, "squared_hinge", "the hinge is squared, as scikit-learn does by default: here it is not.",
                [](const Tensor& x, const Tensor& y, const Svm& svm, float lambda) {
                    return loss_with(x, y, svm, lambda, {.hinge = [](float margin) {
                                         return std::max(0.0f, 1 - margin) * std::max(0.0f, 1 - margin);
                                     }});
                }),
        mistake(hinge_loss, "labels_ignored", "all rows count as \"yes\": the label multiplies the score.",
                [](const Tensor& x, const Tensor& y, const Svm& svm, float lambda) {
                    return loss_with(x, y, svm, lambda, {.ignores_labels = true});
                }),
        mistake(hinge_loss, "scores_without_b", "the scores are taken without b.",
                [](const Tensor& x, const Tensor& y, const Svm& svm, float lambda) {
                    return loss_with(x, y, svm, lambda, {.without_b = true});
                }),
    };
}

// How a gradient can be put together differently.
struct Slope {
    bool (*counts)(float) = [](float margin) { return margin < 1; };
    float of_weights = 1, of_rows = 1, of_b = 1;
    bool sum = false, mean_of_counted = false, ignores_labels = false, with_b = false, scores_without_b = false;
};
inline Svm slope_with(const Tensor& x, const Tensor& labels, const Svm& svm, float lambda, const Slope& slope) {
    hinge_gradient(x, labels, svm, lambda);
    const Tensor s = scores(x, {svm.w, slope.scores_without_b ? 0 : svm.b});
    float counted = 0;
    for (Index n = 0; n < s.count(); ++n) counted += slope.counts(labels(n) * s(n));
    const float count = slope.sum ? 1 : slope.mean_of_counted ? std::max(counted, 1.0f) : static_cast<float>(s.count());
    Svm gradient = svm;
    gradient.w *= lambda * slope.of_weights;
    gradient.b = slope.with_b ? lambda * svm.b : 0;
    for (Index n = 0; n < s.count(); ++n) {
        if (!slope.counts(labels(n) * s(n))) continue;
        const float factor = -slope.of_rows * (slope.ignores_labels ? 1 : labels(n)) / count;
        for (Index d = 0; d < x.size(1); ++d) gradient.w(d) += factor * x(n, d);
        gradient.b += slope.of_b * factor;
    }
    return gradient;
}

inline Mistakes slope_mistakes() {
    return {
        mistake(hinge_gradient, "kink_counts", "a row at the kink, y · s = 1, counts: it does not.",
                [](const Tensor& x, const Tensor& y, const Svm& svm, float lambda) {
                    return slope_with(x, y, svm, lambda, {.counts = [](float margin) { return margin <= 1; }});
                }),
        mistake(hinge_gradient, "all_rows_count", "every row counts: those beyond the margin change nothing.",
                [](const Tensor& x, const Tensor& y, const Svm& svm, float lambda) {
                    return slope_with(x, y, svm, lambda, {.counts = [](float) { return true; }});
                }),
        mistake(hinge_gradient, "only_wrong_rows_count",
                "only rows on the wrong side count: those nearer than 1 do, too.",
                [](const Tensor& x, const Tensor& y, const Svm& svm, float lambda) {
                    return slope_with(x, y, svm, lambda, {.counts = [](float margin) { return margin < 0; }});
                }),
        mistake(hinge_gradient, "counted_without_b",
                "the scores that decide which rows count are taken without b: s = w · x + b.",
                [](const Tensor& x, const Tensor& y, const Svm& svm, float lambda) {
                    return slope_with(x, y, svm, lambda, {.scores_without_b = true});
                }),
        mistake(hinge_gradient, "no_weight_term", "the derivative of λ/2 · |w|² is missing.",
                [](const Tensor& x, const Tensor& y, const Svm& svm, float lambda) {
                    return slope_with(x, y, svm, lambda, {.of_weights = 0});
                }),
        mistake(hinge_gradient, "twice_the_weights", "the weights' term is 2λw: the derivative of λ/2 · w² is λw.",
                [](const Tensor& x, const Tensor& y, const Svm& svm, float lambda) {
                    return slope_with(x, y, svm, lambda, {.of_weights = 2});
                }),
        mistake(hinge_gradient, "half_the_weights", "the weights' term is λ/2 · w: the derivative of λ/2 · w² is λw.",
                [](const Tensor& x, const Tensor& y, const Svm& svm, float lambda) {
                    return slope_with(x, y, svm, lambda, {.of_weights = 0.5f});
                }),
        mistake(hinge_gradient, "rows_turned_round",
                "the rows' part has the wrong sign: 1 - y · s falls where y · s grows.",
                [](const Tensor& x, const Tensor& y, const Svm& svm, float lambda) {
                    return slope_with(x, y, svm, lambda, {.of_rows = -1});
                }),
        mistake(hinge_gradient, "gradient_summed", "the rows' parts are added up: their mean is wanted.",
                [](const Tensor& x, const Tensor& y, const Svm& svm, float lambda) {
                    return slope_with(x, y, svm, lambda, {.sum = true});
                }),
        mistake(hinge_gradient, "mean_of_those_that_count",
                "the sum is divided by the number of rows that count: it is divided by the number of all rows.",
                [](const Tensor& x, const Tensor& y, const Svm& svm, float lambda) {
                    return slope_with(x, y, svm, lambda, {.mean_of_counted = true});
                }),
        mistake(hinge_gradient, "labels_left_out", "all rows pull in the direction of \"yes\": the label is missing.",
                [](const Tensor& x, const Tensor& y, const Svm& svm, float lambda) {
                    return slope_with(x, y, svm, lambda, {.ignores_labels = true});
                }),
        mistake(hinge_gradient, "b_without_gradient", "∂L/∂b is 0: every row that counts gives it -y/N.",
                [](const Tensor& x, const Tensor& y, const Svm& svm, float lambda) {
                    return slope_with(x, y, svm, lambda, {.of_b = 0});
                }),
        mistake(hinge_gradient, "b_regularized", "∂L/∂b contains λb: b costs nothing.",
                [](const Tensor& x, const Tensor& y, const Svm& svm, float lambda) {
                    return slope_with(x, y, svm, lambda, {.with_b = true});
                }),
    };
}

// Which step of a training this is.
struct Step {
    float t, epoch, t_of_epoch;
};
inline float rate_at(const Training& how, float t) { return how.rate / (1 + how.rate * how.lambda * t); }

// How training can go differently. rate(training, step) is the step's length.
struct Course {
    float (*rate)(const Training&, const Step&) = [](const Training& how, const Step& step) {
        return rate_at(how, step.t);
    };
    float direction = 1;
    bool drops_last = false, all_rows = false, b_stays = false, divides_by_batch = false, backwards = false;
};
inline Svm training_with(const Tensor& x, const Tensor& labels, const Training& how, const Course& course) {
    train_svm(Tensor({x.size(0), x.size(1)}), labels, how);  // refuses what does not fit
    const Index rows = x.size(0), numbers = x.size(1), batch = course.all_rows ? rows : how.batch;
    const auto slice = [](const Tensor& from, Index begin, Index end, const Shape& shape) {
        const Index length = from.count() / from.size(0);
        return Tensor(shape, from.values().subspan(static_cast<std::size_t>(begin * length),
                                                   static_cast<std::size_t>((end - begin) * length)));
    };
    Svm svm{Tensor({numbers}), 0};
    Step at{};
    for (; at.epoch < static_cast<float>(how.epochs); ++at.epoch, at.t_of_epoch = 0)
        for (Index start = 0; start < rows; start += batch, ++at.t, ++at.t_of_epoch) {
            if (course.drops_last && start + batch > rows) break;
            const Index length = std::min(batch, rows - start),
                        begin = course.backwards ? rows - start - length : start;
            Svm step = hinge_gradient(slice(x, begin, begin + length, {length, numbers}),
                                      slice(labels, begin, begin + length, {length}), svm, how.lambda);
            if (course.divides_by_batch) {  // the mean of the rows as if there were `batch` of them
                const float share = static_cast<float>(length) / static_cast<float>(batch);
                for (Index d = 0; d < numbers; ++d)
                    step.w(d) = share * (step.w(d) - how.lambda * svm.w(d)) + how.lambda * svm.w(d);
                step.b *= share;
            }
            const float eta = course.direction * course.rate(how, at);
            svm.w -= step.w *= eta;
            if (!course.b_stays) svm.b -= eta * step.b;
        }
    return svm;
}

inline Mistakes training_mistakes() {
    return {
        mistake(train_svm, "same_rate", "the steps do not grow smaller: η(t) = rate / (1 + rate · λ · t).",
                [](const Tensor& x, const Tensor& y, const Training& how) {
                    return training_with(x, y, how, {.rate = [](const Training& h, const Step&) { return h.rate; }});
                }),
        mistake(train_svm, "rate_missing_below", "η(t) is rate / (1 + λ · t) here: it is rate / (1 + rate · λ · t).",
                [](const Tensor& x, const Tensor& y, const Training& how) {
                    return training_with(x, y, how, {.rate = [](const Training& h, const Step& step) {
                                             return h.rate / (1 + h.lambda * step.t);
                                         }});
                }),
        mistake(train_svm, "t_from_one", "the steps are counted from 1: the first is t = 0.",
                [](const Tensor& x, const Tensor& y, const Training& how) {
                    return training_with(x, y, how, {.rate = [](const Training& h, const Step& step) {
                                             return rate_at(h, step.t + 1);
                                         }});
                }),
        mistake(train_svm, "t_counts_epochs", "t counts epochs: it counts steps.",
                [](const Tensor& x, const Tensor& y, const Training& how) {
                    return training_with(x, y, how, {.rate = [](const Training& h, const Step& step) {
                                             return rate_at(h, step.epoch);
                                         }});
                }),
        mistake(train_svm, "t_begins_again", "t begins again with every epoch: it goes on through all of them.",
                [](const Tensor& x, const Tensor& y, const Training& how) {
                    return training_with(x, y, how, {.rate = [](const Training& h, const Step& step) {
                                             return rate_at(h, step.t_of_epoch);
                                         }});
                }),
        mistake(train_svm, "last_batch_dropped", "the last rows are left out where they do not fill a batch.",
                [](const Tensor& x, const Tensor& y, const Training& how) {
                    return training_with(x, y, how, {.drops_last = true});
                }),
        mistake(train_svm, "last_batch_thinned",
                "the last batch is divided by `batch` although it has fewer rows: its own mean is wanted.",
                [](const Tensor& x, const Tensor& y, const Training& how) {
                    return training_with(x, y, how, {.divides_by_batch = true});
                }),
        mistake(train_svm, "all_rows_at_once", "each step takes all rows: it takes the next `batch` of them.",
                [](const Tensor& x, const Tensor& y, const Training& how) {
                    return training_with(x, y, how, {.all_rows = true});
                }),
        mistake(train_svm, "uphill", "the steps go uphill: the gradient is subtracted.",
                [](const Tensor& x, const Tensor& y, const Training& how) {
                    return training_with(x, y, how, {.direction = -1});
                }),
        mistake(train_svm, "b_untrained", "b stays 0: it learns, too.",
                [](const Tensor& x, const Tensor& y, const Training& how) {
                    return training_with(x, y, how, {.b_stays = true});
                }),
        mistake(train_svm, "from_behind", "the rows are taken from the last to the first: take them in their order.",
                [](const Tensor& x, const Tensor& y, const Training& how) {
                    return training_with(x, y, how, {.backwards = true});
                }),
    };
}

}  // namespace cnn::lab02::wrong
