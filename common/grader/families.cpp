#include "grader/families.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <csignal>
#include <functional>
#include <optional>

#include "grader/compare.hpp"
#include "grader/families_parts.hpp"
#include "grader/numbers.hpp"

namespace cnn::grader {
namespace {

// ---- a parameter that is not used, a part of the images ------------------------------------------------------------

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds patience{300};  // for asking the reference other questions

// Does the reference, asked otherwise, answer every question as the learner did?
bool answers_alike(const Function& function, const std::vector<Asked>& questions, Clock::time_point until,
                   const std::function<std::optional<List>(const List&)>& otherwise) {
    bool explains_a_wrong_one = false;
    for (const Asked& asked : questions) {
        if (Clock::now() > until) return false;
        const std::optional<List> arguments = otherwise(*asked.arguments);
        if (!arguments) return false;
        try {
            const Value expected = function.invoke(*arguments).result;
            if (!same_structure(expected, *asked.answer)) return false;
            const Value allowed = derived_allowance(function.invoke, *arguments, expected);
            if (!difference("", *asked.answer, expected, allowed).empty()) return false;
            // Bounds so wide that the right answer lies within them, too, are no evidence.
            explains_a_wrong_one |= !asked.right && !difference("", asked.expected, expected, allowed).empty();
        } catch (const std::exception&) {
            return false;
        }
    }
    return explains_a_wrong_one;
}

struct Substitute {
    Value value;
    std::string words;  // "0", "all zeros"
};

// What an unused argument is like: another number, zeros or ones instead of a tensor.
std::vector<Substitute> substitutes(const Value& value) {
    const auto filled = [](const Tensor& tensor, float x) {
        Tensor result(tensor.shape());
        std::ranges::fill(result.values(), x);
        return result;
    };
    if (const auto* truth = std::get_if<bool>(&value)) return {{!*truth, *truth ? "false" : "true"}};
    if (std::holds_alternative<std::int64_t>(value)) {
        std::vector<Substitute> list;
        for (const std::int64_t x : {0, 1, 2}) list.push_back({x, std::to_string(x)});
        return list;
    }
    if (std::holds_alternative<double>(value)) return {{0.0, "0"}, {1.0, "1"}};
    if (const auto* tensor = std::get_if<Tensor>(&value))
        return {{filled(*tensor, 0), "all zeros"}, {filled(*tensor, 1), "all ones"}};
    return {};
}

// One argument, or one field of it, that can be replaced.
struct Parameter {
    std::size_t argument;
    std::optional<std::size_t> field;
    std::string name;
};
std::vector<Parameter> parameters_of(const Function& function, const List& arguments) {
    std::vector<Parameter> list;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (const auto* record = std::get_if<Record>(&arguments[i]))
            for (std::size_t f = 0; f < record->size(); ++f)
                list.push_back({i, f, function.parameters[i] + "." + (*record)[f].name});
        else
            list.push_back({i, std::nullopt, function.parameters[i]});
    }
    return list;
}
Value& at(List& arguments, const Parameter& parameter) {
    Value& argument = arguments[parameter.argument];
    return parameter.field ? std::get<Record>(argument)[*parameter.field].value : argument;
}

std::string unused_parameter(const Function& function, const std::vector<Asked>& questions, Clock::time_point until) {
    for (const Parameter& parameter : parameters_of(function, *questions.front().arguments)) {
        List first = *questions.front().arguments;
        const std::size_t choices = substitutes(at(first, parameter)).size();
        for (std::size_t choice = 0; choice < choices; ++choice) {
            const auto otherwise = [&](const List& arguments) -> std::optional<List> {
                List changed = arguments;
                Value& value = at(changed, parameter);
                const auto list = substitutes(value);
                if (choice >= list.size()) return std::nullopt;
                value = list[choice].value;
                return changed;
            };
            if (!answers_alike(function, questions, until, otherwise)) continue;
            return fmt::format("your answers are those for {} = {}, whatever {} is. Is it used?", parameter.name,
                               substitutes(at(first, parameter))[choice].words, parameter.name);
        }
    }
    return "";
}

// Of every argument that has one entry for each image, the entry of one image alone.
std::optional<List> one_image(const List& arguments, bool last) {
    const auto* x = arguments.empty() ? nullptr : std::get_if<Tensor>(&arguments[0]);
    if (!x || x->rank() < 2 || x->size(0) < 1) return std::nullopt;
    const Index images = x->size(0), image = last ? images - 1 : 0;
    List result = arguments;
    for (Value& argument : result) {
        if (auto* tensor = std::get_if<Tensor>(&argument); tensor && tensor->rank() >= 2 && tensor->size(0) == images) {
            std::vector<Index> sizes(tensor->shape().sizes().begin(), tensor->shape().sizes().end());
            sizes[0] = 1;
            Tensor part{Shape(sizes)};
            std::copy_n(tensor->data() + image * part.count(), part.count(), part.data());
            argument = std::move(part);
        } else if (auto* list = std::get_if<List>(&argument);
                   list && static_cast<Index>(list->size()) == images && images > 1) {
            argument = List{(*list)[static_cast<std::size_t>(image)]};
        }
    }
    return result;
}

std::string one_image_counts(const Function& function, const std::vector<Asked>& questions, Clock::time_point until) {
    for (const bool last : {true, false})
        if (answers_alike(function, questions, until,
                          [&](const List& arguments) { return one_image(arguments, last); }))
            return fmt::format("only the {} image counts: {}", last ? "last" : "first",
                               last ? "is there an = where += belongs?" : "where does the loop over the images end?");
    return "";
}

// What f() says, in a child of this process: the reference may be asked here what it is not meant for, and divide by
// zero or not end. Empty where it did not say anything in time.
template <class F>
std::string said_by_child(const F& f) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return "";
    const pid_t child = fork();
    if (child == 0) {
        for (const int crash : {SIGFPE, SIGSEGV, SIGBUS, SIGABRT, SIGILL}) signal(crash, SIG_DFL);
        const std::string text = f();
        _exit(write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()) ? 0 : 1);
    }
    ::close(ends[1]);
    std::string text;
    pollfd ready{ends[0], POLLIN, 0};
    std::array<char, 1024> bytes{};  // more than a sentence, and less than a pipe takes at once
    const auto wait = static_cast<int>((2 * patience).count());
    if (child > 0 && poll(&ready, 1, wait) == 1)
        if (const ssize_t got = read(ends[0], bytes.data(), bytes.size()); got > 0)
            text.assign(bytes.data(), static_cast<std::size_t>(got));
    ::close(ends[0]);
    if (child > 0) {
        kill(child, SIGKILL);
        waitpid(child, nullptr, 0);
    }
    return text;
}

