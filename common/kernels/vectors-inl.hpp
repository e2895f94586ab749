// Vectors of the widest kind, for loops over rows of numbers; included once for every instruction set (no ordinary
// include guard).
#include <hwy/highway.h>

#include "kernels/store-inl.hpp"
#include "tensor/shape.hpp"

// Left to itself, the compiler calls some lambdas, with vectors passed through memory.
#define INLINE_LAMBDA __attribute__((always_inline))

HWY_BEFORE_NAMESPACE();
namespace cnn::kernels::HWY_NAMESPACE {
namespace {

using D = hwy::HWY_NAMESPACE::ScalableTag<float>;
using V = hwy::HWY_NAMESPACE::Vec<D>;
constexpr D d;
constexpr Index lanes = static_cast<Index>(hwy::HWY_NAMESPACE::MaxLanes(D()));

HWY_INLINE V set(float x) { return hwy::HWY_NAMESPACE::Set(d, x); }
HWY_INLINE V zero() { return hwy::HWY_NAMESPACE::Zero(d); }
HWY_INLINE V load(const float* from) { return hwy::HWY_NAMESPACE::LoadU(d, from); }
HWY_INLINE void store(V v, float* to) { hwy::HWY_NAMESPACE::StoreU(v, d, to); }

// The first `count` lanes, zeros behind them. The memory behind them is read, and forgotten: behind a tensor there is
// slack, and behind a row or plane in its middle the next one, which another thread may be writing just then.
HWY_INLINE V load_part(const float* from, Index count) {
    namespace hn = hwy::HWY_NAMESPACE;
    return hn::IfThenElseZero(hn::FirstN(d, static_cast<std::size_t>(count)), hn::LoadU(d, from));
}
// The first `count` lanes, and nothing behind them.
HWY_INLINE void store_part(V v, Index count, float* to) { store_first(d, v, static_cast<int>(count), to); }

// Asks for `count` numbers that will be wanted soon, where the processor does not foresee it: in another plane, say.
HWY_INLINE void fetch(const float* from, Index count) {
    for (Index j = 0; j < count; j += 16) __builtin_prefetch(from + j, 0, 2);
}
HWY_INLINE void fetch_to_write(const float* from, Index count) {
    for (Index j = 0; j < count; j += 16) __builtin_prefetch(from + j, 1, 2);
}

// y, or NaN where x is: Highway's exponential turns NaN into a number, and a network that has diverged should show it.
HWY_INLINE V keep_nan(V x, V y) {
    namespace hn = hwy::HWY_NAMESPACE;
    return hn::IfThenElse(hn::Eq(x, x), y, x);
}

// The sum of the lanes: one half added to the other, until one number is left. Highway's own sum adds in an order that
// its versions do not share, and a training would not give the same bits.
#if HWY_TARGET == HWY_SCALAR
HWY_INLINE float sum_of(D, V v) { return hwy::HWY_NAMESPACE::GetLane(v); }
#else
template <class T>
HWY_INLINE float sum_of(T, hwy::HWY_NAMESPACE::Vec<T> v) {
    namespace hn = hwy::HWY_NAMESPACE;
    if constexpr (hn::MaxLanes(T()) > 4) {
        const hn::Half<T> half;
        return sum_of(half, hn::Add(hn::LowerHalf(half, v), hn::UpperHalf(half, v)));
    } else {
        static_assert(hn::MaxLanes(T()) == 4);
        const auto two = hn::Add(v, hn::Shuffle1032(v));
        return hn::GetLane(hn::Add(two, hn::Shuffle2301(two)));
    }
}
#endif
HWY_INLINE double total(V v) { return static_cast<double>(sum_of(d, v)); }

}  // namespace
}  // namespace cnn::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
