// What the person at the other end can see: a terminal or a file, how wide, colours, Unicode.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "terminal/text.hpp"

namespace cnn::terminal {

// What one output stream can show, and text dressed for it. A plain value: tests and callers make their own.
//   const Terminal& out = standard_output();
//   fmt::print("{} {}\n", out.green("passed"), out.dim("0.2 s"));
struct Terminal {
    bool interactive = false;  // a person watches: a line may be overwritten. False for files, pipes and TERM=dumb
    bool colors = false;       // escape sequences for colours, bold and dim
    bool unicode = false;      // bars, arrows and braille; else plain ASCII
    int width = 80;            // columns, at least 20

    // The text in this style, or as it is where the stream has no colours.
    std::string bold(std::string_view text) const;
    std::string dim(std::string_view text) const;
    std::string red(std::string_view text) const;
    std::string green(std::string_view text) const;
    std::string yellow(std::string_view text) const;
    std::string blue(std::string_view text) const;
    std::string cyan(std::string_view text) const;
    // Any of the 256 colours of the xterm palette.
    std::string color(int index, std::string_view text) const;

    // "━━━━━╸    ": exactly `width` columns for a fraction of 0 to 1 (clamped; NaN counts as 0), in steps of half a
    // column. In ASCII "====>     ".
    std::string progress_bar(double fraction, int width) const;
    // "███████░░░": `width` columns, for points and shares. In ASCII "#######...".
    std::string meter(double fraction, int width) const;
};

// What standard output and standard error can show, now: the width follows the window.
Terminal standard_output();
Terminal standard_error();

// How an environment variable is looked up: std::nullopt when it is not set.
using Environment = std::function<std::optional<std::string>(std::string_view name)>;

// The decision behind standard_output(), from what was seen:
// colours where a person watches, unless NO_COLOR is set (https://no-color.org) or TERM is "dumb";
// Unicode by the locale (LC_ALL, LC_CTYPE, LANG), except on the kernel's own console, whose font lacks the signs;
// the width is COLUMNS, else the window's, else 80.
Terminal describe(const Environment& environment, bool is_terminal, std::optional<int> window_width);

// Does this environment's locale write UTF-8?
bool is_utf8_locale(const Environment& environment);

}  // namespace cnn::terminal
