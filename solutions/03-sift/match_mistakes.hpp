// Wrong matches: task 3.7.
#pragma once
#include <algorithm>
#include <cmath>
#include <limits>

#include "blur_mistakes.hpp"

namespace cnn::lab03 {

// Task 3.7 with its decisions left open.
struct MatchOptions {
    bool squared_ratio = false, squared_distance = false, swapped = false, lazy_second = false, needs_two = true;
    bool forgets_nearest = false, equal_passes = false;
    float ratio_to = 1;  // what the second distance is raised to: 0 compares with the ratio alone
};
inline std::vector<Match> match_with(const Tensor& a, const Tensor& b, float ratio, const MatchOptions& options) {
    match(a, b, ratio);
    std::vector<Match> matches;
    for (Index n = 0; n < a.size(0); ++n) {
        float nearest = INFINITY, second = INFINITY;
        Index at = -1;
        for (Index m = 0; m < b.size(0); ++m) {
            float squares = 0;
            for (Index k = 0; k < a.size(1); ++k) squares += (a(n, k) - b(m, k)) * (a(n, k) - b(m, k));
            const float distance = std::sqrt(squares);
            if (distance < nearest)
                second = options.forgets_nearest ? second : nearest, nearest = distance, at = m;
            else if (!options.lazy_second)
                second = std::min(second, distance);
        }
        if (at < 0 || (options.needs_two && b.size(0) < 2)) continue;
        const bool passes = options.squared_ratio  ? nearest * nearest < ratio * second * second
                            : options.equal_passes ? nearest <= ratio * second
                                                   : nearest < ratio * std::pow(second, options.ratio_to);
        if (!passes) continue;
        const float distance = options.squared_distance ? nearest * nearest : nearest;
        matches.push_back(options.swapped ? Match{at, n, distance} : Match{n, at, distance});
    }
    return matches;
}

inline Mistakes match_mistakes() {
    using grader::mistake;
    return {
        mistake(match, "no_ratio_test",
                "every row gets its nearest: keep it only when it is clearly nearer than the second nearest.",
                [](const Tensor& a, const Tensor& b, float) {
                    return match_with(a, b, std::numeric_limits<float>::max(), {.ratio_to = 0});
                }),
        mistake(
            match, "ratio_of_squares",
            "the ratio is taken of squared distances, so far too much passes: square the ratio, too, or take roots.",
            [](const Tensor& a, const Tensor& b, float ratio) {
                return match_with(a, b, ratio, {.squared_ratio = true});
            }),
        mistake(
            match, "ratio_as_limit",
            "the distance itself is compared with the ratio: it is the distance to the second nearest times the ratio.",
            [](const Tensor& a, const Tensor& b, float ratio) { return match_with(a, b, ratio, {.ratio_to = 0}); }),
        mistake(match, "squared_distance", "the distances are squared: the root is missing.",
                [](const Tensor& a, const Tensor& b, float ratio) {
                    return match_with(a, b, ratio, {.squared_distance = true});
                }),
        mistake(
            match, "swapped", "first and second have changed places: first is the row of a.",
            [](const Tensor& a, const Tensor& b, float ratio) { return match_with(a, b, ratio, {.swapped = true}); }),
        mistake(match, "nearest_forgotten",
                "a nearest row that is overtaken is forgotten: it becomes the second nearest.",
                [](const Tensor& a, const Tensor& b, float ratio) {
                    return match_with(a, b, ratio, {.forgets_nearest = true});
                }),
        mistake(match, "just_the_ratio_passes", "a distance of just ratio times the second passes: it must be less.",
                [](const Tensor& a, const Tensor& b, float ratio) {
                    return match_with(a, b, ratio, {.equal_passes = true});
                }),
        mistake(match, "second_only_from_before",
                "the second nearest is only ever one that was the nearest before: one that comes later counts, too.",
                [](const Tensor& a, const Tensor& b, float ratio) {
                    return match_with(a, b, ratio, {.lazy_second = true});
                }),
        mistake(match, "one_candidate_is_enough",
                "with a single candidate there is no second nearest, and so no proof: there are no matches then.",
                [](const Tensor& a, const Tensor& b, float ratio) {
                    return match_with(a, b, ratio, {.needs_two = false});
                }),
        mistake(match, "both_ways",
                "a match is dropped when its partner is nearer to another row: the contract does not ask the way back.",
                [](const Tensor& a, const Tensor& b, float ratio) {
                    auto matches = match(a, b, ratio);
                    const auto all = match_with(b, a, std::numeric_limits<float>::max(), {.ratio_to = 0});
                    std::erase_if(matches, [&](const Match& m) {
                        return std::ranges::any_of(
                            all, [&](const Match& back) { return back.first == m.second && back.second != m.first; });
                    });
                    return matches;
                }),
    };
}

}  // namespace cnn::lab03
