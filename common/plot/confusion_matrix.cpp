#include "plot/confusion_matrix.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plot/cells.hpp"
#include "tensor/error.hpp"
#include "terminal/text.hpp"

namespace cnn::plot {
namespace {

constexpr Color right_color{0, 90, 156}, wrong_color{213, 94, 0};

void check(const ConfusionMatrix& matrix) {
    const Tensor& counts = matrix.counts;
    require(counts.rank() == 2 && counts.size(0) == counts.size(1) && counts.size(0) >= 1 && counts.size(0) <= 200,
            "confusion matrix: counts {}, expected [K, K] with K from 1 to 200", counts.shape());
    require(matrix.classes.empty() || std::ssize(matrix.classes) == counts.size(0),
            "confusion matrix: {} names for {} classes", matrix.classes.size(), counts.size(0));
    for (const float count : counts.values())
        require(std::isfinite(count) && count >= 0, "confusion matrix: a count of {}, expected 0 or more", count);
}

double row_sum(const Tensor& counts, Index row) {
    double sum = 0;
    for (Index column = 0; column < counts.size(1); ++column) sum += counts(row, column);
    return sum;
}

std::string title_of(const ConfusionMatrix& matrix) {
    if (!matrix.title.empty()) return matrix.title;
    double all = 0, correct = 0;
    for (Index row = 0; row < matrix.counts.size(0); ++row) {
        all += row_sum(matrix.counts, row);
        correct += matrix.counts(row, row);
    }
    if (all == 0) return "no images";
    return fmt::format("{:.2f} % of {} right", 100 * correct / all, terminal::thousands(std::llround(all)));
}

std::vector<std::string> names_of(const ConfusionMatrix& matrix) {
    if (!matrix.classes.empty()) return matrix.classes;
    std::vector<std::string> numbers;
    for (Index k = 0; k < matrix.counts.size(0); ++k) numbers.push_back(fmt::format("{}", k));
    return numbers;
}

// A share of the row as people write it: "97 %", "0.4 %".
std::string percent(double share) {
    return share >= 0.0995 || share == 0 ? fmt::format("{:.0f} %", 100 * share) : fmt::format("{:.1f} %", 100 * share);
}

}  // namespace

Script confusion_matrix_script(const ConfusionMatrix& matrix) {
    check(matrix);
    const Tensor& counts = matrix.counts;
    std::vector<double> sums;
    for (Index row = 0; row < counts.size(0); ++row) sums.push_back(row_sum(counts, row));
    const auto share = [&](Index row, Index column) {
        const double sum = sums[static_cast<std::size_t>(row)];
        return sum > 0 ? counts(row, column) / sum : 0;
    };
    Cells cells{title_of(matrix),
                "true class",
                "predicted class",
                names_of(matrix),
                names_of(matrix),
                counts.size(0),
                counts.size(0),
                900,
                Cells::font * 1.2,
                {},
                {},
                {}};
    cells.color = [&](Index row, Index column) -> std::optional<Color> {
        constexpr Color paper{245, 245, 245};
        // By the square root: one error in a hundred must be seen, too.
        const double depth = std::sqrt(share(row, column));
        if (row == column) return mix(paper, right_color, depth * depth);
        return mix(paper, wrong_color, std::min(1.0, 1.6 * depth));
    };
    cells.text = [&](Index row, Index column) { return counts(row, column) > 0 ? percent(share(row, column)) : ""; };
    cells.below = [&](Index row, Index column) { return terminal::thousands(std::llround(counts(row, column))); };
    return CellWriter(cells).script();
}

Problem draw_confusion_matrix(const ConfusionMatrix& matrix, const std::filesystem::path& picture) {
    return draw_script(confusion_matrix_script(matrix), picture);
}

}  // namespace cnn::plot
