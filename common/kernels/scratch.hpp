// Working memory of a thread: kept from call to call, growing to the largest size asked for.
#pragma once
#include "tensor/buffer.hpp"
#include "tensor/shape.hpp"

namespace cnn::kernels {

// Who uses it. Memory of a slot is valid until the same thread asks for the same slot again; what a thread holds must
// not live across a parallel loop, where the thread may take up another task that uses the slot.
enum class Slot { band, row, errors, phase, columns, tile_rows, tile_pixels, tiles_in, tiles_out };
inline constexpr int slots = 9;

// At least `count` floats, 64-byte aligned, contents undefined.
float* scratch(Slot slot, Index count);

}  // namespace cnn::kernels
