#include "grader/worker_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <fstream>

#include "grader/confine.hpp"
#include "grader/launch.hpp"

namespace cnn::grader {
namespace {

using Clock = std::chrono::steady_clock;

void close_all(std::initializer_list<int> descriptors) {
    for (const int descriptor : descriptors)
        if (descriptor >= 0) close(descriptor);
}

// Bytes of memory the process holds at the moment; 0 when it is gone.
std::size_t resident_bytes(pid_t process) {
    std::ifstream file(fmt::format("/proc/{}/statm", process));
    std::size_t total = 0, resident = 0;
    file >> total >> resident;
    return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

// All that comes before the other end is closed: by the launcher when it becomes the worker, or when it ends.
std::string all_of(int descriptor) {
    std::string text;
    std::array<char, 512> block;
    ssize_t got = 0;
    while ((got = read(descriptor, block.data(), block.size())) != 0) {
        if (got < 0 && errno != EINTR) break;
        if (got > 0) text.append(block.data(), static_cast<std::size_t>(got));
    }
    return text;
}

}  // namespace

WorkerProcess::WorkerProcess(std::vector<std::string> command, WorkerLimits limits,
                             std::vector<std::string> environment)
    : command_(std::move(command)), environment_(std::move(environment)), limits_(limits) {
    for (char** entry = environ; *entry; ++entry) {
        const std::string_view text = *entry;
        for (const std::string_view name : {"LANG=", "LC_", "TZ=", "CNN_", "ASAN_", "UBSAN_", "LSAN_", "TSAN_"})
            if (text.starts_with(name)) environment_.insert(environment_.begin(), std::string(text));
    }
}

WorkerProcess::~WorkerProcess() { stop(); }

void WorkerProcess::start() {
    if (launch_.empty()) launch_ = launch_command(command_);
    std::array<int, 2> sockets{-1, -1}, pipes{-1, -1}, launches{-1, -1};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets.data()) != 0 ||
        pipe2(pipes.data(), O_CLOEXEC) != 0 || pipe2(launches.data(), O_CLOEXEC) != 0) {
        const int reason = errno;
        close_all({sockets[0], sockets[1], pipes[0], pipes[1]});
        throw Error(fmt::format("cannot start a worker: {}", std::strerror(reason)));
    }
    // Everything the child needs is made before the fork: between fork and exec nothing may allocate.
    std::vector<char*> arguments, environment;
    for (std::string& argument : launch_) arguments.push_back(argument.data());
    arguments.push_back(nullptr);
    for (std::string& entry : environment_) environment.push_back(entry.data());
    environment.push_back(nullptr);
    cpu_set_t processor;
    CPU_ZERO(&processor);
    const int here = std::max(0, sched_getcpu());
    CPU_SET(static_cast<unsigned>(here), &processor);

    const pid_t child = fork();
    if (child == 0) {
        // A limit of processor time would make the clock that measures it coarse; the deadlines are limit enough.
        limit_resources(limits_.memory, limits_.one_processor ? 0 : 600);
        if (limits_.one_processor) sched_setaffinity(0, sizeof processor, &processor);
        const int nothing = open("/dev/null", O_RDONLY);
        dup2(nothing, STDIN_FILENO);
        dup2(pipes[1], STDOUT_FILENO);
        dup2(pipes[1], STDERR_FILENO);
        // Out of each other's way first.
        const int answers = fcntl(sockets[1], F_DUPFD, launch_descriptor + 1);
        const int launch = fcntl(launches[1], F_DUPFD, launch_descriptor + 1);
        dup2(answers, judge_descriptor);
        dup2(launch, launch_descriptor);
        close_range(launch_descriptor + 1, ~0u, 0);
        execve(arguments[0], arguments.data(), environment.data());
        constexpr std::string_view problem = "the launcher of workers cannot be started";
        _exit(write(launch_descriptor, problem.data(), problem.size()) < 0 ? 126 : 127);
    }
    close_all({sockets[1], pipes[1], launches[1]});
    const std::string problem =
        child < 0 ? fmt::format("cannot start a worker: {}", std::strerror(errno)) : all_of(launches[0]);
    close_all({launches[0]});
    if (!problem.empty()) {
        close_all({sockets[0], pipes[0]});
        if (child > 0) waitpid(child, nullptr, 0);
        throw Error(problem);
    }
    setpgid(child, child);  // also done by the child: whoever comes first
    for (const int descriptor : {sockets[0], pipes[0]}) fcntl(descriptor, F_SETFL, O_NONBLOCK);
    running_ = Running{};
    running_->process = child;
    running_->answers = sockets[0];
    running_->output = pipes[0];
    running_->processor = here;
}

void WorkerProcess::stop() {
    if (!running_) return;
    kill(-running_->process, SIGKILL);
    waitpid(running_->process, nullptr, 0);
    close_all({running_->answers, running_->output});
    running_.reset();
}

