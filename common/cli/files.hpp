// Files that may be missing, fingerprints, locks, and folders for a moment.
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace cnn::cli {

// The file's bytes; nothing where it does not exist. DataError where it cannot be read.
std::optional<std::string> text_of(const std::filesystem::path& path);

// replace_file() of tensor/file.hpp, which also makes the folders on the way.
void write_file(const std::filesystem::path& path, const std::string& text);

// 64 bits of FNV-1a in hexadecimal: tells whether a file was edited, and is no protection against anything.
std::string fingerprint(const std::string& text);

// "2026-11-22 13:40:05" and "20261122-134005" of the local clock.
std::string timestamp();
std::string timestamp_for_name();

// Held by one process at a time; the others wait. on_wait is called once where that takes more than a second: a shorter
// wait is nobody's news. The lock goes with the process that holds it, however it ends. Where the file system knows no
// locks (ENOLCK), nothing is held and nobody waits.
class FileLock {
public:
    explicit FileLock(const std::filesystem::path& path, void (*on_wait)() = nullptr);
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;
    ~FileLock();

private:
    int descriptor_;
};

}  // namespace cnn::cli
