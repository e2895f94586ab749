// Activations, SGD, dropout and 2 × 2 pooling with vectors, compiled once for every instruction set and chosen at run
// time.
#include "kernels/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elements.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// After highway.h: it is compiled for each target too.
#include <hwy/contrib/math/math-inl.h>

#include <algorithm>

#include "kernels/elements.hpp"
#include "kernels/vectors-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace cnn::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The first `count` lanes: nothing is read or written beyond them.
HWY_INLINE V load_first(const float* from, Index count) {
    if (count >= lanes) return hn::LoadU(d, from);
    HWY_ALIGN float all[lanes] = {};
    for (Index i = 0; i < count; ++i) all[i] = from[i];
    return hn::Load(d, all);
}
HWY_INLINE void store_first(V v, Index count, float* to) {
    store_first(d, v, static_cast<int>(std::min(count, lanes)), to);
}

// Curves: value(x), and slope(dy, y) for y = value(x).
struct Relu {
    static V value(V x) { return hn::IfThenZeroElse(hn::Lt(x, hn::Zero(d)), x); }
    static V slope(V dy, V y) { return hn::IfThenElseZero(hn::Gt(y, hn::Zero(d)), dy); }
};
struct Tanh {
    static V value(V x) { return keep_nan(x, hn::Tanh(d, x)); }
    static V slope(V dy, V y) { return hn::Mul(dy, hn::NegMulAdd(y, y, hn::Set(d, 1.0f))); }
};
struct Sigmoid {
    // With e = exp(-|x|), which never overflows: 1 / (1 + e) for positive x, e / (1 + e) for negative.
    static V value(V x) {
        const V one = hn::Set(d, 1.0f), e = hn::Exp(d, hn::Neg(hn::Abs(x)));
        return keep_nan(x, hn::Div(hn::IfThenElse(hn::Lt(x, hn::Zero(d)), e, one), hn::Add(one, e)));
    }
    static V slope(V dy, V y) { return hn::Mul(dy, hn::NegMulAdd(y, y, y)); }
};
struct ScaledTanh {
    static constexpr float amplitude = 1.7159f, steepness = 2.0f / 3;
    static V value(V x) { return hn::Mul(hn::Set(d, amplitude), Tanh::value(hn::Mul(hn::Set(d, steepness), x))); }
    // With y = A tanh(Sx): dy/dx = A·S - S/A · y².
    static V slope(V dy, V y) {
        const V flat = hn::Set(d, amplitude * steepness), bend = hn::Set(d, steepness / amplitude);
        return hn::Mul(dy, hn::NegMulAdd(hn::Mul(bend, y), y, flat));
    }
};

template <class F>
HWY_INLINE void apply_values(Index count, float* x) {
    Index i = 0;
    for (; i + lanes <= count; i += lanes) hn::StoreU(F::value(hn::LoadU(d, x + i)), d, x + i);
    if (i < count) store_first(F::value(load_first(x + i, count - i)), count - i, x + i);
}
template <class F>
HWY_INLINE void apply_slopes(const float* y, Index count, float* dy) {
    Index i = 0;
    for (; i + lanes <= count; i += lanes) hn::StoreU(F::slope(hn::LoadU(d, dy + i), hn::LoadU(d, y + i)), d, dy + i);
    const Index rest = count - i;
    if (rest) store_first(F::slope(load_first(dy + i, rest), load_first(y + i, rest)), rest, dy + i);
}

void apply_here(Curve curve, Index count, float* x) {
    switch (curve) {
        case Curve::relu:
            return apply_values<Relu>(count, x);
        case Curve::tanh:
            return apply_values<Tanh>(count, x);
        case Curve::sigmoid:
            return apply_values<Sigmoid>(count, x);
        case Curve::scaled_tanh:
            return apply_values<ScaledTanh>(count, x);
    }
}
void apply_slope_here(Curve curve, const float* y, Index count, float* dy) {
    switch (curve) {
        case Curve::relu:
            return apply_slopes<Relu>(y, count, dy);
        case Curve::tanh:
            return apply_slopes<Tanh>(y, count, dy);
        case Curve::sigmoid:
            return apply_slopes<Sigmoid>(y, count, dy);
        case Curve::scaled_tanh:
            return apply_slopes<ScaledTanh>(y, count, dy);
    }
}

void sgd_here(const SgdStep& step, const float* gradient, Index count, float* velocity, float* value) {
    const V rate = hn::Set(d, step.learning_rate), momentum = hn::Set(d, step.momentum);
    const V decay = hn::Set(d, step.weight_decay);
    for (Index i = 0; i < count; i += lanes) {
        const Index n = std::min(lanes, count - i);
        const V x = load_first(value + i, n);
        const V push = hn::MulAdd(decay, x, load_first(gradient + i, n));
        const V v = hn::MulAdd(momentum, load_first(velocity + i, n), push);
        store_first(v, n, velocity + i);
        store_first(hn::NegMulAdd(rate, v, x), n, value + i);
    }
}

