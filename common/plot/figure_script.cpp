// How a Figure is told to gnuplot. All places are worked out here, in pixels from the top left, so that nothing
// overlaps.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numbers>

#include "plot/figure.hpp"
#include "terminal/text.hpp"

namespace cnn::plot {
namespace {

constexpr double line = 1.45;  // from one line of text to the next

double widest(const std::vector<Tick>& ticks) {
    double width = 0;
    for (const Tick& tick : ticks) width = std::max(width, text_width(tick.text));
    return width;
}

// A named entry of the legend, or the title, in pixels.
struct LegendEntry {
    const Series* series;
    Color color;
    double x = 0, y = 0;
};

// Where the plotted area of a panel lies, in pixels.
struct Area {
    double left, right, top, bottom;
};

class Writer {
public:
    explicit Writer(const Figure& figure) : figure_(figure), f_(figure.font_size) {}

    Script script() {
        place_legend();
        place_panels();
        for (std::size_t i = 0; i < figure_.panels.size(); ++i) write_panel(i);
        return {figure_.width, figure_.height, figure_.font_size, std::move(data_), std::move(commands_)};
    }

private:
    template <class... Args>
    void command(fmt::format_string<Args...> format, Args&&... args) {
        fmt::format_to(std::back_inserter(commands_), format, std::forward<Args>(args)...);
        commands_ += '\n';
    }
    std::string screen(double x, double y) const {
        return fmt::format("screen {:.4f},{:.4f}", x / figure_.width, 1 - y / figure_.height);
    }

    // The legend is filled from the left, row by row.
    void place_legend() {
        const double left = f_, right = figure_.width - f_;
        double x = left, y = f_ * (figure_.title.empty() ? 1.0 : 2.9);
        for (const Panel& panel : figure_.panels) {
            for (std::size_t i = 0; i < panel.series.size(); ++i) {
                const Series& series = panel.series[i];
                const auto same = [&](const LegendEntry& entry) { return entry.series->name == series.name; };
                if (series.name.empty() || std::any_of(legend_.begin(), legend_.end(), same)) continue;
                const double width = f_ * (2.4 + text_width(series.name));
                if (x > left && x + width > right) {
                    x = left;
                    y += line * f_;
                }
                legend_.push_back({&series, color_of(panel, i), x, y});
                x += width + 1.2 * f_;
            }
        }
        header_ = legend_.empty() ? f_ * (figure_.title.empty() ? 0.4 : 2.6) : y + 0.6 * f_;
    }

    void write_header() {
        if (!figure_.title.empty())
            command("set label {} at {} left font bold.',{:.0f}' tc rgb '{}'", gnuplot_string(figure_.title),
                    screen(f_, 1.4 * f_), 1.25 * f_, to_string(ink));
        for (const LegendEntry& entry : legend_) {
            const double middle = entry.x + 0.8 * f_;
            if (entry.series->style == Style::bars) {
                command("set object rectangle from {} to {} fc rgb '{}' fs solid noborder",
                        screen(entry.x + 0.4 * f_, entry.y + 0.4 * f_), screen(entry.x + 1.2 * f_, entry.y - 0.4 * f_),
                        to_string(entry.color));
            } else if (entry.series->style != Style::points) {
                command("set arrow from {} to {} nohead {}", screen(entry.x, entry.y),
                        screen(entry.x + 1.6 * f_, entry.y), line_look(*entry.series, entry.color));
            }
            if (has_points(*entry.series))
                command("set label '' at {} point {}", screen(middle, entry.y), point_look(*entry.series, entry.color));
            command("set label {} at {} left tc rgb '{}'", gnuplot_string(entry.series->name),
                    screen(entry.x + 2.2 * f_, entry.y), to_string(ink));
        }
    }

