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

// All rows get their margins first and are dealt then: a load that spans two stores of a moment ago would wait for
// both.
HWY_INLINE float* deal_plane(const float* x, const Phases& phases, float filler) {
    const Pooling& p = phases.p;
    const Index length = phases.stride == 1 ? phases.pitch : phases.row_length;
    float* padded = scratch(Slot::phase, p.height * length + lanes);
    fill(filler, p.height * length, padded);
    for (Index r = 0; r < p.height; ++r) copy(x + r * p.width, p.width, padded + r * length + p.window.padding);
    if (phases.stride == 1) return padded;
    float* all = scratch(Slot::band, phases.count() + lanes);
    for (Index r = 0; r < p.height; ++r) deal(padded + r * length, phases, all + phases.row(r));
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

// One row of dx at a time, from the up to three rows of windows of 3 × 3 that cover it. The three columns of the
// windows are summed apart, because adding to what was stored a moment ago, one place further, waits for that store.
class MaxPoolRowBackward {
public:
    explicit MaxPoolRowBackward(const Pooling& pooling)
        : p_(pooling),
          phases_(pooling),
          blocks_(Phases::whole(pooling.out_width)),
          length_(blocks_ + 2 * lanes),
          sums_(scratch(Slot::band, 3 * length_ + 3 * blocks_)),
          targets_(sums_ + 3 * length_),
          row_(scratch(Slot::row, phases_.row_length + lanes)),
          dealt_(scratch(Slot::phase, phases_.stride * phases_.pitch + lanes)) {
        fill(0, 3 * length_, sums_);
        fill(0, phases_.row_length, row_);
        // What a switch is to be, seen from the left column of its window; never, where that column is in the margin.
        for (Index c = 0; c < 3; ++c)
            for (Index j = 0; j < blocks_; ++j) {
                const Index column = j * p_.window.stride - p_.window.padding + c;
                const bool inside = j < p_.out_width && column >= 0 && column < p_.width;
                targets_[c * blocks_ + j] = inside ? static_cast<float>(c) : -1e30f;
            }
    }

    // Returns how many windows had their maximum in this row.
    double operator()(Index row, const float* dy, const float* switches, float* dx) {
        const Window& w = p_.window;
        // Windows i with i·stride - padding ≤ row < i·stride - padding + 3.
        const Index first = std::max<Index>((row + w.padding - 3 + w.stride) / w.stride, 0);
        const Index last = std::min((row + w.padding) / w.stride, p_.out_height - 1);
        V found = zero();
        for (Index j = 0; j < blocks_; j += lanes) {
            V a = zero(), b = a, c = a;
            const V corner = hn::Add(left_column(w, j), set(static_cast<float>(row * p_.width)));
            const V at_a = load(targets_ + j), at_b = load(targets_ + blocks_ + j);
            const V at_c = load(targets_ + 2 * blocks_ + j);
            for (Index i = first; i <= last; ++i) {
                const V error = load(dy + i * p_.out_width + j), one = set(1.0f);
                const V at = hn::Sub(load(switches + i * p_.out_width + j), corner);
                const auto hit_a = hn::Eq(at, at_a), hit_b = hn::Eq(at, at_b), hit_c = hn::Eq(at, at_c);
                a = hn::Add(a, hn::IfThenElseZero(hit_a, error)), b = hn::Add(b, hn::IfThenElseZero(hit_b, error));
                c = hn::Add(c, hn::IfThenElseZero(hit_c, error));
                found = hn::Add(found, hn::IfThenElseZero(hn::Or(hn::Or(hit_a, hit_b), hit_c), one));
            }
            store(a, sums_ + lanes + j), store(b, sums_ + length_ + lanes + j);
            store(c, sums_ + 2 * length_ + lanes + j);
        }
        copy(join() + w.padding, p_.width, dx);
        return total(found);
    }

private:
    // The row with its margins: number k of phase f is the sum over the columns c of the windows that fall there.
    const float* join() {
        const Index stride = phases_.stride, pitch = phases_.pitch;
        float* to = stride == 1 ? row_ : dealt_;
        for (Index f = 0; f < std::min<Index>(stride, 3); ++f)
            for (Index k = 0; k < pitch; k += lanes) {
                V v = zero();
                for (Index c = f; c < 3; c += stride)
                    if (k - c / stride < blocks_) v = hn::Add(v, load(sums_ + c * length_ + lanes + k - c / stride));
                store(v, to + f * pitch + k);
            }
        if (stride == 1) return row_;
        for (Index f = 3; f < stride; ++f) fill(0, pitch, dealt_ + f * pitch);
        gather(dealt_, phases_, row_);
        return row_;
    }

    const Pooling& p_;
    Phases phases_;
    Index blocks_, length_;  // outputs of a row in whole vectors, and with a vector of zeros before and behind
    float *sums_, *targets_, *row_, *dealt_;
};

bool max_pool_plane_backward_here(const float* dy, const float* switches, const Pooling& p, float* dx) {
    if (p.window.size != 3) return false;
    MaxPoolRowBackward backward(p);
    double found = 0;
    for (Index row = 0; row < p.height; ++row) found += backward(row, dy, switches, dx + row * p.width);
    return found == static_cast<double>(p.out_height * p.out_width);
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
