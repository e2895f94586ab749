// lab-bench: how fast the kernels are, alone and in a training step, and beside PyTorch.
#include <fmt/format.h>
#include <tbb/global_control.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "bench/comparison.hpp"
#include "bench/layers.hpp"
#include "bench/onednn.hpp"
#include "bench/opencv.hpp"
#include "bench/operators.hpp"
#include "bench/peak.hpp"
#include "bench/training.hpp"
#include "kernels/isa.hpp"
#include "tensor/cores.hpp"
#include "tensor/error.hpp"
#include "zoo/zoo.hpp"

namespace {

using namespace cnn;
using namespace cnn::bench;

// What a filter of operators may say, for people.
constexpr const char* kinds =
    "conv, dense, pooling, activation, batch_norm, local_response_norm, elements, LeNet, AlexNet, VGG, ResNet";

// The program's own way of refusing what CLI11 cannot know to be wrong.
[[noreturn]] void refuse(const std::string& filter) {
    throw CLI::ValidationError("filter",
                               fmt::format("no operator's name contains \"{}\"; there are {}", filter, kinds));
}

void run_operators(const std::string& filter, int threads, Time time) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads));
    const double peak = peak_gflops(threads, time).max;
    const auto print_heading = [&] {
        fmt::print(
            "{}, threads: {}; multiply-adds in registers: {:.0f} GFLOP/s\n\n{:<42} {:<17}{:>8} {:>8}  of the peak\n",
            kernels::instruction_set(), threads, peak, "", "", "median", "best");
    };
    std::string last;
    double copying = 0;
    measure_operators(filter, time, [&](const OperatorResult& result) {
        if (last.empty()) print_heading();
        const bool counts = result.unit == "GFLOP/s";
        if (result.name == "copying") copying = result.rate.max;
        fmt::print("{:<42} {:<17}{:>8.1f} {:>8.1f}  {}\n", result.name == last ? "" : result.name, result.direction,
                   result.rate.median, result.rate.max,
                   counts ? fmt::format("{:3.0f} %", 100 * result.rate.max / peak)
                          : fmt::format("GB/s, {:3.0f} % of copying", 100 * result.rate.max / copying));
        std::fflush(stdout);
        last = result.name;
    });
    if (last.empty()) refuse(filter);
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

void run_against_pytorch(const TrainingRun& run, int pairs, bool json) {
    if (!json)
        fmt::print("{}, batch {}, threads: {}; images/s, median and best of short samples\n", run.net, run.batch,
                   run.threads);
    const Comparison c = compare_with_pytorch(run, pairs, [&](const std::string& line) {
        fmt::print(json ? stderr : stdout, "{}\n", line);
        std::fflush(stdout);
    });
    const Spread m = c.ratio(), t = c.ratio_of_best();
    const double ours = c.ours.back().peak_rss_mib, theirs = c.theirs.back().peak_rss_mib;
    if (json) {
        fmt::print("{}\n", nlohmann::json{{"net", run.net},
                                          {"batch", run.batch},
                                          {"threads", run.threads},
                                          {"ratio", {{"median", m.median}, {"min", m.min}, {"max", m.max}}},
                                          {"ratio_of_best", {{"median", t.median}, {"min", t.min}, {"max", t.max}}},
                                          {"peak_rss_mib", ours},
                                          {"pytorch_peak_rss_mib", theirs}}
                               .dump());
        return;
    }
    fmt::print(
        "ratio of medians {:.2f} ({:.2f} to {:.2f}), of best samples {:.2f} ({:.2f} to {:.2f}); memory {:.0f} and "
        "{:.0f} MiB\n",
        m.median, m.min, m.max, t.median, t.min, t.max, ours, theirs);
}

