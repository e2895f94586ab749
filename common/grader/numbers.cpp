#include "grader/numbers.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace cnn::grader {
namespace {

constexpr std::size_t page = 70;        // columns
constexpr std::size_t most_lines = 18;  // of all arguments together
constexpr std::string_view gap = "     ";

Index row_length(const Shape& shape) { return shape[shape.rank() - 1]; }
Index rows_in_plane(const Shape& shape) { return shape.rank() < 2 ? 1 : shape[shape.rank() - 2]; }

// "x(0, 1)" for the second plane of x [1, 2, 3, 3]; "x" where there is one plane only.
std::string plane_name(const std::string& name, const Shape& shape, Index plane) {
    const Index planes = shape.count() / (row_length(shape) * rows_in_plane(shape));
    if (planes == 1) return name;
    std::vector<Index> at(static_cast<std::size_t>(shape.rank() - 2));
    for (int axis = shape.rank() - 3; axis >= 0; --axis) {
        at[static_cast<std::size_t>(axis)] = plane % shape[axis];
        plane /= shape[axis];
    }
    return fmt::format("{}({})", name, fmt::join(at, ", "));
}

// Each plane of the tensor with its name in front.
std::vector<std::string> named_rows(const std::string& name, const Tensor& tensor) {
    std::vector<std::string> lines;
    const Index height = rows_in_plane(tensor.shape());
    std::string title = plane_name(name, tensor.shape(), 0);
    const std::size_t width =
        plane_name(name, tensor.shape(), tensor.count() / row_length(tensor.shape()) / height - 1).size();
    Index row = 0;
    for (const std::string& numbers : rows_of(tensor)) {
        if (numbers.empty()) continue;
        if (row % height == 0) title = plane_name(name, tensor.shape(), row / height);
        lines.push_back(fmt::format("{:<{}}  {}", row % height == 0 ? title : "", width, numbers));
        ++row;
    }
    return lines;
}

Tensor as_tensor(const Image& gray) {
    Tensor result({gray.height, gray.width});
    std::ranges::transform(gray.pixels, result.data(), [](std::uint8_t pixel) { return static_cast<float>(pixel); });
    return result;
}

void add_rows(std::vector<std::string>& lines, const std::string& name, const Value& value) {
    const auto add = [&](const Tensor& tensor) {
        if (!fits_in_rows(tensor.shape())) return;
        const bool constant = std::ranges::all_of(tensor.values(), [&](float x) { return x == tensor[0]; });
        const auto rows =
            constant ? std::vector{fmt::format("{}  all {}", name, number(tensor[0]))} : named_rows(name, tensor);
        if (lines.size() + rows.size() <= most_lines) lines.insert(lines.end(), rows.begin(), rows.end());
    };
    if (const auto* tensor = std::get_if<Tensor>(&value)) add(*tensor);
    if (const auto* image = std::get_if<Image>(&value); image && image->channels == 1) add(as_tensor(*image));
    if (const auto* record = std::get_if<Record>(&value))
        for (const Field& field : *record)
            add_rows(lines, name.empty() ? field.name : name + "." + field.name, field.value);
    if (const auto* list = std::get_if<List>(&value))
        for (std::size_t i = 0; i < list->size(); ++i) add_rows(lines, fmt::format("{}[{}]", name, i), (*list)[i]);
}

}  // namespace

std::string number(double x, int digits) { return std::isnan(x) ? "nan" : fmt::format("{:.{}g}", x, digits); }

std::string duration(double seconds) {
    if (seconds < 1e-3) return fmt::format("{:.0f} µs", std::max(1.0, seconds * 1e6));
    if (seconds < 1) return fmt::format("{:.{}f} ms", seconds * 1e3, seconds < 0.01 ? 1 : 0);
    return fmt::format("{:.1f} s", seconds);
}

bool fits_in_rows(const Shape& shape) {
    return shape.rank() >= 2 && shape.count() > 0 && shape.count() <= most_shown && row_length(shape) <= widest_shown &&
           row_length(shape) < shape.count();
}

std::vector<std::string> rows_of(const Tensor& tensor) {
    std::size_t width = 0;
    for (const float x : tensor.values()) width = std::max(width, number(x).size());
    std::vector<std::string> lines;
    const Index length = row_length(tensor.shape()), height = rows_in_plane(tensor.shape());
    for (Index row = 0; row < tensor.count() / length; ++row) {
        if (row > 0 && row % height == 0 && height > 1) lines.emplace_back();
        std::string line;
        for (Index i = 0; i < length; ++i)
            line += fmt::format("{}{:>{}}", i > 0 ? " " : "", number(tensor[row * length + i]), width);
        lines.push_back(std::move(line));
    }
    return lines;
}

std::string side_by_side(const Tensor& yours, const Tensor& expected) {
    const auto left = rows_of(yours), right = rows_of(expected);
    const auto longest = [](const auto& lines) { return std::ranges::max(lines, {}, &std::string::size).size(); };
    const std::size_t width = std::max(longest(left), std::string_view("yours").size());
    std::string text;
    if (width + gap.size() + longest(right) > page) {
        text = "yours\n";
        for (const std::string& line : left) text += "  " + line + "\n";
        text += "expected\n";
        for (const std::string& line : right) text += "  " + line + "\n";
    } else {
        text = fmt::format("{:<{}}{}expected\n", "yours", width, gap);
        for (std::size_t i = 0; i < left.size(); ++i)
            text += left[i].empty() ? "\n" : fmt::format("{:<{}}{}{}\n", left[i], width, gap, right[i]);
    }
    text.pop_back();
    return text;
}

std::string rows_of(const std::vector<std::string>& names, const List& arguments) {
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < arguments.size(); ++i) add_rows(lines, names[i], arguments[i]);
    return fmt::format("{}", fmt::join(lines, "\n"));
}

}  // namespace cnn::grader
