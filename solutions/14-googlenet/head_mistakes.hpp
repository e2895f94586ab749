// Wrong answers to 14.3: heads and their loss.
#pragma once
#include <algorithm>

#include "grader/exercise.hpp"
#include "nn/dropout.hpp"
#include "probes.hpp"

namespace cnn::lab14::wrong {

using grader::mistake;
using grader::Replacement;

// ---- 14.3: the head

struct HeadFaults {
    bool max_pooling = false, relu_of_conv = true, relu_of_fc1 = true, dropped = true;
    float dropout = 0.7f;
};
inline nn::Sequential head_with(const Head& head, const HeadFaults& faults) {
    const Index side = auxiliary_head(head)[0].output_shape({1, head.in, head.side, head.side})[2];
    nn::Sequential layers;
    if (faults.max_pooling)
        layers.add("pool", nn::MaxPool2d(head.pool));
    else
        layers.add("pool", nn::AveragePool2d(head.pool));
    layers.add("conv", nn::Conv2d(head.in, head.maps, {.size = 1}));
    if (faults.relu_of_conv) layers.add("relu1", nn::ReLU());
    layers.add("flatten", nn::Flatten()).add("fc1", nn::Dense(head.maps * side * side, head.neurons));
    if (faults.relu_of_fc1) layers.add("relu2", nn::ReLU());
    if (faults.dropped) layers.add("dropout", nn::Dropout(faults.dropout));
    layers.add("fc2", nn::Dense(head.neurons, head.classes));
    return layers;
}
using BuildHead = nn::Sequential (*)(const Head& head);
template <BuildHead build>
NetworkTable head_table_with(const Head& head) {
    nn::Sequential layers = build(head);
    return nn::table_of(layers, {1, head.in, head.side, head.side});
}
template <BuildHead build>
NetworkPass head_pass_with(const Head& head, const Tensor& x, const Tensor& dy, std::uint32_t seed) {
    nn::Sequential layers = build(head);
    layers.set_training(false);
    return nn::pass_of(layers, x, dy, seed);
}
template <BuildHead build>
std::vector<double> head_dropout_with(const Head& head) {
    nn::Sequential layers = build(head);
    return dropout_of(layers);
}
inline nn::Sequential max_pooled_head(const Head& head) { return head_with(head, {.max_pooling = true}); }
inline nn::Sequential linear_conv_head(const Head& head) { return head_with(head, {.relu_of_conv = false}); }
inline nn::Sequential linear_fc1_head(const Head& head) { return head_with(head, {.relu_of_fc1 = false}); }
inline nn::Sequential undropped_head(const Head& head) { return head_with(head, {.dropped = false}); }
inline nn::Sequential linear_head(const Head& head) {
    return head_with(head, {.relu_of_conv = false, .relu_of_fc1 = false});
}
inline nn::Sequential half_dropping_head(const Head& head) { return head_with(head, {.dropout = 0.5f}); }
inline nn::Sequential keeping_head(const Head& head) { return head_with(head, {.dropout = 0.3f}); }

// ---- 14.3: the loss

using Logits = std::vector<Tensor>;
using LabelList = std::vector<std::int32_t>;

inline void scale_heads(HeadsLoss& result, double factor) {
    for (std::size_t i = 1; i < result.gradients.size(); ++i) result.gradients[i] *= static_cast<float>(factor);
}
inline HeadsLoss loss_of_all(const Logits& logits, const LabelList& labels, double weight) {
    HeadsLoss result = heads_loss(logits, labels, weight);
    for (std::size_t i = 1; i < logits.size(); ++i) result.correct += heads_loss({logits[i]}, labels, weight).correct;
    return result;
}
inline HeadsLoss loss_of_last(const Logits& logits, const LabelList& labels, double weight) {
    HeadsLoss result = heads_loss(logits, labels, weight);
    result.correct = heads_loss({logits.back()}, labels, weight).correct;
    return result;
}
inline HeadsLoss sum_over_batch(const Logits& logits, const LabelList& labels, double weight) {
    HeadsLoss result = heads_loss(logits, labels, weight);
    const auto images = static_cast<double>(labels.size());
    result.loss *= images;
    for (Tensor& gradient : result.gradients) gradient *= static_cast<float>(images);
    return result;
}
inline HeadsLoss gradients_as_they_are(const Logits& logits, const LabelList& labels, double weight) {
    HeadsLoss result = heads_loss(logits, labels, 1);
    result.loss = heads_loss(logits, labels, weight).loss;
    return result;
}
inline HeadsLoss mean_over_heads(const Logits& logits, const LabelList& labels, double weight) {
    const double heads = std::max(1.0, static_cast<double>(logits.size()) - 1);
    return heads_loss(logits, labels, weight / heads);
}
inline HeadsLoss divided(HeadsLoss result, double by) {
    result.loss /= by;
    for (Tensor& gradient : result.gradients) gradient *= static_cast<float>(1 / by);
    return result;
}
inline HeadsLoss mean_of_predictions(const Logits& logits, const LabelList& labels, double weight) {
    return divided(heads_loss(logits, labels, weight), static_cast<double>(logits.size()));
}
inline HeadsLoss trunk_weighted(const Logits& logits, const LabelList& labels, double weight) {
    HeadsLoss result = heads_loss(logits, labels, 1);
    result.loss *= weight;
    for (Tensor& gradient : result.gradients) gradient *= static_cast<float>(weight);
    return result;
}
inline HeadsLoss gradients_weighted_twice(const Logits& logits, const LabelList& labels, double weight) {
    HeadsLoss result = heads_loss(logits, labels, weight);
    scale_heads(result, weight);
    return result;
}
inline HeadsLoss weighted_mean(const Logits& logits, const LabelList& labels, double weight) {
    return divided(heads_loss(logits, labels, weight), 1 + weight * (static_cast<double>(logits.size()) - 1));
}

// ---- 14.3: the passes

inline Tensor trunk_alone_backward(const Trunk& trunk, const std::vector<Tensor>& dy) {
    std::size_t of_head = dy.size();
    Tensor d = dy.front();
    for (std::size_t i = trunk.parts.size(); i-- > 0;) {
        if (trunk.heads[i] != nullptr) trunk.heads[i]->backward(dy[--of_head]);  // and what it returns is dropped
        d = trunk.parts[i]->backward(std::move(d));
    }
    return d;
}
inline Tensor exchanged_backward(const Trunk& trunk, const std::vector<Tensor>& dy) {
    std::size_t of_head = 0;
    Tensor d = dy.front();
    for (std::size_t i = trunk.parts.size(); i-- > 0;) {
        if (trunk.heads[i] != nullptr) d += trunk.heads[i]->backward(dy[++of_head]);
        d = trunk.parts[i]->backward(std::move(d));
    }
    return d;
}
inline Tensor replaced_backward(const Trunk& trunk, const std::vector<Tensor>& dy) {
    std::size_t of_head = dy.size();
    Tensor d = dy.front();
    for (std::size_t i = trunk.parts.size(); i-- > 0;) {
        if (trunk.heads[i] != nullptr) d = trunk.heads[i]->backward(dy[--of_head]);
        d = trunk.parts[i]->backward(std::move(d));
    }
    return d;
}
inline Tensor without_heads_backward(const Trunk& trunk, const std::vector<Tensor>& dy) {
    Tensor d = dy.front();
    for (std::size_t i = trunk.parts.size(); i-- > 0;) d = trunk.parts[i]->backward(std::move(d));
    return d;
}
inline Tensor weighted_twice(const Trunk& trunk, const std::vector<Tensor>& dy) {
    std::vector<Tensor> smaller = dy;
    for (std::size_t i = 1; i < smaller.size(); ++i) smaller[i] *= 0.3f;
    return heads_backward(trunk, smaller);
}
inline Tensor joined_too_early(const Trunk& trunk, const std::vector<Tensor>& dy) {
    std::size_t of_head = dy.size();
    Tensor d = dy.front();
    for (std::size_t i = trunk.parts.size(); i-- > 0;) {
        d = trunk.parts[i]->backward(std::move(d));
        if (trunk.heads[i] != nullptr) d += trunk.heads[i]->backward(dy[--of_head]);
    }
    return d;
}
inline std::vector<Tensor> reads_the_input(const Trunk& trunk, const Tensor& x, bool training) {
    std::vector<Tensor> all(1);
    Tensor now = x;
    for (std::size_t i = 0; i < trunk.parts.size(); ++i) {
        if (training && trunk.heads[i] != nullptr) all.push_back(trunk.heads[i]->forward(now));
        now = trunk.parts[i]->forward(now);
    }
    all.front() = now;
    return all;
}
inline std::vector<Tensor> always_forward(const Trunk& trunk, const Tensor& x, bool) {
    return heads_forward(trunk, x, true);
}
inline std::vector<Tensor> computed_and_dropped(const Trunk& trunk, const Tensor& x, bool training) {
    std::vector<Tensor> all = heads_forward(trunk, x, true);
    if (!training) all.resize(1);
    return all;
}
inline std::vector<Tensor> trunk_last(const Trunk& trunk, const Tensor& x, bool training) {
    std::vector<Tensor> all = heads_forward(trunk, x, training);
    std::ranges::rotate(all, all.begin() + 1);
    return all;
}
template <HeadsForward forward, HeadsBackward backward>
HeadsPass heads_with(const Tensor& x, const std::vector<Tensor>& dy, Index parts, const std::vector<Index>& heads,
                     bool training, std::uint32_t seed) {
    return heads_pass_of(forward, backward, x, dy, parts, heads, training, seed);
}

inline std::vector<Replacement> head_mistakes() {
    return {
        mistake(auxiliary_head_table, "head_max_pooling", "the head pools maxima: an auxiliary classifier takes means.",
                head_table_with<max_pooled_head>),
        mistake(auxiliary_head_table, "head_without_relu1", "no ReLU follows the head's 1×1 convolution.",
                head_table_with<linear_conv_head>),
        mistake(auxiliary_head_table, "head_without_relu2",
                "no ReLU follows the head's fc1: two dense layers in a row are only one.",
                head_table_with<linear_fc1_head>),
        mistake(auxiliary_head_table, "head_without_dropout", "the head has no dropout layer before its last one.",
                head_table_with<undropped_head>),
        mistake(auxiliary_head_pass, "head_pass_max_pooling",
                "outputs and gradients are those of a head that pools maxima: it takes means.",
                head_pass_with<max_pooled_head>),
        mistake(head_dropout, "keeps_seven_tenths",
                "the head drops 30 % and keeps 70 %: it is the other way round, nn::Dropout(0.7f).",
                head_dropout_with<keeping_head>),
        mistake(auxiliary_head_table, "head_keeps_seven_tenths",
                "the head's dropout is 0.3: nn::Dropout takes the share that is dropped, 0.7.",
                head_table_with<keeping_head>),
        mistake(auxiliary_head_table, "head_drops_half", "the head's dropout is 0.5: it is 0.7.",
                head_table_with<half_dropping_head>),
        mistake(auxiliary_head_table, "head_without_relus", "there is no ReLU in the head: one follows conv, one fc1.",
                head_table_with<linear_head>),
        mistake(auxiliary_head_pass, "head_pass_without_relu1",
                "outputs and gradients are those of a head without ReLU behind its 1×1 convolution.",
                head_pass_with<linear_conv_head>),
        mistake(auxiliary_head_pass, "head_pass_without_relu2",
                "outputs and gradients are those of a head without ReLU behind fc1.", head_pass_with<linear_fc1_head>),
        mistake(auxiliary_head_pass, "head_pass_without_relus",
                "outputs and gradients are those of a head without ReLU.", head_pass_with<linear_head>),
        mistake(head_dropout, "half_of_the_head_is_dropped", "the head drops 50 %: it drops 70 %.",
                head_dropout_with<half_dropping_head>),
        mistake(heads_loss, "heads_not_weighted",
                "the heads count as much as the trunk: their losses are multiplied by `weight`.",
                [](const Logits& logits, const LabelList& labels, double) { return heads_loss(logits, labels, 1); }),
        mistake(
            heads_loss, "gradients_not_weighted",
            "the value is weighted, the heads' gradients are not: a factor in front of a loss stands in front of its "
            "gradient, too.",
            gradients_as_they_are),
        mistake(heads_loss, "mean_over_heads",
                "the heads' losses are averaged: each of them is added with the full weight.", mean_over_heads),
        mistake(heads_loss, "weighted_mean", "the sum is divided by the weights: the trunk's loss counts as it is.",
                weighted_mean),
        mistake(heads_loss, "divided_by_the_predictions",
                "the sum is divided by the number of predictions: trunk and heads are added up, not averaged.",
                mean_of_predictions),
        mistake(heads_loss, "trunk_weighted_too",
                "the trunk's loss is multiplied by `weight` as well: the weight is for the heads alone.",
                trunk_weighted),
        mistake(heads_loss, "heads_weighted_twice",
                "the heads' losses are multiplied by `weight` twice, their gradients, too: once is enough.",
                [](const Logits& logits, const LabelList& labels, double weight) {
                    return heads_loss(logits, labels, weight * weight);
                }),
        mistake(heads_loss, "gradients_weighted_twice",
                "the heads' gradients are multiplied by `weight` twice: once, as their losses.",
                gradients_weighted_twice),
        mistake(heads_loss, "right_answers_of_the_last",
                "`correct` counts the last head's right answers: the network's answer is the trunk's.", loss_of_last),
        mistake(heads_loss, "sum_over_the_batch",
                "the losses are summed over the images: a mean over the batch is wanted.", sum_over_batch),
        mistake(heads_loss, "weight_is_fixed", "the heads count 0.3 whatever `weight` says: that is only its default.",
                [](const Logits& logits, const LabelList& labels, double) { return heads_loss(logits, labels, 0.3); }),
        mistake(heads_loss, "right_answers_of_heads",
                "the heads' right answers are counted as well: the network's answer is the trunk's.", loss_of_all),
        mistake(
            heads_pass, "heads_gradients_dropped",
            "the trunk does not learn from its heads: what a head's backward returns is added to the gradient of the "
            "part that it reads.",
            heads_with<heads_forward, trunk_alone_backward>),
        mistake(heads_pass, "heads_gradient_instead",
                "a head's gradient takes the place of the one that comes from the next part: the two add up.",
                heads_with<heads_forward, replaced_backward>),
        mistake(
            heads_pass, "heads_not_taken_back",
            "the heads' backward is not called: neither they nor the trunk before them learn from their predictions.",
            heads_with<heads_forward, without_heads_backward>),
        mistake(heads_pass, "weighted_again",
                "the heads' gradients are multiplied by 0.3 once more: the weight is in the gradients of heads_loss "
                "already.",
                heads_with<heads_forward, weighted_twice>),
        mistake(
            heads_pass, "joined_too_early",
            "a head's gradient is added after the part that it reads has gone back: it joins before, with what comes "
            "from the next part.",
            heads_with<heads_forward, joined_too_early>),
        mistake(heads_pass, "heads_read_the_input", "a head reads the input of its part: it reads the part's output.",
                heads_with<reads_the_input, heads_backward>),
        mistake(heads_pass, "heads_exchanged",
                "the heads get each other's gradients: on the way back the last head is met first.",
                heads_with<heads_forward, exchanged_backward>),
        mistake(heads_pass, "heads_in_evaluation", "the heads answer in evaluation, too: there the trunk is alone.",
                heads_with<always_forward, heads_backward>),
        mistake(heads_pass, "heads_compute_for_nothing",
                "in evaluation the heads compute what nobody reads: they shall not be asked at all.",
                heads_with<computed_and_dropped, heads_backward>),
        mistake(heads_pass, "trunk_comes_last", "the trunk's prediction stands last: it comes first, then the heads'.",
                heads_with<trunk_last, heads_backward>),
    };
}

}  // namespace cnn::lab14::wrong
