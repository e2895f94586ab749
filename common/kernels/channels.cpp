// Channels with vectors, compiled once for every instruction set and chosen at run time.
#include "kernels/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/channels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>

#include "kernels/channels.hpp"
#include "kernels/vectors-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace cnn::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Four sums side by side, so that an addition need not wait for the last one.
double sum_here(const float* x, Index count) {
    V a = zero(), b = a, c = a, e = a;
    Index i = 0;
    for (; i + 4 * lanes <= count; i += 4 * lanes) {
        a = hn::Add(a, load(x + i)), b = hn::Add(b, load(x + i + lanes));
        c = hn::Add(c, load(x + i + 2 * lanes)), e = hn::Add(e, load(x + i + 3 * lanes));
    }
    for (; i + lanes <= count; i += lanes) a = hn::Add(a, load(x + i));
    if (i < count) b = hn::Add(b, load_part(x + i, count - i));
    return total(hn::Add(hn::Add(a, b), hn::Add(c, e)));
}

// Σ (x - center)²
HWY_INLINE double squares(const float* x, Index count, float center) {
    const V m = set(center);
    V a = zero(), b = a, c = a, e = a;
    Index i = 0;
    for (; i + 4 * lanes <= count; i += 4 * lanes) {
        const V p = hn::Sub(load(x + i), m), q = hn::Sub(load(x + i + lanes), m);
        const V r = hn::Sub(load(x + i + 2 * lanes), m), s = hn::Sub(load(x + i + 3 * lanes), m);
        a = hn::MulAdd(p, p, a), b = hn::MulAdd(q, q, b), c = hn::MulAdd(r, r, c), e = hn::MulAdd(s, s, e);
    }
    for (; i + lanes <= count; i += lanes) {
        const V p = hn::Sub(load(x + i), m);
        a = hn::MulAdd(p, p, a);
    }
    if (i < count) {
        const auto rest = hn::FirstN(d, static_cast<std::size_t>(count - i));
        const V p = hn::IfThenElseZero(rest, hn::Sub(load(x + i), m));
        b = hn::MulAdd(p, p, b);
    }
    return total(hn::Add(hn::Add(a, b), hn::Add(c, e)));
}

// Each plane around its own mean, while it is in the cache; then the planes' means around the channel's.
Moments moments_here(const float* x, const Channel& channel) {
    const auto pixels = static_cast<double>(channel.pixels), planes = static_cast<double>(channel.planes);
    double mean = 0, around_origin = 0, within = 0;
    double first = 0;  // means are taken relative to the first plane's, whose square would swamp their differences
    for (Index n = 0; n < channel.planes; ++n) {
        const float* plane = x + n * channel.pitch;
        const double center = sum_here(plane, channel.pixels) / pixels;
        const double rounded = static_cast<double>(static_cast<float>(center)), off = center - rounded;
        within += squares(plane, channel.pixels, static_cast<float>(center)) - pixels * off * off;
        if (n == 0) first = center;
        mean += center - first, around_origin += (center - first) * (center - first);
    }
    mean /= planes;
    const double between = around_origin / planes - mean * mean;
    return {first + mean, std::max(within / (pixels * planes) + between, 0.0)};
}

HWY_INLINE V line_value(V x, V scale, V shift) { return hn::MulAdd(x, scale, shift); }

template <bool relu>
HWY_INLINE void draw_plane(const float* x, Index count, V scale, V shift, float* to) {
    const auto value = [&](V v) HWY_ATTR {
        const V y = line_value(v, scale, shift);
        // A NaN stays one, as in ReLU itself.
        return relu ? hn::IfThenZeroElse(hn::Lt(y, zero()), y) : y;
    };
    Index i = 0;
    for (; i + lanes <= count; i += lanes) store(value(load(x + i)), to + i);
    if (i < count) store_part(value(load_part(x + i, count - i)), count - i, to + i);
}

void draw_line_here(const float* x, const Channel& channel, const Line& line, float* to) {
    const V scale = set(line.scale), shift = set(line.shift);
    for (Index n = 0; n < channel.planes; ++n)
        if (line.relu)
            draw_plane<true>(x + n * channel.pitch, channel.pixels, scale, shift, to + n * channel.pitch);
        else
            draw_plane<false>(x + n * channel.pitch, channel.pixels, scale, shift, to + n * channel.pitch);
}

