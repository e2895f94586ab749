// The judge of one lab: its tests, its reference, its mistakes. `lab check` runs it; so can you, with --help.
#include <sys/prctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "grader/json_value.hpp"
#include "grader/session.hpp"
#include "grader/test_runner.hpp"
#include "grader/worker.hpp"

namespace cnn::grader {
namespace {

struct Options {
    std::string worker, json, task, variant = "reference", call, output;
    std::vector<std::string> arguments;
    double deadline = 2, start_deadline = 5;
    std::size_t memory = 3072;
    bool answers_only = false, describe = false, serve = false, list_mistakes = false;
};

std::filesystem::path this_program() { return std::filesystem::read_symlink("/proc/self/exe"); }

// The worker's command line. "reference", "kernels" and "mistake:NAME" are this very program serving.
std::vector<std::string> worker_command(const Options& options) {
    if (options.worker.empty()) return {this_program().string(), "--serve", "--variant", options.variant};
    if (!std::filesystem::exists(options.worker)) throw Error(options.worker + ": there is no such program");
    return {std::filesystem::absolute(options.worker).string()};
}

// The program whose speed is judged: timedNN beside workerNN, where there is one. The same program otherwise: it is not
// faster for being built with checks.
std::vector<std::string> timed_command(const Options& options) {
    std::vector<std::string> command = worker_command(options);
    if (options.worker.empty()) return command;
    const std::filesystem::path worker = command[0];
    std::string name = worker.filename();
    if (name.starts_with("worker")) name.replace(0, 6, "timed");
    if (const auto timed = worker.parent_path() / name; std::filesystem::exists(timed)) command[0] = timed.string();
    return command;
}

int serve_variant(const std::string& variant) {
    if (variant == "reference") return serve();
    if (variant == "kernels") return serve(kernels());
    for (const Replacement& mistake : mistakes())
        if (variant == "mistake:" + mistake.name) return serve({mistake});
    throw Error(variant + ": there is no such variant; there are reference, kernels and mistake:NAME");
}

void write(const std::string& path, const std::string& text) {
    if (path == "-") {
        std::cout << text;
        return;
    }
    std::ofstream file(path, std::ios::binary);
    if (!(file << text).flush()) throw Error(path + ": cannot be written");
}

int call(const Options& options) {
    std::size_t place = 0;
    std::string known;
    for (const Task& task : lab().tasks)
        for (const Function& function : task.functions) {
            if (function.name != options.call) {
                known += " " + function.name, ++place;
                continue;
            }
            List arguments;
            const auto tell = [](const std::string& note) { std::cerr << note << '\n'; };
            for (const std::string& argument : options.arguments) arguments.push_back(parse_argument(argument, tell));
            if (arguments.size() != function.parameters.size()) {
                std::string names;
                for (const std::string& name : function.parameters) names += " " + name;
                throw Error(function.name + " takes" + names + "; " + std::to_string(arguments.size()) +
                            " arguments were given");
            }
            WorkerLimits limits;
            limits.call = std::chrono::seconds(600);
            limits.frame = longest_frame;
            WorkerProcess worker(worker_command(options), limits);
            const Reply reply = worker.ask(place, arguments);
            std::cerr << reply.output;
            if (reply.status != Status::passed) throw Error(function.name + " gave no result: " + reply.message);
            std::cout << write_result(reply.value, options.output);
            return 0;
        }
    throw Error("lab " + lab().number + " has no function " + options.call + "; it has" + known);
}

int judge(const Options& options) {
    const auto milliseconds = [](double seconds) {
        return std::chrono::milliseconds(static_cast<long>(seconds * 1000));
    };
    // What the submission could otherwise read or change, being a process of the same user.
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    WorkerLimits limits;
    limits.call = milliseconds(options.deadline);
    limits.memory = options.memory << 20;
    limits.start = milliseconds(options.start_deadline);
    WorkerProcess worker(worker_command(options), limits);
    limits.one_processor = true;
    WorkerProcess timed(timed_command(options), limits);
    Session session(worker, timed, lab(), mistakes());
    if (options.answers_only) session.judge_answers_only();
    run_tests(session, options.task);
    Report report = session.finish();
    if (!options.task.empty())
        std::erase_if(report.tasks, [&](const TaskReport& task) { return task.number != options.task; });
    // What a learner's code printed or threw need not be UTF-8.
    write(options.json, to_json(report).dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
    return report.all_passed() ? 0 : 1;
}

int run(int argc, char** argv) {
    Options options;
    CLI::App app("The judge of lab " + lab().number + ", " + lab().title + ".");
    // The arguments of --call are not CLI11's, which would take "[1, 2]" apart.
    app.allow_extras();
    app.footer("Behind the options of --call stand its arguments: .npy files, pictures, JSON values.");
    app.add_option("--worker", options.worker, "program that answers (default: this one, as --variant says)");
    app.add_option("--variant", options.variant, "reference, kernels or mistake:NAME");
    app.add_option("--json", options.json, "where the report goes (- is the terminal)")->default_val("-");
    app.add_option("--task", options.task, "judge only this task, for example " + lab().tasks.front().number);
    app.add_flag("--answers-only", options.answers_only, "do not judge speed");
    app.add_option("--deadline", options.deadline, "seconds for one answer")->check(CLI::Range(0.01, 3600.0));
    app.add_option("--start-deadline", options.start_deadline, "seconds until a worker must greet")
        ->check(CLI::Range(0.01, 3600.0));
    app.add_option("--memory", options.memory, "MiB a worker may use")->check(CLI::Range(16, 1 << 20));
    app.add_option("--call", options.call, "call one function instead of judging");
    app.add_option("-o,--output", options.output, "where the result of --call goes");
    app.add_flag("--describe", options.describe, "print the table of tasks as JSON");
    app.add_flag("--serve", options.serve, "be a worker: answer questions");
    app.add_flag("--list-mistakes", options.list_mistakes, "print the known mistakes: name, function, sentence");
    CLI11_PARSE(app, argc, argv);
    for (const std::string& word : app.remaining())
        if (word != "--") options.arguments.push_back(word);
    if (options.call.empty() && !options.arguments.empty())
        throw Error(options.arguments.front() + " was not expected; --help lists the options");

    if (options.serve) return serve_variant(options.variant);
    if (options.describe) {
        std::cout << description(lab()).dump(2) << '\n';
        return 0;
    }
    if (options.list_mistakes) {
        nlohmann::ordered_json list = nlohmann::ordered_json::array();
        for (const Replacement& mistake : mistakes())
            for (const Task& task : lab().tasks)
                for (const Function& function : task.functions)
                    if (function.address == mistake.address)
                        list.push_back({{"name", mistake.name},
                                        {"task", task.number},
                                        {"function", function.name},
                                        {"sentence", mistake.sentence}});
        std::cout << list.dump(2) << '\n';
        return 0;
    }
    if (!options.call.empty()) return call(options);
    if (!options.task.empty() && std::ranges::find(lab().tasks, options.task, &Task::number) == lab().tasks.end())
        throw Error("lab " + lab().number + " has no task " + options.task);
    return judge(options);
}

}  // namespace
}  // namespace cnn::grader

int main(int argc, char** argv) {
    try {
        return cnn::grader::run(argc, argv);
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 2;
    }
}
