// What a judgement says: points, tasks, tests.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "grader/worker_process.hpp"

namespace cnn::grader {

struct TestReport {
    std::string name;  // "several channels"
    Status status = Status::failed;
    std::string message;    // the question, and what was wrong with the answer; several lines
    std::string diagnosis;  // one sentence that names the mistake, where it is a known one
    std::string output;     // what the learner's code printed
    double seconds = 0;
};

struct TaskReport {
    std::string number, title;
    int max_points = 0;
    std::vector<TestReport> tests;
    std::vector<std::string> builds_on{};

    // passed when there are tests and all passed; else the status the others share, or failed.
    Status status() const;
    // Partial credit by test, rounded down.
    int points() const;
};

struct Report {
    std::string lab, title;
    std::vector<TaskReport> tasks;
    double seconds = 0;

    bool all_passed() const;
};

nlohmann::ordered_json to_json(const Report& report);
// The lab's table without any judgement: what the map shows.
nlohmann::ordered_json description(const Lab& lab);

}  // namespace cnn::grader
