#include "nn/schedule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace cnn::nn {

Schedule constant(double rate) {
    return {[=](double) { return rate; }, fmt::format("constant {}", rate)};
}

Schedule steps(double rate, double factor, double epochs) {
    return {[=](double epoch) { return rate * std::pow(factor, std::floor(epoch / epochs)); },
            fmt::format("{}, times {} every {} epochs", rate, factor, epochs)};
}

Schedule cosine(double rate, double epochs, double last) {
    return {[=](double epoch) {
                const double part = std::clamp(epoch / epochs, 0.0, 1.0);
                return last + (rate - last) * (1 + std::cos(std::numbers::pi * part)) / 2;
            },
            fmt::format("cosine from {} to {} over {} epochs", rate, last, epochs)};
}

Schedule warm_up(double epochs, Schedule then) {
    std::string description = fmt::format("warm-up over {} epochs, then {}", epochs, then.description);
    return {[epochs, then = std::move(then)](double epoch) {
                return epoch < epochs ? then(epochs) * epoch / epochs : then(epoch);
            },
            std::move(description)};
}

}  // namespace cnn::nn