// Waits for one frame of `question`, draining what the worker prints meanwhile, however much that is.
WorkerProcess::Event WorkerProcess::receive(Frame& frame, Clock::time_point deadline, std::uint64_t question) {
    Running& worker = *running_;
    std::array<char, 65536> buffer;
    const auto drain = [&] {
        // A bounded number of reads: a flood must not keep us from looking at the clock.
        for (int round = 0; round < 64; ++round) {
            const ssize_t got = read(worker.output, buffer.data(), buffer.size());
            if (got <= 0) return got == 0;
            const std::string_view text(buffer.data(), static_cast<std::size_t>(got));
            worker.bytes += text.size();
            for (const char c : text) {
                if (worker.lines < limits_.output_lines && worker.kept.size() < limits_.output_bytes) worker.kept += c;
                worker.lines += c == '\n';
            }
        }
        return false;
    };
    bool output_open = true;
    while (true) {
        while (worker.received.size() >= sizeof(FrameHeader)) {
            FrameHeader header;
            std::memcpy(&header, worker.received.data(), sizeof header);
            if (header.magic != FrameHeader::magic_number || header.length > limits_.frame) return Event::garbage;
            if (worker.received.size() < sizeof header + header.length) break;
            frame = {header.kind, worker.received.substr(sizeof header, header.length)};
            worker.received.erase(0, sizeof header + header.length);
            // An answer to another question, or more than one to this: not from our end of the protocol.
            if (header.question != question || !worker.received.empty()) return Event::garbage;
            drain();
            return Event::frame;
        }
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
        if (left <= 0) return Event::deadline;
        if (resident_bytes(worker.process) > limits_.memory) return Event::memory;
        std::array<pollfd, 2> descriptors{pollfd{worker.answers, POLLIN, 0},
                                          pollfd{output_open ? worker.output : -1, POLLIN, 0}};
        poll(descriptors.data(), descriptors.size(), static_cast<int>(std::min<long>(left + 1, 50)));
        if (descriptors[1].revents) output_open = !drain();
        if (descriptors[0].revents) {
            const ssize_t got = recv(worker.answers, buffer.data(), buffer.size(), 0);
            if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
                drain();
                return Event::closed;
            }
            if (got > 0) worker.received.append(buffer.data(), static_cast<std::size_t>(got));
        }
    }
}

bool WorkerProcess::send(std::string_view bytes, Clock::time_point deadline) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(running_->answers, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent > 0)
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        else if (errno != EAGAIN && errno != EINTR)
            return false;
        else {
            if (Clock::now() > deadline) return false;
            pollfd descriptor{running_->answers, POLLOUT, 0};
            poll(&descriptor, 1, 50);
        }
    }
    return true;
}

bool WorkerProcess::greeted(std::string& problem) {
    Frame frame;
    const Event event = receive(frame, Clock::now() + limits_.start, 0);
    std::string expected;
    for (const Task& task : lab().tasks)
        for (const Function& function : task.functions) expected += function.name + " " + function.signature + "\n";
    if (event == Event::frame && frame.kind == Kind::hello && frame.payload == expected) return true;
    problem = event == Event::frame && frame.kind == Kind::hello
                  ? "the program was built for another version of this lab: build it again"
                  : "the program did not begin to answer questions";
    return false;
}

Reply WorkerProcess::ask(std::size_t place, const List& arguments, double budget) {
    Reply reply;
    if (!running_) {
        start();
        if (std::string problem; !greeted(problem)) {
            reply.output = take_output();
            reply = ended(std::move(reply), {});
            reply.message = problem + (reply.status == Status::failed ? "" : ": " + reply.message);
            return reply;
        }
    }
    List question{static_cast<std::int64_t>(place), budget};
    question.insert(question.end(), arguments.begin(), arguments.end());
    const std::string bytes = encode(question);
    FrameHeader header{.kind = Kind::question, .question = ++questions_, .length = bytes.size()};
    const auto deadline = Clock::now() + limits_.call;
    const bool sent = send({reinterpret_cast<const char*>(&header), sizeof header}, deadline) && send(bytes, deadline);

    Frame frame{};
    std::vector<std::uint64_t> crash_frames;
    Event event = sent ? receive(frame, deadline, header.question) : Event::closed;
    if (event == Event::frame && frame.kind == Kind::crashed) {
        crash_frames = program_counters(frame.payload);
        event = Event::closed;
    }
    reply.output = take_output();
    switch (event) {
        case Event::frame: {
            Reply answer = interpret(frame);
            answer.output = std::move(reply.output);
            return answer;
        }
        case Event::closed:
            return ended(std::move(reply), crash_frames);
        case Event::deadline: {
            Reply late = timed_out();
            late.output = std::move(reply.output);
            return late;
        }
        case Event::memory:
            reply.status = Status::out_of_memory;
            reply.message = fmt::format("stopped when it held more than {} MiB", limits_.memory >> 20);
            break;
        case Event::garbage:
            reply.message = "the answer cannot be read: something else was written to the grader's connection";
            break;
    }
    stop();
    return reply;
}

double WorkerProcess::processor_seconds() const {
    clockid_t clock{};
    timespec time{};
    if (!running_ || clock_getcpuclockid(running_->process, &clock) != 0 || clock_gettime(clock, &time) != 0) return 0;
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

}  // namespace cnn::grader
