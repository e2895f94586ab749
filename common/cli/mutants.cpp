#include "cli/mutants.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <regex>
#include <sstream>
#include <utility>

namespace cnn::cli {
namespace {

// The same text with blanks in the place of comments and of what stands between quotes.
std::string code_only(std::string text) {
    enum { code, line_comment, comment, quoted } state = code;
    char quote = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char next = i + 1 < text.size() ? text[i + 1] : '\0';
        if (state == code && text[i] == '/' && next == '/') state = line_comment;
        if (state == code && text[i] == '/' && next == '*') state = comment;
        if (state == code && (text[i] == '"' || (text[i] == '\'' && !(i > 0 && std::isdigit(text[i - 1]))))) {
            quote = text[i];
            state = quoted;
            continue;
        }
        if (state == code) continue;
        const bool ends = (state == line_comment && text[i] == '\n') || (state == quoted && text[i] == quote) ||
                          (state == comment && text[i] == '/' && i > 1 && text[i - 1] == '*');
        if (state == quoted && text[i] == '\\') {
            text[i] = ' ';
            if (++i < text.size()) text[i] = ' ';
            continue;
        }
        if (text[i] != '\n' && !(ends && state == quoted)) text[i] = ' ';
        if (ends) state = code;
    }
    return text;
}

std::string without_margin(const std::string& line) {
    const std::size_t first = line.find_first_not_of(' '), last = line.find_last_not_of(' ');
    return first == std::string::npos ? "" : line.substr(first, last - first + 1);
}

struct Change {
    std::string kind;
    std::size_t at, length;  // in the line
    std::string by;
};

// A rule: what it finds, in which group of it the changed piece stands, and what comes in its place.
struct Rule {
    std::string kind;
    std::regex found;
    std::string (*by)(const std::smatch&);
};

template <class... Pairs>
std::string exchanged(const std::string& what, const Pairs&... pairs) {
    for (const auto& [from, to] : {pairs...})
        if (what == from) return to;
    return "";
}
using Swap = std::pair<const char*, const char*>;

std::string doubled_or_next(const std::smatch& found) {
    const std::string number = found[2];
    if (number.find('.') == std::string::npos && number.find('e') == std::string::npos)
        return std::to_string(std::stoll(number) + 1);
    return fmt::format("{:g}", 1.5 * std::stod(number) + (std::stod(number) == 0 ? 1 : 0));
}

// Binary operators stand between blanks here, and what is a template's does not.
const std::vector<Rule>& rules() {
    static const std::vector<Rule> list{
        {"comparison", std::regex("( )(<=|>=|<|>|==|!=)( )"),
         [](const std::smatch& m) {
             return exchanged(m[2], Swap{"<", "<="}, Swap{"<=", "<"}, Swap{">", ">="}, Swap{">=", ">"},
                              Swap{"==", "!="}, Swap{"!=", "=="});
         }},
        {"arithmetic", std::regex("( )([-+*/]|[-+*/]=)( )"),
         [](const std::smatch& m) {
             return exchanged(m[2], Swap{"+", "-"}, Swap{"-", "+"}, Swap{"*", "/"}, Swap{"/", "*"}, Swap{"+=", "="},
                              Swap{"-=", "+="}, Swap{"*=", "/="}, Swap{"/=", "*="});
         }},
        {"logic", std::regex("( )(&&|\\|\\|)( )"),
         [](const std::smatch& m) {
             return exchanged(m[2], Swap{"&&", "||"}, Swap{"||", "&&"});
         }},
        {"sign", std::regex("(\\(|, |= |return )(-)([\\w(])"), [](const std::smatch&) { return std::string(" "); }},
        {"constant", std::regex("([ (\\[{,-])([0-9]+(?:\\.[0-9]+)?(?:e-?[0-9]+)?)(f?[ )\\],;}])"), doubled_or_next},
        {"axis", std::regex("(size\\()([0-3])(\\))"),
         [](const std::smatch& m) {
             return exchanged(m[2], Swap{"0", "1"}, Swap{"1", "0"}, Swap{"2", "3"}, Swap{"3", "2"});
         }},
        {"axis", std::regex("([(, ])(([a-z]\\w*), ([a-z]\\w*))(\\))"),
         [](const std::smatch& m) { return m[3] == m[4] ? std::string() : m[4].str() + ", " + m[3].str(); }},
    };
    return list;
}

std::vector<Change> changes_of(const std::string& line) {
    std::vector<Change> changes;
    for (const Rule& rule : rules())
        for (std::string::const_iterator at = line.begin(); at != line.end();) {
            std::smatch found;
            if (!std::regex_search(at, line.end(), found, rule.found)) break;
            const auto place = static_cast<std::size_t>(found[2].first - line.begin());
            if (std::string by = rule.by(found); !by.empty())
                changes.push_back({rule.kind, place, static_cast<std::size_t>(found[2].length()), std::move(by)});
            at = found[2].second;  // what ends one may begin the next
        }
    // A whole statement on one line, that declares nothing.
    static const std::regex statement(
        "^ *((?:if \\(.*\\) |for \\(.*\\) )?)"
        "((?:continue|break|require\\(.*\\)|(?:\\+\\+|--)[\\w.\\[\\]]+|[a-z][\\w.]*(?:\\[[^=]*\\]|\\([^=]*\\))? "
        "[-+*/]?= [^;]*|std::[\\w:]+\\([^;]*\\)|[a-z]\\w*\\.[\\w.]+\\([^;]*\\));)$");
    std::smatch found;
    if (std::regex_match(line, found, statement))
        changes.push_back({"dropped statement", static_cast<std::size_t>(found[2].first - line.begin()),
                           static_cast<std::size_t>(found[2].length()), ";"});
    return changes;
}

// The same text with blanks in the place of what only words an error: the arguments of require behind its condition.
std::string without_words_of_errors(std::string code) {
    constexpr std::string_view word = "require(";
    for (std::size_t at = code.find(word); at != std::string::npos; at = code.find(word, at + 1)) {
        const std::size_t end = std::min(code.find(';', at), code.size());
        for (std::size_t i = std::min(code.find('"', at), end); i + 1 < end; ++i)
            if (code[i] != '\n') code[i] = ' ';
    }
    return code;
}

// What is no code of a function: directives, namespaces, declarations of names.
bool is_left_alone(const std::string& code) {
    static const std::regex directive("^ *(#|using |namespace |template |\\[\\[|struct |enum )");
    return std::regex_search(code, directive) || without_margin(code).size() < 3;
}

}  // namespace

