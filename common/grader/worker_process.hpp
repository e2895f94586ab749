// The judge's end: starts a worker, asks it, and turns whatever happens into a verdict.
#pragma once
#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "grader/exercise.hpp"
#include "grader/protocol.hpp"

namespace cnn::grader {

enum class Status { passed, failed, crashed, timed_out, out_of_memory, ended_early, not_started };
std::string to_string(Status status);  // "passed", "timed out", …

// The frames of a `crashed` message.
std::vector<std::uint64_t> program_counters(const std::string& payload);

struct Reply {
    Status status = Status::failed;  // passed: `value` is the answer
    Value value;
    double seconds = 0;     // processor time of the (shortest) call that gave the answer
    std::string message;    // what happened, where it was not an answer
    bool rejected = false;  // the function refused its arguments with an exception
    bool outside = false;   // a tensor did, when the function read or wrote beyond its end
    std::string output;     // what the call printed, capped
};

struct WorkerLimits {
    std::chrono::milliseconds call{2000};                // deadline of one question
    std::chrono::milliseconds start{5000};               // until the greeting
    std::size_t memory = std::size_t{3} << 30;           // bytes
    std::size_t output_lines = 20, output_bytes = 4096;  // kept of what a question prints
    std::size_t frame = std::size_t{64} << 20;           // bytes of one answer
    bool one_processor = false;  // all its threads share one: processor time then measures work, not waiting
};

// One learner's program, however often it has to be started again: a worker that dies is replaced at the next
// question. Nothing a worker does makes ask() throw, hang, or report an answer that was not given.
class WorkerProcess {
public:
    // `command`: the program and its arguments. `environment`: NAME=VALUE entries beside those that a worker gets of
    // this process's own, which are its language, CNN_… and the sanitizers' options. Error, from ask(), where the
    // machine does not let the program be started.
    WorkerProcess(std::vector<std::string> command, WorkerLimits limits, std::vector<std::string> environment = {});
    ~WorkerProcess();
    WorkerProcess(const WorkerProcess&) = delete;
    WorkerProcess& operator=(const WorkerProcess&) = delete;

    // Asks for the function at `place` of the lab's table; with a budget, it is called again and again for so many
    // seconds of processor time.
    Reply ask(std::size_t place, const List& arguments, double budget = 0);
    // What the running program has used until now, all its threads together, by the kernel's account: nothing that the
    // program does itself can change it. 0 where none runs.
    double processor_seconds() const;
    // Where it runs, when it is held to one processor; else, or where none runs, -1.
    int processor() const { return running_ && limits_.one_processor ? running_->processor : -1; }
    // Ends the program; the next question gets a new one.
    void stop();

private:
    struct Running {
        pid_t process = -1;
        int answers = -1, output = -1;     // our ends, both non-blocking
        int processor = -1;                // where it was started
        std::string received;              // not yet a whole frame
        std::string kept;                  // of the output since the last question
        std::size_t lines = 0, bytes = 0;  // of all of that output
    };
    struct Frame {
        Kind kind;
        std::string payload;
    };
    void start();
    bool greeted(std::string& problem);
    bool send(std::string_view bytes, std::chrono::steady_clock::time_point deadline);
    enum class Event { frame, closed, deadline, memory, garbage };
    Event receive(Frame& frame, std::chrono::steady_clock::time_point deadline, std::uint64_t question);
    Reply interpret(const Frame& frame) const;
    Reply timed_out();
    Reply ended(Reply reply, const std::vector<std::uint64_t>& frames);
    std::string take_output();

    std::vector<std::string> command_, environment_;
    std::vector<std::string> launch_;  // what is started: the launcher, with what the worker may read, and the command
    WorkerLimits limits_;
    std::optional<Running> running_;
    std::uint64_t questions_ = 0;
};

}  // namespace cnn::grader
