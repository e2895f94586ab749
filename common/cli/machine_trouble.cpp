#include "cli/machine_trouble.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "cli/files.hpp"
#include "cli/process.hpp"
#include "tensor/error.hpp"

namespace cnn::cli {

namespace fs = std::filesystem;

namespace {

// An object, a program and what the compiler keeps in between, with room to spare.
constexpr rlim_t bytes_of_a_build = rlim_t{64} << 20;

std::string limit_of_files() {
    rlimit limit{};
    if (getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= bytes_of_a_build)
        return "";
    return fmt::format(
        "Files may not become larger than {} KiB here (ulimit -f), and what the compiler writes does. Lift the limit "
        "to "
        "{} KiB or more.\n",
        limit.rlim_cur >> 10, bytes_of_a_build >> 10);
}

std::string room_in(const fs::path& folder) {
    const fs::path file = folder / "room";
    const int descriptor = open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return fmt::format("{}: nothing can be written there ({}).\n", folder.string(), std::strerror(errno));
    const int failed = posix_fallocate(descriptor, 0, static_cast<off_t>(bytes_of_a_build / 2));
    close(descriptor);
    unlink(file.c_str());
    if (failed == 0 || failed == EOPNOTSUPP || failed == EINVAL) return "";
    return fmt::format("{}: there is no room for what is built ({}).\n", folder.string(), std::strerror(failed));
}

std::string empty_program(std::vector<std::string> compiler, const fs::path& folder) {
    const fs::path source = folder / "empty.cpp", program = folder / "empty";
    try {
        write_file(source, "int main() { return 0; }\n");
    } catch (const Error& error) {
        return std::string(error.what()) + "\n";
    }
    const std::string name = compiler.front();
    compiler.insert(compiler.end(), {source.string(), "-o", program.string()});
    const Output built = run_captured({compiler, {}, {{"TMPDIR", folder.string()}}});
    if (built.code == 127)
        return fmt::format("The compiler {} cannot be started; ./lab doctor says what is missing.\n", name);
    if (built.code != 0) return "The compiler does not build even an empty program:\n" + built.text;
    const Output ran = run_captured({{program.string()}});
    if (ran.code == 0) return "";
    return fmt::format("{}: programs that are built there cannot be started (is it mounted noexec?).\n",
                       folder.string());
}

}  // namespace

bool kernel_confines_files() {
    constexpr unsigned ask_for_version = 1;
    return syscall(SYS_landlock_create_ruleset, nullptr, 0, ask_for_version) >= 1;
}

std::string machine_trouble(const std::vector<std::string>& compiler, const fs::path& folder,
                            const std::string& words) {
    // Nobody but the kernel ends a compiler so, and only when memory has run out.
    if (words.find("Killed signal terminated program") != std::string::npos ||
        words.find("Killed (program") != std::string::npos)
        return "The compiler was killed: this machine has too little memory free. End other programs, and try again.\n";
    if (std::string trouble = limit_of_files(); !trouble.empty()) return trouble;
    if (std::string trouble = room_in(folder); !trouble.empty()) return trouble;
    return empty_program(compiler, folder);
}

}  // namespace cnn::cli
