// Tensor: a regular value type that owns its numbers. View: a window into somebody else's.
#pragma once
#include <array>
#include <cstddef>
#include <initializer_list>
#include <source_location>
#include <span>
#include <type_traits>

#include "tensor/buffer.hpp"
#include "tensor/error.hpp"
#include "tensor/shape.hpp"

// Element access is checked where CNN_CHECK_BOUNDS is set (debug and every grading build) and free elsewhere. It is
// always inlined, so that the linker never picks the other kind's copy for a program made of both.
#define CNN_INLINE [[gnu::always_inline]] inline

namespace cnn {

#ifdef CNN_CHECK_BOUNDS
inline constexpr bool check_bounds = true;
#else
inline constexpr bool check_bounds = false;
#endif

namespace detail {
// Throws IndexError: "x[2, 3, 7, 9] at (0, 0, -1, 0): axis 2 (rows): -1 is outside [0, 7)".
[[noreturn]] void throw_index_error(std::span<const Index> sizes, std::span<const Index> at,
                                    const std::source_location& where);

template <std::size_t rank>
CNN_INLINE void check(const Index* sizes, int actual_rank, const std::array<Index, rank>& at,
                      const std::source_location& where) {
    bool inside = actual_rank == static_cast<int>(rank);
    for (std::size_t axis = 0; axis < rank && inside; ++axis) inside = at[axis] >= 0 && at[axis] < sizes[axis];
    if (!inside) [[unlikely]]
        throw_index_error({sizes, static_cast<std::size_t>(actual_rank)}, at, where);
}
}  // namespace detail

using Where = std::source_location;

// Set, Tensor::uninitialized fills with NaN, so that a forgotten element shows. The grader's worker sets it.
inline bool poison_uninitialized = false;

// A strided window: pointer, shape, strides (in elements). Copying a view copies no numbers, and a view never becomes
// a Tensor by itself. It is valid as long as the tensor it looks into.
template <class T>
class BasicView {
public:
    BasicView(T* data, const Shape& shape, const std::array<Index, Shape::max_rank>& strides)
        : data_(data), shape_(shape), strides_(strides) {}
    // A view of mutable numbers is also a view of constant ones.
    operator BasicView<const T>() const { return {data_, shape_, strides_}; }

    const Shape& shape() const { return shape_; }
    int rank() const { return shape_.rank(); }
    Index size(int axis) const { return shape_[axis]; }
    Index stride(int axis) const { return strides_[static_cast<std::size_t>(axis)]; }
    T* data() const { return data_; }

    CNN_INLINE T& operator()(Index i, const Where& where = Where::current()) const { return at<1>({i}, where); }
    CNN_INLINE T& operator()(Index i, Index j, const Where& where = Where::current()) const {
        return at<2>({i, j}, where);
    }
    CNN_INLINE T& operator()(Index i, Index j, Index k, const Where& where = Where::current()) const {
        return at<3>({i, j, k}, where);
    }
    CNN_INLINE T& operator()(Index i, Index j, Index k, Index l, const Where& where = Where::current()) const {
        return at<4>({i, j, k, l}, where);
    }

private:
    template <std::size_t rank>
    CNN_INLINE T& at(const std::array<Index, rank>& index, const Where& where) const {
        if constexpr (check_bounds) detail::check<rank>(shape_.sizes().data(), shape_.rank(), index, where);
        Index offset = 0;
        for (std::size_t axis = 0; axis < rank; ++axis) offset += index[axis] * strides_[axis];
        return data_[offset];
    }

    T* data_;
    Shape shape_;
    std::array<Index, Shape::max_rank> strides_;
};
using View = BasicView<float>;
using ConstView = BasicView<const float>;

// Dense, contiguous, row-major floats. Copies are deep, moves are free.
class Tensor {
public:
    Tensor() : shape_{0} {}               // no elements
    explicit Tensor(const Shape& shape);  // all zeros
    Tensor(const Shape& shape,
           std::span<const float> values);  // row-major; ShapeError unless there are count() of them
    Tensor(const Shape& shape, std::initializer_list<float> values)
        : Tensor(shape, std::span<const float>(values.begin(), values.size())) {}
    // For code that writes every element itself.
    static Tensor uninitialized(const Shape& shape);
    static Tensor full(const Shape& shape, float value);

