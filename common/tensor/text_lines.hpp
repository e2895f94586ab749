// Lists in text files, one entry a line: labels, classes, tables.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace cnn {

// The lines of UTF-8 text, whatever ends them (LF, CR LF, or the CR of old Macs), without a byte-order mark and without
// the empty lines at the end; those between others stay, because a line's number may be its meaning. Throws DataError
// for UTF-16 and for what is no text; `name` is what errors call it.
std::vector<std::string> text_lines(std::string_view text, std::string_view name);

// The text without a byte-order mark, for readers that cut it up in their own way. Throws DataError for UTF-16.
std::string_view utf8_text(std::string_view text, std::string_view name);

// Of a file. Throws DataError also when it is missing, or larger than 64 MiB.
std::vector<std::string> read_lines(const std::filesystem::path& path);

}  // namespace cnn
