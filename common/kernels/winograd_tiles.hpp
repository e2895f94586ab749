// The arithmetic of Winograd's method for 3×3 filters (see winograd.hpp), for one channel at a time.
//
// Outputs are cut into tiles of 4×4; a tile looks at 6×6 inputs. Transformed, it is 36 numbers, each of which takes
// part in a matrix product of its own: number p of tile t is found at p·step + t.
#pragma once
#include <vector>

#include "kernels/sizes.hpp"
#include "kernels/tile.hpp"

namespace cnn::kernels {

constexpr Index winograd_size = 4;  // of a tile of outputs
constexpr Index winograd_products = 36;

// From one product's matrix of so many floats to the next's: an odd number of cache lines, since a transform writes to
// all 36 at a time, and lines a power of two apart compete for the same few places in the cache.
constexpr Index product_step(Index floats) { return (divide_up(floats, cache_line) | 1) * cache_line; }

// Rows of tiles of several images of one channel. Tile (i, j) of an image begins at its row first_row + 4·i and column
// 4·j - left; what lies outside the image is zero.
struct TileRows {
    Index images, image_step;  // from one image to the next, in floats
    Index height, width;       // of an image
    Index first_row, left;
    Index rows, columns;  // tiles of each image

    Index tiles() const { return images * rows * columns; }
};

// Vectors of tiles as the transforms go through them: over the rows of tiles of all images, each followed by `gap`
// columns, and the images by `gap` rows, that are no tiles and are dropped.
std::vector<Run> tile_runs(const TileRows& tiles, Index gap, int lanes);

// Bᵀ x B of the 6×6 pixels of each tile; runs with a gap of 1.
void winograd_input(const float* plane, const TileRows& tiles, const std::vector<Run>& runs, float* to, Index step);
// Aᵀ m A + bias: 4×4 pixels of each tile, as far as they lie inside the image.
void winograd_output(const float* from, Index step, float bias, const TileRows& tiles, float* plane);
// G w Gᵀ of 3×3 filters, `rows` of them side by side: number (r, s) of filter m of channel c is packed[(9·c + 3·r + s)
// · rows + m], and number p of its transform to[p·step + c·rows + m].
void winograd_filters(const float* packed, Index rows, Index channels, float* to, Index step);

// For the gradient of the filters. A dy Aᵀ of the 4×4 pixels of each tile; runs without a gap.
void winograd_errors(const float* plane, const TileRows& tiles, const std::vector<Run>& runs, float* to, Index step);
// Gᵀ u G of the sums over all tiles: to[9·c + 3·r + s] from number p of channel c at from[p·step + c].
void winograd_filter_gradients(const float* from, Index step, Index channels, float* to);

}  // namespace cnn::kernels