// ---- when it is right ----------------------------------------------------------------------------------------------

struct Condition {
    std::string words;  // "stride is 1"
    std::function<std::optional<bool>(const List&)> holds;
};

std::vector<Condition> conditions(const Function& function, const List& arguments) {
    std::vector<Condition> list;
    for (const Parameter& parameter : parameters_of(function, arguments)) {
        if (parameter.name.ends_with("seed")) continue;
        const auto value = [parameter](const List& given) { return at(const_cast<List&>(given), parameter); };
        for (const std::int64_t x : {0, 1})
            list.push_back({fmt::format("{} is {}", parameter.name, x), [=](const List& given) -> std::optional<bool> {
                                const Value v = value(given);
                                const auto* whole = std::get_if<std::int64_t>(&v);
                                if (!whole) return std::nullopt;
                                return *whole == x;
                            }});
        list.push_back({fmt::format("{} is even", parameter.name), [=](const List& given) -> std::optional<bool> {
                            const Value v = value(given);
                            const auto* whole = std::get_if<std::int64_t>(&v);
                            if (!whole) return std::nullopt;
                            return *whole % 2 == 0;
                        }});
        const auto sizes = [=](const List& given) {
            const Value v = value(given);
            if (const auto* image = std::get_if<Image>(&v)) return std::vector<Index>{image->height, image->width};
            const auto* tensor = std::get_if<Tensor>(&v);
            if (!tensor) return std::vector<Index>{};
            return std::vector<Index>(tensor->shape().sizes().begin(), tensor->shape().sizes().end());
        };
        list.push_back({fmt::format("{} is square", parameter.name), [=](const List& given) -> std::optional<bool> {
                            const auto s = sizes(given);
                            if (s.size() < 2) return std::nullopt;
                            return s[s.size() - 1] == s[s.size() - 2];
                        }});
        for (std::size_t axis = 0; axis < 4; ++axis)
            list.push_back(
                {fmt::format("{}.size({}) is 1", parameter.name, axis), [=](const List& given) -> std::optional<bool> {
                     const auto s = sizes(given);
                     if (s.size() <= axis) return std::nullopt;
                     return s[axis] == 1;
                 }});
    }
    return list;
}

double ways_to_choose(int some, int all) {
    double ways = 1;
    for (int i = 1; i <= some; ++i) ways *= static_cast<double>(all - some + i) / i;
    return std::round(ways);
}

// Right in every question where something holds, and wrong in every other.
std::string right_when(const Function& function, const std::vector<Asked>& questions) {
    // Of few questions, some condition that has nothing to do with it divides any two halves: so many other ways there
    // must be to choose as many of them.
    constexpr int fewest = 2;
    constexpr double enough = 28;
    for (const Condition& condition : conditions(function, *questions.front().arguments))
        for (const bool wanted : {true, false}) {
            int right = 0, wrong = 0;
            bool divides = true;
            for (const Asked& asked : questions) {
                const std::optional<bool> holds = condition.holds(*asked.arguments);
                divides = divides && holds && (*holds == wanted) == asked.right;
                ++(asked.right ? right : wrong);
            }
            if (!divides || right < fewest || wrong < fewest || ways_to_choose(right, right + wrong) < enough) continue;
            const std::string verb =
                wanted ? condition.words
                       : std::string(condition.words).replace(condition.words.find(" is "), 4, " is not ");
            return fmt::format("every question in which {} is answered right ({} of them), every other wrong ({}).",
                               verb, right, wrong);
        }
    return "";
}

}  // namespace

std::string family_of(const Function& function, const std::vector<Asked>& questions) {
    if (questions.empty()) return "";
    const std::string found = said_by_child([&]() -> std::string {
        const Clock::time_point until = Clock::now() + patience;
        for (const auto& say : {unused_parameter, one_image_counts})
            if (std::string text = say(function, questions, until); !text.empty()) return text;
        return "";
    });
    if (!found.empty()) return found;
    for (const auto& say : {pattern_of, right_when, place_of_wrong_values})
        if (std::string text = say(function, questions); !text.empty()) return text;
    return "";
}

}  // namespace cnn::grader