    static bool has_points(const Series& series) {
        return series.style == Style::points || series.style == Style::line_and_points;
    }
    std::string line_look(const Series& series, Color color) const {
        return fmt::format("lw {:.2f} lc rgb '{}'{}", f_ * (series.light ? 0.1 : 0.18), to_string(color),
                           series.style == Style::dashed ? " dt (10,7)" : " dt 1");
    }
    std::string point_shape(const Series& series) const {
        return fmt::format("pt 7 ps {:.2f}*dot", f_ * (series.style == Style::points ? 0.085 : 0.06));
    }
    std::string point_look(const Series& series, Color color) const {
        return fmt::format("{} lc rgb '{}'", point_shape(series), to_string(color));
    }

    // Names that would run into each other are turned.
    bool turns_names(const Panel& panel, const Area& area) const {
        const double slot =
            (area.right - area.left) / static_cast<double>(std::max<std::size_t>(panel.x.names.size(), 1));
        return std::any_of(panel.x.names.begin(), panel.x.names.end(),
                           [&](const std::string& name) { return (text_width(name) + 0.6) * f_ > slot; });
    }

    // All panels begin and end at the same heights, so that they can be compared.
    void place_panels() {
        double top = 0, bottom = figure_.height;
        for (std::size_t i = 0; i < figure_.panels.size(); ++i) {
            const Panel& panel = figure_.panels[i];
            y_.push_back(y_scale(panel, static_cast<int>(figure_.height / (3.6 * f_))));
            areas_.push_back(area_across(i));
            top = std::max(top, f_ * (0.7 + (panel.title.empty() ? 0 : 1.6) + (panel.y.label.empty() ? 0 : 1.5)));
            bottom = std::min(bottom, figure_.height - f_ * below(panel, areas_.back()));
        }
        for (Area& area : areas_) {
            area.top = header_ + top;
            area.bottom = std::max(bottom, area.top + 0.2 * figure_.height);
        }
    }

    Area area_across(std::size_t index) const {
        const double cell = figure_.width / static_cast<double>(figure_.panels.size());
        double labels = 0;
        const Panel& panel = figure_.panels[index];
        for (const Series& series : panel.series) labels = std::max(labels, text_width(series.end_label));
        // Half of the last number of the x axis is right of its end; how many there are does not change its width much.
        const double number = panel.x.names.empty() ? widest(x_scale(panel, 5).ticks) : 0;
        Area area{};
        area.left = cell * static_cast<double>(index) + f_ * (1.6 + widest(y_[index].ticks));
        area.right = std::max(cell * static_cast<double>(index + 1) - f_ * std::max(1.5 + labels, 0.4 + number / 2),
                              area.left + 0.2 * cell);
        return area;
    }

    // Room for the names and the label of the x axis, in font sizes.
    double below(const Panel& panel, const Area& area) const {
        double names = 0;
        if (turns_names(panel, area))
            for (const std::string& name : panel.x.names)
                names = std::max(names, text_width(name) * std::sin(35 * std::numbers::pi / 180));
        return 2.1 + names + (panel.x.label.empty() ? 0 : 1.6);
    }

    void write_panel(std::size_t index) {
        const Panel& panel = figure_.panels[index];
        const Area& area = areas_[index];
        const Scale& y = y_[index];
        const double letters = panel.x.whole ? 3.0 : 5.5;  // whole numbers are short
        const Scale x = x_scale(panel, std::max(2, static_cast<int>((area.right - area.left) / (letters * f_))));
        command("\n# {}", one_line(panel.title.empty() ? fmt::format("panel {}", index + 1) : panel.title));
        command("unset label; unset arrow; unset object; unset key");
        if (index == 0) write_header();
        command("set lmargin at screen {:.4f}; set rmargin at screen {:.4f}", area.left / figure_.width,
                area.right / figure_.width);
        command("set tmargin at screen {:.4f}; set bmargin at screen {:.4f}", 1 - area.top / figure_.height,
                1 - area.bottom / figure_.height);
        command("set border 1 lw 1 lc rgb '#999999'; set tics scale 0 nomirror tc rgb '{}'", to_string(faint_ink));
        command("unset grid; set grid ytics{} back lt 1 lw 1 lc rgb '{}'", panel.x.names.empty() ? " xtics" : "",
                to_string(grid));
        write_axis('x', x, turns_names(panel, area) ? " rotate by 35 right" : "");
        write_axis('y', y, "");
        write_titles(panel, area);
        write_end_labels(panel, y, area);
        write_texts(panel);
        write_series(panel, index);
    }

