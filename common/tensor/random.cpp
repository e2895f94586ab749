#include "tensor/random.hpp"

#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

namespace cnn {

float uniform(Engine& engine, float low, float high) {
    // 24 bits: every float in [0, 1) of that spacing is exact, and 1 is never reached.
    const float unit = static_cast<float>(engine() >> 8) * 0x1p-24f;
    return low + (high - low) * unit;
}

float normal(Engine& engine, float mean, float deviation) {
    const float u = 1.0f - uniform(engine);  // in (0, 1]: the logarithm stays finite
    const float v = uniform(engine);
    return mean + deviation * std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi_v<float> * v);
}

Index uniform_index(Engine& engine, Index count) {
    require(count > 0 && count <= Index{1} << 32, "uniform_index: cannot choose one of {}", count);
    const auto range = static_cast<std::uint64_t>(count);
    const std::uint64_t limit =
        (std::uint64_t{1} << 32) / range * range;  // above it some values would come up more often
    std::uint64_t draw = engine();
    while (draw >= limit) draw = engine();
    return static_cast<Index>(draw % range);
}

std::vector<Index> permutation(Engine& engine, Index count) {
    std::vector<Index> order(static_cast<std::size_t>(count));
    std::iota(order.begin(), order.end(), Index{0});
    for (std::size_t i = order.size(); i > 1; --i)
        std::swap(order[i - 1], order[static_cast<std::size_t>(uniform_index(engine, static_cast<Index>(i)))]);
    return order;
}

Tensor uniform(const Shape& shape, Engine& engine, float low, float high) {
    Tensor result = Tensor::uninitialized(shape);
    for (float& value : result.values()) value = uniform(engine, low, high);
    return result;
}

Tensor normal(const Shape& shape, Engine& engine, float mean, float deviation) {
    Tensor result = Tensor::uninitialized(shape);
    for (float& value : result.values()) value = normal(engine, mean, deviation);
    return result;
}

Tensor random(const Shape& shape, std::uint32_t seed) {
    Engine engine(seed);
    return uniform(shape, engine);
}

}  // namespace cnn
