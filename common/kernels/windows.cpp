// Overlapping windows with vectors, compiled once for every instruction set and chosen at run time.
#include "kernels/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/windows.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <limits>

#include "kernels/scratch.hpp"
#include "kernels/sizes.hpp"
#include "kernels/vectors-inl.hpp"
#include "kernels/windows.hpp"

HWY_BEFORE_NAMESPACE();
namespace cnn::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// A window is done in two steps, first along its three rows, then down what came of them: of nine numbers, two and two
// have to be taken in, not eight. Blocks of columns are done one after the other, each from top to bottom, so that the
// rows that windows share stay in registers. Whole vectors are stored: what is behind the end of a row is overwritten
// later, for the blocks go from right to left.

Index whole(Index count) { return round_up(count, lanes); }

// Rows of a plane. Reading may begin in front of a row and end behind it: what is not wanted there is masked out. In
// front of every row but the first lies another one; the first is copied.
class Rows {
public:
    Rows(Slot slot, const float* plane, Index width)
        : plane_(plane), width_(width), top_(scratch(slot, front + whole(width) + 4 * lanes) + front) {
        for (Index j = 0; j < width; j += lanes) store(load(plane + j), top_ + j);
    }
    const float* operator()(Index r) const { return r == 0 ? top_ : plane_ + r * width_; }

private:
    static constexpr Index front = std::max<Index>(lanes, 4);  // at least the padding
    const float* plane_;
    Index width_;
    float* top_;
};

// Windows side by side: those of the plane's columns m, m + 1, …
template <int stride>
struct Block {
    Block(const Pooling& p, Index first)
        : m(first),
          column(first * stride - p.window.padding),
          at_edge(column < 0 || column + (std::min(p.out_width - m, lanes) - 1) * stride + 3 > p.width) {
        const V width = set(static_cast<float>(p.width)), step = set(static_cast<float>(stride));
#pragma GCC unroll 3
        for (Index c = 0; c < 3; ++c) {
            columns[c] = hn::MulAdd(hn::Iota(d, 0), step, set(static_cast<float>(column + c)));
            inside[c] = hn::VecFromMask(d, hn::And(hn::Ge(columns[c], zero()), hn::Lt(columns[c], width)));
        }
    }
    Index m, column;  // the windows' number, and the left column of the first
    bool at_edge;     // do any of them reach over an edge?
    V columns[3];     // the pixels' columns under each of the windows' three
    V inside[3];      // all bits set where there are pixels
};

// What lies under the three columns of the windows in a row, and `margin` where there is no pixel.
template <bool at_edge, int stride>
HWY_INLINE void load_columns(const float* row, const Block<stride>& block, V margin, V (&to)[3]) {
    const float* from = row + block.column;
    if constexpr (stride == 1) {
        to[0] = load(from), to[1] = load(from + 1), to[2] = load(from + 2);
    } else {
        V unused;
        hn::LoadInterleaved2(d, from, to[0], to[1]), hn::LoadInterleaved2(d, from + 2, to[2], unused);
    }
    if constexpr (at_edge)
#pragma GCC unroll 3
        for (int c = 0; c < 3; ++c) to[c] = hn::IfVecThenElse(block.inside[c], to[c], margin);
}

// A vector at the end of the rows before it, of which `count` numbers are wanted; there is room for `room`.
HWY_INLINE void store_row(V v, Index count, Index room, float* to) {
    room >= lanes ? store(v, to) : store_part(v, std::min(count, lanes), to);
}

