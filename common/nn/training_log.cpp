#include "nn/training_log.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include "tensor/error.hpp"
#include "tensor/file.hpp"

namespace cnn::nn {
namespace {

constexpr std::size_t columns = 8;

std::string field(double value) { return std::isnan(value) ? std::string() : fmt::format("{}", value); }

double number(std::string_view text) {
    if (text.empty()) return std::numeric_limits<double>::quiet_NaN();
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) fail_data("“{}” is no number", text);
    return value;
}

std::array<std::string_view, columns> split(std::string_view row) {
    std::array<std::string_view, columns> fields;
    for (std::size_t i = 0; i < columns; ++i) {
        const std::size_t comma = row.find(',');
        if ((comma == row.npos) != (i + 1 == columns)) fail_data("expected {} fields", columns);
        fields[i] = row.substr(0, comma);
        row.remove_prefix(comma == row.npos ? row.size() : comma + 1);
    }
    return fields;
}

// A descriptor that closes itself.
struct Descriptor {
    int number;
    ~Descriptor() {
        if (number >= 0) ::close(number);
    }
};

[[noreturn]] void fail(const std::filesystem::path& path) {
    fail_data("{}: cannot be written: {}", path.string(), std::strerror(errno));
}

}  // namespace

std::string log_header() {
    return "epoch,train loss,train accuracy (0 to 1),test loss,test accuracy (0 to 1),learning rate,"
           "speed (images/s),time (s)";
}

std::string log_row(const EpochResult& r) {
    return fmt::format("{},{},{},{},{},{},{:.0f},{:.3f}", r.epoch, field(r.train_loss), field(r.train_accuracy),
                       field(r.test_loss), field(r.test_accuracy), field(r.learning_rate), r.images_per_second,
                       r.seconds);
}

EpochResult parse_log_row(std::string_view row) {
    const auto fields = split(row);
    EpochResult r;
    const double epoch = number(fields[0]);
    if (!(epoch >= 1 && epoch <= 1e9)) fail_data("“{}” is no epoch", fields[0]);
    r.epoch = static_cast<int>(epoch);
    r.train_loss = number(fields[1]), r.train_accuracy = number(fields[2]);
    r.test_loss = number(fields[3]), r.test_accuracy = number(fields[4]);
    r.learning_rate = number(fields[5]), r.images_per_second = number(fields[6]), r.seconds = number(fields[7]);
    return r;
}

std::vector<EpochResult> read_log(const std::filesystem::path& path) {
    const std::string text = read_file(path, 64 << 20);
    std::vector<EpochResult> results;
    std::string_view rest = text;
    for (int line = 1; !rest.empty(); ++line) {
        const std::size_t end = rest.find('\n');
        if (end == rest.npos && line > 1) break;  // still being written, or cut short
        const std::string_view row = rest.substr(0, end);
        rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
        if (line == 1) {
            if (row != log_header())
                fail_data("{}: not a training log: it must begin with “{}”", path.string(), log_header());
            continue;
        }
        try {
            results.push_back(parse_log_row(row));
        } catch (const DataError& error) {
            fail_data("{}:{}: {}", path.string(), line, error.what());
        }
    }
    return results;
}

void append_line(const std::filesystem::path& path, std::string_view line) {
    const Descriptor file{::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666)};
    struct stat before {};
    if (file.number < 0 || ::fstat(file.number, &before) != 0) fail(path);
    const std::string whole = fmt::format("{}\n", line);
    errno = 0;
    const ssize_t written = ::write(file.number, whole.data(), whole.size());
    if (written == static_cast<ssize_t>(whole.size()) && (::fsync(file.number) == 0 || errno == EINVAL)) return;
    const int reason = written >= 0 && errno == 0 ? ENOSPC : errno;  // a short write means that the disk is full
    if (written > 0 && ::ftruncate(file.number, before.st_size) != 0) {
        // Nothing more can be done; read_log leaves out a line without its end.
    }
    errno = reason;
    fail(path);
}

}  // namespace cnn::nn
