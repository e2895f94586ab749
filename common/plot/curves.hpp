// Training curves: loss and accuracy, side by side, of one run or several.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "plot/figure.hpp"
#include "plot/training_log.hpp"
#include "terminal/terminal.hpp"

namespace cnn::plot {

struct CurveOptions {
    std::string title = {};
    bool logarithmic_loss = false;
};

// Training thin and pale, test strong; the last value stands at each line's end. A measure that no run has taken gets
// no panel.
Figure curves_figure(const std::vector<TrainingLog>& runs, const CurveOptions& options = {});

// NAME.png, NAME.svg and NAME.gp from the logs of these runs (see read_training_logs). A log that cannot be read
// is a problem, too, and nothing is drawn.
[[nodiscard]] Problem draw_curves(const std::vector<std::filesystem::path>& runs, const std::filesystem::path& picture,
                                  const CurveOptions& options = {});

// The same in characters, one panel below the other or, in 120 columns or more, beside it. Lines end in '\n'.
std::string curves_in_terminal(const std::vector<TrainingLog>& runs, const terminal::Terminal& terminal,
                               const CurveOptions& options = {});

}  // namespace cnn::plot
