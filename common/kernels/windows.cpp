// Overlapping windows with vectors, compiled once for every instruction set and chosen at run time.
#include "kernels/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/windows.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

#include "kernels/scratch.hpp"
#include "kernels/sizes.hpp"
#include "kernels/vectors-inl.hpp"
#include "kernels/windows.hpp"

HWY_BEFORE_NAMESPACE();
namespace cnn::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// A window is done in two steps, first along its three rows, then down what came of them: of nine numbers, two and two
// have to be taken in, not eight. What came of a row that the next windows share is kept. Whole vectors are stored:
// what is behind the end of a row is overwritten by the next one.

Index whole(Index count) { return round_up(count, lanes); }

// Rows are read in the order of memory, this many numbers before they are wanted.
constexpr Index ahead = 3 << 10;

// v moved up by one lane, and `first` in front of it.
HWY_INLINE V behind(float first, V v) {
    if constexpr (lanes == 1) return set(first);
    HWY_ALIGN static constexpr auto from = [] {
        std::array<std::int32_t, static_cast<std::size_t>(lanes)> lane{};
        for (std::size_t j = 1; j < lane.size(); ++j) lane[j] = static_cast<std::int32_t>(j) - 1;
        return lane;
    }();
    return hn::IfThenElse(hn::FirstN(d, 1), set(first), hn::TableLookupLanes(v, hn::SetTableIndices(d, from.data())));
}

// A vector at the end of the rows before it, of which `count` numbers are wanted; there is room for `room`.
HWY_INLINE void store_row(V v, Index count, Index room, float* to) {
    room >= lanes ? store(v, to) : store_part(v, std::min(count, lanes), to);
}

