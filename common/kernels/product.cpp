#include "kernels/product.hpp"

#include <algorithm>
#include <limits>

#include "kernels/parallel.hpp"
#include "tensor/error.hpp"

namespace cnn::kernels {
namespace {

constexpr Index strip_runs = 8;  // vectors of columns that a task works on

// Panel i starts at a + panels.first(i) · panel_step; its next step of the reduction is `a_step` further, or as far as
// the panel is high when a_step is 0.
void run(const Product& p, const TileChoice& choice, Index panel_step, Index a_step) {
    require(p.depth * p.b_row < std::numeric_limits<std::int32_t>::max(), "dense: a matrix of {} × {} is too large",
            p.depth, p.b_row);
    const Index lanes = tile_set().lanes;
    std::vector<std::int32_t> steps(static_cast<std::size_t>(p.depth));
    for (Index k = 0; k < p.depth; ++k) steps[static_cast<std::size_t>(k)] = static_cast<std::int32_t>(k * p.b_row);
    const Index runs = divide_up(p.columns, lanes), strip = round_up(strip_runs, choice.vectors);
    const Index strips = divide_up(runs, strip), panels = choice.panels.count;
    parallel(strips * panels, p.rows * p.depth * p.columns / (strips * panels), [&](Index item) {
        const Index panel = item % panels, first = item / panels * strip;
        std::vector<Run> mine;
        for (Index j = first; j < std::min(runs, first + strip); ++j) {
            const Index count = std::min(lanes, p.columns - j * lanes);
            const auto at = static_cast<std::int32_t>(j * lanes);
            mine.push_back({.b = at, .c = at, .lanes = static_cast<std::int32_t>(count), .mask = (1u << count) - 1});
        }
        TileJob job{
            .depth = p.depth, .a = p.a + choice.panels.first(panel) * panel_step, .b = p.b, .b_steps = steps.data()};
        job.a_step = a_step ? a_step : choice.panels.size(panel);
        job.c = p.c + choice.panels.first(panel) * p.columns;
        job.c_row = p.columns;
        run_panel(job, choice.panels.size(panel), choice.vectors, mine);
    });
}

}  // namespace

TileChoice choose_tile(const Product& product) {
    const Index lanes = tile_set().lanes;
    return choose_tile(product.rows, divide_up(product.columns, lanes));
}

void multiply_packed(const Product& product, const TileChoice& choice) { run(product, choice, product.depth, 0); }
void multiply(const Product& product) { run(product, choose_tile(product), 1, product.rows); }

}  // namespace cnn::kernels
