// How the lab's program draws layers, classes and probabilities.
#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "image/drawing.hpp"
#include "image/number_cells.hpp"
#include "pieces.hpp"

namespace cnn::lab06 {

inline Range range_of_all(const Tensor& values) {
    const Range range = Range::of(values.reshaped({1, values.count()}).view());
    return {range.low, std::max(range.high, range.low + 1e-6f)};
}

// The maps of one image [1, C, H, W] side by side, each about `side` pixels wide; dark is 0, bright the layer's
// largest.
inline Image map_row(const Tensor& maps, Index side) {
    const Range range = range_of_all(maps);
    std::vector<Tile> pictures;
    for (Index c = 0; c < maps.size(1); ++c)
        pictures.push_back(
            {enlarge(colour_image(maps.plane(0, c), viridis, range), std::max<Index>(side / maps.size(3), 1))});
    return tiles(pictures, {.columns = maps.size(1), .gap = 4});
}

// The units of one image [1, D] as a strip.
inline Image unit_row(const Tensor& units, Index width, Index height) {
    const Tensor strip = units.reshaped({1, units.count()});
    const Image cells = colour_image(strip.view(), viridis, range_of_all(strip));
    const Index side = std::max<Index>(width / units.count(), 1);
    Canvas canvas(height, side * units.count());
    for (Index i = 0; i < units.count(); ++i)
        canvas.rectangle(0, i * side, height, side - 1, {cells(0, i, 0), cells(0, i, 1), cells(0, i, 2)});
    return canvas.image();
}

// A bar for every class, the longest in colour, with its name and percentage.
inline Image class_bars(std::span<const float> probabilities, const std::vector<std::string>& names, Index length) {
    constexpr Index row = 22, scale = 2;
    Index name_width = 0;
    for (const std::string& name : names) name_width = std::max(name_width, text_width(name, scale));
    const Index left = name_width + 12;
    Canvas canvas(row * std::ssize(probabilities), left + length + text_width(" 100.0 %", scale));
    const auto best = std::ranges::max_element(probabilities) - probabilities.begin();
    for (Index m = 0; m < std::ssize(probabilities); ++m) {
        const auto at = static_cast<std::size_t>(m);
        const auto bar = std::max<Index>(static_cast<Index>(probabilities[at] * static_cast<float>(length)), 1);
        canvas.text(m * row + 3, name_width - text_width(names[at], scale), names[at], colours::ink, scale);
        canvas.rectangle(m * row + 1, left, row - 4, bar, m == best ? colours::orange : colours::blue);
        canvas.text(m * row + 3, left + bar + 6, fmt::format("{:.1f} %", 100 * probabilities[at]), colours::ink, scale);
    }
    return canvas.image();
}

// Pictures below each other, each under its caption.
inline Image stack(const std::vector<Tile>& rows) {
    constexpr Index margin = 16, gap = 14, caption = 24;
    Index height = 2 * margin - gap, width = 0;
    for (const Tile& row : rows) {
        height += row.picture.height + gap + (row.caption.empty() ? 0 : caption);
        width = std::max(width, row.picture.width + 2 * margin);
    }
    Canvas canvas(height, width);
    Index top = margin;
    for (const Tile& row : rows) {
        canvas.text(top, margin, row.caption, colours::ink, 2);
        if (!row.caption.empty()) top += caption;
        canvas.paste(row.picture, top, margin);
        top += row.picture.height + gap;
    }
    return canvas.image();
}

// Pictures side by side, in the middle of the row's height, each over its caption.
inline Image beside(const std::vector<Tile>& pictures) {
    constexpr Index gap = 40, caption = 24;
    Index height = 0, width = -gap;
    for (const auto& [picture, text] : pictures) {
        height = std::max(height, picture.height);
        width += std::max(picture.width, text_width(text, 2)) + gap;
    }
    Canvas canvas(height + caption, width);
    Index left = 0;
    for (const auto& [picture, text] : pictures) {
        const Index room = std::max(picture.width, text_width(text, 2));
        canvas.paste(picture, (height - picture.height) / 2, left + (room - picture.width) / 2);
        canvas.text(height + caption - text_height(2), left + (room - text_width(text, 2)) / 2, text, colours::ink, 2);
        left += room + gap;
    }
    return canvas.image();
}

// The whole way of one image through the network: steps as Pieces::layers gives them.
inline Image network_picture(const std::vector<Pieces::Step>& steps, std::span<const float> probabilities,
                             const std::vector<std::string>& names) {
    std::vector<Tile> rows;
    for (const auto& [name, values] : steps) {
        if (values.rank() == 4 && values.size(1) == 1) {
            const Image image = enlarge(gray_image(values.plane(0, 0)), 8);
            rows.push_back({beside({{to_colour(image), "image 28×28"},
                                    {class_bars(probabilities, names, 300), "softmax of the logits"}})});
        } else if (values.rank() == 4) {
            rows.push_back({map_row(values, values.size(1) > 8 ? 50 : 140),
                            fmt::format("{}: {} maps of {}×{}", name, values.size(1), values.size(2), values.size(3))});
        } else if (values.size(1) > 20) {
            rows.push_back({unit_row(values, 860, 28), fmt::format("{}: {} units", name, values.size(1))});
        } else {
            rows.push_back(
                {draw_numbers(values.reshaped({1, values.size(1)}).view(), {.side = 86, .map = diverging}), name});
        }
    }
    return stack(rows);
}

// The handout's example with a pencil: two maps [1, 2, 2, 2], what flattening makes of them, a dense layer of three
// classes, its logits and their softmax.
inline Image example_picture(const Tensor& maps, const Tensor& row, const Weights& layer, const Tensor& logits,
                             const Tensor& probabilities) {
    const auto cells = [](ConstView numbers) {
        return draw_numbers(numbers, {.side = 40, .map = diverging, .range = Range{-5, 5}});
    };
    const Image first = beside({{cells(maps.plane(0, 0)), "map 0"},
                                {cells(maps.plane(0, 1)), "map 1"},
                                {cells(row.view()), "flatten: x [1, 8]"}});
    const Image second = beside({{cells(layer.w.view()), "w [3, 8]"},
                                 {cells(layer.b.reshaped({3, 1}).view()), "b [3]"},
                                 {cells(logits.reshaped({3, 1}).view()), "logits"},
                                 {class_bars(probabilities.values(), {"0", "1", "2"}, 150), "softmax"}});
    return stack({{first}, {second}});
}

}  // namespace cnn::lab06
