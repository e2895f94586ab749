#include "bench/comparison.hpp"

#include <fmt/format.h>

#include "tensor/error.hpp"
#include "tensor/file.hpp"

namespace cnn::bench {
namespace {

template <class F>
Spread ratios(const Comparison& c, const F& rate) {
    std::vector<double> all;
    for (std::size_t i = 0; i < c.ours.size(); ++i)
        all.push_back(rate(c.ours[i].images_per_second) / rate(c.theirs[i].images_per_second));
    return spread(all);
}

// The layout in which a short run is faster.
Layout better_layout(TrainingRun run) {
    run.seconds /= 3;
    const double first = measure_pytorch(run, Layout::channels_first).images_per_second.max;
    const double last = measure_pytorch(run, Layout::channels_last).images_per_second.max;
    return last > first ? Layout::channels_last : Layout::channels_first;
}

double median_of(const std::vector<TrainingResult>& results) {
    std::vector<double> all;
    for (const TrainingResult& result : results) all.push_back(result.images_per_second.median);
    return spread(all).median;
}

std::string speed(double images) {
    return images < 100 ? fmt::format("{:.1f}", images) : fmt::format("{:.0f}", images);
}

std::string cells(const Comparison& c) {
    const Spread r = c.ratio();
    return fmt::format("{} | {} | **{:.2f}** ({:.2f}–{:.2f})", speed(median_of(c.ours)), speed(median_of(c.theirs)),
                       r.median, r.min, r.max);
}

}  // namespace

Spread Comparison::ratio() const {
    return ratios(*this, [](const Spread& s) { return s.median; });
}
Spread Comparison::ratio_of_best() const {
    return ratios(*this, [](const Spread& s) { return s.max; });
}

Comparison compare_with_pytorch(const TrainingRun& run, int pairs, const std::function<void(std::string)>& report) {
    Comparison comparison{run, {}, {}, better_layout(run)};
    for (int pair = 0; pair < pairs; ++pair) {
        comparison.ours.push_back(measure_in_another_process(run));
        comparison.theirs.push_back(measure_pytorch(run, comparison.layout));
        const Spread &a = comparison.ours.back().images_per_second, &b = comparison.theirs.back().images_per_second;
        report(fmt::format("  ours {:8.1f} {:8.1f}   PyTorch {:8.1f} {:8.1f}   ratio {:.2f} {:.2f}", a.median, a.max,
                           b.median, b.max, a.median / b.median, a.max / b.max));
    }
    return comparison;
}

std::vector<TrainingRun> table_runs(const std::string& filter) {
    std::vector<TrainingRun> runs;
    const std::vector<std::pair<std::string, Index>> all{{"lenet5", 64},  {"resnet20", 64}, {"alexnet32", 64},
                                                         {"alexnet", 16}, {"vgg16", 4},     {"googlenet", 8},
                                                         {"resnet18", 8}, {"resnet50", 8}};
    for (const auto& [net, batch] : all)
        if (filter.empty() || filter == net) runs.push_back({.net = net, .batch = batch});
    if (runs.empty()) throw Error(fmt::format("no network {} in the table", filter));
    return runs;
}

std::string table_header() {
    return "| network (batch) | training, images/s | PyTorch | ratio | inference | PyTorch | ratio | MiB | PyTorch |\n"
           "|---|---|---|---|---|---|---|---|---|\n";
}

std::string table_row(const Comparison& training, const Comparison& inference) {
    return fmt::format("| {} ({}) | {} | {} | {:.0f} | {:.0f} |\n", training.run.net, training.run.batch,
                       cells(training), cells(inference), training.ours.back().peak_rss_mib,
                       training.theirs.back().peak_rss_mib);
}

void put_table(const std::string& path, const std::string& name, const std::string& table) {
    std::string text = read_file(path);
    const std::string begin = fmt::format("<!-- {} -->\n", name), end = fmt::format("<!-- /{} -->", name);
    const std::size_t from = text.find(begin), to = text.find(end);
    if (from == text.npos || to == text.npos || to < from)
        throw Error(fmt::format("{}: the marks {}and {} are missing, between which the table goes", path, begin, end));
    text.replace(from + begin.size(), to - from - begin.size(), table);
    replace_file(path, text);
}

}  // namespace cnn::bench
