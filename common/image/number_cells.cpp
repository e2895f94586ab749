#include "image/number_cells.hpp"

#include <fmt/format.h>

namespace cnn {
namespace {

// Dark ink or white, whichever can be read on this colour (luma of BT.601).
Colour ink_on(Colour background) {
    return 299 * background.red + 587 * background.green + 114 * background.blue > 140'000 ? colours::ink
                                                                                           : colours::white;
}

// What colour_image makes of the numbers, or paper.
Image backgrounds(ConstView numbers, const NumberCells& options) {
    if (!options.map) return Canvas(numbers.size(0), numbers.size(1)).image();
    const Range whole =
        options.map == static_cast<ColourMap>(diverging) ? Range::symmetric_of(numbers) : Range::of(numbers);
    return colour_image(numbers, options.map, options.range.value_or(whole));
}

}  // namespace

Image draw_numbers(ConstView numbers, const NumberCells& options) {
    require(numbers.rank() == 2 && numbers.size(0) > 0 && numbers.size(1) > 0,
            "draw_numbers: expected numbers [H, W], got {}", numbers.shape());
    require(options.side >= 4, "draw_numbers: cells of {} pixels are too small", options.side);
    const Index rows = numbers.size(0), columns = numbers.size(1), side = options.side;
    const Image colours_of = backgrounds(numbers, options);
    Canvas canvas(rows * side + 1, columns * side + 1, colours::gray);
    for (Index i = 0; i < rows; ++i)
        for (Index j = 0; j < columns; ++j) {
            const Colour paper{colours_of(i, j, 0), colours_of(i, j, 1), colours_of(i, j, 2)};
            canvas.rectangle(i * side + 1, j * side + 1, side - 1, side - 1, paper);
            const std::string number = fmt::format("{:.3g}", numbers(i, j));
            const Index width = text_width(number, options.text_scale), height = text_height(options.text_scale);
            if (width < side && height < side)
                canvas.text(i * side + (side - height) / 2 + 1, j * side + (side - width) / 2 + 1, number,
                            ink_on(paper), options.text_scale);
        }
    for (const CellMark& mark : options.marks)
        canvas.frame(mark.row * side, mark.column * side, mark.height * side + 1, mark.width * side + 1, mark.colour,
                     std::max<Index>(side / 12, 2));
    return canvas.image();
}

}  // namespace cnn
