#include "cli/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace cnn::cli {

using Json = nlohmann::ordered_json;

namespace {

std::string dump(const Json& json) {
    // Learners' output need not be UTF-8.
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

TestResult parse_test(const Json& json) {
    return {json.at("name"),
            json.at("status"),
            json.value("message", ""),
            json.value("diagnosis", ""),
            json.value("seconds", 0.0),
            json.value("output", "")};
}

TaskResult parse_task(const Json& json) {
    TaskResult task{json.at("task"), json.at("title"), json.at("points"), json.at("max_points"), json.at("status")};
    for (const Json& test : json.at("tests")) task.tests.push_back(parse_test(test));
    for (const Json& function : json.value("functions", Json::array()))
        task.functions.push_back({function.at("name"), function.at("state")});
    task.builds_on = json.value("builds_on", task.builds_on);
    return task;
}

// What is legal in XML 1.0, and escaped.
std::string xml(std::string_view text) {
    std::string result;
    for (const char c : harmless(text)) {
        switch (c) {
            case '&':
                result += "&amp;";
                break;
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            case '"':
                result += "&quot;";
                break;
            case '\n':
                result += "&#10;";
                break;
            default:
                result += c;
        }
    }
    return result;
}

std::string in_words(const TestResult& test) {
    std::string words = test.message;
    if (!test.diagnosis.empty()) words += (words.empty() ? "" : "\n") + test.diagnosis;
    return words;
}

}  // namespace

bool Report::passed() const {
    return !tasks.empty() && std::all_of(tasks.begin(), tasks.end(), [](const TaskResult& t) { return t.passed(); });
}

Report parse_report(const std::string& text) {
    try {
        const Json json = Json::parse(text);
        Report report{json.at("lab"), json.at("title"), json.at("points"), json.at("max_points"),
                      json.value("seconds", 0.0)};
        for (const Json& task : json.at("tasks")) report.tasks.push_back(parse_task(task));
        return report;
    } catch (const Json::exception& error) {
        throw CannotWork(fmt::format("The judge's report cannot be read: {}", error.what()));
    }
}

std::string to_json(const Report& report) {
    Json json{
        {"lab", report.lab}, {"title", report.title}, {"points", report.points}, {"max_points", report.max_points}};
    json["tasks"] = Json::array();
    for (const TaskResult& task : report.tasks) {
        Json tests = Json::array();
        for (const TestResult& test : task.tests)
            tests.push_back({{"name", test.name},
                             {"status", test.status},
                             {"message", test.message},
                             {"diagnosis", test.diagnosis},
                             {"seconds", test.seconds}});
        json["tasks"].push_back({{"task", task.task},
                                 {"title", task.title},
                                 {"points", task.points},
                                 {"max_points", task.max_points},
                                 {"status", task.status},
                                 {"tests", tests}});
        for (const FunctionResult& function : task.functions)
            json["tasks"].back()["functions"].push_back({{"name", function.name}, {"state", function.state}});
    }
    if (!report.compiler.empty()) json["compiler"] = report.compiler;
    if (!report.problem.empty()) json["problem"] = report.problem;
    return dump(json);
}

Report report_without_verdict(const Choice& choice, const std::string& status, const std::string& reason) {
    Report report{.lab = choice.lab.number, .title = choice.lab.title};
    (status == "not judged" ? report.problem : report.compiler) = reason;
    for (const Task& task : choice.lab.tasks)
        if (!choice.task || choice.task->number == task.number) {
            report.tasks.push_back({task.number, task.title, 0, task.points, status});
            report.max_points += task.points;
        }
    return report;
}

std::string to_junit(const Report& report) {
    std::string suites;
    std::size_t all_tests = 0, all_failures = 0;
    for (const TaskResult& task : report.tasks) {
        std::vector<TestResult> tests = task.tests;
        // A task without tests has not passed, and must not look as if there were nothing to fail.
        if (tests.empty())
            tests.push_back({"the task", task.passed() ? "not judged" : task.status, report.compiler + report.problem});
        std::string cases;
        std::size_t failures = 0;
        double seconds = 0;
        for (const TestResult& test : tests) {
            seconds += test.seconds;
            cases += fmt::format("    <testcase classname=\"{} {}\" name=\"{}\" time=\"{:.6f}\"", xml(report.lab),
                                 xml(task.title), xml(task.task + " " + test.name), test.seconds);
            if (test.passed()) {
                cases += "/>\n";
                continue;
            }
            ++failures;
            cases +=
                fmt::format(">\n      <failure type=\"{}\" message=\"{}\"/>\n", xml(test.status), xml(in_words(test)));
            if (!test.output.empty()) cases += fmt::format("      <system-out>{}</system-out>\n", xml(test.output));
            cases += "    </testcase>\n";
        }
        suites += fmt::format(
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" time=\"{:.6f}\">\n{}  </testsuite>\n",
            xml(task.task + " " + task.title), tests.size(), failures, seconds, cases);
        all_tests += tests.size();
        all_failures += failures;
    }
    if (report.tasks.empty()) {  // nothing that could fail must not look like nothing that failed
        suites = fmt::format(
            "  <testsuite name=\"lab {0}\" tests=\"1\" failures=\"1\" errors=\"0\" time=\"0\">\n    <testcase "
            "classname=\"lab {0}\" name=\"the lab\" time=\"0\">\n      <failure type=\"not judged\" "
            "message=\"{1}\"/>\n    </testcase>\n  </testsuite>\n",
            xml(report.lab), xml(report.problem));
        all_tests = all_failures = 1;
    }
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{}\" tests=\"{}\" "
        "failures=\"{}\">\n{}</testsuites>\n",
        xml(report.lab + " " + report.title), all_tests, all_failures, suites);
}

std::string to_gradescope(const Report& report) {
    Json json{{"score", report.points},
              {"execution_time", static_cast<int>(report.seconds + 0.5)},
              {"output", harmless(fmt::format("{} of {} points{}{}", report.points, report.max_points,
                                              report.compiler.empty() && report.problem.empty() ? "" : "\n",
                                              report.compiler + report.problem))},
              {"tests", Json::array()}};
    for (const TaskResult& task : report.tasks) {
        std::string words;
        for (const TestResult& test : task.tests)
            if (!test.passed()) {
                words += fmt::format("{}: {}\n{}\n", test.name, test.status, in_words(test));
                if (!test.output.empty()) words += fmt::format("It printed:\n{}\n", test.output);
            }
        json["tests"].push_back({{"number", task.task},
                                 {"name", task.title},
                                 {"score", task.points},
                                 {"max_score", task.max_points},
                                 {"status", task.passed() ? "passed" : "failed"},
                                 {"output", harmless(words.empty() ? task.status : words)}});
    }
    return dump(json);
}

std::string harmless(std::string_view text) {
    std::string result;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '\n' || c == '\t' || (byte >= 0x20 && byte != 0x7f))
            result += c;
        else
            result += '?';
    }
    return result;
}

}  // namespace cnn::cli
