#include <fmt/format.h>
#include <fmt/ranges.h>

#include <functional>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "grader/shell.hpp"
#include "grader/verify.hpp"
#include "tensor/error.hpp"
#include "tensor/file.hpp"

namespace cnn::grader {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr int mistakes_per_task = 3;

struct LabFiles {
    std::string number, folder;  // "04", "04-convolution"
    fs::path skeleton, learner, judge, skeleton_worker;
};

LabFiles files_of(const Json& lab, const VerifyOptions& options) {
    const std::string number = lab["lab"], topic = lab["slug"], folder = number + "-" + topic;
    return {number,
            folder,
            options.build / "skeletons" / folder / (topic + ".cpp"),
            options.root / "labs" / folder / (topic + ".cpp"),
            options.build / "bin" / ("judge" + number),
            options.build / "bin" / ("skeleton-worker" + number)};
}

// The tests of a judgement; none when the judge itself failed.
struct Judgement {
    int exit_code;
    std::vector<Json> tests;  // each with its "task"
    std::set<std::string> statuses, diagnoses;
    std::string first_failure;
};

void add_test(Judgement& judgement, Json test) {
    const std::string status = test["status"], diagnosis = test["diagnosis"];
    judgement.statuses.insert(status);
    if (!diagnosis.empty()) judgement.diagnoses.insert(diagnosis);
    if (status != "passed" && judgement.first_failure.empty())
        judgement.first_failure =
            fmt::format("{} {}: {}: {}", test["task"].get<std::string>(), test["name"].get<std::string>(), status,
                        test["message"].get<std::string>());
    judgement.tests.push_back(std::move(test));
}

Judgement judge(const fs::path& program, const std::vector<std::string>& options) {
    std::vector<std::string> command{program.string()};
    command.insert(command.end(), options.begin(), options.end());
    const ShellResult result = run_program(command);
    Judgement judgement{result.exit_code, {}, {}, {}, "the judge gave no report"};
    const Json report = Json::parse(result.output, nullptr, false);
    if (!report.is_object()) return judgement;
    judgement.first_failure.clear();
    for (const Json& task : report["tasks"]) {
        // A task without a test cannot be passed.
        if (task["tests"].empty()) judgement.statuses.insert("no tests");
        for (Json test : task["tests"]) {
            test["task"] = task["task"];
            add_test(judgement, std::move(test));
        }
    }
    return judgement;
}

bool all_pass(const Judgement& judgement) {
    return judgement.exit_code == 0 && judgement.statuses == std::set<std::string>{"passed"};
}

// The learner's file as it was committed; as it stands where git does not know it.
std::string committed(const fs::path& root, const fs::path& file) {
    const std::string relative = fs::relative(file, root).generic_string();
    const ShellResult result = run_program({"git", "-C", root.string(), "show", "HEAD:" + relative}, true);
    return result.exit_code == 0 ? result.output : read_file(file);
}

void write_skeleton(const LabFiles& files, const VerifyOptions& options) {
    const std::string made = read_file(files.skeleton);
    const std::string present = fs::exists(files.learner) ? read_file(files.learner) : "";
    if (present == made) return;
    if (!present.empty() && present != committed(options.root, files.learner)) {
        const fs::path backup = options.root / ".lab" / "backup" / (files.folder + "-before-verify.cpp");
        fs::create_directories(backup.parent_path());
        replace_file(backup, present);
        std::cout << fmt::format("  the edited {} was kept as {}\n", files.learner.filename().string(),
                                 backup.string());
    }
    replace_file(files.learner, made);
    std::cout << fmt::format("  {} written\n", fs::relative(files.learner, options.root).string());
}

void verify_skeleton(const LabFiles& files, const VerifyOptions& options, Promises& promises) {
    if (options.write) write_skeleton(files, options);
    const std::string generated = read_file(files.skeleton);
    promises.expect(generated == committed(options.root, files.learner) || generated == read_file(files.learner),
                    files.folder + ": the skeleton equals the one made from the solution", "run ./lab verify --write");
    const Judgement judgement = judge(files.judge, {"--worker", files.skeleton_worker.string()});
    promises.expect(judgement.statuses == std::set<std::string>{"not started"},
                    files.folder + ": every test of the skeleton is \"not started\"",
                    fmt::format("{}", fmt::join(judgement.statuses, ", ")));
}

// The map reads the table of tasks from a file: it is drawn before anything is built.
void verify_tasks(const Json& lab, const LabFiles& files, const VerifyOptions& options, Promises& promises) {
    const fs::path file = files.learner.parent_path() / "tasks.json";
    const std::string table = lab.dump(2) + "\n";
    if (options.write && !(fs::exists(file) && read_file(file) == table)) {
        replace_file(file, table);
        std::cout << fmt::format("  {} written\n", fs::relative(file, options.root).string());
    }
    promises.expect(fs::exists(file) && read_file(file) == table,
                    files.folder + ": tasks.json is what exercises.cpp says", "run ./lab verify --write");
}

// Some tests measure time. What a busy machine spoils once it does not spoil five times in a row; everything else
// gives the same answer every time.
constexpr int tries = 5;

// Judges until every test has passed once.
Judgement judge_variant(const fs::path& program, const std::string& variant) {
    Judgement best = judge(program, {"--variant", variant});
    for (int again = 1; again < tries && !all_pass(best); ++again) {
        const Judgement next = judge(program, {"--variant", variant});
        if (next.tests.size() != best.tests.size()) return next;
        Judgement both{1, {}, {}, {}, ""};
        for (std::size_t i = 0; i < next.tests.size(); ++i)
            add_test(both, best.tests[i]["status"] == "passed" ? best.tests[i] : next.tests[i]);
        if (both.statuses == std::set<std::string>{"passed"}) both.exit_code = 0;
        best = std::move(both);
    }
    return best;
}

constexpr const char* unnoticed = "no test noticed it";

// Why a mistake is not caught and named as it should be; empty when it is.
std::string complaint(const Judgement& judgement, const std::string& sentence) {
    if (judgement.exit_code != 1) return unnoticed;
    if (judgement.diagnoses.empty()) return "it was noticed, but not named: " + judgement.first_failure;
    if (judgement.diagnoses != std::set<std::string>{sentence})
        return fmt::format("it was called: {}", fmt::join(judgement.diagnoses, " | "));
    return "";
}

void verify_mistake(const LabFiles& files, const Json& mistake, Promises& promises) {
    const std::string name = mistake["name"], sentence = mistake["sentence"];
    const std::string variant = "mistake:" + name;
    // The tests of its task mostly do; all the others take several times as long, and are asked where they do not.
    const std::string task = mistake["task"];
    std::string reason =
        complaint(judge(files.judge, {"--variant", variant, "--answers-only", "--task", task}), sentence);
    if (!reason.empty()) reason = complaint(judge(files.judge, {"--variant", variant, "--answers-only"}), sentence);
    // Nothing wrong with its answers: then it is too slow.
    if (reason == unnoticed)
        for (int tried = 0; tried < tries && !reason.empty(); ++tried)
            reason = complaint(judge(files.judge, {"--variant", variant}), sentence);
    promises.expect(reason.empty(), fmt::format("{}: mistake {} is caught and named", files.folder, name), reason);
}

}  // namespace

