// Copies, phases and transpositions with vectors, compiled once for every instruction set and chosen at run time.
#include "kernels/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/rows.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>

#include "kernels/rows-inl.hpp"
#include "kernels/rows.hpp"
#include "kernels/scratch.hpp"

HWY_BEFORE_NAMESPACE();
namespace cnn::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using V = hn::Vec<D>;

void copy_padded_here(const PaddedPart& part, float* to) {
    for (Index i = 0; i < part.rows; ++i) copy_row(part, i, to + i * part.columns);
}

// Deals a row out to its phases: number j of phase p is number j · stride + p of the row.
HWY_INLINE void take_phases(const float* row, const Phases& phases, float* to) {
    const Index size = phases.phase_size;
    V a, b, c, e;
    if (phases.stride == 2) {
        for (Index j = 0; j < phases.pitch; j += lanes) {
            hn::LoadInterleaved2(d, row + 2 * j, a, b);
            hn::StoreU(a, d, to + j);
            if (phases.wanted > 1) hn::StoreU(b, d, to + size + j);
        }
    } else if (phases.stride == 4 && phases.wanted == 4) {
        for (Index j = 0; j < phases.pitch; j += lanes) {
            hn::LoadInterleaved4(d, row + 4 * j, a, b, c, e);
            hn::StoreU(a, d, to + j);
            hn::StoreU(b, d, to + size + j);
            hn::StoreU(c, d, to + 2 * size + j);
            hn::StoreU(e, d, to + 3 * size + j);
        }
    } else {
        for (Index phase = 0; phase < phases.wanted; ++phase)
            for (Index j = 0; j < phases.pitch; ++j) to[phase * size + j] = row[j * phases.stride + phase];
    }
}

// Some rows get their margins first and are dealt then: a load that spans two stores of a moment ago waits for both.
void copy_phases_here(const PaddedPart& part, const Phases& phases, float* to) {
    constexpr Index at_once = 8;
    const Index needed = phases.stride * (phases.pitch + lanes);  // numbers of a row that take_phases reads
    const Index length = needed + part.columns + 2 * lanes;
    float* rows = scratch(Slot::row, at_once * length);
    zero(at_once * length - lanes, rows);
    for (Index first = 0; first < part.rows; first += at_once) {
        const Index last = std::min(first + at_once, part.rows);
        for (Index i = first; i < last; ++i)
            if (i % phases.stride < phases.wanted) copy_row(part, i, rows + (i - first) * length);
        for (Index i = first; i < last; ++i)
            if (i % phases.stride < phases.wanted)
                take_phases(
                    rows + (i - first) * length, phases,
                    to + (i % phases.stride) * phases.wanted * phases.phase_size + i / phases.stride * phases.pitch);
    }
}

// Rows far apart begin in other pages of memory, where the machine does not fetch ahead by itself.
void copy_columns_here(const Columns& t) {
    constexpr Index ahead = 16;
    for (Index i = 0; i < t.rows; ++i) {
        const float* from = t.from + i * t.from_pitch;
        float* to = t.to + i * t.to_pitch;
        Index j = 0;
        for (; j + lanes <= t.columns; j += lanes) {
            if (i + ahead < t.rows) __builtin_prefetch(from + ahead * t.from_pitch + j);
            hn::StoreU(hn::LoadU(d, from + j), d, to + j);
        }
        for (; j < t.columns; ++j) to[j] = from[j];
    }
}

void interleave_here(const Interleaving& t) {
    const bool two = t.stride == 2, four = t.stride == 4;
    for (Index i = 0; i < t.rows; ++i) {
        const float* from = t.from + i * t.from_pitch;
        float* to = t.to + i * t.to_pitch;
        Index j = 0;
        for (; (two || four) && t.stride * (j + lanes) <= t.columns; j += lanes, from += lanes) {
            const V a = hn::LoadU(d, from), b = hn::LoadU(d, from + t.phase_step);
            if (two)
                hn::StoreInterleaved2(a, b, d, to + 2 * j);
            else
                hn::StoreInterleaved4(a, b, hn::LoadU(d, from + 2 * t.phase_step),
                                      hn::LoadU(d, from + 3 * t.phase_step), d, to + 4 * j);
        }
        for (Index at = t.stride * j, phase = 0; at < t.columns; ++at) {
            to[at] = from[phase * t.phase_step];
            if (++phase == t.stride) phase = 0, ++from;
        }
    }
}

