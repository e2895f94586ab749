#include "kernels/loss.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/check.hpp"
#include "kernels/parallel.hpp"
#include "kernels/softmax.hpp"

namespace cnn::kernels {
namespace {

void check_logits(const Tensor& logits) {
    check_rank("softmax", logits.shape(), 2, "[N, M]");
    require(logits.size(1) > 0, "softmax: {} has no classes", logits.shape());
}

}  // namespace

Tensor softmax(Tensor logits) {
    check_logits(logits);
    const Index classes = logits.size(1);
    parallel(logits.size(0), 4 * classes, [&](Index n) { softmax_row(logits.data() + n * classes, classes, 1); });
    return logits;
}

CrossEntropy softmax_cross_entropy(const Tensor& logits, std::span<const std::int32_t> labels) {
    check_logits(logits);
    const Index rows = logits.size(0), classes = logits.size(1);
    require(static_cast<Index>(labels.size()) == rows,
            "softmax_cross_entropy: logits {} have {} rows, but there are {} labels", logits.shape(), rows,
            labels.size());
    for (const std::int32_t label : labels)
        require(label >= 0 && label < classes, "softmax_cross_entropy: label {} is not one of 0 to {}", label,
                classes - 1);
    CrossEntropy result{0, logits, 0};
    std::vector<double> losses(labels.size());
    std::vector<char> hits(labels.size());
    const float share = 1 / static_cast<float>(std::max<Index>(rows, 1));
    parallel(rows, 4 * classes, [&](Index n) {
        float* row = result.dlogits.data() + n * classes;
        const auto at = static_cast<std::size_t>(n);
        const Index label = labels[at];
        const float logit = row[label];
        const bool first = std::find(row, row + label, logit) == row + label;  // of equal ones
        const auto [largest, sum] = softmax_row(row, classes, share);
        row[label] -= share;
        hits[at] = logit == largest && first;
        losses[at] = std::log(double{sum}) + double{largest} - double{logit};
    });
    for (std::size_t n = 0; n < labels.size(); ++n) result.loss += losses[n], result.correct += hits[n];
    result.loss /= static_cast<double>(std::max<Index>(rows, 1));
    return result;
}

}  // namespace cnn::kernels
