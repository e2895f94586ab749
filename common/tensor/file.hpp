// Whole files in and out, with errors that say what is wrong with them; folders that last as long as an object.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace cnn {

inline constexpr std::uint64_t default_size_limit = std::uint64_t{4} << 30;

// Everything in the file, which may be a pipe. Throws DataError when it is missing, a folder, not readable, or longer
// than `size_limit` bytes (of which no more is read).
std::string read_file(const std::filesystem::path& path, std::uint64_t size_limit = default_size_limit);

// Puts `bytes` in the place of the file, or makes it: first a temporary file in the same folder, flushed to the disk,
// then renamed, so that there is always a whole file, the old one or the new one. Follows links; devices and pipes
// are written to directly. Throws DataError naming path and reason; the old file is then untouched.
void replace_file(const std::filesystem::path& path, std::string_view bytes);

// An empty folder of its own that disappears, with all it holds, when this object does: where TMPDIR says, or below
// `parent`, which is made, and where those are removed that a killed program left an hour ago or earlier. Throws
// DataError where none can be made.
class TemporaryFolder {
public:
    TemporaryFolder();
    explicit TemporaryFolder(const std::filesystem::path& parent);
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder();

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

private:
    void make_below(const std::filesystem::path& parent);
    static void remove_abandoned(const std::filesystem::path& parent);

    std::filesystem::path path_;
};

// The file of the program that runs, without links in its path; also where /proc is not mounted.
std::filesystem::path this_program();

// "8,192": how people read byte counts.
std::string grouped(std::uint64_t number);

}  // namespace cnn
