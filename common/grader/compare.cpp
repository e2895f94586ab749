#include "grader/compare.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "grader/numbers.hpp"

namespace cnn::grader {
namespace {

constexpr double unit_roundoff = 0x1p-24;
constexpr Index shown_whole = 16;
constexpr std::size_t most_whole_numbers = 8;

// Every real number of a value replaced by f(number).
template <class F>
Value map_reals(const Value& value, const F& f) {
    if (const auto* real = std::get_if<double>(&value)) return f(*real);
    if (const auto* tensor = std::get_if<Tensor>(&value)) {
        Tensor result = *tensor;
        for (float& x : result.values()) x = static_cast<float>(f(static_cast<double>(x)));
        return result;
    }
    if (const auto* list = std::get_if<List>(&value)) {
        List result;
        for (const Value& item : *list) result.push_back(map_reals(item, f));
        return result;
    }
    if (const auto* record = std::get_if<Record>(&value)) {
        Record result;
        for (const Field& field : *record) result.push_back({field.name, map_reals(field.value, f)});
        return result;
    }
    return value;
}

double largest(const Value& value) {
    double result = 0;
    map_reals(value, [&](double x) { return result = std::max(result, std::isfinite(x) ? std::abs(x) : 0), x; });
    return result;
}

// Bounds from expected values, sums of |terms| and numbers of terms, all of one structure.
double bound(double expected, double magnitude, double terms, double fallback) {
    if (!std::isfinite(magnitude) || !std::isfinite(terms)) return fallback;
    const double n = std::clamp(std::abs(terms), 1.0, 1e7);
    return 2 * (n + 2) * unit_roundoff *
           std::max(std::abs(magnitude), std::isfinite(expected) ? std::abs(expected) : 0);
}

Value bounds(const Value& expected, const Value& magnitude, const Value& terms, double fallback) {
    if (const auto* real = std::get_if<double>(&expected))
        return bound(*real, std::get<double>(magnitude), std::get<double>(terms), fallback);
    if (const auto* tensor = std::get_if<Tensor>(&expected)) {
        Tensor result(tensor->shape());
        for (Index i = 0; i < tensor->count(); ++i)
            result[i] = static_cast<float>(
                bound((*tensor)[i], std::get<Tensor>(magnitude)[i], std::get<Tensor>(terms)[i], fallback));
        return result;
    }
    if (const auto* list = std::get_if<List>(&expected)) {
        List result;
        for (std::size_t i = 0; i < list->size(); ++i)
            result.push_back(bounds((*list)[i], std::get<List>(magnitude)[i], std::get<List>(terms)[i], fallback));
        return result;
    }
    if (const auto* record = std::get_if<Record>(&expected)) {
        Record result;
        for (std::size_t i = 0; i < record->size(); ++i)
            result.push_back({(*record)[i].name, bounds((*record)[i].value, std::get<Record>(magnitude)[i].value,
                                                        std::get<Record>(terms)[i].value, fallback)});
        return result;
    }
    return expected;
}

bool close(double answer, double expected, double allowed) {
    if (std::isnan(expected)) return std::isnan(answer);
    return answer == expected || std::abs(answer - expected) <= allowed;
}

std::string place(const Shape& shape, Index flat) {
    std::vector<Index> at(static_cast<std::size_t>(shape.rank()));
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
        at[static_cast<std::size_t>(axis)] = flat % shape[axis];
        flat /= shape[axis];
    }
    return fmt::format("({})", fmt::join(at, ", "));
}

std::string remark(double answer) {
    if (std::isnan(answer)) return " A NaN: was this value ever written, or is it 0/0?";
    if (std::isinf(answer)) return " Infinity: was something divided by zero, or did it overflow?";
    // What -ftrivial-auto-var-init=pattern leaves in a float.
    if (std::abs(answer) > 1e37) return " Such a number is what a variable holds that was never set.";
    if (answer != 0 && std::abs(answer) < 1e-37)
        return " So small a number is seldom computed: is a local array or a vector read beyond its end?";
    return "";
}

// "1 2 3", of a tensor that has one row or too many numbers for rows.
std::string numbers(const Tensor& tensor) {
    std::string text;
    for (const float x : tensor.values()) text += ' ' + number(x);
    return text;
}

// Which of the wrong numbers is shown: the first that is wrong by at least half as much as the worst, so that no
// rounding at a border stands for an answer that is wrong everywhere.
template <class Error>
Index telling(Index count, const Error& error) {
    double worst = 0;
    for (Index i = 0; i < count; ++i) worst = std::max(worst, error(i));
    for (Index i = 0; i < count; ++i)
        if (error(i) > 0 && error(i) >= worst / 2) return i;
    return 0;
}

// "yours 0.25, expected 0.5 (allowed ±0.001)." with as many digits as it takes to see the difference.
std::string both(double answer, double expected, double allowed) {
    const int digits = number(answer) == number(expected) ? 9 : 6;
    return fmt::format("yours {}, expected {}{}.{}", number(answer, digits), number(expected, digits),
                       allowed > 0 ? fmt::format(" (allowed ±{:.2g})", allowed) : "", remark(answer));
}

std::string tensor_difference(const std::string& name, const Tensor& answer, const Tensor& expected,
                              const Tensor& allowed) {
    if (answer.shape() != expected.shape())
        return fmt::format("{} has shape {}, expected {}.", name, answer.shape(), expected.shape());
    // How wrong a number is: 0 where it is right; what is no number is as wrong as can be.
    const auto error = [&](Index i) {
        if (close(answer[i], expected[i], allowed[i])) return 0.0;
        const double size = std::abs(double{answer[i]} - double{expected[i]});
        return std::isfinite(size) ? size : std::numeric_limits<double>::infinity();
    };
    Index count = 0, first = -1;
    for (Index i = 0; i < answer.count(); ++i)
        if (error(i) > 0 && count++ == 0) first = i;
    if (count == 0) return {};
    std::string text = answer.count() == 1 ? fmt::format("{} {} differs.", name, answer.shape())
                                           : fmt::format("{} {} has the right shape; {} of {} values differ.", name,
                                                         answer.shape(), count, answer.count());
    if (fits_in_rows(answer.shape()))
        text += "\n" + side_by_side(answer, expected);
    else if (answer.count() <= shown_whole && answer.count() > 1)
        text += fmt::format("\nyours   {}\nexpected{}", numbers(answer), numbers(expected));
    const Index shown = telling(answer.count(), error);
    text += fmt::format("\n{} {}{}: {}", shown == first ? "The first is" : "For example", name,
                        place(answer.shape(), shown), both(answer[shown], expected[shown], allowed[shown]));
    return text;
}

// What a row of a table is called: the first two fields, where they are texts ("branch2.0 Conv2d"). Else empty.
std::string title(const Value& value) {
    const auto* record = std::get_if<Record>(&value);
    std::string text;
    for (std::size_t i = 0; record && i < std::min<std::size_t>(record->size(), 2); ++i) {
        const auto* word = std::get_if<std::string>(&(*record)[i].value);
        if (!word) break;
        if (!word->empty()) text += (text.empty() ? "" : " ") + *word;
    }
    return text;
}
std::string quoted(const std::string& text) { return text.empty() ? text : fmt::format(" '{}'", text); }

// Where a row is missing or there is one too many: the first that is another one.
std::string first_other_row(const List& answer, const List& expected) {
    const auto part = std::ranges::mismatch(answer, expected, {}, title, title);
    const std::string yours = part.in1 == answer.end() ? "" : title(*part.in1),
                      wanted = part.in2 == expected.end() ? "" : title(*part.in2);
    if (yours.empty() && wanted.empty()) return {};
    const auto row = part.in2 - expected.begin();
    const std::string before = row > 0
                                   ? fmt::format("After '{}' comes", title(expected[static_cast<std::size_t>(row) - 1]))
                                   : "The first row is";
    return fmt::format("\n{}{}, expected{}.", before, yours.empty() ? " nothing" : quoted(yours),
                       wanted.empty() ? " nothing" : quoted(wanted));
}

// "[1, 128, 2, 2]", when it is a short list of whole numbers.
std::optional<std::string> whole_numbers(const List& list) {
    if (list.size() > most_whole_numbers) return {};
    std::vector<std::int64_t> numbers;
    for (const Value& value : list) {
        const auto* number = std::get_if<std::int64_t>(&value);
        if (!number) return {};
        numbers.push_back(*number);
    }
    return fmt::format("[{}]", fmt::join(numbers, ", "));
}

std::string list_difference(const std::string& name, const List& answer, const List& expected, const List& allowed) {
    if (const auto yours = whole_numbers(answer), wanted = whole_numbers(expected); yours && wanted)
        return *yours == *wanted ? "" : fmt::format("{}: yours {}, expected {}.", name, *yours, *wanted);
    if (answer.size() != expected.size())
        return fmt::format("{} has {} {}{}, expected {}.{}", name, answer.size(),
                           expected.empty() || title(expected.front()).empty() ? "value" : "row",
                           answer.size() == 1 ? "" : "s", expected.size(), first_other_row(answer, expected));
    for (std::size_t i = 0; i < answer.size(); ++i)
        if (auto text = difference(fmt::format("{}[{}{}]", name, i, quoted(title(expected[i]))), answer[i], expected[i],
                                   allowed[i]);
            !text.empty())
            return text;
    return {};
}

std::string image_difference(const std::string& name, const Image& answer, const Image& expected) {
    if (answer == expected) return {};
    if (answer.height != expected.height || answer.width != expected.width || answer.channels != expected.channels ||
        answer.pixels.size() != expected.pixels.size())
        return fmt::format("{} is {}, expected {}.", name, describe("", answer), describe("", expected));
    const auto error = [&](Index i) {
        const auto at = static_cast<std::size_t>(i);
        return static_cast<double>(std::abs(answer.pixels[at] - expected.pixels[at]));
    };
    const auto count = static_cast<Index>(answer.pixels.size());
    Index wrong = 0;
    for (Index i = 0; i < count; ++i) wrong += error(i) > 0;
    const Index at = telling(count, error), pixel = at / answer.channels;
    return fmt::format("{} differs in {} of {} values, for example in row {}, column {}{}: yours {}, expected {}.",
                       name, wrong, count, pixel / answer.width, pixel % answer.width,
                       answer.channels == 1 ? "" : fmt::format(", channel {}", at % answer.channels),
                       answer.pixels[static_cast<std::size_t>(at)], expected.pixels[static_cast<std::size_t>(at)]);
}

}  // namespace