void add_relu_here(const float* from, Index count, float* to) {
    Index i = 0;
    for (; i + lanes <= count; i += lanes)
        hn::StoreU(Relu::value(hn::Add(hn::LoadU(d, to + i), hn::LoadU(d, from + i))), d, to + i);
    const Index rest = count - i;
    if (rest) store_first(Relu::value(hn::Add(load_first(to + i, rest), load_first(from + i, rest))), rest, to + i);
}

using DU = hn::RebindToUnsigned<D>;
using U = hn::Vec<DU>;
// A hash of 32 bits by two multiplications: Wellons 2018, "Prospecting for hash functions" (lowbias32).
HWY_INLINE U scramble(U x) {
    constexpr DU du;
    x = hn::Mul(hn::Xor(x, hn::ShiftRight<16>(x)), hn::Set(du, 0x7feb352du));
    x = hn::Mul(hn::Xor(x, hn::ShiftRight<15>(x)), hn::Set(du, 0x846ca68bu));
    return hn::Xor(x, hn::ShiftRight<16>(x));
}

void drop_here(const Drop& drop, Index count, float* x) {
    constexpr DU du;
    constexpr hn::RebindToSigned<D> di;
    const V threshold = hn::Set(d, drop.p * 0x1p24f), scale = hn::Set(d, 1 / (1 - drop.p));
    const U key = hn::Set(du, drop.key), other = hn::Set(du, drop.other_key);
    for (Index i = 0; i < count; i += lanes) {
        const U number = hn::Iota(du, static_cast<std::uint32_t>(i));
        const U bits = hn::Xor(scramble(hn::Add(hn::Xor(scramble(hn::Xor(number, key)), other), number)), key);
        const V draw = hn::ConvertTo(d, hn::BitCast(di, hn::ShiftRight<8>(bits)));  // whole numbers below 2^24
        const Index n = std::min(lanes, count - i);
        const V kept = hn::IfThenElseZero(hn::Ge(draw, threshold), hn::Mul(load_first(x + i, n), scale));
        store_first(kept, n, x + i);
    }
}

// Two rows of x become one of y, two columns one lane. The loads may read the rows that follow (a tensor has slack).
struct Quad {
    V a, b, c, e;  // a b
                   // c e
};
HWY_INLINE Quad load_quads(const float* x, Index width) {
    V a, b, c, e;
    hn::LoadInterleaved2(d, x, a, b);
    hn::LoadInterleaved2(d, x + width, c, e);
    return {a, b, c, e};
}
// left and right alternating, `count` pairs.
HWY_INLINE void store_pairs(V left, V right, Index count, float* to) {
    if (count >= lanes) return hn::StoreInterleaved2(left, right, d, to);
    HWY_ALIGN float both[2 * lanes];
    hn::StoreInterleaved2(left, right, d, both);
    const Index first = std::min(lanes, 2 * count);
    store_first(hn::Load(d, both), first, to);
    if (2 * count > lanes) store_first(hn::Load(d, both + lanes), 2 * count - lanes, to + lanes);
}
// What no window covers: the last column of an odd width, the last row of an odd height.
HWY_INLINE void zero_rest(Index height, Index width, float* dx) {
    if (width % 2)
        for (Index i = 0; i < height; ++i) dx[i * width + width - 1] = 0;
    if (height % 2) std::fill_n(dx + (height - 1) * width, width, 0.0f);
}

bool max_pool_2x2_here(const float* x, Index height, Index width, float* y, float* switches) {
    const Index out_width = width / 2;
    const V step = hn::Mul(hn::Iota(d, 0), hn::Set(d, 2.0f)), right = hn::Set(d, 1.0f);
    const V below = hn::Set(d, static_cast<float>(width)), across = hn::Add(below, right);
    V sum = hn::Zero(d);  // finds NaN, which no comparison does; in q.a it is the best already
    for (Index i = 0; i < height / 2; ++i)
        for (Index j = 0; j < out_width; j += lanes) {
            const Index first = 2 * i * width + 2 * j, to = i * out_width + j, count = out_width - j;
            const Quad q = load_quads(x + first, width);
            V best = q.a, offset = hn::Zero(d);  // only a larger one takes the place of the first
            const auto b = hn::Gt(q.b, best);
            best = hn::IfThenElse(b, q.b, best), offset = hn::IfThenElseZero(b, right);
            const auto c = hn::Gt(q.c, best);
            best = hn::IfThenElse(c, q.c, best), offset = hn::IfThenElse(c, below, offset);
            const auto e = hn::Gt(q.e, best);
            best = hn::IfThenElse(e, q.e, best), offset = hn::IfThenElse(e, across, offset);
            const V corner = hn::Add(hn::Set(d, static_cast<float>(first)), step);
            store_first(best, count, y + to);
            store_first(hn::Add(corner, offset), count, switches + to);
            sum = hn::Add(sum, hn::Add(hn::Add(q.b, q.c), q.e));
        }
    return hn::AllTrue(d, hn::Eq(sum, sum));
}

