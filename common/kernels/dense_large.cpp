#include "kernels/dense_large.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "kernels/correlation.hpp"
#include "kernels/filters.hpp"
#include "kernels/parallel.hpp"
#include "kernels/rows.hpp"
#include "kernels/scratch.hpp"
#include "tensor/error.hpp"

namespace cnn::kernels {
namespace {

constexpr Index block_depth = 256;
constexpr Index block_columns = 256;

std::vector<std::int32_t> every(Index step, Index count) {
    require(step * count < std::numeric_limits<std::int32_t>::max(), "dense: a matrix of {} × {} is too large", count,
            step);
    std::vector<std::int32_t> steps;
    for (Index i = 0; i < count; ++i) steps.push_back(static_cast<std::int32_t>(i * step));
    return steps;
}

// Vectors of a matrix kept in strips: [strip][depth][width], its result in rows of `columns`.
std::vector<Run> strip_runs(Index columns, Index depth, Index width) {
    require(round_up(columns, width) * depth < std::numeric_limits<std::int32_t>::max(),
            "dense: a matrix of {} × {} is too large", depth, columns);
    const Index lanes = tile_set().lanes;
    std::vector<Run> runs;
    for (Index j = 0; j < columns; j += lanes) {
        const auto count = static_cast<std::uint32_t>(std::min(lanes, columns - j));
        runs.push_back({.b = static_cast<std::int32_t>(j / width * width * depth + j % width),
                        .c = static_cast<std::int32_t>(j),
                        .lanes = static_cast<std::int32_t>(count),
                        .mask = (1u << count) - 1});
    }
    return runs;
}

// A matrix in strips of `width` columns, as strip_runs reads them. (Strip by strip: row by row is half as fast, the
// strips being a power of two apart.)
void pack_strips(const float* from, Index pitch, Index rows, Index columns, Index width, float* to) {
    for (Index j = 0; j < columns; j += width)
        copy_columns({from + j, pitch, rows, std::min(width, columns - j), to + j * rows, width});
}

// Some rows of w against all of x, turned round: [D, N rounded up].
struct ForwardPart {
    const float *w, *turned;
    Index outputs, inputs, images;  // images rounded up to whole vectors