// result(rows, i, m) for windows m, m + 1, … of each row i, with the three rows under them, each of which is made by
// row<at_edge, inside>(number of the row, block) only once; `inside` where it is known to be a row of the plane.
template <class T, bool at_edge, int stride, class Row, class Result>
HWY_INLINE void down_the_block(const Pooling p, const Block<stride> block, const Row& row, const Result& result) {
    T rows[3];
    const auto step = [&]<bool inside>(Index i) INLINE_LAMBDA {
#pragma GCC unroll 2
        for (Index k = 3 - stride; k < 3; ++k)
            rows[k] = row.template operator()<at_edge, inside>(i * stride - p.window.padding + k, block);
        result(rows, i, block.m);
        rows[0] = rows[stride];
        if constexpr (stride == 1) rows[1] = rows[2];
    };
#pragma GCC unroll 2
    for (Index k = 0; k < 3 - stride; ++k)
        rows[k] = row.template operator()<at_edge, false>(k - p.window.padding, block);
    const Index first = divide_up(p.window.padding, stride);
    const Index end = std::min(p.out_height, (p.height - 3 + p.window.padding) / stride + 1);
    Index i = 0;
    while (i < std::min(first, p.out_height)) step.template operator()<false>(i++);
    while (i < end) step.template operator()<true>(i++);
    while (i < p.out_height) step.template operator()<false>(i++);
}
template <class T, int stride, class Row, class Result>
HWY_INLINE void for_windows(const Pooling p, const Row& row, const Result& result) {
    for (Index m = (p.out_width - 1) / lanes * lanes; m >= 0; m -= lanes) {
        const Block<stride> block(p, m);
        block.at_edge ? down_the_block<T, true>(p, block, row, result)
                      : down_the_block<T, false>(p, block, row, result);
    }
}

// The largest of three, and which pixel of the plane it is: the first of equal ones.
struct Best {
    HWY_INLINE Best() {}  // one of the compiler's own would be for no instruction set, which GCC refuses on ARM
    HWY_INLINE Best(V largest, V place) : value(largest), at(place) {}
    V value, at;
};
HWY_INLINE Best better(const Best& a, const Best& b) {
    const auto larger = hn::Gt(b.value, a.value);
    return {hn::IfThenElse(larger, b.value, a.value), hn::IfThenElse(larger, b.at, a.at)};
}

template <int stride>
void max_pool_of(const float* x, const Pooling p, float* y, float* switches) {
    const V low = set(-std::numeric_limits<float>::infinity());
    const Rows pixels(Slot::band, x, p.width);
    const Index plane = p.height * p.width;
    const auto row = [&]<bool at_edge, bool inside>(Index r, const Block<stride>& block) INLINE_LAMBDA -> Best {
        // In the margin there are no pixels; where all that follow are minus infinity, too, the first of them counts.
        const V first = at_edge ? hn::Max(block.columns[0], zero()) : block.columns[0];
        if (!inside && (r < 0 || r >= p.height)) return {low, first};
        V in[3];
        fetch(x + plane + r * p.width + block.column, stride * lanes);
        load_columns<at_edge>(pixels(r), block, low, in);
        const Best best = better(better({in[0], first}, {in[1], block.columns[1]}), {in[2], block.columns[2]});
        return {best.value, hn::Add(best.at, set(static_cast<float>(r * p.width)))};
    };
    for_windows<Best, stride>(p, row, [&](const Best(&rows)[3], Index i, Index m) INLINE_LAMBDA {
        const Best best = better(better(rows[0], rows[1]), rows[2]);
        const Index to = i * p.out_width + m, room = p.out_height * p.out_width - to;
        if constexpr (stride == 1) {  // where as much is written as read, and more
            const Index next = p.out_height * p.out_width + to;
            fetch_to_write(y + next, lanes), fetch_to_write(switches + next, lanes);
        }
        store_row(best.value, p.out_width - m, room, y + to);
        store_row(best.at, p.out_width - m, room, switches + to);
    });
}

template <int stride>
void average_pool_of(const float* x, const Pooling p, float share, float* y) {
    const Rows pixels(Slot::band, x, p.width);
    const Index plane = p.height * p.width;
    const auto row = [&]<bool at_edge, bool inside>(Index r, const Block<stride>& block) INLINE_LAMBDA -> V {
        if (!inside && (r < 0 || r >= p.height)) return zero();
        V in[3];
        fetch(x + plane + r * p.width + block.column, stride * lanes);
        load_columns<at_edge>(pixels(r), block, zero(), in);
        return hn::Add(hn::Add(in[0], in[1]), in[2]);
    };
    for_windows<V, stride>(p, row, [&](const V(&rows)[3], Index i, Index m) INLINE_LAMBDA {
        const V sum = hn::Add(hn::Add(rows[0], rows[1]), rows[2]);
        const Index to = i * p.out_width + m;
        store_row(hn::Mul(sum, set(share)), p.out_width - m, p.out_height * p.out_width - to, y + to);
    });
}

