// Another feed for the tile: as many images as a vector has lanes, side by side.
//
// On a small map the vectors of Band lose lanes: a row of ten pixels fills ten of sixteen, and the zeros around a
// gradient are multiplied like numbers. Here the numbers that sixteen images have at one place lie beside one another,
// [channel][row][column][image]. A vector is one pixel of all of them: no lane is lost whatever the width, no load is
// unaligned, and an output takes part only with the taps that fall on the map.
#pragma once
#include <memory>
#include <vector>

#include "kernels/sizes.hpp"
#include "kernels/tile.hpp"
#include "tensor/tensor.hpp"
#include "tensor/window.hpp"

namespace cnn::kernels {

// Images `number`·lanes … of x [N, C, H, W], side by side; lanes without an image are zero.
void load_abreast(const Tensor& x, Index number, float* to);
// Channels [first, last) of them.
void load_channels_abreast(const Tensor& x, Index number, Index first, Index last, float* to);
// The way back, for channels [first, last): from + c · from_pitch is channel c.
void store_abreast(const float* from, Index from_pitch, Index number, Index first, Index last, Tensor& y);

inline Index blocks_abreast(Index images) { return divide_up(images, tile_set().lanes); }

// Where one axis' filter taps fall on the map that is read, for each place of the map that is written.
struct TapPlace {
    Index tap, place;
};
using AxisTaps = std::vector<std::vector<TapPlace>>;
AxisTaps forward_taps(Index input, Index output, const Window& window);
AxisTaps backward_taps(Index input, Index output, const Window& window);

// y(m, i, j) = bias(m) + Σ_k Σ_(taps of i, j) x(k, places of the taps) · w(m, k, taps), all images of a block at a
// time: convolution forward, or the gradient of its input.
class AbreastCorrelation {
public:
    struct Sizes {
        Index channels, height, width;           // k, and what is read
        Index rows, out_height, out_width;       // m, and what is written
        Index row_step, channel_step, tap_rows;  // in w: from m to m + 1, from k to k + 1; size of the filter
    };
    AbreastCorrelation(const Sizes& sizes, const AxisTaps& down, const AxisTaps& across);

    // Rows [first, last) of the tile, from and to memory as laid out above.
    void run(const float* x, const float* w, const float* bias, Index first, Index last, float* y) const;
    // The fewest rows that are worth a task of their own.
    Index rows_at_once() const { return rows_; }

private:
    // Pixels that see the same taps at the same distances.
    struct Class {
        std::vector<std::int32_t> w_steps, x_steps;
        std::vector<Run> runs;
    };
    void add_class(const AxisTaps& down, const AxisTaps& across, const std::vector<Index>& rows,
                   const std::vector<Index>& columns);

    Sizes shape_;
    std::vector<Class> classes_;
    Index rows_, vectors_;  // of the tile
};

// The two that a convolution of x [N, C, H, W] with y [N, K, OH, OW] has. What a thread made once it keeps: for a LeNet
// making them takes as long as a tenth of the step.
using AbreastPlan = std::shared_ptr<const AbreastCorrelation>;
AbreastPlan forward_abreast(const Shape& x, const Shape& y, const Window& window);
AbreastPlan backward_abreast(const Shape& x, const Shape& y, const Window& window);

// Whether a convolution is faster that way, forward and backward: `x` and `y` are small maps, `images` many.
bool prefers_abreast(const Shape& x, const Shape& y, const Window& window);

}  // namespace cnn::kernels
