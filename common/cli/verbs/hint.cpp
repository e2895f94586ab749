// lab hint: the next of a task's three hints.
#include "cli/hints.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "cli/files.hpp"
#include "cli/render.hpp"
#include "cli/request.hpp"
#include "cli/verbs/verbs.hpp"

namespace cnn::cli {
namespace {

// The text beside its label: following lines begin below the first.
std::string beside(const std::string& label, const std::string& text) {
    std::istringstream lines(text);
    std::string result, line;
    for (bool first = true; std::getline(lines, line); first = false)
        result += (first ? label : line.empty() ? "" : std::string(label.size(), ' ')) + line + "\n";
    return result;
}

}  // namespace

int hint(const Console& console, const HintOptions& options) {
    const Standing now = standing(console);
    const Choice choice = choose_or_current(console, now, options.request);
    const Task task = task_of(choice, now.progress);
    const std::filesystem::path file = choice.lab.folder(console.tree) / "hints.md";
    const Hints hints = parse_hints(text_of(file).value_or(""));
    const auto found = hints.find(task.number);
    if (found == hints.end() || found->second.empty())
        throw CannotWork(fmt::format("{} has no hint for {}.", console.tree.shown(file), task.number));
    const int tiers = static_cast<int>(found->second.size());
    if (options.tier > tiers)
        throw UsageError(fmt::format("Task {} has {} hints; there is no number {}.", task.number, tiers, options.tier));

    const auto shown = now.progress.hints.find(task.number);
    const int seen = shown == now.progress.hints.end() ? 0 : shown->second;
    const int tier = options.tier > 0 ? options.tier : std::min(seen + 1, tiers);
    update_progress(console, [&](Progress& progress) {
        int& most = progress.hints[task.number];
        most = std::max(most, tier);
    });
    const std::string label = fmt::format("Hint {} of {}.  ", tier, tiers);
    const int width = page_width(console.screen) - static_cast<int>(label.size());
    fmt::print(console.out, "{} {}\n", console.screen.bold(task.number), task.title);
    fmt::print(console.out, "{}", beside(label, render_hint(found->second[static_cast<std::size_t>(tier) - 1], width)));
    const std::string next = tier < tiers
                                 ? fmt::format("./lab hint {} shows the next.", task.number)
                                 : fmt::format("That was the last. ./lab solution {} --give-up shows the reference.",
                                               choice.lab.short_number());
    fmt::print(console.out, "{}{}\n", std::string(label.size(), ' '), console.screen.dim(next));
    return all_passed;
}

}  // namespace cnn::cli
