// Moving rows of numbers about: what the feed of the tile is made of. Each call handles a whole plane or panel, because
// at LeNet's sizes a call (of memcpy, say) for every row costs more than the arithmetic.
#pragma once
#include "tensor/shape.hpp"

namespace cnn::kernels {

// Part of an image plane under its zero padding. Row i, column j of the part is pixel (first_row + i, j - left) of the
// plane, and zero where there is no such pixel; a negative `left` cuts columns off.
struct PaddedPart {
    const float* plane;
    Index height, width;    // of the plane
    Index first_row, left;  // may be negative
    Index rows, columns;    // of the part
};
// to[i · columns + j]. Writes up to 64 floats more than that.
void copy_padded(const PaddedPart& part, float* to);
// Splits the part into stride² phases: row i, column j goes to phase (i mod stride, j mod stride), place (i / stride,
// j / stride). Only phases below `wanted` along each axis are made. Phase (f, g) starts at to + (f·wanted +
// g)·phase_size, and its rows are `pitch` floats long. Columns beyond the part's are zero. Writes up to 64 floats past
// each phase.
struct Phases {
    Index stride, wanted, phase_size, pitch;
};
void copy_phases(const PaddedPart& part, const Phases& phases, float* to);

// The way back from phases along a row: to[i · to_pitch + stride · j + f] = from[f · phase_step + i · from_pitch + j],
// for `rows` rows of `columns` numbers.
struct Interleaving {
    const float* from;
    Index phase_step, from_pitch, stride, rows, columns;
    float* to;
    Index to_pitch;
};
void interleave(const Interleaving& t);

// to[i · to_pitch + j] = from[i · from_pitch + j] for `rows` × `columns` numbers.
struct Columns {
    const float* from;
    Index from_pitch, rows, columns;
    float* to;
    Index to_pitch;
};
void copy_columns(const Columns& t);

// to[j · to_pitch + i] = from[i · from_pitch + j] for `rows` × `columns` numbers; i from `rows` to `padded_rows` is
// zero.
struct Transposition {
    const float* from;
    Index from_pitch, rows, columns;
    float* to;
    Index to_pitch, padded_rows;
};
void transpose(const Transposition& t);

// to[i] = Σ_j from[i · lanes + j], always added in the same order.
void sum_lanes(const float* from, Index count, Index lanes, float* to);
// to[i] += from[i]
void add(const float* from, Index count, float* to);
// to[j] (+)= Σ_i from[i · pitch + j], always added in the same order.
void sum_rows(const float* from, Index pitch, Index rows, Index columns, bool accumulate, float* to);

}  // namespace cnn::kernels
