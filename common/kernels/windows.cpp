// Pooling with vectors, compiled once for every instruction set and chosen at run time.
#include "kernels/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/windows.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <limits>

#include "kernels/scratch.hpp"
#include "kernels/vectors-inl.hpp"
#include "kernels/windows.hpp"

HWY_BEFORE_NAMESPACE();
namespace cnn::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Neighboring outputs read pixels that lie `stride` apart. So the columns of a row are dealt like cards to `stride`
// phases, margins included: then a vector of outputs reads neighboring numbers, at a fixed distance for every tap.
struct Phases {
    explicit Phases(const Pooling& pooling)
        : p(pooling),
          stride(pooling.window.stride),
          pitch(whole(whole(pooling.out_width) + (pooling.window.size - 1) / pooling.window.stride)),
          row_length(std::max(stride * pitch, pooling.window.padding + pooling.width) + 2 * lanes) {}
    static Index whole(Index count) { return (count + lanes - 1) / lanes * lanes; }

    Index count() const { return p.height * stride * pitch; }
    // Where output 0's tap in column c begins, from the beginning of a row.
    Index tap(Index c) const { return c % stride * pitch + c / stride; }
    Index row(Index r) const { return r * stride * pitch; }

    const Pooling& p;
    Index stride, pitch;  // pitch: numbers in one phase of a row
    Index row_length;     // of the row before it is dealt
};

HWY_INLINE void fill(float value, Index count, float* to) {
    for (Index i = 0; i < count; i += lanes) store(set(value), to + i);
}
HWY_INLINE void copy(const float* from, Index count, float* to) {
    Index i = 0;
    for (; i + lanes <= count; i += lanes) store(load(from + i), to + i);
    if (i < count) store_part(load(from + i), count - i, to + i);
}

// One row with its margins, dealt.
HWY_INLINE void deal(const float* row, const Phases& phases, float* to) {
    const Index pitch = phases.pitch, stride = phases.stride;
    if (stride == 1) {
        for (Index j = 0; j < pitch; j += lanes) store(load(row + j), to + j);
    } else if (stride == 2) {
        for (Index j = 0; j < pitch; j += lanes) {
            V even, odd;
            hn::LoadInterleaved2(d, row + 2 * j, even, odd);
            store(even, to + j), store(odd, to + pitch + j);
        }
    } else {
        for (Index f = 0; f < stride; ++f)
            for (Index j = 0; j < pitch; ++j) to[f * pitch + j] = row[j * stride + f];
    }
}
// The way back.
HWY_INLINE void gather(const float* from, const Phases& phases, float* row) {
    const Index pitch = phases.pitch, stride = phases.stride;
    if (stride == 2) {
        for (Index j = 0; j < pitch; j += lanes)
            hn::StoreInterleaved2(load(from + j), load(from + pitch + j), d, row + 2 * j);
    } else {
        for (Index f = 0; f < stride; ++f)
            for (Index j = 0; j < pitch; ++j) row[j * stride + f] = from[f * pitch + j];
    }
}

HWY_INLINE float* deal_plane(const float* x, const Phases& phases, float filler) {
    float* row = scratch(Slot::row, phases.row_length);
    float* all = scratch(Slot::band, phases.count() + lanes);
    fill(filler, phases.row_length - lanes, row);
    for (Index r = 0; r < phases.p.height; ++r) {
        copy(x + r * phases.p.width, phases.p.width, row + phases.p.window.padding);
        deal(row, phases, all + phases.row(r));
    }
    return all;
}
HWY_INLINE void gather_plane(const float* all, const Phases& phases, float* dx) {
    float* row = scratch(Slot::row, phases.row_length);
    fill(0, phases.row_length - lanes, row);  // also what no window covers
    for (Index r = 0; r < phases.p.height; ++r) {
        const float* from = all + phases.row(r);
        if (phases.stride > 1) gather(from, phases, row), from = row;
        copy(from + phases.p.window.padding, phases.p.width, dx + r * phases.p.width);
    }
}

