// The sizes of a tensor along each axis.
#pragma once
#include <fmt/core.h>

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>

namespace cnn {

// Signed, because padding makes indices negative.
using Index = std::int64_t;

// Rank 0 to 5; row-major, the last axis is contiguous. Images are [N, C, H, W], filters [K, C, R, S].
class Shape {
public:
    static constexpr int max_rank = 5;

    Shape() = default;  // rank 0: a single number
    Shape(std::initializer_list<Index> sizes) : Shape(std::span<const Index>(sizes.begin(), sizes.size())) {}
    // Throws ShapeError for more than five axes, a negative size, or more elements than memory can address.
    explicit Shape(std::span<const Index> sizes);

    int rank() const { return rank_; }
    // The number of elements: the product of the sizes, 1 for rank 0.
    Index count() const {
        Index product = 1;
        for (int axis = 0; axis < rank_; ++axis) product *= sizes_[static_cast<std::size_t>(axis)];
        return product;
    }
    Index operator[](int axis) const { return sizes_[static_cast<std::size_t>(axis)]; }
    std::span<const Index> sizes() const { return {sizes_.data(), static_cast<std::size_t>(rank_)}; }

    bool operator==(const Shape&) const = default;  // unused sizes stay zero

private:
    std::array<Index, max_rank> sizes_{};
    int rank_ = 0;
};

// "[2, 3, 7, 5]"
std::string to_string(const Shape& shape);

}  // namespace cnn

template <>
struct fmt::formatter<cnn::Shape> {
    constexpr auto parse(format_parse_context& context) { return context.begin(); }
    auto format(const cnn::Shape& shape, format_context& context) const -> format_context::iterator;
};
