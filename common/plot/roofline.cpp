#include "plot/roofline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "tensor/error.hpp"

namespace cnn::plot {
namespace {

void check(const Roofline& roofline) {
    const auto& [gflops, gigabytes] = roofline.machine;
    require(gflops > 0 && gigabytes > 0, "roofline: a machine of {} GFLOP/s and {} GB/s", gflops, gigabytes);
    for (const RooflineSeries& series : roofline.series)
        for (const RooflinePoint& point : series.points)
            require(point.intensity > 0 && point.gflops > 0, "roofline: {} has a point at {} FLOP/byte, {} GFLOP/s",
                    series.name, point.intensity, point.gflops);
}

// From a little left of the leftmost point to a little right of the rightmost, the ridge always inside.
std::pair<double, double> extent(const Roofline& roofline) {
    const double ridge = roofline.machine.gflops / roofline.machine.gigabytes;
    double from = ridge, to = ridge;
    for (const RooflineSeries& series : roofline.series)
        for (const RooflinePoint& point : series.points)
            from = std::min(from, point.intensity), to = std::max(to, point.intensity);
    return {from / 2, to * 2};
}

}  // namespace

double Machine::roof(double intensity) const { return std::min(gflops, gigabytes * intensity); }

Figure roofline_figure(const Roofline& roofline) {
    check(roofline);
    const auto [from, to] = extent(roofline);
    const auto& [gflops, gigabytes] = roofline.machine;
    const double ridge = gflops / gigabytes;
    Panel panel{.x = {.label = "FLOP for each byte that must be moved", .logarithmic = true, .from = from, .to = to},
                .y = {.label = "GFLOP/s", .logarithmic = true}};
    panel.series.push_back({.name = fmt::format("roof: {:.0f} GFLOP/s, {:.0f} GB/s", gflops, gigabytes),
                            .x = {from, ridge, to},
                            .y = {roofline.machine.roof(from), gflops, gflops},
                            .color = ink});
    std::map<double, std::pair<double, std::string>> lowest;  // by intensity: height and name
    for (std::size_t i = 0; i < roofline.series.size(); ++i) {
        const RooflineSeries& series = roofline.series[i];
        Series dots{.name = series.name, .style = Style::points, .color = palette(i)};
        for (const RooflinePoint& point : series.points) {
            dots.x.push_back(point.intensity), dots.y.push_back(point.gflops);
            auto& [height, name] = lowest.try_emplace(point.intensity, point.gflops, point.name).first->second;
            height = std::min(height, point.gflops);
            if (name.empty()) name = point.name;
        }
        panel.series.push_back(std::move(dots));
    }
    double bottom = roofline.machine.roof(from);
    for (const auto& [intensity, place] : lowest) {
        bottom = std::min(bottom, place.first);
        if (place.second.empty()) continue;
        // A name goes some way to the right of its dots, below those it comes to.
        double y = place.first;
        for (const auto& [other, dots] : lowest)
            if (other > intensity && other < 1.4 * intensity) y = std::min(y, dots.first);
        y *= 0.72;
        // Beside a name at much the same height there is no room: one line lower.
        if (!panel.notes.empty() && intensity < 1.5 * panel.notes.back().x &&
            std::abs(std::log(y / panel.notes.back().y)) < 0.35)
            y = 0.68 * std::min(y, panel.notes.back().y);
        bottom = std::min(bottom, y);
        panel.notes.push_back({intensity * 0.94, y, place.second});
    }
    panel.y.from = bottom * 0.6;
    panel.y.to = gflops * 1.6;
    return {.title = roofline.title, .panels = {std::move(panel)}, .width = 1500, .height = 900};
}

}  // namespace cnn::plot