    static std::string one_line(std::string text) {
        std::replace(text.begin(), text.end(), '\n', ' ');
        // A block ends at a brace, even at one in a comment.
        std::erase_if(text, [](char c) { return c == '{' || c == '}' || c == '\\'; });
        return terminal::valid_utf8(text);
    }

    void write_axis(char axis, const Scale& scale, std::string_view look) {
        command("{}set logscale {}; set {}range [{:.10g}:{:.10g}]", scale.logarithmic ? "" : "un", axis, axis,
                scale.from, scale.to);
        std::string ticks;
        for (const Tick& tick : scale.ticks)
            ticks += fmt::format("{}{} {:.10g}", ticks.empty() ? "" : ", ", gnuplot_tick(tick.text), tick.at);
        command("set {}tics{} ({})", axis, look.empty() ? " norotate autojustify" : look, ticks);
    }

    void write_titles(const Panel& panel, const Area& area) {
        const double left = area.left - f_ * 0.2;
        if (!panel.y.label.empty()) {
            command("set label {} at {} left tc rgb '{}'", gnuplot_string(panel.y.label),
                    screen(left, area.top - 0.9 * f_), to_string(faint_ink));
        }
        if (!panel.title.empty())
            command("set label {} at {} left font bold tc rgb '{}'", gnuplot_string(panel.title),
                    screen(left, header_ + 1.3 * f_), to_string(ink));
        if (!panel.x.label.empty())
            command("set label {} at {} center tc rgb '{}'", gnuplot_string(panel.x.label),
                    screen((area.left + area.right) / 2, area.bottom + f_ * (below(panel, area) - 1.1)),
                    to_string(faint_ink));
    }

    // Each at its line's end, moved up or down where they would overlap.
    void write_end_labels(const Panel& panel, const Scale& scale, const Area& area) {
        struct End {
            std::size_t series;
            double x, y;
        };
        std::vector<End> ends;
        std::vector<double> places;
        for (std::size_t i = 0; i < panel.series.size(); ++i) {
            const Series& series = panel.series[i];
            if (series.end_label.empty()) continue;
            for (std::size_t at = series.y.size(); at-- > 0;) {
                if (!has_place(series.y[at], scale.logarithmic) || !has_place(x_of(series, at), panel.x.logarithmic))
                    continue;
                ends.push_back({i, x_of(series, at), series.y[at]});
                places.push_back(scale.place(series.y[at]));
                break;
            }
        }
        places = spread(places, 1.25 * f_ / (area.bottom - area.top));
        for (std::size_t i = 0; i < ends.size(); ++i) {
            const Series& series = panel.series[ends[i].series];
            const Color color = color_of(panel, ends[i].series);
            if (!series.light && !has_points(series))
                command("set label '' at first {:.10g},{:.10g} point {}", ends[i].x, ends[i].y,
                        point_look(series, color));
            command("set label {} at first {:.10g}, graph {:.4f} left offset character 0.8,0 tc rgb '{}'",
                    gnuplot_string(series.end_label), ends[i].x, places[i],
                    to_string(series.light ? mix(color, ink, 0.25) : color));
        }
    }

    void write_texts(const Panel& panel) {
        for (std::size_t i = 0; i < panel.series.size(); ++i) {
            const Series& series = panel.series[i];
            for (std::size_t at = 0; at < series.labels.size(); ++at) {
                if (!has_place(series.y[at], panel.y.logarithmic) || series.labels[at].empty()) continue;
                const double top = series.high.empty() ? series.y[at] : std::max(series.high[at], series.y[at]);
                command("set label {} at first {:.10g},{:.10g} center offset character 0,0.8 tc rgb '{}'",
                        gnuplot_string(series.labels[at]), x_of(series, at) + bar_offset(panel, i), top,
                        to_string(ink));
            }
        }
        for (const Note& note : panel.notes)
            if (has_place(note.x, panel.x.logarithmic) && has_place(note.y, panel.y.logarithmic))
                command("set label {} at first {:.10g},{:.10g} left tc rgb '{}'", gnuplot_string(note.text), note.x,
                        note.y, to_string(faint_ink));
    }

