#include "kernels/stage.hpp"

#include <algorithm>

#include "kernels/abreast_filters.hpp"
#include "kernels/abreast_pooling.hpp"
#include "kernels/check.hpp"
#include "kernels/scratch.hpp"
#include "kernels/winograd.hpp"

namespace cnn::kernels {
namespace {

Shape convolved(const Shape& x, Index filters, const Window& window) {
    return {x[0], filters, output_size(x[2], window), output_size(x[3], window)};
}
Shape pooled(const Shape& y) { return {y[0], y[1], y[2] / 2, y[3] / 2}; }
// Switches stay as they are made: [block][filter][pixel][lane].
Shape switches_of(const Shape& y) { return {blocks_abreast(y[0]), y[1], y[2] / 2, y[3] / 2, tile_set().lanes}; }

// Where blocks are fewer than threads, the rows of the tile are shared out as well.
Index parts_of(Index blocks, Index panels) { return std::clamp<Index>(2 * threads() / blocks, 1, panels); }

// The gradient of the maps before pooling, for filters [first, last) of a block.
void load_errors(const Tensor& dy, const Tensor& switches, const Shape& y, Index block, Index first, Index last,
                 float* to) {
    const Index lanes = tile_set().lanes, map = y[2] * y[3] * lanes, small = (y[2] / 2) * (y[3] / 2) * lanes;
    float* errors = scratch(Slot::phase, (last - first) * small);
    load_channels_abreast(dy, block, first, last, errors);
    for (Index k = first; k < last; ++k)
        unpool_abreast(errors + (k - first) * small, switches.data() + (block * y[1] + k) * small, y[2], y[3],
                       to + (k - first) * map);
}

// A block's part of the gradients, rows of both tiles being dealt out to `parts`.
class StageBackward {
public:
    StageBackward(const Tensor& dy, const Tensor& switches, const Tensor& x, const Tensor& w, const Window& window)
        : dy_(dy),
          switches_(switches),
          x_(x),
          w_(w),
          y_(convolved(x.shape(), w.size(0), window)),
          filters_(x.shape(), y_, window),
          input_(backward_abreast(x.shape(), y_, window)) {}

    StageGradients compute(bool wants_dx) const {
        StageGradients result;
        if (wants_dx) result.dx = Tensor::uninitialized(x_.shape());
        const Index groups = filters_.groups(), parts = parts_of(groups, filters_.panels());
        const Buffer sums(static_cast<std::size_t>(groups * filters_.floats()));
        parallel(groups * parts, 2 * y_.count() * w_.count() / w_.size(0) / (groups * parts), [&](Index item) {
            const Range blocks = filters_.blocks(item / parts);
            for (Index block = blocks.first; block < blocks.last; ++block) {
                float* group = sums.data() + item / parts * filters_.floats();
                run(block, item % parts, parts, block == blocks.first, group, result.dx);
            }
        });
        result.filters = filters_.finish(sums);
        return result;
    }

private:
    void run(Index block, Index part, Index parts, bool first, float* sums, Tensor& dx) const {
        const Index lanes = tile_set().lanes, map = y_[2] * y_[3] * lanes;
        const bool wants_dx = !dx.empty();
        const Range panels(filters_.panels(), part, parts);
        const Index from = wants_dx ? 0 : filters_.filters(panels.first).first;
        const Index to = wants_dx ? y_[1] : filters_.filters(panels.last - 1).last;
        float* errors = scratch(Slot::errors, (to - from) * map);
        load_errors(dy_, switches_, y_, block, from, to, errors);
        float* x = scratch(Slot::band, filters_.x_floats());
        filters_.load_x(x_, block, x);
        for (Index panel = panels.first; panel < panels.last; ++panel)
            filters_.add_block(x, errors + (filters_.filters(panel).first - from) * map, panel, first, sums);
        if (wants_dx) add_dx(errors, block, part, parts, dx);
    }
    void add_dx(const float* errors, Index block, Index part, Index parts, Tensor& dx) const {
        const Index at_once = input_->rows_at_once(), map = x_.size(2) * x_.size(3) * tile_set().lanes;
        const Range panels(divide_up(x_.size(1), at_once), part, parts);
        const Index first = panels.first * at_once, last = std::min(x_.size(1), panels.last * at_once);
        float* to = scratch(Slot::columns, x_.size(1) * map);
        input_->run(errors, w_.data(), nullptr, first, last, to);
        store_abreast(to, map, block, first, last, dx);
    }

    const Tensor &dy_, &switches_, &x_, &w_;
    Shape y_;
    AbreastFilterGradient filters_;
    AbreastPlan input_;
};

}  // namespace

bool fuses_stage(const Shape& x, const Shape& w, const Window& window) {
    if (x.rank() != 4 || w.rank() != 4 || x.count() == 0 || w[0] == 0 || x[1] != w[1]) return false;
    const Shape y = convolved(x, w[0], window);
    const Correlation direct = correlation(x, w[0], window);
    return y[2] >= 2 && y[3] >= 2 && prefers_abreast(x, y, window) && !prefers_winograd(direct, x[0]) &&
           !prefers_winograd_for_filters(direct, x[0]);
}

StageResult stage_forward(const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
    check_map("conv2d", x.shape(), window);
    check_filters(x.shape(), w.shape(), window);
    if (!b.empty()) check_shape("conv2d: b", b.shape(), {w.size(0)});
    const Shape y = convolved(x.shape(), w.size(0), window);
    StageResult result{Tensor::uninitialized(pooled(y)), Tensor::uninitialized(switches_of(y))};
    const AbreastPlan plan = forward_abreast(x.shape(), y, window);
    const AbreastCorrelation& correlation = *plan;
    const Index lanes = tile_set().lanes, map = y[2] * y[3] * lanes, small = (y[2] / 2) * (y[3] / 2) * lanes;
    const Index blocks = blocks_abreast(x.size(0)), at_once = correlation.rows_at_once();
    const Index panels = divide_up(y[1], at_once), parts = parts_of(blocks, panels);
    parallel(blocks * parts, y.count() * w.count() / w.size(0) / (blocks * parts), [&](Index item) {
        const Index block = item / parts;
        const Range mine(panels, item % parts, parts);
        const Index first = mine.first * at_once, last = std::min(y[1], mine.last * at_once);
        float* from = scratch(Slot::band, x.count() / x.size(0) * lanes);
        float* maps = scratch(Slot::columns, y[1] * map);
        float* maxima = scratch(Slot::phase, y[1] * small);
        load_abreast(x, block, from);
        correlation.run(from, w.data(), b.empty() ? nullptr : b.data(), first, last, maps);
        for (Index k = first; k < last; ++k)
            relu_pool_abreast(maps + k * map, y[2], y[3], maxima + k * small,
                              result.switches.data() + (block * y[1] + k) * small);
        store_abreast(maxima, small, block, first, last, result.y);
    });
    return result;
}

StageGradients stage_backward(const Tensor& dy, const Tensor& switches, const Tensor& x, const Tensor& w,
                              const Window& window, bool wants_dx) {
    check_map("conv2d", x.shape(), window);
    check_filters(x.shape(), w.shape(), window);
    const Shape y = convolved(x.shape(), w.size(0), window);
    check_shape("max_pool: dy", dy.shape(), pooled(y));
    check_shape("max_pool: switches", switches.shape(), switches_of(y));
    return StageBackward(dy, switches, x, w, window).compute(wants_dx);
}

}  // namespace cnn::kernels
