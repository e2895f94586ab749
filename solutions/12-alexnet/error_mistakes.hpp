// Wrong answers to 12.6.
#pragma once
#include <algorithm>
#include <cmath>

#include "alexnet.hpp"
#include "grader/exercise.hpp"

namespace cnn::lab12::wrong {

using grader::mistake;
using grader::Replacement;

inline std::vector<Index> best_with(const Tensor& scores, Index k, bool (*better)(float, float)) {
    std::vector<Index> classes = best_classes(scores, scores.size(0));
    std::ranges::sort(classes);
    std::ranges::stable_sort(classes, [&](Index a, Index b) { return better(scores(a), scores(b)); });
    classes.resize(static_cast<std::size_t>(k));
    return classes;
}

// An error from the place of the label alone: how many scores are larger, or not smaller, than the label's.
inline double error_by_place(const Tensor& scores, const std::vector<std::int32_t>& labels, Index k, bool ties_before) {
    top_k_error(scores, labels, k);
    Index wrong = 0;
    for (Index n = 0; n < scores.size(0); ++n) {
        const Index label = labels[static_cast<std::size_t>(n)];
        Index before = 0;
        for (Index m = 0; m < scores.size(1); ++m)
            before += ties_before ? m != label && scores(n, m) >= scores(n, label) : scores(n, m) > scores(n, label);
        wrong += before >= k;
    }
    return static_cast<double>(wrong) / static_cast<double>(scores.size(0));
}

inline std::vector<Replacement> error_mistakes() {
    return {
        mistake(best_classes, "sorted_without_rule",
                "equal scores stand in no particular order: std::sort does not keep theirs. Take std::stable_sort, or "
                "let the smaller number win where scores are equal.",
                [](const Tensor& scores, Index k) {
                    std::vector<Index> classes = best_classes(scores, scores.size(0));
                    std::ranges::sort(classes);
                    std::sort(classes.begin(), classes.end(), [&](Index a, Index b) { return scores(a) > scores(b); });
                    classes.resize(static_cast<std::size_t>(k));
                    return classes;
                }),
        mistake(best_classes, "partially_sorted_without_rule",
                "equal scores stand in no particular order: std::partial_sort does not keep theirs. Let the smaller "
                "number win where scores are equal.",
                [](const Tensor& scores, Index k) {
                    std::vector<Index> classes = best_classes(scores, scores.size(0));
                    std::ranges::sort(classes);
                    std::partial_sort(classes.begin(), classes.begin() + k, classes.end(),
                                      [&](Index a, Index b) { return scores(a) > scores(b); });
                    classes.resize(static_cast<std::size_t>(k));
                    return classes;
                }),
        mistake(best_classes, "smallest_first", "these are the smallest scores: the largest ones are the best.",
                [](const Tensor& scores, Index k) {
                    best_classes(scores, k);
                    return best_with(scores, k, [](float a, float b) { return a < b; });
                }),
        mistake(best_classes, "last_of_equals_first",
                "of equal scores the last comes first: a reversed sort turns them around; the first is the better one.",
                [](const Tensor& scores, Index k) {
                    best_classes(scores, k);
                    std::vector<Index> all = best_with(scores, scores.size(0), [](float a, float b) { return a < b; });
                    std::ranges::reverse(all);
                    all.resize(static_cast<std::size_t>(k));
                    return all;
                }),
        mistake(best_classes, "in_order_of_classes",
                "these are the right classes in the order of their numbers: the best one must come first.",
                [](const Tensor& scores, Index k) {
                    std::vector<Index> best = best_classes(scores, k);
                    std::ranges::sort(best);
                    return best;
                }),
        mistake(best_classes, "negative_scores_ignored",
                "scores below zero are never chosen: begin with the first score, not with 0.",
                [](const Tensor& scores, Index k) {
                    std::vector<Index> best = best_classes(scores, k);
                    for (Index& c : best)
                        if (scores(c) <= 0) c = 0;
                    return best;
                }),
        mistake(top_k_error, "accuracy", "this is the share of images that are right: the error is the rest.",
                [](const Tensor& scores, const std::vector<std::int32_t>& labels, Index k) {
                    return 1 - top_k_error(scores, labels, k);
                }),
        mistake(top_k_error, "always_top_1",
                "only the best class counts, whatever k: the label may be any of the k best.",
                [](const Tensor& scores, const std::vector<std::int32_t>& labels, Index k) {
                    top_k_error(scores, labels, k);
                    return top_k_error(scores, labels, 1);
                }),
        mistake(top_k_error, "ties_count_as_right",
                "a label counts as right unless k scores are larger than its own: of equal scores the first are the "
                "better ones, so those before the label count as well.",
                [](const Tensor& scores, const std::vector<std::int32_t>& labels, Index k) {
                    return error_by_place(scores, labels, k, false);
                }),
        mistake(top_k_error, "ties_count_as_wrong",
                "every score equal to the label's counts as a better one: of equal scores the first are the better "
                "ones, so only those before the label count.",
                [](const Tensor& scores, const std::vector<std::int32_t>& labels, Index k) {
                    return error_by_place(scores, labels, k, true);
                }),
        mistake(top_k_error, "share_of_whole_numbers",
                "the share is a quotient of two whole numbers, which C++ rounds down to 0 or 1: make one of them a "
                "double first.",
                [](const Tensor& scores, const std::vector<std::int32_t>& labels, Index k) {
                    return std::floor(top_k_error(scores, labels, k));
                }),
        mistake(top_k_error, "one_minus_whole_numbers",
                "the share of right answers is a quotient of two whole numbers, which C++ rounds down to 0 or 1: make "
                "one of them a double first.",
                [](const Tensor& scores, const std::vector<std::int32_t>& labels, Index k) {
                    return std::ceil(top_k_error(scores, labels, k));
                }),
        mistake(top_k_error, "images_not_share", "this is the number of images: divide it by how many there are.",
                [](const Tensor& scores, const std::vector<std::int32_t>& labels, Index k) {
                    return top_k_error(scores, labels, k) * static_cast<double>(labels.size());
                }),
        mistake(top_k_error, "percent", "this is in percent: the error is a number from 0 to 1.",
                [](const Tensor& scores, const std::vector<std::int32_t>& labels, Index k) {
                    return 100 * top_k_error(scores, labels, k);
                }),
        mistake(top_k_error, "labels_on_the_kth",
                "the label must be exactly the k-th best class: it may be any of the k best.",
                [](const Tensor& scores, const std::vector<std::int32_t>& labels, Index k) {
                    return k == 1 ? top_k_error(scores, labels, 1)
                                  : 1 + top_k_error(scores, labels, k) - top_k_error(scores, labels, k - 1);
                }),
    };
}

}  // namespace cnn::lab12::wrong