// The results of windows m, m + 1, … of row i.
template <bool at_edge>
HWY_INLINE void store_windows(V v, const Pooling& p, Index i, Index m, float* y) {
    const Index at = i * p.out_width + m;
    at_edge ? store_row(v, p.out_width - m, p.out_height * p.out_width - at, y + at) : store(v, y + at);
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

// What is kept of a row lies side by side, block by block.
template <class T>
constexpr Index floats = sizeof(T) / sizeof(V);  // of one window
HWY_INLINE void keep(V v, float* to) { store(v, to); }
HWY_INLINE void keep(const Best& best, float* to) { store(best.value, to), store(best.at, to + lanes); }
HWY_INLINE void recall(const float* from, V& v) { v = load(from); }
HWY_INLINE void recall(const float* from, Best& best) { best = {load(from), load(from + lanes)}; }

// Windows side by side: those of the columns m, m + 1, …
template <int stride, int padding>
struct Block {
    explicit Block(Index first) : m(first) {
        columns[0] = hn::MulAdd(hn::Iota(d, 0), set(stride), set(static_cast<float>(m * stride - padding)));
        columns[1] = hn::Add(columns[0], set(1)), columns[2] = hn::Add(columns[0], set(2));
    }
    Index m;
    V columns[3];  // of the pixels under the windows' three columns
};

// The pixels under the windows' three columns in a row, and `margin` where there are none.
template <bool at_edge, int stride, int padding>
HWY_INLINE void load_columns(const float* row, const Block<stride, padding>& block, const float& margin, Index width,
                             V (&to)[3]) {
    const float* from = row + block.m * stride;
    fetch(from + ahead, stride * lanes);
    if constexpr (stride == 1) {
        to[padding] = load(from), to[padding + 1] = load(from + 1);
        if constexpr (padding == 0) to[2] = load(from + 2);
    } else {
        V unused;
        hn::LoadInterleaved2(d, from, to[padding], to[padding + 1]);
        if constexpr (padding == 0) hn::LoadInterleaved2(d, from + 2, to[2], unused);
    }
    if constexpr (padding == 1) to[0] = behind(*(block.m == 0 ? &margin : from - 1), to[stride]);
    if constexpr (at_edge)
#pragma GCC unroll 2
        for (Index c = 1; c < 3; ++c)
            to[c] = hn::IfThenElse(hn::Lt(block.columns[c], set(static_cast<float>(width))), to[c], set(margin));
}

// A row of the plane.
struct Line {
    const float* pixels;
    V first;      // the number of its first pixel
    float* kept;  // what came of it
};

// result<at_edge>(rows, i, m) for windows m, m + 1, … of each row i, with the three rows under them, each of which is
// made by row<at_edge>(line, block) only once. Outside the plane, all pixels are `margin`.
template <class T, int stride, int padding, class Row, class Result>
HWY_INLINE void for_windows(const float* x, const Pooling& p, float margin, const Row& row, const Result& result) {
    using Block = Block<stride, padding>;
    const Index last = (p.out_width - 1) / lanes * lanes, length = whole(p.out_width) * floats<T>;
    float* kept = scratch(Slot::phase, 2 * length);
    const Index read = stride * whole(p.out_width) + 2 * lanes;
    float* outside = scratch(Slot::row, read);
    for (Index j = 0; j < read; j += lanes) store(set(margin), outside + j);
    const auto line = [&](Index r) INLINE_LAMBDA -> Line {
        const bool inside = r >= 0 && r < p.height;
        return {inside ? x + r * p.width : outside, set(static_cast<float>(std::max<Index>(r, 0) * p.width)),
                kept + (r & 1) * length};
    };
    for (Index r = -padding; r < 3 - stride - padding; ++r) {
        const Line first = line(r);
        for (Index m = 0; m < last; m += lanes)
            keep(row.template operator()<false>(first, Block(m)), first.kept + m * floats<T>);
        keep(row.template operator()<true>(first, Block(last)), first.kept + last * floats<T>);
    }
    for (Index i = 0; i < p.out_height; ++i) {
        const Index top = i * stride - padding;
        const Line lines[3] = {line(top), line(top + 1), line(top + 2)};
        const auto windows = [&]<bool at_edge>(Index m) INLINE_LAMBDA {
            const Block block(m);
            T rows[3];
#pragma GCC unroll 2
            for (Index k = 0; k < 3 - stride; ++k) recall(lines[k].kept + m * floats<T>, rows[k]);
#pragma GCC unroll 2
            for (Index k = 3 - stride; k < 3; ++k) rows[k] = row.template operator()<at_edge>(lines[k], block);
            keep(rows[2], lines[2].kept + m * floats<T>);
            result.template operator()<at_edge>(rows, i, m);
        };
        for (Index m = 0; m < last; m += lanes) windows.template operator()<false>(m);
        windows.template operator()<true>(last);
    }
}

template <int stride, int padding>
bool max_pool_of(const float* x, const Pooling p, float* y, float* switches) {
    constexpr float low = -std::numeric_limits<float>::infinity();
    V sum = zero();  // finds NaN, which no comparison does
    const auto row = [&]<bool at_edge>(const Line& line, const Block<stride, padding>& block) INLINE_LAMBDA -> Best {
        V in[3];
        load_columns<at_edge>(line.pixels, block, low, p.width, in);
        // Windows share pixels: in the middle of a row each is looked at once.
        sum = hn::Add(sum, in[padding]);
        if constexpr (stride == 2 || at_edge) sum = hn::Add(sum, in[padding + 1]);
        if constexpr (at_edge) sum = hn::Add(sum, in[padding == 1 ? 0 : 2]);
        // In the margin there are no pixels; where all that follow are minus infinity, too, the first of them counts.
        const V first = padding > 0 ? hn::Max(block.columns[0], zero()) : block.columns[0];
        const Best best = better(better({in[0], first}, {in[1], block.columns[1]}), {in[2], block.columns[2]});
        return {best.value, hn::Add(best.at, line.first)};
    };
    const auto result = [&]<bool at_edge>(const Best(&rows)[3], Index i, Index m) INLINE_LAMBDA {
        const Best best = better(better(rows[0], rows[1]), rows[2]);
        store_windows<at_edge>(best.value, p, i, m, y);
        store_windows<at_edge>(best.at, p, i, m, switches);
    };
    for_windows<Best, stride, padding>(x, p, low, row, result);
    return hn::AllTrue(d, hn::Eq(sum, sum));
}

template <int stride, int padding>
void average_pool_of(const float* x, const Pooling p, float share, float* y) {
    const auto row = [&]<bool at_edge>(const Line& line, const Block<stride, padding>& block) INLINE_LAMBDA -> V {
        V in[3];
        load_columns<at_edge>(line.pixels, block, 0.0f, p.width, in);
        return hn::Add(hn::Add(in[0], in[1]), in[2]);
    };
    const auto result = [&]<bool at_edge>(const V(&rows)[3], Index i, Index m) INLINE_LAMBDA {
        const V sum = hn::Add(hn::Add(rows[0], rows[1]), rows[2]);
        store_windows<at_edge>(hn::Mul(sum, set(share)), p, i, m, y);
    };
    for_windows<V, stride, padding>(x, p, 0, row, result);
}

// ---- The way back. Each pixel gathers from the windows that cover it, so that nothing is added to what was stored a
// moment ago. Pixels m·stride + f, m = 0, 1, …, lie under column c of the windows m + (f + padding - c) / stride, for
// every c where that is a whole number: neighboring m, neighboring windows. Blocks of columns are done one after the
// other, each from top to bottom, so that the sums of rows that windows share stay in registers; from right to left, so
// that what is stored behind the end of a row is overwritten.

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
template <int stride, int padding>
struct Taps {
    Taps(const Pooling& p, Index m) {
        const V windows = set(static_cast<float>(p.out_width));
#pragma GCC unroll 3
        for (Index c = 0; c < 3; ++c) {
            first[c] = m + (phase(c) + padding - c) / stride;
            const V j = hn::Add(hn::Iota(d, 0), set(static_cast<float>(first[c])));
            inside[c] = hn::VecFromMask(d, hn::And(hn::Ge(j, zero()), hn::Lt(j, windows)));
        }
    }
    static constexpr Index phase(Index c) { return (c + padding) % stride; }
    Index first[3];
    V inside[3];  // all bits set where there are windows
};

// add(sums, i, m, taps) adds to sums[k][f] what row i of the windows has for pixels m·stride + f, … of the k-th row
// under it.
template <int stride, int padding, class F>
HWY_INLINE void for_pixels(const Pooling p, float* dx, const F& add) {
    for (Index m = (p.width - 1) / stride / lanes * lanes; m >= 0; m -= lanes) {
        const Taps<stride, padding> taps(p, m);
        V sums[3][2] = {{zero(), zero()}, {zero(), zero()}, {zero(), zero()}};
        Index r = -padding;  // the row of pixels that sums[0] is for
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

template <int stride, int padding>
void max_pool_backward_of(const float* dy, const float* switches, const Pooling p, float* dx) {
    using Taps = Taps<stride, padding>;
    const Rows errors(Slot::band, dy, p.out_width), places(Slot::phase, switches, p.out_width);
    const V steps = hn::Mul(hn::Iota(d, 0), set(static_cast<float>(stride)));
    const V below[3] = {zero(), set(static_cast<float>(p.width)), set(static_cast<float>(2 * p.width))};
    for_pixels<stride, padding>(p, dx, [&](V(&sums)[3][2], Index i, Index m, const Taps& taps) INLINE_LAMBDA {
        const Index top = i * stride - padding, next_plane = (p.out_height + i) * p.out_width + m;
        fetch(dy + next_plane, lanes), fetch(switches + next_plane, lanes);
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

template <int stride, int padding>
void average_pool_backward_of(const float* dy, const Pooling p, float share, float* dx) {
    using Taps = Taps<stride, padding>;
    const Rows errors(Slot::band, dy, p.out_width);
    for_pixels<stride, padding>(p, dx, [&](V(&sums)[3][2], Index i, Index m, const Taps& taps) INLINE_LAMBDA {
        fetch(dy + (p.out_height + i) * p.out_width + m, lanes);
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

// f<stride, padding>()
template <class F>
void for_shape(const Window& window, const F& f) {
    const bool padded = window.padding == 1;
    if (window.stride == 1)
        padded ? f.template operator()<1, 1>() : f.template operator()<1, 0>();
    else
        padded ? f.template operator()<2, 1>() : f.template operator()<2, 0>();
}

bool max_pool_here(const float* x, const Pooling& p, float* y, float* switches) {
    bool sound = false;
    for_shape(p.window, [&]<int stride, int padding>() { sound = max_pool_of<stride, padding>(x, p, y, switches); });
    return sound;
}
void average_pool_here(const float* x, const Pooling& p, float share, float* y) {
    for_shape(p.window, [&]<int stride, int padding>() { average_pool_of<stride, padding>(x, p, share, y); });
}
void max_pool_backward_here(const float* dy, const float* switches, const Pooling& p, float* dx) {
    for_shape(p.window, [&]<int stride, int padding>() { max_pool_backward_of<stride, padding>(dy, switches, p, dx); });
}
void average_pool_backward_here(const float* dy, const Pooling& p, float share, float* dx) {
    for_shape(p.window,
              [&]<int stride, int padding>() { average_pool_backward_of<stride, padding>(dy, p, share, dx); });
}

}  // namespace cnn::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace cnn::kernels {

HWY_EXPORT(max_pool_here);
HWY_EXPORT(average_pool_here);
HWY_EXPORT(max_pool_backward_here);
HWY_EXPORT(average_pool_backward_here);

bool max_pool_3x3(const float* x, const Pooling& p, float* y, float* switches) {
    return HWY_DYNAMIC_DISPATCH(max_pool_here)(x, p, y, switches);
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
