// Shape checks shared by the operators: the error names the operator, what it got and what it expected.
#pragma once
#include <string_view>

#include "tensor/tensor.hpp"
#include "tensor/window.hpp"

namespace cnn::kernels {

// ShapeError unless size and stride are positive and padding is not negative.
void check_window(std::string_view op, const Window& window);

// Checks that `x` is a stack of images [N, C, H, W] into which the window fits, and returns [OH, OW].
struct MapSize {
    Index height, width;
};
MapSize check_map(std::string_view op, const Shape& x, const Window& window);

// Checks that w is [K, C, R, S] of window.size and fits x [N, C, H, W].
void check_filters(const Shape& x, const Shape& w, const Window& window);

// check_shape("dense: b", b.shape(), {M}).
void check_shape(std::string_view what, const Shape& got, const Shape& expected);
void check_rank(std::string_view what, const Shape& got, int rank, std::string_view axes);

}  // namespace cnn::kernels
