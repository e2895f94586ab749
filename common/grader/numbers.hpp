// The numbers of a small tensor as rows, so that a learner can follow them with a pencil.
#pragma once
#include <string>
#include <vector>

#include "grader/value.hpp"

namespace cnn::grader {

// Up to 6 × 6 numbers are shown.
inline constexpr Index most_shown = 36, widest_shown = 6;

// "0.25", six digits; "nan" without a sign.
std::string number(double x, int digits = 6);

// "3 µs", "1.5 ms", "2.0 s"
std::string duration(double seconds);

// Has it several rows, none too long, and few enough numbers?
bool fits_in_rows(const Shape& shape);

// One line for each row, the columns aligned; an empty line between two planes.
std::vector<std::string> rows_of(const Tensor& tensor);

// Yours and expected, side by side where that fits, with a line of headings. Both have one shape, which fits in rows.
std::string side_by_side(const Tensor& yours, const Tensor& expected);

// The numbers of all tensors and pictures among the arguments that fit in rows, each behind its name:
//     x(0, 0)  1 2
//              3 4
//     w  all 0
// What would make more lines than a reader works through is left out. Empty where there is nothing to show.
std::string rows_of(const std::vector<std::string>& names, const List& arguments);

}  // namespace cnn::grader
