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

// A sum over rows that lie `pitch` apart: as many as `taps` says, or `count` where it says 0. add(number, sum so far).
template <Index taps, class F>
HWY_INLINE V sum_of(const float* rows, Index pitch, Index count, const F& add) {
    V sum = zero();
    if constexpr (taps > 0) count = taps;
#pragma GCC unroll 5
    for (Index j = 0; j < count; ++j) sum = add(load(rows + j * pitch), sum);
    return sum;
}
// Neighborhoods of five channels, which every published network has, in a loop of their own: 1.3 to 1.5 times as
// fast in the cache.
template <class F>
HWY_INLINE void with_taps(Index count, const F& f) {
    count == 5 ? f.template operator()<5>() : f.template operator()<0>();
}

template <bool three_quarters>
void forward_of(const float* x, const Strip strip, const Neighborhood n, float* scale, float* y) {
    const V k = set(n.k), share = set(n.alpha / static_cast<float>(n.size)), minus_beta = set(-n.beta);
    for (Index c = 0; c < strip.channels; ++c) {
        const Index first = std::max<Index>(c - n.size / 2, 0);
        const Index last = std::min(c + (n.size - 1) / 2, strip.channels - 1);
        const float *around = x + first * strip.pitch, *next = x + (last + 1) * strip.pitch;
        const float* own = x + c * strip.pitch;
        float *to_scale = scale + c * strip.pitch, *to_y = y + c * strip.pitch;
        with_taps(last - first + 1, [&]<Index taps>() INLINE_LAMBDA {
            for (Index p = 0; p < strip.count; p += lanes) {
                const Index count = std::min(lanes, strip.count - p);
                fetch(next + p, lanes);
                fetch_to_write(to_scale + strip.pitch + p, lanes), fetch_to_write(to_y + strip.pitch + p, lanes);
                const V squares = sum_of<taps>(around + p, strip.pitch, last - first + 1,
                                               [](V v, V sum) { return hn::MulAdd(v, v, sum); });
                const V s = hn::MulAdd(share, squares, k);
                store_part(s, count, to_scale + p);
                store_part(hn::Mul(load(own + p), powers<three_quarters>(s, minus_beta).minus_beta), count, to_y + p);
            }
        });
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
void backward_of(const float* x, const float* scale, const Strip strip, const Neighborhood n, float* dy) {
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
        const float* own = x + c * strip.pitch;
        float* to = dy + c * strip.pitch;
        with_taps(n.size, [&]<Index taps>() INLINE_LAMBDA {
            for (Index p = 0; p < strip.count; p += lanes) {
                const V sum = sum_of<taps>(terms + p, wide, n.size, [](V v, V s) { return hn::Add(s, v); });
                store_part(hn::MulAdd(hn::Mul(factor, load(own + p)), sum, load(to + p)),
                           std::min(lanes, strip.count - p), to + p);
            }
        });
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
