// What a file is, by its first bytes: for the sentence that says why it is not what was expected.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace cnn {

struct FileKind {
    std::string_view what;    // "a ZIP archive", "a web page or SVG drawing"
    std::string_view remedy;  // "unpack it first"; empty where there is none for every reader
    bool is_picture = false;  // of a kind that is not read here

    // "a ZIP archive: unpack it first"
    std::string sentence() const;
};

// Nothing for what has no signature that is known here. The first 512 bytes are enough.
std::optional<FileKind> file_kind(std::string_view bytes);
// Of a file of which no more than its start is read; nothing as well where it cannot be read.
std::optional<FileKind> file_kind_of(const std::filesystem::path& path);

}  // namespace cnn
