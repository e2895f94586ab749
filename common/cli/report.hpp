// What a judge says about a lab.
#pragma once
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/labs.hpp"

namespace cnn::cli {

struct TestResult {
    std::string name;
    std::string status;       // passed, failed, crashed, timed out, out of memory, ended early, not started
    std::string message{};    // lines: the question, the shapes, the first difference
    std::string diagnosis{};  // one sentence that names the mistake, or nothing
    double seconds = 0;
    std::string output{};  // what the learner's code printed

    bool passed() const { return status == "passed"; }
};

struct FunctionResult {
    std::string name;
    std::string state;  // right, wrong, not written, not reached
};

struct TaskResult {
    std::string task;
    std::string title;
    int points = 0;
    int max_points = 0;
    std::string status{};
    std::vector<TestResult> tests{};
    std::vector<std::string> builds_on{};     // tasks of the same lab that this one's solution calls
    std::vector<FunctionResult> functions{};  // where some are written and others not

    bool passed() const { return status == "passed"; }
};

struct Report {
    std::string lab;
    std::string title;
    int points = 0;
    int max_points = 0;
    double seconds = 0;  // that the judge took
    std::vector<TaskResult> tasks{};
    std::string compiler{};  // what the compiler said, of a file that does not compile
    std::string problem{};   // why nothing could be judged, where that is not about the file

    // True only for a report that has tasks, all of them passed: no evidence is never a pass.
    bool passed() const;
};

// CannotWork where the text is not a report.
Report parse_report(const std::string& json);

// {"lab", "title", "points", "max_points", "tasks": [{"task", "title", "points", "max_points", "status",
//   "tests": [{"name", "status", "message", "diagnosis", "seconds"}]}]}, and "compiler" where the file does not
//   compile, "problem" where nothing could be judged.
std::string to_json(const Report& report);

// Where there is no verdict: every task (or the one asked for) with that status ("does not compile", "not judged"), no
// points, and the reason.
Report report_without_verdict(const Choice& choice, const std::string& status, const std::string& reason);

// The report as JUnit's XML, for continuous integration.
std::string to_junit(const Report& report);
// The report as Gradescope's results.json (https://gradescope-autograders.readthedocs.io/en/latest/specs/).
std::string to_gradescope(const Report& report);

// Without the bytes that would move the cursor, change colours or ring: what other people's code printed is shown, and
// not obeyed.
std::string harmless(std::string_view text);

}  // namespace cnn::cli
