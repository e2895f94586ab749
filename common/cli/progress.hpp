// What the workbook remembers about this learner: .lab/progress.json.
#pragma once
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "cli/report.hpp"

namespace cnn::cli {

struct TaskRecord {
    std::string status;
    int points = 0;
    std::string fingerprint{};  // of the file that was judged

    bool passed() const { return status == "passed"; }
};

struct LabRecord {
    std::map<std::string, TaskRecord> tasks{};
    std::string checked{};           // when, last
    std::string started{};           // when, first
    std::string does_not_compile{};  // the fingerprint of the file that did not
    bool gave_up = false;            // asked for the solution before the lab was passed
};

struct Progress {
    std::map<std::string, LabRecord> labs{};  // by number
    std::map<std::string, int> hints{};       // by task: the tiers shown
    std::string current{};                    // the lab last started or checked

    const LabRecord& lab(const std::string& number) const;
    const TaskRecord* task(const Lab& lab, const std::string& number) const;
    int points(const Lab& lab) const;
    bool complete(const Lab& lab) const;
    // Has the learner done anything about this lab?
    bool touched(const Lab& lab) const;
    // Every task that passed, in the order of the labs.
    std::vector<std::string> passed_tasks(const std::vector<Lab>& labs) const;
};

Progress parse_progress(const std::string& json);  // nlohmann::json::exception where it is none
std::string to_json(const Progress& progress);

// The learner's progress; nothing done yet where there is no file. A file that cannot be read is kept as
// progress.json.bad, which one line on console.err says.
Progress load_progress(const Console& console);

// Reads, changes and writes it back, while no other ./lab does.
void update_progress(const Console& console, const std::function<void(Progress&)>& change);

// Puts a report's verdicts in the place of older ones, task by task.
void record(Progress& progress, const Report& report, const std::string& fingerprint);

// The lab to go on with: the current one if it is not complete, else the next after it that is not, else the first.
// nullptr when every lab is complete.
const Lab* next_lab(const std::vector<Lab>& labs, const Progress& progress);
// The first task of the lab that has not passed; nullptr when all have.
const Task* next_task(const Lab& lab, const Progress& progress);

}  // namespace cnn::cli
