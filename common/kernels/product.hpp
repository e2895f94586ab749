// Products of matrices through the tile: what the fully connected layer needs.
#pragma once
#include "kernels/correlation.hpp"

namespace cnn::kernels {

// c(m, j) = Σ_k a(k, m) · b(k, j), all row-major. Reads up to a vector beyond the end of b.
struct Product {
    Index rows, columns, depth;
    const float* a;  // [depth, rows], or packed in panels
    const float* b;
    Index b_row;  // from one row of b to the next
    float* c;     // [rows, columns]
};

TileChoice choose_tile(const Product& product);
// a is panels of `choice`, each [depth][rows of the panel], panel i starting at a + panels.first(i) · depth.
void multiply_packed(const Product& product, const TileChoice& choice);
void multiply(const Product& product);

}  // namespace cnn::kernels
