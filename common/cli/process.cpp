#include "cli/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "tensor/error.hpp"
#include "terminal/terminal.hpp"

namespace cnn::cli {
namespace {

std::vector<char*> pointers(const std::vector<std::string>& words) {
    std::vector<char*> result;
    for (const std::string& word : words) result.push_back(const_cast<char*>(word.c_str()));
    result.push_back(nullptr);
    return result;
}

std::vector<std::string> with_environment(const Command& command) {
    std::vector<std::string> result;
    for (const auto& [name, value] : command.environment) result.push_back(name + "=" + value);
    for (char** entry = environ; *entry; ++entry) {
        const std::string_view text = *entry;
        bool replaced = false;
        for (const auto& [name, value] : command.environment) replaced |= text.starts_with(name + "=");
        if (!replaced) result.emplace_back(text);
    }
    return result;
}

// Returns the process's id, or 0 when the program cannot be started. `output`: a descriptor for its output and errors.
pid_t start(const Command& command, int output) {
    std::fflush(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    if (!command.folder.empty()) posix_spawn_file_actions_addchdir_np(&actions, command.folder.c_str());
    if (output >= 0) {
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
    }
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t heard;
    sigemptyset(&heard);
    sigaddset(&heard, SIGINT);
    sigaddset(&heard, SIGQUIT);
    posix_spawnattr_setsigdefault(&attributes, &heard);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    const std::vector<std::string> environment = with_environment(command);
    pid_t child = 0;
    const int failed = posix_spawnp(&child, command.words[0].c_str(), &actions, &attributes,
                                    pointers(command.words).data(), pointers(environment).data());
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return failed ? 0 : child;
}

int wait_for(pid_t child) {
    if (child == 0) return 127;
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

// As system(3) does. A program started meanwhile hears them again (see start()).
class InterruptsIgnored {
public:
    InterruptsIgnored() {
        struct sigaction ignore {};
        ignore.sa_handler = SIG_IGN;
        sigaction(SIGINT, &ignore, &interrupt_);
        sigaction(SIGQUIT, &ignore, &quit_);
    }
    InterruptsIgnored(const InterruptsIgnored&) = delete;
    InterruptsIgnored& operator=(const InterruptsIgnored&) = delete;
    ~InterruptsIgnored() {
        sigaction(SIGINT, &interrupt_, nullptr);
        sigaction(SIGQUIT, &quit_, nullptr);
    }

private:
    struct sigaction interrupt_ {
    }, quit_{};
};

}  // namespace

std::vector<std::pair<std::string, std::string>> in_english() {
    return {{"LC_ALL", terminal::standard_output().unicode ? "C.UTF-8" : "C"}, {"LANGUAGE", ""}};
}

int run(const Command& command) {
    // Ctrl-C is for the program, which may have something to save; we wait for it.
    const InterruptsIgnored ours;
    return wait_for(start(command, -1));
}

int run(const Command& command, const std::function<void(std::string_view line)>& on_line) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) fail_data("no pipe to {} can be made", command.words[0]);
    const pid_t child = start(command, ends[1]);
    close(ends[1]);
    std::string pending;
    std::array<char, 4096> block{};
    for (;;) {
        const ssize_t count = read(ends[0], block.data(), block.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        pending.append(block.data(), static_cast<std::size_t>(count));
        std::size_t begin = 0;
        for (std::size_t end; (end = pending.find('\n', begin)) != std::string::npos; begin = end + 1)
            on_line(std::string_view(pending).substr(begin, end - begin));
        pending.erase(0, begin);
    }
    if (!pending.empty()) on_line(pending);
    close(ends[0]);
    return wait_for(child);
}

Output run_captured(const Command& command) {
    Output output;
    output.code = run(command, [&](std::string_view line) { output.text.append(line) += '\n'; });
    return output;
}

void become(const Command& command) {
    std::fflush(nullptr);
    for (const auto& [name, value] : command.environment) setenv(name.c_str(), value.c_str(), 1);
    if (!command.folder.empty()) std::filesystem::current_path(command.folder);
    execvp(command.words[0].c_str(), pointers(command.words).data());
}

std::string quoted(const std::vector<std::string>& words) {
    const std::string plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+=/.,:@%";
    std::string line;
    for (const std::string& word : words) {
        if (!line.empty()) line += ' ';
        if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) {
            line += word;
            continue;
        }
        line += '\'';
        for (const char c : word) line += c == '\'' ? std::string("'\\''") : std::string(1, c);
        line += '\'';
    }
    return line;
}

}  // namespace cnn::cli
