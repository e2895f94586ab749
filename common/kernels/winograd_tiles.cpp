// Winograd's transforms with vectors of tiles, compiled once for every instruction set and chosen at run time.
#include "kernels/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/winograd_tiles.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>

#include "kernels/rows-inl.hpp"
#include "kernels/scratch.hpp"
#include "kernels/store-inl.hpp"
#include "kernels/winograd_tiles.hpp"

HWY_BEFORE_NAMESPACE();
namespace cnn::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using V = hn::Vec<D>;
constexpr int size = static_cast<int>(winograd_size);

HWY_INLINE V number(float x) { return hn::Set(d, x); }

// The matrices of F(4, 3) for the points 0, ±1, ±2 and ∞ (Lavin and Gray 2016, section 4.2), each applied to vectors.
struct Input {  // Bᵀ
    static constexpr int in = 6, out = 6;
    static HWY_INLINE void apply(const V* x, V* y) {
        const V two = number(2), four = number(4), five = number(5);
        const V p = hn::NegMulAdd(four, x[2], x[4]), q = hn::NegMulAdd(four, x[1], x[3]);
        const V r = hn::Sub(x[4], x[2]), s = hn::Mul(two, hn::Sub(x[3], x[1]));
        y[0] = hn::MulAdd(four, x[0], hn::NegMulAdd(five, x[2], x[4]));
        y[1] = hn::Add(p, q);
        y[2] = hn::Sub(p, q);
        y[3] = hn::Add(r, s);
        y[4] = hn::Sub(r, s);
        y[5] = hn::MulAdd(four, x[1], hn::NegMulAdd(five, x[3], x[5]));
    }
};
struct Filter {  // G
    static constexpr int in = 3, out = 6;
    static HWY_INLINE void apply(const V* x, V* y) {
        const V p = hn::Mul(number(-1.0f / 6), hn::Add(x[0], x[2])), q = hn::Mul(number(-1.0f / 6), x[1]);
        const V r = hn::MulAdd(number(1.0f / 24), x[0], hn::Mul(number(1.0f / 6), x[2]));
        const V s = hn::Mul(number(1.0f / 12), x[1]);
        y[0] = hn::Mul(number(0.25f), x[0]);
        y[1] = hn::Add(p, q);
        y[2] = hn::Sub(p, q);
        y[3] = hn::Add(r, s);
        y[4] = hn::Sub(r, s);
        y[5] = x[2];
    }
};
struct Output {  // Aᵀ
    static constexpr int in = 6, out = 4;
    static HWY_INLINE void apply(const V* x, V* y) {
        const V p = hn::Add(x[1], x[2]), q = hn::Sub(x[1], x[2]), r = hn::Add(x[3], x[4]), s = hn::Sub(x[3], x[4]);
        y[0] = hn::Add(hn::Add(x[0], p), r);
        y[1] = hn::MulAdd(number(2), s, q);
        y[2] = hn::MulAdd(number(4), r, p);
        y[3] = hn::Add(hn::MulAdd(number(8), s, q), x[5]);
    }
};
struct Errors {  // A
    static constexpr int in = 4, out = 6;
    static HWY_INLINE void apply(const V* x, V* y) {
        const V p = hn::Add(x[0], x[2]), q = hn::Add(x[1], x[3]);
        const V r = hn::MulAdd(number(4), x[2], x[0]), s = hn::Mul(number(2), hn::MulAdd(number(4), x[3], x[1]));
        y[0] = x[0];
        y[1] = hn::Add(p, q);
        y[2] = hn::Sub(p, q);
        y[3] = hn::Add(r, s);
        y[4] = hn::Sub(r, s);
        y[5] = x[3];
    }
};
struct FilterGradient {  // Gᵀ
    static constexpr int in = 6, out = 3;
    static HWY_INLINE void apply(const V* x, V* y) {
        const V sixth = number(1.0f / 6), twelfth = number(1.0f / 12), twentyfourth = number(1.0f / 24);
        const V p = hn::Add(x[1], x[2]), q = hn::Sub(x[2], x[1]), r = hn::Add(x[3], x[4]), s = hn::Sub(x[3], x[4]);
        y[0] = hn::MulAdd(twentyfourth, r, hn::NegMulAdd(sixth, p, hn::Mul(number(0.25f), x[0])));
        y[1] = hn::MulAdd(twelfth, s, hn::Mul(sixth, q));
        y[2] = hn::MulAdd(sixth, hn::Sub(r, p), x[5]);
    }
};

