// lab-bench: how fast the kernels are, alone and in a training step, and beside PyTorch.
#include <fmt/format.h>
#include <tbb/global_control.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "bench/onednn.hpp"
#include "bench/operators.hpp"
#include "bench/peak.hpp"
#include "bench/training.hpp"
#include "kernels/isa.hpp"
#include "tensor/error.hpp"

namespace {

using namespace cnn;
using namespace cnn::bench;

void run_operators(const std::string& filter, int threads, Time time) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads));
    const double peak = peak_gflops(threads, time).max;
    fmt::print("{}, threads: {}; multiply-adds in registers: {:.0f} GFLOP/s\n\n{:<42} {:<17}{:>8} {:>8}  of the peak\n",
               kernels::instruction_set(), threads, peak, "", "", "median", "best");
    std::string last;
    measure_operators(filter, time, [&](const OperatorResult& result) {
        const bool counts = result.unit == "GFLOP/s";
        fmt::print("{:<42} {:<17}{:>8.1f} {:>8.1f}  {}\n", result.name == last ? "" : result.name, result.direction,
                   result.rate.median, result.rate.max,
                   counts ? fmt::format("{:3.0f} %", 100 * result.rate.max / peak) : result.unit);
        std::fflush(stdout);
        last = result.name;
    });
}

void print(const TrainingRun& run, const TrainingResult& result, bool json) {
    const Spread& speed = result.images_per_second;
    if (json)
        fmt::print("{}\n", nlohmann::json{{"net", run.net},
                                          {"batch", run.batch},
                                          {"threads", run.threads},
                                          {"instruction_set", kernels::instruction_set()},
                                          {"images_per_second",
                                           {{"median", speed.median}, {"min", speed.min}, {"max", speed.max}}},
                                          {"peak_rss_mib", result.peak_rss_mib}}
                               .dump());
    else
        fmt::print("{}, batch {}, threads: {}: {:.0f} images/s ({:.0f} to {:.0f}), at most {:.0f} MiB of memory\n",
                   run.net, run.batch, run.threads, speed.median, speed.min, speed.max, result.peak_rss_mib);
}

// Ours and theirs in turn, so that a machine that slows down slows down both.
void run_against_pytorch(const TrainingRun& run, int pairs) {
    std::vector<double> ratios, best;
    double ours_mib = 0, theirs_mib = 0;
    fmt::print("{}, batch {}, threads: {}; images/s, median and best of short samples\n", run.net, run.batch,
               run.threads);
    for (int pair = 0; pair < pairs; ++pair) {
        const TrainingResult ours = train_in_another_process(run), theirs = train_pytorch(run);
        const Spread &a = ours.images_per_second, &b = theirs.images_per_second;
        ratios.push_back(a.median / b.median), best.push_back(a.max / b.max);
        ours_mib = ours.peak_rss_mib, theirs_mib = theirs.peak_rss_mib;
        fmt::print("  ours {:8.0f} {:8.0f}   PyTorch {:8.0f} {:8.0f}   ratio {:.2f} {:.2f}\n", a.median, a.max,
                   b.median, b.max, ratios.back(), best.back());
        std::fflush(stdout);
    }
    const Spread m = spread(ratios), t = spread(best);
    fmt::print(
        "ratio of medians {:.2f} ({:.2f} to {:.2f}), of best samples {:.2f} ({:.2f} to {:.2f}); memory {:.0f} and "
        "{:.0f} MiB\n",
        m.median, m.min, m.max, t.median, t.min, t.max, ours_mib, theirs_mib);
}

int run(int argc, char** argv) {
    CLI::App app("How fast the kernels are.");
    app.require_subcommand(1);
    app.footer(
        "Examples:\n  lab-bench operators conv --threads 2\n  lab-bench train --net lenet5 --batch 64 --against "
        "pytorch");
    int threads = 1;
    bool processor_time = false;
    const auto add_clock = [&](CLI::App* command) {
        command->add_option("--threads", threads)->check(CLI::Range(1, 1024))->capture_default_str();
        command->add_flag("--processor-time", processor_time,
                          "count processor time, which other programs do not lengthen (one thread only)");
    };

    CLI::App* operators =
        app.add_subcommand("operators", "each operator alone: GFLOP/s and share of the machine's peak");
    std::string filter;
    operators->add_option("filter", filter, "only those whose name contains it: conv, LeNet, VGG, dense, pooling, …");
    std::string library;
    int operator_pairs = 3;
    operators->add_option("--against", library, "another library, in turn with ours (convolutions and dense layers)")
        ->check(CLI::IsMember({"onednn"}));
    operators->add_option("--pairs", operator_pairs, "runs of each, with --against")
        ->check(CLI::Range(1, 100))
        ->capture_default_str();
    add_clock(operators);

    CLI::App* training = app.add_subcommand("train", "training steps on synthetic data: images/s and memory");
    TrainingRun training_run;
    int pairs = 5;
    bool json = false;
    std::string against;
    training->add_option("--net", training_run.net)->check(CLI::IsMember(networks()))->capture_default_str();
    training->add_option("--batch", training_run.batch)->check(CLI::Range(1, 65536))->capture_default_str();
    add_clock(training);
    training->add_option("--seconds", training_run.seconds, "of measuring")
        ->check(CLI::Range(0.1, 600.0))
        ->capture_default_str();
    training->add_option("--pairs", pairs, "runs of each, with --against")
        ->check(CLI::Range(1, 100))
        ->capture_default_str();
    training->add_option("--against", against, "another framework, in turn with ours")
        ->check(CLI::IsMember({"pytorch"}));
    training->add_flag("--json", json, "one line for programs");

    CLI11_PARSE(app, argc, argv);
    if (processor_time && threads > 1) throw Error("--processor-time is for one thread");
    const Time time = processor_time ? Time::processor : Time::wall;
    if (operators->parsed() && !library.empty()) return compare_with_onednn(filter, threads, time, operator_pairs), 0;
    if (operators->parsed()) return run_operators(filter, threads, time), 0;
    training_run.threads = threads, training_run.time = time;
    if (!against.empty())
        run_against_pytorch(training_run, pairs);
    else
        print(training_run, train(training_run), json);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        fmt::print(stderr, "lab-bench: {}\n", error.what());
        return 1;
    }
}
