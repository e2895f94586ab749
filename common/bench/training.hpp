// A whole training step (forward, loss, backward, update), or inference, on synthetic data in memory.
#pragma once
#include <string>

#include "bench/measure.hpp"
#include "tensor/shape.hpp"

namespace cnn::bench {

struct TrainingRun {
    std::string net = "lenet5";  // one of zoo::names()
    Index batch = 128;
    int threads = 1;
    double seconds = 3;  // of measuring
    Time time = Time::wall;
    bool inference = false;
};
struct TrainingResult {
    Spread images_per_second;
    double peak_rss_mib = 0;
};

// In this process. Throws Error for an unknown network.
TrainingResult measure(const TrainingRun& run);

// Both as programs of their own, so that the peak of memory is theirs alone.
TrainingResult measure_in_another_process(const TrainingRun& run);
// PyTorch, made as fast as Debian's packages allow (opponents/pytorch.sh), with images laid out as NCHW or as NHWC.
// Throws Error where it is not installed.
enum class Layout { channels_first, channels_last };
TrainingResult measure_pytorch(const TrainingRun& run, Layout layout);

}  // namespace cnn::bench
