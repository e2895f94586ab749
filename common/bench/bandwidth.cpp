#include "bench/bandwidth.hpp"

#include <tbb/parallel_for.h>

#include <cstring>

namespace cnn::bench {

Spread bandwidth_gigabytes(int threads, Time time) {
    constexpr std::size_t floats = std::size_t{16} << 20;  // 64 MiB
    const auto count = static_cast<std::size_t>(threads);
    std::vector<std::vector<float>> from(count, std::vector<float>(floats, 1)), to(count, std::vector<float>(floats));
    const Spread copies = rate(
        [&] {
            tbb::parallel_for(std::size_t{0}, count, [&](std::size_t i) {
                std::memcpy(to[i].data(), from[i].data(), floats * sizeof(float));
            });
        },
        {.time = time});
    const double giga = 2e-9 * static_cast<double>(count * floats * sizeof(float));
    return {copies.median * giga, copies.min * giga, copies.max * giga};
}

}  // namespace cnn::bench
