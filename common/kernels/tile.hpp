// The bottom floor: one register tile, through which every sum of products in this library goes.
//
//     acc[m][v] += A[k][m] · load(B + runs[v].b + b_steps[k])          for k in 0 … depth-1
//
// `rows` × `vectors` accumulators stay in registers through the whole reduction. A's numbers are broadcast one by one,
// B's are loaded as whole vectors from wherever the table of steps says. The table is what makes the one tile a direct
// convolution (a step is a channel's and a filter tap's distance in the image), a strided one (the image split into
// phases) or a matrix product (a step is a row of B).
#pragma once
#include <algorithm>
#include <cstdint>

#include "tensor/shape.hpp"

namespace cnn::kernels {

// One vector of outputs: where it is read from, and where it goes.
struct Run {
    std::int32_t b = 0, c = 0;  // offsets into B and C
    std::int32_t lanes = 0;     // how many of the vector's lanes are wanted; they are stored side by side
    std::uint32_t mask = 0;     // which ones: bit i is lane i
};

struct TileJob {
    Index depth = 0;  // of the reduction
    // Packed tiles read row m of step k at a[k·a_step + m]; grouped ones, whose rows are groups of `block` neighbours,
    // read row g·block + s at a[a_groups[g] + a_steps[k] + s]; paired ones load a whole vector at a[a_groups[m] +
    // a_steps[k]].
    const float* a = nullptr;
    Index a_step = 0;
    const std::int32_t* a_groups = nullptr;
    const std::int32_t* a_steps = nullptr;
    const float* b = nullptr;  // readable for a whole vector from every place the tables name
    const std::int32_t* b_steps = nullptr;
    const Run* runs = nullptr;  // one for each vector of the tile
    float* c = nullptr;         // row m of vector v is stored at c + runs[v].c + m·c_row
    Index c_row = 0;
    const float* bias = nullptr;  // what row m starts from: bias[m], or 0 without bias,
    bool accumulate = false;      // or what is in C already (whole vectors only)
};
using Tile = void (*)(const TileJob&);

// The tiles of one instruction set.
struct TileSet {
    static constexpr int most_rows = 28, most_vectors = 4, most_groups = 8, most_block = 11, most_pairs = 6;

    const char* isa;   // "AVX3"
    int lanes;         // floats in a vector
    int accumulators;  // rows · vectors of a grouped tile is at most this
    int rows_of_packed_[most_vectors + 1] = {};
    Tile packed_[most_vectors + 1][most_rows + 1] = {};
    Tile grouped_[most_block + 1][most_vectors + 1][most_groups + 1] = {};
    Tile narrow_[most_block + 1][most_groups + 1] = {};
    int paired_rows = 0, paired_vectors = 0;  // the most that a paired tile has
    Tile paired_[most_pairs + 1][most_pairs + 1] = {};

    // The most rows that a packed tile of so many vectors can have.
    Index rows_of_packed(Index vectors) const { return rows_of_packed_[vectors]; }
    Tile packed(Index rows, Index vectors) const { return packed_[vectors][rows]; }
    // Grouped tiles for one vector of eight, where the machine's are longer: half of a 16-lane vector may be as fast as
    // two.
    Tile narrow(Index groups, Index block) const { return narrow_[block][groups]; }
    Tile grouped(Index groups, Index block, Index vectors) const { return grouped_[block][vectors][groups]; }
    // With one number in a group there are grouped tiles of up to most_vectors vectors; this many rows at most.
    Index rows_of_single(Index vectors) const { return std::min<Index>(most_groups, rows_of_packed_[vectors]); }
    // acc[m][v] += load(A …) · load(B …), lane by lane.
    Tile paired(Index rows, Index vectors) const { return paired_[rows][vectors]; }
};
// Of the best instruction set this machine has, or the one CNN_MAX_ISA names (see isa.hpp).
const TileSet& tile_set();

}  // namespace cnn::kernels
