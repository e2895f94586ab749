// How fast every operator is, alone.
#pragma once
#include <string>
#include <vector>

#include "bench/measure.hpp"

namespace cnn::bench {

struct OperatorResult {
    std::string name;  // "conv 64 × 6→16, 14², 5×5"
    std::string direction;
    Spread rate;       // in `unit`
    std::string unit;  // "GFLOP/s", or "GB/s" where memory is the limit
};
// Those whose name contains `filter`; each is handed to `report` as it is done.
void measure_operators(const std::string& filter, Time time, const std::function<void(const OperatorResult&)>& report);

}  // namespace cnn::bench
