// The register tile, compiled once for every instruction set and chosen at run time.
#include "kernels/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/tile.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <type_traits>
#include <utility>

#include "kernels/store-inl.hpp"
#include "kernels/tile.hpp"

HWY_BEFORE_NAMESPACE();
namespace cnn::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::ScalableTag<float>;
constexpr D d;
constexpr int lanes = static_cast<int>(hn::MaxLanes(D()));

#if (HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3) || HWY_ARCH_ARM_A64  // a better target has a smaller number
constexpr int registers = 32;
#else
constexpr int registers = 16;
#endif
// A tile needs a register for each sum, for each vector of B and for the number broadcast from A; some slack pays.
constexpr int accumulators = registers == 32 ? 28 : 12;
constexpr int most_rows(int vectors) {
    const int fitting = (registers - 1 - vectors) / vectors, sums = accumulators / vectors;
    return fitting < sums ? fitting : sums;
}

// GCC 12 keeps an array in registers only where every loop over it is unrolled: without the pragma the inner loop below
// has 28 multiply-adds and 56 moves to and from the stack. tile_test.cpp looks at the machine code.
#define UNROLL _Pragma("GCC unroll 32")

// The wanted lanes of `v`, side by side.
HWY_INLINE void store_some(hn::Vec<D> v, const Run& run, float* HWY_RESTRICT to) {
    if (run.mask & (run.mask + 1)) {  // not simply the first ones
        const std::uint8_t bits[8] = {static_cast<std::uint8_t>(run.mask), static_cast<std::uint8_t>(run.mask >> 8)};
        v = hn::Compress(v, hn::LoadMaskBits(d, bits));
    }
    store_first(d, v, run.lanes, to);
}

// groups = 0: a packed tile of `block` rows; else rows are `groups` groups of `block` neighbours. Narrow tiles have
// vectors of eight on machines with longer ones.
template <int groups, int block, int vectors, bool narrow = false>
HWY_NOINLINE void tile(const TileJob& job) {
    using T = std::conditional_t<narrow, hn::CappedTag<float, 8>, D>;
    using V = hn::Vec<T>;
    constexpr T t;
    constexpr int rows = groups ? groups * block : block;
    V acc[rows][vectors];
    if (job.accumulate) {
        UNROLL for (int m = 0; m < rows; ++m) UNROLL for (int v = 0; v < vectors; ++v) acc[m][v] =
            hn::LoadU(t, job.c + job.runs[v].c + m * job.c_row);
    } else if (job.bias) {
        UNROLL for (int m = 0; m < rows; ++m) UNROLL for (int v = 0; v < vectors; ++v) acc[m][v] =
            hn::Set(t, job.bias[m]);
    } else {
        UNROLL for (int m = 0; m < rows; ++m) UNROLL for (int v = 0; v < vectors; ++v) acc[m][v] = hn::Zero(t);
    }

    const float* from[vectors];
    UNROLL for (int v = 0; v < vectors; ++v) from[v] = job.b + job.runs[v].b;
    const std::int32_t* HWY_RESTRICT b_steps = job.b_steps;
    const Index depth = job.depth;
    if constexpr (groups == 0) {
        const float* HWY_RESTRICT a = job.a;
        const Index a_step = job.a_step;
        for (Index k = 0; k < depth; ++k, a += a_step) {
            const std::ptrdiff_t step = b_steps[k];
            V b[vectors];
            UNROLL for (int v = 0; v < vectors; ++v) b[v] = hn::LoadU(t, from[v] + step);
            UNROLL for (int m = 0; m < rows; ++m) {
                const V factor = hn::Set(t, a[m]);
                UNROLL for (int v = 0; v < vectors; ++v) acc[m][v] = hn::MulAdd(factor, b[v], acc[m][v]);
            }
        }
    } else {
        const std::int32_t* HWY_RESTRICT a_steps = job.a_steps;
        const float* group[groups];
        UNROLL for (int g = 0; g < groups; ++g) group[g] = job.a + job.a_groups[g];
        for (Index k = 0; k < depth; ++k) {
            const std::ptrdiff_t step = b_steps[k], a_step = a_steps[k];
            V b[vectors];
            UNROLL for (int v = 0; v < vectors; ++v) b[v] = hn::LoadU(t, from[v] + step);
            UNROLL for (int g = 0; g < groups; ++g) UNROLL for (int s = 0; s < block; ++s) {
                const V factor = hn::Set(t, group[g][a_step + s]);
                UNROLL for (int v = 0; v < vectors; ++v) acc[g * block + s][v] =
                    hn::MulAdd(factor, b[v], acc[g * block + s][v]);
            }
        }
    }

    UNROLL for (int v = 0; v < vectors; ++v) {
        const Run& run = job.runs[v];
        float* to = job.c + run.c;
        if (narrow || run.lanes == lanes) {
            UNROLL for (int m = 0; m < rows; ++m) hn::StoreU(acc[m][v], t, to + m * job.c_row);
        } else if constexpr (!narrow) {
            UNROLL for (int m = 0; m < rows; ++m) store_some(acc[m][v], run, to + m * job.c_row);
        }
    }
}

