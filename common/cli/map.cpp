#include "cli/map.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <regex>
#include <set>

#include "cli/files.hpp"
#include "cli/render.hpp"
#include "terminal/text.hpp"

namespace cnn::cli {

using terminal::pad_left;
using terminal::pad_right;
using terminal::Terminal;

namespace {

// "4.4", "4.4, 4.5" or "4.3 to 4.6", followed by what is so about them.
std::string together(const std::vector<std::string>& tasks, const std::string& one, const std::string& several) {
    if (tasks.empty()) return "";
    if (tasks.size() == 1) return tasks[0] + " " + one;
    if (tasks.size() == 2) return tasks[0] + ", " + tasks[1] + " " + several;
    return fmt::format("{} {}", fmt::join(tasks, ", "), several);
}

std::string verdicts(const Lab& lab, const Progress& progress) {
    std::vector<std::string> failing, open, parts;
    for (const Task& task : lab.tasks) {
        const TaskRecord* known = progress.task(lab, task.number);
        if (!known || known->status == "not started")
            open.push_back(task.number);
        else if (!known->passed())
            failing.push_back(task.number);
    }
    if (!failing.empty()) parts.push_back(together(failing, "fails", "fail"));
    if (open.size() == lab.tasks.size()) return "not started";
    if (!open.empty()) parts.push_back(together(open, "not started", "not started"));
    return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace

Standing standing(const Console& console) {
    Standing now{all_labs(console.tree), load_progress(console)};
    for (const Lab& lab : now.labs) {
        if (const auto text = text_of(lab.file(console.tree))) now.fingerprints[lab.number] = fingerprint(*text);
        const std::string list = text_of(lab.folder(console.tree) / "operators.cpp").value_or("");
        for (TaughtOperator& taught : taught_operators(list)) now.operators.push_back(std::move(taught));
    }
    return now;
}

std::vector<std::string> passed_now(const Standing& now) {
    Progress progress = now.progress;
    for (auto& [number, lab] : progress.labs) {
        const auto file = now.fingerprints.find(number);
        const bool judged = file != now.fingerprints.end() && lab.does_not_compile != file->second;
        std::erase_if(lab.tasks, [&](const auto& task) { return !judged || task.second.fingerprint != file->second; });
    }
    return progress.passed_tasks(now.labs);
}

std::vector<TaughtOperator> taught_operators(const std::string& source) {
    static const std::regex entry(R"re(\{\s*"(\w+)"\s*,\s*"(\d+\.\d+)"\s*,)re");
    std::vector<TaughtOperator> found;
    for (std::sregex_iterator match(source.begin(), source.end(), entry), end; match != end; ++match)
        found.push_back({(*match)[1], (*match)[2]});
    return found;
}

const Lab* lab_of(const std::vector<Lab>& labs, const std::string& task) {
    const auto found =
        std::find_if(labs.begin(), labs.end(), [&](const Lab& lab) { return lab.find(task) != nullptr; });
    return found == labs.end() ? nullptr : &*found;
}

// The lab the learner is at, or the one to go on with where that is a later one.
std::string last_lab_of_interest(const Standing& now) {
    const Lab* next = next_lab(now.labs, now.progress);
    return std::max(now.progress.current, next ? next->number : "");
}

std::string render_loans(const Standing& now, const Terminal& screen) {
    // Before the first lab of operators is begun, nobody needs to know that they are lent.
    const bool begun = std::any_of(now.operators.begin(), now.operators.end(), [&](const TaughtOperator& taught) {
        const Lab* lab = lab_of(now.labs, taught.task);
        return lab && now.progress.touched(*lab);
    });
    if (!begun) return "";
    const std::vector<std::string> passed = passed_now(now);
    const std::string last = last_lab_of_interest(now);
    std::vector<std::string> yours, lent;
    for (const TaughtOperator& taught : now.operators)
        if (std::ranges::count(passed, taught.task) > 0 && std::ranges::count(yours, taught.name) == 0)
            yours.push_back(taught.name);
    // Where two labs teach an operator, either makes it the learner's; until then the first is the way to it.
    std::set<std::string> told(yours.begin(), yours.end());
    for (const TaughtOperator& taught : now.operators)
        if (const Lab* lab = lab_of(now.labs, taught.task); lab && lab->number <= last)
            if (told.insert(taught.name).second) lent.push_back(fmt::format("{} ({})", taught.name, taught.task));
    if (yours.empty() && lent.empty()) return "";
    std::string text = yours.empty() ? "" : fmt::format("Networks run on your {}.", fmt::join(yours, ", "));
    if (!lent.empty()) text += fmt::format("{}On loan: {}.", text.empty() ? "" : " ", fmt::join(lent, ", "));
    return "\n" + fill(text, page_width(screen), 2, 2);
}

std::string remark(const Standing& now, const Lab& lab) {
    const auto file = now.fingerprints.find(lab.number);
    if (file == now.fingerprints.end())
        return fmt::format("{}.cpp is missing: ./lab reset {}", lab.slug, lab.short_number());
    const Progress& progress = now.progress;
    if (!progress.touched(lab)) {
        const bool later = std::any_of(now.labs.begin(), now.labs.end(), [&](const Lab& other) {
            return other.number > lab.number && progress.points(other) > 0;
        });
        return later ? "skipped" : "";
    }
    const LabRecord& known = progress.lab(lab.number);
    if (known.does_not_compile == file->second) return "does not compile";
    const bool edited = std::any_of(known.tasks.begin(), known.tasks.end(),
                                    [&](const auto& task) { return task.second.fingerprint != file->second; });
    if (edited || !known.does_not_compile.empty()) return "edited since the last check";
    return verdicts(lab, progress);
}

std::string render_map(const Standing& now, const Terminal& screen) {
    int complete = 0, points = 0, all_points = 0;
    std::size_t name_width = 0;
    for (const Lab& lab : now.labs) {
        complete += now.progress.complete(lab);
        points += now.progress.points(lab);
        all_points += lab.max_points;
        name_width = std::max(name_width, lab.name().size());
    }
    std::string text = both_ends(screen, screen.bold("Sobel to ResNet"),
                                 fmt::format("{} of {} labs {} {} of {} points", complete, now.labs.size(),
                                             screen.unicode ? "·" : "-", points, all_points));
    text += '\n';
    std::string part;
    for (const Lab& lab : now.labs) {
        if (lab.part != part) text += "  " + screen.bold(part = lab.part) + "\n";
        const int own = now.progress.points(lab);
        const std::string meter = screen.meter(static_cast<double>(own) / std::max(lab.max_points, 1), 10);
        const std::string behind = remark(now, lab);
        text += fill(fmt::format("   {}  {} {}{}", pad_right(lab.name(), static_cast<int>(name_width)),
                                 own == lab.max_points ? screen.green(meter) : meter,
                                 pad_left(fmt::format("{}/{}", own, lab.max_points), 5),
                                 behind.empty() ? "" : "   " + screen.dim(behind)),
                     page_width(screen), 0, static_cast<int>(name_width) + 5);
    }
    return text;
}

std::string render_next(const Standing& now, const Tree& tree, const Terminal& screen) {
    const Lab* lab = next_lab(now.labs, now.progress);
    if (!lab)
        return "Every lab is complete. ./lab bench shows how fast the kernels are; ./lab run N has more options to "
               "try.\n";
    const Task* task = next_task(*lab, now.progress);
    if (!now.progress.touched(*lab))
        return fill(fmt::format("{} lab {}, {}.   {}", screen.bold("Next:"), lab->number, lab->title,
                                tree.shown(lab->folder(tree) / "README.md")),
                    page_width(screen), 0, 6) +
               "      " + screen.cyan("./lab start " + lab->short_number()) + "\n";
    return fill(fmt::format("{} task {}, {}.   {}", screen.bold("Next:"), task->number, task->title,
                            place(tree, *lab, *task)),
                page_width(screen), 0, 6) +
           "      " + screen.cyan(fmt::format("./lab check {} --watch", lab->short_number())) + "\n";
}

}  // namespace cnn::cli
