// lab check: build the learner's file, ask the judge, tell the verdict.
#include <fmt/format.h>

#include "cli/files.hpp"
#include "cli/machine_trouble.hpp"
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

// False, and said on console.err, where a file cannot be written: the verdict is told all the same.
bool write_report_files(const Console& console, const Report& report, const CheckOptions& options) {
    bool written = true;
    const auto write = [&](const std::optional<std::filesystem::path>& file, std::string (*text)(const Report&)) {
        if (!file) return;
        try {
            write_file(*file, text(report));
        } catch (const Error& error) {
            fmt::print(console.err, "{}\n", error.what());
            written = false;
        }
    };
    write(options.junit, to_junit);
    write(options.gradescope, to_gradescope);
    return written;
}

bool write_reports(const Console& console, const Report& report, const CheckOptions& options) {
    if (options.json) fmt::print(console.out, "{}", to_json(report));
    return write_report_files(console, report, options);
}

int tell_not_compiled(const Console& console, const Lab& lab, const Answer& answer, const CheckOptions& options) {
    // Under --json standard output holds one JSON text and nothing else.
    std::FILE* out = options.json ? console.err : console.out;
    if (options.file)
        fmt::print(out, "{}{} was not judged.\n", compiler_words(console.tree, lab, answer.compiler),
                   options.file->string());
    else
        tell_not_judged(console, out, lab, answer);
    return not_compiled;
}

// The file was saved again while its last text was built and judged.
void tell_of_new_text(const Console& console, const Lab& lab, const Answer& answer, std::FILE* out) {
    const std::optional<std::string> text = text_of(lab.file(console.tree));
    if (text && fingerprint(*text) != answer.fingerprint)
        fmt::print(
            out,
            "The file was saved again meanwhile; this is about the text before. ./lab check {} judges the new one.\n",
            lab.short_number());
}

int judge(const Console& console, const Choice& choice, const CheckOptions& options) {
    const Answer answer = ask_judge(console, {choice, options.file, options.debug});
    const bool written =
        write_reports(console,
                      answer.report ? *answer.report
                                    : report_without_verdict(choice, "does not compile",
                                                             compiler_words(console.tree, choice.lab, answer.compiler)),
                      options);
    if (!options.file) remember_verdict(console, choice.lab, answer);
    const int code = answer.report ? tell_verdict(console, choice, answer, options)
                                   : tell_not_compiled(console, choice.lab, answer, options);
    if (!options.file) tell_of_new_text(console, choice.lab, answer, options.json ? console.err : console.out);
    return written ? code : wrong_usage;
}

}  // namespace

int check(const Console& console, const CheckOptions& options) {
    if (options.watch && (options.json || options.debug || options.file || options.junit || options.gradescope))
        throw UsageError("--watch goes with no other option. ./lab check --help shows examples.");
    if (options.watch) return watch(console, options.request);
    // Whose file it is does not depend on how far the one who grades has come.
    if (options.file && options.request.empty())
        throw UsageError("--file goes with the lab it is for: ./lab check 4 --file " + options.file->string());
    if (options.file && !kernel_confines_files())
        fmt::print(
            console.err,
            "This kernel has no Landlock: the file that is judged can read what you can read (docs/instructors.md).\n");
    Report nothing{.lab = options.request, .title = "", .problem = "The judgement was not finished."};
    try {
        const Choice choice = choose_or_next(console, standing(console), options.request);
        nothing = report_without_verdict(choice, "not judged", nothing.problem);
        // Whatever happens from here on, no older report is taken for this one's.
        write_report_files(console, nothing, options);
        return judge(console, choice, options);
    } catch (const std::exception& error) {
        nothing.problem = error.what();
        write_reports(console, nothing, options);
        if (dynamic_cast<const UsageError*>(&error)) throw;
        throw CannotWork(error.what());
    }
}

}  // namespace cnn::cli
