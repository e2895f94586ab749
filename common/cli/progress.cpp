#include "cli/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/files.hpp"

namespace cnn::cli {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

const LabRecord& Progress::lab(const std::string& number) const {
    static const LabRecord nothing;
    const auto found = labs.find(number);
    return found == labs.end() ? nothing : found->second;
}

const TaskRecord* Progress::task(const Lab& of, const std::string& number) const {
    const auto& tasks = lab(of.number).tasks;
    const auto found = tasks.find(number);
    return found == tasks.end() ? nullptr : &found->second;
}

int Progress::points(const Lab& of) const {
    int sum = 0;
    for (const Task& each : of.tasks)
        if (const TaskRecord* known = task(of, each.number)) sum += std::clamp(known->points, 0, each.points);
    return sum;
}

bool Progress::complete(const Lab& of) const { return next_task(of, *this) == nullptr; }

bool Progress::touched(const Lab& of) const {
    const LabRecord& known = lab(of.number);
    return !known.started.empty() || !known.does_not_compile.empty() ||
           std::any_of(known.tasks.begin(), known.tasks.end(),
                       [](const auto& t) { return t.second.status != "not started"; });
}

std::vector<std::string> Progress::passed_tasks(const std::vector<Lab>& all) const {
    std::vector<std::string> passed;
    for (const Lab& each : all)
        for (const Task& one : each.tasks)
            if (const TaskRecord* known = task(each, one.number); known && known->passed())
                passed.push_back(one.number);
    return passed;
}

Progress parse_progress(const std::string& text) {
    const Json json = Json::parse(text);
    Progress progress;
    progress.current = json.value("current", "");
    for (const auto& [number, lab] : json.at("labs").items()) {
        LabRecord& known = progress.labs[number];
        known.checked = lab.value("checked", "");
        known.started = lab.value("started", "");
        known.does_not_compile = lab.value("does_not_compile", "");
        known.gave_up = lab.value("gave_up", false);
        for (const auto& [task, verdict] : lab.at("tasks").items())
            known.tasks[task] = {verdict.at("status"), verdict.at("points"), verdict.value("fingerprint", "")};
    }
    progress.hints = json.value("hints", std::map<std::string, int>{});
    return progress;
}

std::string to_json(const Progress& progress) {
    Json json{{"current", progress.current}, {"labs", Json::object()}, {"hints", progress.hints}};
    for (const auto& [number, known] : progress.labs) {
        Json& lab = json["labs"][number];
        lab["tasks"] = Json::object();
        for (const auto& [task, verdict] : known.tasks)
            lab["tasks"][task] = {
                {"status", verdict.status}, {"points", verdict.points}, {"fingerprint", verdict.fingerprint}};
        if (!known.checked.empty()) lab["checked"] = known.checked;
        if (!known.started.empty()) lab["started"] = known.started;
        if (!known.does_not_compile.empty()) lab["does_not_compile"] = known.does_not_compile;
        if (known.gave_up) lab["gave_up"] = true;
    }
    return json.dump(1) + "\n";
}

Progress load_progress(const Console& console) {
    const fs::path path = console.tree.memory() / "progress.json";
    const std::optional<std::string> text = text_of(path);
    if (!text) return {};
    try {
        return parse_progress(*text);
    } catch (const nlohmann::json::exception&) {
        fs::path aside = path;
        aside += ".bad";
        fs::rename(path, aside);
        fmt::print(console.err,
                   "{}: damaged, so it is kept as {} and a new one is begun. ./lab check N judges a lab again.\n",
                   console.tree.shown(path), aside.filename().string());
        return {};
    }
}

void update_progress(const Console& console, const std::function<void(Progress&)>& change) {
    const FileLock lock(console.tree.memory() / "lock");
    Progress progress = load_progress(console);
    change(progress);
    write_file(console.tree.memory() / "progress.json", to_json(progress));
}

void record(Progress& progress, const Report& report, const std::string& fingerprint) {
    LabRecord& known = progress.labs[report.lab];
    for (const TaskResult& task : report.tasks) known.tasks[task.task] = {task.status, task.points, fingerprint};
    known.checked = timestamp();
    known.does_not_compile.clear();
    progress.current = report.lab;
}

const Lab* next_lab(const std::vector<Lab>& labs, const Progress& progress) {
    const auto open = [&](const Lab& lab) { return !progress.complete(lab); };
    auto from = std::find_if(labs.begin(), labs.end(), [&](const Lab& lab) { return lab.number == progress.current; });
    if (from == labs.end()) from = labs.begin();
    auto found = std::find_if(from, labs.end(), open);
    if (found == labs.end()) found = std::find_if(labs.begin(), labs.end(), open);
    return found == labs.end() ? nullptr : &*found;
}

const Task* next_task(const Lab& lab, const Progress& progress) {
    for (const Task& each : lab.tasks) {
        const TaskRecord* known = progress.task(lab, each.number);
        if (!known || !known->passed()) return &each;
    }
    return nullptr;
}

}  // namespace cnn::cli
