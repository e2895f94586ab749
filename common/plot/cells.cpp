#include "plot/cells.hpp"

#include <algorithm>
#include <cmath>

namespace cnn::plot {
namespace {

constexpr int font = Cells::font;
constexpr Index most_written = 20;       // rows or columns whose values can still be read
constexpr Index most_rectangles = 4096;  // cells drawn one by one; more become an image

double longest(const std::vector<std::string>& names) {
    double width = 0;
    for (const std::string& name : names) width = std::max(width, text_width(name));
    return width * font;
}

}  // namespace

CellWriter::CellWriter(const Cells& cells) : cells_(cells) {
    side_ = cells.longer_side / static_cast<double>(std::max(cells.height, cells.width));
    grid_width_ = side_ * static_cast<double>(cells.width);
    grid_height_ = side_ * static_cast<double>(cells.height);
    left_ = font * (cells.row_label.empty() ? 1.2 : 3.0) + longest(cells.rows);
    turned_ = longest(cells.columns) > 0.94 * side_;
    const double names = cells.columns.empty() ? 0 : turned_ ? 0.72 * longest(cells.columns) + font : 1.8 * font;
    bottom_ = names + font * (cells.column_label.empty() ? 0.8 : 2.4);
    top_ = font * (cells.title.empty() ? 1.0 : 3.0);
    // A narrow map must still hold its title.
    const double title = 1.25 * font * text_width(cells.title) + 2 * font;
    width_ = static_cast<int>(std::lround(std::max(left_ + grid_width_ + cells.right_margin, title)));
    height_ = static_cast<int>(std::lround(top_ + grid_height_ + bottom_));
}

Script CellWriter::script() {
    write_frame();
    write_titles();
    write_texts();
    write_cells();
    return {width_, height_, font, std::move(data_), std::move(commands_)};
}

std::string CellWriter::screen(double x, double y) const {
    return fmt::format("screen {:.4f},{:.4f}", x / width_, 1 - y / height_);
}

void CellWriter::write_frame() {
    command("set lmargin at screen {:.5f}; set rmargin at screen {:.5f}", left_ / width_, grid_right());
    command("set bmargin at screen {:.5f}; set tmargin at screen {:.5f}", grid_bottom(), grid_top());
    command("unset key; unset border; unset colorbox; set tics scale 0 nomirror tc rgb '{}'", to_string(ink));
    command("set xrange [-0.5:{}]; set yrange [{}:-0.5]", static_cast<double>(cells_.width) - 0.5,
            static_cast<double>(cells_.height) - 0.5);
    write_names('x', cells_.columns, turned_ ? " rotate by 45 right" : " norotate");
    write_names('y', cells_.rows, "");
}

void CellWriter::write_names(char axis, const std::vector<std::string>& names, std::string_view look) {
    if (names.empty()) return command("unset {}tics", axis);
    std::string ticks;
    for (std::size_t i = 0; i < names.size(); ++i)
        ticks += fmt::format("{}{} {}", i == 0 ? "" : ", ", gnuplot_tick(names[i]), i);
    command("set {}tics{} ({})", axis, look, ticks);
}

void CellWriter::write_titles() {
    if (!cells_.title.empty())
        command("set label {} at {} left font bold.',{:.0f}' tc rgb '{}'", gnuplot_string(cells_.title),
                screen(font, 1.5 * font), 1.15 * font, to_string(ink));
    if (!cells_.row_label.empty())
        command("set label {} at {} center rotate by 90 tc rgb '{}'", gnuplot_string(cells_.row_label),
                screen(1.2 * font, top_ + grid_height_ / 2), to_string(faint_ink));
    if (!cells_.column_label.empty())
        command("set label {} at {} center tc rgb '{}'", gnuplot_string(cells_.column_label),
                screen(left_ + grid_width_ / 2, height_ - 1.1 * font), to_string(faint_ink));
}

void CellWriter::write_texts() {
    if (!cells_.text || std::max(cells_.height, cells_.width) > most_written) return;
    for (Index row = 0; row < cells_.height; ++row)
        for (Index column = 0; column < cells_.width; ++column) write_text(row, column);
}

void CellWriter::write_text(Index row, Index column) {
    const std::string text = cells_.text(row, column), below = cells_.below ? cells_.below(row, column) : "";
    const std::optional<Color> color = cells_.color(row, column);
    if (text.empty() || !color) return;
    const Color letters = ink_on(*color);
    // The text must fit its cell.
    const double size = std::min({0.95 * font, 0.28 * side_, 0.86 * side_ / text_width(text)});
    const auto write = [&](const std::string& words, double down, double font_size, Color ink_color) {
        command("set label {} at {},{:.2f} center font ',{:.1f}' tc rgb '{}' front", gnuplot_string(words), column,
                static_cast<double>(row) + down, font_size, to_string(ink_color));
    };
    write(text, below.empty() ? 0 : -0.12, size, letters);
    if (!below.empty()) write(below, 0.22, 0.72 * size, mix(letters, *color, 0.25));
}

void CellWriter::write_cells() {
    const bool rectangles = cells_.height * cells_.width <= most_rectangles;
    data_ += "# column, row, colour\n$cells << EOD\n";
    Index drawn = 0;
    for (Index row = 0; row < cells_.height; ++row) {
        for (Index column = 0; column < cells_.width; ++column) {
            std::optional<Color> color = cells_.color(row, column);
            if (!color && rectangles) continue;
            const Color shown = color.value_or(white);
            data_ += rectangles
                         ? fmt::format("{} {} 0x{:02x}{:02x}{:02x}\n", column, row, shown.red, shown.green, shown.blue)
                         : fmt::format("{} {} {} {} {}\n", column, row, shown.red, shown.green, shown.blue);
            ++drawn;
        }
    }
    data_ += "EOD\n";
    // A thin white line between cells that are large enough for it.
    const double half = side_ > 16 ? 0.5 - 1 / side_ : 0.5;
    if (drawn == 0) {
        command("plot NaN notitle");
    } else if (rectangles) {
        command("plot $cells using 1:2:({0:.4f}):({0:.4f}):3 with boxxyerror fs solid noborder lc rgb variable notitle",
                half);
    } else {
        command("plot $cells using 1:2:3:4:5 with rgbimage notitle");
    }
}

}  // namespace cnn::plot
