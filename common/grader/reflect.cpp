#include "grader/reflect.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cnn::grader::detail {
namespace {

// Appends the numbers below `value` and the sizes on the way to the first of them; false where they do not agree.
bool gather(const Value& value, std::size_t depth, std::vector<Index>& sizes, std::vector<float>& numbers) {
    if (const auto* list = std::get_if<List>(&value)) {
        const auto length = static_cast<Index>(list->size());
        if (depth == sizes.size() && numbers.empty() && depth < Shape::max_rank) sizes.push_back(length);
        return depth < sizes.size() && sizes[depth] == length &&
               std::ranges::all_of(*list, [&](const Value& item) { return gather(item, depth + 1, sizes, numbers); });
    }
    if (depth != sizes.size()) return false;
    if (const auto* real = std::get_if<double>(&value)) return numbers.push_back(static_cast<float>(*real)), true;
    if (const auto* whole = std::get_if<std::int64_t>(&value))
        return numbers.push_back(static_cast<float>(*whole)), true;
    return false;
}

}  // namespace

std::optional<Tensor> tensor_of(const Value& value) {
    std::vector<Index> sizes;
    std::vector<float> numbers;
    if (!std::holds_alternative<List>(value) || !gather(value, 0, sizes, numbers)) return std::nullopt;
    const Shape shape{std::span<const Index>(sizes)};
    if (shape.count() != static_cast<Index>(numbers.size())) return std::nullopt;
    return Tensor(shape, std::span<const float>(numbers));
}

void wrong_type(const std::string& path, std::string_view expected, const Value& got) {
    throw Error(fmt::format("{}: expected {}, got {}", path, expected, describe("", got)));
}

}  // namespace cnn::grader::detail
