#include "nn/describe.hpp"

#include <algorithm>
#include <array>

#include "terminal/text.hpp"

namespace cnn::nn {
namespace {

using terminal::thousands;
using Cells = std::array<std::string, 6>;

std::string line(const Cells& cells, const std::array<int, 6>& widths) {
    std::string text;
    for (std::size_t column = 0; column < cells.size(); ++column) {
        const bool is_number = column >= 4;
        text += is_number ? terminal::pad_left(cells[column], widths[column])
                          : terminal::pad_right(cells[column], widths[column]);
        text += "  ";
    }
    return text.erase(text.find_last_not_of(" \n") + 1) + "\n";
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
                         row.parameters ? thousands(row.parameters) : "",
                         row.multiply_adds ? thousands(row.multiply_adds) : ""});
    lines.push_back({"", "", "", "total", thousands(description.parameters), thousands(description.multiply_adds)});

    std::array<int, 6> widths{};
    for (const Cells& cells : lines)
        for (std::size_t i = 0; i < cells.size(); ++i)
            widths[i] = std::max(widths[i], terminal::display_width(cells[i]));
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
