// lab call: one exercise on files and values.
#include <fmt/format.h>

#include "cli/files.hpp"
#include "cli/judge.hpp"
#include "cli/judged_copy.hpp"
#include "cli/ninja.hpp"
#include "cli/process.hpp"
#include "cli/request.hpp"
#include "cli/verbs/verbs.hpp"

namespace cnn::cli {
namespace {

bool build_worker(const Console& console, const Lab& lab) {
    const FileLock lock = build_lock(console);
    take_copies(console.tree, {lab});
    const Build build =
        build_targets(console, lock, {"worker" + lab.number, "judge" + lab.number}, "Building " + lab.name());
    if (!build.ok) fmt::print(console.err, "{}", compiler_words(console.tree, lab, build.words()));
    return build.ok;
}

}  // namespace

int call(const Console& console, const CallOptions& options) {
    std::vector<std::string> words = options.arguments;
    const std::size_t point = words.empty() ? std::string::npos : words[0].find('.');
    if (point == std::string::npos)
        throw UsageError(
            "Which function of which lab? For example: ./lab call 4.conv2d_forward x.npy w.npy b.npy '{\"size\":3}'");
    for (const std::string& word : words)
        if (word.starts_with("--"))
            throw UsageError(fmt::format("There is no option {}. ./lab call --help lists them.", word));
    const Lab lab = choose(all_labs(console.tree), words[0].substr(0, point)).lab;

    Command judge{{console.tree.binary("judge" + lab.number).string(), "--call", words[0].substr(point + 1)}};
    if (options.which == Implementation::mine) {
        if (!build_worker(console, lab)) return not_compiled;
        judge.words.insert(judge.words.end(), {"--worker", console.tree.binary("worker" + lab.number).string()});
    } else {
        build_or_stop(console, {"judge" + lab.number}, "Building " + lab.name());
        const bool kernels = options.which == Implementation::kernels;
        judge.words.insert(judge.words.end(), {"--variant", kernels ? "kernels" : "reference"});
    }
    if (!options.output.empty()) judge.words.insert(judge.words.end(), {"-o", options.output});
    judge.words.emplace_back("--");
    judge.words.insert(judge.words.end(), words.begin() + 1, words.end());
    return run(judge);
}

}  // namespace cnn::cli