bool same_structure(const Value& a, const Value& b) {
    if (a.index() != b.index()) return false;
    if (const auto* tensor = std::get_if<Tensor>(&a)) return tensor->shape() == std::get<Tensor>(b).shape();
    if (const auto* list = std::get_if<List>(&a)) return std::ranges::equal(*list, std::get<List>(b), same_structure);
    if (const auto* record = std::get_if<Record>(&a))
        return std::ranges::equal(*record, std::get<Record>(b), same_structure, &Field::value, &Field::value);
    return true;
}

Value allowance(const Value& expected, const Tolerance& tolerance) {
    return map_reals(expected, [&](double x) {
        return tolerance.absolute + (std::isfinite(x) ? tolerance.relative * std::abs(x) : 0);
    });
}

Value derived_allowance(const Invoke& reference, const List& arguments, const Value& expected) {
    const double fallback = 16 * unit_roundoff * largest(expected);
    try {
        List magnitudes, ones;
        for (const Value& argument : arguments) {
            magnitudes.push_back(map_reals(argument, [](double x) { return std::abs(x); }));
            ones.push_back(map_reals(argument, [](double) { return 1.0; }));
        }
        const Value magnitude = reference(magnitudes).result, terms = reference(ones).result;
        if (same_structure(expected, magnitude) && same_structure(expected, terms))
            return bounds(expected, magnitude, terms, fallback);
    } catch (const std::exception&) {
        // The function refuses such arguments: there is nothing to learn from them.
    }
    return map_reals(expected, [&](double) { return fallback; });
}

