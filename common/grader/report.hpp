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

// What the tests found out about one function of a task.
struct FunctionReport {
    std::string name;
    int held = 0;  // comparisons
    bool wrong = false, not_written = false;

    bool right() const { return held > 0 && !wrong && !not_written; }
    // "right", "wrong", "not written"; "not reached" where something else came first.
    std::string state() const;
};

struct TaskReport {
    std::string number, title;
    int max_points = 0;
    std::vector<TestReport> tests;
    std::vector<std::string> builds_on{};
    std::vector<FunctionReport> functions{};

    // passed when there are tests and all passed; else the status the others share, or failed. A task of which a part
    // is written has been started.
    Status status() const;
    // Partial credit by test, rounded down; where not every function is written yet, by function if that is more.
    int points() const;
    // Some functions are written, others not.
    bool is_half_written() const;
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
