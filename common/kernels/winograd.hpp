// Winograd's minimal filtering for 3×3 filters with stride 1: another plan beside Correlator, through the same tile.
//
// F(4×4, 3×3) (Lavin and Gray 2016, arXiv:1509.09308): a tile of 4×4 outputs needs 36 products for each pair of
// channels instead of 144. Inputs, filters and sums of products are transformed by small matrices; in between are 36
// matrix products, [filters × channels] · [channels × tiles]. The transforms' factors of up to 8 and 1/24 cost
// accuracy: see docs/kernels.md.
#pragma once
#include "kernels/correlation.hpp"
#include "tensor/tensor.hpp"

namespace cnn::kernels {

// Where it is used: `automatic` where it is expected to be faster, `always` wherever it can be. The environment
// variable CNN_WINOGRAD=never or always, read when the program starts, sets what holds first.
enum class Winograd { automatic, never, always };
void use_winograd(Winograd choice);  // not while a kernel runs
Winograd winograd();

// Whether the plan is Winograd's, for a batch of `images`, forward and for the input's gradient (which is one more
// correlation), or for the gradient of the filters.
bool prefers_winograd(const Correlation& shape, Index images);
bool prefers_winograd_for_filters(const Correlation& shape, Index images);

class WinogradCorrelator {
public:
    WinogradCorrelator(const Correlation& shape, Index images);
    // As these the filters are packed: panel i is [9 · channels][rows of the panel].
    const Panels& panels() const { return panels_; }
    // Correlates x [N, …] with packed filters, into y.
    void run(const float* x, const Buffer& packed, const float* bias, float* y) const;

private:
    struct Chunk;
    Chunk chunk(Index number) const;
    template <class Loop>
    void run_chunk(const Chunk& chunk, const Buffer& filters, const float* x, const float* bias, float* y, float* in,
                   float* out, const Loop& loop) const;
    Buffer transform(const Buffer& packed) const;

    Correlation shape_;
    Index images_, tile_rows_, tile_columns_;
    bool step_by_step_;  // each step's loop is shared out, rather than the chunks
    Index chunk_images_, chunk_rows_, row_chunks_, chunks_;
    Index step_;  // from one channel's tiles to the next's
    Panels panels_;
    Index vectors_;
};

// dw [K, C, 3, 3] (without db) of the correlation of x [N, …] that gave y, from dy. The order of additions follows from
// the shapes alone.
void winograd_backward_filters(const Correlation& shape, Index images, const float* x, const float* dy, float* dw);

}  // namespace cnn::kernels
