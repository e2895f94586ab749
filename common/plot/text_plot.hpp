// Figures drawn with characters, for a look without leaving the terminal.
#pragma once
#include <string>

#include "plot/figure.hpp"
#include "terminal/terminal.hpp"

namespace cnn::plot {

// Lines and points of the figure in braille (2×4 dots a character), or in ASCII where the terminal has no Unicode; in
// the series' colours where it has colours, where lines that are light are dotted. As wide as the terminal, `rows` rows
// of characters a panel. Panels stand side by side in 120 columns or more. Bars, bands and notes are left out.
std::string text_plot(const Figure& figure, const terminal::Terminal& terminal, int rows = 12);

}  // namespace cnn::plot
