// Strips of local response normalisation, compiled once for every instruction set and chosen at run time.
#include "kernels/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/neighbors.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// After highway.h: it is compiled for each target too.
#include <hwy/contrib/math/math-inl.h>

#include <algorithm>

#include "kernels/neighbors.hpp"
#include "kernels/scratch.hpp"
#include "kernels/vectors-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace cnn::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// s^-β. Every published network has β = 3/4, which two roots give in a third of the time.
template <bool three_quarters>
HWY_INLINE V power(V s, V minus_beta) {
    if constexpr (three_quarters) {
        const V root = hn::Sqrt(s);
        return hn::Div(set(1.0f), hn::Mul(root, hn::Sqrt(root)));
    } else {
        return hn::Exp(d, hn::Mul(minus_beta, hn::Log(d, s)));
    }
}

template <bool three_quarters>
void forward_of(const float* x, const Strip& strip, const Neighborhood& n, float* scale, float* y) {
    const V k = set(n.k), share = set(n.alpha / static_cast<float>(n.size)), minus_beta = set(-n.beta);
    for (Index c = 0; c < strip.channels; ++c) {
        const Index first = std::max<Index>(c - n.size / 2, 0);
        const Index last = std::min(c + (n.size - 1) / 2, strip.channels - 1);
        for (Index p = 0; p < strip.count; p += lanes) {
            const Index count = std::min(lanes, strip.count - p), at = c * strip.pitch + p;
            V sum = zero();
            for (Index j = first; j <= last; ++j) {
                const V v = load(x + j * strip.pitch + p);
                sum = hn::MulAdd(v, v, sum);
            }
            const V s = hn::MulAdd(share, sum, k);
            store_part(s, count, scale + at);
            store_part(hn::Mul(load(x + at), power<three_quarters>(s, minus_beta)), count, y + at);
        }
    }
}

// First dy·x·s^(-β-1) of all channels, kept aside, and dy·s^-β in the place of dy; then the sums over the former.
template <bool three_quarters>
void backward_of(const float* x, const float* scale, const Strip& strip, const Neighborhood& n, float* dy) {
    const V minus_beta = set(-n.beta), factor = set(-2 * n.alpha * n.beta / static_cast<float>(n.size));
    const Index wide = (strip.count + lanes - 1) / lanes * lanes;
    float* terms = scratch(Slot::columns, strip.channels * wide);
    for (Index c = 0; c < strip.channels; ++c)
        for (Index p = 0; p < strip.count; p += lanes) {
            const Index at = c * strip.pitch + p;
            const V s = load(scale + at), part = hn::Mul(load(dy + at), power<three_quarters>(s, minus_beta));
            store_part(part, std::min(lanes, strip.count - p), dy + at);
            store(hn::Div(hn::Mul(part, load(x + at)), s), terms + c * wide + p);
        }
    for (Index c = 0; c < strip.channels; ++c) {
        const Index first = std::max<Index>(c - (n.size - 1) / 2, 0);
        const Index last = std::min(c + n.size / 2, strip.channels - 1);
        for (Index p = 0; p < strip.count; p += lanes) {
            const Index at = c * strip.pitch + p;
            V sum = zero();
            for (Index j = first; j <= last; ++j) sum = hn::Add(sum, load(terms + j * wide + p));
            store_part(hn::MulAdd(hn::Mul(factor, load(x + at)), sum, load(dy + at)), std::min(lanes, strip.count - p),
                       dy + at);
        }
    }
}

void normalize_strip_here(const float* x, const Strip& strip, const Neighborhood& n, float* scale, float* y) {
    n.beta == 0.75f ? forward_of<true>(x, strip, n, scale, y) : forward_of<false>(x, strip, n, scale, y);
}
void normalize_strip_backward_here(const float* x, const float* scale, const Strip& strip, const Neighborhood& n,
                                   float* dy) {
    n.beta == 0.75f ? backward_of<true>(x, scale, strip, n, dy) : backward_of<false>(x, scale, strip, n, dy);
}

}  // namespace cnn::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace cnn::kernels {

HWY_EXPORT(normalize_strip_here);
HWY_EXPORT(normalize_strip_backward_here);

void normalize_strip(const float* x, const Strip& strip, const Neighborhood& n, float* scale, float* y) {
    HWY_DYNAMIC_DISPATCH(normalize_strip_here)(x, strip, n, scale, y);
}
void normalize_strip_backward(const float* x, const float* scale, const Strip& strip, const Neighborhood& n,
                              float* dy) {
    HWY_DYNAMIC_DISPATCH(normalize_strip_backward_here)(x, scale, strip, n, dy);
}

}  // namespace cnn::kernels
#endif
