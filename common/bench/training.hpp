// A whole training step: forward, loss, backward, update; on synthetic data in memory.
#pragma once
#include <string>
#include <vector>

#include "bench/measure.hpp"
#include "tensor/shape.hpp"

namespace cnn::bench {

struct TrainingRun {
    std::string net = "lenet5";
    Index batch = 128;
    int threads = 1;
    double seconds = 3;  // of measuring
    Time time = Time::wall;
};
struct TrainingResult {
    Spread images_per_second;
    double peak_rss_mib = 0;
};

// Names that `net` may have.
std::vector<std::string> networks();
// In this process. Throws Error for an unknown network.
TrainingResult train(const TrainingRun& run);

// Both as programs of their own, so that the peak of memory is theirs alone.
TrainingResult train_in_another_process(const TrainingRun& run);
// PyTorch, made as fast as Debian's packages allow (opponents/pytorch.sh). Throws Error where it is not installed.
TrainingResult train_pytorch(const TrainingRun& run);

}  // namespace cnn::bench
