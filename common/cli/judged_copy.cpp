#include "cli/judged_copy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "cli/files.hpp"

namespace cnn::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view utf8_mark = "\xef\xbb\xbf";

// The text with a first line that says whose it is. A mark of UTF-8 belongs at the beginning or nowhere.
std::string with_origin(std::string_view text, const fs::path& original) {
    std::string line = "#line 1 \"";
    for (const char c : original.string()) {
        if (c == '"' || c == '\\') line += '\\';
        line += c == '\n' ? '?' : c;
    }
    if (text.starts_with(utf8_mark)) text.remove_prefix(utf8_mark.size());
    return fmt::format("{}\"\n{}", line, text);
}

}  // namespace

fs::path judged_copy(const Tree& tree, const Lab& lab) {
    return tree.build / "judged" / lab.folder_name() / (lab.slug + ".cpp");
}

void take_copy(const fs::path& copy, const std::string& text, const fs::path& original) {
    const std::string wanted = with_origin(text, original);
    if (text_of(copy) != wanted) write_file(copy, wanted);
}

std::map<std::string, std::string> take_copies(const Tree& tree, const std::vector<Lab>& labs) {
    std::map<std::string, std::string> fingerprints;
    for (const Lab& lab : labs)
        if (const auto text = text_of(lab.file(tree))) {
            take_copy(judged_copy(tree, lab), *text, lab.file(tree));
            fingerprints[lab.number] = fingerprint(*text);
        }
    return fingerprints;
}

std::string not_a_source(const std::string& text, const std::string& name) {
    if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"))
        return fmt::format(
            "{} is written in UTF-16, which the compiler does not read: save it as UTF-8 (in many editors under \"Save "
            "with encoding\").\n",
            name);
    if (std::string_view(text).substr(0, 65536).find('\0') != std::string_view::npos)
        return fmt::format(
            "{} is not a text: it holds bytes that are zero. Is it a program, a picture or an archive?\n", name);
    return "";
}

std::string explain_characters(const std::string& text, const std::string& words) {
    // GCC: "stray ‘\342’ in program", "extended character “ is not valid in an identifier"; Clang: "unexpected
    // character".
    const bool refused = words.find("stray") != std::string::npos ||
                         words.find("extended character") != std::string::npos ||
                         words.find("unexpected character") != std::string::npos;
    if (!refused) return "";
    constexpr std::array<std::string_view, 5> marks{"“", "”", "‘", "’", "„"};
    std::size_t first = std::string::npos;
    for (const std::string_view mark : marks) first = std::min(first, text.find(mark));
    if (first == std::string::npos) return "";
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(first), '\n');
    return fmt::format(
        "Line {} holds a curly quotation mark, as word processors and web pages write it. C++ knows only the straight "
        "ones, \" and '.\n",
        line);
}

}  // namespace cnn::cli
