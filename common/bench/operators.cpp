#include "bench/operators.hpp"

#include "bench/layers.hpp"
#include "bench/memory.hpp"

namespace cnn::bench {

void measure_operators(const std::string& filter, Time time, const std::function<void(const OperatorResult&)>& to) {
    const Report report{to, {.time = time}};
    for (const Layer& layer : layers(filter))
        for (const Direction& direction : layer.directions())
            report(layer.name, direction.name.c_str(), layer.gigaflop, "GFLOP/s", direction.run);
    measure_memory(filter, report);
}

}  // namespace cnn::bench
