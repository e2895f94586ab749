// Where an axis begins and ends, and the numbers written along it.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace cnn::plot {

// What is asked of an axis. What is left out is chosen from the data.
struct Axis {
    std::string label = {};
    bool logarithmic = false;
    bool whole = false;  // ticks at whole numbers only: epochs, counts
    std::optional<double> from = {}, to = {};
    std::string unit = {};                // follows each number: " %"
    std::vector<std::string> names = {};  // stand at 0, 1, 2, … in place of numbers: the bars' names
};

struct Tick {
    double at;
    std::string text;
};

// An axis settled for given data.
struct Scale {
    double from = 0, to = 1;
    bool logarithmic = false;
    std::vector<Tick> ticks = {};

    // 0 at the beginning of the axis, 1 at its end; beyond them for values outside. NaN where the axis has no place.
    double place(double value) const;
};

// Bounds that hold all finite values (positive ones on a logarithmic axis) with `margin`, a share of their range, to
// spare on both sides where the axis leaves them open, and about `count` ticks at round numbers. A margin never crosses
// zero. Throws ShapeError for fixed bounds that cannot be: not finite, the wrong way round, not positive on a
// logarithmic axis.
Scale make_scale(const Axis& axis, std::span<const double> values, int count, double margin);

// Can it be drawn: finite, not so large that differences overflow, positive where the axis is logarithmic.
bool has_place(double value, bool logarithmic);

// A number as a caption, to three digits: "0.25", "−1.2e−05".
std::string number_text(double value);
// "60,000", "−0.25", "10⁻⁶": with as many decimals as a step of this size needs.
std::string tick_text(double value, double step);

}  // namespace cnn::plot
