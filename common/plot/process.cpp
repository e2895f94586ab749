#include "plot/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <system_error>

namespace cnn::plot {
namespace {

constexpr std::size_t longest_output = 64 << 10;

struct Pipe {
    int read_end = -1, write_end = -1;
    Pipe() {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
        read_end = ends[0];
        write_end = ends[1];
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    ~Pipe() {
        ::close(read_end);
        close_write_end();
    }
    void close_write_end() {
        if (write_end >= 0) ::close(write_end);
        write_end = -1;
    }
};

class SpawnActions {
public:
    SpawnActions() { posix_spawn_file_actions_init(&actions_); }
    SpawnActions(const SpawnActions&) = delete;
    SpawnActions& operator=(const SpawnActions&) = delete;
    ~SpawnActions() { posix_spawn_file_actions_destroy(&actions_); }
    posix_spawn_file_actions_t* get() { return &actions_; }

private:
    posix_spawn_file_actions_t actions_{};
};

// Reads until the other end closes; false when the deadline came first.
bool read_until(int descriptor, std::chrono::steady_clock::time_point deadline, std::string& output) {
    while (true) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0) return false;
        pollfd waiting{.fd = descriptor, .events = POLLIN, .revents = 0};
        if (::poll(&waiting, 1, static_cast<int>(left.count())) <= 0) continue;  // a signal, or time is up
        std::array<char, 4096> bytes{};
        const ssize_t got = ::read(descriptor, bytes.data(), bytes.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return true;
        const std::size_t room = longest_output - output.size();
        output.append(bytes.data(), std::min(room, static_cast<std::size_t>(got)));
    }
}

}  // namespace

Finished run_process(const std::vector<std::string>& arguments, const std::filesystem::path& folder, double seconds) {
    std::vector<char*> words;
    words.reserve(arguments.size() + 1);
    for (const std::string& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
    words.push_back(nullptr);

    Pipe pipe;
    SpawnActions actions;
    posix_spawn_file_actions_addopen(actions.get(), STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(actions.get(), pipe.write_end, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(actions.get(), pipe.write_end, STDERR_FILENO);
    posix_spawn_file_actions_addchdir_np(actions.get(), folder.c_str());

    Finished finished;
    pid_t child = 0;
    if (const int error = posix_spawnp(&child, words[0], actions.get(), nullptr, words.data(), environ)) {
        if (error != ENOENT) finished.output = std::generic_category().message(error);
        return finished;
    }
    finished.started = true;
    pipe.close_write_end();
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    finished.timed_out = !read_until(
        pipe.read_end, std::chrono::time_point_cast<std::chrono::steady_clock::duration>(deadline), finished.output);
    if (finished.timed_out) ::kill(child, SIGKILL);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status)) finished.exit_code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) finished.signal = WTERMSIG(status);
    return finished;
}

std::string shell_quoted(std::string_view word) {
    const auto is_plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("_-./+:,@%").find(c) != std::string_view::npos || static_cast<unsigned char>(c) >= 0x80;
    };
    if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain)) return std::string(word);
    std::string result = "'";
    for (const char c : word) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return result + "'";
}

}  // namespace cnn::plot
