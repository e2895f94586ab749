#include "plot/text_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "tensor/error.hpp"
#include "terminal/text.hpp"

namespace cnn::plot {
namespace {

using terminal::display_width;
using terminal::pad_left;
using terminal::pad_right;
using terminal::Terminal;

constexpr int wide_enough_for_two = 120;

// A little lighter than on paper: most terminals are dark.
Color on_screen(const Panel& panel, std::size_t index) {
    return mix(hue(panel, index), white, panel.series[index].light ? 0.45 : 0.2);
}

// Dots, and the characters they make. Each character has the colour of the dot set last.
class Canvas {
public:
    Canvas(int columns, int rows, bool braille)
        : columns_(columns), rows_(rows), braille_(braille), cells_(static_cast<std::size_t>(columns * rows)) {}

    // How many dots lie in a character.
    int dots_across() const { return braille_ ? 2 : 1; }
    int dots_down() const { return braille_ ? 4 : 1; }
    int width() const { return columns_ * dots_across(); }
    int height() const { return rows_ * dots_down(); }

    // From the bottom left. Dots outside are left out.
    void dot(int x, int y, Color color, char sign) {
        if (x < 0 || x >= width() || y < 0 || y >= height()) return;
        const int down = height() - 1 - y;
        Cell& cell = cells_[static_cast<std::size_t>(down / dots_down() * columns_ + x / dots_across())];
        cell.dots |= bit(x % dots_across(), down % dots_down());
        cell.color = color;
        cell.sign = sign;
    }

    std::string row(int row, const Terminal& terminal) const {
        std::string text, piece;
        std::optional<Color> color;
        const auto finish_piece = [&] {
            text += color ? terminal.color(terminal_color(*color), piece) : piece;
            piece.clear();
        };
        for (int column = 0; column < columns_; ++column) {
            const Cell& cell = cells_[static_cast<std::size_t>(row * columns_ + column)];
            if (cell.dots != 0 && cell.color != color) {
                finish_piece();
                color = cell.color;
            }
            piece += cell.dots == 0 ? " " : sign_of(cell);
        }
        finish_piece();
        return text;
    }

private:
    struct Cell {
        unsigned dots = 0;
        Color color = {};
        char sign = ' ';
    };

    // Unicode numbers the dots of U+2800 to U+28FF down the left column, then the right one; the lowest two came later.
    static unsigned bit(int x, int y) {
        static constexpr std::array<std::array<unsigned, 4>, 2> bits{
            {{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}}};
        return bits[static_cast<std::size_t>(x)][static_cast<std::size_t>(y)];
    }
    std::string sign_of(const Cell& cell) const {
        if (!braille_) return std::string(1, cell.sign);
        // U+2800 + dots in UTF-8: E2 A0 80 upwards.
        return {'\xe2', static_cast<char>(0xa0 + (cell.dots >> 6)), static_cast<char>(0x80 + (cell.dots & 0x3f))};
    }

    int columns_, rows_;
    bool braille_;
    std::vector<Cell> cells_;
};

// Lines are told apart by colour; where there is none, each colour has a sign, and light lines are full stops.
bool needs_signs(const Panel& panel, const Terminal& terminal) {
    if (!terminal.unicode) return true;
    for (std::size_t i = 0; i < panel.series.size(); ++i)
        if (!terminal.colors && hue(panel, i) != hue(panel, 0)) return true;
    return false;
}

char sign_of(const Panel& panel, std::size_t index) {
    static constexpr std::string_view signs = "*o+x#@%";
    if (panel.series[index].light) return '.';
    std::vector<Color> hues;
    for (std::size_t i = 0; hues.empty() || hues.back() != hue(panel, index); ++i)
        if (std::find(hues.begin(), hues.end(), hue(panel, i)) == hues.end()) hues.push_back(hue(panel, i));
    return signs[(hues.size() - 1) % signs.size()];
}

class PanelPlot {
public:
    PanelPlot(const Panel& panel, const Terminal& terminal, int width, int rows)
        : panel_(panel),
          terminal_(terminal),
          rows_(rows),
          y_(plain(y_scale(panel, std::max(2, rows / 3)), terminal)),
          columns_(width - label_width() - end_width() - 2),
          x_(plain(x_scale(panel, std::max(2, columns_ / 10)), terminal)),
          canvas_(std::max(columns_, 8), rows, !needs_signs(panel, terminal)) {
        columns_ = std::max(columns_, 8);
        for (std::size_t i = 0; i < panel.series.size(); ++i) draw_series(i);
    }

