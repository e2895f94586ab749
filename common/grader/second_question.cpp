#include "grader/second_question.hpp"

#include <fmt/format.h>

#include <algorithm>

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

Value reversed(const Value& value) {
    Value result = value;
    if (auto* tensor = std::get_if<Tensor>(&result)) {
        std::ranges::reverse(tensor->values());
    } else if (auto* image = std::get_if<Image>(&result)) {
        std::ranges::reverse(image->pixels);
    } else if (auto* list = std::get_if<List>(&result)) {
        const bool numbers = std::ranges::all_of(*list, [](const Value& item) {
            return std::holds_alternative<double>(item) || std::holds_alternative<std::int64_t>(item);
        });
        if (numbers)
            std::ranges::reverse(*list);
        else
            for (Value& item : *list) item = reversed(item);
    } else if (auto* record = std::get_if<Record>(&result)) {
        // A window's or a layer's sizes are no numbers to be exchanged; what they stand beside may be.
        for (Field& field : *record) field.value = reversed(field.value);
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
    for (const Value& argument : arguments) result.push_back(reversed(argument));
    if (std::ranges::equal(arguments, result, identical)) return std::nullopt;
    return result;
}

}  // namespace cnn::grader
