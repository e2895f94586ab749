// lab reset: back to the skeleton, keeping what was written.
#include "cli/reset.hpp"

#include <fmt/format.h>

#include "cli/files.hpp"
#include "cli/ninja.hpp"
#include "cli/progress.hpp"
#include "cli/request.hpp"
#include "cli/verbs/verbs.hpp"

namespace cnn::cli {

namespace fs = std::filesystem;

namespace {

// The skeleton as it is generated from the reference: the learner may have committed their own file long ago.
std::string skeleton(const Console& console, const Lab& lab) {
    build_or_stop(console, {"skeleton" + lab.number}, "Making the skeleton");
    const fs::path made = console.tree.build / "skeletons" / lab.folder_name() / (lab.slug + ".cpp");
    const std::optional<std::string> text = text_of(made);
    if (!text) throw CannotWork(fmt::format("{} was not made; nothing was changed.", made.string()));
    return *text;
}

// A name of its own, also for the second backup within a second.
fs::path backup_of(const Tree& tree, const Lab& lab) {
    const std::string stem = fmt::format("{}-{}", lab.folder_name(), timestamp_for_name());
    fs::path path = tree.memory() / "backup" / (stem + ".cpp");
    for (int again = 2; fs::exists(path); ++again)
        path = tree.memory() / "backup" / fmt::format("{}-{}.cpp", stem, again);
    return path;
}

// What was judged is another file.
void forget_verdict(const Console& console, const Lab& lab) {
    update_progress(console, [&](Progress& progress) {
        const auto known = progress.labs.find(lab.number);
        if (known == progress.labs.end()) return;
        known->second = {.started = known->second.started, .gave_up = known->second.gave_up};
    });
}

}  // namespace

Reset reset_file(const Console& console, const Lab& lab) {
    const std::string fresh = skeleton(console, lab);
    const std::optional<std::string> old = text_of(lab.file(console.tree));
    if (old == fresh) return {.changed = false};
    Reset result{.changed = true};
    if (old) write_file(result.backup = backup_of(console.tree, lab), *old);
    write_file(lab.file(console.tree), fresh);
    return result;
}

int reset(const Console& console, const ResetOptions& options) {
    if (options.request.empty()) throw UsageError("Which lab? For example: ./lab reset 4");
    const Choice choice = choose(all_labs(console.tree), options.request);
    if (choice.task)
        throw UsageError(fmt::format("A whole lab is reset, not one task: ./lab reset {}", choice.lab.short_number()));
    const Reset done = reset_file(console, choice.lab);
    forget_verdict(console, choice.lab);
    const std::string file = console.tree.shown(choice.lab.file(console.tree));
    if (!done.changed)
        fmt::print(console.out, "{} is the skeleton already.\n", file);
    else if (done.backup.empty())
        fmt::print(console.out, "{} is the skeleton again.\n", file);
    else
        fmt::print(console.out, "{} is the skeleton again. What you had is in {}.\n", file,
                   console.tree.shown(done.backup));
    return all_passed;
}

}  // namespace cnn::cli
