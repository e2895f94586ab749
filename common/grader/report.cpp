#include "grader/report.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace cnn::grader {

using Json = nlohmann::ordered_json;

std::string FunctionReport::state() const {
    if (not_written) return "not written";
    if (wrong) return "wrong";
    return held > 0 ? "right" : "not reached";
}

bool TaskReport::is_half_written() const {
    return std::ranges::any_of(functions, &FunctionReport::not_written) &&
           std::ranges::any_of(functions, [](const FunctionReport& f) { return f.right() || f.wrong; });
}

Status TaskReport::status() const {
    const auto failing = std::ranges::find_if(tests, [](const TestReport& t) { return t.status != Status::passed; });
    if (failing == tests.end()) return tests.empty() ? Status::failed : Status::passed;
    const bool shared = std::ranges::all_of(
        tests, [&](const TestReport& t) { return t.status == Status::passed || t.status == failing->status; });
    return shared && !is_half_written() ? failing->status : Status::failed;
}

int TaskReport::points() const {
    if (tests.empty()) return 0;
    const auto passed = std::ranges::count(tests, Status::passed, &TestReport::status);
    const auto by_test = max_points * passed / static_cast<std::ptrdiff_t>(tests.size());
    if (!is_half_written()) return static_cast<int>(by_test);
    const auto right = std::ranges::count_if(functions, &FunctionReport::right);
    return static_cast<int>(std::max(by_test, max_points * right / static_cast<std::ptrdiff_t>(functions.size())));
}

bool Report::all_passed() const {
    return !tasks.empty() &&
           std::ranges::all_of(tasks, [](const TaskReport& t) { return t.status() == Status::passed; });
}

Json to_json(const Report& report) {
    Json tasks = Json::array();
    int points = 0, max_points = 0;
    for (const TaskReport& task : report.tasks) {
        Json tests = Json::array();
        for (const TestReport& test : task.tests)
            tests.push_back({{"name", test.name},
                             {"status", to_string(test.status)},
                             {"message", test.message},
                             {"diagnosis", test.diagnosis},
                             {"seconds", test.seconds},
                             {"output", test.output}});
        tasks.push_back({{"task", task.number},
                         {"title", task.title},
                         {"points", task.points()},
                         {"max_points", task.max_points},
                         {"status", to_string(task.status())},
                         {"builds_on", task.builds_on},
                         {"tests", std::move(tests)}});
        if (task.is_half_written())
            for (const FunctionReport& function : task.functions)
                tasks.back()["functions"].push_back({{"name", function.name}, {"state", function.state()}});
        points += task.points();
        max_points += task.max_points;
    }
    return {{"lab", report.lab},        {"title", report.title},     {"points", points},
            {"max_points", max_points}, {"seconds", report.seconds}, {"tasks", std::move(tasks)}};
}

}  // namespace cnn::grader
