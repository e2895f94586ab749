// Rows of pixels with vectors, compiled once for every instruction set and chosen at run time.
#include "kernels/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/sift_rows.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>

#include "kernels/sift_rows.hpp"
#include "kernels/vectors-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace cnn::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Column j … while whole vectors of T fit: the middle, and pairs of pixels that have the same weight.
template <class T>
HWY_INLINE Index blur_down(T t, const BlurRow& row, Index j) {
    const auto width = static_cast<Index>(hn::Lanes(t));
    for (; j + width <= row.width; j += width) {
        auto sum = hn::Mul(hn::Set(t, row.weights[0]), hn::LoadU(t, row.rows[row.radius] + j));
        for (Index k = 1; k <= row.radius; ++k) {
            const auto pair =
                hn::Add(hn::LoadU(t, row.rows[row.radius - k] + j), hn::LoadU(t, row.rows[row.radius + k] + j));
            sum = hn::MulAdd(hn::Set(t, row.weights[k]), pair, sum);
        }
        hn::StoreU(sum, t, row.line + row.radius + j);
    }
    return j;
}
template <class T>
HWY_INLINE Index blur_across(T t, const BlurRow& row, Index j) {
    const auto width = static_cast<Index>(hn::Lanes(t));
    for (; j + width <= row.width; j += width) {
        const float* middle = row.line + row.radius + j;
        auto sum = hn::Mul(hn::Set(t, row.weights[0]), hn::LoadU(t, middle));
        for (Index k = 1; k <= row.radius; ++k)
            sum = hn::MulAdd(hn::Set(t, row.weights[k]), hn::Add(hn::LoadU(t, middle - k), hn::LoadU(t, middle + k)),
                             sum);
        hn::StoreU(sum, t, row.to + j);
        if (row.difference) hn::StoreU(hn::Sub(sum, hn::LoadU(t, row.rows[row.radius] + j)), t, row.difference + j);
    }
    return j;
}

// Nothing is written behind the row: the next one may belong to another thread.
void blur_row_here(const BlurRow& row) {
    const hn::CappedTag<float, 4> four;
    const hn::CappedTag<float, 1> one;
    blur_down(one, row, blur_down(four, row, blur_down(d, row, 0)));
    std::fill_n(row.line, row.radius, row.line[row.radius]);
    std::fill_n(row.line + row.radius + row.width, row.radius, row.line[row.radius + row.width - 1]);
    blur_across(one, row, blur_across(four, row, blur_across(d, row, 0)));
}

void find_extrema_here(const ExtremaRow& row, std::vector<Index>& columns) {
    const V threshold = hn::Set(d, row.threshold), zero = hn::Zero(d);
    for (Index j = row.first; j < row.end; j += lanes) {
        const V value = hn::LoadU(d, row.levels[1] + j);
        const auto strong = hn::Gt(hn::Abs(value), threshold);
        if (hn::AllFalse(d, strong)) continue;  // nearly always
        V greatest = value, least = value;
        for (const float* level : row.levels)
            for (Index i = -1; i <= 1; ++i)
                for (Index k = -1; k <= 1; ++k) {
                    const V neighbour = hn::LoadU(d, level + i * row.pitch + j + k);
                    greatest = hn::Max(greatest, neighbour);
                    least = hn::Min(least, neighbour);
                }
        const auto is_peak = hn::Or(hn::And(hn::Gt(value, zero), hn::Eq(value, greatest)),
                                    hn::And(hn::Lt(value, zero), hn::Eq(value, least)));
        const V found = hn::IfThenElseZero(hn::And(strong, is_peak), hn::Set(d, 1.0f));
        HWY_ALIGN float flags[lanes];
        hn::Store(found, d, flags);
        for (Index k = 0; k < std::min(lanes, row.end - j); ++k)
            if (flags[k] != 0) columns.push_back(j + k);
    }
}

// The arc tangent in turns of 0 … 1: an odd polynomial, right to 4e-8 radians (fitted with equal ripples).
HWY_INLINE V turns_of_slope(V slope) {
    const V square = hn::Mul(slope, slope);
    V sum = hn::Set(d, -0.0006452790f);
    for (const float c :
         {0.0034795036f, -0.0088985842f, 0.0153459301f, -0.0221362300f, 0.0317459367f, -0.0530461185f, 0.1591548324f})
        sum = hn::MulAdd(sum, square, hn::Set(d, c));
    return hn::Mul(sum, slope);
}

