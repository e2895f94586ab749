#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "grader/verify.hpp"
#include "tensor/error.hpp"
#include "tensor/file.hpp"

namespace cnn::grader {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) line.pop_back();
        lines.push_back(line);
    }
    return lines;
}

// A line without the white space around it: code in a handout may be indented less than in its file.
std::string trimmed(const std::string& line) {
    const auto first = line.find_first_not_of(' ');
    return first == std::string::npos ? "" : line.substr(first);
}

bool contains_lines(const std::vector<std::string>& file, const std::vector<std::string>& block) {
    for (std::size_t start = 0; start + block.size() <= file.size(); ++start) {
        std::size_t i = 0;
        while (i < block.size() && trimmed(file[start + i]) == trimmed(block[i])) ++i;
        if (i == block.size()) return true;
    }
    return false;
}

// Every fenced block behind "<!-- from PATH -->" stands in that file, word for word.
void verify_cut_code(const fs::path& root, const fs::path& document, Promises& promises) {
    const std::string name = fs::relative(document, root).string();
    const auto lines = lines_of(read_file(document));
    static const std::regex mark(R"(\s*<!-- from (\S+) -->\s*)");
    for (std::size_t i = 0; i < lines.size(); ++i) {
        std::smatch match;
        if (!std::regex_match(lines[i], match, mark)) continue;
        const fs::path source = root / match[1].str();
        std::vector<std::string> block;
        std::size_t line = i + 1;
        while (line < lines.size() && !trimmed(lines[line]).starts_with("```")) ++line;
        for (++line; line < lines.size() && !trimmed(lines[line]).starts_with("```"); ++line)
            block.push_back(lines[line]);
        const bool found = fs::exists(source) && !block.empty() && contains_lines(lines_of(read_file(source)), block);
        promises.expect(found, fmt::format("{}:{}: the code is cut from {}", name, i + 1, match[1].str()),
                        block.empty() ? "no code follows" : "it does not stand there: " + block[0]);
    }
}

// Every picture and file that a document links to exists.
void verify_links(const fs::path& root, const fs::path& document, Promises& promises) {
    const std::string text = read_file(document), name = fs::relative(document, root).string();
    static const std::regex link(R"(\]\(([^)\s#]+)(#[^)]*)?\))");
    for (std::sregex_iterator match(text.begin(), text.end(), link), end; match != end; ++match) {
        const std::string target = (*match)[1];
        if (target.find("://") != std::string::npos || target.starts_with("mailto:")) continue;
        promises.expect(fs::exists(document.parent_path() / target),
                        fmt::format("{}: the link to {} leads somewhere", name, target));
    }
}

// "## 4.4", then three tiers "1. ", "2. ", "3. ".
void verify_hints(const Json& lab, const fs::path& file, Promises& promises) {
    const auto lines = lines_of(read_file(file));
    for (const Json& task : lab["tasks"]) {
        const std::string number = task["task"];
        std::string tiers;
        bool inside = false;
        for (const std::string& line : lines) {
            if (line.starts_with("## "))
                inside = line == "## " + number || line.starts_with("## " + number + " ");
            else if (inside && line.size() > 2 && line[0] >= '1' && line[0] <= '9' && line[1] == '.')
                tiers += line[0];
        }
        promises.expect(tiers == "123", fmt::format("{}: hints for {} in three tiers", file.string(), number),
                        "found: " + tiers);
    }
}

}  // namespace

void verify_document(const fs::path& root, const fs::path& document, Promises& promises) {
    verify_cut_code(root, document, promises);
    verify_links(root, document, promises);
}

void verify_texts(const Json& lab, const VerifyOptions& options, Promises& promises) {
    const std::string folder = lab["lab"].get<std::string>() + "-" + lab["slug"].get<std::string>();
    const fs::path base = options.root / "labs" / folder, handout = base / "README.md", hints = base / "hints.md";
    for (const fs::path& file : {handout, hints, base / "main.cpp"})
        promises.expect(fs::exists(file), fmt::format("{}: there is a {}", folder, file.filename().string()));
    if (fs::exists(handout)) {
        verify_document(options.root, handout, promises);
        const std::string text = read_file(handout);
        const bool shows = text.find(".png)") != std::string::npos || text.find(".jpg)") != std::string::npos;
        promises.expect(shows, folder + ": the handout shows a picture");
        for (const Json& task : lab["tasks"]) {
            const std::string number = task["task"];
            promises.expect(text.find("lab check " + number) != std::string::npos,
                            fmt::format("{}: the handout tells how to check {}", folder, number));
        }
    }
    if (fs::exists(hints)) verify_hints(lab, hints, promises);
}

}  // namespace cnn::grader
