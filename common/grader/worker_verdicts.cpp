// What the judge says of a worker that did not simply answer.
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <utility>

#include "grader/crash_place.hpp"
#include "grader/worker_process.hpp"

namespace cnn::grader {
namespace {

using Clock = std::chrono::steady_clock;

std::string signal_sentence(int number) {
    switch (number) {
        case SIGSEGV:
            return "segmentation fault: memory was touched that does not belong to the program";
        case SIGBUS:
            return "bus error: memory was touched that does not exist";
        case SIGFPE:
            return "arithmetic error: a whole number was divided by zero";
        case SIGABRT:
            return "abort() was called: an index outside a std::vector, an exception nobody caught, or memory freed "
                   "twice";
        case SIGILL:
            return "illegal instruction: did a function end without a return?";
        case SIGKILL:
            return "killed";
        case SIGXFSZ:
            return "it wrote too large a file";
        case SIGSYS:
            return "it made a system call of another architecture, which no exercise needs";
        default:
            return fmt::format("signal {} ({})", number, strsignal(number));
    }
}

}  // namespace

std::string to_string(Status status) {
    constexpr std::array names{"passed",        "failed",      "crashed",    "timed out",
                               "out of memory", "ended early", "not started"};
    return names[static_cast<std::size_t>(status)];
}

std::vector<std::uint64_t> program_counters(const std::string& payload) {
    std::vector<std::uint64_t> counters(payload.size() / sizeof(std::uint64_t));
    std::memcpy(counters.data(), payload.data(), counters.size() * sizeof(std::uint64_t));
    return counters;
}

std::string WorkerProcess::take_output() {
    Running& worker = *running_;
    std::string text = std::exchange(worker.kept, {});
    const std::size_t lines = std::exchange(worker.lines, 0), bytes = std::exchange(worker.bytes, 0);
    if (text.size() < bytes) {
        if (!text.empty() && text.back() != '\n') text += '\n';
        text += fmt::format("… ({} lines, {} bytes in all)\n", lines, bytes);
    }
    return text;
}

// The worker is gone, or about to be: says how.
Reply WorkerProcess::ended(Reply reply, const std::vector<std::uint64_t>& frames) {
    int state = 0;
    const auto patience = Clock::now() + std::chrono::milliseconds(500);
    pid_t gone = 0;
    while ((gone = waitpid(running_->process, &state, WNOHANG)) == 0 && Clock::now() < patience) usleep(1000);
    if (gone == running_->process && WIFSIGNALED(state)) {
        reply.status = Status::crashed;
        reply.message = signal_sentence(WTERMSIG(state));
        if (const std::string place = crash_place(command_[0], frames); !place.empty())
            reply.message += "\nin " + place;
        if (WTERMSIG(state) == SIGSEGV && frames.size() >= 30)
            reply.message += "\nA function calls itself without end?";
    } else if (gone == running_->process && WIFEXITED(state)) {
        reply.status = Status::ended_early;
        reply.message = fmt::format("the program ended (exit code {}) before it answered", WEXITSTATUS(state));
    } else {
        reply.status = Status::failed;
        reply.message = "the program closed its connection to the grader";
    }
    stop();
    return reply;
}

// A worker that is asked to quit says where it is, if it still can.
Reply WorkerProcess::timed_out() {
    Reply reply;
    reply.status = Status::timed_out;
    reply.message = fmt::format("stopped after {:.1f} s", static_cast<double>(limits_.call.count()) / 1000);
    kill(running_->process, SIGQUIT);
    Frame frame{};
    const auto patience = Clock::now() + std::chrono::milliseconds(200);
    if (receive(frame, patience, questions_) == Event::frame && frame.kind == Kind::crashed)
        if (const std::string place = crash_place(command_[0], program_counters(frame.payload)); !place.empty())
            reply.message += " in " + place;
    stop();
    return reply;
}

Reply WorkerProcess::interpret(const Frame& frame) const {
    Reply reply;
    switch (frame.kind) {
        case Kind::answer:
            try {
                List answer = std::get<List>(decode(frame.payload));
                reply.seconds = std::get<double>(answer.at(1));
                reply.value = std::move(answer.at(0));
                reply.status = Status::passed;
            } catch (const std::exception& error) {
                reply.message = error.what();
            }
            return reply;
        case Kind::not_started:
            reply.status = Status::not_started;
            reply.message = fmt::format("task {} is not started", frame.payload.substr(0, 8));
            return reply;
        case Kind::borrowed:
            reply.message = fmt::format("it called nn::operators().{}, which in this lab is yours to write",
                                        frame.payload.substr(0, 100));
            return reply;
        case Kind::outside:
        case Kind::rejected:
        case Kind::threw:
            reply.rejected = frame.kind != Kind::outside;
            reply.outside = frame.kind == Kind::outside;
            reply.message = "it threw an exception: " + frame.payload.substr(0, 1000);
            return reply;
        case Kind::out_of_memory:
            reply.status = Status::out_of_memory;
            reply.message = fmt::format("it asked for more than {} MiB", limits_.memory >> 20);
            return reply;
        case Kind::changed:
            reply.message = "changed:";
            reply.message += frame.payload;
            return reply;
        default:
            reply.message = "the answer cannot be read: it is not one of the grader's messages";
            return reply;
    }
}

}  // namespace cnn::grader
