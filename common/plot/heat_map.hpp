// Matrices of any numbers as coloured cells.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "plot/colors.hpp"
#include "plot/gnuplot.hpp"
#include "tensor/tensor.hpp"

namespace cnn::plot {

enum class Colors {
    sequential,  // white to dark blue: amounts
    diverging,   // red, white at zero, blue: weights and differences. The range is made symmetric
    gray,        // black to white: pictures
};

struct HeatMap {
    std::string title = {};
    Tensor values = {};                                // [H, W]; row 0 on top. NaN stays blank
    std::string row_label = {}, column_label = {};     // what rows and columns are
    std::vector<std::string> rows = {}, columns = {};  // names of each, or none
    Colors colors = Colors::sequential;
    std::optional<float> from = {}, to = {};  // the values at the ends of the colours; the data's where unset
    bool write_values = false;                // into the cells, where these are not too many to be read
};

// NAME.png, NAME.svg and NAME.gp, see draw_script(). Throws ShapeError when values are not [H, W] with at least one
// cell and at most 4096 a side, or the names are not as many as the rows and columns.
[[nodiscard]] Problem draw_heat_map(const HeatMap& map, const std::filesystem::path& picture);
Script heat_map_script(const HeatMap& map);

}  // namespace cnn::plot
