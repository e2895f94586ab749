#include "cli/verdict.hpp"

#include <fmt/format.h>

namespace cnn::cli {

void remember_verdict(const Console& console, const Lab& lab, const Answer& answer) {
    try {
        update_progress(console, [&](Progress& progress) {
            progress.current = lab.number;
            if (answer.report)
                record(progress, *answer.report, answer.fingerprint);
            else
                progress.labs[lab.number].does_not_compile = answer.fingerprint;
        });
    } catch (const Error& error) {
        fmt::print(console.err, "The verdict could not be recorded: {}\n", error.what());
    }
}

void tell_not_judged(const Console& console, std::FILE* out, const Lab& lab, const Answer& answer) {
    fmt::print(out, "{}{} was not judged.", compiler_words(console.tree, lab, answer.compiler), lab.name());
    const Progress progress = load_progress(console);
    if (!progress.lab(lab.number).checked.empty())
        fmt::print(out, " Your last verdict stands: {} of {} points.", progress.points(lab), lab.max_points);
    fmt::print(out, "\n");
}

}  // namespace cnn::cli
