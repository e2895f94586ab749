#include "kernels/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "bench/peak.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include <tbb/parallel_for.h>

#include "bench/peak.hpp"

HWY_BEFORE_NAMESPACE();
namespace cnn::bench::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Independent sums enough to hide the latency of a multiply-add, few enough to stay in 16 registers. Returns the FLOP.
double multiply_adds(int times, float* result) {
    constexpr hn::ScalableTag<float> d;
    constexpr int sums = 12;
    hn::Vec<decltype(d)> sum[sums];
    for (int i = 0; i < sums; ++i) sum[i] = hn::Set(d, static_cast<float>(i));
    const auto a = hn::Set(d, *result), b = hn::Set(d, 1e-7f);
    for (int k = 0; k < times; ++k) {
#pragma GCC unroll 12
        for (int i = 0; i < sums; ++i) sum[i] = hn::MulAdd(sum[i], a, b);
    }
    auto total = sum[0];
    for (int i = 1; i < sums; ++i) total = hn::Add(total, sum[i]);
    *result = hn::GetLane(total);
    return 2.0 * sums * static_cast<double>(hn::Lanes(d)) * times;
}

}  // namespace cnn::bench::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace cnn::bench {

HWY_EXPORT(multiply_adds);

Spread peak_gflops(int threads, Time time) {
    constexpr int times = 1'000'000;
    double flop = 0;
    const Spread calls = rate(
        [&] {
            std::vector<double> done(static_cast<std::size_t>(threads));
            tbb::parallel_for(0, threads, [&](int i) {
                float factor = 0.999f;
                done[static_cast<std::size_t>(i)] = HWY_DYNAMIC_DISPATCH(multiply_adds)(times, &factor);
            });
            flop = done[0] * threads;
        },
        {.time = time});
    return {calls.median * flop / 1e9, calls.min * flop / 1e9, calls.max * flop / 1e9};
}

}  // namespace cnn::bench
#endif