// M x Mᵀ: the columns first, then the rows. Loops are unrolled for the reason that tile.cpp gives.
template <class M, class Load, class Store>
HWY_INLINE void both_ways(const Load& load, const Store& store) {
    V half[M::out][M::in];
#pragma GCC unroll 6
    for (int j = 0; j < M::in; ++j) {
        V x[M::in], y[M::out];
#pragma GCC unroll 6
        for (int i = 0; i < M::in; ++i) x[i] = load(i, j);
        M::apply(x, y);
#pragma GCC unroll 6
        for (int i = 0; i < M::out; ++i) half[i][j] = y[i];
    }
#pragma GCC unroll 6
    for (int i = 0; i < M::out; ++i) {
        V y[M::out];
        M::apply(half[i], y);
#pragma GCC unroll 6
        for (int j = 0; j < M::out; ++j) store(i, j, y[j]);
    }
}

// The pixels of the tiles, split into phases: rows and columns 4·i + f, 4·j + g lie together in the order of the tiles,
// so that sixteen neighbouring tiles find their pixels (f, g) side by side. Each row has `gap` columns more than there
// are tiles, and each image `gap` rows.
struct PixelPhases {
    const float* pixels;
    Index phase_step, pitch;
    const float* at(int i, int j) const {
        return pixels + (i % size * size + j % size) * phase_step + i / size * pitch + j / size;
    }
};
HWY_INLINE PixelPhases split(const float* plane, const TileRows& tiles, Index gap) {
    const Index pitch = tiles.columns + gap, rows = tiles.rows + gap, places = tiles.images * rows * pitch;
    const Index phase_step = places + pitch + 2 * lanes;
    const Index length = size * places + 2 * lanes;
    float* padded = scratch(Slot::tile_rows, size * length);
    float* phases = scratch(Slot::tile_pixels, size * size * phase_step);
    // All rows get their margins first, in the order they have in memory, which the machine fetches ahead, and are
    // dealt then: a load that spans two stores of a moment ago would wait for both.
    for (Index n = 0; n < tiles.images; ++n)
        for (Index i = 0; i < rows; ++i)
            for (Index f = 0; f < size; ++f)
                copy_row({.plane = plane + n * tiles.image_step,
                          .height = tiles.height,
                          .width = tiles.width,
                          .first_row = tiles.first_row + f,
                          .left = tiles.left,
                          .rows = 0,
                          .columns = size * pitch},
                         size * i, padded + f * length + (n * rows + i) * size * pitch);
    for (Index f = 0; f < size; ++f) {
        float* phase = phases + f * size * phase_step;
        for (Index at = 0; at < places; at += lanes, phase += lanes) {
            V a, b, c, e;
            hn::LoadInterleaved4(d, padded + f * length + size * at, a, b, c, e);
            hn::StoreU(a, d, phase);
            hn::StoreU(b, d, phase + phase_step);
            hn::StoreU(c, d, phase + 2 * phase_step);
            hn::StoreU(e, d, phase + 3 * phase_step);
        }
    }
    return {phases, phase_step, pitch};
}

