// What SIFT does to whole rows of pixels.
#pragma once
#include <vector>

#include "tensor/shape.hpp"

namespace cnn::kernels {

// One row of a blurred picture. rows[0 … 2 · radius] are the rows around it, weights[0 … radius] the bell from its
// middle outwards.
struct BlurRow {
    const float* const* rows;
    const float* weights;
    Index radius, width;
    float* line;        // working memory: width + 2 · radius + 64 floats
    float* to;          // the blurred row
    float* difference;  // blurred row minus middle row, or null where nobody wants it
};
void blur_row(const BlurRow& row);

// The columns `first` … `end` - 1 of a row where levels[1] is greater than `threshold`, or less than -threshold, and no
// neighbour in the three rows of the three levels goes beyond it. levels[k] is the row in level k; the rows around it
// lie `pitch` floats before and behind. Up to 64 floats behind the last column are read.
struct ExtremaRow {
    const float* levels[3];
    Index pitch, first, end;
    float threshold;
};
void find_extrema(const ExtremaRow& row, std::vector<Index>& columns);

// Pixels of a row, from a column that is not on the rim.
struct GradientRow {
    const float* here;  // its first pixel; the rows around it lie `pitch` floats before and behind
    Index pitch, count;
};
// Writes the length of every pixel's gradient, and its angle in turns, 0 to 1. Up to 64 floats behind the last pixel
// are read, and as many written.
void measure_gradients(const GradientRow& row, float* magnitude, float* turns);

// Where the pixels of a row vote in a turned grid of 4 × 4 cells with 8 directions. Pixel n lies at grid row
// v + n · dv and column u + n · du (0 is the centre of the first cell); directions are counted from `angle` (in turns).
struct GridRow {
    GradientRow pixels;
    float u, du, v, dv, angle;
    const float* bell;  // the weight of every pixel
    float weight;       // and of the row
};
// A vote of `weight`, to be shared between the bins at `bin` and behind it: grid row, column and direction get these
// fractions of it in the next bin. bin = ((row + 1) · 6 + column + 1) · 10 + direction, rows and columns from -1 to 4.
struct Votes {
    std::int32_t* bin;
    float *weight, *row, *column, *direction;
};
void place_votes(const GridRow& row, const Votes& votes);

}  // namespace cnn::kernels
