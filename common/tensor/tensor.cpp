#include "tensor/tensor.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

namespace cnn {
namespace {

std::array<Index, Shape::max_rank> row_major(const Shape& shape) {
    std::array<Index, Shape::max_rank> strides{};
    Index step = 1;
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
        strides[static_cast<std::size_t>(axis)] = step;
        step *= shape[axis];
    }
    return strides;
}

// The view of x[n], and of x[n][c] when `c` is given.
template <class T>
BasicView<T> inner(T* data, const Shape& shape, std::span<const Index> at, std::string_view what) {
    const int fixed = static_cast<int>(at.size());
    require(shape.rank() == 4, "{}: expected a tensor [N, C, H, W], got {}", what, shape);
    const auto strides = row_major(shape);
    for (int axis = 0; axis < fixed; ++axis) {
        const Index i = at[static_cast<std::size_t>(axis)];
        require(i >= 0 && i < shape[axis], "{}: index {} is outside [0, {}) of {}", what, i, shape[axis], shape);
        data += i * strides[static_cast<std::size_t>(axis)];
    }
    const Shape rest(shape.sizes().subspan(at.size()));
    return {data, rest, row_major(rest)};
}

std::string counted(std::size_t n, std::string_view one, std::string_view many) {
    return fmt::format("{} {}", n, n == 1 ? one : many);
}

// "2 (rows)" in [N, C, H, W] and [K, C, R, S] alike; what the other axes are, only the caller knows.
std::string axis_name(std::size_t axis, std::size_t rank) {
    if (rank != 4 || axis < 2) return std::to_string(axis);
    return axis == 2 ? "2 (rows)" : "3 (columns)";
}

}  // namespace

void detail::throw_index_error(std::span<const Index> sizes, std::span<const Index> at, const Where& where) {
    const std::string_view file = where.file_name();
    const std::string place = fmt::format("{}:{}", file.substr(file.find_last_of('/') + 1), where.line());
    const auto index = fmt::format("({})", fmt::join(at, ", "));
    if (sizes.size() != at.size())
        throw IndexError(fmt::format("{}: a tensor [{}] has {}, but {} gives {}", place, fmt::join(sizes, ", "),
                                     counted(sizes.size(), "axis", "axes"), index,
                                     counted(at.size(), "index", "indices")));
    for (std::size_t axis = 0; axis < at.size(); ++axis)
        if (at[axis] < 0 || at[axis] >= sizes[axis])
            throw IndexError(fmt::format(
                "{}: {} of a tensor [{}]: index {} along axis {} is outside [0, {}){}", place, index,
                fmt::join(sizes, ", "), at[axis], axis_name(axis, sizes.size()), sizes[axis],
                at[axis] < 0 && sizes.size() == 4 && axis >= 2 ? ". Did padding make the index negative?" : ""));
    throw IndexError(fmt::format("{}: {} of a tensor [{}]", place, index, fmt::join(sizes, ", ")));
}

Tensor::Tensor(const Shape& shape) : Tensor(shape, Uninitialized{}) { fill(0.0f); }

Tensor::Tensor(const Shape& shape, std::span<const float> values) : Tensor(shape, Uninitialized{}) {
    require(static_cast<Index>(values.size()) == shape.count(), "Tensor: shape {} needs {} values, got {}", shape,
            shape.count(), values.size());
    std::copy(values.begin(), values.end(), data());
}

Tensor Tensor::uninitialized(const Shape& shape) {
    Tensor result(shape, Uninitialized{});
    if (poison_uninitialized) result.fill(std::numeric_limits<float>::quiet_NaN());
    return result;
}

Tensor Tensor::full(const Shape& shape, float value) {
    Tensor result(shape, Uninitialized{});
    result.fill(value);
    return result;
}

Tensor::Tensor(const Tensor& other) : Tensor(other.shape_, Uninitialized{}) {
    std::copy_n(other.data(), count(), data());
}

Tensor& Tensor::operator=(const Tensor& other) {
    if (this == &other) return *this;
    if (count() != other.count() || !data()) buffer_ = Buffer(static_cast<std::size_t>(other.count()));
    shape_ = other.shape_;
    std::copy_n(other.data(), count(), data());
    return *this;
}

Tensor::Tensor(Tensor&& other) noexcept
    : shape_(std::exchange(other.shape_, Shape{0})), buffer_(std::move(other.buffer_)) {}

Tensor& Tensor::operator=(Tensor&& other) noexcept {
    std::swap(shape_, other.shape_);
    std::swap(buffer_, other.buffer_);
    return *this;
}

View Tensor::image(Index n) { return inner(data(), shape_, {&n, 1}, "image"); }
ConstView Tensor::image(Index n) const { return inner(data(), shape_, {&n, 1}, "image"); }
View Tensor::plane(Index n, Index c) { return inner(data(), shape_, std::array{n, c}, "plane"); }
ConstView Tensor::plane(Index n, Index c) const { return inner(data(), shape_, std::array{n, c}, "plane"); }
View Tensor::view() { return {data(), shape_, row_major(shape_)}; }
ConstView Tensor::view() const { return {data(), shape_, row_major(shape_)}; }

Tensor Tensor::reshaped(const Shape& shape) const& { return Tensor(*this).reshaped(shape); }

Tensor Tensor::reshaped(const Shape& shape) && {
    require(shape.count() == count(), "reshaped: {} has {} elements, {} needs {}", shape_, count(), shape,
            shape.count());
    Tensor result = std::move(*this);
    result.shape_ = shape;
    return result;
}

Tensor& Tensor::fill(float value) {
    std::fill_n(data(), count(), value);
    return *this;
}

Tensor& Tensor::operator+=(const Tensor& other) {
    require(shape_ == other.shape_, "+=: shapes {} and {} differ", shape_, other.shape_);
    for (Index i = 0, n = count(); i < n; ++i) data()[i] += other.data()[i];
    return *this;
}

Tensor& Tensor::operator-=(const Tensor& other) {
    require(shape_ == other.shape_, "-=: shapes {} and {} differ", shape_, other.shape_);
    for (Index i = 0, n = count(); i < n; ++i) data()[i] -= other.data()[i];
    return *this;
}

Tensor& Tensor::operator*=(float factor) {
    for (float& value : values()) value *= factor;
    return *this;
}

bool operator==(const Tensor& a, const Tensor& b) {
    return a.shape_ == b.shape_ && std::equal(a.values().begin(), a.values().end(), b.values().begin());
}

}  // namespace cnn