// Both factors are vectors: sums whose lanes have nothing to do with one another until the last one is in.
template <int rows, int vectors>
HWY_NOINLINE void paired_tile(const TileJob& job) {
    using V = hn::Vec<D>;
    V acc[rows][vectors];
    UNROLL for (int m = 0; m < rows; ++m) UNROLL for (int v = 0; v < vectors; ++v) acc[m][v] =
        job.accumulate ? hn::LoadU(d, job.c + job.runs[v].c + m * job.c_row) : hn::Zero(d);
    const float *from[vectors], *row[rows];
    UNROLL for (int v = 0; v < vectors; ++v) from[v] = job.b + job.runs[v].b;
    UNROLL for (int m = 0; m < rows; ++m) row[m] = job.a + job.a_groups[m];
    const std::int32_t *HWY_RESTRICT a_steps = job.a_steps, *HWY_RESTRICT b_steps = job.b_steps;
    const Index depth = job.depth;
    for (Index k = 0; k < depth; ++k) {
        const std::ptrdiff_t step = b_steps[k], a_step = a_steps[k];
        V b[vectors];
        UNROLL for (int v = 0; v < vectors; ++v) b[v] = hn::LoadU(d, from[v] + step);
        UNROLL for (int m = 0; m < rows; ++m) {
            const V factor = hn::LoadU(d, row[m] + a_step);
            UNROLL for (int v = 0; v < vectors; ++v) acc[m][v] = hn::MulAdd(factor, b[v], acc[m][v]);
        }
    }
    UNROLL for (int v = 0; v < vectors; ++v) UNROLL for (int m = 0; m < rows; ++m)
        hn::StoreU(acc[m][v], d, job.c + job.runs[v].c + m * job.c_row);
}

template <int vectors, int... rows>
void list_packed(TileSet& set, std::integer_sequence<int, rows...>) {
    ((set.packed_[vectors][rows + 1] = &tile<0, rows + 1, vectors>), ...);
}
template <int block, int vectors, int... groups>
void list_grouped(TileSet& set, std::integer_sequence<int, groups...>) {
    ((set.grouped_[block][vectors][groups + 1] = &tile<groups + 1, block, vectors>), ...);
    if constexpr (lanes > 8 && vectors == 1)
        ((set.narrow_[block][groups + 1] = &tile<groups + 1, block, 1, true>), ...);
}
template <int block, int vectors>
void list_grouped(TileSet& set) {
    constexpr int sums = accumulators / (block * vectors);
    constexpr int most = vectors > 2 && most_rows(vectors) < sums ? most_rows(vectors) : sums;
    list_grouped<block, vectors>(set, std::make_integer_sequence < int,
                                 most<TileSet::most_groups ? most : TileSet::most_groups>());
}
template <int vectors>
void list_packed(TileSet& set) {
    list_packed<vectors>(set, std::make_integer_sequence<int, most_rows(vectors)>());
}
template <int vectors>
void list_blocks(TileSet& set) {
    list_grouped<1, vectors>(set);  // 1×1 filters, and every size not listed
    list_grouped<3, vectors>(set);
    list_grouped<5, vectors>(set);
    list_grouped<7, vectors>(set);
    list_grouped<11, vectors>(set);
}

template <int rows, int... vectors>
void list_paired(TileSet& set, std::integer_sequence<int, vectors...>) {
    ((set.paired_[rows][vectors + 1] = &paired_tile<rows, vectors + 1>), ...);
}
template <int... rows>
void list_paired(TileSet& set, std::integer_sequence<int, rows...>) {
    set.paired_rows = sizeof...(rows), set.paired_vectors = registers == 32 ? 6 : 3;
    (list_paired<rows + 1>(set, std::make_integer_sequence < int, registers == 32 ? 6 : 3 > ()), ...);
}

TileSet make_tile_set() {
    TileSet set{.isa = hwy::TargetName(HWY_TARGET), .lanes = lanes, .accumulators = accumulators};
    for (int vectors = 1; vectors <= TileSet::most_vectors; ++vectors)
        set.rows_of_packed_[vectors] = most_rows(vectors);
    list_packed<1>(set);
    list_packed<2>(set);
    list_packed<3>(set);
    list_packed<4>(set);
    list_blocks<1>(set);
    list_blocks<2>(set);
    list_grouped<1, 3>(set);
    list_grouped<1, 4>(set);
    list_paired(set, std::make_integer_sequence < int, registers == 32 ? 4 : 3 > ());
    return set;
}

const TileSet* this_tile_set() {
    static const TileSet set = make_tile_set();
    return &set;
}

}  // namespace cnn::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace cnn::kernels {

HWY_EXPORT(this_tile_set);
const TileSet& tile_set() { return *HWY_DYNAMIC_DISPATCH(this_tile_set)(); }

}  // namespace cnn::kernels
#endif
