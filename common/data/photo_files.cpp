#include "data/photo_files.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <string_view>

#include "image/files.hpp"

namespace cnn::data {
namespace {

namespace fs = std::filesystem;

std::string ending(const fs::path& path) {
    std::string extension = path.extension().string();
    for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return extension;
}

// Pictures of which people would wonder why they are not there.
bool is_unreadable_picture(const fs::path& path) {
    constexpr std::array<std::string_view, 20> endings{".webp", ".heic", ".heif", ".avif", ".gif", ".tif", ".tiff",
                                                       ".jp2",  ".jxl",  ".psd",  ".svg",  ".dng", ".cr2", ".cr3",
                                                       ".nef",  ".arw",  ".orf",  ".raf",  ".rw2", ".pbm"};
    return std::ranges::find(endings, ending(path)) != endings.end();
}

void collect(const fs::path& folder, bool deep, std::set<fs::path>& entered, PhotoFiles& found) {
    std::error_code error;
    if (!entered.insert(fs::canonical(folder, error)).second) return;
    const fs::directory_iterator entries(folder, error);
    if (error) found.closed.push_back(folder.string());
    for (const auto& entry : entries) {
        const fs::path& path = entry.path();
        std::error_code ignored;
        if (is_hidden(path)) continue;
        if (entry.is_directory(ignored)) {
            if (deep) collect(path, deep, entered, found);
        } else if (!entry.is_regular_file(ignored)) {
            continue;
        } else if (is_picture_name(path)) {
            found.photos.push_back(path);
        } else if (is_unreadable_picture(path)) {
            ++found.unreadable[ending(path)];
        }
    }
}

}  // namespace

bool is_hidden(const fs::path& path) {
    constexpr std::array<std::string_view, 7> left_by_systems{
        "__MACOSX", "@eaDir", "#recycle", "$RECYCLE.BIN", "System Volume Information", "lost+found", "__pycache__"};
    const std::string name = path.filename().string();
    return name.starts_with('.') || std::ranges::find(left_by_systems, name) != left_by_systems.end();
}

std::vector<fs::path> folders_in(const fs::path& folder) {
    std::vector<fs::path> found;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        std::error_code ignored;
        if (!is_hidden(entry.path()) && entry.is_directory(ignored)) found.push_back(entry.path());
    }
    std::ranges::sort(found);
    return found;
}

PhotoFiles photos_in(const fs::path& folder, bool deep) {
    PhotoFiles found;
    std::set<fs::path> entered;
    collect(folder, deep, entered, found);
    std::ranges::sort(found.photos);
    return found;
}

std::string unreadable_text(const std::map<std::string, Index>& unreadable) {
    std::vector<std::string> parts;
    for (const auto& [kind, count] : unreadable) parts.push_back(fmt::format("{} {}", count, kind));
    return fmt::format("{} (not read: convert them to PNG or JPEG)", fmt::join(parts, ", "));
}

}  // namespace cnn::data
