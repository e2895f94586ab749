#include "grader/exercise.hpp"

#include <fmt/format.h>

namespace cnn::grader {

// Overridden by a solution's kernels.cpp, where there is one.
[[gnu::weak]] const std::vector<Replacement>& kernels() {
    static const std::vector<Replacement> none;
    return none;
}

namespace detail {

Function parse_declaration(const std::string& declaration, std::size_t arity) {
    const auto open = declaration.find('('), close = declaration.find(')'), arrow = declaration.find("->");
    const auto fail = [&] {
        throw Error(
            fmt::format("\"{}\": expected \"name(parameters) -> result\" with {} parameters", declaration, arity));
    };
    if (open == std::string::npos || close == std::string::npos || arrow == std::string::npos) fail();
    const auto trimmed = [](std::string_view text) {
        const auto first = text.find_first_not_of(' '), last = text.find_last_not_of(' ');
        return first == std::string_view::npos ? std::string() : std::string(text.substr(first, last - first + 1));
    };
    Function result;
    result.name = trimmed(std::string_view(declaration).substr(0, open));
    result.result = trimmed(std::string_view(declaration).substr(arrow + 2));
    std::string_view list = std::string_view(declaration).substr(open + 1, close - open - 1);
    while (!trimmed(list).empty()) {
        const auto comma = list.find(',');
        result.parameters.push_back(trimmed(list.substr(0, comma)));
        list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    }
    if (result.parameters.size() != arity || result.name.empty() || result.result.empty()) fail();
    return result;
}

}  // namespace detail
}  // namespace cnn::grader
