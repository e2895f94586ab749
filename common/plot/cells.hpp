// A matrix of coloured cells with names around it: what heat maps and confusion matrices have in common.
#pragma once
#include <fmt/format.h>

#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "plot/colors.hpp"
#include "plot/gnuplot.hpp"
#include "tensor/shape.hpp"

namespace cnn::plot {

struct Cells {
    static constexpr int font = 24;  // pixels

    std::string title, row_label, column_label;
    std::vector<std::string> rows, columns;  // their names, or none
    Index height = 1, width = 1;
    double longer_side = 800;  // of the cells together, in pixels
    double right_margin = font;
    std::function<std::optional<Color>(Index row, Index column)> color;  // none: the cell stays blank
    std::function<std::string(Index row, Index column)> text;   // in the cell, where there is room; may be unset
    std::function<std::string(Index row, Index column)> below;  // smaller, below it; may be unset
};

// Works out where everything goes, and writes the script.
class CellWriter {
public:
    explicit CellWriter(const Cells& cells);

    // Of the picture, in pixels.
    int width() const { return width_; }
    int height() const { return height_; }
    // The edges of the cells in gnuplot's screen coordinates: 0 to 1 from the bottom left.
    double grid_right() const { return (left_ + grid_width_) / width_; }
    double grid_bottom() const { return bottom_ / height_; }
    double grid_top() const { return 1 - top_ / height_; }

    // Adds a line before the one that draws the cells.
    template <class... Args>
    void command(fmt::format_string<Args...> format, Args&&... args) {
        fmt::format_to(std::back_inserter(commands_), format, std::forward<Args>(args)...);
        commands_ += '\n';
    }

    Script script();

private:
    std::string screen(double x, double y) const;
    void write_frame();
    void write_names(char axis, const std::vector<std::string>& names, std::string_view look);
    void write_titles();
    void write_texts();
    void write_text(Index row, Index column);
    void write_cells();

    const Cells& cells_;
    double side_ = 0, grid_width_ = 0, grid_height_ = 0, left_ = 0, top_ = 0, bottom_ = 0;  // pixels
    bool turned_ = false;                                                                   // the columns' names
    int width_ = 0, height_ = 0;
    std::string data_, commands_;
};

}  // namespace cnn::plot