    Tensor(const Tensor& other);
    Tensor& operator=(const Tensor& other);
    Tensor(Tensor&& other) noexcept;
    Tensor& operator=(Tensor&& other) noexcept;
    ~Tensor() = default;

    const Shape& shape() const { return shape_; }
    int rank() const { return shape_.rank(); }
    Index size(int axis) const { return shape_[axis]; }
    Index count() const { return shape_.count(); }
    bool empty() const { return count() == 0; }

    float* data() { return buffer_.data(); }
    const float* data() const { return buffer_.data(); }
    std::span<float> values() { return {data(), static_cast<std::size_t>(count())}; }
    std::span<const float> values() const { return {data(), static_cast<std::size_t>(count())}; }

    // x(n, c, i, j): one element by its index along every axis.
    CNN_INLINE float& operator()(Index i, const Where& where = Where::current()) { return data()[at<1>({i}, where)]; }
    CNN_INLINE float operator()(Index i, const Where& where = Where::current()) const {
        return data()[at<1>({i}, where)];
    }
    CNN_INLINE float& operator()(Index i, Index j, const Where& where = Where::current()) {
        return data()[at<2>({i, j}, where)];
    }
    CNN_INLINE float operator()(Index i, Index j, const Where& where = Where::current()) const {
        return data()[at<2>({i, j}, where)];
    }
    CNN_INLINE float& operator()(Index i, Index j, Index k, const Where& where = Where::current()) {
        return data()[at<3>({i, j, k}, where)];
    }
    CNN_INLINE float operator()(Index i, Index j, Index k, const Where& where = Where::current()) const {
        return data()[at<3>({i, j, k}, where)];
    }
    CNN_INLINE float& operator()(Index i, Index j, Index k, Index l, const Where& where = Where::current()) {
        return data()[at<4>({i, j, k, l}, where)];
    }
    CNN_INLINE float operator()(Index i, Index j, Index k, Index l, const Where& where = Where::current()) const {
        return data()[at<4>({i, j, k, l}, where)];
    }
    CNN_INLINE float& operator()(Index i, Index j, Index k, Index l, Index m, const Where& where = Where::current()) {
        return data()[at<5>({i, j, k, l, m}, where)];
    }
    CNN_INLINE float operator()(Index i, Index j, Index k, Index l, Index m,
                                const Where& where = Where::current()) const {
        return data()[at<5>({i, j, k, l, m}, where)];
    }

    // x[i]: one element by its place in memory, whatever the rank.
    CNN_INLINE float& operator[](Index i) { return data()[flat(i)]; }
    CNN_INLINE float operator[](Index i) const { return data()[flat(i)]; }

    // Windows into [N, C, H, W]: one image [C, H, W], one plane [H, W]. ShapeError for another rank or an index
    // outside.
    View image(Index n);
    ConstView image(Index n) const;
    View plane(Index n, Index c);
    ConstView plane(Index n, Index c) const;
    View view();
    ConstView view() const;

    // The same numbers under another shape with as many elements. On a temporary nothing is copied.
    Tensor reshaped(const Shape& shape) const&;
    Tensor reshaped(const Shape& shape) &&;

    Tensor& fill(float value);
    Tensor& operator+=(const Tensor& other);  // element by element; ShapeError unless the shapes are equal
    Tensor& operator-=(const Tensor& other);
    Tensor& operator*=(float factor);

    // Bit for bit: same shape, same numbers (NaN equals nothing).
    friend bool operator==(const Tensor& a, const Tensor& b);

private:
    struct Uninitialized {};
    Tensor(const Shape& shape, Uninitialized) : shape_(shape), buffer_(static_cast<std::size_t>(shape.count())) {}

    template <std::size_t rank>
    CNN_INLINE Index at(const std::array<Index, rank>& index, const Where& where) const {
        if constexpr (check_bounds) detail::check<rank>(shape_.sizes().data(), shape_.rank(), index, where);
        Index offset = index[0];
        for (std::size_t axis = 1; axis < rank; ++axis) offset = offset * shape_[static_cast<int>(axis)] + index[axis];
        return offset;
    }
    CNN_INLINE Index flat(Index i) const {
        if constexpr (check_bounds) {
            const Index elements = count();
            if (i < 0 || i >= elements) [[unlikely]]
                detail::throw_index_error({&elements, 1}, {&i, 1}, Where::current());
        }
        return i;
    }

    Shape shape_;
    Buffer buffer_;
};

}  // namespace cnn
