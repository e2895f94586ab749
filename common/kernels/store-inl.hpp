// Storing part of a vector; included once for every instruction set (no ordinary include guard).
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace cnn::kernels::HWY_NAMESPACE {

// The first `count` lanes of v, and not one number beyond: what follows may be another thread's, so a "blended" store
// that reads, changes and writes the whole vector would not do. Halves are stored until nothing is left: on AVX2 masked
// stores are slow (some processors take twenty times an ordinary one).
template <class T>
HWY_INLINE void store_first(T t, hwy::HWY_NAMESPACE::Vec<T> v, int count, float* HWY_RESTRICT to) {
    namespace hn = hwy::HWY_NAMESPACE;
    constexpr int width = static_cast<int>(hn::MaxLanes(T()));
    if (count >= width) {
        hn::StoreU(v, t, to);
        return;
    }
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
    hn::BlendedStore(v, hn::FirstN(t, static_cast<std::size_t>(count)), t, to);
#elif HWY_TARGET != HWY_SCALAR  // whose vectors have one lane and no halves
    if constexpr (width > 1) {
        constexpr hn::CappedTag<float, width / 2> half;
        if (count < width / 2) {
            store_first(half, hn::LowerHalf(half, v), count, to);
        } else {
            hn::StoreU(hn::LowerHalf(half, v), half, to);
            store_first(half, hn::UpperHalf(half, v), count - width / 2, to + width / 2);
        }
    }
#endif
}

}  // namespace cnn::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
