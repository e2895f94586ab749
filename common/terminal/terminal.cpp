#include "terminal/terminal.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>

namespace cnn::terminal {
namespace {

constexpr int narrowest = 20, default_width = 80, widest = 1000;

std::string dressed(bool colors, std::string_view code, std::string_view text) {
    if (!colors || text.empty()) return std::string(text);
    return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

std::string repeated(std::string_view sign, std::int64_t count) {
    std::string all;
    for (std::int64_t i = 0; i < count; ++i) all += sign;
    return all;
}

// How many of `steps` a fraction fills. Rounded down: a bar is full only when the work is done.
std::int64_t filled_steps(double fraction, std::int64_t steps) {
    if (!(fraction > 0)) return 0;  // also NaN
    return static_cast<std::int64_t>(std::floor(std::min(fraction, 1.0) * static_cast<double>(steps) + 1e-9));
}

std::optional<int> whole_number(const std::optional<std::string>& text) {
    if (!text) return std::nullopt;
    int value = 0;
    const auto [end, problem] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (problem != std::errc{} || end != text->data() + text->size()) return std::nullopt;
    return value;
}

std::optional<std::string> process_environment(std::string_view name) {
    const char* value = std::getenv(std::string(name).c_str());
    if (value == nullptr) return std::nullopt;
    return value;
}

Terminal look_at(int descriptor) {
    winsize window{};
    const bool is_terminal = isatty(descriptor) == 1;
    std::optional<int> width;
    if (is_terminal && ioctl(descriptor, TIOCGWINSZ, &window) == 0) width = window.ws_col;
    return describe(process_environment, is_terminal, width);
}

}  // namespace

std::string Terminal::bold(std::string_view text) const { return dressed(colors, "1", text); }
std::string Terminal::dim(std::string_view text) const { return dressed(colors, "2", text); }
std::string Terminal::red(std::string_view text) const { return dressed(colors, "31", text); }
std::string Terminal::green(std::string_view text) const { return dressed(colors, "32", text); }
std::string Terminal::yellow(std::string_view text) const { return dressed(colors, "33", text); }
std::string Terminal::blue(std::string_view text) const { return dressed(colors, "34", text); }
std::string Terminal::cyan(std::string_view text) const { return dressed(colors, "36", text); }
std::string Terminal::color(int index, std::string_view text) const {
    return dressed(colors, fmt::format("38;5;{}", std::clamp(index, 0, 255)), text);
}

std::string Terminal::progress_bar(double fraction, int columns) const {
    const std::int64_t half_steps = filled_steps(fraction, 2 * std::max(columns, 0));
    const std::string full = repeated(unicode ? "━" : "=", half_steps / 2);
    const std::string_view tip = half_steps % 2 == 0 ? "" : unicode ? "╸" : ">";
    return pad_right(full + std::string(tip), columns);
}

std::string Terminal::meter(double fraction, int columns) const {
    const std::int64_t all = std::max(columns, 0), full = filled_steps(fraction, all);
    return repeated(unicode ? "█" : "#", full) + repeated(unicode ? "░" : ".", all - full);
}

Terminal standard_output() { return look_at(STDOUT_FILENO); }
Terminal standard_error() { return look_at(STDERR_FILENO); }

bool is_utf8_locale(const Environment& environment) {
    // The first that is set and not empty decides, as in setlocale(3).
    for (const std::string_view name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        std::string locale = environment(name).value_or("");
        if (locale.empty()) continue;
        std::transform(locale.begin(), locale.end(), locale.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
        return locale.find("utf-8") != std::string::npos || locale.find("utf8") != std::string::npos;
    }
    return false;
}

Terminal describe(const Environment& environment, bool is_terminal, std::optional<int> window_width) {
    const std::string kind = environment("TERM").value_or("");
    Terminal terminal;
    terminal.interactive = is_terminal && kind != "dumb";
    terminal.colors = terminal.interactive && environment("NO_COLOR").value_or("").empty();
    terminal.unicode = is_utf8_locale(environment) && kind != "linux";
    const int columns = whole_number(environment("COLUMNS")).value_or(0);
    const int width = columns > 0 ? columns : window_width.value_or(0);
    terminal.width = width > 0 ? std::clamp(width, narrowest, widest) : default_width;
    return terminal;
}

}  // namespace cnn::terminal
