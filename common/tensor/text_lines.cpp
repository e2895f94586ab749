#include "tensor/text_lines.hpp"

#include <algorithm>

#include "tensor/error.hpp"
#include "tensor/file.hpp"
#include "tensor/file_kind.hpp"

namespace cnn {
namespace {

constexpr std::uint64_t largest_text = std::uint64_t{64} << 20;

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t") == std::string_view::npos; }

// What ASCII characters leave in UTF-16 without a mark: every other byte is zero.
bool has_every_other_zero(std::string_view text) {
    if (text.size() < 4) return false;
    const std::string_view start = text.substr(0, std::min<std::size_t>(text.size() & ~std::size_t{1}, 64));
    for (const std::size_t first : {std::size_t{0}, std::size_t{1}}) {
        bool all = true;
        for (std::size_t i = 0; i < start.size(); ++i) all = all && (start[i] == '\0') == (i % 2 == first);
        if (all) return true;
    }
    return false;
}

}  // namespace

std::string_view utf8_text(std::string_view text, std::string_view name) {
    if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff") || has_every_other_zero(text))
        fail_data("{}: the text is in UTF-16, as Windows writes it: save it as UTF-8", name);
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    return text;
}

std::vector<std::string> text_lines(std::string_view text, std::string_view name) {
    text = utf8_text(text, name);
    if (text.find('\0') != std::string_view::npos) {
        const auto kind = file_kind(text);
        fail_data("{}: not a text file{}", name, kind ? " but " + kind->sentence() : "");
    }
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(end);
        text.remove_prefix(text.starts_with("\r\n") ? 2 : text.empty() ? 0 : 1);
    }
    while (!lines.empty() && is_blank(lines.back())) lines.pop_back();
    return lines;
}

std::vector<std::string> read_lines(const std::filesystem::path& path) {
    return text_lines(read_file(path, largest_text), path.string());
}

}  // namespace cnn
