// lab data: the data sets there are, fetched and verified.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "cli/verbs/verbs.hpp"
#include "data/fetch.hpp"
#include "data/load.hpp"
#include "terminal/status_line.hpp"
#include "terminal/text.hpp"

namespace cnn::cli {

namespace fs = std::filesystem;
using cnn::data::Entry;
using cnn::data::FileReport;
using cnn::data::FileState;

namespace {

std::string megabytes(std::uint64_t bytes) {
    return bytes ? fmt::format("{:.0f} MB", static_cast<double>(bytes) / 1e6) : "unknown";
}

// Are the files of the data set there, as files? Says nothing about their contents.
bool lies_in(const Entry& entry, const fs::path& folder) {
    return std::all_of(entry.files.begin(), entry.files.end(), [&](const auto& file) {
        const fs::path path = folder / file.name;
        std::error_code none;
        return fs::exists(path, none) || (path.extension() == ".gz" && fs::exists(folder / path.stem(), none));
    });
}

std::optional<fs::path> where(const Entry& entry) {
    for (const fs::path& folder : cnn::data::data_folders(entry.name))
        if (lies_in(entry, folder)) return folder;
    return std::nullopt;
}

const char* in_words(FileState state) {
    switch (state) {
        case FileState::verified:
            return "verified";
        case FileState::unknown:
            return "there; no checksum is known";
        case FileState::damaged:
            return "damaged";
        default:
            return "missing";
    }
}

bool verify_one(const Console& console, const Entry& entry, const fs::path& folder) {
    bool good = true;
    fmt::print(console.out, "{}   {}\n", console.screen.bold(entry.name), folder.string());
    for (const FileReport& file : cnn::data::verify(entry, folder)) {
        const bool bad = file.state == FileState::damaged || file.state == FileState::missing;
        good &= !bad;
        fmt::print(console.out, "  {} {}\n", terminal::pad_right(file.name, 32),
                   bad ? console.screen.red(in_words(file.state)) : in_words(file.state));
    }
    if (!good) fmt::print(console.out, "  Remove what is damaged; ./lab data fetch {} brings it again.\n", entry.name);
    return good;
}

// The data set of this name. UsageError says which there are.
const Entry& wanted(const std::string& name) {
    try {
        return cnn::data::registered(name);
    } catch (const DataError& error) {
        throw UsageError(fmt::format("{}. ./lab data list tells of each.", error.what()));
    }
}

}  // namespace

int data_list(const Console& console) {
    for (const Entry& entry : cnn::data::registry()) {
        const auto folder = where(entry);
        fmt::print(console.out, "{} {}\n", terminal::pad_right(console.screen.bold(entry.name), 16), entry.about);
        fmt::print(console.out, "{:16} {}, licence: {}\n", "", megabytes(entry.bytes()), entry.licence);
        fmt::print(console.out, "{:16} {}\n\n", "",
                   folder ? "in " + folder->string() : console.screen.dim("./lab data fetch " + entry.name));
    }
    fmt::print(console.out, "{} drawn by the workbook, any number of them: ./lab data make digits FOLDER\n",
               terminal::pad_right("digits, shapes", 16));
    return all_passed;
}

int data_fetch(const Console& console, const std::vector<std::string>& names) {
    std::vector<const Entry*> entries;
    for (const std::string& name : names) entries.push_back(&wanted(name));
    for (const Entry* entry : entries) {
        if (const auto folder = where(*entry)) {
            fmt::print(console.out, "{} is here already: {}\n", entry->name, folder->string());
            continue;
        }
        const fs::path folder = cnn::data::fetch_folder(entry->name);
        fmt::print(console.out, "{}: {} into {}. Licence: {}\n", entry->title, megabytes(entry->bytes()),
                   folder.string(), entry->licence);
        terminal::StatusLine status(console.error_screen, console.err);
        cnn::data::fetch(*entry, folder, {.progress = [&](const auto& file, std::uint64_t bytes, std::uint64_t total) {
            const double share = total ? static_cast<double>(bytes) / static_cast<double>(total) : 0;
            status.show(
                fmt::format("{}  {}  {}", file.name, console.error_screen.progress_bar(share, 24), megabytes(bytes)));
        }});
        status.clear();
        fmt::print(console.out, "{} is here. Please cite: {}\n", entry->title, entry->citation);
    }
    return all_passed;
}

int data_verify(const Console& console, const std::vector<std::string>& names) {
    bool good = true, any = false;
    for (const std::string& name : names)
        if (!where(wanted(name)))
            throw UsageError(fmt::format("{0} is not here. ./lab data fetch {0} brings it.", name));
    for (const Entry& entry : cnn::data::registry()) {
        if (!names.empty() && std::find(names.begin(), names.end(), entry.name) == names.end()) continue;
        const auto folder = where(entry);
        if (!folder) continue;
        any = true;
        good &= verify_one(console, entry, *folder);
    }
    if (!any) fmt::print(console.out, "There is no data set here. ./lab data list shows them.\n");
    return good ? all_passed : some_failed;
}

}  // namespace cnn::cli
