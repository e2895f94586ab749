#include "kernels/winograd.hpp"

#include <fmt/format.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "kernels/parallel.hpp"
#include "kernels/scratch.hpp"
#include "kernels/winograd_tiles.hpp"

namespace cnn::kernels {
namespace {

constexpr Index tiles_of_a_task = 64;  // where chunks are shared out: transformed, they fit in the second-level cache
constexpr Index floats_at_once = (32 << 20) / 4;  // and where each step is: they fit in the third

Winograd from_environment() {
    const char* name = std::getenv("CNN_WINOGRAD");
    if (!name || !*name || name == std::string_view("automatic")) return Winograd::automatic;
    if (name == std::string_view("never")) return Winograd::never;
    if (name == std::string_view("always")) return Winograd::always;
    fmt::print(stderr, "CNN_WINOGRAD={} is ignored: it may be never, always or automatic\n", name);
    return Winograd::automatic;
}
// The library's edge: the environment is read once, before any kernel runs.
std::atomic<Winograd> how_chosen = from_environment();

bool possible(const Correlation& shape) {
    return shape.rows == 3 && shape.columns == 3 && shape.stride == 1 && shape.out_height > 0 && shape.out_width > 0;
}

Index tiles_of(const Correlation& shape) {
    return divide_up(shape.out_height, winograd_size) * divide_up(shape.out_width, winograd_size);
}

// Time in multiply-adds of vectors; what each of the 36 numbers of a transform costs in that unit was measured:
// `transform` for a tile and a channel, 12 for a filter's (docs/kernels.md). The gradient of the filters has its inputs
// turned round, too.
bool is_faster(const Correlation& shape, Index images, double transform) {
    const auto tiles = static_cast<double>(images * tiles_of(shape));
    const auto channels = static_cast<double>(shape.channels), filters = static_cast<double>(shape.filters);
    const double outputs = static_cast<double>(images * shape.out_height * shape.out_width);
    return 36 * (tiles * channels * filters + transform * tiles * (channels + filters) + 12 * channels * filters) <
           9 * outputs * channels * filters;
}

bool prefers(const Correlation& shape, Index images, double transform) {
    if (!possible(shape) || how_chosen == Winograd::never) return false;
    return how_chosen == Winograd::always || is_faster(shape, images, transform);
}

// One after the other, or shared out: what a step is run with.
constexpr auto alone = [](Index count, Index, const auto& body) {
    for (Index i = 0; i < count; ++i) body(i);
};
constexpr auto together = [](Index count, Index work, const auto& body) { parallel(count, work, body); };

}  // namespace

void use_winograd(Winograd wanted) { how_chosen = wanted; }
Winograd winograd() { return how_chosen; }

bool prefers_winograd(const Correlation& shape, Index images) { return prefers(shape, images, 14); }
bool prefers_winograd_for_filters(const Correlation& shape, Index images) { return prefers(shape, images, 29); }

// Rows of tiles of one image, or several whole images.
struct WinogradCorrelator::Chunk {
    Index first_image;
    TileRows in, out;
};

WinogradCorrelator::WinogradCorrelator(const Correlation& shape, Index images)
    : shape_(shape),
      images_(images),
      tile_rows_(divide_up(shape.out_height, winograd_size)),
      tile_columns_(divide_up(shape.out_width, winograd_size)) {
    const Index all = images * tile_rows_ * tile_columns_,
                row_floats = winograd_products * (shape.channels + shape.filters);
    step_by_step_ = all < 3 * threads() * tiles_of_a_task;
    const Index wanted = step_by_step_ ? std::max(tiles_of_a_task, floats_at_once / row_floats) : tiles_of_a_task;
    // As even as can be.
    row_chunks_ = divide_up(tile_rows_, std::clamp<Index>(wanted / tile_columns_, 1, tile_rows_));
    chunk_rows_ = divide_up(tile_rows_, row_chunks_);
    row_chunks_ = divide_up(tile_rows_, chunk_rows_);
    chunk_images_ = row_chunks_ > 1 ? 1 : std::clamp<Index>(wanted / (tile_rows_ * tile_columns_), 1, images);
    chunk_images_ = divide_up(images, divide_up(images, chunk_images_));
    chunks_ = divide_up(images, chunk_images_) * row_chunks_;

    const Index lanes = tile_set().lanes, tiles = chunk_images_ * chunk_rows_ * tile_columns_;
    step_ = round_up(tiles, lanes) + lanes;
    const TileChoice choice = choose_tile(shape.filters, divide_up(tiles, lanes));
    panels_ = choice.panels, vectors_ = choice.vectors;
}

WinogradCorrelator::Chunk WinogradCorrelator::chunk(Index number) const {
    const Index first_image = number / row_chunks_ * chunk_images_, first_row = number % row_chunks_ * chunk_rows_;
    Chunk chunk{first_image, {}, {}};
    chunk.in = {.images = std::min(chunk_images_, images_ - first_image),
                .image_step = shape_.channels * shape_.height * shape_.width,
                .height = shape_.height,
                .width = shape_.width,
                .first_row = winograd_size * first_row - shape_.top,
                .left = shape_.left,
                .rows = std::min(chunk_rows_, tile_rows_ - first_row),
                .columns = tile_columns_};
    chunk.out = chunk.in;
    chunk.out.image_step = shape_.filters * shape_.out_height * shape_.out_width;
    chunk.out.height = shape_.out_height, chunk.out.width = shape_.out_width;
    chunk.out.first_row = winograd_size * first_row;
    return chunk;
}

Buffer WinogradCorrelator::transform(const Buffer& packed) const {
    const Index size = shape_.filters * shape_.channels, step = product_step(size);
    Buffer filters(static_cast<std::size_t>(winograd_products * step));
    const Index parts = std::max<Index>(1, shape_.channels / 16);
    parallel(panels_.count * parts, 4 * winograd_products * size / (panels_.count * parts * 16), [&](Index item) {
        const Index panel = item / parts, first = shape_.channels * (item % parts) / parts;
        const Index last = shape_.channels * (item % parts + 1) / parts, rows = panels_.size(panel);
        const Index at = panels_.first(panel) * shape_.channels;
        winograd_filters(packed.data() + 9 * (at + first * rows), rows, last - first,
                         filters.data() + at + first * rows, step);
    });
    return filters;
}

// `in` and `out` hold all products of a chunk: [36][channels or filters][tiles].
template <class Loop>
void WinogradCorrelator::run_chunk(const Chunk& chunk, const Buffer& filters, const float* x, const float* bias,
                                   float* y, float* in, float* out, const Loop& loop) const {
    const Index tiles = chunk.in.tiles(), lanes = tile_set().lanes;
    const Index in_step = product_step(shape_.channels * step_), out_step = product_step(shape_.filters * step_);
    const auto runs = tile_runs(chunk.in, 1, tile_set().lanes);
    loop(shape_.channels, 20 * tiles, [&](Index c) {
        winograd_input(x + chunk.first_image * chunk.in.image_step + c * shape_.height * shape_.width, chunk.in, runs,
                       in + c * step_, in_step);
    });

    std::vector<std::int32_t> steps;
    for (Index c = 0; c < shape_.channels; ++c) steps.push_back(static_cast<std::int32_t>(c * step_));
    std::vector<Run> columns;
    for (Index at = 0; at < tiles; at += lanes) {
        const auto place = static_cast<std::int32_t>(at);
        columns.push_back({.b = place, .c = place, .lanes = static_cast<std::int32_t>(lanes)});
    }
    const Index size = shape_.filters * shape_.channels;
    loop(winograd_products * panels_.count, size / panels_.count * tiles, [&](Index item) {
        const Index product = item / panels_.count, panel = item % panels_.count, row = panels_.first(panel);
        TileJob job{.depth = shape_.channels,
                    .a = filters.data() + product * product_step(size) + row * shape_.channels,
                    .a_step = panels_.size(panel)};
        job.b = in + product * in_step, job.b_steps = steps.data();
        job.c = out + product * out_step + row * step_, job.c_row = step_;
        run_panel(job, job.a_step, vectors_, columns);
    });

    loop(shape_.filters, 16 * tiles, [&](Index k) {
        winograd_output(out + k * step_, out_step, bias ? bias[k] : 0, chunk.out,
                        y + chunk.first_image * chunk.out.image_step + k * shape_.out_height * shape_.out_width);
    });
}

void WinogradCorrelator::run(const float* x, const Buffer& packed, const float* bias, float* y) const {
    const Buffer filters = transform(packed);
    const Index in_floats = winograd_products * product_step(shape_.channels * step_);
    const Index out_floats = winograd_products * product_step(shape_.filters * step_);
    if (step_by_step_) {
        const Buffer in(static_cast<std::size_t>(in_floats)), out(static_cast<std::size_t>(out_floats));
        for (Index i = 0; i < chunks_; ++i) run_chunk(chunk(i), filters, x, bias, y, in.data(), out.data(), together);
    } else {
        parallel(chunks_, in_floats * shape_.filters, [&](Index i) {
            run_chunk(chunk(i), filters, x, bias, y, scratch(Slot::tiles_in, in_floats),
                      scratch(Slot::tiles_out, out_floats), alone);
        });
    }
}

}  // namespace cnn::kernels
