#include "grader/skeleton.hpp"

#include <sstream>
#include <string_view>
#include <vector>

#include "tensor/error.hpp"

namespace cnn::grader {
namespace {

using Lines = std::vector<std::string>;

constexpr std::string_view task_mark = "// Task ", only_mark = "// solution only";

std::string_view trimmed(std::string_view line) {
    const auto first = line.find_first_not_of(' ');
    return first == std::string_view::npos ? std::string_view() : line.substr(first);
}

// Blocks end at a blank line outside every brace of a function: a line that is empty while the next begins at column 0.
std::vector<Lines> blocks_of(const std::string& text) {
    std::vector<Lines> blocks(1);
    std::istringstream stream(text);
    Lines lines;
    for (std::string line; std::getline(stream, line);)
        if (!line.ends_with(only_mark)) lines.push_back(line);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const bool next_at_margin = i + 1 == lines.size() || (!lines[i + 1].empty() && lines[i + 1][0] != ' ');
        if (lines[i].empty() && next_at_margin) {
            if (!blocks.back().empty()) blocks.emplace_back();
        } else
            blocks.back().push_back(lines[i]);
    }
    if (blocks.back().empty()) blocks.pop_back();
    return blocks;
}

// The task's number, when the block is an exercise.
std::string task_of(const Lines& block) {
    if (!block[0].starts_with(task_mark)) return {};
    const std::string rest = block[0].substr(task_mark.size());
    return rest.substr(0, rest.find_first_not_of("0123456789."));
}

Lines without_body(const Lines& block, const std::string& task) {
    Lines result;
    std::size_t i = 0;
    while (i < block.size() && !(block[i].ends_with('{') && !block[i].starts_with("//"))) result.push_back(block[i++]);
    if (i == block.size()) throw Error("task " + task + ": no function follows its comment");
    result.push_back(block[i++]);
    // The TODO comments, each with the comment lines that continue it.
    bool in_steps = false;
    for (; i < block.size() && trimmed(block[i]).starts_with("//"); ++i) {
        in_steps = in_steps || trimmed(block[i]).starts_with("// TODO");
        if (!in_steps) break;
        result.push_back(block[i]);
    }
    result.push_back("    todo(\"" + task + "\");");
    result.push_back("}");
    return result;
}

bool is_frame(const Lines& block) {
    for (const std::string& line : block)
        if (!line.starts_with("}  // namespace") && !line.starts_with("namespace cnn::")) return false;
    return true;
}

}  // namespace

std::string make_skeleton(const std::string& solution) {
    std::string text;
    bool begun = false;
    const auto blocks = blocks_of(solution);
    for (std::size_t b = 0; b < blocks.size(); ++b) {
        const std::string task = task_of(blocks[b]);
        // A block of the file's head is a comment, includes, or the opening of the lab's namespace.
        const std::string& first = blocks[b][0];
        const bool head =
            !begun && (first.starts_with("//") || first.starts_with("#include") || first.starts_with("using "));
        begun = begun || !task.empty();
        if (task.empty() && !head && !is_frame(blocks[b])) continue;
        if (!text.empty()) text += '\n';
        for (const std::string& line : task.empty() ? blocks[b] : without_body(blocks[b], task)) text += line + '\n';
    }
    if (!begun) throw Error("no exercise found: a block that begins with \"// Task 4.3: …\"");
    return text;
}

}  // namespace cnn::grader
