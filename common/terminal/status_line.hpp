// One line that is written over itself while work goes on.
#pragma once
#include <cstdio>
#include <string>
#include <string_view>

#include "terminal/terminal.hpp"

namespace cnn::terminal {

// Where a person watches, show() replaces the line shown before; elsewhere (a file, a pipe) it prints nothing, and only
// what finish() is given appears. Longer text than the window is wide is cut: a wrapped line cannot be replaced.
class StatusLine {
public:
    explicit StatusLine(Terminal terminal, std::FILE* stream = stdout) : terminal_(terminal), stream_(stream) {}
    StatusLine(const StatusLine&) = delete;
    StatusLine& operator=(const StatusLine&) = delete;
    ~StatusLine() { clear(); }

    void show(std::string_view text);
    // Leaves this text as an ordinary line in the place of what was shown.
    void finish(std::string_view text);
    // Takes away what was shown.
    void clear();

private:
    Terminal terminal_;
    std::FILE* stream_;
    bool shown_ = false;
};

}  // namespace cnn::terminal
