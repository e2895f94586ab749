#include "plot/axis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "tensor/error.hpp"
#include "terminal/text.hpp"

namespace cnn::plot {
namespace {

constexpr double largest = 1e300;  // beyond, a range would overflow

struct Bounds {
    double from, to;
};

Bounds bounds_of(std::span<const double> values, bool logarithmic) {
    Bounds bounds{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
    for (const double value : values) {
        if (!has_place(value, logarithmic)) continue;
        bounds = {std::min(bounds.from, value), std::max(bounds.to, value)};
    }
    if (bounds.from > bounds.to) return logarithmic ? Bounds{0.1, 1} : Bounds{0, 1};
    return bounds;
}

Bounds widened_linear(Bounds bounds, double margin) {
    auto [from, to] = bounds;
    const double range = to - from;
    // One value, or several that differ by nothing but rounding: room around it.
    const double room = range > 1e-9 * std::max(std::abs(from), std::abs(to)) ? range * margin
                        : from == 0                                           ? 1
                                                                              : 0.1 * std::abs(from);
    const double low = from - room, high = to + room;
    return {from >= 0 ? std::max(low, 0.0) : low, to <= 0 && from < 0 ? std::min(high, 0.0) : high};
}

Bounds widened_logarithmic(Bounds bounds, double margin) {
    const double range = std::log10(bounds.to / bounds.from);
    const double room = range > 1e-9 ? range * margin : 0.3;
    return {bounds.from * std::pow(10, -room), bounds.to * std::pow(10, room)};
}

// The round number, 1, 2 or 5 times a power of ten, that divides the range into about `count` parts.
double round_step(double range, int count) {
    const double rough = range / std::max(count, 1);
    const double power = std::pow(10, std::floor(std::log10(rough)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (rough <= factor * power * 1.0001) return factor * power;
    return 10 * power;
}

// The minus sign of printed numbers instead of the hyphen.
std::string with_minus(const std::string& number) {
    std::string text;
    for (const char c : number) text += c == '-' ? std::string("−") : std::string(1, c);
    return text;
}

std::string superscript(int exponent) {
    static constexpr std::array<const char*, 10> digits{"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    std::string text = exponent < 0 ? "⁻" : "";
    for (const char digit : fmt::format("{}", std::abs(exponent)))
        text += digits[static_cast<std::size_t>(digit - '0')];
    return text;
}

std::vector<Tick> linear_ticks(const Axis& axis, Bounds bounds, int count) {
    double step = round_step(bounds.to - bounds.from, count);
    if (axis.whole) step = std::max(1.0, std::round(step));
    std::vector<Tick> ticks;
    const double first = std::ceil(bounds.from / step - 1e-6), last = std::floor(bounds.to / step + 1e-6);
    for (double i = first; i <= last && ticks.size() < 1000; ++i) {
        const double at = i == 0 ? 0 : i * step;
        ticks.push_back({at, tick_text(at, step) + axis.unit});
    }
    return ticks;
}

std::vector<Tick> logarithmic_ticks(const Axis& axis, Bounds bounds, int count) {
    const double decades = std::log10(bounds.to / bounds.from);
    // Within less than a decade, round numbers of a linear axis lie thick enough.
    if (decades < 0.7) return linear_ticks(axis, bounds, count);
    const std::vector<double> factors =
        decades * 3 <= count + 1 ? std::vector<double>{1, 2, 5} : std::vector<double>{1};
    const int every = std::max(1, static_cast<int>(std::ceil(decades / std::max(count, 1) - 1e-6)));
    std::vector<Tick> ticks;
    for (int exponent = static_cast<int>(std::floor(std::log10(bounds.from))); exponent <= std::log10(bounds.to) + 1e-9;
         ++exponent) {
        if (exponent % every != 0) continue;
        for (const double factor : factors) {
            const double at = factor * std::pow(10, exponent);
            if (at >= bounds.from * (1 - 1e-9) && at <= bounds.to * (1 + 1e-9))
                ticks.push_back({at, tick_text(at, at) + axis.unit});
        }
    }
    return ticks;
}

void check_fixed(const Axis& axis) {
    for (const std::optional<double>& end : {axis.from, axis.to})
        require(!end || has_place(*end, axis.logarithmic), "axis \"{}\": cannot begin or end at {}{}", axis.label,
                end.value_or(0), axis.logarithmic ? ", being logarithmic" : "");
    require(!axis.from || !axis.to || *axis.from < *axis.to, "axis \"{}\": from {} to {} is no range", axis.label,
            axis.from.value_or(0), axis.to.value_or(0));
}

}  // namespace

bool has_place(double value, bool logarithmic) {
    return std::isfinite(value) && std::abs(value) < largest && (!logarithmic || value > 1 / largest);
}

double Scale::place(double value) const {
    if (!has_place(value, logarithmic)) return std::numeric_limits<double>::quiet_NaN();
    return logarithmic ? std::log(value / from) / std::log(to / from) : (value - from) / (to - from);
}

std::string number_text(double value) { return with_minus(fmt::format("{:.3g}", value)); }

std::string tick_text(double value, double step) {
    if (value < 0) return "−" + tick_text(-value, step);
    const double size = std::max(std::abs(value), std::abs(step));
    if (size >= 1e7 || std::abs(step) < 1e-4) {
        if (value == 0) return "0";
        const int exponent = static_cast<int>(std::floor(std::log10(std::abs(value)) + 1e-9));
        const double factor = value / std::pow(10, exponent);
        if (std::abs(factor - 1) < 1e-6) return "10" + superscript(exponent);
        return fmt::format("{:.3g}·10{}", factor, superscript(exponent));
    }
    if (step >= 0.9999 && std::abs(value - std::round(value)) < 1e-6) return terminal::thousands(std::llround(value));
    const int decimals = std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-6)), 0, 5);
    return fmt::format("{:.{}f}", value, decimals);
}

Scale make_scale(const Axis& axis, std::span<const double> values, int count, double margin) {
    check_fixed(axis);
    Scale scale{.logarithmic = axis.logarithmic};
    if (!axis.names.empty()) {
        scale.from = axis.from.value_or(-0.5);
        scale.to = axis.to.value_or(static_cast<double>(axis.names.size()) - 0.5);
        for (std::size_t i = 0; i < axis.names.size(); ++i)
            scale.ticks.push_back({static_cast<double>(i), axis.names[i]});
        return scale;
    }
    Bounds bounds = bounds_of(values, axis.logarithmic);
    bounds = axis.logarithmic ? widened_logarithmic(bounds, margin) : widened_linear(bounds, margin);
    bounds = {axis.from.value_or(bounds.from), axis.to.value_or(bounds.to)};
    // A bound fixed beyond all data leaves nothing to choose the other one from.
    if (bounds.from >= bounds.to && axis.from)
        bounds.to = axis.logarithmic ? bounds.from * 10 : bounds.from + std::max(1.0, std::abs(bounds.from));
    if (bounds.from >= bounds.to)
        bounds.from = axis.logarithmic ? bounds.to / 10 : bounds.to - std::max(1.0, std::abs(bounds.to));
    scale.from = bounds.from;
    scale.to = bounds.to;
    scale.ticks = axis.logarithmic ? logarithmic_ticks(axis, bounds, count) : linear_ticks(axis, bounds, count);
    return scale;
}

}  // namespace cnn::plot
