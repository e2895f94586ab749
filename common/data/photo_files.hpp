// Which files and folders are photos and classes: one rule for everyone who goes through folders.
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tensor/shape.hpp"

namespace cnn::data {

// What systems and programs leave beside the photos: names that begin with a dot (also ._x.jpg, macOS's notes about
// x.jpg), __MACOSX, @eaDir, lost+found and the like. Passed over without a word.
bool is_hidden(const std::filesystem::path& path);

// Folders directly in `folder`, sorted, without hidden ones. Links are followed.
std::vector<std::filesystem::path> folders_in(const std::filesystem::path& folder);

struct PhotoFiles {
    std::vector<std::filesystem::path> photos;  // sorted
    std::map<std::string, Index> unreadable;    // how many pictures of kinds that are not read: ".webp": 12
    std::vector<std::string> closed;            // folders that may not be opened
};
// Photos (whatever read_image reads) in `folder` and in the folders below it. Links are followed; no folder is entered
// twice. `deep` false: not the folders below.
PhotoFiles photos_in(const std::filesystem::path& folder, bool deep = true);

// "12 .webp, 3 .heic (not read: convert them to PNG or JPEG)"
std::string unreadable_text(const std::map<std::string, Index>& unreadable);

}  // namespace cnn::data
