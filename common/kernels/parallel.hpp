// Parallel loops over independent items.
//
// An item writes only what is its own and its result depends on nothing but its number, so it does not matter who runs
// it when: results are bit for bit the same for any number of threads. Bodies never start a parallel loop of their own.
#pragma once
#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>

#include "kernels/sizes.hpp"

namespace cnn::kernels {

// Work below which waking another thread costs more than it saves, in multiply-adds or so.
inline constexpr Index smallest_task = 1 << 15;

// Part `i` of `count` things dealt out to `parts`.
struct Range {
    Range(Index count, Index i, Index parts) : first(count * i / parts), last(count * (i + 1) / parts) {}
    Index first, last;
};

// Threads that may work here at a time. Never let a result depend on it.
inline Index threads() { return tbb::this_task_arena::max_concurrency(); }

// body(i) for i in 0 … count-1; `work` is the cost of one item, in multiply-adds or so.
template <class Body>
void parallel(Index count, Index work, const Body& body) {
    const Index grain = std::max<Index>(1, smallest_task / std::max<Index>(work, 1));
    if (count <= grain) {
        for (Index i = 0; i < count; ++i) body(i);
        return;
    }
    tbb::parallel_for(tbb::blocked_range<Index>(0, count, static_cast<std::size_t>(grain)), [&](const auto& range) {
        for (Index i = range.begin(); i < range.end(); ++i) body(i);
    });
}

}  // namespace cnn::kernels
