// Wrong answers to 13.4: dense evaluation.
#pragma once
#include <algorithm>

#include "grader/exercise.hpp"
#include "nn/loss.hpp"
#include "nn/operators.hpp"
#include "probes.hpp"

namespace cnn::lab13::wrong {

using grader::mistake;
using grader::Replacement;

// Filter numbers in another order: from(c, r, s) says where in the row of the matrix each stands.
template <class F>
Tensor filters_with(const Tensor& w, Index channels, Index size, const F& from) {
    Tensor filters = as_filters(w, channels, size);
    for (Index m = 0; m < w.size(0); ++m)
        for (Index c = 0; c < channels; ++c)
            for (Index r = 0; r < size; ++r)
                for (Index s = 0; s < size; ++s) filters(m, c, r, s) = w(m, from(c, r, s));
    return filters;
}

struct ScoreFaults {
    bool relu = true, relu_first = false, relu_last = false, bias = true;
    Index padding = 0, stride = 1;
};
inline Tensor scores_with(const Tensor& x, const std::vector<DenseWeights>& classifier, Index size,
                          const ScoreFaults& faults) {
    score_maps(x, classifier, size);
    Tensor maps = x;
    for (std::size_t i = 0; i < classifier.size(); ++i) {
        const Index window = i == 0 ? size : 1;
        if ((i > 0 && faults.relu) || (i == 0 && faults.relu_first))
            maps = nn::operators().relu_forward(std::move(maps));
        maps = nn::operators().conv2d_forward(
            maps, as_filters(classifier[i].w, maps.size(1), window),
            faults.bias ? classifier[i].b : Tensor(classifier[i].b.shape()),
            {.size = window, .stride = i == 0 ? faults.stride : 1, .padding = i == 0 ? faults.padding : 0});
    }
    if (faults.relu_last) maps = nn::operators().relu_forward(std::move(maps));
    return maps;
}

inline Tensor left_to_right(const Tensor& x, bool rows) {
    Tensor y(x.shape());
    for (Index n = 0; n < x.size(0); ++n)
        for (Index c = 0; c < x.size(1); ++c)
            for (Index i = 0; i < x.size(2); ++i)
                for (Index j = 0; j < x.size(3); ++j)
                    y(n, c, i, j) = rows ? x(n, c, x.size(2) - 1 - i, j) : x(n, c, i, x.size(3) - 1 - j);
    return y;
}
struct EvaluationFaults {
    bool mirrors = true, upside_down = false, averages_scores = false, softmax = true, softmax_of_maps = false;
    bool uses_avgpool = false, in_training = false, halved = true;
};
inline Tensor evaluated(const Tensor& x, std::uint32_t seed, const EvaluationFaults& faults) {
    evaluate_densely_report(x, seed);
    nn::Sequential network = small_classifier_network(seed);
    network.set_training(faults.in_training);
    std::vector<DenseWeights> classifier;
    for (const auto& [name, parameter] : network[3].parameters()) {
        if (!parameter->learned) continue;
        if (parameter->value.rank() == 2) classifier.push_back({parameter->value, Tensor()});
        classifier.back().b = parameter->value;
    }
    const nn::Loss loss = nn::softmax_cross_entropy();
    const auto maps_of = [&](const Tensor& images) { return score_maps(network[0].forward(images), classifier, 7); };
    const auto scores = [&](const Tensor& images) {
        if (faults.uses_avgpool) return network.forward(images);
        Tensor maps = maps_of(images);
        if (!faults.softmax_of_maps) return mean_scores(maps);
        for (Index i = 0; i < maps.size(2); ++i)
            for (Index j = 0; j < maps.size(3); ++j) {
                Tensor place({maps.size(0), maps.size(1)});
                for (Index n = 0; n < maps.size(0); ++n)
                    for (Index m = 0; m < maps.size(1); ++m) place(n, m) = maps(n, m, i, j);
                place = loss.probabilities(std::move(place));
                for (Index n = 0; n < maps.size(0); ++n)
                    for (Index m = 0; m < maps.size(1); ++m) maps(n, m, i, j) = place(n, m);
            }
        return mean_scores(maps);
    };
    const bool late = faults.averages_scores, squash = faults.softmax && !faults.softmax_of_maps;
    const auto answer = [&](const Tensor& images) {
        return squash && !late ? loss.probabilities(scores(images)) : scores(images);
    };
    Tensor mean = answer(x);
    if (faults.mirrors) (mean += answer(left_to_right(x, faults.upside_down))) *= faults.halved ? 0.5f : 1.0f;
    return squash && late ? loss.probabilities(std::move(mean)) : mean;
}
template <const EvaluationFaults& faults>
Tensor evaluated_by(const Tensor& x, std::uint32_t seed) {
    return evaluated(x, seed, faults);
}
inline constexpr EvaluationFaults not_mirrored{.mirrors = false}, upside_down{.upside_down = true},
    scores_averaged{.averages_scores = true}, no_softmax{.softmax = false}, softmax_first{.softmax_of_maps = true},
    through_avgpool{.uses_avgpool = true}, in_training{.in_training = true}, not_halved{.halved = false};

inline std::vector<Replacement> dense_mistakes() {
    return {
        mistake(as_filters, "channels_last",
                "the numbers are read as if the channels came last: flattening [C, H, W] puts one whole map after the "
                "other, so the order is channel, row, column, as in filters.",
                [](const Tensor& w, Index channels, Index size) {
                    return filters_with(w, channels, size,
                                        [&](Index c, Index r, Index s) { return (r * size + s) * channels + c; });
                }),
        mistake(as_filters, "rows_and_columns_exchanged",
                "rows and columns of the filters are exchanged: within a map the numbers go row by row.",
                [](const Tensor& w, Index channels, Index size) {
                    return filters_with(w, channels, size,
                                        [&](Index c, Index r, Index s) { return (c * size + s) * size + r; });
                }),
        mistake(as_filters, "rotated_for_convolution",
                "the filters are rotated by 180°: a convolution layer computes a correlation, as the dense layer does.",
                [](const Tensor& w, Index channels, Index size) {
                    return filters_with(w, channels, size, [&](Index c, Index r, Index s) {
                        return (c * size + size - 1 - r) * size + size - 1 - s;
                    });
                }),
        mistake(score_maps, "no_relu_between", "there is no ReLU between the layers: three linear maps are only one.",
                [](const Tensor& x, const std::vector<DenseWeights>& classifier, Index size) {
                    return scores_with(x, classifier, size, {.relu = false});
                }),
        mistake(score_maps, "relu_on_scores", "the scores have gone through a ReLU: none stands behind the last layer.",
                [](const Tensor& x, const std::vector<DenseWeights>& classifier, Index size) {
                    return scores_with(x, classifier, size, {.relu_last = true});
                }),
        mistake(score_maps, "relu_on_features", "the features go through a ReLU before the first layer.",
                [](const Tensor& x, const std::vector<DenseWeights>& classifier, Index size) {
                    return scores_with(x, classifier, size, {.relu_first = true});
                }),
        mistake(score_maps, "bias_forgotten", "the biases are missing: conv2d_forward takes them, too.",
                [](const Tensor& x, const std::vector<DenseWeights>& classifier, Index size) {
                    return scores_with(x, classifier, size, {.bias = false});
                }),
        mistake(
            score_maps, "padded",
            "the first convolution is padded, so that there are places where part of what it reads is zeros: without "
            "padding H - size + 1 places are left.",
            [](const Tensor& x, const std::vector<DenseWeights>& classifier, Index size) {
                return scores_with(x, classifier, size, {.padding = size / 2});
            }),
        mistake(score_maps, "moves_by_its_size",
                "the first convolution moves by its own size: evaluation is dense, it moves by one.",
                [](const Tensor& x, const std::vector<DenseWeights>& classifier, Index size) {
                    return scores_with(x, classifier, size, {.stride = size});
                }),
        mistake(
            mean_scores, "sum_not_mean",
            "the scores are added up and not divided by the number of places: a larger image would be more certain.",
            [](const Tensor& maps) {
                Tensor scores = mean_scores(maps);
                return scores *= static_cast<float>(maps.size(2) * maps.size(3));
            }),
        mistake(mean_scores, "height_for_width",
                "the sums are divided by the square of the height: a map has H · W places.",
                [](const Tensor& maps) {
                    Tensor scores = mean_scores(maps);
                    return scores *= static_cast<float>(maps.size(3)) / static_cast<float>(maps.size(2));
                }),
        mistake(mean_scores, "divided_by_height", "the sums are divided by the number of rows: there are H · W places.",
                [](const Tensor& maps) {
                    Tensor scores = mean_scores(maps);
                    return scores *= static_cast<float>(maps.size(3));
                }),
        mistake(mean_scores, "largest_score",
                "the largest score of each map is taken: dense evaluation takes the mean.",
                [](const Tensor& maps) {
                    Tensor scores = mean_scores(maps);
                    const Index places = maps.size(2) * maps.size(3);
                    for (Index i = 0; i < scores.count(); ++i)
                        scores[i] = *std::max_element(maps.data() + i * places, maps.data() + (i + 1) * places);
                    return scores;
                }),
        mistake(evaluate_densely_report, "left_in_training",
                "dropout is at work: network.set_training(false) before the first image.", evaluated_by<in_training>),
        mistake(evaluate_densely_report, "mirror_forgotten",
                "the mirrored images are not asked: the answer is the mean of both.", evaluated_by<not_mirrored>),
        mistake(evaluate_densely_report, "sum_not_halved",
                "the probabilities of image and mirror image are added and not divided by 2: the mean is wanted.",
                evaluated_by<not_halved>),
        mistake(evaluate_densely_report, "upside_down",
                "the second images stand on their heads: left and right are exchanged, not top and bottom.",
                evaluated_by<upside_down>),
        mistake(evaluate_densely_report, "scores_averaged",
                "the scores of image and mirror image are averaged before the softmax: section 3.2 averages their "
                "probabilities.",
                evaluated_by<scores_averaged>),
        mistake(evaluate_densely_report, "softmax_forgotten",
                "these are scores: softmax makes probabilities of them, which add up to 1.", evaluated_by<no_softmax>),
        mistake(
            evaluate_densely_report, "softmax_at_every_place",
            "softmax is taken at every place and its probabilities averaged: section 3.2 averages the scores of the "
            "map first.",
            evaluated_by<softmax_first>),
        mistake(evaluate_densely_report, "through_avgpool",
                "the network is run as it is: its avgpool squeezes maps of any size into 7×7, and the dense layers see "
                "one blurred picture instead of every place.",
                evaluated_by<through_avgpool>),
    };
}

}  // namespace cnn::lab13::wrong
