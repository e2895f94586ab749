#include "cli/judge.hpp"

#include <fmt/format.h>

#include <regex>
#include <sstream>
#include <utility>

#include "cli/files.hpp"
#include "cli/judged_copy.hpp"
#include "cli/machine_trouble.hpp"
#include "cli/ninja.hpp"
#include "cli/other_file.hpp"
#include "cli/process.hpp"
#include "tensor/file.hpp"
#include "terminal/status_line.hpp"
#include "terminal/text.hpp"

namespace cnn::cli {

namespace fs = std::filesystem;

namespace {

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
    return text;
}

// The learner's share of a failed build; CannotWork where there is none.
std::string learners_words(const Lab& lab, const Build& build) {
    std::string words;
    // Two programs made of the same file mostly fail with the same words: the first's will do.
    for (const std::string& program : lab.workers())
        for (const Failure& failure : build.failures)
            if (words.empty() && failure.output.find(program) != std::string::npos) words = failure.words;
    if (words.empty()) throw CannotWork(fmt::format("The judge of {} does not build:\n{}", lab.name(), build.words()));
    return words;
}

Report run_judge(const Console& console, const Question& question, const fs::path& worker) {
    const Lab& lab = question.choice.lab;
    const fs::path file = worker.parent_path() / "report.json";
    const fs::path judge = console.tree.binary("judge" + lab.number);
    Command command{{judge.string(), "--worker", worker.string(), "--json", file.string()}};
    if (question.choice.task) command.words.insert(command.words.end(), {"--task", question.choice.task->number});
    // Code that was not optimised and checks itself takes its time.
    if (question.debug) command.words.insert(command.words.end(), {"--deadline", "5"});
    const Output said = run_captured(command);
    const std::optional<std::string> text = text_of(file);
    if (said.code > 1 || !text)
        throw CannotWork(
            fmt::format("{} was not judged: the judge stopped with code {}.\n{}", lab.name(), said.code, said.text));
    Report report = parse_report(*text);
    if (report.lab != lab.number || report.passed() != (said.code == 0))
        throw CannotWork(
            fmt::format("{} was not judged: the judge's report contradicts its exit code {}.", lab.name(), said.code));
    return report;
}

// The same lines without the warnings, where there are errors: those are what has to be mended first.
std::string errors_first(const std::string& words) {
    if (words.find(": error: ") == std::string::npos) return words;
    std::istringstream lines(words);
    std::string result, heading;  // "In function …:" belongs to what follows it
    bool keep = true;
    for (std::string line; std::getline(lines, line);) {
        if (line.find(": In ") != std::string::npos && line.ends_with(':')) {
            heading = line + "\n";
            continue;
        }
        if (line.find(": error: ") != std::string::npos || line.find(": fatal error: ") != std::string::npos) {
            keep = true;
            result += std::exchange(heading, "");
        } else if (line.find(": warning: ") != std::string::npos)
            keep = false, heading.clear();
        if (keep) result += line + "\n";
    }
    return result;
}

// "undefined reference to `cnn::lab04::conv2d_forward(cnn::Tensor const&)'" (gold: "to 'cnn::…") in words of this
// workbook, once a function.
std::string explain_missing(const Lab& lab, const std::string& words) {
    const std::regex missing("undefined reference to [`']cnn::lab" + lab.number + "::(\\w+)");
    std::string result;
    for (std::sregex_iterator found(words.begin(), words.end(), missing), end; found != end; ++found) {
        const std::string line = fmt::format(
            "{0}.hpp promises {1}, and the file does not define it with the same arguments: a function that is not "
            "written yet stays as the skeleton has it.\n",
            lab.slug, (*found)[1].str());
        if (result.find(line) == std::string::npos) result += line;
    }
    return result;
}

// "fatal error: convolution.hpp: No such file", where that is the contract of another lab.
std::string explain_header(const Tree& tree, const Lab& lab, const std::string& words) {
    if (words.find(": fatal error: ") == std::string::npos) return "";
    for (const Lab& other : all_labs(tree))
        if (other.number != lab.number && words.find("fatal error: " + other.slug + ".hpp") != std::string::npos)
            return fmt::format("{}.hpp is the contract of lab {}. Is the file meant for that one?\n", other.slug,
                               other.number);
    return "";
}

// A line of the compiler's, which quotes the file: shown and not obeyed, and no longer than somebody reads.
std::string shown_line(const std::string& line) {
    constexpr std::size_t columns = 400, bytes = 4 * columns;  // some signs take no column
    const std::string shown = harmless(without_escapes(line));
    return shown.size() <= columns ? shown : terminal::shorten(shown.substr(0, bytes), static_cast<int>(columns));
}

// The text of the file that is asked about.
std::string source_of(const Tree& tree, const Lab& lab, const Question& question) {
    const fs::path file = question.file.value_or(lab.file(tree));
    if (fs::exists(file) && !fs::is_regular_file(file))  // reading a pipe would wait for a writer
        throw UsageError(fmt::format("{}: is a {}, and a file is judged.", file.string(),
                                     fs::is_directory(file) ? "folder" : "pipe or a device"));
    if (std::optional<std::string> source = text_of(file)) return std::move(*source);
    if (question.file) throw UsageError(fmt::format("{}: there is no such file.", file.string()));
    throw CannotWork(
        fmt::format("{} is missing. ./lab reset {} puts the skeleton there.", tree.shown(file), lab.short_number()));
}

// Builds what answers for the learner's own file, from a copy of this text, into the folder: a verdict is about what
// lies there, whatever is saved or built meanwhile.
OtherBuild build_own(const Console& console, const Lab& lab, const std::string& text, const fs::path& folder) {
    const FileLock lock = build_lock(console);
    take_copy(judged_copy(console.tree, lab), text, lab.file(console.tree));
    std::vector<std::string> targets = lab.workers();
    targets.push_back("judge" + lab.number);
    const Build build = build_targets(console, lock, targets, "Building " + lab.name());
    OtherBuild result{.ok = build.ok, .worker = folder / lab.workers().front(), .seconds = build.seconds};
    if (!build.ok) {
        result.words = learners_words(lab, build);
        return result;
    }
    result.words = borrowed_words(console, lab).value_or("");
    result.ok = result.words.empty();
    for (const std::string& program : lab.workers()) fs::copy_file(console.tree.binary(program), folder / program);
    return result;
}

OtherBuild build_file(const Console& console, const Question& question, const std::string& text,
                      const fs::path& folder) {
    const Lab& lab = question.choice.lab;
    const fs::path original = fs::absolute(question.file.value_or(lab.file(console.tree)));
    const fs::path copy = folder / (lab.slug + ".cpp");
    take_copy(copy, text, original);
    return build_other(console, lab,
                       {.source = copy,
                        .original = original,
                        .folder = folder,
                        .debug = question.debug,
                        .deadline = question.compile_deadline});
}

}  // namespace

