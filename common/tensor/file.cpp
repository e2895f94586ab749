#include "tensor/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

#include "tensor/error.hpp"

namespace cnn {
namespace {

namespace fs = std::filesystem;

// An open file, closed at the end of its scope.
class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() { close(); }

    int number() const { return number_; }
    bool is_open() const { return number_ >= 0; }
    // False when the system reports only now that the contents did not reach the disk.
    bool close() { return number_ < 0 || ::close(std::exchange(number_, -1)) == 0; }

private:
    int number_;
};

// Why the system refused, in the reader's words.
std::string reason(int error, const fs::path& path) {
    const fs::path folder = path.parent_path();
    switch (error) {
        case ENOENT:
            if (std::error_code ignored; !folder.empty() && !fs::exists(folder, ignored))
                return fmt::format("there is no folder {}", folder.string());
            return "there is no such file";
        case EACCES:
        case EPERM:
        case EROFS:
            return "no permission";
        case EISDIR:
            return "is a folder, not a file";
        case ENOTDIR:
            return "a part of the path is a file, not a folder";
        case ENOSPC:
        case EDQUOT:
            return "no space left on the disk";
        case ENAMETOOLONG:
            return "the name is too long";
        default:
            return std::generic_category().message(error);
    }
}

// Zero, or the error that stopped it.
int write_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return errno;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return 0;
}

[[noreturn]] void fail_to_write(const fs::path& path, int error) {
    fail_data("{}: cannot be written: {}", path.string(), reason(error, path));
}

void write_directly(const fs::path& path, std::string_view bytes) {
    Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!file.is_open()) fail_to_write(path, errno);
    if (const int error = write_all(file.number(), bytes)) fail_to_write(path, error);
}

// A name nobody uses: short, because the file's own name may already have the greatest length allowed.
fs::path temporary_beside(const fs::path& path) {
    static std::atomic<unsigned> counter = 0;
    return path.parent_path() / fmt::format(".part-{}-{}", ::getpid(), counter++);
}

// Where links lead to; the path itself where there is none.
fs::path target_of(const fs::path& path) {
    std::error_code error;
    if (!fs::is_symlink(fs::symlink_status(path, error))) return path;
    fs::path target = fs::weakly_canonical(path, error);
    return error ? path : target;
}

int write_flushed(const fs::path& path, std::string_view bytes, ::mode_t mode) {
    Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (!file.is_open()) return errno;
    if (const int error = write_all(file.number(), bytes)) return error;
    if (::fsync(file.number()) != 0 || !file.close()) return errno;
    return 0;
}

}  // namespace

std::string read_file(const fs::path& path, std::uint64_t size_limit) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct ::stat status {};
    if (!file.is_open() || ::fstat(file.number(), &status) != 0)
        fail_data("{}: cannot be read: {}", path.string(), reason(errno, path));
    if (S_ISDIR(status.st_mode)) fail_data("{}: cannot be read: {}", path.string(), reason(EISDIR, path));
    const auto size = static_cast<std::uint64_t>(std::max<::off_t>(status.st_size, 0));
    if (size > size_limit)
        fail_data("{}: has {} bytes, more than the {} that such a file may have", path.string(), grouped(size),
                  grouped(size_limit));

    // Pipes have no size, and a file may grow while it is read: read until nothing comes.
    std::string bytes;
    std::size_t filled = 0;
    while (true) {
        if (filled == bytes.size()) bytes.resize(std::max<std::size_t>({size + 1, 2 * filled, 4096}));
        const ssize_t got = ::read(file.number(), bytes.data() + filled, bytes.size() - filled);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail_data("{}: cannot be read: {}", path.string(), reason(errno, path));
        filled += static_cast<std::size_t>(got);
        if (filled > size_limit)
            fail_data("{}: has more than the {} bytes that such a file may have", path.string(), grouped(size_limit));
        if (got == 0) break;
    }
    bytes.resize(filled);
    return bytes;
}

void replace_file(const fs::path& path, std::string_view bytes) {
    const fs::path target = target_of(path);
    struct ::stat status {};
    const bool exists = ::stat(target.c_str(), &status) == 0;
    if (exists && S_ISDIR(status.st_mode)) fail_to_write(path, EISDIR);
    if (exists && !S_ISREG(status.st_mode)) return write_directly(path, bytes);
    // A rename asks only the folder's permission; whoever protected the file meant it.
    if (exists && ::access(target.c_str(), W_OK) != 0) fail_to_write(path, errno);

    const fs::path temporary = temporary_beside(target);
    int error = write_flushed(temporary, bytes, exists ? status.st_mode & 0777 : 0666);
    if (!error && ::rename(temporary.c_str(), target.c_str()) != 0) error = errno;
    if (error) {
        if (error != EEXIST) ::unlink(temporary.c_str());
        fail_to_write(path, error);
    }
}

TemporaryFolder::TemporaryFolder() {
    std::error_code error;
    const fs::path parent = fs::temp_directory_path(error);
    if (error) {
        const char* variable = std::getenv("TMPDIR");
        fail_data("{}: no folder, but temporary files go there: make it, or unset TMPDIR",
                  variable ? variable : "/tmp");
    }
    make_below(parent);
}

TemporaryFolder::TemporaryFolder(const fs::path& parent) {
    std::error_code told_below;
    fs::create_directories(parent, told_below);
    remove_abandoned(parent);
    make_below(parent);
}

// What programs left that were killed: their number stands in the name. In a container, where others' numbers are not
// known, somebody may be at work in a young one.
void TemporaryFolder::remove_abandoned(const fs::path& parent) {
    std::error_code error;
    std::vector<fs::path> abandoned;
    for (fs::directory_iterator entry(parent, error), end; !error && entry != end; entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        int process = 0;
        if (std::sscanf(name.c_str(), "lab-%d-", &process) != 1 || process <= 0) continue;
        const auto age = fs::file_time_type::clock::now() - entry->last_write_time(error);
        if (!error && age > std::chrono::hours(1) && kill(process, 0) != 0 && errno == ESRCH)
            abandoned.push_back(entry->path());
    }
    for (const fs::path& folder : abandoned) fs::remove_all(folder, error);
}

void TemporaryFolder::make_below(const fs::path& parent) {
    std::string name = (parent / fmt::format("lab-{}-XXXXXX", getpid())).string();
    if (!mkdtemp(name.data())) fail_data("{}: no folder can be made there ({})", parent.string(), std::strerror(errno));
    path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    fs::permissions(path_, fs::perms::owner_all, ignored);
    fs::remove_all(path_, ignored);
}

fs::path this_program() {
    std::error_code error;
    const fs::path self = fs::read_symlink("/proc/self/exe", error);
    // The kernel has told also the program itself by which path it was started.
    return error ? fs::weakly_canonical(reinterpret_cast<const char*>(getauxval(AT_EXECFN))) : self;
}

std::string grouped(std::uint64_t number) {
    std::string digits = std::to_string(number);
    for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, 1, ',');
    return digits;
}

}  // namespace cnn