void Promises::expect(bool holds, const std::string& promise, const std::string& reason) {
    ++(holds ? kept_ : broken_);
    if (!holds) std::cout << "  BROKEN  " << promise << (reason.empty() ? "" : "\n          " + reason) << std::endl;
}

void verify_code(const Json& lab, const VerifyOptions& options, Promises& promises) {
    const LabFiles files = files_of(lab, options);
    verify_tasks(lab, files, options, promises);
    verify_skeleton(files, options, promises);
    for (const char* variant : {"reference", "kernels"}) {
        const Judgement judgement = judge_variant(files.judge, variant);
        promises.expect(all_pass(judgement), fmt::format("{}: the {} passes every test", files.folder, variant),
                        judgement.first_failure);
        for (const Json& test : judgement.tests)
            promises.expect(test["status"] == "passed",
                            fmt::format("{} {}, {}: {}", files.folder, test["task"].get<std::string>(),
                                        test["name"].get<std::string>(), variant),
                            test["message"].get<std::string>());
    }
    if (!options.sanitized.empty()) {
        const Judgement judgement = judge(options.sanitized / "bin" / files.judge.filename(), {"--deadline", "20"});
        promises.expect(all_pass(judgement), files.folder + ": the reference passes under AddressSanitizer and UBSan",
                        judgement.first_failure);
    }
    const Json mistakes = Json::parse(run_program({files.judge.string(), "--list-mistakes"}).output);
    std::map<std::string, int> count;
    for (const Json& mistake : mistakes) {
        ++count[mistake["task"]];
        verify_mistake(files, mistake, promises);
    }
    for (const Json& task : lab["tasks"]) {
        const std::string number = task["task"];
        promises.expect(count[number] >= mistakes_per_task,
                        fmt::format("{}: task {} knows at least {} mistakes", files.folder, number, mistakes_per_task),
                        fmt::format("it knows {}", count[number]));
    }
}

}  // namespace cnn::grader
