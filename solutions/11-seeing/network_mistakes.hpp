// Wrong answers to 11.5 and 11.7: a network's answers, and their gradients.
#pragma once
#include <algorithm>
#include <cmath>

#include "grader/exercise.hpp"
#include "nn/loss.hpp"
#include "probes.hpp"

namespace cnn::lab11::wrong {

using grader::mistake;
using Mistakes = std::vector<grader::Replacement>;

inline Index places_of(Index input, const Window& window) {
    return (input + 2 * window.padding - window.size) / window.stride + 1;
}
// Image n, pixel (a, b) of channel c: is(n, c, r, s) says whether it is covered, at (r, s) of a cover at place (i, j).
template <class F>
Tensor covered_if(const Tensor& x, const Window& cover, float value, const F& is) {
    Tensor images = occluded(x, cover, value);  // refuses what it should
    const Index OH = places_of(x.size(2), cover), OW = places_of(x.size(3), cover);
    for (Index n = 0; n < OH * OW; ++n)
        for (Index c = 0; c < x.size(1); ++c)
            for (Index a = 0; a < x.size(2); ++a)
                for (Index b = 0; b < x.size(3); ++b)
                    images(n, c, a, b) = is(n / OW, n % OW, c, a, b) ? value : x(0, c, a, b);
    return images;
}
inline bool under(const Window& cover, Index i, Index a, Index padding) {
    const Index r = a + padding - i * cover.stride;
    return r >= 0 && r < cover.size;
}

inline Mistakes cover_mistakes() {
    return {
        mistake(occluded, "first_channel_covered", "only the first channel is covered: the square hides all of them.",
                [](const Tensor& x, const Window& cover, float value) {
                    return covered_if(x, cover, value, [&](Index i, Index j, Index c, Index a, Index b) {
                        return c == 0 && under(cover, i, a, cover.padding) && under(cover, j, b, cover.padding);
                    });
                }),
        mistake(occluded, "places_down_the_columns",
                "the places go down the columns: place (i, j) is image i · OW + j.",
                [](const Tensor& x, const Window& cover, float value) {
                    const Index OH = places_of(x.size(2), cover), OW = places_of(x.size(3), cover);
                    return covered_if(x, cover, value, [&](Index i, Index j, Index, Index a, Index b) {
                        const Index n = i * OW + j;
                        return under(cover, n % OH, a, cover.padding) && under(cover, n / OH, b, cover.padding);
                    });
                }),
        mistake(occluded, "rows_of_places_as_long_as_columns",
                "the number of an image is divided by OH: a row of places has OW of them, place (i, j) is image i · OW "
                "+ j.",
                [](const Tensor& x, const Window& cover, float value) {
                    const Index OH = places_of(x.size(2), cover), OW = places_of(x.size(3), cover);
                    return covered_if(x, cover, value, [&](Index i, Index j, Index, Index a, Index b) {
                        const Index n = i * OW + j;
                        return under(cover, n / OH, a, cover.padding) && under(cover, n % OH, b, cover.padding);
                    });
                }),
        mistake(occluded, "as_many_columns_of_places_as_rows",
                "there are as many columns of places as rows: OH follows from the height, OW from the width.",
                [](const Tensor& x, const Window& cover, float value) {
                    const Tensor right = occluded(x, cover, value);
                    const Index OH = places_of(x.size(2), cover);
                    Tensor images({OH * OH, x.size(1), x.size(2), x.size(3)});
                    for (Index n = 0; n < images.size(0); ++n)
                        for (Index c = 0; c < x.size(1); ++c)
                            for (Index a = 0; a < x.size(2); ++a)
                                for (Index b = 0; b < x.size(3); ++b) {
                                    const bool is_covered = under(cover, n / OH, a, cover.padding) &&
                                                            under(cover, n % OH, b, cover.padding);
                                    images(n, c, a, b) = is_covered ? value : x(0, c, a, b);
                                }
                    return images;
                }),
        mistake(occluded, "covers_stay",
                "the squares of earlier places are still there: every place begins with a fresh copy of the image.",
                [](const Tensor& x, const Window& cover, float value) {
                    Tensor images = occluded(x, cover, value);
                    const Tensor only_one = images;
                    for (Index n = 1; n < images.size(0); ++n)
                        for (Index i = 0; i < x.count(); ++i)
                            images[n * x.count() + i] =
                                only_one[n * x.count() + i] != x[i] ? value : images[(n - 1) * x.count() + i];
                    return images;
                }),
        mistake(occluded, "black_square", "the square is 0: it is to have the given value.",
                [](const Tensor& x, const Window& cover, float) { return occluded(x, cover, 0); }),
        mistake(occluded, "cover_not_over_the_edge",
                "the first square begins at the first pixel: with padding it begins `padding` before it.",
                [](const Tensor& x, const Window& cover, float value) {
                    return covered_if(x, cover, value, [&](Index i, Index j, Index, Index a, Index b) {
                        return under(cover, i, a, 0) && under(cover, j, b, 0);
                    });
                }),
        mistake(occluded, "all_but_the_square", "everything but the square is covered.",
                [](const Tensor& x, const Window& cover, float value) {
                    return covered_if(x, cover, value, [&](Index i, Index j, Index, Index a, Index b) {
                        return !under(cover, i, a, cover.padding) || !under(cover, j, b, cover.padding);
                    });
                }),
    };
}

struct OcclusionSlips {
    bool training = false, raw_scores = false, of_the_best = false, dropped = false, down_the_columns = false;
    bool best_is_label = false, last_of_equals = false, exponentials = false, over_places = false,
         against_the_whole = false;
};
inline Occlusion occlusion_with(const SmallNetwork& small, const Tensor& x, Index label, const Window& cover,
                                float value, const OcclusionSlips& slips) {
    Occlusion map = occlusion_report(small, x, label, cover, value);  // refuses what it should
    nn::Sequential network = build(small, x.shape());
    network.set_training(slips.training);
    const Tensor scores = network.forward(occluded(x, cover, value));
    const Tensor probabilities = nn::softmax_cross_entropy().probabilities(scores);
    const Index OH = map.best.size(0), OW = map.best.size(1);
    for (Index n = 0; n < OH * OW; ++n) {
        const Index place = slips.down_the_columns ? n % OH * OW + n / OH : n;
        Index best = 0;
        for (Index m = 1; m < scores.size(1); ++m)
            if (scores(n, m) > scores(n, best) || (slips.last_of_equals && scores(n, m) == scores(n, best))) best = m;
        float& p = map.probability[place];
        p = slips.raw_scores ? scores(n, label) : probabilities(n, slips.of_the_best ? best : label);
        if (slips.dropped) p = 1 - p;
        if (slips.against_the_whole) p = nn::softmax_cross_entropy().probabilities(network.forward(x))(0, label) - p;
        if (slips.exponentials) p = std::exp(scores(n, label));
        if (slips.over_places) {
            double sum = 0;
            for (Index other = 0; other < OH * OW; ++other)
                sum += std::exp(double{scores(other, label)} - double{scores(n, label)});
            p = static_cast<float>(1 / sum);
        }
        map.best[place] = slips.best_is_label ? (best == label ? 1.0f : 0.0f) : static_cast<float>(best);
    }
    return map;
}

inline Mistakes occlusion_mistakes() {
    return {
        mistake(occlusion_report, "occlusion_in_training_mode",
                "the network is asked in training mode: set_training(false) first.",
                [](const SmallNetwork& network, const Tensor& x, Index label, const Window& cover, float value) {
                    return occlusion_with(network, x, label, cover, value, {.training = true});
                }),
        mistake(occlusion_report, "scores_for_probabilities",
                "the score itself is shown: softmax turns the scores of all classes into probabilities.",
                [](const SmallNetwork& network, const Tensor& x, Index label, const Window& cover, float value) {
                    return occlusion_with(network, x, label, cover, value, {.raw_scores = true});
                }),
        mistake(occlusion_report, "exponentials_for_probabilities",
                "the exponential of the score is shown: divide it by the sum of those of all classes.",
                [](const SmallNetwork& network, const Tensor& x, Index label, const Window& cover, float value) {
                    return occlusion_with(network, x, label, cover, value, {.exponentials = true});
                }),
        mistake(occlusion_report, "softmax_over_the_places",
                "the probabilities of all places add up to 1: softmax goes over the classes of each place.",
                [](const SmallNetwork& network, const Tensor& x, Index label, const Window& cover, float value) {
                    return occlusion_with(network, x, label, cover, value, {.over_places = true});
                }),
        mistake(occlusion_report, "last_of_equal_scores",
                "of equal scores the last class is `best`: a later one must be larger, not as large.",
                [](const SmallNetwork& network, const Tensor& x, Index label, const Window& cover, float value) {
                    return occlusion_with(network, x, label, cover, value, {.last_of_equals = true});
                }),
        mistake(occlusion_report, "probability_of_the_best",
                "the probability is that of the best class of each place: it is to be that of `label` everywhere.",
                [](const SmallNetwork& network, const Tensor& x, Index label, const Window& cover, float value) {
                    return occlusion_with(network, x, label, cover, value, {.of_the_best = true});
                }),
        mistake(
            occlusion_report, "fall_of_the_probability",
            "what is shown is how far the probability falls against the whole image: the probability itself is asked "
            "for.",
            [](const SmallNetwork& network, const Tensor& x, Index label, const Window& cover, float value) {
                return occlusion_with(network, x, label, cover, value, {.against_the_whole = true});
            }),
        mistake(occlusion_report, "probability_lost",
                "what is shown is 1 - p: the probability of `label` itself is asked for.",
                [](const SmallNetwork& network, const Tensor& x, Index label, const Window& cover, float value) {
                    return occlusion_with(network, x, label, cover, value, {.dropped = true});
                }),
        mistake(occlusion_report, "answers_down_the_columns",
                "the answers are put down the columns of the map: image i · OW + j belongs to place (i, j).",
                [](const SmallNetwork& network, const Tensor& x, Index label, const Window& cover, float value) {
                    return occlusion_with(network, x, label, cover, value, {.down_the_columns = true});
                }),
        mistake(occlusion_report, "right_or_wrong",
                "`best` says whether the answer is right: it is to say which class it is.",
                [](const SmallNetwork& network, const Tensor& x, Index label, const Window& cover, float value) {
                    return occlusion_with(network, x, label, cover, value, {.best_is_label = true});
                }),
    };
}

// One number of each pixel's channels.
template <class F>
Tensor over_channels(const Tensor& gradient, const F& next) {
    Tensor map = strongest_channel(gradient);  // refuses what it should
    const Index pixels = gradient.size(2) * gradient.size(3), channels = gradient.size(1);
    for (Index i = 0; i < map.count(); ++i) {
        const Index first = i / pixels * channels * pixels + i % pixels;
        float value = next(0.0f, gradient[first], Index{0});
        for (Index c = 1; c < channels; ++c) value = next(value, gradient[first + c * pixels], c);
        map[i] = value;
    }
    return map;
}

struct SaliencySlips {
    bool training = false, of_the_loss = false, all_classes = false, first_label = false, largest_is_one = false,
         of_the_probability = false;
};
inline Tensor saliency_with(const SmallNetwork& small, const Tensor& x, const std::vector<std::int32_t>& labels,
                            const SaliencySlips& slips) {
    saliency_report(small, x, labels);
    nn::Sequential network = build(small, x.shape());
    network.set_training(slips.training);
    const Tensor y = network.forward(x);
    Tensor dy(y.shape());
    for (Index n = 0; n < y.size(0); ++n) dy(n, labels[slips.first_label ? 0 : static_cast<std::size_t>(n)]) = 1;
    if (slips.all_classes) dy.fill(1);
    const Tensor p = nn::softmax_cross_entropy().probabilities(y);
    for (Index n = 0; slips.of_the_probability && n < y.size(0); ++n) {
        const Index label = labels[static_cast<std::size_t>(n)];
        for (Index m = 0; m < y.size(1); ++m) dy(n, m) = p(n, label) * ((m == label ? 1.0f : 0.0f) - p(n, m));
    }
    if (slips.of_the_loss) dy = nn::softmax_cross_entropy()(y, labels).gradient;
    Tensor map = strongest_channel(network.backward(dy));
    const Index pixels = map.count() / map.size(0);
    for (Index n = 0; slips.largest_is_one && n < map.size(0); ++n) {
        const auto image = map.values().subspan(static_cast<std::size_t>(n * pixels), static_cast<std::size_t>(pixels));
        const float largest = *std::ranges::max_element(image);
        for (float& value : image) value /= largest;
    }
    return map;
}

inline Mistakes saliency_mistakes() {
    return {
        mistake(strongest_channel, "strongest_with_sign",
                "negative gradients are lost: a pixel matters, too, when the score falls with it. Take the magnitude "
                "first.",
                [](const Tensor& gradient) {
                    return over_channels(gradient,
                                         [](float a, float b, Index c) { return c == 0 ? b : std::max(a, b); });
                }),
        mistake(strongest_channel, "magnitude_of_the_largest",
                "the magnitude is taken of the largest number: take the largest of the magnitudes.",
                [](const Tensor& gradient) {
                    Tensor map =
                        over_channels(gradient, [](float a, float b, Index c) { return c == 0 ? b : std::max(a, b); });
                    for (float& value : map.values()) value = std::abs(value);
                    return map;
                }),
        mistake(strongest_channel, "channels_added",
                "the magnitudes of the channels are added up: the largest one counts.",
                [](const Tensor& gradient) {
                    return over_channels(gradient, [](float a, float b, Index) { return a + std::abs(b); });
                }),
        mistake(strongest_channel, "length_of_the_gradient",
                "the length of the pixel's gradient is taken: the largest magnitude of a channel is asked for.",
                [](const Tensor& gradient) {
                    return over_channels(gradient, [](float a, float b, Index) { return std::hypot(a, b); });
                }),
        mistake(saliency_report, "saliency_in_training_mode",
                "the network is in training mode: set_training(false) before the forward pass.",
                [](const SmallNetwork& network, const Tensor& x, const std::vector<std::int32_t>& labels) {
                    return saliency_with(network, x, labels, {.training = true});
                }),
        mistake(
            saliency_report, "gradient_of_the_loss",
            "this is the gradient of the loss: where the network is sure of its answer that is almost 0. The score of "
            "the class is asked for.",
            [](const SmallNetwork& network, const Tensor& x, const std::vector<std::int32_t>& labels) {
                return saliency_with(network, x, labels, {.of_the_loss = true});
            }),
        mistake(saliency_report, "gradient_of_the_probability",
                "this is the gradient of the probability, through the softmax: the score of the class is asked for.",
                [](const SmallNetwork& network, const Tensor& x, const std::vector<std::int32_t>& labels) {
                    return saliency_with(network, x, labels, {.of_the_probability = true});
                }),
        mistake(saliency_report, "gradient_of_all_scores",
                "this is the gradient of the sum of all scores: only the label of each row has a 1 in dy.",
                [](const SmallNetwork& network, const Tensor& x, const std::vector<std::int32_t>& labels) {
                    return saliency_with(network, x, labels, {.all_classes = true});
                }),
        mistake(saliency_report, "label_of_the_first_image",
                "all images are asked about the first one's class: each has its own label.",
                [](const SmallNetwork& network, const Tensor& x, const std::vector<std::int32_t>& labels) {
                    return saliency_with(network, x, labels, {.first_label = true});
                }),
        mistake(saliency_report, "largest_made_one",
                "every map is divided by its largest number: that is a matter of the picture, not of the answer.",
                [](const SmallNetwork& network, const Tensor& x, const std::vector<std::int32_t>& labels) {
                    return saliency_with(network, x, labels, {.largest_is_one = true});
                }),
    };
}

}  // namespace cnn::lab11::wrong
