// How the lab's program puts its pictures together.
#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include "image/drawing.hpp"
#include "image/number_cells.hpp"
#include "network.hpp"

namespace cnn::lab11 {

// Ten colours that stay apart, for maps of classes.
inline constexpr std::array<Colour, classes> class_colours{{{0, 114, 178},
                                                            {230, 159, 0},
                                                            {0, 158, 115},
                                                            {204, 121, 167},
                                                            {86, 180, 233},
                                                            {213, 94, 0},
                                                            {150, 150, 150},
                                                            {90, 60, 140},
                                                            {170, 200, 60},
                                                            {60, 60, 60}}};

// Pictures below each other, each under its caption.
inline Image stack(const std::vector<Tile>& rows) {
    constexpr Index margin = 12, gap = 14, caption = 22;
    Index height = 2 * margin - gap, width = 0;
    for (const Tile& row : rows) {
        height += row.picture.height + gap + (row.caption.empty() ? 0 : caption);
        width = std::max({width, row.picture.width + 2 * margin, text_width(row.caption, 2) + 2 * margin});
    }
    Canvas canvas(height, width);
    Index top = margin;
    for (const Tile& row : rows) {
        if (!row.caption.empty()) canvas.text(top, margin, row.caption, colours::ink, 2), top += caption;
        canvas.paste(row.picture, top, margin);
        top += row.picture.height + gap;
    }
    return canvas.image();
}
// Pictures beside each other, tops aligned.
inline Image beside(const std::vector<Image>& pictures, Index gap) {
    Index height = 0, width = -gap;
    for (const Image& picture : pictures) height = std::max(height, picture.height), width += picture.width + gap;
    Canvas canvas(height, std::max<Index>(width, 1));
    Index left = 0;
    for (const Image& picture : pictures) canvas.paste(picture, 0, left), left += picture.width + gap;
    return canvas.image();
}

inline std::vector<Image> enlarged(const std::vector<Image>& pictures, Index factor) {
    std::vector<Image> larger;
    for (const Image& picture : pictures) larger.push_back(enlarge(picture, factor));
    return larger;
}

// The pixels of a field; those outside the image are `outside`.
inline Tensor cut_out(const Tensor& x, const Field& field, float outside) {
    Tensor patch({field.size, field.size});
    for (Index i = 0; i < field.size; ++i)
        for (Index j = 0; j < field.size; ++j) {
            const Index row = field.top + i, column = field.left + j;
            const bool inside = row >= 0 && row < x.size(2) && column >= 0 && column < x.size(3);
            patch(i, j) = inside ? x(0, 0, row, column) : outside;
        }
    return patch;
}

// What the normalized pixels of an image look like: black to white.
inline Range pixel_range() {
    return {-of_training_images.mean[0] / of_training_images.deviation[0],
            (1 - of_training_images.mean[0]) / of_training_images.deviation[0]};
}
inline Image as_picture(const Tensor& x) { return gray_image(x.plane(0, 0), pixel_range()); }

// Where the colours end for a picture of few strong and many weak numbers: four times their root mean square, so that
// one pixel does not make all others look pale.
inline float strong_magnitude(const Tensor& x) {
    float largest = 0;
    double squares = 0;
    for (const float value : x.values()) {
        largest = std::max(largest, std::abs(value));
        squares += static_cast<double>(value) * static_cast<double>(value);
    }
    const double count = std::max(1.0, static_cast<double>(x.count()));
    return std::min(largest, static_cast<float>(4 * std::sqrt(squares / count)));
}

// The number that `percent` of the values do not exceed.
inline float percentile(std::span<const float> values, double percent) {
    std::vector<float> sorted(values.begin(), values.end());
    const auto place = static_cast<std::ptrdiff_t>(std::ceil(percent / 100 * static_cast<double>(sorted.size()))) - 1;
    std::ranges::nth_element(sorted, sorted.begin() + place);
    return sorted[static_cast<std::size_t>(place)];
}

// A row of boxes in the classes' colours with their names.
inline Image legend(const std::vector<std::string>& names) {
    Index width = 0;
    for (const std::string& name : names) width += text_width(name, 2) + 44;
    Canvas canvas(18, width);
    Index left = 0;
    for (std::size_t i = 0; i < names.size() && i < class_colours.size(); ++i) {
        canvas.rectangle(1, left, 15, 15, class_colours[i]);
        canvas.text(2, left + 21, names[i], colours::ink, 2);
        left += text_width(names[i], 2) + 44;
    }
    return canvas.image();
}

// A bar from the colour of 0 to that of 1, with both ends named.
inline Image colour_bar(const std::string& low, const std::string& high, ColourMap map) {
    constexpr Index length = 160;
    const Index left = text_width(low, 2) + 8;
    Canvas canvas(18, left + length + 8 + text_width(high, 2));
    canvas.text(2, 0, low, colours::ink, 2);
    for (Index i = 0; i < length; ++i)
        canvas.rectangle(1, left + i, 15, 1, map(static_cast<float>(i) / static_cast<float>(length - 1)));
    canvas.text(2, left + length + 8, high, colours::ink, 2);
    return canvas.image();
}

}  // namespace cnn::lab11
