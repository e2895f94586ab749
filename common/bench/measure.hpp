// Timing that can be compared: many short samples, their median and extremes.
#pragma once
#include <functional>
#include <vector>

namespace cnn::bench {

// Of a rate (GFLOP/s, images/s). On a machine that others use too, `max` is what it can do and `median` what it did.
struct Spread {
    double median = 0, min = 0, max = 0;
};
Spread spread(std::vector<double> values);

// Which clock: that of the wall, or the processor time of this process, which other programs do not lengthen. The
// second is for one thread only.
enum class Time { wall, processor };

struct Effort {
    double warm_up = 0.2, sample = 0.01, total = 1.0;  // seconds
    Time time = Time::wall;
};
// How often a second `f` runs.
Spread rate(const std::function<void()>& f, const Effort& effort = {});

// The most memory this process ever held, in MiB.
double peak_rss_mib();

}  // namespace cnn::bench
