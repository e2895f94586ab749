// Operators whose cost is moving numbers.
#pragma once
#include "bench/operators.hpp"

namespace cnn::bench {

// Runs f again and again and reports its rate; each time is `amount` of `unit`.
struct Report {
    std::function<void(const OperatorResult&)> to;
    Effort effort;
    void operator()(const std::string& name, const char* direction, double amount, const char* unit,
                    const std::function<void()>& f) const;
};

// Those whose name contains `filter`, in GB/s of what must be read and written once. Each comes behind plain copying,
// which it is measured by.
void measure_memory(const std::string& filter, const Report& report);

}  // namespace cnn::bench
