// lab check: build the learner's file, ask the judge, tell the verdict.
#include <fmt/format.h>

#include "cli/files.hpp"
#include "cli/judge.hpp"
#include "cli/render.hpp"
#include "cli/request.hpp"
#include "cli/verbs/verbs.hpp"

namespace cnn::cli {
namespace {

// A verdict that cannot be remembered is still told.
void remember(const Console& console, const std::function<void(Progress&)>& change) {
    try {
        update_progress(console, change);
    } catch (const Error& error) {
        fmt::print(console.err, "The verdict could not be recorded: {}\n", error.what());
    }
}

// Nobody has judged this file: the compiler's words, and what still stands.
int tell_compiler(const Console& console, const Choice& choice, const Answer& answer, const CheckOptions& options) {
    const Lab& lab = choice.lab;
    // Under --json standard output holds one JSON text and nothing else.
    std::FILE* out = options.json ? console.err : console.out;
    fmt::print(out, "{}", compiler_words(console.tree, lab, answer.compiler));
    if (options.file) {
        fmt::print(out, "{} was not judged.\n", options.file->string());
        return not_compiled;
    }
    remember(console, [&](Progress& progress) {
        progress.labs[lab.number].does_not_compile = answer.fingerprint;
        progress.current = lab.number;
    });
    const Progress progress = load_progress(console);
    if (progress.lab(lab.number).checked.empty())
        fmt::print(out, "{} was not judged.\n", lab.name());
    else
        fmt::print(out, "{} was not judged. Your last verdict stands: {} of {} points.\n", lab.name(),
                   progress.points(lab), lab.max_points);
    return not_compiled;
}

int tell_verdict(const Console& console, const Choice& choice, const Answer& answer, const CheckOptions& options) {
    const Lab& lab = choice.lab;
    const Report& report = *answer.report;
    if (!options.file) remember(console, [&](Progress& progress) { record(progress, report, answer.fingerprint); });
    if (options.json) return report.passed() ? all_passed : some_failed;
    fmt::print(console.out, "{}\n",
               render_report(report, lab.slug, {console.screen, answer.build_seconds, options.debug}));
    if (options.file) {
        fmt::print(console.out, "{} of {} points for {}; nothing was recorded.\n", report.points, report.max_points,
                   options.file->string());
    } else {
        fmt::print(console.out, "{}", render_next_step(lab, load_progress(console), console.screen));
    }
    return report.passed() ? all_passed : some_failed;
}

void write_reports(const Console& console, const Report& report, const CheckOptions& options) {
    if (options.json) fmt::print(console.out, "{}", to_json(report));
    if (options.junit) write_file(*options.junit, to_junit(report));
    if (options.gradescope) write_file(*options.gradescope, to_gradescope(report));
}

}  // namespace

int check(const Console& console, const CheckOptions& options) {
    if (options.watch && (options.json || options.debug || options.file || options.junit || options.gradescope))
        throw UsageError("--watch goes with no other option. ./lab check --help shows examples.");
    if (options.watch) return watch(console, options.request);
    const Choice choice = choose_or_next(standing(console), options.request);
    const Answer answer = ask_judge(console, {choice, options.file, options.debug});
    write_reports(console, answer.report ? *answer.report : report_without_verdict(choice), options);
    return answer.report ? tell_verdict(console, choice, answer, options)
                         : tell_compiler(console, choice, answer, options);
}

}  // namespace cnn::cli
