#include "plot/heat_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "plot/axis.hpp"
#include "plot/cells.hpp"
#include "tensor/error.hpp"

namespace cnn::plot {
namespace {

constexpr int font = Cells::font;

// Colours from 0 to 1, mixed between neighbours.
Color color_at(const std::vector<Color>& stops, double place) {
    const double at = std::clamp(place, 0.0, 1.0) * static_cast<double>(stops.size() - 1);
    const auto below = std::min(static_cast<std::size_t>(at), stops.size() - 2);
    return mix(stops[below], stops[below + 1], at - static_cast<double>(below));
}

const std::vector<Color>& stops_of(Colors colors) {
    // ColorBrewer's Blues and RdBu (Harrower and Brewer 2003).
    static const std::vector<Color> blues{
        {247, 251, 255}, {198, 219, 239}, {107, 174, 214}, {33, 113, 181}, {8, 48, 107}};
    static const std::vector<Color> red_blue{{178, 24, 43},   {239, 138, 98},  {253, 219, 199}, {247, 247, 247},
                                             {209, 229, 240}, {103, 169, 207}, {33, 102, 172}};
    static const std::vector<Color> grays{{0, 0, 0}, {255, 255, 255}};
    return colors == Colors::sequential ? blues : colors == Colors::diverging ? red_blue : grays;
}

struct Range {
    double from, to;
    // Rounded: the middle of −1 and 1 is 0, not what is left of rounding.
    double at(double place) const {
        const double value = from + place * (to - from);
        return std::abs(value) < 1e-3 * (to - from) ? 0 : value;
    }
    double place(double value) const { return to > from ? (value - from) / (to - from) : 0.5; }
};

Range range_of(const HeatMap& map) {
    double from = std::numeric_limits<double>::infinity(), to = -from;
    for (const float value : map.values.values()) {
        if (!std::isfinite(value)) continue;
        from = std::min<double>(from, value);
        to = std::max<double>(to, value);
    }
    if (from > to) from = 0, to = 1;
    from = map.from.value_or(static_cast<float>(from));
    to = map.to.value_or(static_cast<float>(to));
    if (map.colors == Colors::diverging) {
        to = std::max(std::abs(from), std::abs(to));
        from = -to;
    }
    return {from, to};
}

// A strip of the colours, with the values at its ends and its middle.
void write_color_scale(CellWriter& writer, const HeatMap& map, const Range& range) {
    constexpr int steps = 64;
    const double left = writer.grid_right() + 1.2 * font / writer.width();
    const double right = left + 0.8 * font / writer.width();
    const double height = std::min(writer.grid_top() - writer.grid_bottom(), 20.0 * font / writer.height());
    const double bottom = writer.grid_top() - height;
    for (int i = 0; i < steps; ++i) {
        const Color color = color_at(stops_of(map.colors), (i + 0.5) / steps);
        // A little overlap leaves no seams.
        writer.command(
            "set object rectangle from screen {:.4f},{:.4f} to screen {:.4f},{:.4f} fc rgb '{}' fs solid noborder",
            left, bottom + height * i / steps, right, std::min(bottom + height * (i + 1.3) / steps, bottom + height),
            to_string(color));
    }
    for (const double place : {0.0, 0.5, 1.0})
        writer.command("set label '{}' at screen {:.4f},{:.4f} left tc rgb '{}'", number_text(range.at(place)),
                       right + 0.5 * font / writer.width(), bottom + height * place, to_string(ink));
}

void check_names(const std::vector<std::string>& names, Index count, std::string_view what) {
    require(names.empty() || std::ssize(names) == count, "heat map: {} names for {} {}", names.size(), count, what);
}

}  // namespace

Script heat_map_script(const HeatMap& map) {
    require(map.values.rank() == 2 && !map.values.empty() && map.values.size(0) <= 4096 && map.values.size(1) <= 4096,
            "heat map: values {}, expected [H, W] from 1 to 4096", map.values.shape());
    check_names(map.rows, map.values.size(0), "rows");
    check_names(map.columns, map.values.size(1), "columns");
    const Range range = range_of(map);
    Cells cells{map.title,          map.row_label, map.column_label, map.rows, map.columns, map.values.size(0),
                map.values.size(1), 800,           7.5 * font,       {},       {},          {}};
    cells.color = [&](Index row, Index column) -> std::optional<Color> {
        const float value = map.values(row, column);
        if (!std::isfinite(value)) return std::nullopt;
        return color_at(stops_of(map.colors), range.place(value));
    };
    if (map.write_values) cells.text = [&](Index row, Index column) { return number_text(map.values(row, column)); };
    CellWriter writer(cells);
    write_color_scale(writer, map, range);
    return writer.script();
}

Problem draw_heat_map(const HeatMap& map, const std::filesystem::path& picture) {
    return draw_script(heat_map_script(map), picture);
}

}  // namespace cnn::plot
