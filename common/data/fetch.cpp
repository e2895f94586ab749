#include "data/fetch.hpp"

#include <fmt/format.h>

#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <system_error>

#include "data/gzip.hpp"
#include "data/process.hpp"
#include "tensor/error.hpp"
#include "tensor/file.hpp"

namespace cnn::data {
namespace {

namespace fs = std::filesystem;

constexpr const char* record_name = "CHECKSUMS";
constexpr std::uint64_t largest_unpacked = std::uint64_t{1} << 30;

std::string first_word(const Outcome& outcome, std::string_view what) {
    if (outcome.status == 127) fail_data("the program sha256sum is missing: apt-get install coreutils");
    // A name with unusual characters makes sha256sum start its line with a backslash.
    const std::size_t begin = outcome.output.starts_with('\\') ? 1 : 0;
    if (outcome.status != 0 || outcome.output.size() < begin + 64)
        fail_data("{}: its checksum cannot be computed", what);
    return outcome.output.substr(begin, 64);
}

// What CHECKSUMS in this folder says, in the format of sha256sum: name → checksum.
std::map<std::string, std::string> recorded(const fs::path& folder) {
    std::map<std::string, std::string> sums;
    if (!fs::exists(folder / record_name)) return sums;
    std::istringstream lines(read_file(folder / record_name, 1 << 20));
    for (std::string line; std::getline(lines, line);)
        if (line.size() > 66) sums[line.substr(66)] = line.substr(0, 64);
    return sums;
}

void record(const fs::path& folder, const std::string& name, const std::string& sum) {
    auto sums = recorded(folder);
    sums[name] = sum;
    std::string text;
    for (const auto& [file, checksum] : sums) text += fmt::format("{}  {}\n", checksum, file);
    replace_file(folder / record_name, text);
}

// Whether the contents of a .gz file are right although it was packed by somebody else.
bool has_contents(const fs::path& path, const std::string& unpacked_sha256) {
    if (unpacked_sha256.empty()) return false;
    const std::string bytes = read_file(path);
    try {
        return is_gzip(bytes) && sha256(Gunzip(bytes, path.string()).read(largest_unpacked)) == unpacked_sha256;
    } catch (const DataError&) {
        return false;
    }
}

// Whether the registry knows the whole checksum, not only its first digits.
bool knows_sum(const RemoteFile& file) { return file.sha256.size() == 64; }

FileState state_of(const RemoteFile& file, const fs::path& folder) {
    const fs::path path = folder / file.name;
    if (std::error_code ignored; !fs::is_regular_file(path, ignored)) return FileState::missing;
    const auto sums = recorded(folder);
    const auto known = sums.find(file.name);
    const bool recorded_sum = !knows_sum(file) && known != sums.end();
    if (file.sha256.empty() && !recorded_sum) return FileState::unknown;
    const std::string sum = sha256_of_file(path);
    const bool right = sum.starts_with(file.sha256) && (!recorded_sum || sum == known->second);
    return right || has_contents(path, file.unpacked_sha256) ? FileState::verified : FileState::damaged;
}

std::uint64_t size_of(const fs::path& path) {
    std::error_code error;
    const auto size = fs::file_size(path, error);
    return error ? 0 : size;
}

// Why curl gave up, in the reader's words (the numbers are listed in curl's manual under "exit codes").
std::string curl_reason(const Outcome& outcome) {
    switch (outcome.status) {
        case 6:
            return "the host cannot be found; is this machine connected to the network?";
        case 5:
        case 7:
            return "no connection to the host; is this machine connected to the network?";
        case 18:
        case 52:
        case 56:
            return "the connection broke off; the same command continues where it stopped";
        case 22:
            return fmt::format("the server answered {}", outcome.output);
        case 23:
            return "it cannot be written; is the disk full?";
        case 28:
            return "the server does not answer; the same command continues where it stopped";
        case 35:
        case 60:
            return "the server's certificate is not trusted; is ca-certificates installed, is the clock right?";
        case 37:
            return "there is no such file";
        case 127:
            return "the program curl is missing: apt-get install curl";
        default:
            break;
    }
    const std::string line = outcome.errors.substr(0, outcome.errors.find('\n'));
    return line.empty() ? fmt::format("curl ended with status {}", outcome.status) : line;
}

Outcome run_curl(const RemoteFile& file, const std::string& url, const fs::path& part, const FetchOptions& options) {
    const std::vector<std::string> command{"curl",
                                           "--fail",
                                           "--location",
                                           "--silent",
                                           "--show-error",
                                           "--connect-timeout",
                                           "20",
                                           "--speed-limit",
                                           "1",
                                           "--speed-time",
                                           "60",
                                           "--write-out",
                                           "%{http_code}",
                                           "--continue-at",
                                           "-",
                                           "--output",
                                           part.string(),
                                           "--",
                                           url};
    if (!options.progress) return run(command);
    return run(command, {}, [&] { options.progress(file, size_of(part), file.bytes); });
}

// Brings the file to `part`, or says why not.
std::optional<std::string> download(const RemoteFile& file, const std::string& url, const fs::path& part,
                                    const FetchOptions& options) {
    if (file.bytes > 0 && size_of(part) > file.bytes) fs::remove(part);
    if (file.bytes > 0 && size_of(part) == file.bytes) return std::nullopt;
    const bool continued = size_of(part) > 0;
    Outcome outcome = run_curl(file, url, part, options);
    // The server cannot continue a file (33, 36), or has nothing beyond what is there already (416).
    const bool cannot_continue =
        outcome.status == 33 || outcome.status == 36 || (outcome.status == 22 && outcome.output == "416");
    if (continued && cannot_continue) {
        fs::remove(part);
        outcome = run_curl(file, url, part, options);
    }
    if (outcome.status != 0) return curl_reason(outcome);
    // curl makes no file of nothing.
    if (!fs::exists(part)) return "the file there is empty";
    return std::nullopt;
}

std::string guess(const fs::path& path) {
    return std::ifstream(path).peek() == '<' ? " (it is a web page: does the network ask for a log-in?)" : "";
}

// Gives the downloaded file its name if it is the right one, or says why not.
std::optional<std::string> accept(const RemoteFile& file, const fs::path& folder, const fs::path& part) {
    const std::string sum = sha256_of_file(part);
    if (!sum.starts_with(file.sha256) && !has_contents(part, file.unpacked_sha256)) {
        const fs::path bad = folder / (file.name + ".bad");
        fs::rename(part, bad);
        return fmt::format("it has {} bytes with SHA-256 {}…, expected {} with {}…{}; kept as {}",
                           grouped(size_of(bad)), sum.substr(0, 12), file.bytes > 0 ? grouped(file.bytes) : "a file",
                           file.sha256.substr(0, 12), guess(bad), bad.filename().string());
    }
    fs::rename(part, folder / file.name);
    if (!knows_sum(file)) record(folder, file.name, sum);
    return std::nullopt;
}

void fetch_file(const RemoteFile& file, const fs::path& folder, const FetchOptions& options) {
    const FileState state = state_of(file, folder);
    if (state == FileState::verified || state == FileState::unknown) return;
    if (state == FileState::damaged) fs::rename(folder / file.name, folder / (file.name + ".bad"));
    const fs::path part = folder / (file.name + ".part");
    std::string reasons;
    for (const std::string& url : file.urls) {
        auto reason = download(file, url, part, options);
        if (!reason) reason = accept(file, folder, part);
        if (!reason) return;
        reasons += fmt::format("{}{}: {}", reasons.empty() ? "" : "; ", url, *reason);
    }
    fail_data("{}: could not be fetched: {}", file.name, reasons);
}

// First beside its place, so that a folder that is there is whole.
void unpack(const Entry& entry, const fs::path& folder) {
    if (entry.unpacks_into.empty() || fs::exists(folder / entry.unpacks_into)) return;
    const fs::path unpacking = folder / "unpacking";
    fs::remove_all(unpacking);
    fs::create_directories(unpacking);
    for (const RemoteFile& file : entry.files) {
        const Outcome outcome = run({"tar", "-xzf", (folder / file.name).string(), "-C", unpacking.string()});
        if (outcome.status == 127) fail_data("the program tar is missing: apt-get install tar");
        if (outcome.status != 0)
            fail_data("{}: could not be unpacked: {}", (folder / file.name).string(),
                      outcome.errors.substr(0, outcome.errors.find('\n')));
    }
    if (!fs::exists(unpacking / entry.unpacks_into))
        fail_data("{}: there is no {} in its archive", entry.title, entry.unpacks_into);
    fs::rename(unpacking / entry.unpacks_into, folder / entry.unpacks_into);
    fs::remove_all(unpacking);
}

}  // namespace

std::string sha256_of_file(const fs::path& path) {
    return first_word(run({"sha256sum", "--", path.string()}), path.string());
}

std::string sha256(std::string_view bytes) { return first_word(run({"sha256sum"}, bytes), "data in memory"); }

std::vector<FileReport> verify(const Entry& entry, const fs::path& folder) {
    std::vector<FileReport> reports;
    for (const RemoteFile& file : entry.files) reports.push_back({file.name, state_of(file, folder)});
    return reports;
}

void fetch(const Entry& entry, const fs::path& folder, const FetchOptions& options) {
    try {
        fs::create_directories(folder);
        for (const RemoteFile& file : entry.files) fetch_file(file, folder, options);
        unpack(entry, folder);
    } catch (const fs::filesystem_error& error) {
        fail_data("{}: {} could not be put there: {}", folder.string(), entry.title, error.code().message());
    }
}

}  // namespace cnn::data
