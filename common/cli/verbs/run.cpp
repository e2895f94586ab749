// lab run: the lab's own program, with the learner's code or the reference's.
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <iterator>
#include <string_view>

#include "cli/files.hpp"
#include "cli/judged_copy.hpp"
#include "cli/ninja.hpp"
#include "cli/process.hpp"
#include "cli/request.hpp"
#include "cli/verbs/verbs.hpp"
#include "cli/verdict.hpp"

namespace cnn::cli {

namespace fs = std::filesystem;

namespace {

bool has_operators(const Tree& tree, const Lab& lab) { return fs::exists(lab.folder(tree) / "operators.cpp"); }

bool judged_as_it_is(const Standing& now, const Lab& lab) {
    const auto file = now.fingerprints.find(lab.number);
    if (file == now.fingerprints.end()) return true;  // nothing to judge
    const LabRecord& known = now.progress.lab(lab.number);
    if (known.does_not_compile == file->second) return true;
    return !known.tasks.empty() && std::all_of(known.tasks.begin(), known.tasks.end(), [&](const auto& task) {
        return task.second.fingerprint == file->second;
    });
}

// Does the file still say that every task is to do? Such a file has nothing to lend and need not be judged.
bool is_untouched(const Tree& tree, const Lab& lab) {
    const std::string source = text_of(lab.file(tree)).value_or("");
    return std::all_of(lab.tasks.begin(), lab.tasks.end(), [&](const Task& task) {
        return source.find("todo(\"" + task.number + "\")") != std::string::npos;
    });
}

// The network of a lab is made of what this lab and those before it teach: what later ones do is no matter.
std::vector<Lab> labs_for(const Standing& now, const Lab& running) {
    std::vector<Lab> labs;
    std::ranges::copy_if(now.labs, std::back_inserter(labs),
                         [&](const Lab& lab) { return lab.number <= running.number; });
    return labs;
}

// A network uses the learner's operators where they have passed, as the files are now: those edited since are judged,
// and so is the lab that runs.
void judge_what_changed(const Console& console, const Standing& now, const Lab& running, bool operators) {
    for (const Lab& lab : labs_for(now, running)) {
        if (!(operators && has_operators(console.tree, lab)) && lab.number != running.number) continue;
        if (judged_as_it_is(now, lab) || is_untouched(console.tree, lab)) continue;
        const Answer answer = ask_judge(console, {{lab}});
        remember_verdict(console, lab, answer);
        const Progress progress = load_progress(console);
        fmt::print(console.err, "{} was judged first: {}\n", lab.name(),
                   answer.report ? fmt::format("{} of {} points.", progress.points(lab), lab.max_points)
                                 : "it does not compile, so its operators are on loan.");
    }
}

// build/mine/labNN.so of every lab whose file compiles. One that does not is taken away: an older one would run code
// that is no longer there. Returns the fingerprints of the texts that were built.
std::map<std::string, std::string> build_own_operators(const Console& console, const std::vector<Lab>& labs) {
    const FileLock lock = build_lock(console);
    const auto fingerprints = take_copies(console.tree, labs);
    std::vector<std::string> targets;
    for (const Lab& lab : labs)
        if (has_operators(console.tree, lab)) targets.push_back("mine" + lab.number);
    if (targets.empty() || build_targets(console, lock, targets, "Building your operators", true).ok)
        return fingerprints;
    for (const Lab& lab : labs)
        if (has_operators(console.tree, lab) &&
            !build_targets(console, lock, {"mine" + lab.number}, "Building your operators").ok)
            fs::remove(console.tree.build / "mine" / fmt::format("lab{}.so", lab.number));
    return fingerprints;
}

// Hands them to the program of this lab: those of the labs up to it.
std::vector<std::string> own_operators(const Console& console, std::vector<std::string> passed,
                                       const std::vector<Lab>& labs) {
    std::vector<std::string> arguments{"--own-operators", (console.tree.build / "mine").string()};
    std::erase_if(passed, [&](const std::string& task) {
        return std::ranges::none_of(labs, [&](const Lab& lab) { return lab.find(task) != nullptr; });
    });
    if (!passed.empty()) arguments.insert(arguments.end(), {"--passed", fmt::format("{}", fmt::join(passed, ","))});
    return arguments;
}

// Builds the lab's program with the learner's file; false when that does not compile, which is told.
bool build_own(const Console& console, const Lab& lab) {
    const Build build = build_targets(console, {"lab" + lab.number}, "Building " + lab.name());
    if (build.ok) return true;
    const bool learners = std::any_of(build.failures.begin(), build.failures.end(), [&](const Failure& failure) {
        return failure.output.find(lab.slug + ".cpp") != std::string::npos || failure.output == "bin/lab" + lab.number;
    });
    if (!learners) throw CannotWork(fmt::format("The program of {} does not build:\n{}", lab.name(), build.words()));
    fmt::print(console.out, "{}{} was not run. ./lab run {} --reference runs the finished one.\n",
               compiler_words(console.tree, lab, build.words()), lab.name(), lab.short_number());
    return false;
}

// Is this a program whose networks can run on the learner's operators?
bool takes_operators(const fs::path& program) {
    return run_captured({{program.string(), "--takes-operators"}}).code == 0;
}

// What a lab's program shows hangs on one task of that lab, as its options have it.
struct Maker {
    std::string_view word;  // among the options; empty: always
    std::string_view task;  // "14.": any of lab 14, whose program shows one piece after the other
};
// The first that fits counts.
constexpr std::array makers{Maker{"--loop", "10.6"}, Maker{"1998", "10.4"},   Maker{"--sweep", "10.7"},
                            Maker{"", "10.5"},       Maker{"", "12.5"},       Maker{"tables", "13.1"},
                            Maker{"--net", "13.1"},  Maker{"fields", "13.2"}, Maker{"dense", "13.4"},
                            Maker{"", "13.5"},       Maker{"costs", "14."},   Maker{"", "14.5"},
                            Maker{"", "15.6"}};

// The task without which there is nothing of the learner's to run: "10.5", or "4." for any of lab 04.
std::string needed_task(const Lab& lab, const std::vector<std::string>& options) {
    const std::string any = lab.short_number() + ".";
    const auto found = std::ranges::find_if(makers, [&](const Maker& maker) {
        return maker.task.starts_with(any) && (maker.word.empty() || std::ranges::count(options, maker.word) > 0);
    });
    return found == makers.end() ? any : std::string(found->task);
}

bool has_passed(const std::vector<std::string>& passed, const std::string& task) {
    return std::ranges::any_of(
        passed, [&](const std::string& one) { return task.ends_with('.') ? one.starts_with(task) : one == task; });
}

bool has_word(const std::vector<std::string>& options, std::initializer_list<std::string_view> words) {
    return std::ranges::any_of(
        words, [&](std::string_view word) { return std::ranges::count(options, std::string(word)) > 0; });
}

// What was asked for is to look at one's own work, right or wrong: to find a mistake in a table of layers, or because
// nothing is trained. Nothing is judged for it.
bool shows_own_work(const Lab& lab, const std::vector<std::string>& options) {
    return has_word(options, {"--describe"}) ||
           (lab.number == "12" && has_word(options, {"augment", "classify", "evaluate", "scores"})) ||
           (lab.number == "13" && has_word(options, {"tables", "--net"}));
}

// Words of programs behind which no network is trained: operators change nothing there.
bool trains(const std::vector<std::string>& options) {
    return !has_word(options, {"fields", "dense", "starts", "costs", "branches", "winners"});
}

struct Choices {
    bool runs = true;                      // false: the learner's file does not compile, which was told
    std::vector<std::string> arguments{};  // that hand the learner's operators to the program
    bool own = false;                      // the lab's functions are the learner's, too
};

// The learner's program, with the learner's operators where it takes any. Where the task that builds its network has
// not passed, the network itself is lent: it can still run on operators of other labs.
Choices on_own_code(const Console& console, const Standing& before, const Lab& lab,
                    const std::vector<std::string>& options) {
    if (!build_own(console, lab)) return {.runs = false};
    if (shows_own_work(lab, options) || !takes_operators(console.tree.binary("lab" + lab.number))) return {.own = true};
    const bool with_operators = trains(options);
    judge_what_changed(console, before, lab, with_operators);
    Standing now = standing(console);
    const std::vector<Lab> labs = labs_for(now, lab);
    // What was saved after it was judged has not passed.
    if (with_operators) now.fingerprints = build_own_operators(console, labs);
    const std::vector<std::string> passed = passed_now(now);
    const std::string needed = needed_task(lab, options);
    Choices choices{.own = has_passed(passed, needed)};
    if (with_operators) choices.arguments = own_operators(console, passed, labs);
    if (!choices.own)
        fmt::print(
            console.err, "{} has {}passed: {}.\n",
            needed.ends_with('.') ? "No task of " + lab.name() : "Task " + needed, needed.ends_with('.') ? "" : "not ",
            with_operators ? "the network is on loan, too, and runs on your operators" : "the reference is shown");
    return choices;
}

// A program that was built from this lab's main() as it is, learner's or reference; nothing where there is none.
std::optional<fs::path> program_that_is_here(const Tree& tree, const Lab& lab) {
    for (const char* kind : {"", "-reference"}) {
        const fs::path program = tree.binary("lab" + lab.number + kind);
        std::error_code missing;
        const auto built = fs::last_write_time(program, missing);
        if (!missing && built >= fs::last_write_time(lab.folder(tree) / "main.cpp")) return program;
    }
    return std::nullopt;
}

// The options of the lab's own program. Every one that was built of it can tell them.
int show_options(const Console& console, const Lab& lab) {
    std::optional<fs::path> program = program_that_is_here(console.tree, lab);
    if (!program) {
        const std::string reference = fmt::format("lab{}-reference", lab.number);
        build_or_stop(console, {reference}, "Building " + lab.name());
        program = console.tree.binary(reference);
    }
    fmt::print(console.out,
               "./lab run {0} [--mine | --reference] [-- OPTIONS OF THE PROGRAM]\n"
               "  --mine       your code; a network computes with your operators where they have passed\n"
               "  --reference  the reference; without either, yours once every task has passed\n\n",
               lab.short_number());
    return run(Command{{program->string(), "--help"}});
}

}  // namespace

int run_lab(const Console& console, const RunOptions& options) {
    const Standing now = standing(console);
    const Lab lab = choose(now.labs, options.request).lab;
    if (!fs::exists(lab.folder(console.tree) / "main.cpp"))
        throw UsageError(fmt::format("{} has no program to run.", lab.name()));
    if (options.help || has_word(options.arguments, {"--help", "-h"})) return show_options(console, lab);
    Implementation which = options.which;
    if (which == Implementation::unspecified) {
        if (!now.progress.complete(lab) || is_untouched(console.tree, lab)) {
            fmt::print(
                console.err,
                "Running the reference, because not every task of this lab has passed (--mine runs your code).\n");
            which = Implementation::reference;
        }
    }
    Choices chosen;
    if (which == Implementation::mine) chosen = on_own_code(console, now, lab, options.arguments);
    if (which == Implementation::unspecified) {
        chosen = {.runs = build_own(console, lab), .own = true};
        if (chosen.runs)
            fmt::print(
                console.err, "Running your code{}.\n",
                takes_operators(console.tree.binary("lab" + lab.number))
                    ? "; networks compute with the fast operators (--mine: with your own where they have passed; "
                      "--reference runs the reference)"
                    : " (--reference runs the reference)");
    }
    if (!chosen.runs) return not_compiled;
    Command program{{console.tree.binary("lab" + lab.number + (chosen.own ? "" : "-reference")).string()}};
    if (!chosen.own) build_or_stop(console, {fmt::format("lab{}-reference", lab.number)}, "Building " + lab.name());
    // Ours first: behind a word of the program's own ("augment") they would be taken for that word's.
    program.words.insert(program.words.end(), chosen.arguments.begin(), chosen.arguments.end());
    program.words.insert(program.words.end(), options.arguments.begin(), options.arguments.end());
    return run(program);
}

}  // namespace cnn::cli