bool max_pool_2x2_backward_here(const float* dy, const float* switches, Index height, Index width, float* dx) {
    const Index out_width = width / 2;
    const V step = hn::Mul(hn::Iota(d, 0), hn::Set(d, 2.0f)), right = hn::Set(d, 1.0f);
    const V below = hn::Set(d, static_cast<float>(width));
    for (Index i = 0; i < height / 2; ++i)
        for (Index j = 0; j < out_width; j += lanes) {
            const Index first = 2 * i * width + 2 * j, from = i * out_width + j, count = std::min(lanes, out_width - j);
            const V corner = hn::Add(hn::Set(d, static_cast<float>(first)), step);
            const V error = hn::LoadU(d, dy + from), at = hn::Sub(hn::LoadU(d, switches + from), corner);
            const auto a = hn::Eq(at, hn::Zero(d)), b = hn::Eq(at, right);
            const auto c = hn::Eq(at, below), e = hn::Eq(at, hn::Add(below, right));
            const auto ours = hn::Or(hn::Or(a, b), hn::Or(c, e));
            if (hn::CountTrue(d, hn::And(ours, hn::FirstN(d, static_cast<std::size_t>(count)))) !=
                static_cast<std::size_t>(count))
                return false;
            store_pairs(hn::IfThenElseZero(a, error), hn::IfThenElseZero(b, error), count, dx + first);
            store_pairs(hn::IfThenElseZero(c, error), hn::IfThenElseZero(e, error), count, dx + first + width);
        }
    zero_rest(height, width, dx);
    return true;
}

void average_pool_2x2_here(const float* x, Index height, Index width, float* y) {
    const Index out_width = width / 2;
    for (Index i = 0; i < height / 2; ++i)
        for (Index j = 0; j < out_width; j += lanes) {
            const Quad q = load_quads(x + 2 * i * width + 2 * j, width);
            const V sum = hn::Add(hn::Add(hn::Add(q.a, q.b), q.c), q.e);
            store_first(hn::Mul(sum, hn::Set(d, 0.25f)), out_width - j, y + i * out_width + j);
        }
}

void average_pool_2x2_backward_here(const float* dy, Index height, Index width, float* dx) {
    const Index out_width = width / 2;
    for (Index i = 0; i < height / 2; ++i)
        for (Index j = 0; j < out_width; j += lanes) {
            const Index first = 2 * i * width + 2 * j, count = out_width - j;
            const V share = hn::Mul(hn::LoadU(d, dy + i * out_width + j), hn::Set(d, 0.25f));
            store_pairs(share, share, count, dx + first);
            store_pairs(share, share, count, dx + first + width);
        }
    zero_rest(height, width, dx);
}

}  // namespace cnn::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace cnn::kernels {

HWY_EXPORT(apply_here);
HWY_EXPORT(apply_slope_here);
HWY_EXPORT(sgd_here);
HWY_EXPORT(add_relu_here);
HWY_EXPORT(drop_here);
HWY_EXPORT(max_pool_2x2_here);
HWY_EXPORT(max_pool_2x2_backward_here);
HWY_EXPORT(average_pool_2x2_here);
HWY_EXPORT(average_pool_2x2_backward_here);

void apply(Curve curve, Index count, float* x) { HWY_DYNAMIC_DISPATCH(apply_here)(curve, count, x); }
void apply_slope(Curve curve, const float* y, Index count, float* dy) {
    HWY_DYNAMIC_DISPATCH(apply_slope_here)(curve, y, count, dy);
}
void sgd(const SgdStep& step, const float* gradient, Index count, float* velocity, float* value) {
    HWY_DYNAMIC_DISPATCH(sgd_here)(step, gradient, count, velocity, value);
}
void add_relu(const float* from, Index count, float* to) { HWY_DYNAMIC_DISPATCH(add_relu_here)(from, count, to); }
void drop(const Drop& how, Index count, float* x) { HWY_DYNAMIC_DISPATCH(drop_here)(how, count, x); }
bool max_pool_2x2(const float* x, Index height, Index width, float* y, float* switches) {
    return HWY_DYNAMIC_DISPATCH(max_pool_2x2_here)(x, height, width, y, switches);
}
bool max_pool_2x2_backward(const float* dy, const float* switches, Index height, Index width, float* dx) {
    return HWY_DYNAMIC_DISPATCH(max_pool_2x2_backward_here)(dy, switches, height, width, dx);
}
void average_pool_2x2(const float* x, Index height, Index width, float* y) {
    HWY_DYNAMIC_DISPATCH(average_pool_2x2_here)(x, height, width, y);
}
void average_pool_2x2_backward(const float* dy, Index height, Index width, float* dx) {
    HWY_DYNAMIC_DISPATCH(average_pool_2x2_backward_here)(dy, height, width, dx);
}

}  // namespace cnn::kernels
#endif
