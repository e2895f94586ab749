#include "grader/second_question.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace cnn::grader {
namespace {

void add_shape(std::string& text, const Value& value) {
    if (const auto* tensor = std::get_if<Tensor>(&value)) {
        text += to_string(tensor->shape());
    } else if (const auto* image = std::get_if<Image>(&value)) {
        text += fmt::format("{}x{}x{}", image->height, image->width, image->channels);
    } else if (const auto* list = std::get_if<List>(&value)) {
        text += fmt::format("{}(", list->size());
        // A list of numbers is known by its length, one of tensors by their shapes.
        for (const Value& item : *list)
            if (!std::holds_alternative<double>(item) && !std::holds_alternative<std::int64_t>(item))
                add_shape(text, item);
        text += ')';
    } else if (const auto* record = std::get_if<Record>(&value)) {
        for (const Field& field : *record) add_shape(text, field.value);
    } else {
        text += describe("", value);
    }
    text += ';';
}

enum class Lists { reorder, keep };

// The value with the numbers of every tensor and picture in another order, and of every list of numbers, if wanted.
template <class Reorder>
Value reordered(const Value& value, Lists lists, const Reorder& reorder) {
    Value result = value;
    if (auto* tensor = std::get_if<Tensor>(&result)) {
        reorder(tensor->values());
    } else if (auto* image = std::get_if<Image>(&result)) {
        reorder(std::span(image->pixels));
    } else if (auto* list = std::get_if<List>(&result)) {
        const bool numbers = std::ranges::all_of(*list, [](const Value& item) {
            return std::holds_alternative<double>(item) || std::holds_alternative<std::int64_t>(item);
        });
        if (!numbers)
            for (Value& item : *list) item = reordered(item, lists, reorder);
        else if (lists == Lists::reorder)
            reorder(std::span(*list));
    } else if (auto* record = std::get_if<Record>(&result)) {
        // A window's or a layer's sizes are no numbers to be exchanged; what they stand beside may be.
        for (Field& field : *record) field.value = reordered(field.value, lists, reorder);
    }
    return result;
}

}  // namespace

std::string shapes_of(const List& arguments) {
    std::string text;
    for (const Value& argument : arguments) add_shape(text, argument);
    return text;
}

std::optional<List> reversed(const List& arguments) {
    List result;
    for (const Value& argument : arguments)
        result.push_back(reordered(argument, Lists::reorder, [](auto numbers) { std::ranges::reverse(numbers); }));
    if (std::ranges::equal(arguments, result, identical)) return std::nullopt;
    return result;
}

List moved_on(const List& arguments, std::size_t places) {
    List result;
    for (const Value& argument : arguments)
        result.push_back(reordered(argument, Lists::keep, [places](auto numbers) {
            if (!numbers.empty())
                std::ranges::rotate(numbers, numbers.end() - static_cast<std::ptrdiff_t>(places % numbers.size()));
        }));
    return result;
}

}  // namespace cnn::grader
