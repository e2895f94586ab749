#include "cli/render.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <sstream>

#include "terminal/text.hpp"

namespace cnn::cli {

using terminal::display_width;
using terminal::pad_left;
using terminal::pad_right;
using terminal::Terminal;

namespace {

constexpr int indent = 6;
// The judge keeps the first twenty lines and says how many there were.
constexpr int output_lines = 25;

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

// Another task that is not started, and without which this one cannot go on: "15.3"; often there is none.
std::string missing_task(const TaskResult& task) {
    constexpr std::string_view before = "task ", behind = " is not started";
    for (const TestResult& test : task.tests) {
        const std::string_view said = test.message;
        if (test.status != "not started" || !said.starts_with(before) || !said.ends_with(behind)) continue;
        const std::string_view number = said.substr(before.size(), said.size() - before.size() - behind.size());
        if (number != task.task) return std::string(number);
    }
    return "";
}

// Of the tasks that this one builds on, the first that fails, too: "14.2"; often there is none.
std::string failing_ground(const TaskResult& task, const Report& report) {
    for (const TaskResult& other : report.tasks) {
        const bool called = std::ranges::find(task.builds_on, other.task) != task.builds_on.end();
        if (called && !other.passed() && other.status != "not started") return other.task;
    }
    return "";
}

// What stands behind a task's points.
std::string task_remark(const TaskResult& task, const Report& report, const Terminal& screen) {
    if (task.passed()) return "";
    const auto failed =
        std::count_if(task.tests.begin(), task.tests.end(), [](const TestResult& t) { return !t.passed(); });
    const bool alike = std::all_of(task.tests.begin(), task.tests.end(),
                                   [&](const TestResult& test) { return test.status == task.status; });
    if (task.status == "not started") {
        const std::string missing = missing_task(task);
        return screen.dim(missing.empty() ? task.status : fmt::format("stops at {}, which is not started", missing));
    }
    if (task.tests.empty()) return screen.red("nothing was judged");
    std::string remark = fmt::format("{} of {} tests fail", failed, task.tests.size());
    if (task.tests.size() == 1) remark = "the test fails";
    if (alike && task.status != "failed") remark = task.status;
    const std::string ground = failing_ground(task, report);
    return screen.red(remark) + (ground.empty() ? "" : fmt::format("; it builds on {}: correct that first", ground));
}

// "output_size is right; conv2d_forward is not written yet.", where a task has several functions and not all are
// written.
std::string parts_of(const TaskResult& task) {
    std::string text;
    for (const FunctionResult& function : task.functions) {
        if (function.state == "not reached") continue;
        text += fmt::format("{}{} is {}{}", text.empty() ? "" : "; ", function.name, function.state,
                            function.state == "not written" ? " yet" : "");
    }
    return text.empty() ? "" : text + ".";
}

std::string task_row(const TaskResult& task, const Report& report, int title_width, const Terminal& screen) {
    const std::string points = pad_left(fmt::format("{}/{}", task.points, task.max_points), 5);
    const std::string remark = task_remark(task, report, screen);
    const std::string row = fmt::format("  {} {} {}", pad_right(task.task, 4), pad_right(task.title, title_width),
                                        task.passed() ? screen.green(points) : points);
    if (remark.empty()) return row + "\n";
    // What has no room behind the points stands below the title.
    if (display_width(row) + 3 + display_width(remark) <= page_width(screen)) return row + "   " + remark + "\n";
    return row + "\n" + fill(remark, page_width(screen), indent + 1, indent + 1);
}

// Library and sanitizer begin their complaints with long paths: "…/stl_vector.h:1123: …: Assertion '…' failed."
std::string what_matters(const std::string& line) {
    for (const char* start : {"Assertion '", "runtime error: "})
        if (const std::size_t at = line.find(start); at != std::string::npos) return line.substr(at);
    constexpr std::size_t most = 400;
    return line.size() <= most ? line : terminal::shorten(line, static_cast<int>(most));
}

std::string printed(const std::string& output, const Terminal& screen) {
    if (output.empty()) return "";
    const std::vector<std::string> lines = lines_of(harmless(output));
    const std::string margin(indent, ' ');
    std::string text = margin + "It printed:\n";
    for (std::size_t i = 0; i < lines.size() && i < output_lines; ++i)
        text += screen.dim(fill("| " + what_matters(lines[i]), page_width(screen), indent, indent + 2));
    if (lines.size() > output_lines)
        text += margin + fmt::format("(the first {} of {} lines)\n", output_lines,
                                     terminal::thousands(static_cast<std::int64_t>(lines.size())));
    return text;
}

// Question, shapes, first difference, diagnosis, and what the code printed.
std::string test_story(const TaskResult& task, const TestResult& test, const Terminal& screen) {
    const std::string margin(indent, ' ');
    const std::vector<std::string> lines = lines_of(harmless(test.message));
    std::string text = fmt::format("  {} {}", pad_right(task.task, 4), screen.bold(test.name));
    // The judge's first line says how it ended where that is more than a wrong answer.
    if (test.status != "failed") text += "   " + screen.red(test.status);
    text += '\n';
    for (const std::string& line : lines) text += fill(line, page_width(screen), indent, indent + 4);
    if (!test.diagnosis.empty())
        text += fill(fmt::format("{} {}", screen.unicode ? "→" : "->", harmless(test.diagnosis)), page_width(screen),
                     indent, indent + 2);
    return text + printed(test.output, screen);
}

// "Also failing: stride, even sizes.   ./lab check 4.4 --debug tells of them."
std::string untold(const TaskResult& task, const std::vector<const TestResult*>& told, const Terminal& screen) {
    std::string names;
    for (const TestResult& test : task.tests)
        if (!test.passed() && test.status != "not started" && std::ranges::find(told, &test) == told.end())
            names += (names.empty() ? "" : ", ") + test.name;
    if (told.empty() || names.empty()) return "";
    return fill(fmt::format("Also failing: {}.   ./lab check {} --debug tells of {}.", harmless(names), task.task,
                            names.find(", ") == std::string::npos ? "it" : "each"),
                page_width(screen), indent, indent + 2);
}

// Was this test about arguments that have to be refused? The judge ends such a story with these words.
bool is_of_refusals(const TestResult& test) { return test.message.find("do not fit together") != std::string::npos; }

// The tests to tell of: every one that did not pass, or the first of each kind; a wrong number before a missing
// refusal.
std::vector<const TestResult*> chosen_tests(const TaskResult& task, const ReportStyle& style) {
    std::vector<const TestResult*> tests;
    if (!style.only_task.empty() && style.only_task != task.task) return tests;
    for (const TestResult& test : task.tests) {
        if (test.passed() || test.status == "not started") continue;
        const auto same = std::ranges::find(tests, test.status, &TestResult::status);
        if (style.every_test || same == tests.end())
            tests.push_back(&test);
        else if (is_of_refusals(**same) && !is_of_refusals(test))
            *same = &test;
    }
    return tests;
}

}  // namespace

namespace {

bool is_operator(std::string_view word) {
    constexpr std::array<std::string_view, 12> operators{"-", "−", "+", "*", "·", "×", "/", "=", "<", ">", "≤", "≥"};
    return std::ranges::find(operators, word) != operators.end();
}

// Where the word that begins at `begin` ends; "i - 1" and other short terms are read as one, and not broken.
std::size_t end_of_term(std::string_view text, std::size_t begin) {
    constexpr std::size_t longest = 30;
    const auto end_of_word = [&](std::size_t at) { return std::min(text.find(' ', at), text.size()); };
    std::size_t end = end_of_word(begin);
    for (std::string_view last = text.substr(begin, end - begin); end + 1 < text.size() && text[end + 1] != ' ';) {
        const std::size_t after = end_of_word(end + 1);
        const std::string_view next = text.substr(end + 1, after - end - 1);
        if (!(is_operator(last) || is_operator(next)) || after - begin > longest) break;
        end = after;
        last = next;
    }
    return end;
}

}  // namespace

int page_width(const Terminal& screen) { return std::min(screen.width, 100); }

std::string both_ends(const Terminal& screen, const std::string& left, const std::string& right) {
    const int space = std::max(2, page_width(screen) - display_width(left) - display_width(right));
    return left + std::string(static_cast<std::size_t>(space), ' ') + right + "\n";
}

std::string fill(const std::string& text, int width, int first_indent, int next_indent) {
    std::string result(static_cast<std::size_t>(first_indent), ' ');
    int column = first_indent;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t word = std::min(text.find_first_not_of(' ', at), text.size());
        const std::size_t end = end_of_term(text, word);
        const int gap = static_cast<int>(word - at);
        // After a wide gap begins something new ("x [1, 2]   w [3]"), which is kept together where a line can hold it.
        const int whole = display_width(text.substr(word, text.find("  ", word) - word));
        const int length = display_width(text.substr(word, end - word));
        const int needed = gap > 1 && next_indent + whole <= width ? whole : length;
        if (at > 0 && column + gap + needed > width) {
            result += "\n" + std::string(static_cast<std::size_t>(next_indent), ' ');
            column = next_indent;
        } else {
            result.append(word - at, ' ');
            column += gap;
        }
        result += text.substr(word, end - word);
        column += length;
        at = end;
    }
    return result + "\n";
}

