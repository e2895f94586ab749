#include "nn/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace cnn::nn {
namespace {

using terminal::Terminal;

std::string speed(double images_per_second) {
    return terminal::thousands(std::llround(std::clamp(images_per_second, 0.0, 1e12))) + " images/s";
}

}  // namespace

std::string progress_text(const Progress& p, const Terminal& terminal) {
    constexpr int longest_bar = 24, shortest_bar = 8;
    const std::string head = fmt::format("epoch {:>{}}/{}  ", p.epoch, std::to_string(p.epochs).size(), p.epochs);
    const std::string percent = fmt::format(" {:3.0f} %", std::clamp(100 * p.fraction, 0.0, 100.0));
    const std::array figures{fmt::format("   loss {:.3f}", p.loss),
                             fmt::format("   accuracy {:.1f} %", 100 * p.accuracy), "   " + speed(p.images_per_second),
                             "   " + terminal::duration(p.seconds_left) + " left"};
    // Where there is no room for all, these go first.
    std::array shown{true, true, true, true};
    const auto tail = [&] {
        std::string text = percent;
        for (std::size_t i = 0; i < figures.size(); ++i) text += shown[i] ? figures[i] : "";
        return text;
    };
    for (const std::size_t least_wanted : {2u, 3u, 1u, 0u})
        if (static_cast<int>(head.size() + tail().size()) + shortest_bar >= terminal.width) shown[least_wanted] = false;
    const int room = terminal.width - 1 - static_cast<int>(head.size() + tail().size());
    return head + terminal.progress_bar(p.fraction, std::clamp(room, 0, longest_bar)) + tail();
}

std::string epoch_text(const EpochResult& r, int epochs) {
    std::string text = fmt::format("epoch {:>{}}/{}   loss {:.3f}   accuracy {:.1f} %", r.epoch,
                                   std::to_string(epochs).size(), epochs, r.train_loss, 100 * r.train_accuracy);
    if (!std::isnan(r.test_loss))
        text += fmt::format("   test loss {:.3f}   test accuracy {:.1f} %", r.test_loss, 100 * r.test_accuracy);
    return text + fmt::format("   {}   {}", speed(r.images_per_second), terminal::short_duration(r.seconds));
}

void ProgressLine::progress(const Progress& progress) {
    if (!terminal_.interactive) return;
    const auto now = std::chrono::steady_clock::now();
    if (now - shown_ < std::chrono::milliseconds(100)) return;  // nobody reads faster
    shown_ = now;
    line_.show(progress_text(progress, terminal_));
}

void ProgressLine::epoch_done(const EpochResult& result, int epochs) {
    line_.finish(epoch_text(result, epochs));
    std::fflush(stream_);
}

void ProgressLine::message(std::string_view text) {
    line_.finish(terminal_.yellow(text));
    std::fflush(stream_);
}

}  // namespace cnn::nn
