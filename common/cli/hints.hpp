// The hints of a lab: hints.md.
#pragma once
#include <map>
#include <string>
#include <vector>

namespace cnn::cli {

// For each task the tiers in order, each a piece of Markdown without its number and indentation.
using Hints = std::map<std::string, std::vector<std::string>>;

// Reads "## 4.4" (a title may follow) and below it the tiers "1. …", "2. …", "3. …", which may go on over several
// lines and hold fenced code. What stands before the first heading is for the reader of the file.
Hints parse_hints(const std::string& markdown);

// A tier for a terminal: paragraphs filled to `width` columns, code indented and left as it is.
std::string render_hint(const std::string& tier, int width);

}  // namespace cnn::cli
