#include "bench/measure.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <ctime>

namespace cnn::bench {
namespace {

double now(Time time) {
    timespec at{};
    clock_gettime(time == Time::wall ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID, &at);
    return static_cast<double>(at.tv_sec) + 1e-9 * static_cast<double>(at.tv_nsec);
}

double seconds_of(int times, const std::function<void()>& f, Time time) {
    const double start = now(time);
    for (int i = 0; i < times; ++i) f();
    return now(time) - start;
}

}  // namespace

Spread spread(std::vector<double> values) {
    if (values.empty()) return {};
    std::sort(values.begin(), values.end());
    return {values[values.size() / 2], values.front(), values.back()};
}

Spread rate(const std::function<void()>& f, const Effort& effort) {
    const Time time = effort.time;
    double fastest = seconds_of(1, f, time);
    for (const double start = now(time); now(time) - start < effort.warm_up;)
        fastest = std::min(fastest, seconds_of(1, f, time));
    const int times = std::max(1, static_cast<int>(effort.sample / fastest));
    std::vector<double> rates;
    for (const double start = now(time); rates.size() < 3 || now(time) - start < effort.total;)
        rates.push_back(times / seconds_of(times, f, time));
    return spread(std::move(rates));
}

double peak_rss_mib() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

}  // namespace cnn::bench