std::string render_report(const Report& report, const std::string& slug, const ReportStyle& style) {
    const Terminal& screen = style.screen;
    const std::string judged = "judged in " + terminal::short_duration(report.seconds, screen.unicode);
    const std::string built = style.build_seconds < 0.05
                                  ? ""
                                  : "built in " + terminal::short_duration(style.build_seconds, screen.unicode) + ", ";
    std::string text = both_ends(screen, screen.bold(report.lab + " " + slug), screen.dim(built + judged));
    int title_width = 0;
    for (const TaskResult& task : report.tasks) title_width = std::max(title_width, display_width(task.title));
    bool after_story = false;
    for (const TaskResult& task : report.tasks) {
        if (after_story) text += '\n';
        text += task_row(task, report, title_width, screen);
        if (const std::string parts = parts_of(task); !parts.empty())
            text += fill(parts, page_width(screen), indent + 1, indent + 1);
        // What is told of a test that passed: how fast the answer was.
        for (const TestResult& test : task.tests)
            if (test.passed() && !test.message.empty())
                text +=
                    fill(fmt::format("{}: {}", test.name, test.message), page_width(screen), indent + 1, indent + 3);
        const auto tests = chosen_tests(task, style);
        for (const TestResult* test : tests) text += "\n" + test_story(task, *test, screen);
        text += untold(task, tests, screen);
        after_story = !tests.empty();
    }
    return text;
}

std::string render_next_step(const Lab& lab, const Progress& progress, const Terminal& screen,
                             const std::string& focus) {
    const std::string points = screen.bold(fmt::format("{} of {} points.", progress.points(lab), lab.max_points));
    const Task* task = focus.empty() ? next_task(lab, progress) : lab.find(focus);
    if (!task)
        return fill(fmt::format("{}   All of it.   The reference beside yours:  ./lab solution {} --diff", points,
                                lab.short_number()),
                    page_width(screen), 0, 2);
    const TaskRecord* known = progress.task(lab, task->number);
    if (!known || known->status == "not started")
        return fill(
            fmt::format("{}   Next: {}, {}.   Stuck?  ./lab hint {}", points, task->number, task->title, task->number),
            page_width(screen), 0, 2);
    return fill(fmt::format("{}   Stuck?  ./lab hint {}      Debug:  ./lab check {} --debug", points, task->number,
                            task->number),
                page_width(screen), 0, 2);
}

}  // namespace cnn::cli
