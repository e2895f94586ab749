// Figures for training runs, sweeps and measurements: say what is to be seen, not how gnuplot is told.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "plot/axis.hpp"
#include "plot/colors.hpp"
#include "plot/gnuplot.hpp"

namespace cnn::plot {

enum class Style {
    line,
    dashed,
    points,
    line_and_points,
    bars,  // beside those of other series, over the names of the x axis
};

// One line, cloud of points or set of bars.
struct Series {
    std::string name = {};               // in the legend; none where empty
    std::vector<double> x = {}, y = {};  // as many of each; no x means 0, 1, 2, …  NaN leaves a gap
    Style style = Style::line;
    bool light = false;                       // thin and pale, for what stands behind the result
    std::optional<Color> color = {};          // the next of the palette where unset
    std::string end_label = {};               // written at the last point, in the series' colour
    std::vector<std::string> labels = {};     // written above each point or bar
    std::vector<double> low = {}, high = {};  // a shaded band around the line, an error bar on a bar: spread over seeds
};

// Text at a place in a panel, for example "ridge point".
struct Note {
    double x = 0, y = 0;
    std::string text;
};

// One pair of axes and what is drawn between them.
struct Panel {
    std::string title = {};
    Axis x = {}, y = {};
    std::vector<Series> series = {};
    std::vector<Note> notes = {};
};

// Panels side by side under one title and one legend.
//     draw({.title = "Filter size", .panels = {{.x = {.label = "size"}, .y = {.label = "accuracy", .unit = " %"},
//           .series = {{.x = {3, 5, 7}, .y = {89.1, 90.4, 90.2}, .style = Style::line_and_points}}}}}, "sweep.png");
struct Figure {
    std::string title = {};
    std::vector<Panel> panels = {};
    int width = 1600, height = 700;  // pixels
    int font_size = 24;              // pixels; 24 suits a figure shown at half its size
};

// NAME.png, NAME.svg and NAME.gp, see draw_script(). Throws ShapeError for a figure that makes no sense: no panel, x
// and y of different lengths, impossible axes.
[[nodiscard]] Problem draw(const Figure& figure, const std::filesystem::path& picture);

// The commands behind draw().
Script figure_script(const Figure& figure);

// The x of the i-th point: given, or counted.
double x_of(const Series& series, std::size_t i);
// The colour of the index-th series of a panel, and what is drawn: paler where the series is light.
Color hue(const Panel& panel, std::size_t index);
Color color_of(const Panel& panel, std::size_t index);
// The panel's axes, settled for its series. `x_count` and `y_count`: about how many ticks.
Scale x_scale(const Panel& panel, int x_count);
Scale y_scale(const Panel& panel, int y_count);
// Places from 0 to 1, moved apart until neighbours are `apart` from each other, as little as that takes, in the
// given order of the entries. When there is no room for all they are spread evenly.
std::vector<double> spread(const std::vector<double>& places, double apart);
// Throws ShapeError, see draw().
void check(const Figure& figure);

}  // namespace cnn::plot