// 4 × 4 numbers turned round by two exchanges, with vectors of four whatever the machine has. Of the four rows only
// `present` are there; the others count as zeros.
template <int present>
HWY_INLINE void transpose_4x4(const float* from, Index from_pitch, float* to, Index pitch) {
#if HWY_TARGET == HWY_SCALAR
    for (Index i = 0; i < 4; ++i)
        for (Index r = 0; r < 4; ++r) to[i * pitch + r] = r < present ? from[r * from_pitch + i] : 0.0f;
#else
    const hn::FixedTag<float, 4> d4;
    const auto zero = hn::Zero(d4);
    const auto r0 = present > 0 ? hn::LoadU(d4, from) : zero;
    const auto r1 = present > 1 ? hn::LoadU(d4, from + from_pitch) : zero;
    const auto r2 = present > 2 ? hn::LoadU(d4, from + 2 * from_pitch) : zero;
    const auto r3 = present > 3 ? hn::LoadU(d4, from + 3 * from_pitch) : zero;
    const auto a = hn::InterleaveLower(d4, r0, r2), b = hn::InterleaveLower(d4, r1, r3);
    const auto c = hn::InterleaveUpper(d4, r0, r2), e = hn::InterleaveUpper(d4, r1, r3);
    hn::StoreU(hn::InterleaveLower(d4, a, b), d4, to);
    hn::StoreU(hn::InterleaveUpper(d4, a, b), d4, to + pitch);
    hn::StoreU(hn::InterleaveLower(d4, c, e), d4, to + 2 * pitch);
    hn::StoreU(hn::InterleaveUpper(d4, c, e), d4, to + 3 * pitch);
#endif
}

// Rows i … i+3, of which `present` are there.
template <int present>
HWY_INLINE void transpose_four(const Transposition& t, Index i) {
    const float* from = t.from + i * t.from_pitch;
    float* to = t.to + i;
    Index j = 0;
    for (; j + 4 <= t.columns; j += 4) transpose_4x4<present>(from + j, t.from_pitch, to + j * t.to_pitch, t.to_pitch);
    for (; j < t.columns; ++j)
        for (Index r = 0; r < 4; ++r) to[j * t.to_pitch + r] = r < present ? from[r * t.from_pitch + j] : 0.0f;
}

// Four columns of as many rows as a vector has lanes: a part of each row is put into its place in four vectors while it
// is loaded, then fours of lanes are turned round as above, all at once, and whole vectors are stored.
#if HWY_TARGET != HWY_SCALAR
template <class T>
HWY_INLINE hn::Vec<T> load_parts(T t, const float* from, [[maybe_unused]] Index pitch) {
    constexpr Index parts = static_cast<Index>(hn::MaxLanes(T())) / 4;
    if constexpr (parts == 1) {
        return hn::LoadU(t, from);
    } else {
        const hn::Half<T> half;
        return hn::Combine(t, load_parts(half, from + 2 * parts * pitch, pitch), load_parts(half, from, pitch));
    }
}
HWY_INLINE void transpose_lanes(const float* from, Index from_pitch, float* to, Index pitch) {
    const V r0 = load_parts(d, from, from_pitch), r1 = load_parts(d, from + from_pitch, from_pitch);
    const V r2 = load_parts(d, from + 2 * from_pitch, from_pitch),
            r3 = load_parts(d, from + 3 * from_pitch, from_pitch);
    const V a = hn::InterleaveLower(d, r0, r2), b = hn::InterleaveLower(d, r1, r3);
    const V c = hn::InterleaveUpper(d, r0, r2), e = hn::InterleaveUpper(d, r1, r3);
    hn::StoreU(hn::InterleaveLower(d, a, b), d, to);
    hn::StoreU(hn::InterleaveUpper(d, a, b), d, to + pitch);
    hn::StoreU(hn::InterleaveLower(d, c, e), d, to + 2 * pitch);
    hn::StoreU(hn::InterleaveUpper(d, c, e), d, to + 3 * pitch);
}
#endif

// Whole vectors of rows; returns how many rows are done.
HWY_INLINE Index transpose_whole([[maybe_unused]] const Transposition& t) {
    Index i = 0;
#if HWY_TARGET != HWY_SCALAR
    for (; lanes > 4 && i + lanes <= t.rows; i += lanes) {
        const float* from = t.from + i * t.from_pitch;
        Index j = 0;
        for (; j + 4 <= t.columns; j += 4)
            transpose_lanes(from + j, t.from_pitch, t.to + i + j * t.to_pitch, t.to_pitch);
        for (; j < t.columns; ++j)
            for (Index r = 0; r < lanes; ++r) t.to[j * t.to_pitch + i + r] = from[r * t.from_pitch + j];
    }
#endif
    return i;
}

