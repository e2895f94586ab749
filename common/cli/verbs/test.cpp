// lab test: every promise there is. lab verify: those about the labs. lab bench: how fast it is.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <regex>
#include <sstream>

#include "cli/files.hpp"
#include "cli/labs.hpp"
#include "cli/ninja.hpp"
#include "cli/process.hpp"
#include "cli/test_counts.hpp"
#include "cli/verbs/verbs.hpp"
#include "tensor/file.hpp"
#include "terminal/status_line.hpp"
#include "terminal/text.hpp"

namespace cnn::cli {

namespace fs = std::filesystem;

namespace {

double seconds_since(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

class Everything {
public:
    explicit Everything(const Console& console) : console_(console) {}

    void build() {
        const Build build =
            build_targets(console_, {"all", "library-tests", "verification"}, "Building everything", true);
        if (build.ok) return tell("build", {1, 0}, build.seconds);
        tell("build", {0, 1}, build.seconds);
        fmt::print(console_.out, "{}", build.words());
    }

    void library() {
        std::istringstream names(text_of(console_.tree.build / "tests.txt").value_or(""));
        std::vector<std::string> programs;
        for (std::string name; std::getline(names, name);)
            if (!name.empty()) programs.push_back(name);
        // A list that is lost must not look like tests that passed.
        if (programs.empty()) tell("library tests", {0, 1}, 0);
        for (const std::string& program : programs) run_program(console_.tree, program, program);
    }

    // The judges and the readers of broken files once more, with AddressSanitizer and UndefinedBehaviorSanitizer, in
    // the build folder of the preset asan.
    void sanitized() {
        const Tree tree = sanitized_tree();
        terminal::StatusLine status(console_.error_screen, console_.err);
        status.show("Configuring with sanitizers");
        const Output configured = run_captured({{"cmake", "--preset", "asan"}, tree.root});
        status.clear();
        Console there = console_;
        there.tree = tree;
        const Build build = configured.code == 0
                                ? build_targets(there, {"judges", broken_files}, "Building with sanitizers")
                                : Build{.ok = false, .rest = configured.text};
        sanitized_ = build.ok;
        tell("sanitizer build", build.ok ? Counts{1, 0} : Counts{0, 1}, build.seconds);
        if (!build.ok) fmt::print(console_.out, "{}", build.words());
        if (build.ok) run_program(tree, broken_files, "sanitized robustness");
    }
    void leave_sanitizers_out() {
        fmt::print(console_.out, "{}   left out: CNN_NO_SANITIZERS is set\n", terminal::pad_right("sanitizers", 20));
    }

    void labs() {
        const auto begin = std::chrono::steady_clock::now();
        Command verifier{{console_.tree.binary("lab-verify").string()}};
        if (sanitized_) verifier.words.insert(verifier.words.end(), {"--sanitized", sanitized_tree().build.string()});
        std::optional<Counts> summary;
        const int code = run(verifier, [&](std::string_view line) {
            if (const auto counts = read_summary(std::string(line)))
                summary = counts;
            else
                fmt::print(console_.out, "{}\n", line), std::fflush(console_.out);
        });
        Counts counts = summary.value_or(Counts{});
        if (!summary || (code != 0 && counts.failed == 0)) ++counts.failed;
        tell("labs", counts, seconds_since(begin));
    }

    int conclude() const {
        fmt::print(console_.out, "{} passed, {} failed\n", total_.passed, total_.failed);
        return total_.failed == 0 && total_.passed > 0 ? all_passed : some_failed;
    }

private:
    static constexpr const char* broken_files = "test-robustness";

    Tree sanitized_tree() const { return {console_.tree.root, console_.tree.root / "build-asan"}; }

    void run_program(const Tree& tree, const std::string& program, const std::string& name) {
        terminal::StatusLine status(console_.error_screen, console_.err);
        status.show("Running " + name);
        const auto begin = std::chrono::steady_clock::now();
        const TemporaryFolder folder;
        const fs::path sink = folder.path() / "report.xml";
        const Output said = run_captured({{tree.binary(program).string(), "--report_format=XML", "--report_level=short",
                                           "--report_sink=" + sink.string(), "--log_level=error", "--color_output=no"},
                                          console_.tree.root});
        const Counts counts = count_tests(text_of(sink).value_or(""), said.code);
        status.clear();
        tell(name, counts, seconds_since(begin));
        if (counts.failed > 0) fmt::print(console_.out, "{}(ended with code {})\n", said.text, said.code);
    }

    void tell(const std::string& what, const Counts& counts, double seconds) {
        total_.passed += counts.passed;
        total_.failed += counts.failed;
        const terminal::Terminal& screen = console_.screen;
        const std::string passed = terminal::pad_left(fmt::format("{} passed", terminal::thousands(counts.passed)), 14);
        const std::string failed = counts.failed ? fmt::format(", {} failed", counts.failed) : "";
        fmt::print(console_.out, "{} {}{}   {}\n", terminal::pad_right(what, 20),
                   counts.failed ? passed : screen.green(passed), screen.red(failed),
                   screen.dim(terminal::short_duration(seconds, screen.unicode)));
        std::fflush(console_.out);
    }

    const Console& console_;
    Counts total_{};
    bool sanitized_ = false;
};

}  // namespace

std::optional<Counts> read_summary(const std::string& line) {
    static const std::regex summary("([0-9]{1,9}) passed, ([0-9]{1,9}) failed");
    std::smatch found;
    if (!std::regex_match(line, found, summary)) return std::nullopt;
    return Counts{std::stoi(found[1]), std::stoi(found[2])};
}

Counts count_tests(const std::string& xml, int code) {
    const auto number = [&](const std::string& name) {
        std::smatch found;
        return std::regex_search(xml, found, std::regex(name + "=\"([0-9]{1,9})\"")) ? std::stoi(found[1]) : 0;
    };
    Counts counts{number("test_cases_passed") + number("test_cases_passed_with_warnings"),
                  number("test_cases_failed") + number("test_cases_timed_out")};
    // A program that died has not said what it did not get to.
    if ((code != 0 || counts.passed == 0) && counts.failed == 0) counts.failed = 1;
    return counts;
}

int test_everything(const Console& console) {
    Everything everything(console);
    everything.build();
    everything.library();
    // Compiling every judge with sanitizers takes longer than all the rest.
    std::getenv("CNN_NO_SANITIZERS") ? everything.leave_sanitizers_out() : everything.sanitized();
    everything.labs();
    return everything.conclude();
}

// "5" → "05". A lab that is being written is not on the map yet: its folder is enough.
std::string number_of_lab(const Tree& tree, std::string word) {
    if (word.size() == 1) word.insert(0, "0");
    for (const auto& entry : fs::directory_iterator(tree.root / "labs"))
        if (entry.path().filename().string().starts_with(word + "-")) return word;
    return choose(all_labs(tree), word).lab.number;
}

int verify(const Console& console, std::vector<std::string> arguments) {
    if (std::ranges::find(arguments, "--mutants") != arguments.end()) return try_mutants(console, arguments);
    std::vector<std::string> targets{"lab-verify"};
    for (std::string& word : arguments)
        if (std::isdigit(static_cast<unsigned char>(word[0]))) {
            word = number_of_lab(console.tree, word);
            targets.insert(targets.end(), {"judge" + word, "skeleton-worker" + word});
        }
    if (targets.size() == 1) targets = {"verification"};
    build_or_stop(console, targets, "Building the labs");
    Command program{{console.tree.binary("lab-verify").string()}};
    program.words.insert(program.words.end(), arguments.begin(), arguments.end());
    return run(program);
}

int bench(const Console& console, const std::vector<std::string>& arguments) {
    build_or_stop(console, {"lab-bench"}, "Building lab-bench");
    Command program{{console.tree.binary("lab-bench").string()}};
    program.words.insert(program.words.end(), arguments.begin(), arguments.end());
    return run(program);
}

}  // namespace cnn::cli
