#include "cli/request.hpp"

#include <fmt/format.h>

namespace cnn::cli {
namespace {

// Is this the lab that was started or checked last?
bool is_current(const Standing& now, const Lab& lab) {
    return lab.number == now.progress.current && now.progress.touched(lab);
}

}  // namespace

Choice choose_or_next(const Console& console, const Standing& now, const std::string& request) {
    if (!request.empty()) return choose(now.labs, request);
    const Lab* next = next_lab(now.labs, now.progress);
    const Lab& lab = next ? *next : now.labs.back();
    fmt::print(console.err, "No lab was named: {} is {}.\n", lab.name(),
               !next                  ? "the last, and all are complete"
               : is_current(now, lab) ? "where you are"
                                      : "next");
    return {lab};
}

Choice choose_or_current(const Console& console, const Standing& now, const std::string& request) {
    const Lab* next = next_lab(now.labs, now.progress);
    if (!request.empty() || (next && is_current(now, *next))) return choose_or_next(console, now, request);
    if (!next) throw UsageError("Every lab is complete. Name a task: ./lab hint 4.4");
    throw UsageError(
        fmt::format("Name a task: ./lab hint {}. No lab was named, and {}, which is next, is not begun "
                    "(./lab start {}).",
                    next_task(*next, now.progress)->number, next->name(), next->short_number()));
}

Task task_of(const Choice& choice, const Progress& progress) {
    if (choice.task) return *choice.task;
    const Task* next = next_task(choice.lab, progress);
    return next ? *next : choice.lab.tasks.back();
}

}  // namespace cnn::cli
