#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <optional>
#include <set>

#include "grader/families_parts.hpp"
#include "grader/numbers.hpp"

namespace cnn::grader {
namespace {

// One result of one question as plain numbers.
struct Part {
    const List* arguments;
    std::string name;
    Shape shape;
    std::vector<double> answer, expected, allowed;
    std::vector<bool> wrong;

    std::size_t count() const { return answer.size(); }
    bool is_wrong() const { return std::ranges::find(wrong, true) != wrong.end(); }
};
// The same result in all the questions where it is wrong.
using Parts = std::vector<Part>;

std::optional<double> as_number(const Value& value) {
    if (const auto* real = std::get_if<double>(&value)) return *real;
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
    return std::nullopt;
}

void finish(std::map<std::string, Parts>& parts, Part part) {
    for (std::size_t i = 0; i < part.count(); ++i) {
        const bool both_none = std::isnan(part.answer[i]) && std::isnan(part.expected[i]);
        part.wrong.push_back(!both_none && part.answer[i] != part.expected[i] &&
                             !(std::abs(part.answer[i] - part.expected[i]) <= part.allowed[i]));
    }
    if (part.is_wrong()) parts[part.name].push_back(std::move(part));
}

// false: something is wrong here that is not in the numbers (a shape, a text, the length of a list).
bool collect(std::map<std::string, Parts>& parts, const List& asked, const std::string& name, const Value& answer,
             const Value& expected, const Value& allowed) {
    if (answer.index() != expected.index() || expected.index() != allowed.index()) return false;
    if (const auto* tensor = std::get_if<Tensor>(&expected)) {
        const Tensor &yours = std::get<Tensor>(answer), &bounds = std::get<Tensor>(allowed);
        if (yours.shape() != tensor->shape() || bounds.shape() != tensor->shape()) return false;
        const auto numbers = [](const Tensor& t) { return std::vector<double>(t.values().begin(), t.values().end()); };
        finish(parts, {&asked, name, tensor->shape(), numbers(yours), numbers(*tensor), numbers(bounds), {}});
        return true;
    }
    if (const auto* image = std::get_if<Image>(&expected)) {
        const Image& yours = std::get<Image>(answer);
        if (yours.pixels.size() != image->pixels.size() || yours.width != image->width) return false;
        const auto numbers = [](const Image& i) { return std::vector<double>(i.pixels.begin(), i.pixels.end()); };
        const Shape shape = image->channels == 1 ? Shape{image->height, image->width}
                                                 : Shape{image->height, image->width, image->channels};
        finish(
            parts,
            {&asked, name, shape, numbers(yours), numbers(*image), std::vector<double>(image->pixels.size(), 0), {}});
        return true;
    }
    if (const auto wanted = as_number(expected)) {
        const bool exact = std::holds_alternative<std::int64_t>(expected);
        finish(parts, {&asked, name, Shape{}, {*as_number(answer)}, {*wanted}, {exact ? 0 : *as_number(allowed)}, {}});
        return true;
    }
    if (const auto* list = std::get_if<List>(&expected)) {
        const List &yours = std::get<List>(answer), &bounds = std::get<List>(allowed);
        if (yours.size() != list->size() || bounds.size() != list->size()) return false;
        Part part{&asked, name, Shape{static_cast<Index>(list->size())}, {}, {}, {}, {}};
        for (std::size_t i = 0; i < list->size(); ++i) {
            const auto a = as_number(yours[i]), e = as_number((*list)[i]), b = as_number(bounds[i]);
            if (!a || !e || !b) {
                if (!collect(parts, asked, name, yours[i], (*list)[i], bounds[i])) return false;
                continue;
            }
            const bool exact = std::holds_alternative<std::int64_t>((*list)[i]);
            part.answer.push_back(*a), part.expected.push_back(*e), part.allowed.push_back(exact ? 0 : *b);
        }
        if (part.count() == list->size()) finish(parts, std::move(part));
        return true;
    }
    if (const auto* record = std::get_if<Record>(&expected)) {
        const auto &yours = std::get<Record>(answer), &bounds = std::get<Record>(allowed);
        if (yours.size() != record->size() || bounds.size() != record->size()) return false;
        for (std::size_t i = 0; i < record->size(); ++i)
            if (!collect(parts, asked, name + "." + (*record)[i].name, yours[i].value, (*record)[i].value,
                         bounds[i].value))
                return false;
        return true;
    }
    return identical(answer, expected);
}

std::optional<std::map<std::string, Parts>> wrong_parts(const Function& function, const std::vector<Asked>& questions) {
    std::map<std::string, Parts> parts;
    for (const Asked& asked : questions)
        if (!asked.right &&
            !collect(parts, *asked.arguments, function.result, *asked.answer, asked.expected, asked.allowed))
            return std::nullopt;
    return parts;
}

// ---- every value is … ----------------------------------------------------------------------------------------------

bool near(double a, double b, double allowed) { return a == b || std::abs(a - b) <= allowed; }

// Is the answer f(expected), number by number, in all the questions? And is it clearly not what is expected: where
// bounds are wide, or numbers near zero, almost anything would do.
template <class F>
bool each_is(const Parts& parts, const F& f, int fewest = 2) {
    int clearly_wrong = 0, numbers = 0;
    for (const Part& part : parts)
        for (std::size_t i = 0; i < part.count(); ++i) {
            const double image = f(part, i);
            const double grown = part.expected[i] == 0 ? 1 : std::max(1.0, std::abs(image / part.expected[i]));
            if (!near(part.answer[i], image, 2 * part.allowed[i] * grown + 1e-6 * std::abs(image))) return false;
            ++numbers;
            clearly_wrong += std::abs(part.answer[i] - part.expected[i]) > 8 * part.allowed[i];
        }
    return clearly_wrong >= std::min(fewest, numbers);
}

// The factor between answer and expected in this question, taken where it can be read best.
std::optional<double> factor_of(const Part& part) {
    std::size_t best = 0;
    for (std::size_t i = 0; i < part.count(); ++i)
        if (std::abs(part.expected[i]) > std::abs(part.expected[best])) best = i;
    if (!(std::abs(part.expected[best]) > 0) || part.answer[best] == 0) return std::nullopt;
    const double factor = part.answer[best] / part.expected[best];
    if (!std::isfinite(factor)) return std::nullopt;
    return factor;
}

std::size_t different_numbers(const Parts& parts) {
    std::set<double> numbers;
    for (const Part& part : parts) numbers.insert(part.expected.begin(), part.expected.end());
    return numbers.size();
}

std::string sign_factor_offset(const std::string& name, const Parts& parts) {
    if (different_numbers(parts) < 2) return "";
    if (each_is(parts, [](const Part& p, std::size_t i) { return -p.expected[i]; }))
        return fmt::format("every value of {} has the wrong sign.", name);
    const auto factor = factor_of(parts.front());
    if (factor && std::abs(*factor - 1) > 0.01 && different_numbers(parts) >= 3 &&
        each_is(parts, [&](const Part& p, std::size_t i) { return *factor * p.expected[i]; }))
        return fmt::format("every value of {} is {} times what is expected.", name, number(*factor, 4));
    const double offset = parts.front().answer[0] - parts.front().expected[0];
    if (std::isfinite(offset) && offset != 0 &&
        each_is(parts, [&](const Part& p, std::size_t i) { return p.expected[i] + offset; }))
        return fmt::format("{} is too {} by {} {}.", name, offset > 0 ? "large" : "small", number(std::abs(offset), 4),
                           parts.front().count() == 1 ? "in every question" : "everywhere");
    return "";
}

// Sizes and whole numbers of a question that an answer may be multiplied or divided by: "x.size(0)", "window.stride".
std::vector<std::pair<std::string, double>> counts_of(const Function& function, const List& arguments) {
    std::vector<std::pair<std::string, double>> counts;
    const auto add = [&](const std::string& name, const Value& value) {
        if (const auto* whole = std::get_if<std::int64_t>(&value))
            counts.emplace_back(name, static_cast<double>(*whole));
        if (const auto* tensor = std::get_if<Tensor>(&value)) {
            for (int axis = 0; axis < tensor->rank(); ++axis)
                counts.emplace_back(fmt::format("{}.size({})", name, axis), static_cast<double>(tensor->size(axis)));
            counts.emplace_back(name + ".count()", static_cast<double>(tensor->count()));
        }
    };
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        add(function.parameters[i], arguments[i]);
        if (const auto* record = std::get_if<Record>(&arguments[i]))
            for (const Field& field : *record) add(function.parameters[i] + "." + field.name, field.value);
    }
    return counts;
}

// Another factor in every question, and always the same size or number of it.
std::string factor_of_question(const Function& function, const std::string& name, const Parts& parts) {
    std::set<double> factors;
    for (const Part& part : parts) factors.insert(factor_of(part).value_or(0));
    if (factors.size() < 2 || factors.contains(1)) return "";
    const auto names = counts_of(function, *parts.front().arguments);
    for (std::size_t k = 0; k < names.size(); ++k) {
        // Two questions show a size; a number beside them may have that value by chance.
        if (!names[k].first.ends_with(')') && factors.size() < 3) continue;
        for (const bool divided : {false, true}) {
            const auto scaled = [&](const Part& part, std::size_t i) {
                const auto counts = counts_of(function, *part.arguments);
                const double count = k < counts.size() && counts[k].first == names[k].first ? counts[k].second : 0;
                return divided ? part.expected[i] / count : part.expected[i] * count;
            };
            if (each_is(parts, scaled))
                return fmt::format("every value of {} is what is expected {} {}.", name,
                                   divided ? "divided by" : "times", names[k].first);
        }
    }
    return "";
}

struct Curve {
    std::string words;
    double (*f)(double);
};
std::string cut_off(const std::string& name, const Parts& parts) {
    static const std::vector<Curve> curves{
        {"is the absolute value of what is expected", [](double x) { return std::abs(x); }},
        {"is 0 where something negative is expected", [](double x) { return std::max(0.0, x); }},
        {"is 0 where something positive is expected", [](double x) { return std::min(0.0, x); }},
        {"is cut off to a whole number (are two whole numbers divided?)", [](double x) { return std::trunc(x); }},
        {"is rounded down to a whole number", [](double x) { return std::floor(x); }},
        {"is rounded up to a whole number", [](double x) { return std::ceil(x); }},
        {"is rounded to a whole number", [](double x) { return std::round(x); }},
        {"is never more than 1", [](double x) { return std::min(1.0, x); }},
        {"is never more than 255", [](double x) { return std::min(255.0, x); }},
        {"is the square of what is expected", [](double x) { return x * x; }},
        {"is the square root of what is expected", [](double x) { return x < 0 ? std::nan("") : std::sqrt(x); }},
        {"is one divided by what is expected", [](double x) { return 1 / x; }},
        {"is one minus what is expected", [](double x) { return 1 - x; }},
    };
    constexpr int fewest = 3;  // numbers that show a curve
    if (different_numbers(parts) < fewest) return "";
    if (each_is(
            parts, [](const Part&, std::size_t) { return 0.0; }, fewest))
        return name + " is 0 everywhere.";
    for (const Curve& curve : curves)
        if (each_is(
                parts, [&](const Part& p, std::size_t i) { return curve.f(p.expected[i]); }, fewest))
            return fmt::format("{} {}.", name, curve.words);
    return "";
}

// ---- turned and shifted --------------------------------------------------------------------------------------------

struct Grid {
    Index planes, height, width;
};
std::optional<Grid> grid_of(const Shape& shape) {
    if (shape.rank() < 2 || shape.count() == 0) return std::nullopt;
    const Index width = shape[shape.rank() - 1], height = shape[shape.rank() - 2];
    return Grid{shape.count() / (width * height), height, width};
}

// Where the number at (row, column) of the answer stands in what is expected; nothing: it stands nowhere.
using Move = std::function<std::optional<std::pair<Index, Index>>(const Grid&, Index row, Index column)>;

bool moved(const Parts& parts, const Move& move) {
    constexpr int fewest = 4;
    int compared = 0;
    for (const Part& part : parts) {
        const auto grid = grid_of(part.shape);
        if (!grid) return false;
        for (Index i = 0; i < static_cast<Index>(part.count()); ++i) {
            const Index plane = i / (grid->height * grid->width), row = i / grid->width % grid->height,
                        column = i % grid->width;
            const auto from = move(*grid, row, column);
            if (!from) continue;
            const auto [r, c] = *from;
            if (r < 0 || r >= grid->height || c < 0 || c >= grid->width) return false;
            const auto at = static_cast<std::size_t>((plane * grid->height + r) * grid->width + c),
                       here = static_cast<std::size_t>(i);
            if (!near(part.answer[here], part.expected[at], 2 * (part.allowed[at] + part.allowed[here]))) return false;
            compared += part.expected[at] != part.expected[here];
        }
    }
    return compared >= fewest;
}

std::string turned(const std::string& name, const Parts& parts) {
    const std::vector<std::pair<std::string, Move>> moves{
        {"rows and columns are exchanged", [](const Grid&, Index r, Index c) { return std::pair(c, r); }},
        {"it is upside down", [](const Grid& g, Index r, Index c) { return std::pair(g.height - 1 - r, c); }},
        {"left and right are exchanged", [](const Grid& g, Index r, Index c) { return std::pair(r, g.width - 1 - c); }},
        {"it is rotated by 180°",
         [](const Grid& g, Index r, Index c) { return std::pair(g.height - 1 - r, g.width - 1 - c); }},
    };
    for (const auto& [words, move] : moves)
        if (moved(parts, move)) return fmt::format("{} has the right values in other places: {}.", name, words);
    for (Index down = -1; down <= 1; ++down)
        for (Index right = -1; right <= 1; ++right) {
            if (down == 0 && right == 0) continue;
            const Move shift = [&](const Grid& g, Index r, Index c) -> std::optional<std::pair<Index, Index>> {
                const Index row = r + down, column = c + right;
                if (row < 0 || row >= g.height || column < 0 || column >= g.width) return std::nullopt;
                return std::pair(row, column);
            };
            if (!moved(parts, shift)) continue;
            const auto index = [](const char* letter, Index by) {
                return by == 0 ? std::string(letter) : fmt::format("{} {} 1", letter, by > 0 ? "+" : "-");
            };
            return fmt::format("{} is shifted: at (i, j) stands what belongs at ({}, {}).", name, index("i", down),
                               index("j", right));
        }
    return "";
}

// ---- only there ----------------------------------------------------------------------------------------------------

// "column" for the last axis of y [N, C, H, W]; what the others are called depends on the rank.
std::string axis_name(const Shape& shape, int axis) {
    if (shape.rank() == 1) return "value";
    if (axis == shape.rank() - 1) return "column";
    if (axis == shape.rank() - 2) return "row";
    return shape.rank() == 4 ? (axis == 0 ? "image" : "channel") : fmt::format("index along axis {}", axis);
}

Index along(const Shape& shape, std::size_t flat, int axis) {
    Index inner = 1;
    for (int a = axis + 1; a < shape.rank(); ++a) inner *= shape[a];
    return static_cast<Index>(flat) / inner % shape[axis];
}

// Do the wrong values of all questions have an index along this axis for which `there` holds, and does that leave
// others that are right?
template <class F>
bool all_wrong_are(const Parts& parts, int axis, const F& there) {
    bool leaves_some = false;
    for (const Part& part : parts) {
        if (axis >= part.shape.rank()) return false;
        const Index size = part.shape[axis];
        for (std::size_t i = 0; i < part.count(); ++i) {
            const bool inside = there(along(part.shape, i, axis), size);
            if (part.wrong[i] && !inside) return false;
            leaves_some |= !inside;
        }
    }
    return leaves_some;
}

std::string one_axis(const std::string& name, const Parts& parts) {
    const Shape& shape = parts.front().shape;
    for (int axis = 0; axis < shape.rank(); ++axis) {
        const std::string what = axis_name(shape, axis);
        if (all_wrong_are(parts, axis, [](Index i, Index size) { return i == size - 1; }))
            return fmt::format("only the last {} of {} is wrong.", what, name);
        if (all_wrong_are(parts, axis, [](Index i, Index) { return i == 0; }))
            return fmt::format("only the first {} of {} is wrong.", what, name);
    }
    for (int axis = 0; axis < shape.rank(); ++axis)
        if (all_wrong_are(parts, axis, [](Index i, Index) { return i > 0; }) && shape[axis] > 1)
            return fmt::format("the first {} of {} is right; what is wrong lies behind it.", axis_name(shape, axis),
                               name);
    return "";
}

std::string border_or_inside(const std::string& name, const Parts& parts) {
    bool border = true, inside = true, has_inside = false;
    for (const Part& part : parts) {
        const auto grid = grid_of(part.shape);
        if (!grid) return "";
        for (std::size_t i = 0; i < part.count(); ++i) {
            const Index row = along(part.shape, i, part.shape.rank() - 2),
                        column = along(part.shape, i, part.shape.rank() - 1);
            const bool at_border = row == 0 || column == 0 || row == grid->height - 1 || column == grid->width - 1;
            has_inside |= !at_border;
            if (part.wrong[i]) (at_border ? inside : border) = false;
        }
    }
    if (!has_inside) return "";
    if (border) return fmt::format("only values at the border of {} are wrong.", name);
    if (inside) return fmt::format("the border of {} is right; all that is wrong lies inside.", name);
    return "";
}

// Says it of the first result of which it holds.
std::string first_of(const Function& function, const std::vector<Asked>& questions,
                     const std::vector<std::string (*)(const std::string&, const Parts&)>& sayings) {
    const auto parts = wrong_parts(function, questions);
    if (!parts) return "";
    for (const auto& say : sayings)
        for (const auto& [name, list] : *parts)
            if (std::string text = say(name, list); !text.empty()) return text;
    return "";
}

}  // namespace

std::string pattern_of(const Function& function, const std::vector<Asked>& questions) {
    if (std::string text = first_of(function, questions, {sign_factor_offset, turned, cut_off}); !text.empty())
        return text;
    const auto parts = wrong_parts(function, questions);
    for (const auto& [name, list] : parts.value_or(std::map<std::string, Parts>{}))
        if (std::string text = factor_of_question(function, name, list); !text.empty()) return text;
    return "";
}

std::string place_of_wrong_values(const Function& function, const std::vector<Asked>& questions) {
    return first_of(function, questions, {one_axis, border_or_inside});
}

}  // namespace cnn::grader
