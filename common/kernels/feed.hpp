// The middle floor: what the tile reads.
//
// A correlation slides filters over planes that are surrounded by zeros. The tile wants every filter tap to be a fixed
// distance in memory, so a *band* of image rows is copied to where the zeros are real and a stride has been split into
// phases, small enough to stay in the second-level cache while all filters pass over it. Columns (im2col) are never
// written out: with 6 to 16 filters, packing them costs more than it saves. A small image without padding and
// stride is read where it is.
#pragma once
#include <vector>

#include "kernels/tile.hpp"
#include "tensor/window.hpp"

namespace cnn::kernels {

// y(k, i, j) = Σ_c Σ_r Σ_s x(c, i·stride + r - top, j·stride + s - left) · w(k, c, r, s), x being zero outside.
// Forward convolution is one of these, and so is its adjoint, with other filters and margins.
struct Correlation {
    Index channels, height, width;             // of x
    Index filters, rows, columns, stride = 1;  // w [filters, channels, rows, columns]
    Index top, left;                           // zeros around x; negative where part of x is not looked at
    Index out_height, out_width;               // of y

    Index depth() const { return channels * rows * columns; }
};

// That of a convolution of images x [N, C, H, W].
Correlation correlation(const Shape& x, Index filters, const Window& window);

// The rows of x that `out_rows` rows of y look at.
class Band {
public:
    Band(const Correlation& shape, Index out_rows);

    Index out_rows() const { return out_rows_; }
    Index floats() const { return plane_ * shape_.channels; }
    // Where the tile finds channel c, tap (r, s), for w's reduction in order; of all taps, or of some.
    struct Taps {
        Index first_row, rows, first_column, columns;
    };
    std::vector<std::int32_t> steps(const Taps& taps) const;
    std::vector<std::int32_t> steps() const { return steps({0, shape_.rows, 0, shape_.columns}); }
    // The vectors that make up a plane of outputs, with `lanes` numbers each: row by row, or running on from one row
    // into the next and dropping the lanes in the margin, whichever needs fewer.
    std::vector<Run> runs(int lanes) const;
    // The band of `image` whose first output row is `first`: in the thread's memory, or in the image itself.
    const float* load(const float* image, Index first) const;

private:
    std::vector<Run> runs_by_row(int lanes) const;
    std::vector<Run> runs_running_on(int lanes) const;

    Correlation shape_;
    Index out_rows_;
    bool in_place_;
    Index phases_;      // along each axis
    Index pitch_;       // from one row to the next
    Index phase_size_;  // from one phase to the next
    Index plane_;       // from one channel to the next
};

}  // namespace cnn::kernels
