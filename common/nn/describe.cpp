#include "nn/describe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cnn::nn {
namespace {

// 61706 → "61,706", whatever the locale.
std::string grouped(Index number) {
    std::string digits = std::to_string(number);
    for (std::size_t end = digits.size(); end > 3; end -= 3) digits.insert(end - 3, ",");
    return digits;
}

// Characters, not bytes: every byte but the continuations of UTF-8 (10xxxxxx) begins one.
std::size_t width(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

using Cells = std::array<std::string, 6>;

std::string line(const Cells& cells, const std::array<std::size_t, 6>& widths) {
    std::string text;
    for (std::size_t column = 0; column < cells.size(); ++column) {
        const std::string blanks(widths[column] - width(cells[column]), ' ');
        text += column < 4 ? cells[column] + blanks : blanks + cells[column];  // words left, numbers right
        text += column + 1 < cells.size() ? "  " : "\n";
    }
    return text;
}

}  // namespace

Description describe(Layer& network, const Shape& input) {
    Description description{network.rows("", input)};
    for (const LayerRow& row : description.rows) {
        description.parameters += row.parameters;
        description.multiply_adds += row.multiply_adds;
    }
    return description;
}

std::string to_string(const Description& description) {
    std::vector<Cells> lines{{"name", "layer", "", "output", "parameters", "multiply-adds"}};
    for (const LayerRow& row : description.rows)
        lines.push_back({row.name, row.kind, row.details, to_string(row.output),
                         row.parameters ? grouped(row.parameters) : "",
                         row.multiply_adds ? grouped(row.multiply_adds) : ""});
    lines.push_back({"", "", "", "total", grouped(description.parameters), grouped(description.multiply_adds)});

    std::array<std::size_t, 6> widths{};
    for (const Cells& cells : lines)
        for (std::size_t i = 0; i < cells.size(); ++i) widths[i] = std::max(widths[i], width(cells[i]));
    std::string text;
    for (const Cells& cells : lines) text += line(cells, widths);
    return text;
}

Index count_parameters(Layer& network) {
    Index count = 0;
    for (const auto& [name, parameter] : network.parameters())
        if (parameter->learned) count += parameter->value.count();
    return count;
}

}  // namespace cnn::nn
