#include "cli/hints.hpp"

#include <algorithm>
#include <cctype>
#include <sstream>

#include "terminal/text.hpp"

namespace cnn::cli {
namespace {

bool is_fence(const std::string& line) {
    return line.find("```") == line.find_first_not_of(' ') && line.find("```") != std::string::npos;
}

// The number before ". " at the left margin; 0 where the line does not begin a tier.
int tier_number(const std::string& line) {
    std::size_t digits = 0;
    while (digits < line.size() && std::isdigit(static_cast<unsigned char>(line[digits]))) ++digits;
    return digits > 0 && digits < 3 && line.substr(digits, 2) == ". " ? std::stoi(line.substr(0, digits)) : 0;
}

std::string without_indent(const std::string& line, std::size_t most) {
    const std::size_t spaces = std::min(line.find_first_not_of(' '), line.size());
    return line.substr(std::min(spaces, most));
}

std::string trimmed(std::string text) {
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.pop_back();
    return text;
}

// Appends one word to the paragraph's last line, or begins a new one.
void add_word(std::string& text, int& column, const std::string& word, int width) {
    const int length = terminal::display_width(word);
    if (column > 0 && column + 1 + length > width) {
        text += '\n';
        column = 0;
    }
    if (column > 0) {
        text += ' ';
        ++column;
    }
    text += word;
    column += length;
}

}  // namespace

Hints parse_hints(const std::string& markdown) {
    Hints hints;
    std::vector<std::string>* tiers = nullptr;
    bool in_code = false;
    std::istringstream lines(markdown);
    for (std::string line; std::getline(lines, line);) {
        if (!line.empty() && line.back() == '\r') line.pop_back();
        if (!in_code && line.starts_with("## ")) {
            std::istringstream heading(line.substr(3));
            std::string task;
            heading >> task;
            tiers = &hints[task];
            continue;
        }
        if (!tiers) continue;
        // Only the next number begins a tier: a numbered list inside one stays where it is.
        if (!in_code && tier_number(line) == static_cast<int>(tiers->size()) + 1) {
            tiers->push_back(line.substr(line.find(". ") + 2) + "\n");
            continue;
        }
        if (is_fence(line)) in_code = !in_code;
        if (!tiers->empty()) tiers->back() += without_indent(line, 3) + "\n";
    }
    for (auto& [task, texts] : hints)
        for (std::string& text : texts) text = trimmed(text);
    return hints;
}

std::string render_hint(const std::string& tier, int width) {
    std::string text;
    int column = 0;
    bool in_code = false;
    std::istringstream lines(tier);
    for (std::string line; std::getline(lines, line);) {
        const bool fence = is_fence(line);
        if (fence) in_code = !in_code;
        if (fence || in_code || line.empty()) {
            if (column > 0) text += '\n';
            column = 0;
            if (line.empty())
                text += '\n';
            else if (!fence)
                text += "    " + line + '\n';
            continue;
        }
        if (line.starts_with("- ") && column > 0) {  // a list's next item
            text += '\n';
            column = 0;
        }
        std::istringstream words(line);
        for (std::string word; words >> word;) add_word(text, column, word, width);
    }
    return trimmed(text);
}

}  // namespace cnn::cli
