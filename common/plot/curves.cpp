#include "plot/curves.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plot/process.hpp"
#include "plot/text_plot.hpp"
#include "tensor/error.hpp"

namespace cnn::plot {
namespace {

struct Quantity {
    std::string title;
    Measure TrainingLog::*train;
    Measure TrainingLog::*test;
    double factor;  // to the unit shown
    std::string unit;
    int decimals;
};

std::string end_label(const Quantity& quantity, const Measure& measure, const std::string& word) {
    const std::string value = measure.diverged ? "diverged"
                                               : fmt::format("{:.{}f}{}", measure.value.back() * quantity.factor,
                                                             quantity.decimals, quantity.unit);
    return word.empty() ? value : word + " " + value;
}

Series series_of(const Quantity& quantity, const Measure& measure) {
    Series series{.x = measure.epoch, .y = measure.value};
    for (double& value : series.y) value *= quantity.factor;
    return series;
}

Panel panel_of(const Quantity& quantity, const std::vector<TrainingLog>& runs, const CurveOptions& options) {
    Panel panel{.title = quantity.title, .x = {.label = "epoch", .whole = true}, .y = {.unit = quantity.unit}};
    panel.y.logarithmic = options.logarithmic_loss && quantity.unit.empty();
    const bool alone = runs.size() == 1;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const Measure &train = runs[i].*quantity.train, &test = runs[i].*quantity.test;
        // With one run the words stand at the lines; several are told apart in the legend.
        if (!train.empty()) {
            Series series = series_of(quantity, train);
            series.light = true;
            series.color = palette(i);
            if (alone || test.empty()) series.end_label = end_label(quantity, train, alone ? "train" : "");
            panel.series.push_back(std::move(series));
        }
        if (!test.empty()) {
            Series series = series_of(quantity, test);
            series.color = palette(i);
            series.end_label = end_label(quantity, test, alone ? "test" : "");
            panel.series.push_back(std::move(series));
        }
    }
    // Pale lines lie below all strong ones.
    std::stable_partition(panel.series.begin(), panel.series.end(), [](const Series& series) { return series.light; });
    return panel;
}

// Entries of the legend that belong to no line of their own.
void add_legend(Panel& panel, const std::vector<TrainingLog>& runs) {
    for (std::size_t i = 0; i < runs.size(); ++i) panel.series.push_back({.name = runs[i].name, .color = palette(i)});
    panel.series.push_back({.name = "test", .color = faint_ink});
    panel.series.push_back({.name = "train", .light = true, .color = faint_ink});
}

}  // namespace

Figure curves_figure(const std::vector<TrainingLog>& runs, const CurveOptions& options) {
    require(!runs.empty(), "curves: no run to draw");
    const bool alike = std::ranges::all_of(runs, [&](const TrainingLog& run) { return run.kind == runs[0].kind; });
    const Quantity loss{
        alike ? "Loss" : "Loss, of each network its own", &TrainingLog::train_loss, &TrainingLog::test_loss, 1, "", 3};
    const Quantity accuracy{"Accuracy", &TrainingLog::train_accuracy, &TrainingLog::test_accuracy, 100, " %", 2};
    Figure figure{.title = options.title};
    for (const Quantity& quantity : {loss, accuracy}) {
        Panel panel = panel_of(quantity, runs, options);
        if (!panel.series.empty()) figure.panels.push_back(std::move(panel));
    }
    if (runs.size() > 1 && !figure.panels.empty()) add_legend(figure.panels.front(), runs);
    return figure;
}

Problem draw_curves(const std::vector<std::filesystem::path>& runs, const std::filesystem::path& picture,
                    const CurveOptions& options) {
    try {
        Problem problem = draw(curves_figure(read_training_logs(runs), options), picture);
        if (!problem) return std::nullopt;
        std::string words;
        for (const std::filesystem::path& run : runs) words += " " + shell_quoted(run.string());
        return *problem + (runs.empty() ? "" : " or ./lab plot" + words);
    } catch (const Error& error) {
        return fmt::format("{} could not be drawn: {}", without_extension(picture).string() + ".png", error.what());
    }
}

std::string curves_in_terminal(const std::vector<TrainingLog>& runs, const terminal::Terminal& terminal,
                               const CurveOptions& options) {
    return text_plot(curves_figure(runs, options), terminal);
}

}  // namespace cnn::plot