// Rows under the windows of output row i.
struct Rows {
    Rows(const Pooling& p, Index i)
        : top(i * p.window.stride - p.window.padding),
          first(std::max<Index>(top, 0)),
          last(std::min(top + p.window.size, p.height)) {}
    Index top, first, last;
};
// The column of each lane's window, which may be in the margin.
HWY_INLINE V left_column(const Window& window, Index j) {
    return hn::MulAdd(hn::Iota(d, 0), set(static_cast<float>(window.stride)),
                      set(static_cast<float>(j * window.stride - window.padding)));
}

// `fixed` is the size of the window where it is known, so that the loops over taps are unrolled; else 0.
template <int fixed>
void max_pool_of(const float* x, const Pooling& p, float* y, float* switches) {
    const Index size = fixed ? fixed : p.window.size;
    const Phases phases(p);
    const float* all = deal_plane(x, phases, -std::numeric_limits<float>::infinity());
    for (Index i = 0; i < p.out_height; ++i) {
        const Rows rows(p, i);
        for (Index j = 0; j < p.out_width; j += lanes) {
            // Only a larger one takes the place of the first, which is not in the margin.
            const V column = left_column(p.window, j);
            V best = load(all + phases.row(rows.first) + j), offset = hn::Max(hn::Neg(column), zero());
            for (Index r = rows.first; r < rows.last; ++r) {
                const float* line = all + phases.row(r) + j;
                const Index below = (r - rows.first) * p.width;
#pragma GCC unroll 8
                for (Index c = 0; c < size; ++c) {
                    const V v = load(line + phases.tap(c));
                    const auto larger = hn::Gt(v, best);
                    best = hn::IfThenElse(larger, v, best);
                    offset = hn::IfThenElse(larger, set(static_cast<float>(below + c)), offset);
                }
            }
            const V corner = hn::Add(column, set(static_cast<float>(rows.first * p.width)));
            const Index to = i * p.out_width + j, count = std::min(lanes, p.out_width - j);
            store_part(best, count, y + to);
            store_part(hn::Add(corner, offset), count, switches + to);
        }
    }
}

template <int fixed>
bool max_pool_backward_of(const float* dy, const float* switches, const Pooling& p, float* dx) {
    const Index size = fixed ? fixed : p.window.size;
    const Phases phases(p);
    float* all = scratch(Slot::band, phases.count() + lanes);
    fill(0, phases.count(), all);
    V found = zero();
    const V width = set(static_cast<float>(p.width));
    for (Index i = 0; i < p.out_height; ++i) {
        const Rows rows(p, i);
        for (Index j = 0; j < p.out_width; j += lanes) {
            const Index from = i * p.out_width + j, count = std::min(lanes, p.out_width - j);
            const auto ours = hn::FirstN(d, static_cast<std::size_t>(count));
            const V column = left_column(p.window, j), error = load(dy + from);
            // Relative to the corner of each window; what is not a lane of ours is never found.
            const V at = hn::IfThenElse(ours, hn::Sub(load(switches + from), column), set(-1e30f));
            for (Index r = rows.first; r < rows.last; ++r) {
                float* line = all + phases.row(r) + j;
#pragma GCC unroll 8
                for (Index c = 0; c < size; ++c) {
                    const V here = hn::Add(column, set(static_cast<float>(c)));
                    const auto inside = hn::And(hn::Ge(here, zero()), hn::Lt(here, width));
                    const auto hit = hn::And(inside, hn::Eq(at, set(static_cast<float>(r * p.width + c))));
                    float* to = line + phases.tap(c);
                    store(hn::Add(load(to), hn::IfThenElseZero(hit, error)), to);
                    found = hn::Add(found, hn::IfThenElseZero(hit, set(1.0f)));
                }
            }
        }
    }
    if (total(found) != static_cast<double>(p.out_height * p.out_width)) return false;
    gather_plane(all, phases, dx);
    return true;
}