void transpose_here(const Transposition& t) {
    Index i = transpose_whole(t);
    for (; i + 4 <= t.padded_rows; i += 4) switch (std::clamp<Index>(t.rows - i, 0, 4)) {
            case 0:
                transpose_four<0>(t, i);
                break;
            case 1:
                transpose_four<1>(t, i);
                break;
            case 2:
                transpose_four<2>(t, i);
                break;
            case 3:
                transpose_four<3>(t, i);
                break;
            default:
                transpose_four<4>(t, i);
        }
    for (Index j = 0; j < t.columns; ++j)
        for (Index r = i; r < t.padded_rows; ++r)
            t.to[j * t.to_pitch + r] = r < t.rows ? t.from[r * t.from_pitch + j] : 0.0f;
}

void add_here(const float* from, Index count, float* to) {
    Index i = 0;
    for (; i + lanes <= count; i += lanes) hn::StoreU(hn::Add(hn::LoadU(d, to + i), hn::LoadU(d, from + i)), d, to + i);
    for (; i < count; ++i) to[i] += from[i];
}

// Columns j … while whole vectors of T fit. Four sums side by side, so that an addition need not wait for the last one;
// then ((0 + 1) + (2 + 3)): whatever the vectors, a column's numbers are added in the same order.
template <class T>
HWY_INLINE Index sum_columns(T t, const float* from, Index pitch, Index rows, Index j, Index columns, bool accumulate,
                             float* to) {
    const auto width = static_cast<Index>(hn::Lanes(t));
    for (; j + width <= columns; j += width) {
        auto a = hn::Zero(t), b = a, c = a, e = a;
        const float* at = from + j;
        Index i = 0;
        for (; i + 4 <= rows; i += 4, at += 4 * pitch) {
            a = hn::Add(a, hn::LoadU(t, at));
            b = hn::Add(b, hn::LoadU(t, at + pitch));
            c = hn::Add(c, hn::LoadU(t, at + 2 * pitch));
            e = hn::Add(e, hn::LoadU(t, at + 3 * pitch));
        }
        for (; i < rows; ++i, at += pitch) a = hn::Add(a, hn::LoadU(t, at));
        const auto sum = hn::Add(hn::Add(a, b), hn::Add(c, e));
        hn::StoreU(accumulate ? hn::Add(hn::LoadU(t, to + j), sum) : sum, t, to + j);
    }
    return j;
}

void sum_rows_here(const float* from, Index pitch, Index rows, Index columns, bool accumulate, float* to) {
    Index j = sum_columns(d, from, pitch, rows, 0, columns, accumulate, to);
    j = sum_columns(hn::CappedTag<float, 8>(), from, pitch, rows, j, columns, accumulate, to);
    j = sum_columns(hn::CappedTag<float, 4>(), from, pitch, rows, j, columns, accumulate, to);
    sum_columns(hn::CappedTag<float, 1>(), from, pitch, rows, j, columns, accumulate, to);
}

}  // namespace cnn::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace cnn::kernels {

HWY_EXPORT(copy_padded_here);
HWY_EXPORT(copy_phases_here);
HWY_EXPORT(copy_columns_here);
HWY_EXPORT(interleave_here);
HWY_EXPORT(transpose_here);
HWY_EXPORT(add_here);
HWY_EXPORT(sum_rows_here);

void copy_padded(const PaddedPart& part, float* to) { HWY_DYNAMIC_DISPATCH(copy_padded_here)(part, to); }
void copy_phases(const PaddedPart& part, const Phases& phases, float* to) {
    HWY_DYNAMIC_DISPATCH(copy_phases_here)(part, phases, to);
}
void copy_columns(const Columns& t) { HWY_DYNAMIC_DISPATCH(copy_columns_here)(t); }
void interleave(const Interleaving& t) { HWY_DYNAMIC_DISPATCH(interleave_here)(t); }
void transpose(const Transposition& t) { HWY_DYNAMIC_DISPATCH(transpose_here)(t); }
void add(const float* from, Index count, float* to) { HWY_DYNAMIC_DISPATCH(add_here)(from, count, to); }
void sum_lanes(const float* from, Index count, Index lanes, float* to) {
    for (Index i = 0; i < count; ++i, from += lanes) {
        to[i] = 0;
        for (Index j = 0; j < lanes; ++j) to[i] += from[j];
    }
}
void sum_rows(const float* from, Index pitch, Index rows, Index columns, bool accumulate, float* to) {
    HWY_DYNAMIC_DISPATCH(sum_rows_here)(from, pitch, rows, columns, accumulate, to);
}

}  // namespace cnn::kernels
#endif
