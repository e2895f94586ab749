#include "kernels/dropout.hpp"

#include "kernels/elements.hpp"
#include "kernels/parallel.hpp"

namespace cnn::kernels {
namespace {

// Steele, Lea and Flood 2014 (SplitMix64): every bit of the seed changes half of the result's.
std::uint64_t mix(std::uint64_t z) {
    z += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

}  // namespace

Tensor dropout(Tensor x, float p, std::uint64_t seed) {
    require(p >= 0 && p < 1, "dropout: a probability of {} is outside [0, 1)", p);
    constexpr Index chunk = 4096;
    parallel(divide_up(x.count(), chunk), 2 * chunk, [&](Index item) {
        const std::uint64_t key = mix(seed + mix(static_cast<std::uint64_t>(item)));
        const Index first = item * chunk;
        drop({p, static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32)},
             std::min(chunk, x.count() - first), x.data() + first);
    });
    return x;
}

}  // namespace cnn::kernels