std::string difference(const std::string& name, const Value& answer, const Value& expected, const Value& allowed) {
    if (answer.index() != expected.index())
        return fmt::format("{}, expected {}.", describe(name, answer), describe("", expected));
    if (const auto* tensor = std::get_if<Tensor>(&answer))
        return tensor_difference(name, *tensor, std::get<Tensor>(expected), std::get<Tensor>(allowed));
    if (const auto* list = std::get_if<List>(&answer))
        return list_difference(name, *list, std::get<List>(expected), std::get<List>(allowed));
    if (const auto* image = std::get_if<Image>(&answer))
        return image_difference(name, *image, std::get<Image>(expected));
    if (const auto* record = std::get_if<Record>(&answer)) {
        for (std::size_t i = 0; i < record->size(); ++i) {
            const std::string field = name + "." + (*record)[i].name;
            auto text = difference(field, (*record)[i].value, std::get<Record>(expected)[i].value,
                                   std::get<Record>(allowed)[i].value);
            if (!text.empty()) return text;
        }
        return {};
    }
    if (const auto* real = std::get_if<double>(&answer)) {
        const double right = std::get<double>(expected), bound = std::get<double>(allowed);
        if (close(*real, right, bound)) return {};
        return fmt::format("{}: {}", name, both(*real, right, bound));
    }
    if (identical(answer, expected)) return {};
    return fmt::format("{}: yours {}, expected {}.", name, describe("", answer), describe("", expected));
}

}  // namespace cnn::grader