    // Title, the canvas between its numbers, the axis. All lines are equally wide.
    std::vector<std::string> lines() const {
        const std::vector<std::string> ends = end_labels();
        std::vector<std::string> all{terminal_.bold(panel_.title)};
        for (int row = 0; row < rows_; ++row)
            all.push_back(row_label(row) + (terminal_.unicode ? "│" : "|") + canvas_.row(row, terminal_) +
                          ends[static_cast<std::size_t>(row)]);
        all.push_back(axis_line());
        all.push_back(axis_numbers());
        return all;
    }

private:
    // Numbers like 10⁻⁶ without their raised digits where those cannot be shown.
    static Scale plain(Scale scale, const Terminal& terminal) {
        for (Tick& tick : scale.ticks)
            if (!terminal.unicode &&
                std::any_of(tick.text.begin(), tick.text.end(), [](unsigned char c) { return c >= 0x80; }))
                tick.text = fmt::format("{:g}", tick.at);
        return scale;
    }
    int label_width() const {
        int width = 0;
        for (const Tick& tick : y_.ticks) width = std::max(width, display_width(tick.text));
        return width + 1;
    }
    int end_width() const {
        int width = 0;
        for (const Series& series : panel_.series) width = std::max(width, display_width(series.end_label));
        return width;
    }

    int row_of(double place) const {
        return std::clamp(static_cast<int>(std::lround((1 - place) * (rows_ - 1))), 0, rows_ - 1);
    }
    int column_of(double place) const {
        return std::clamp(static_cast<int>(std::lround(place * (columns_ - 1))), 0, columns_ - 1);
    }

    std::string row_label(int row) const {
        std::string text;
        for (const Tick& tick : y_.ticks)
            if (row_of(y_.place(tick.at)) == row) text = tick.text;
        return pad_left(terminal_.dim(text), label_width() - 1) + " ";
    }

    void draw_series(std::size_t index) {
        const Series& series = panel_.series[index];
        if (series.style == Style::bars) return;
        const auto at = [&](std::size_t i) {
            return std::pair{x_.place(x_of(series, i)) * (canvas_.width() - 1),
                             y_.place(series.y[i]) * (canvas_.height() - 1)};
        };
        bool had_one = false;
        int count = 0;
        for (std::size_t i = 0; i < series.y.size(); ++i) {
            const auto [x, y] = at(i);
            const bool here = std::isfinite(x) && std::isfinite(y);
            if (here && had_one && series.style != Style::points) stroke(index, at(i - 1), {x, y}, count);
            if (here) set(index, x, y);
            had_one = here;
        }
    }

    void set(std::size_t index, double x, double y) {
        // Far outside (fixed bounds) the numbers would not fit an int.
        if (std::abs(x) > 1e6 || std::abs(y) > 1e6) return;
        canvas_.dot(static_cast<int>(std::lround(x)), static_cast<int>(std::lround(y)), on_screen(panel_, index),
                    sign_of(panel_, index));
    }

    // Dot by dot along the longer side; of a light or dashed line only some. `count` runs on from stroke to stroke.
    void stroke(std::size_t index, std::pair<double, double> from, std::pair<double, double> to, int& count) {
        const Series& series = panel_.series[index];
        const double steps = std::ceil(std::max(std::abs(to.first - from.first), std::abs(to.second - from.second)));
        const double most = 4.0 * (canvas_.width() + canvas_.height());
        for (double i = 0; i < std::min(steps, most); ++i, ++count) {
            const double share = i / steps;
            if (series.light && count % (canvas_.dots_across() == 2 ? 3 : 2) != 0) continue;
            if (series.style == Style::dashed && count % 8 >= 5) continue;
            set(index, from.first + share * (to.first - from.first), from.second + share * (to.second - from.second));
        }
    }

