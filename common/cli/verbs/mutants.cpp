// lab verify --mutants: what the tests of the labs let pass.
#include <fmt/format.h>

#include <algorithm>

#include "cli/files.hpp"
#include "cli/judge.hpp"
#include "cli/labs.hpp"
#include "cli/mutants.hpp"
#include "cli/verbs/verbs.hpp"
#include "tensor/file.hpp"
#include "terminal/status_line.hpp"
#include "terminal/text.hpp"

namespace cnn::cli {

namespace fs = std::filesystem;

namespace {

// One mutant before the judge.
enum class Fate { caught, survived, does_not_compile };
Fate judged(const Console& console, const Choice& choice, const Mutant& mutant) {
    const TemporaryFolder folder;
    const fs::path file = folder.path() / (choice.lab.slug + ".cpp");
    write_file(file, mutant.source);
    try {
        const Answer answer = ask_judge(console, {.choice = choice, .file = file});
        if (!answer.report) return Fate::does_not_compile;
        return answer.report->passed() ? Fate::survived : Fate::caught;
    } catch (const CannotWork& trouble) {  // no program may stop the judge
        fmt::print(console.out, "{}\n", trouble.what());
        return Fate::survived;
    }
}

// So many mutants of each lab's reference: how many the tests catch, and which they do not.
int try_each(const Console& console, const std::vector<Choice>& choices, std::size_t count, std::uint32_t seed) {
    int made = 0, caught = 0, known = 0, survived = 0;
    for (const Choice& choice : choices) {
        const std::string source = read_file(choice.lab.reference(console.tree));
        const std::string list = text_of(choice.lab.reference(console.tree).parent_path() / "mutants.txt").value_or("");
        const std::vector<Mutant> all = mutants_of(source);
        int of_lab = 0, caught_of_lab = 0, known_of_lab = 0;
        terminal::StatusLine status(console.error_screen, console.err);
        for (const Mutant& mutant : sample(all, all.size(), seed)) {
            if (of_lab == static_cast<int>(count)) break;
            status.show(fmt::format("{}: mutant {} of {}", choice.lab.name(), of_lab + 1, count));
            const Fate fate = judged(console, choice, mutant);
            if (fate == Fate::does_not_compile) continue;
            ++of_lab;
            const std::string reason = known_reason(list, mutant);
            caught_of_lab += fate == Fate::caught;
            if (fate == Fate::caught) continue;
            known_of_lab += !reason.empty();
            if (!reason.empty()) continue;
            status.clear();
            fmt::print(console.out,
                       "{} is not told from the right program with a {} changed in line {}\n    was {}\n    is  {}\n",
                       choice.lab.name(), mutant.kind, mutant.line, mutant.was, mutant.is);
            std::fflush(console.out);
        }
        status.clear();
        fmt::print(console.out, "{} {} of {} mutants tried: {} caught, {} known to be no mistake\n",
                   terminal::pad_right(choice.lab.name(), 20), of_lab, all.size(), caught_of_lab, known_of_lab);
        std::fflush(console.out);
        made += of_lab, caught += caught_of_lab, known += known_of_lab;
    }
    survived = made - caught - known;
    fmt::print(console.out, "{} caught of {} mutants that change an answer\n", caught, made - known);
    return made > known && survived == 0 ? all_passed : some_failed;
}

// The number behind an option, which is taken out of the words. UsageError where it is none.
std::optional<std::uint32_t> take_number(std::vector<std::string>& words, const std::string& option) {
    const auto found = std::ranges::find(words, option);
    if (found == words.end()) return std::nullopt;
    const std::string number = found + 1 == words.end() ? "" : found[1];
    if (number.empty() || number.size() > 6 || number.find_first_not_of("0123456789") != std::string::npos)
        throw UsageError(fmt::format("{} needs a whole number behind it: lab verify 04 --mutants 20", option));
    words.erase(found, found + 2);
    return static_cast<std::uint32_t>(std::stoul(number));
}

}  // namespace

int try_mutants(const Console& console, std::vector<std::string> words) {
    const auto count = take_number(words, "--mutants"), seed = take_number(words, "--seed");
    const std::vector<Lab> labs = all_labs(console.tree);
    std::vector<Choice> choices;
    for (const std::string& word : words) choices.push_back(choose(labs, word));
    if (choices.empty())
        for (const Lab& lab : labs) choices.push_back({lab});
    return try_each(console, choices, count.value_or(1), seed.value_or(1));
}

}  // namespace cnn::cli