// ---- The way back. Each pixel gathers from the windows that cover it, so that nothing is added to what was stored a
// moment ago. Pixels m·stride + f, m = 0, 1, …, lie under column c of the windows m + (f + padding - c) / stride, for
// every c where that is a whole number: neighboring m, neighboring windows.

// Numbers m·stride, … of row r of the plane.
template <int stride>
HWY_INLINE void store_pixels(const V (&phase)[2], const Pooling p, Index r, Index m, float* dx) {
    const Index at = r * p.width + m * stride, room = p.height * p.width - at;
    fetch_to_write(dx + p.height * p.width + at, stride * lanes);
    if constexpr (stride == 1) {
        store_row(phase[0], p.width - m, room, dx + at);
    } else if (room >= stride * lanes) {
        hn::StoreInterleaved2(phase[0], phase[1], d, dx + at);
    } else {
        HWY_ALIGN float last[static_cast<std::size_t>(2 * lanes)];
        hn::StoreInterleaved2(phase[0], phase[1], d, last);
        std::copy_n(last, p.width - m * stride, dx + at);
    }
}

// The windows that cover pixels m·stride + f, …: for each of their columns the phase f, and where they begin.
template <int stride, bool odd_padding>
struct Taps {
    Taps(const Pooling& p, Index m) {
        const V windows = set(static_cast<float>(p.out_width));
#pragma GCC unroll 3
        for (Index c = 0; c < 3; ++c) {
            first[c] = m + (phase(c) + p.window.padding - c) / stride;
            const V j = hn::Add(hn::Iota(d, 0), set(static_cast<float>(first[c])));
            inside[c] = hn::VecFromMask(d, hn::And(hn::Ge(j, zero()), hn::Lt(j, windows)));
        }
    }
    static constexpr Index phase(Index c) { return (c + odd_padding) % stride; }
    Index first[3];
    V inside[3];  // all bits set where there are windows
};

// add(sums, i, m, taps) adds to sums[k][f] what row i of the windows has for pixels m·stride + f, … of the k-th row
// under it.
template <int stride, bool odd, class F>
HWY_INLINE void for_pixels(const Pooling p, float* dx, const F& add) {
    for (Index m = (p.width - 1) / stride / lanes * lanes; m >= 0; m -= lanes) {
        const Taps<stride, odd> taps(p, m);
        V sums[3][2] = {{zero(), zero()}, {zero(), zero()}, {zero(), zero()}};
        Index r = -p.window.padding;  // the row of pixels that sums[0] is for
        const auto finish_row = [&]() INLINE_LAMBDA {
            if (r >= 0 && r < p.height) store_pixels<stride>(sums[0], p, r, m, dx);
            ++r;
#pragma GCC unroll 2
            for (Index f = 0; f < stride; ++f) sums[0][f] = sums[1][f], sums[1][f] = sums[2][f], sums[2][f] = zero();
        };
        for (Index i = 0; i < p.out_height; ++i) {
            add(sums, i, m, taps);
#pragma GCC unroll 2
            for (Index k = 0; k < stride; ++k) finish_row();
        }
        while (r < p.height) finish_row();
    }
}