Answer ask_judge(const Console& console, const Question& question) {
    const Lab& lab = question.choice.lab;
    const std::string text = source_of(console.tree, lab, question);
    const fs::path file = question.file.value_or(lab.file(console.tree));
    Answer answer;
    answer.fingerprint = fingerprint(text);
    answer.compiler = not_a_source(text, file.filename().string());
    if (!answer.compiler.empty()) return answer;

    // Below the build folder, from which programs are started anyhow: a folder for temporary files may forbid it.
    const TemporaryFolder folder(console.tree.build / "tmp");
    const OtherBuild built = question.file || question.debug ? build_file(console, question, text, folder.path())
                                                             : build_own(console, lab, text, folder.path());
    answer.build_seconds = built.seconds;
    if (!built.ok) {
        const std::string trouble = machine_trouble(plain_compiler(console.tree, lab), folder.path(), built.words);
        if (!trouble.empty())
            throw CannotWork(fmt::format("{} was not judged, and this is not about the file. {}", lab.name(), trouble));
        answer.compiler = explain_characters(text, built.words) + built.words;
        return answer;
    }
    terminal::StatusLine status(console.error_screen, console.err);
    status.show("Judging " + lab.name());
    answer.report = run_judge(console, question, built.worker);
    return answer;
}

std::string compiler_words(const Tree& tree, const Lab& lab, const std::string& words, int most) {
    std::istringstream lines(errors_first(replaced(words, tree.root.string() + "/", "")));
    std::string result, line;
    int count = 0;
    for (; std::getline(lines, line); ++count)
        if (count < most) result += shown_line(line) + "\n";
    if (count > most) result += fmt::format("({} more lines; the first error is the one to look at)\n", count - most);
    return result + explain_missing(lab, words) + explain_header(tree, lab, words);
}

}  // namespace cnn::cli