// Asks for the rows of a plane that tiles look at or fill, ahead of time: a plane is often a page of memory, and the
// machine fetches ahead on its own only within a page.
template <bool to_write>
HWY_INLINE void fetch_rows(const float* plane, const TileRows& tiles, Index count) {
    const Index first = std::max<Index>(tiles.first_row, 0), last = std::min(tiles.first_row + count, tiles.height);
    for (Index n = 0; n < tiles.images; ++n) {
        const float* rows = plane + n * tiles.image_step + first * tiles.width;
        for (Index i = 0; i < (last - first) * tiles.width; i += cache_line) __builtin_prefetch(rows + i, to_write, 2);
    }
}
HWY_INLINE void fetch_next_channel(const float* plane, const TileRows& tiles) {
    fetch_rows<false>(plane + tiles.height * tiles.width, tiles, size * tiles.rows + 2);
}

// Whole vectors are stored, in order: what one writes too much, the next overwrites.
template <class M>
HWY_INLINE void transform_tiles(const PixelPhases& pixels, const std::vector<Run>& runs, float* to, Index step) {
    for (const Run& run : runs) {
        const auto load = [&](int i, int j) { return hn::LoadU(d, pixels.at(i, j) + run.b); };
        const auto at = [&](int i, int j) { return to + (i * M::out + j) * step + run.c; };
        if (run.mask & (run.mask + 1)) {
            const std::uint8_t bits[8] = {static_cast<std::uint8_t>(run.mask),
                                          static_cast<std::uint8_t>(run.mask >> 8)};
            const auto mask = hn::LoadMaskBits(d, bits);
            both_ways<M>(load, [&](int i, int j, V v) { hn::StoreU(hn::Compress(v, mask), d, at(i, j)); });
        } else {
            both_ways<M>(load, [&](int i, int j, V v) { hn::StoreU(v, d, at(i, j)); });
        }
    }
}

void winograd_input_here(const float* plane, const TileRows& tiles, const std::vector<Run>& runs, float* to,
                         Index step) {
    const PixelPhases pixels = split(plane, tiles, 1);
    fetch_next_channel(plane, tiles);
    transform_tiles<Input>(pixels, runs, to, step);
}

void winograd_errors_here(const float* plane, const TileRows& tiles, const std::vector<Run>& runs, float* to,
                          Index step) {
    const PixelPhases pixels = split(plane, tiles, 0);
    fetch_next_channel(plane, tiles);
    transform_tiles<Errors>(pixels, runs, to, step);
}

HWY_INLINE void copy_numbers(const float* from, Index count, float* to) {
    Index j = 0;
    for (; j + lanes <= count; j += lanes) hn::StoreU(hn::LoadU(d, from + j), d, to + j);
    if (j < count) store_first(d, hn::LoadU(d, from + j), static_cast<int>(count - j), to + j);
}

void winograd_output_here(const float* from, Index step, float bias, const TileRows& tiles, float* plane) {
    const Index count = tiles.tiles(), row_step = size * (count + lanes);
    float* rows = scratch(Slot::tile_rows, size * row_step);  // row i of all tiles, one tile's after another's
    const V offset = number(bias);
    fetch_rows<true>(plane, tiles, size * tiles.rows);
    for (Index t = 0; t < count; t += lanes) {
        V y[size][size];
        both_ways<Output>([&](int i, int j) { return hn::LoadU(d, from + (i * 6 + j) * step + t); },
                          [&](int i, int j, V v) { y[i][j] = hn::Add(v, offset); });
#pragma GCC unroll 4
        for (int i = 0; i < size; ++i)
            hn::StoreInterleaved4(y[i][0], y[i][1], y[i][2], y[i][3], d, rows + i * row_step + size * t);
    }
    for (Index n = 0; n < tiles.images; ++n)
        for (Index i = 0; i < tiles.rows; ++i)
            for (Index r = 0; r < std::min<Index>(size, tiles.height - tiles.first_row - size * i); ++r)
                copy_numbers(rows + r * row_step + size * (n * tiles.rows + i) * tiles.columns, tiles.width,
                             plane + n * tiles.image_step + (tiles.first_row + size * i + r) * tiles.width);
}

