// lab check: build the learner's file, ask the judge, tell the verdict.
#include <fmt/format.h>

#include "cli/files.hpp"
#include "cli/render.hpp"
#include "cli/request.hpp"
#include "cli/verbs/verbs.hpp"
#include "cli/verdict.hpp"

namespace cnn::cli {
namespace {

// The task that was asked for, as long as it does not pass: that is where help is wanted.
std::string asked(const Choice& choice, const Report& report) {
    return choice.task && !report.passed() ? choice.task->number : "";
}

int tell_verdict(const Console& console, const Choice& choice, const Answer& answer, const CheckOptions& options) {
    const Lab& lab = choice.lab;
    const Report& report = *answer.report;
    const int code = report.passed() ? all_passed : some_failed;
    if (options.json) return code;
    fmt::print(console.out, "{}\n",
               render_report(report, lab.slug, {console.screen, answer.build_seconds, options.debug}));
    if (options.file)
        fmt::print(console.out, "{} of {} points for {}; nothing was recorded.\n", report.points, report.max_points,
                   options.file->string());
    else
        fmt::print(console.out, "{}",
                   render_next_step(lab, load_progress(console), console.screen, asked(choice, report)));
    return code;
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
    if (!options.file) remember_verdict(console, choice.lab, answer);
    if (answer.report) return tell_verdict(console, choice, answer, options);
    // Under --json standard output holds one JSON text and nothing else.
    std::FILE* out = options.json ? console.err : console.out;
    if (options.file)
        fmt::print(out, "{}{} was not judged.\n", compiler_words(console.tree, choice.lab, answer.compiler),
                   options.file->string());
    else
        tell_not_judged(console, out, choice.lab, answer);
    return not_compiled;
}

}  // namespace cnn::cli
