#include "data/process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "tensor/error.hpp"

extern char** environ;

namespace cnn::data {
namespace {

// A nameless file in memory: unlike a pipe it is never full, and a program that stops reading sends no signal.
class MemoryFile {
public:
    MemoryFile() : number_(::memfd_create("text", MFD_CLOEXEC)) {
        if (number_ < 0) fail_data("no memory to start another program");
    }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    ~MemoryFile() { ::close(number_); }

    int number() const { return number_; }
    void write(std::string_view text) const {
        while (!text.empty()) {
            const ssize_t written = ::write(number_, text.data(), text.size());
            if (written < 0) fail_data("no memory to start another program");
            text.remove_prefix(static_cast<std::size_t>(written));
        }
        ::lseek(number_, 0, SEEK_SET);
    }
    std::string read() const {
        std::string text(static_cast<std::size_t>(::lseek(number_, 0, SEEK_END)), '\0');
        const ssize_t got = ::pread(number_, text.data(), text.size(), 0);
        text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return text;
    }

private:
    int number_;
};

int wait_for(::pid_t process, const std::function<void()>& while_waiting) {
    auto pause = std::chrono::milliseconds(1);
    int status = 0;
    while (::waitpid(process, &status, while_waiting ? WNOHANG : 0) == 0) {
        std::this_thread::sleep_for(pause);
        pause = std::min(2 * pause, std::chrono::milliseconds(100));
        while_waiting();
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Outcome run(const std::vector<std::string>& command, std::string_view input,
            const std::function<void()>& while_waiting) {
    require(!command.empty(), "run: no program given");
    const MemoryFile in, out, err;
    in.write(input);
    std::vector<char*> arguments;
    for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);

    ::posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, in.number(), STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, out.number(), STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, err.number(), STDERR_FILENO);
    ::pid_t process = 0;
    const int error = ::posix_spawnp(&process, arguments[0], &actions, nullptr, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (error == ENOENT) return {.status = 127, .output = {}, .errors = {}};
    if (error != 0) fail_data("{} could not be started (error {})", command[0], error);
    const int status = wait_for(process, while_waiting);
    return {.status = status, .output = out.read(), .errors = err.read()};
}

}  // namespace cnn::data
