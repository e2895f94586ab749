// lab plot: the curves of training runs.
#include "plot/curves.hpp"

#include <fmt/format.h>

#include "cli/files.hpp"
#include "cli/verbs/verbs.hpp"

namespace cnn::cli {

namespace fs = std::filesystem;

namespace {

// The folder below runs/ whose log.csv is newest.
fs::path latest_run(const Tree& tree) {
    fs::path latest;
    fs::file_time_type newest{};
    std::error_code none;
    for (const auto& entry : fs::recursive_directory_iterator(tree.root / "runs", none)) {
        if (entry.path().filename() != "log.csv") continue;
        if (latest.empty() || entry.last_write_time() > newest)
            latest = entry.path().parent_path(), newest = entry.last_write_time();
    }
    if (latest.empty()) throw UsageError("There is no run yet. ./lab run 10 makes one.");
    return latest;
}

// Pictures are drawn in two formats at once: the name is theirs, without an extension. Of one run they lie beside its
// log, of several in a folder of their own.
fs::path picture_name(const Tree& tree, const PlotOptions& options, const std::vector<fs::path>& runs) {
    if (options.output.empty() && runs.size() > 1) return tree.root / "runs/compared" / timestamp_for_name() / "curves";
    if (options.output.empty()) return (fs::is_directory(runs[0]) ? runs[0] : runs[0].parent_path()) / "curve";
    fs::path picture = options.output;
    const std::string extension = picture.extension().string();
    if (!extension.empty() && extension != ".png" && extension != ".svg")
        throw UsageError(fmt::format("{}: curves are drawn as .png and .svg, not as {}.", options.output, extension));
    return picture.replace_extension();
}

}  // namespace

int plot(const Console& console, const PlotOptions& options) {
    std::vector<fs::path> runs(options.runs.begin(), options.runs.end());
    if (runs.empty()) {
        runs.push_back(latest_run(console.tree));
        fmt::print(console.err, "{}\n", console.tree.shown(runs[0]));
    }
    for (const fs::path& run : runs)
        if (!fs::exists(run))
            throw UsageError(fmt::format("{}: there is no such run. Runs are folders below runs/.", run.string()));
    const fs::path picture = picture_name(console.tree, options, runs);
    if (options.in_terminal) {
        fmt::print(console.out, "{}",
                   cnn::plot::curves_in_terminal(cnn::plot::read_training_logs(runs), console.screen));
        return all_passed;
    }
    cnn::plot::read_training_logs(runs);  // a log that is missing is told as that, and has no curves anywhere
    std::error_code told_below;
    if (picture.has_parent_path()) fs::create_directories(picture.parent_path(), told_below);
    if (const auto problem = cnn::plot::draw_curves(runs, picture)) {
        fmt::print(console.err, "{}\n./lab plot --terminal draws the curves here.\n", *problem);
        return some_failed;
    }
    fmt::print(console.out, "{0}.png  {0}.svg\n", console.tree.shown(picture));
    return all_passed;
}

}  // namespace cnn::cli
