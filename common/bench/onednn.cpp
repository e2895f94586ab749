#include "bench/onednn.hpp"

#include <fmt/format.h>
#include <tbb/global_control.h>

#include <cmath>
#include <cstdio>
#include <map>

#include "bench/layers.hpp"
#include "bench/program.hpp"
#include "tensor/error.hpp"

namespace cnn::bench {
namespace {

nlohmann::json run_onednn(const Layer& layer, int threads, const Effort& effort) {
    const std::string opponent = program_beside("lab-bench-onednn", "oneDNN", "libdnnl-dev");
    return output_of(fmt::format("OMP_NUM_THREADS={} '{}' --seconds {}{} {}", threads, opponent, effort.total,
                                 effort.time == Time::processor ? " --processor-time" : "", layer.sizes));
}

struct Comparison {
    std::vector<double> ours, theirs, ratios;
};

}  // namespace

void compare_with_onednn(const std::string& filter, int threads, Time time, int pairs) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads));
    const Effort effort{.warm_up = 0.05, .sample = 0.01, .total = 0.3, .time = time};
    fmt::print(
        "GFLOP/s of ours and of oneDNN, threads: {}; median of {} runs in turn\n{:<44} {:<17}{:>7} {:>7} {:>7}\n",
        threads, pairs, "", "", "ours", "oneDNN", "ratio");
    double logarithms = 0, least = 1e9;
    int count = 0;
    for (const Layer& layer : layers(filter)) {
        const auto directions = layer.directions();
        std::map<std::string, Comparison> results;
        for (int pair = 0; pair < pairs; ++pair) {
            const auto theirs = run_onednn(layer, threads, effort);
            for (const Direction& direction : directions) {
                Comparison& c = results[direction.name];
                c.ours.push_back(rate(direction.run, effort).median * layer.gigaflop);
                c.theirs.push_back(theirs.at(direction.name).at("median").get<double>() * layer.gigaflop);
                c.ratios.push_back(c.ours.back() / c.theirs.back());
            }
        }
        for (const Direction& direction : directions) {
            const Comparison& c = results[direction.name];
            const Spread ratio = spread(c.ratios);
            fmt::print("{:<44} {:<17}{:>7.1f} {:>7.1f} {:>7.2f}  ({:.2f} to {:.2f})\n", layer.name, direction.name,
                       spread(c.ours).median, spread(c.theirs).median, ratio.median, ratio.min, ratio.max);
            logarithms += std::log(ratio.median), least = std::min(least, ratio.median), ++count;
        }
        std::fflush(stdout);
    }
    if (count == 0) throw Error(fmt::format("no layer's name contains \"{}\"", filter));
    fmt::print("geometric mean of the ratios {:.2f}, least {:.2f}\n", std::exp(logarithms / count), least);
}

}  // namespace cnn::bench
