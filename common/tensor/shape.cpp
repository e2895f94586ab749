#include "tensor/shape.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

#include "tensor/error.hpp"

namespace cnn {

Shape::Shape(std::span<const Index> sizes) : rank_(static_cast<int>(sizes.size())) {
    require(sizes.size() <= max_rank, "a shape has at most {} axes, not {}", max_rank, sizes.size());
    std::copy(sizes.begin(), sizes.end(), sizes_.begin());
    constexpr Index limit = std::numeric_limits<Index>::max() / Index{sizeof(float)} / 2;
    Index product = 1;
    for (const Index size : sizes) {
        require(size >= 0, "shape {}: a size cannot be negative", *this);
        require(size == 0 || product <= limit / size, "shape {} has more elements than any memory holds", *this);
        product *= std::max<Index>(size, 1);
    }
}

std::string to_string(const Shape& shape) { return fmt::format("[{}]", fmt::join(shape.sizes(), ", ")); }

}  // namespace cnn

auto fmt::formatter<cnn::Shape>::format(const cnn::Shape& shape, format_context& context) const
    -> format_context::iterator {
    return fmt::format_to(context.out(), "[{}]", fmt::join(shape.sizes(), ", "));
}
