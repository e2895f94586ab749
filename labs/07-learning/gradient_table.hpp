// The gradient check as tables in the terminal: every loss with its worst entry, and one gradient entry by entry.
#pragma once
#include <fmt/format.h>

#include <string>

#include "losses.hpp"
#include "program/program.hpp"
#include "tensor/random.hpp"
#include "terminal/terminal.hpp"
#include "terminal/text.hpp"

namespace cnn::lab07 {

inline constexpr double wrong_from = 1e-2;  // a right gradient stays far below, see GradientCheck
inline constexpr float check_step = 1.0f / 128;

// Where scores and labels are asked: a few images, scores that are not all alike.
inline Tensor asked_scores() {
    Tensor y = random({3, 4}, 1);
    return y *= 2;
}
inline const Labels asked_labels{1, 3, 0};

inline GradientCheck checked(const Tensor& claimed, const Tensor& numeric) {
    GradientCheck check = check_gradient(claimed, numeric);
    require(check.errors.shape() == claimed.shape() && check.worst >= 0 && check.worst < claimed.count(),
            "check_gradient gave errors {} and entry {} for {} (./lab check 7.4)", check.errors.shape(), check.worst,
            claimed.shape());
    return check;
}
inline Tensor by_definition(const NamedLoss& loss) {
    Tensor numeric = numeric_gradient([&](const Tensor& y) { return loss.function(y, asked_labels).value; },
                                      asked_scores(), check_step);
    require(numeric.shape() == asked_scores().shape(), "numeric_gradient gave {} for {} (./lab check 7.4)",
            numeric.shape(), asked_scores().shape());
    return numeric;
}

inline std::string place_text(Index flat, const Tensor& of) {
    return fmt::format("({}, {})", flat / of.size(1), flat % of.size(1));
}

// Every loss, and where its gradient is furthest from the definition.
inline void print_losses(const std::vector<NamedLoss>& losses) {
    fmt::print("  loss                      value   worst at      claimed   definition   error\n");
    for (const NamedLoss& loss : losses)
        program::attempt(loss.name, [&] {
            const auto [value, claimed] = loss.function(asked_scores(), asked_labels);
            require(claimed.shape() == asked_scores().shape(), "its gradient is {} for scores {} (./lab check {})",
                    claimed.shape(), asked_scores().shape(), loss.task);
            const Tensor numeric = by_definition(loss);
            const GradientCheck check = checked(claimed, numeric);
            fmt::print("  {}{:10.5f}   {}{:11.6f}{:13.6f}{:8.1g}{}\n", terminal::pad_right(loss.name, 21), value,
                       terminal::pad_right(place_text(check.worst, claimed), 8), claimed[check.worst],
                       numeric[check.worst], check.error,
                       check.error < wrong_from ? "" : "   wrong: ./lab check " + loss.task);
            return true;
        });
}

// One gradient whole, with a mark at what is wrong. `claimed` is the loss's own with one mistake in it.
inline void print_entries(const NamedLoss& loss, const Tensor& claimed, const terminal::Terminal& out) {
    const Tensor numeric = by_definition(loss);
    const GradientCheck check = checked(claimed, numeric);
    fmt::print("  entry         claimed   definition     error\n");
    for (Index i = 0; i < claimed.count(); ++i) {
        const double error = double{check.errors[i]};
        const std::string mark = i == check.worst && error >= wrong_from ? "   <- the worst"
                                 : error >= wrong_from                   ? "   <- wrong"
                                                                         : "";
        const std::string row =
            fmt::format("  {}{:13.6f}{:13.6f}{:10.1g}{}", terminal::pad_right(place_text(i, claimed), 8), claimed[i],
                        numeric[i], error, mark);
        fmt::print("{}\n", mark.empty() ? row : out.bold(row));
    }
}

}  // namespace cnn::lab07
