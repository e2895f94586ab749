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
#include "kernels/sizes.hpp"
#include "kernels/vectors-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace cnn::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// s^-1/2: the processor's guess of 8 bits or more, and Newton's method twice; sooner than a root and a division.
HWY_INLINE V reciprocal_root(V s) {
    const V half = hn::Mul(s, set(0.5f)), three_halves = set(1.5f);
    V r = hn::ApproximateReciprocalSqrt(s);
    r = hn::Mul(r, hn::NegMulAdd(hn::Mul(half, r), r, three_halves));
    return hn::Mul(r, hn::NegMulAdd(hn::Mul(half, r), r, three_halves));
}

// s^-β, and 1/s. Every published network has β = 3/4.
struct Powers {
    V minus_beta, reciprocal;
};
template <bool three_quarters>
HWY_INLINE Powers powers(V s, V minus_beta) {
    if constexpr (three_quarters) {
        const V r = reciprocal_root(s);
        return {hn::Mul(r, hn::Sqrt(r)), hn::Mul(r, r)};
    } else {
        return {hn::Exp(d, hn::Mul(minus_beta, hn::Log(d, s))), hn::Div(set(1.0f), s)};
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
            fetch(x + (last + 1) * strip.pitch + p, lanes);
            fetch_to_write(scale + at + strip.pitch, lanes), fetch_to_write(y + at + strip.pitch, lanes);
            V sum = zero();
            for (Index j = first; j <= last; ++j) {
                const V v = load(x + j * strip.pitch + p);
                sum = hn::MulAdd(v, v, sum);
            }
            const V s = hn::MulAdd(share, sum, k);
            store_part(s, count, scale + at);
            store_part(hn::Mul(load(x + at), powers<three_quarters>(s, minus_beta).minus_beta), count, y + at);
        }
    }
}

// dy·x·s^(-β-1) of a channel, kept aside, and dy·s^-β in the place of dy.
template <bool three_quarters>
HWY_INLINE void prepare_channel(const float* x, const float* scale, Index count, Index pitch, V minus_beta, float* dy,
                                float* terms) {
    for (Index p = 0; p < count; p += lanes) {
        fetch(x + pitch + p, lanes), fetch(scale + pitch + p, lanes), fetch_to_write(dy + pitch + p, lanes);
        const Powers s = powers<three_quarters>(load(scale + p), minus_beta);
        const V part = hn::Mul(load(dy + p), s.minus_beta);
        store_part(part, std::min(lanes, count - p), dy + p);
        store(hn::Mul(hn::Mul(part, load(x + p)), s.reciprocal), terms + p);
    }
}

// The terms of the channels that a sum reaches over, channel j's in place j mod size; zeros for those that are not
// there.
template <bool three_quarters>
void backward_of(const float* x, const float* scale, const Strip& strip, const Neighborhood& n, float* dy) {
    const V minus_beta = set(-n.beta), factor = set(-2 * n.alpha * n.beta / static_cast<float>(n.size));
    const Index wide = round_up(strip.count, lanes), ahead = n.size / 2;
    float* terms = scratch(Slot::columns, n.size * wide);
    for (Index i = 0; i < n.size * wide; i += lanes) store(zero(), terms + i);
    for (Index c = -ahead; c < strip.channels; ++c) {
        const Index next = c + ahead, at_next = next * strip.pitch;
        float* place = terms + next % n.size * wide;
        if (next < strip.channels)
            prepare_channel<three_quarters>(x + at_next, scale + at_next, strip.count, strip.pitch, minus_beta,
                                            dy + at_next, place);
        else
            for (Index p = 0; p < wide; p += lanes) store(zero(), place + p);
        if (c < 0) continue;
        for (Index p = 0; p < strip.count; p += lanes) {
            const Index at = c * strip.pitch + p;
            V sum = zero();
            for (Index j = 0; j < n.size; ++j) sum = hn::Add(sum, load(terms + j * wide + p));
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
