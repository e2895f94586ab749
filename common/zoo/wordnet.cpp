#include "zoo/wordnet.hpp"

#include <sstream>

#include "data/process.hpp"
#include "tensor/error.hpp"

namespace cnn::zoo {
namespace {

// "           => {02103406} working dog, dog" → its indentation, "02103406", "working dog".
struct Line {
    std::size_t indentation = 0;
    std::string offset, word;
};
Line parse(const std::string& text) {
    Line line;
    const std::size_t open = text.find('{'), close = text.find("} ");
    if (open == std::string::npos || close == std::string::npos || close < open) return line;
    line.indentation = text.find_first_not_of(' ');
    line.offset = text.substr(open + 1, close - open - 1);
    line.word = text.substr(close + 2, text.find(',', close) - close - 2);
    return line;
}

}  // namespace

std::vector<std::string> hypernyms_in(std::string_view printed, const std::string& synset, std::size_t steps) {
    std::istringstream lines{std::string(printed)};
    std::vector<std::string> above;
    bool inside = false;
    std::size_t indentation = 0;
    for (std::string text; std::getline(lines, text) && above.size() < steps;) {
        const Line line = parse(text);
        if (line.offset.empty()) continue;
        if (inside) {
            if (line.indentation <= indentation) break;  // another way up, or another sense
            above.push_back(line.word);
        }
        inside = inside || (line.indentation == 0 && (synset.empty() || line.offset == synset.substr(1)));
        indentation = line.indentation;
    }
    return above;
}

std::vector<std::string> hypernyms(const ClassName& of, std::size_t steps) {
    // torchvision's names say more than WordNet's where two classes share a word: "crane bird", "maillot tank suit".
    for (std::string name = of.name; !name.empty();
         name = name.substr(0, name.find(' ') == std::string::npos ? 0 : name.rfind(' '))) {
        try {
            // Words that begin with a dash would be options.
            if (name.starts_with('-')) return {};
            const data::Outcome outcome = data::run({"wn", name, "-hypen", "-o"});
            if (outcome.status == 127) return {};  // not installed
            std::vector<std::string> above = hypernyms_in(outcome.output, of.synset, steps);
            if (!above.empty()) return above;
        } catch (const DataError&) {
            return {};
        }
    }
    return {};
}

}  // namespace cnn::zoo
