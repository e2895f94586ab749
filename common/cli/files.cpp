#include "cli/files.hpp"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <thread>

#include "tensor/error.hpp"
#include "tensor/file.hpp"

namespace cnn::cli {

namespace fs = std::filesystem;

std::optional<std::string> text_of(const fs::path& path) {
    std::error_code none;
    if (!fs::exists(path, none)) return std::nullopt;
    return cnn::read_file(path);
}

void write_file(const fs::path& path, const std::string& text) {
    std::error_code told_below;
    fs::create_directories(path.parent_path(), told_below);
    replace_file(path, text);
}

std::string fingerprint(const std::string& text) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char byte : text) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
    return fmt::format("{:016x}", hash);
}

std::string timestamp() { return fmt::format("{:%Y-%m-%d %H:%M:%S}", fmt::localtime(std::time(nullptr))); }
std::string timestamp_for_name() { return fmt::format("{:%Y%m%d-%H%M%S}", fmt::localtime(std::time(nullptr))); }

FileLock::FileLock(const fs::path& path, void (*on_wait)()) {
    std::error_code no_folder;
    fs::create_directories(path.parent_path(), no_folder);
    descriptor_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor_ < 0)
        fail_data("{}: cannot be written ({}). Is the folder yours?", path.string(),
                  no_folder ? no_folder.message() : std::strerror(errno));
    constexpr int tries = 50;
    constexpr std::chrono::milliseconds between{20};
    for (int i = 0; i < tries; ++i) {
        if (flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return;
        if (errno != EWOULDBLOCK && errno != EINTR) return;
        std::this_thread::sleep_for(between);
    }
    if (on_wait) on_wait();
    while (flock(descriptor_, LOCK_EX) != 0 && errno == EINTR) {
    }
}

FileLock::~FileLock() { close(descriptor_); }

}  // namespace cnn::cli
