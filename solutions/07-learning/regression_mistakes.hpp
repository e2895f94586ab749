// Wrong answers to 7.6.
#pragma once
#include "images.hpp"
#include "loss_mistakes.hpp"
#include "nn/operators.hpp"

namespace cnn::lab07::wrong {

// The sums ∂E/∂w and ∂E/∂b by term(n, m), the share of image n in class m.
template <class F>
Pass pass_with(const Images& images, const Regression& model, const F& term) {
    Pass pass = regression_pass(images, model);
    const Tensor y = nn::operators().dense_forward(images.x, model.w, model.b);
    const Loss loss = softmax_cross_entropy(y, images.labels);
    pass.gradient.w.fill(0), pass.gradient.b.fill(0);
    for (Index n = 0; n < y.size(0); ++n)
        for (Index m = 0; m < y.size(1); ++m) {
            const float share = static_cast<float>(term(n, m, double{loss.gradient(n, m)}));
            pass.gradient.b(m) += share;
            for (Index d = 0; d < images.x.size(1); ++d) pass.gradient.w(m, d) += share * images.x(n, d);
        }
    return pass;
}

// The right pass but for ∂E/∂w, the sum of term(n, m, d, share) · x(n, d).
template <class F>
Pass with_w(const Images& images, const Regression& model, const F& term) {
    Pass pass = regression_pass(images, model);
    const Tensor y = nn::operators().dense_forward(images.x, model.w, model.b);
    const Loss loss = softmax_cross_entropy(y, images.labels);
    pass.gradient.w.fill(0);
    for (Index n = 0; n < y.size(0); ++n)
        for (Index m = 0; m < y.size(1); ++m)
            for (Index d = 0; d < images.x.size(1); ++d)
                pass.gradient.w(m, d) +=
                    static_cast<float>(term(n, m, d, double{loss.gradient(n, m)})) * images.x(n, d);
    return pass;
}
// The right pass but for correct, the rows where is_right(row, classes, label).
template <class F>
Pass count_with(const Images& images, const Regression& model, const F& is_right) {
    Pass pass = regression_pass(images, model);
    const Tensor y = nn::operators().dense_forward(images.x, model.w, model.b);
    pass.correct = 0;
    for (Index n = 0; n < y.size(0); ++n)
        pass.correct += is_right(y.data() + n * y.size(1), y.size(1), label_of(images.labels, n));
    return pass;
}

inline Mistakes pass_mistakes() {
    return {
        mistake(regression_pass, "last_image_only",
                "only the last image's gradient is kept: the gradients of all images are added up.",
                [](const Images& images, const Regression& model) {
                    return pass_with(images, model, [&](Index n, Index, double share) {
                        return n + 1 == images.x.size(0) ? share : 0;
                    });
                }),
        mistake(regression_pass, "last_image_in_w",
                "∂E/∂w keeps only the last image's share: those of all images are added up (+=).",
                [](const Images& images, const Regression& model) {
                    return with_w(images, model, [&](Index n, Index, Index, double share) {
                        return n + 1 == images.x.size(0) ? share : 0;
                    });
                }),
        mistake(regression_pass, "last_image_in_b",
                "∂E/∂b keeps only the last image's share: those of all images are added up (+=).",
                [](const Images& images, const Regression& model) {
                    Pass pass = regression_pass(images, model);
                    const Tensor y = nn::operators().dense_forward(images.x, model.w, model.b);
                    const Loss loss = softmax_cross_entropy(y, images.labels);
                    for (Index m = 0; m < y.size(1); ++m) pass.gradient.b(m) = loss.gradient(y.size(0) - 1, m);
                    return pass;
                }),
        mistake(regression_pass, "weights_do_not_learn",
                "∂E/∂w is 0 everywhere: a weight's gradient is the sum of dy(n, m) · x(n, d) over the images.",
                [](const Images& images, const Regression& model) {
                    Pass pass = regression_pass(images, model);
                    pass.gradient.w.fill(0);
                    return pass;
                }),
        mistake(regression_pass, "multiplied_by_the_weights",
                "∂E/∂w is made with the weights, dy(n, m) · w(m, d): that leads back to x. dy(n, m) goes with x(n, d).",
                [](const Images& images, const Regression& model) {
                    Pass pass = regression_pass(images, model);
                    for (Index m = 0; m < model.w.size(0); ++m)
                        for (Index d = 0; d < model.w.size(1); ++d)
                            pass.gradient.w(m, d) = pass.gradient.b(m) * model.w(m, d);
                    return pass;
                }),
        mistake(regression_pass, "divided_twice",
                "the gradients are divided by N once more: the loss has done that already.",
                [](const Images& images, const Regression& model) {
                    return pass_with(images, model, [&](Index, Index, double share) { return share / rows(images.x); });
                }),
        mistake(regression_pass, "biases_do_not_learn",
                "the gradient of the biases is 0: a bias moves its score one to one, so its gradient is the sum of dy.",
                [](const Images& images, const Regression& model) {
                    Pass pass = regression_pass(images, model);
                    pass.gradient.b.fill(0);
                    return pass;
                }),
        mistake(regression_pass, "gradient_transposed",
                "∂E/∂w has a row for every pixel: it has the shape of w, a row for every class.",
                [](const Images& images, const Regression& model) {
                    Pass pass = regression_pass(images, model);
                    Tensor turned({model.w.size(1), model.w.size(0)});
                    for (Index d = 0; d < turned.size(0); ++d)
                        for (Index m = 0; m < turned.size(1); ++m) turned(d, m) = pass.gradient.w(m, d);
                    pass.gradient.w = std::move(turned);
                    return pass;
                }),
        mistake(regression_pass, "first_row_of_images",
                "∂E/∂w is made with the first image's pixels for every n: dy(n, m) goes with x(n, d).",
                [](const Images& images, const Regression& model) {
                    Pass pass = regression_pass(images, model);
                    for (Index m = 0; m < model.w.size(0); ++m)
                        for (Index d = 0; d < model.w.size(1); ++d)
                            pass.gradient.w(m, d) = pass.gradient.b(m) * images.x(0, d);
                    return pass;
                }),
        mistake(regression_pass, "last_of_equal_scores",
                "of equal scores the last is taken: a later one must be larger, not as large.",
                [](const Images& images, const Regression& model) {
                    return count_with(images, model, [](const float* row, Index classes, Index label) {
                        Index best = 0;
                        for (Index m = 1; m < classes; ++m)
                            if (row[m] >= row[best]) best = m;
                        return best == label;
                    });
                }),
        mistake(regression_pass, "every_equal_score_counts",
                "a label counts as right where another class has the same score, too: of equal ones only the first "
                "counts.",
                [](const Images& images, const Regression& model) {
                    return count_with(images, model, [](const float* row, Index classes, Index label) {
                        return row[label] == *std::max_element(row, row + classes);
                    });
                }),
        mistake(regression_pass, "positive_score_counts",
                "correct counts the images whose label has a positive score: its score has to be the largest.",
                [](const Images& images, const Regression& model) {
                    return count_with(images, model,
                                      [](const float* row, Index, Index label) { return row[label] > 0; });
                }),
        mistake(regression_pass, "smallest_score_counts",
                "correct counts the rows whose smallest score is at the label: the largest score is the answer.",
                [](const Images& images, const Regression& model) {
                    Pass pass = regression_pass(images, model);
                    const Tensor y = nn::operators().dense_forward(images.x, model.w, model.b);
                    pass.correct = 0;
                    for (Index n = 0; n < y.size(0); ++n) {
                        const float* row = y.data() + n * y.size(1);
                        pass.correct += std::min_element(row, row + y.size(1)) - row == label_of(images.labels, n);
                    }
                    return pass;
                }),
        mistake(regression_pass, "scores_below_zero_overlooked",
                "the search for the largest score begins at 0: where all scores are negative it finds none of them.",
                [](const Images& images, const Regression& model) {
                    Pass pass = regression_pass(images, model);
                    const Tensor y = nn::operators().dense_forward(images.x, model.w, model.b);
                    pass.correct = 0;
                    for (Index n = 0; n < y.size(0); ++n) {
                        Index best = 0;
                        float largest = 0;
                        for (Index m = 0; m < y.size(1); ++m)
                            if (y(n, m) > largest) largest = y(n, m), best = m;
                        pass.correct += best == label_of(images.labels, n);
                    }
                    return pass;
                }),
    };
}

// The epoch with one thing wrong.
struct EpochFaults {
    bool rests_between = false, skips_last = false, stands_still = false, means_of_means = false, biases_stay = false,
         after_the_step = false, counts = false, starts_at_rest = false, forgets_velocity = false,
         loss_of_means = false, loss_not_weighted = false, sees_all = false, divides_by_all = false;
};

inline double batch_loss(const Images& batch, const Regression& model) { return regression_pass(batch, model).loss; }

template <EpochFaults faults>
Epoch epoch_with(const Images& images, const std::vector<std::vector<Index>>& batches, State state,
                 const SgdOptions& options) {
    require(!batches.empty(), "train_epoch: there are no batches");
    const Regression first = state.model;
    double loss = 0, correct = 0, seen = 0;
    const auto rest = [&] { state.velocity.w.fill(0), state.velocity.b.fill(0); };
    if (faults.starts_at_rest) rest();
    for (std::size_t i = 0; i < batches.size(); ++i) {
        if (faults.skips_last && i + 1 == batches.size() && batches[i].size() < batches[0].size()) break;
        const Images batch = take(images, batches[i]);
        const Pass pass = regression_pass(faults.sees_all ? images : batch, faults.stands_still ? first : state.model);
        const auto count = rows(batch.x);
        if (faults.rests_between) rest();
        auto [w, vw] = sgd_step(state.model.w, pass.gradient.w, state.velocity.w, options);
        auto [b, vb] = sgd_step(state.model.b, pass.gradient.b, state.velocity.b, options);
        state.model.w = std::move(w);
        if (!faults.forgets_velocity) state.velocity.w = std::move(vw);
        if (!faults.biases_stay) state.model.b = std::move(b);
        if (!faults.biases_stay && !faults.forgets_velocity) state.velocity.b = std::move(vb);
        const double weight = faults.means_of_means ? 1 : count;
        loss += (faults.loss_of_means || faults.loss_not_weighted ? 1 : weight) *
                (faults.after_the_step ? batch_loss(batch, state.model) : pass.loss);
        correct += weight * static_cast<double>(pass.correct) / count;
        seen += weight;
    }
    if (faults.divides_by_all) seen = rows(images.x);
    return {loss / (faults.loss_of_means ? static_cast<double>(batches.size()) : seen),
            faults.counts ? correct : correct / seen, std::move(state)};
}

inline Mistakes epoch_mistakes() {
    return {
        mistake(train_epoch, "rests_between_batches",
                "the velocities begin at 0 for every batch: they go on from batch to batch.",
                epoch_with<EpochFaults{.rests_between = true}>),
        mistake(train_epoch, "starts_at_rest",
                "the velocities begin at 0: they go on from those in state, the epoch before left them there.",
                epoch_with<EpochFaults{.starts_at_rest = true}>),
        mistake(train_epoch, "last_batch_skipped",
                "the last batch is left out because it is smaller: its images count like all others.",
                epoch_with<EpochFaults{.skips_last = true}>),
        mistake(
            train_epoch, "model_stands_still",
            "every gradient is that of the model at the beginning: each batch sees what the one before has changed.",
            epoch_with<EpochFaults{.stands_still = true}>),
        mistake(train_epoch, "mean_of_means",
                "loss and accuracy are means of the batches' means: each batch counts with the number of its images.",
                epoch_with<EpochFaults{.means_of_means = true}>),
        mistake(train_epoch, "loss_is_a_mean_of_means",
                "the loss is the mean of the batches' losses: each batch counts with the number of its images.",
                epoch_with<EpochFaults{.loss_of_means = true}>),
        mistake(train_epoch, "loss_not_weighted",
                "the batches' losses are added up and divided by the number of images: each is a mean already, so "
                "multiply it by the number of its images first.",
                epoch_with<EpochFaults{.loss_not_weighted = true}>),
        mistake(train_epoch, "divided_by_all_images",
                "the sums are divided by the number of all images: divide by the number of those in the batches.",
                epoch_with<EpochFaults{.divides_by_all = true}>),
        mistake(train_epoch, "every_step_sees_all_images",
                "every step is made with all images: take(images, numbers) gives those of the batch.",
                epoch_with<EpochFaults{.sees_all = true}>),
        mistake(train_epoch, "velocity_not_kept",
                "the velocity that sgd_step returns is not put back into state: the next step needs it.",
                epoch_with<EpochFaults{.forgets_velocity = true}>),
        mistake(train_epoch, "biases_stay", "only w takes a step: b learns like w, with a velocity of its own.",
                epoch_with<EpochFaults{.biases_stay = true}>),
        mistake(
            train_epoch, "loss_after_the_step",
            "the loss is measured after the step: it is the one of the pass, before the model has learned the batch.",
            epoch_with<EpochFaults{.after_the_step = true}>),
        mistake(train_epoch, "accuracy_is_a_count",
                "accuracy is the number of right answers: divide it by the number of images.",
                epoch_with<EpochFaults{.counts = true}>),
    };
}

}  // namespace cnn::lab07::wrong