// Whole vectors are stored: what is too much is overwritten with the next channel.
void winograd_filters_here(const float* packed, Index rows, Index channels, float* to, Index step) {
    for (Index c = 0; c < channels; ++c)
        for (Index m = 0; m < rows; m += lanes) {
            const float* from = packed + 9 * c * rows + m;
            float* at = to + c * rows + m;
            const auto load = [&](int i, int j) { return hn::LoadU(d, from + (3 * i + j) * rows); };
            if (m + lanes <= (channels - c) * rows) {
                both_ways<Filter>(load, [&](int i, int j, V v) { hn::StoreU(v, d, at + (i * 6 + j) * step); });
            } else {
                const int count = static_cast<int>(std::min(lanes, rows - m));
                both_ways<Filter>(load, [&](int i, int j, V v) { store_first(d, v, count, at + (i * 6 + j) * step); });
            }
        }
}

void winograd_filter_gradients_here(const float* from, Index step, Index channels, float* to) {
    HWY_ALIGN float numbers[9][lanes];
    for (Index c = 0; c < channels; c += lanes) {
        both_ways<FilterGradient>([&](int i, int j) { return hn::LoadU(d, from + (i * 6 + j) * step + c); },
                                  [&](int i, int j, V v) { hn::Store(v, d, numbers[3 * i + j]); });
        for (Index lane = 0; lane < std::min(lanes, channels - c); ++lane)
            for (Index i = 0; i < 9; ++i) to[9 * (c + lane) + i] = numbers[i][lane];
    }
}

}  // namespace cnn::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace cnn::kernels {

HWY_EXPORT(winograd_input_here);
HWY_EXPORT(winograd_output_here);
HWY_EXPORT(winograd_filters_here);
HWY_EXPORT(winograd_errors_here);
HWY_EXPORT(winograd_filter_gradients_here);

std::vector<Run> tile_runs(const TileRows& tiles, Index gap, int lanes) {
    const Index pitch = tiles.columns + gap, rows = tiles.images * (tiles.rows + gap);
    std::vector<Run> runs;
    std::int32_t count = 0;
    for (Index at = 0; at < rows * pitch; at += lanes) {
        Run run{.b = static_cast<std::int32_t>(at), .c = count};
        for (int lane = 0; lane < lanes; ++lane) {
            const Index row = (at + lane) / pitch, column = (at + lane) % pitch;
            if (row >= rows || column >= tiles.columns || row % (tiles.rows + gap) >= tiles.rows) continue;
            run.mask |= 1u << lane;
            ++run.lanes;
        }
        count += run.lanes;
        if (run.lanes) runs.push_back(run);
    }
    return runs;
}

void winograd_input(const float* plane, const TileRows& tiles, const std::vector<Run>& runs, float* to, Index step) {
    HWY_DYNAMIC_DISPATCH(winograd_input_here)(plane, tiles, runs, to, step);
}
void winograd_output(const float* from, Index step, float bias, const TileRows& tiles, float* plane) {
    HWY_DYNAMIC_DISPATCH(winograd_output_here)(from, step, bias, tiles, plane);
}
void winograd_filters(const float* packed, Index rows, Index channels, float* to, Index step) {
    HWY_DYNAMIC_DISPATCH(winograd_filters_here)(packed, rows, channels, to, step);
}
void winograd_errors(const float* plane, const TileRows& tiles, const std::vector<Run>& runs, float* to, Index step) {
    HWY_DYNAMIC_DISPATCH(winograd_errors_here)(plane, tiles, runs, to, step);
}
void winograd_filter_gradients(const float* from, Index step, Index channels, float* to) {
    HWY_DYNAMIC_DISPATCH(winograd_filter_gradients_here)(from, step, channels, to);
}

}  // namespace cnn::kernels
#endif
