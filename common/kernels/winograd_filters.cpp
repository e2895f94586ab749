// ∂E/∂w by Winograd's method: dw = Gᵀ [Σ over tiles (A dy Aᵀ) ⊙ (Bᵀ x B)] G. The sum is 36 matrix products whose
// reduction runs over the tiles: [filters × tiles] · [tiles × channels].
//
// Tiles are taken in chunks, one after the other, each adding to the sums; the chunks follow from the shapes alone, so
// the result does not depend on the number of threads, which share out the channels and the products of a chunk.
#include "kernels/parallel.hpp"
#include "kernels/rows.hpp"
#include "kernels/scratch.hpp"
#include "kernels/winograd.hpp"
#include "kernels/winograd_tiles.hpp"

namespace cnn::kernels {
namespace {

constexpr Index group = 16;  // channels that are turned round together: a cache line
constexpr Index most_tiles = 256;

class FilterSums {
public:
    FilterSums(const Correlation& shape, Index images);
    void compute(const float* x, const float* dy, float* dw) const;

private:
    void transform_channels(const TileRows& tiles, const float* x, Index first, float* in) const;
    void add_products(Index product, const Range& filters, Index tiles, const float* in, const float* errors,
                      bool first, float* sums) const;

    Correlation shape_;
    Index images_, tile_rows_, tile_columns_, chunk_images_, chunk_rows_;
    Index channels_;                         // rounded up to whole groups
    Index tile_step_;                        // from one filter's tiles to the next's
    Index in_step_, error_step_, sum_step_;  // from one product to the next
};

FilterSums::FilterSums(const Correlation& shape, Index images)
    : shape_(shape),
      images_(images),
      tile_rows_(divide_up(shape.out_height, winograd_size)),
      tile_columns_(divide_up(shape.out_width, winograd_size)),
      channels_(round_up(shape.channels, group)) {
    chunk_rows_ = std::clamp<Index>(most_tiles / tile_columns_, 1, tile_rows_);
    chunk_rows_ = divide_up(tile_rows_, divide_up(tile_rows_, chunk_rows_));
    chunk_images_ =
        chunk_rows_ < tile_rows_ ? 1 : std::clamp<Index>(most_tiles / (tile_rows_ * tile_columns_), 1, images);
    chunk_images_ = divide_up(images, divide_up(images, chunk_images_));
    const Index tiles = chunk_images_ * chunk_rows_ * tile_columns_;
    tile_step_ = round_up(tiles, group) + group;
    in_step_ = product_step(tiles * channels_), error_step_ = product_step(shape.filters * tile_step_);
    sum_step_ = product_step(shape.filters * channels_);
}

// Channels first … first + 15 of a chunk, as [product][tile][channel].
void FilterSums::transform_channels(const TileRows& tiles, const float* x, Index first, float* in) const {
    const Index count = std::min(group, shape_.channels - first), step = product_step(group * tile_step_);
    float* own = scratch(Slot::tiles_in, winograd_products * step);
    const auto runs = tile_runs(tiles, 1, tile_set().lanes);
    for (Index c = 0; c < count; ++c)
        winograd_input(x + (first + c) * shape_.height * shape_.width, tiles, runs, own + c * tile_step_, step);
    for (Index product = 0; product < winograd_products; ++product)
        transpose({.from = own + product * step,
                   .from_pitch = tile_step_,
                   .rows = count,
                   .columns = tiles.tiles(),
                   .to = in + product * in_step_ + first,
                   .to_pitch = channels_,
                   .padded_rows = group});
}

void FilterSums::add_products(Index product, const Range& filters, Index tiles, const float* in, const float* errors,
                              bool first, float* sums) const {
    const TileSet& set = tile_set();
    const Index lanes = set.lanes, most = std::min<Index>(TileSet::most_groups, set.accumulators / 2);
    std::vector<std::int32_t> a_steps, b_steps;
    for (Index t = 0; t < tiles; ++t) {
        a_steps.push_back(static_cast<std::int32_t>(t));
        b_steps.push_back(static_cast<std::int32_t>(t * channels_));
    }
    TileJob job{.depth = tiles, .a_steps = a_steps.data()};
    job.b = in + product * in_step_, job.b_steps = b_steps.data();
    job.c_row = channels_, job.accumulate = !first;
    for (Index c = 0; c < channels_; c += 2 * lanes) {
        Run runs[2];
        const Index vectors = std::min<Index>(2, (channels_ - c) / lanes);
        for (Index v = 0; v < vectors; ++v) {
            const auto at = static_cast<std::int32_t>(c + v * lanes);
            runs[v] = {.b = at, .c = at, .lanes = static_cast<std::int32_t>(lanes)};
        }
        job.runs = runs;
        for (Index k = filters.first; k < filters.last; k += most) {
            const Index rows = std::min(most, filters.last - k);
            std::int32_t places[TileSet::most_groups];
            for (Index i = 0; i < rows; ++i) places[i] = static_cast<std::int32_t>((k + i) * tile_step_);
            job.a = errors + product * error_step_, job.a_groups = places;
            job.c = sums + product * sum_step_ + k * channels_;
            set.grouped(rows, 1, vectors)(job);
        }
    }
}

void FilterSums::compute(const float* x, const float* dy, float* dw) const {
    const Index filters = shape_.filters, map = shape_.height * shape_.width;
    const Index out_map = shape_.out_height * shape_.out_width;
    const Buffer in(static_cast<std::size_t>(winograd_products * in_step_)),
        errors(static_cast<std::size_t>(winograd_products * error_step_)),
        sums(static_cast<std::size_t>(winograd_products * sum_step_));
    const Index filter_parts = divide_up(filters, 64);
    for (Index n = 0; n < images_; n += chunk_images_)
        for (Index row = 0; row < tile_rows_; row += chunk_rows_) {
            const TileRows out{.images = std::min(chunk_images_, images_ - n),
                               .image_step = filters * out_map,
                               .height = shape_.out_height,
                               .width = shape_.out_width,
                               .first_row = winograd_size * row,
                               .left = 0,
                               .rows = std::min(chunk_rows_, tile_rows_ - row),
                               .columns = tile_columns_};
            TileRows under = out;
            under.image_step = shape_.channels * map, under.height = shape_.height, under.width = shape_.width;
            under.first_row = winograd_size * row - shape_.top, under.left = shape_.left;
            const Index tiles = out.tiles(), groups = channels_ / group, filters_of_group = divide_up(filters, groups);
            const auto runs = tile_runs(out, 0, tile_set().lanes);
            // A group of channels is as much work as many filters: each is followed by its share of them, so that
            // whoever takes a part of the loop gets both kinds.
            parallel(groups * (1 + filters_of_group), 100 * tiles, [&](Index i) {
                const Index g = i / (1 + filters_of_group), place = i % (1 + filters_of_group);
                const Index filter = g * filters_of_group + place - 1;
                if (place == 0)
                    transform_channels(under, x + n * under.image_step, g * group, in.data());
                else if (filter < filters)
                    winograd_errors(dy + n * out.image_step + filter * out_map, out, runs,
                                    errors.data() + filter * tile_step_, error_step_);
            });
            parallel(winograd_products * filter_parts, tiles * channels_ * filters / filter_parts, [&](Index i) {
                add_products(i / filter_parts, Range(filters, i % filter_parts, filter_parts), tiles, in.data(),
                             errors.data(), n == 0 && row == 0, sums.data());
            });
        }
    parallel(filters, 40 * channels_, [&](Index k) {
        winograd_filter_gradients(sums.data() + k * channels_, sum_step_, shape_.channels,
                                  dw + k * shape_.channels * 9);
    });
}

}  // namespace

void winograd_backward_filters(const Correlation& shape, Index images, const float* x, const float* dy, float* dw) {
    FilterSums(shape, images).compute(x, dy, dw);
}

}  // namespace cnn::kernels