// The table of docs/performance.md: every network, training and inference, beside PyTorch.
void run_table(const TrainingRun& as, const std::string& filter, int pairs, const std::string& document) {
    std::string table = table_header();
    for (TrainingRun run : table_runs(filter)) {
        run.threads = as.threads, run.seconds = as.seconds, run.time = as.time;
        const auto quietly = [](const std::string& line) { fmt::print(stderr, "{}\n", line); };
        fmt::print(stderr, "{}\n", run.net);
        const Comparison training = compare_with_pytorch(run, pairs, quietly);
        run.inference = true;
        table += table_row(training, compare_with_pytorch(run, pairs, quietly));
    }
    fmt::print("{}", table);
    if (!document.empty()) put_table(document, fmt::format("threads {}", as.threads), table);
}

std::vector<std::string> names_of(const std::vector<TrainingRun>& runs) {
    std::vector<std::string> names;
    for (const TrainingRun& run : runs) names.push_back(run.net);
    return names;
}

std::string with_next_step(const CLI::App*, const CLI::Error& error) {
    return fmt::format("{}\n./lab bench --help shows examples.\n", error.what());
}

int run(CLI::App& app, int argc, char** argv) {
    app.require_subcommand(1);
    app.footer(
        "Examples:\n  lab bench operators conv --threads 2\n  lab bench train --net lenet5 --batch 64 --against "
        "pytorch\n  lab bench table --threads 2 --write docs/performance.md");
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
    operators->add_option("filter", filter, fmt::format("only those whose name contains it: {}", kinds));
    std::string library;
    int operator_pairs = 3;
    operators
        ->add_option(
            "--against", library,
            "another library, in turn with ours: onednn (convolutions, dense layers) or opencv (Sobel, HOG, SIFT)")
        ->check(CLI::IsMember({"onednn", "opencv"}));
    operators->add_option("--pairs", operator_pairs, "runs of each, with --against")
        ->check(CLI::Range(1, 100))
        ->capture_default_str();
    add_clock(operators);

    CLI::App* training = app.add_subcommand("train", "training steps on synthetic data: images/s and memory");
    TrainingRun training_run;
    int pairs = 5;
    bool json = false;
    std::string against;
    training->add_option("--net", training_run.net)->check(CLI::IsMember(zoo::names()))->capture_default_str();
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
    training->add_flag("--infer", training_run.inference, "forward alone, in evaluation");

    CLI::App* table = app.add_subcommand("table", "all networks beside PyTorch, as a table of Markdown");
    std::string only, document;
    table->add_option("filter", only, "one network")->check(CLI::IsMember(names_of(table_runs(""))));
    add_clock(table);
    table->add_option("--seconds", training_run.seconds, "of measuring, each time")
        ->check(CLI::Range(0.1, 600.0))
        ->capture_default_str();
    table->add_option("--pairs", pairs, "runs of each")->check(CLI::Range(1, 100))->capture_default_str();
    table->add_option("--write", document, "puts the table between its marks in this document");

    app.parse(argc, argv);
    if (processor_time && threads > 1) throw CLI::ValidationError("--processor-time", "it is for one thread");
    if (const Cores cores = cores_here(); threads > cores.usable())
        fmt::print(stderr, "{} threads on cores: {}. More threads than cores take turns.\n", threads, cores.describe());
    const Time time = processor_time ? Time::processor : Time::wall;
    if (operators->parsed() && library == "opencv")
        return compare_with_opencv(filter, threads, time, operator_pairs), 0;
    if (operators->parsed() && !library.empty() && layers(filter).empty()) refuse(filter);
    if (operators->parsed() && !library.empty()) return compare_with_onednn(filter, threads, time, operator_pairs), 0;
    if (operators->parsed()) return run_operators(filter, threads, time), 0;
    training_run.threads = threads, training_run.time = time;
    if (table->parsed())
        run_table(training_run, only, pairs, document);
    else if (!against.empty())
        run_against_pytorch(training_run, pairs, json);
    else
        print(training_run, measure(training_run), json);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("How fast the kernels are.");
    app.name("lab bench");
    app.failure_message(with_next_step);
    try {
        return run(app, argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    } catch (const std::exception& error) {
        fmt::print(stderr, "lab-bench: {}\n", error.what());
        return 1;
    }
}