template <int stride, bool odd>
void max_pool_backward_of(const float* dy, const float* switches, const Pooling p, float* dx) {
    using Taps = Taps<stride, odd>;
    const Rows errors(Slot::band, dy, p.out_width), places(Slot::phase, switches, p.out_width);
    const V steps = hn::Mul(hn::Iota(d, 0), set(static_cast<float>(stride)));
    const V below[3] = {zero(), set(static_cast<float>(p.width)), set(static_cast<float>(2 * p.width))};
    for_pixels<stride, odd>(p, dx, [&](V(&sums)[3][2], Index i, Index m, const Taps& taps) INLINE_LAMBDA {
        const Index top = i * stride - p.window.padding;
#pragma GCC unroll 3
        for (Index c = 0; c < 3; ++c) {
            const Index f = Taps::phase(c);
            const V pixels = hn::Add(steps, set(static_cast<float>(top * p.width + m * stride + f)));
            const V error = hn::And(load(errors(i) + taps.first[c]), taps.inside[c]);
            const V at = hn::Sub(load(places(i) + taps.first[c]), pixels);
#pragma GCC unroll 3
            for (Index k = 0; k < 3; ++k)
                sums[k][f] = hn::Add(sums[k][f], hn::IfThenElseZero(hn::Eq(at, below[k]), error));
        }
    });
}

template <int stride, bool odd>
void average_pool_backward_of(const float* dy, const Pooling p, float share, float* dx) {
    using Taps = Taps<stride, odd>;
    const Rows errors(Slot::band, dy, p.out_width);
    for_pixels<stride, odd>(p, dx, [&](V(&sums)[3][2], Index i, Index, const Taps& taps) INLINE_LAMBDA {
        V row[2] = {zero(), zero()};
#pragma GCC unroll 3
        for (Index c = 0; c < 3; ++c) {
            V& sum = row[Taps::phase(c)];
            sum = hn::Add(sum, hn::And(load(errors(i) + taps.first[c]), taps.inside[c]));
        }
#pragma GCC unroll 2
        for (Index f = 0; f < stride; ++f) {
            row[f] = hn::Mul(row[f], set(share));
#pragma GCC unroll 3
            for (Index k = 0; k < 3; ++k) sums[k][f] = hn::Add(sums[k][f], row[f]);
        }
    });
}

void max_pool_here(const float* x, const Pooling& p, float* y, float* switches) {
    p.window.stride == 1 ? max_pool_of<1>(x, p, y, switches) : max_pool_of<2>(x, p, y, switches);
}
void average_pool_here(const float* x, const Pooling& p, float share, float* y) {
    p.window.stride == 1 ? average_pool_of<1>(x, p, share, y) : average_pool_of<2>(x, p, share, y);
}
void max_pool_backward_here(const float* dy, const float* switches, const Pooling& p, float* dx) {
    if (p.window.stride == 1) return max_pool_backward_of<1, false>(dy, switches, p, dx);
    p.window.padding % 2 ? max_pool_backward_of<2, true>(dy, switches, p, dx)
                         : max_pool_backward_of<2, false>(dy, switches, p, dx);
}
void average_pool_backward_here(const float* dy, const Pooling& p, float share, float* dx) {
    if (p.window.stride == 1) return average_pool_backward_of<1, false>(dy, p, share, dx);
    p.window.padding % 2 ? average_pool_backward_of<2, true>(dy, p, share, dx)
                         : average_pool_backward_of<2, false>(dy, p, share, dx);
}

}  // namespace cnn::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace cnn::kernels {

HWY_EXPORT(max_pool_here);
HWY_EXPORT(average_pool_here);
HWY_EXPORT(max_pool_backward_here);
HWY_EXPORT(average_pool_backward_here);

void max_pool_3x3(const float* x, const Pooling& p, float* y, float* switches) {
    HWY_DYNAMIC_DISPATCH(max_pool_here)(x, p, y, switches);
}
void average_pool_3x3(const float* x, const Pooling& p, float share, float* y) {
    HWY_DYNAMIC_DISPATCH(average_pool_here)(x, p, share, y);
}
void max_pool_3x3_backward(const float* dy, const float* switches, const Pooling& p, float* dx) {
    HWY_DYNAMIC_DISPATCH(max_pool_backward_here)(dy, switches, p, dx);
}
void average_pool_3x3_backward(const float* dy, const Pooling& p, float share, float* dx) {
    HWY_DYNAMIC_DISPATCH(average_pool_backward_here)(dy, p, share, dx);
}

}  // namespace cnn::kernels
#endif
