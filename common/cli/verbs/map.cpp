// lab: the map, and lab start: where a lab begins.
#include "cli/map.hpp"

#include <fmt/format.h>

#include "cli/files.hpp"
#include "cli/render.hpp"
#include "cli/request.hpp"
#include "cli/verbs/verbs.hpp"

namespace cnn::cli {

int show_map(const Console& console) {
    const Standing now = standing(console);
    fmt::print(console.out, "{}{}\n{}", render_map(now, console.screen), render_loans(now, console.screen),
               render_next(now, console.tree, console.screen));
    return all_passed;
}

int start(const Console& console, const std::string& request) {
    const Standing now = standing(console);
    const Choice choice = choose_or_next(console, now, request);
    const Lab& lab = choice.lab;
    const Task* first = choice.task ? lab.find(choice.task->number) : next_task(lab, now.progress);
    update_progress(console, [&](Progress& progress) {
        progress.current = lab.number;
        if (progress.labs[lab.number].started.empty()) progress.labs[lab.number].started = timestamp();
    });
    const terminal::Terminal& screen = console.screen;
    fmt::print(console.out, "{}   {}, {} tasks, {} points\n\n", screen.bold(lab.name()), lab.title, lab.tasks.size(),
               lab.max_points);
    fmt::print(console.out, "  Read    {}\n", console.tree.shown(lab.folder(console.tree) / "README.md"));
    fmt::print(console.out, "  Edit    {}\n", console.tree.shown(lab.file(console.tree)));
    if (!first) {
        fmt::print(console.out, "\nEvery task has passed. The reference beside yours:  ./lab solution {}\n",
                   lab.short_number());
        return all_passed;
    }
    fmt::print(console.out, "{}\n",
               fill(fmt::format("  First   {}, {}   {}", first->number, first->title, place(console.tree, lab, *first)),
                    page_width(screen), 0, 10));
    fmt::print(console.out, "{}   judges it each time you save.\n",
               screen.cyan(fmt::format("./lab check {} --watch", lab.short_number())));
    return all_passed;
}

}  // namespace cnn::cli
