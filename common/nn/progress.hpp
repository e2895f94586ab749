// Training as it looks in a terminal: one line that is rewritten, or one plain line an epoch elsewhere.
#pragma once
#include <chrono>
#include <cstdio>

#include "nn/trainer.hpp"
#include "terminal/status_line.hpp"

namespace cnn::nn {

// "epoch 2/10  ━━━━━━━╸      61 %   loss 0.412   accuracy 85.1 %   21,400 images/s   0:03 left", with a shorter bar,
// then fewer figures, where the terminal is narrow.
std::string progress_text(const Progress& progress, const terminal::Terminal& terminal);
// "epoch  2/10   loss 0.412   accuracy 85.1 %   test loss 0.455   test accuracy 83.6 %   21,400 images/s   2.9 s"
std::string epoch_text(const EpochResult& result, int epochs);

// Shows the progress of train(). Every epoch leaves its line; messages of the trainer come between them.
class ProgressLine : public Observer {
public:
    explicit ProgressLine(terminal::Terminal terminal, std::FILE* stream = stdout)
        : terminal_(terminal), stream_(stream), line_(terminal, stream) {}

    void progress(const Progress& progress) override;
    void epoch_done(const EpochResult& result, int epochs) override;
    void message(std::string_view text) override;

private:
    terminal::Terminal terminal_;
    std::FILE* stream_;
    terminal::StatusLine line_;
    std::chrono::steady_clock::time_point shown_{};
};

}  // namespace cnn::nn
