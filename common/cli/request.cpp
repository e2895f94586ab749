#include "cli/request.hpp"

namespace cnn::cli {

Choice choose_or_next(const Standing& now, const std::string& request) {
    if (!request.empty()) return choose(now.labs, request);
    const Lab* next = next_lab(now.labs, now.progress);
    return {next ? *next : now.labs.back()};
}

Task task_of(const Choice& choice, const Progress& progress) {
    if (choice.task) return *choice.task;
    const Task* next = next_task(choice.lab, progress);
    return next ? *next : choice.lab.tasks.back();
}

}  // namespace cnn::cli