// dy where the ReLU let y through.
template <bool relu>
HWY_INLINE V let_through(V dy, V x, V scale, V shift) {
    return relu ? hn::IfThenElseZero(hn::Gt(line_value(x, scale, shift), zero()), dy) : dy;
}

template <bool relu>
SlopeSums slope_sums_of(const float* dy, const float* x, const Channel& channel, float mean, const Line& line) {
    const V scale = set(line.scale), shift = set(line.shift), m = set(mean);
    SlopeSums sums;
    for (Index n = 0; n < channel.planes; ++n, dy += channel.pitch, x += channel.pitch) {
        V a = zero(), b = a, c = a, e = a;
        Index i = 0;
        for (; i + 2 * lanes <= channel.pixels; i += 2 * lanes) {
            const V x0 = load(x + i), x1 = load(x + i + lanes);
            const V dy0 = let_through<relu>(load(dy + i), x0, scale, shift);
            const V dy1 = let_through<relu>(load(dy + i + lanes), x1, scale, shift);
            a = hn::Add(a, dy0), b = hn::Add(b, dy1);
            c = hn::MulAdd(dy0, hn::Sub(x0, m), c), e = hn::MulAdd(dy1, hn::Sub(x1, m), e);
        }
        for (; i < channel.pixels; i += lanes) {
            const Index count = std::min(lanes, channel.pixels - i);
            const V x0 = load_part(x + i, count);
            const V dy0 = let_through<relu>(load_part(dy + i, count), x0, scale, shift);
            a = hn::Add(a, dy0), c = hn::MulAdd(dy0, hn::Sub(x0, m), c);
        }
        sums.dy += total(hn::Add(a, b)), sums.dy_x += total(hn::Add(c, e));
    }
    return sums;
}
SlopeSums slope_sums_here(const float* dy, const float* x, const Channel& channel, float mean, const Line& line) {
    return line.relu ? slope_sums_of<true>(dy, x, channel, mean, line)
                     : slope_sums_of<false>(dy, x, channel, mean, line);
}

template <bool relu>
void mix_of(const float* x, const Channel& channel, const Mixture& mixture, const Line& line, float* dy) {
    const V scale = set(line.scale), shift = set(line.shift);
    const V a = set(mixture.a), b = set(mixture.b), c = set(mixture.c);
    for (Index n = 0; n < channel.planes; ++n, dy += channel.pitch, x += channel.pitch) {
        Index i = 0;
        for (; i + lanes <= channel.pixels; i += lanes) {
            const V x0 = load(x + i), dy0 = let_through<relu>(load(dy + i), x0, scale, shift);
            store(hn::MulAdd(a, dy0, hn::MulAdd(b, x0, c)), dy + i);
        }
        if (const Index rest = channel.pixels - i; rest > 0) {
            const V x0 = load_part(x + i, rest), dy0 = let_through<relu>(load_part(dy + i, rest), x0, scale, shift);
            store_part(hn::MulAdd(a, dy0, hn::MulAdd(b, x0, c)), rest, dy + i);
        }
    }
}
void mix_here(const float* x, const Channel& channel, const Mixture& mixture, const Line& line, float* dy) {
    line.relu ? mix_of<true>(x, channel, mixture, line, dy) : mix_of<false>(x, channel, mixture, line, dy);
}

}  // namespace cnn::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace cnn::kernels {

HWY_EXPORT(sum_here);
HWY_EXPORT(moments_here);
HWY_EXPORT(draw_line_here);
HWY_EXPORT(slope_sums_here);
HWY_EXPORT(mix_here);

double sum(const float* x, Index count) { return HWY_DYNAMIC_DISPATCH(sum_here)(x, count); }
Moments moments(const float* x, const Channel& channel) { return HWY_DYNAMIC_DISPATCH(moments_here)(x, channel); }
void draw_line(const float* x, const Channel& channel, const Line& line, float* to) {
    HWY_DYNAMIC_DISPATCH(draw_line_here)(x, channel, line, to);
}
SlopeSums slope_sums(const float* dy, const float* x, const Channel& channel, float mean, const Line& line) {
    return HWY_DYNAMIC_DISPATCH(slope_sums_here)(dy, x, channel, mean, line);
}
void mix(const float* x, const Channel& channel, const Mixture& mixture, const Line& line, float* dy) {
    HWY_DYNAMIC_DISPATCH(mix_here)(x, channel, mixture, line, dy);
}

}  // namespace cnn::kernels
#endif
