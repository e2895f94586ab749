#include "kernels/correlation.hpp"

#include <algorithm>
#include <limits>

#include "kernels/sizes.hpp"
#include "tensor/error.hpp"

namespace cnn::kernels {
namespace {

// A step of the reduction costs its multiply-adds, though never less than their latency, and some for loads and the
// loop.
double cycles_of_step(double rows, Index vectors) {
    const auto width = static_cast<double>(vectors);
    return vectors == 0 ? 0 : std::max(rows * width, 8.0) + 0.25 * (rows + width) + 1;
}

}  // namespace

Index rows_of_a_band(const Correlation& shape) {
    Index rows = shape.out_height;
    while (rows > 1 && Band(shape, rows).floats() > half_second_cache) rows = (rows + 1) / 2;
    const Index bands = divide_up(shape.out_height, rows);
    return divide_up(shape.out_height, bands);
}

TileChoice choose_tile(Index rows, Index runs) {
    return choose_tile(rows, runs, [](Index vectors) { return tile_set().rows_of_packed(vectors); });
}

TileChoice choose_tile(Index rows, Index runs, const std::function<Index(Index vectors)>& most_rows) {
    TileChoice best{{rows, rows}, 1};
    double least = std::numeric_limits<double>::max();
    for (Index vectors = 1; vectors <= std::min<Index>(TileSet::most_vectors, std::max<Index>(runs, 1)); ++vectors) {
        const Index most = most_rows(vectors);
        const Panels panels{rows, divide_up(rows, most)};
        const double height = static_cast<double>(rows) / static_cast<double>(panels.count);
        const double cycles =
            static_cast<double>(panels.count) * (static_cast<double>(runs / vectors) * cycles_of_step(height, vectors) +
                                                 cycles_of_step(height, runs % vectors));
        if (cycles < least) least = cycles, best = {panels, vectors};
    }
    return best;
}

void run_panel(TileJob job, Index rows, Index vectors, const std::vector<Run>& runs) {
    const TileSet& set = tile_set();
    const auto count = static_cast<Index>(runs.size());
    const Tile whole = set.packed(rows, vectors);
    Index i = 0;
    for (; i + vectors <= count; i += vectors) {
        job.runs = &runs[static_cast<std::size_t>(i)];
        whole(job);
    }
    if (i == count) return;
    job.runs = &runs[static_cast<std::size_t>(i)];
    set.packed(rows, count - i)(job);
}

Correlator::Correlator(const Correlation& shape) : shape_(shape), band_rows_(rows_of_a_band(shape)) {
    bands_ = divide_up(shape.out_height, band_rows_);
    require(Band(shape, band_rows_).floats() < std::numeric_limits<std::int32_t>::max() / 2 &&
                shape.out_height * shape.out_width < std::numeric_limits<std::int32_t>::max(),
            "conv2d: an image of {} × {} × {} is too large", shape.channels, shape.height, shape.width);
    full_ = plan(band_rows_);
    if (const Index rest = shape.out_height - (bands_ - 1) * band_rows_; rest != band_rows_) last_ = plan(rest);
    choice_ = choose_tile(shape.filters, static_cast<Index>(full_->runs.size()));
}

Correlator::Plan Correlator::plan(Index rows) const {
    const Band band(shape_, rows);
    return {band, band.steps(), band.runs(tile_set().lanes)};
}

void Correlator::run(const float* image, const float* packed, const float* bias, Index number, Index first, Index last,
                     float* y, Index y_plane) const {
    const Plan& plan = number == bands_ - 1 && last_ ? *last_ : *full_;
    TileJob job{.depth = shape_.depth(), .b = plan.band.load(image, number * band_rows_), .b_steps = plan.steps.data()};
    job.c_row = y_plane;
    for (Index panel = first; panel < last; ++panel) {
        const Index row = choice_.panels.first(panel);
        job.a = packed + row * job.depth;
        job.a_step = choice_.panels.size(panel);
        job.c = y + row * y_plane + number * band_rows_ * shape_.out_width;
        job.bias = bias ? bias + row : nullptr;
        run_panel(job, job.a_step, choice_.vectors, plan.runs);
    }
}

}  // namespace cnn::kernels