std::vector<Mutant> mutants_of(const std::string& source) {
    std::vector<Mutant> mutants;
    const std::string code = without_words_of_errors(code_only(source));
    int number = 0;
    for (std::size_t begin = 0; begin < source.size();) {
        const std::size_t end = std::min(source.find('\n', begin), source.size());
        const std::string line = source.substr(begin, end - begin), in_code = code.substr(begin, end - begin);
        ++number;
        if (!is_left_alone(in_code))
            for (const Change& change : changes_of(in_code)) {
                std::string changed = line;
                changed.replace(change.at, change.length, change.by);
                mutants.push_back({number, change.kind, without_margin(line), without_margin(changed),
                                   source.substr(0, begin) + changed + source.substr(end)});
            }
        begin = end + 1;
    }
    return mutants;
}

std::vector<Mutant> sample(std::vector<Mutant> mutants, std::size_t count, std::uint32_t seed) {
    // Written out, because std::shuffle draws otherwise in every library.
    std::mt19937 random(seed);
    for (std::size_t i = mutants.size(); i > 1; --i) std::swap(mutants[i - 1], mutants[random() % i]);
    mutants.resize(std::min(count, mutants.size()));
    return mutants;
}

std::string known_reason(const std::string& list, const Mutant& mutant) {
    std::istringstream lines(list);
    bool here = false;
    for (std::string line; std::getline(lines, line);) {
        if (here && line.starts_with("    ")) return without_margin(line);
        here = !line.starts_with(' ') && line == mutant.is;
    }
    return "";
}

}  // namespace cnn::cli
