// Training as it looks in a terminal: one line that is rewritten, or one plain line an epoch elsewhere.
#pragma once
#include <chrono>
#include <cstdio>

#include "nn/trainer.hpp"

namespace cnn::nn {

struct ProgressStyle {
    bool live = false;  // rewrite the line in place
    bool colors = false;
    int width = 100;  // columns of the terminal; a narrow one gets a shorter bar and fewer figures
};
// What suits this stream: live on a terminal, in colour unless NO_COLOR is set.
ProgressStyle progress_style(std::FILE* stream);

// The line without colour or line end:
// "epoch 2/10  ━━━━━━━╸      61 %   loss 0.412   accuracy 85.1 %   21,400 images/s   0:03 left"
std::string progress_line(const Progress& progress, int width = 100);
// "epoch 2/10   loss 0.412   accuracy 85.1 %   test loss 0.455   test accuracy 83.6 %   21,400 images/s   2.9 s"
std::string epoch_line(const EpochResult& result, int epochs);

class ProgressLine : public Observer {
public:
    explicit ProgressLine(std::FILE* stream) : ProgressLine(stream, progress_style(stream)) {}
    ProgressLine(std::FILE* stream, const ProgressStyle& style) : stream_(stream), style_(style) {}
    ~ProgressLine() override;  // ends a line that is still open
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    void progress(const Progress& progress) override;
    void epoch_done(const EpochResult& result, int epochs) override;
    void message(std::string_view text) override;

private:
    void clear();

    std::FILE* stream_;
    ProgressStyle style_;
    bool open_ = false;  // a live line stands unfinished
    std::chrono::steady_clock::time_point drawn_{};
};

}  // namespace cnn::nn