template <int fixed>
void average_pool_of(const float* x, const Pooling& p, float share, float* y) {
    const Index size = fixed ? fixed : p.window.size;
    const Phases phases(p);
    const float* all = deal_plane(x, phases, 0);
    for (Index i = 0; i < p.out_height; ++i) {
        const Rows rows(p, i);
        for (Index j = 0; j < p.out_width; j += lanes) {
            V sum = zero();
            for (Index r = rows.first; r < rows.last; ++r) {
                const float* line = all + phases.row(r) + j;
#pragma GCC unroll 8
                for (Index c = 0; c < size; ++c) sum = hn::Add(sum, load(line + phases.tap(c)));
            }
            store_part(hn::Mul(sum, set(share)), std::min(lanes, p.out_width - j), y + i * p.out_width + j);
        }
    }
}

template <int fixed>
void average_pool_backward_of(const float* dy, const Pooling& p, float share, float* dx) {
    const Index size = fixed ? fixed : p.window.size;
    const Phases phases(p);
    float* all = scratch(Slot::band, phases.count() + lanes);
    fill(0, phases.count(), all);
    for (Index i = 0; i < p.out_height; ++i) {
        const Rows rows(p, i);
        for (Index j = 0; j < p.out_width; j += lanes) {
            const V part = hn::Mul(load_part(dy + i * p.out_width + j, std::min(lanes, p.out_width - j)), set(share));
            for (Index r = rows.first; r < rows.last; ++r) {
                float* line = all + phases.row(r) + j;
#pragma GCC unroll 8
                for (Index c = 0; c < size; ++c) {
                    float* to = line + phases.tap(c);
                    store(hn::Add(load(to), part), to);
                }
            }
        }
    }
    gather_plane(all, phases, dx);
}

void max_pool_plane_here(const float* x, const Pooling& p, float* y, float* switches) {
    p.window.size == 3 ? max_pool_of<3>(x, p, y, switches) : max_pool_of<0>(x, p, y, switches);
}
bool max_pool_plane_backward_here(const float* dy, const float* switches, const Pooling& p, float* dx) {
    return p.window.size == 3 ? max_pool_backward_of<3>(dy, switches, p, dx)
                              : max_pool_backward_of<0>(dy, switches, p, dx);
}
void average_pool_plane_here(const float* x, const Pooling& p, float share, float* y) {
    p.window.size == 3 ? average_pool_of<3>(x, p, share, y) : average_pool_of<0>(x, p, share, y);
}
void average_pool_plane_backward_here(const float* dy, const Pooling& p, float share, float* dx) {
    p.window.size == 3 ? average_pool_backward_of<3>(dy, p, share, dx) : average_pool_backward_of<0>(dy, p, share, dx);
}

}  // namespace cnn::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace cnn::kernels {

HWY_EXPORT(max_pool_plane_here);
HWY_EXPORT(max_pool_plane_backward_here);
HWY_EXPORT(average_pool_plane_here);
HWY_EXPORT(average_pool_plane_backward_here);

void max_pool_plane(const float* x, const Pooling& p, float* y, float* switches) {
    HWY_DYNAMIC_DISPATCH(max_pool_plane_here)(x, p, y, switches);
}
bool max_pool_plane_backward(const float* dy, const float* switches, const Pooling& p, float* dx) {
    return HWY_DYNAMIC_DISPATCH(max_pool_plane_backward_here)(dy, switches, p, dx);
}
void average_pool_plane(const float* x, const Pooling& p, float share, float* y) {
    HWY_DYNAMIC_DISPATCH(average_pool_plane_here)(x, p, share, y);
}
void average_pool_plane_backward(const float* dy, const Pooling& p, float share, float* dx) {
    HWY_DYNAMIC_DISPATCH(average_pool_plane_backward_here)(dy, p, share, dx);
}

}  // namespace cnn::kernels
#endif