    std::vector<std::string> end_labels() const {
        std::vector<std::size_t> series;
        std::vector<double> places;
        for (std::size_t i = 0; i < panel_.series.size(); ++i) {
            if (panel_.series[i].end_label.empty()) continue;
            const auto last = std::find_if(panel_.series[i].y.rbegin(), panel_.series[i].y.rend(),
                                           [&](double y) { return has_place(y, y_.logarithmic); });
            if (last == panel_.series[i].y.rend()) continue;
            series.push_back(i);
            places.push_back(y_.place(*last));
        }
        std::vector<std::string> labels(static_cast<std::size_t>(rows_));
        places = spread(places, 1.0 / std::max(rows_ - 1, 1));
        for (std::size_t i = 0; i < series.size(); ++i) {
            std::size_t row = static_cast<std::size_t>(row_of(places[i]));
            while (!labels[row].empty() && row + 1 < labels.size()) ++row;  // two that rounded to the same row
            labels[row] =
                " " + terminal_.color(terminal_color(on_screen(panel_, series[i])), panel_.series[series[i]].end_label);
        }
        return labels;
    }

    std::string axis_line() const {
        std::string axis;
        for (int column = 0; column < columns_; ++column) {
            const bool tick = std::any_of(x_.ticks.begin(), x_.ticks.end(),
                                          [&](const Tick& each) { return column_of(x_.place(each.at)) == column; });
            axis += terminal_.unicode ? (tick ? "┴" : "─") : (tick ? "+" : "-");
        }
        return pad_left("", label_width()) + (terminal_.unicode ? "└" : "+") + axis;
    }

    // The numbers below their ticks; one that would touch its neighbour is left out.
    std::string axis_numbers() const {
        std::string text;
        for (const Tick& tick : x_.ticks) {
            const int middle = label_width() + 1 + column_of(x_.place(tick.at));
            const int begin = std::max(middle - display_width(tick.text) / 2, 0);
            if (!text.empty() && begin <= display_width(text)) continue;
            text = pad_right(text, begin) + tick.text;
        }
        const int room = label_width() + 1 + columns_ + 1 + end_width() - display_width(text) - 2;
        if (!panel_.x.label.empty() && display_width(panel_.x.label) <= room) text += "  " + panel_.x.label;
        return terminal_.dim(text);
    }

    const Panel& panel_;
    const Terminal& terminal_;
    int rows_;
    Scale y_;
    int columns_;
    Scale x_;
    Canvas canvas_;
};

std::string sample_of(const Panel& panel, std::size_t index, const Terminal& terminal) {
    const Series& series = panel.series[index];
    if (!needs_signs(panel, terminal)) return series.light ? "┄┄" : "━━";
    // An entry without data speaks of all lines of its kind.
    if (series.y.empty() && hue(panel, index) == faint_ink) return series.light ? "..." : "*o+";
    return std::string(3, sign_of(panel, index));
}

// A sample of each named series.
std::string legend(const Figure& figure, const Terminal& terminal) {
    std::string text;
    int columns = 0;
    for (const Panel& panel : figure.panels) {
        for (std::size_t i = 0; i < panel.series.size(); ++i) {
            const Series& series = panel.series[i];
            if (series.name.empty()) continue;
            const std::string sample = sample_of(panel, i, terminal);
            const std::string entry =
                fmt::format("  {} {}", terminal.color(terminal_color(on_screen(panel, i)), sample), series.name);
            columns += display_width(entry);
            if (columns > terminal.width && !text.empty()) {
                text += '\n';
                columns = display_width(entry);
            }
            text += entry;
        }
    }
    return text.empty() ? text : text + "\n";
}

}  // namespace

std::string text_plot(const Figure& figure, const Terminal& terminal, int rows) {
    check(figure);
    require(rows >= 2 && rows <= 1000, "text_plot: {} rows, expected 2 to 1000", rows);
    const bool beside = terminal.width >= wide_enough_for_two && figure.panels.size() == 2;
    const int width = beside ? terminal.width / 2 - 1 : terminal.width;
    std::vector<std::vector<std::string>> blocks;
    for (const Panel& panel : figure.panels) blocks.push_back(PanelPlot(panel, terminal, width, rows).lines());

    std::string text = figure.title.empty() ? "" : terminal.bold(figure.title) + "\n";
    if (beside) {
        for (std::size_t i = 0; i < blocks[0].size(); ++i)
            text += pad_right(blocks[0][i], width + 2) + blocks[1][i] + "\n";
    } else {
        for (const std::vector<std::string>& block : blocks)
            for (const std::string& each : block) text += each + "\n";
    }
    return text + legend(figure, terminal);
}

}  // namespace cnn::plot
