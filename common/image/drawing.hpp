// What labs need to make pictures: from tensors, larger, smaller, side by side, with lines and captions.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "image/colours.hpp"
#include "image/image.hpp"

namespace cnn {

// Pictures from numbers and back. Without a range, the least number is black and the greatest white; where all are
// equal, the middle of the scale. Numbers beyond the range get the end colours.
struct Range {
    float low = 0, high = 1;
    static Range of(ConstView numbers);            // least and greatest finite number
    static Range symmetric_of(ConstView numbers);  // from -m to m, m the greatest magnitude: for diverging colours
    // The same, but one in two hundred is greater: a single bright spot does not make the rest look dark.
    static Range symmetric_of_most(ConstView plane);
};
Image gray_image(ConstView plane);  // [H, W] → gray
Image gray_image(ConstView plane, Range range);
// `map` gets 0 to 1 across the range, `diverging` -1 to 1.
Image colour_image(ConstView plane, ColourMap map, Range range);
Image rgb_image(ConstView image, Range range = {0, 1});  // [3, H, W] → colour
Tensor to_tensor(const Image& image);                    // → [1, C, H, W], 0 to 1

Image to_colour(const Image& image);  // three channels, whatever it had
Image to_gray(const Image& image);    // luma of ITU-R BT.601: 0.299 R + 0.587 G + 0.114 B

Image enlarge(const Image& image, Index factor);              // every pixel a square: for showing pixels
Image resize(const Image& image, Index height, Index width);  // bilinear; when shrinking, averages what a pixel covers
Image fit(const Image& image, Index height, Index width);     // the largest of the same proportions within this size
Image crop(const Image& image, Index row, Index column, Index height, Index width);  // ShapeError unless within

// A colour picture to draw on. Coordinates are pixels from the top left corner; whatever lies outside is cut off.
class Canvas {
public:
    Canvas(Index height, Index width, Colour background = colours::white);
    explicit Canvas(const Image& picture) : image_(to_colour(picture)) {}

    Canvas& rectangle(Index row, Index column, Index height, Index width, Colour colour);                   // filled
    Canvas& frame(Index row, Index column, Index height, Index width, Colour colour, Index thickness = 1);  // inside it
    // Between two points, with smooth edges; (0.5, 0.5) is the middle of the first pixel.
    Canvas& line(float row, float column, float to_row, float to_column, Colour colour, float thickness = 1);
    Canvas& paste(const Image& picture, Index row, Index column);
    // Characters of 5×7 pixels times `scale`, the upper left corner given. ASCII, × ° ± → · µ; a box for the rest.
    Canvas& text(Index row, Index column, std::string_view text, Colour colour = colours::ink, Index scale = 1);

    const Image& image() const { return image_; }

private:
    void blend(Index row, Index column, Colour colour, float share);

    Image image_;
};
Index text_width(std::string_view text, Index scale = 1);
inline Index text_height(Index scale = 1) { return 7 * scale; }

// Pictures in rows, each in the middle of its cell, with its caption below it.
struct Tile {
    Image picture;
    std::string caption = {};
};
struct TileOptions {
    Index columns = 0;  // 0: as near to a square as possible
    Index gap = 6;
    Index text_scale = 1;
    Colour background = colours::white, ink = colours::ink;
};
Image tiles(const std::vector<Tile>& tiles, const TileOptions& options = {});

}  // namespace cnn
