// lab solution: the reference beside the learner's file.
#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "cli/files.hpp"
#include "cli/process.hpp"
#include "cli/request.hpp"
#include "cli/verbs/verbs.hpp"
#include "tensor/file.hpp"

namespace cnn::cli {
namespace {

// The text without its TODO comments and the comment lines that continue them: what is to be done stands in the
// reference, too, and is no difference in what was done.
std::string without_steps(const std::string& text) {
    std::istringstream lines(text);
    std::string result;
    bool in_steps = false;
    for (std::string line; std::getline(lines, line);) {
        const std::size_t begin = std::min(line.find_first_not_of(" \t"), line.size());
        const std::string_view said = std::string_view(line).substr(begin);
        in_steps = said.starts_with("// TODO") || (in_steps && said.starts_with("//  "));
        if (!in_steps) result += line + "\n";
    }
    return result;
}

// diff(1), which is everywhere, between the learner's file and the reference.
std::string differences(const Console& console, const Lab& lab) {
    const TemporaryFolder folder(console.tree.build / "tmp");
    const std::filesystem::path mine = folder / "yours", reference = folder / "reference";
    write_file(mine, without_steps(text_of(lab.file(console.tree)).value_or("")));
    write_file(reference, without_steps(text_of(lab.reference(console.tree)).value_or("")));
    const Output said =
        run_captured({{"diff", "-u", "--label", "yours", "--label", "reference",
                       console.screen.colors ? "--color=always" : "--color=never", mine.string(), reference.string()}});
    if (said.code > 1) throw CannotWork("The files cannot be compared:\n" + said.text);
    return said.code == 0 ? "There is no difference.\n" : said.text;
}

}  // namespace

int solution(const Console& console, const SolutionOptions& options) {
    const Standing now = standing(console);
    const Choice choice = choose(now.labs, options.request);
    const Lab& lab = choice.lab;
    const bool passed = now.progress.complete(lab);
    if (!passed && !options.give_up && !now.progress.lab(lab.number).gave_up) {
        const Task task = task_of({lab}, now.progress);
        fmt::print(console.err,
                   "The solution of {} opens when every task has passed; you have {} of {} points.\n"
                   "Next is {}: ./lab hint {}     To open it now (this is recorded): ./lab solution {} --give-up\n",
                   lab.name(), now.progress.points(lab), lab.max_points, task.number, task.number, lab.short_number());
        return some_failed;
    }
    if (!passed) update_progress(console, [&](Progress& progress) { progress.labs[lab.number].gave_up = true; });

    const std::optional<std::string> reference = text_of(lab.reference(console.tree));
    if (!reference) throw CannotWork(fmt::format("{} is missing.", console.tree.shown(lab.reference(console.tree))));
    fmt::print(console.out, "{}", options.differences ? differences(console, lab) : *reference);
    // Also when the text goes to a file or a pager, the person sees where both are.
    fmt::print(console.err, "\nReference  {}\nYours      {}\n", console.tree.shown(lab.reference(console.tree)),
               console.tree.shown(lab.file(console.tree)));
    if (!options.differences)
        fmt::print(console.err, "./lab solution {} --diff shows where they differ.\n", lab.short_number());
    return all_passed;
}

}  // namespace cnn::cli
