// How a filter or a pooling window moves over a feature map.
#pragma once
#include "tensor/shape.hpp"

namespace cnn {

// A square window: `size` pixels along each axis, moved by `stride`, over a map with `padding` zeros on every side.
// Window{.size = 3, .padding = 1} keeps the size of the map.
struct Window {
    Index size, stride = 1, padding = 0;

    bool operator==(const Window&) const = default;
};

}  // namespace cnn
