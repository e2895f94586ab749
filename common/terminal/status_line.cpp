#include "terminal/status_line.hpp"

#include <fmt/format.h>

namespace cnn::terminal {

void StatusLine::show(std::string_view text) {
    if (!terminal_.interactive) return;
    // One column is left free: some terminals wrap as soon as the last one is written.
    fmt::print(stream_, "\r\x1b[K{}", shorten(text, terminal_.width - 1, terminal_.unicode));
    std::fflush(stream_);
    shown_ = true;
}

void StatusLine::finish(std::string_view text) {
    clear();
    fmt::print(stream_, "{}\n", text);
    std::fflush(stream_);
}

void StatusLine::clear() {
    if (!shown_) return;
    fmt::print(stream_, "\r\x1b[K");
    std::fflush(stream_);
    shown_ = false;
}

}  // namespace cnn::terminal
