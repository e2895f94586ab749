#include "kernels/convolution_abreast.hpp"

#include <algorithm>

#include "kernels/abreast_filters.hpp"
#include "kernels/parallel.hpp"
#include "kernels/scratch.hpp"

namespace cnn::kernels {
namespace {

// x [N, …] → y [N, …], a block of images at a time. Where blocks are fewer than threads, rows of the tile are shared
// out too; an output is one chain of multiply-adds whoever computes it.
void correlate_abreast(const AbreastCorrelation& correlation, const Tensor& x, const float* w, const float* bias,
                       Index work, Tensor& y) {
    const Index blocks = blocks_abreast(x.size(0)), lanes = tile_set().lanes, rows = y.size(1);
    const Index panels = divide_up(rows, correlation.rows_at_once());
    const Index parts = std::clamp<Index>(2 * threads() / blocks, 1, panels);
    parallel(blocks * parts, work / (blocks * parts), [&](Index item) {
        const Index block = item / parts, map = y.size(2) * y.size(3) * lanes;
        const Range mine(panels, item % parts, parts);
        const Index first = mine.first * correlation.rows_at_once();
        const Index last = std::min(rows, mine.last * correlation.rows_at_once());
        float* from = scratch(Slot::band, x.count() / x.size(0) * lanes);
        float* to = scratch(Slot::columns, rows * map);
        load_abreast(x, block, from);
        correlation.run(from, w, bias, first, last, to);
        store_abreast(to, map, block, first, last, y);
    });
}

}  // namespace

void abreast_forward(const Tensor& x, const Tensor& w, const Tensor& b, const Window& window, Tensor& y) {
    correlate_abreast(*forward_abreast(x.shape(), y.shape(), window), x, w.data(), b.empty() ? nullptr : b.data(),
                      y.count() * x.size(1) * window.size * window.size, y);
}

void abreast_backward_input(const Tensor& dy, const Tensor& w, const Window& window, Tensor& dx) {
    correlate_abreast(*backward_abreast(dx.shape(), dy.shape(), window), dy, w.data(), nullptr,
                      dy.count() * dx.size(1) * window.size * window.size, dx);
}

FilterGradients abreast_backward_filters(const Tensor& x, const Tensor& dy, const Window& window) {
    const AbreastFilterGradient gradient(x.shape(), dy.shape(), window);
    const Index groups = gradient.groups(), panels = gradient.panels();
    const Index parts = std::clamp<Index>(2 * threads() / groups, 1, panels);
    const Buffer sums(static_cast<std::size_t>(groups * gradient.floats()));
    parallel(groups * parts, dy.count() * x.size(1) * window.size * window.size / (groups * parts), [&](Index item) {
        const Index group = item / parts;
        const Range blocks = gradient.blocks(group), mine(panels, item % parts, parts);
        float* from = scratch(Slot::band, gradient.x_floats());
        float* errors = scratch(Slot::errors, gradient.dy_floats());
        for (Index block = blocks.first; block < blocks.last; ++block) {
            gradient.load_x(x, block, from);
            for (Index panel = mine.first; panel < mine.last; ++panel) {
                const auto [first, last] = gradient.filters(panel);
                load_channels_abreast(dy, block, first, last, errors);
                gradient.add_block(from, errors, panel, block == blocks.first, sums.data() + group * gradient.floats());
            }
        }
    });
    return gradient.finish(sums);
}

}  // namespace cnn::kernels