    // y, turned round: [outputs, images]
    void run(float* y) const {
        constexpr Index deep = 1024;  // then a block of x stays in the cache for all outputs
        const auto a_steps = every(1, deep), b_steps = every(images, deep);
        for (Index first = 0; first < inputs; first += deep)
            for (Index m = 0; m < outputs; m += TileSet::most_groups) {
                TileJob job{.depth = std::min(deep, inputs - first), .a = w + m * inputs + first};
                job.a_steps = a_steps.data(), job.b_steps = b_steps.data();
                job.b = turned + first * images;
                job.c = y + m * images, job.c_row = images;
                job.accumulate = true;
                run_rows(job, std::min<Index>(TileSet::most_groups, outputs - m));
            }
    }

private:
    void run_rows(TileJob job, Index rows) const {
        const TileSet& set = tile_set();
        const Index most = std::min<Index>(TileSet::most_groups, set.accumulators / 2);
        const auto places = every(inputs, rows);
        for (Index n = 0; n < images; n += 2 * set.lanes) {
            const Index vectors = std::min<Index>(2, (images - n) / set.lanes);
            Run runs[2];
            for (Index v = 0; v < vectors; ++v) {
                const auto at = static_cast<std::int32_t>(n + v * set.lanes);
                runs[v] = {.b = at, .c = at, .lanes = static_cast<std::int32_t>(set.lanes)};
            }
            job.runs = runs;
            for (Index m = 0; m < rows; m += most) {
                const Index now = std::min(most, rows - m);
                TileJob part = job;
                part.a = job.a + m * inputs, part.a_groups = places.data();
                part.c = job.c + m * images;
                set.grouped(now, 1, vectors)(part);
            }
        }
    }
};

}  // namespace

bool is_large(Index inputs, Index outputs) { return inputs * outputs > half_second_cache; }

// A row of the tile is an output, whose weights are read where they are; its vectors are images.
void large_forward(const Tensor& x, const Tensor& w, const float* bias, Tensor& y) {
    const Index n = x.size(0), inputs = x.size(1), outputs = w.size(0), images = round_up(n, cache_line), strip = 64;
    const Buffer turned(static_cast<std::size_t>(inputs * images));
    constexpr Index columns = 256;
    parallel(divide_up(inputs, columns), columns * images, [&](Index item) {
        const Index first = item * columns;
        transpose({.from = x.data() + first,
                   .from_pitch = inputs,
                   .rows = n,
                   .columns = std::min(columns, inputs - first),
                   .to = turned.data() + first * images,
                   .to_pitch = images,
                   .padded_rows = images});
    });
    parallel(divide_up(outputs, strip), strip * inputs * n, [&](Index item) {
        const Index first = item * strip, rows = std::min(strip, outputs - first);
        float* sums = scratch(Slot::columns, rows * images);
        for (Index m = 0; m < rows; ++m) std::fill_n(sums + m * images, images, bias ? bias[first + m] : 0.0f);
        ForwardPart{w.data() + first * inputs, turned.data(), rows, inputs, images}.run(sums);
        transpose({.from = sums,
                   .from_pitch = images,
                   .rows = rows,
                   .columns = n,
                   .to = y.data() + first,
                   .to_pitch = outputs,
                   .padded_rows = rows});
    });
}

// Some columns of w at a time; of these a block of rows is copied to where it is contiguous, for all of dy.
void large_backward_input(const Tensor& dy, const Tensor& w, Tensor& dx) {
    const Index n = dy.size(0), outputs = dy.size(1), inputs = w.size(1), lanes = tile_set().lanes;
    const TileChoice choice = choose_tile(n, block_columns / lanes);
    const Buffer packed = pack(dy, choice.panels);
    const Index width = choice.vectors * lanes;
    const auto steps = every(width, block_depth);
    parallel(divide_up(inputs, block_columns), n * outputs * block_columns, [&](Index item) {
        const Index first = item * block_columns, columns = std::min(block_columns, inputs - first);
        const Index padded = round_up(columns, width);  // whole vectors, since blocks are added up
        float* sums = scratch(Slot::columns, n * padded);
        float* block = scratch(Slot::band, block_depth * padded);
        std::fill_n(sums, n * padded, 0.0f);
        std::fill_n(block, block_depth * padded, 0.0f);
        for (Index k = 0; k < outputs; k += block_depth) {
            const Index depth = std::min(block_depth, outputs - k);
            pack_strips(w.data() + k * inputs + first, inputs, depth, columns, width, block);
            const auto runs = strip_runs(padded, depth, width);
            for (Index panel = 0; panel < choice.panels.count; ++panel) {
                const Index row = choice.panels.first(panel), rows = choice.panels.size(panel);
                TileJob job{.depth = depth, .a = packed.data() + row * outputs + k * rows, .a_step = rows};
                job.b = block, job.b_steps = steps.data();
                job.c = sums + row * padded, job.c_row = padded, job.accumulate = true;
                run_panel(job, rows, choice.vectors, runs);
            }
        }
        for (Index i = 0; i < n; ++i) std::copy_n(sums + i * padded, columns, dx.data() + i * inputs + first);
    });
}

// Both x and dy are small and rearranged; dw is written once.
void large_backward_weights(const Tensor& x, const Tensor& dy, Tensor& dw) {
    const Index n = x.size(0), inputs = x.size(1), outputs = dy.size(1), lanes = tile_set().lanes;
    const TileChoice choice = choose_tile(outputs, divide_up(inputs, lanes));
    const Index width = choice.vectors * lanes, strips = divide_up(inputs, width);
    const Buffer columns(static_cast<std::size_t>(strips * width * n));
    parallel(strips, width * n, [&](Index strip) {
        pack_strips(x.data() + strip * width, inputs, n, std::min(width, inputs - strip * width), width,
                    columns.data() + strip * width * n);
    });
    const auto steps = every(width, n);
    const auto runs = strip_runs(inputs, n, width);
    parallel(choice.panels.count, outputs * inputs / choice.panels.count * n, [&](Index panel) {
        const Index row = choice.panels.first(panel), rows = choice.panels.size(panel);
        float* errors = scratch(Slot::columns, n * rows);
        for (Index i = 0; i < n; ++i) std::copy_n(dy.data() + i * outputs + row, rows, errors + i * rows);
        TileJob job{.depth = n, .a = errors, .a_step = rows};
        job.b = columns.data(), job.b_steps = steps.data();
        job.c = dw.data() + row * inputs, job.c_row = inputs;
        run_panel(job, rows, choice.vectors, runs);
    });
}

}  // namespace cnn::kernels
