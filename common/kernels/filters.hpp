// Filters packed the way the tile reads them: panels of rows, [depth][rows] each (see Correlator).
#pragma once
#include "kernels/correlation.hpp"
#include "tensor/tensor.hpp"

namespace cnn::kernels {

// w [rows, …]: row m of the panels is w's filter m, its reduction in order. Also packs any matrix [rows, depth].
Buffer pack(const Tensor& w, const Panels& panels);

// For the way back: row c is channel c, its reduction runs over the filters and over some of their taps, last first.
struct Taps {
    Index first_row, rows, first_column, columns, stride;  // taps first + stride · (0 … count-1) along each axis
};
Buffer pack_reversed(const Tensor& w, const Panels& panels, const Taps& taps);

}  // namespace cnn::kernels