    // Bars of several series share the place of one.
    static double bar_width(const Panel& panel) {
        const auto bars = std::count_if(panel.series.begin(), panel.series.end(),
                                        [](const Series& series) { return series.style == Style::bars; });
        return 0.76 / static_cast<double>(std::max<std::ptrdiff_t>(bars, 1));
    }
    static double bar_offset(const Panel& panel, std::size_t index) {
        if (panel.series[index].style != Style::bars) return 0;
        double before = 0, all = 0;
        for (std::size_t i = 0; i < panel.series.size(); ++i) {
            if (panel.series[i].style != Style::bars) continue;
            before += i < index ? 1 : 0;
            all += 1;
        }
        return bar_width(panel) * (before - (all - 1) / 2);
    }

    // Columns: x, y, low, high.
    std::size_t write_data(const Panel& panel, std::size_t index, const std::string& name) {
        const Series& series = panel.series[index];
        const auto number = [&](double value) {
            return has_place(value, panel.y.logarithmic) ? fmt::format("{:.10g}", value) : std::string("NaN");
        };
        std::size_t drawn = 0;
        std::string rows;
        for (std::size_t i = 0; i < series.y.size(); ++i) {
            const double x = x_of(series, i) + bar_offset(panel, index);
            if (!has_place(x, panel.x.logarithmic)) continue;
            drawn += has_place(series.y[i], panel.y.logarithmic) ? 1 : 0;
            rows += fmt::format("{:.10g} {}", x, number(series.y[i]));
            if (!series.low.empty()) rows += fmt::format(" {} {}", number(series.low[i]), number(series.high[i]));
            rows += '\n';
        }
        if (drawn > 0) data_ += fmt::format("{} << EOD\n{}EOD\n", name, rows);
        return drawn;
    }

    void write_series(const Panel& panel, std::size_t panel_index) {
        std::vector<std::string> below, plots;
        for (std::size_t i = 0; i < panel.series.size(); ++i) {
            const Series& series = panel.series[i];
            const std::string name = fmt::format("$panel{}_series{}", panel_index + 1, i + 1);
            const std::size_t drawn = write_data(panel, i, name);
            if (drawn == 0) continue;
            const Color color = color_of(panel, i);
            if (series.style == Style::bars) {
                plots.push_back(fmt::format("{} using 1:2:({}) with boxes fs solid noborder lc rgb '{}'", name,
                                            0.94 * bar_width(panel), to_string(color)));
                if (!series.low.empty())
                    plots.push_back(fmt::format("{} using 1:2:3:4 with yerrorbars pt 0 ps 0 lw 2 lc rgb '{}'", name,
                                                to_string(ink)));
                continue;
            }
            if (!series.low.empty())
                below.push_back(
                    fmt::format("{} using 1:3:4 with filledcurves fs transparent solid 0.2 noborder lc rgb '{}'", name,
                                to_string(color)));
            // A line of one point would not be seen.
            const bool points = has_points(series) || drawn == 1;
            const std::string_view with = series.style == Style::points ? "points" : points ? "linespoints" : "lines";
            const std::string look =
                series.style == Style::points ? fmt::format("lc rgb '{}'", to_string(color)) : line_look(series, color);
            plots.push_back(
                fmt::format("{} using 1:2 with {} {}{}", name, with, look, points ? " " + point_shape(series) : ""));
        }
        plots.insert(plots.begin(), below.begin(), below.end());
        if (plots.empty()) plots.push_back("NaN");
        command("plot {} notitle", fmt::join(plots, " notitle, \\\n     "));
    }

    const Figure& figure_;
    double f_;  // font size, the unit of all distances
    double header_ = 0;
    std::vector<LegendEntry> legend_;
    std::vector<Scale> y_;
    std::vector<Area> areas_;
    std::string data_, commands_;
};

}  // namespace

Script figure_script(const Figure& figure) {
    check(figure);
    return Writer(figure).script();
}

}  // namespace cnn::plot
