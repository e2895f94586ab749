#include "plot/figure.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tensor/error.hpp"

namespace cnn::plot {
namespace {

bool any_of_style(const Panel& panel, std::initializer_list<Style> styles) {
    return std::any_of(panel.series.begin(), panel.series.end(), [&](const Series& series) {
        return std::find(styles.begin(), styles.end(), series.style) != styles.end();
    });
}

void check(const Series& series) {
    const auto fits = [&](std::size_t count) { return count == 0 || count == series.y.size(); };
    require(series.x.empty() || series.x.size() == series.y.size(), "series \"{}\": {} x, but {} y", series.name,
            series.x.size(), series.y.size());
    require(fits(series.low.size()) && series.low.size() == series.high.size(),
            "series \"{}\": {} values, but {} low and {} high ends", series.name, series.y.size(), series.low.size(),
            series.high.size());
    require(fits(series.labels.size()), "series \"{}\": {} values, but {} labels", series.name, series.y.size(),
            series.labels.size());
}

}  // namespace

double x_of(const Series& series, std::size_t i) { return series.x.empty() ? static_cast<double>(i) : series.x[i]; }

Color hue(const Panel& panel, std::size_t index) {
    // A series with a colour of its own leaves the palette's to the others.
    std::size_t place = 0;
    for (std::size_t i = 0; i < index; ++i) place += panel.series[i].color ? 0 : 1;
    return panel.series[index].color.value_or(palette(place));
}

Color color_of(const Panel& panel, std::size_t index) {
    return panel.series[index].light ? mix(hue(panel, index), white, 0.5) : hue(panel, index);
}

Scale x_scale(const Panel& panel, int x_count) {
    const bool bars = any_of_style(panel, {Style::bars}), lines = any_of_style(panel, {Style::line, Style::dashed});
    std::vector<double> values;
    for (const Series& series : panel.series)
        for (std::size_t i = 0; i < series.y.size(); ++i)
            for (const double side : {-0.5, 0.5}) values.push_back(x_of(series, i) + (bars ? side : 0));
    // Lines begin at the axis; points want room around them.
    return make_scale(panel.x, values, x_count, lines || bars ? 0 : 0.04);
}

Scale y_scale(const Panel& panel, int y_count) {
    std::vector<double> values;
    for (const Series& series : panel.series)
        for (const auto* ends : {&series.y, &series.low, &series.high})
            values.insert(values.end(), ends->begin(), ends->end());
    // A bar's length is its value, so bars stand on zero.
    if (any_of_style(panel, {Style::bars})) values.push_back(0);
    const bool labelled = std::any_of(panel.series.begin(), panel.series.end(),
                                      [](const Series& series) { return !series.labels.empty(); });
    return make_scale(panel.y, values, y_count, labelled ? 0.12 : 0.06);
}

std::vector<double> spread(const std::vector<double>& places, double apart) {
    const std::size_t count = places.size();
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return places[a] < places[b]; });
    if (count > 1) apart = std::min(apart, 1.0 / static_cast<double>(count - 1));

    // Groups of labels that touch: each is centred on the mean of where its members want to be, and joins the one below
    // while they overlap (the pool-adjacent-violators solution of least squares).
    struct Group {
        double sum = 0;  // of the wished places, less each member's offset in the group
        std::size_t size = 0;
        double begin(double gap) const {
            const double length = gap * static_cast<double>(size - 1);
            return std::clamp(sum / static_cast<double>(size), 0.0, std::max(0.0, 1 - length));
        }
    };
    std::vector<Group> groups;
    for (const std::size_t i : order) {
        Group group{std::clamp(places[i], 0.0, 1.0), 1};
        while (!groups.empty()) {
            const Group& below = groups.back();
            const double offset = apart * static_cast<double>(below.size);
            if (below.begin(apart) + offset <= group.begin(apart) + 1e-12) break;
            group = {below.sum + group.sum - offset * static_cast<double>(group.size), below.size + group.size};
            groups.pop_back();
        }
        groups.push_back(group);
    }
    std::vector<double> result(count);
    std::size_t next = 0;
    for (const Group& group : groups)
        for (std::size_t member = 0; member < group.size; ++member)
            result[order[next++]] = group.begin(apart) + apart * static_cast<double>(member);
    return result;
}

void check(const Figure& figure) {
    require(!figure.panels.empty(), "figure \"{}\": has no panels", figure.title);
    require(figure.width >= 100 && figure.height >= 100 && figure.width <= 20000 && figure.height <= 20000,
            "figure \"{}\": {} × {} pixels, expected 100 to 20000", figure.title, figure.width, figure.height);
    require(figure.font_size >= 4 && figure.font_size <= 200, "figure \"{}\": font of {} pixels, expected 4 to 200",
            figure.title, figure.font_size);
    for (const Panel& panel : figure.panels)
        for (const Series& series : panel.series) check(series);
}

Problem draw(const Figure& figure, const std::filesystem::path& picture) {
    return draw_script(figure_script(figure), picture);
}

}  // namespace cnn::plot