struct Gradients {
    V magnitude, turns;
};
HWY_INLINE Gradients gradients_at(const float* here, Index pitch) {
    const V gx = hn::Sub(hn::LoadU(d, here + 1), hn::LoadU(d, here - 1));
    const V gy = hn::Sub(hn::LoadU(d, here + pitch), hn::LoadU(d, here - pitch));
    const V wide = hn::Abs(gx), high = hn::Abs(gy), tiny = hn::Set(d, 1e-30f);
    // In the first eighth of a turn, then mirrored to where it belongs.
    V turns = turns_of_slope(hn::Div(hn::Min(wide, high), hn::Max(hn::Max(wide, high), tiny)));
    turns = hn::IfThenElse(hn::Gt(high, wide), hn::Sub(hn::Set(d, 0.25f), turns), turns);
    turns = hn::IfThenElse(hn::Lt(gx, hn::Zero(d)), hn::Sub(hn::Set(d, 0.5f), turns), turns);
    turns = hn::IfThenElse(hn::Lt(gy, hn::Zero(d)), hn::Sub(hn::Set(d, 1.0f), turns), turns);
    return {hn::Sqrt(hn::MulAdd(gx, gx, hn::Mul(gy, gy))), turns};
}

void measure_gradients_here(const GradientRow& row, float* magnitude, float* turns) {
    for (Index j = 0; j < row.count; j += lanes) {
        const Gradients g = gradients_at(row.here + j, row.pitch);
        hn::StoreU(g.magnitude, d, magnitude + j);
        hn::StoreU(g.turns, d, turns + j);
    }
}

void place_votes_here(const GridRow& row, const Votes& votes) {
    const hn::Rebind<std::int32_t, D> whole;
    const V one = hn::Set(d, 1.0f), first = hn::Iota(d, 0.0f);
    for (Index j = 0; j < row.pixels.count; j += lanes) {
        const Gradients g = gradients_at(row.pixels.here + j, row.pixels.pitch);
        const V n = hn::Add(first, hn::Set(d, static_cast<float>(j)));
        const V r = hn::MulAdd(n, hn::Set(d, row.dv), hn::Set(d, row.v));
        const V c = hn::MulAdd(n, hn::Set(d, row.du), hn::Set(d, row.u));
        V direction = hn::Sub(g.turns, hn::Set(d, row.angle));
        direction = hn::Mul(hn::Sub(direction, hn::Floor(direction)), hn::Set(d, 8.0f));
        const V r0 = hn::Floor(r), c0 = hn::Floor(c), k0 = hn::Floor(direction);
        // Small whole numbers, exact as floats.
        const V bin =
            hn::MulAdd(hn::MulAdd(hn::Add(r0, one), hn::Set(d, 6.0f), hn::Add(c0, one)), hn::Set(d, 10.0f), k0);
        hn::StoreU(hn::ConvertTo(whole, bin), whole, votes.bin + j);
        hn::StoreU(hn::Mul(g.magnitude, hn::Mul(hn::LoadU(d, row.bell + j), hn::Set(d, row.weight))), d,
                   votes.weight + j);
        hn::StoreU(hn::Sub(r, r0), d, votes.row + j);
        hn::StoreU(hn::Sub(c, c0), d, votes.column + j);
        hn::StoreU(hn::Sub(direction, k0), d, votes.direction + j);
    }
}

}  // namespace cnn::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace cnn::kernels {

HWY_EXPORT(blur_row_here);
HWY_EXPORT(find_extrema_here);
HWY_EXPORT(measure_gradients_here);
HWY_EXPORT(place_votes_here);

void blur_row(const BlurRow& row) { HWY_DYNAMIC_DISPATCH(blur_row_here)(row); }
void find_extrema(const ExtremaRow& row, std::vector<Index>& columns) {
    HWY_DYNAMIC_DISPATCH(find_extrema_here)(row, columns);
}
void measure_gradients(const GradientRow& row, float* magnitude, float* turns) {
    HWY_DYNAMIC_DISPATCH(measure_gradients_here)(row, magnitude, turns);
}
void place_votes(const GridRow& row, const Votes& votes) { HWY_DYNAMIC_DISPATCH(place_votes_here)(row, votes); }

}  // namespace cnn::kernels
#endif
