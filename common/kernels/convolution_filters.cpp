// ∂E/∂w: the sum over images and pixels of dy(k, pixel) · x(c, pixel + tap).
//
// The tile's roles change: its vectors are filters, so dy is transposed to [pixel][filter]; its rows are taps, each a
// fixed distance from the pixel in x, and the neighbouring taps of a filter's row are one group of broadcast numbers.
//
// Images are dealt to groups whose number is set by the shapes alone; a group adds up its images in order, and the
// groups are added up in order. So the result does not depend on the number of threads.
#include <algorithm>
#include <limits>
#include <vector>

#include "kernels/abreast.hpp"
#include "kernels/check.hpp"
#include "kernels/convolution_abreast.hpp"
#include "kernels/parallel.hpp"
#include "kernels/rows.hpp"
#include "kernels/scratch.hpp"
#include "kernels/tile.hpp"
#include "kernels/winograd.hpp"

namespace cnn::kernels {
namespace {

constexpr Index tasks = 32;  // enough for 16 cores to share evenly
constexpr Index channels_at_once = 64;
constexpr Index pixels_at_once = 1024;  // so that dy, transposed, stays in the second-level cache

class FilterGradient {
public:
    FilterGradient(const Tensor& x, const Tensor& dy, const Window& window);
    FilterGradients compute() const;

private:
    void sum_images(Index group, const Range& channels, const Range& blocks, float* dw, float* db) const;
    const float* load_x(Index n, const Range& channels, Index first_row) const;
    float* load_dy(Index n, Index block, Index first_row, Index rows) const;
    void add_taps(const float* x, const Range& channels, const float* dy, Index pixels, bool first, float* dw) const;
    void finish(const Buffer& dw_sums, const Buffer& db_sums, FilterGradients& result) const;

    Index depth() const { return x_.size(1) * window_.size * window_.size; }  // numbers in a filter
    Index dw_floats() const { return blocks_ * depth() * width_; }            // a group's sums: [block][number][filter]
    Index db_floats() const { return blocks_ * width_; }
    Index rows_under(Index out_rows) const { return (out_rows - 1) * window_.stride + window_.size; }

    const Tensor &x_, &dy_;
    Window window_;
    Index filters_, out_height_, out_width_;
    // The tile: `groups` groups of `block` neighbouring taps × `vectors` vectors of filters.
    Index block_, vectors_, groups_;
    bool narrow_;           // vectors of eight, for few filters
    Index width_, blocks_;  // filters in `vectors` vectors, and the blocks of so many
    Index image_groups_, channel_parts_, filter_parts_;
    Index band_rows_, bands_;
    bool in_place_;        // x is read where it is,
    Index pitch_, plane_;  // or as a padded copy of a band: from one row, one channel to the next
    std::vector<Run> runs_;
    std::vector<std::int32_t> x_steps_, dy_steps_;  // for each pixel of a band
};

FilterGradient::FilterGradient(const Tensor& x, const Tensor& dy, const Window& window)
    : x_(x), dy_(dy), window_(window), filters_(dy.size(1)), out_height_(dy.size(2)), out_width_(dy.size(3)) {
    const TileSet& set = tile_set();
    const Index size = window.size;
    block_ = size == 3 || size == 5 || size == 7 || size == 11 ? size : 1;
    vectors_ = filters_ > set.lanes && 2 * block_ <= set.accumulators ? 2 : 1;
    groups_ = std::min<Index>(TileSet::most_groups, set.accumulators / (block_ * vectors_));
    narrow_ = set.lanes > 8 && filters_ <= 8;
    const Index lanes = narrow_ ? 8 : set.lanes;
    width_ = vectors_ * lanes;
    blocks_ = divide_up(filters_, width_);

    channel_parts_ = divide_up(x.size(1), channels_at_once);
    filter_parts_ = std::min(blocks_, divide_up(tasks, channel_parts_));
    image_groups_ = std::min(x.size(0), divide_up(tasks, channel_parts_ * filter_parts_));

    bands_ = divide_up(out_height_, std::clamp<Index>(pixels_at_once / out_width_, 1, out_height_));
    band_rows_ = divide_up(out_height_, bands_);
    bands_ = divide_up(out_height_, band_rows_);

    // The tile counts in 32 bits from the first channel of a part.
    in_place_ =
        window.padding == 0 && channels_at_once * x.size(2) * x.size(3) < std::numeric_limits<std::int32_t>::max();
    const Index needed = (out_width_ - 1) * window.stride + size;
    const Index right = std::max<Index>(needed - window.padding - x.size(3), 0);
    pitch_ = in_place_ ? x.size(3) : needed - std::min(window.padding, right);  // the margins of two rows are shared
    plane_ = in_place_ ? x.size(2) * x.size(3) : rows_under(band_rows_) * pitch_;

    for (Index v = 0; v < vectors_; ++v) {
        const auto at = static_cast<std::int32_t>(v * lanes);
        runs_.push_back({.b = at, .c = at, .lanes = static_cast<std::int32_t>(lanes)});
    }
    for (Index i = 0; i < band_rows_; ++i)
        for (Index j = 0; j < out_width_; ++j) {
            x_steps_.push_back(static_cast<std::int32_t>((i * pitch_ + j) * window.stride));
            dy_steps_.push_back(static_cast<std::int32_t>((i * out_width_ + j) * width_));
        }
}

// The rows of x under the band of dy that starts at `first_row`.
const float* FilterGradient::load_x(Index n, const Range& channels, Index first_row) const {
    const Index pixels = x_.size(2) * x_.size(3), top = first_row * window_.stride - window_.padding;
    const float* image = x_.data() + (n * x_.size(1) + channels.first) * pixels;
    if (in_place_) return image + top * x_.size(3);
    const Index floats = (channels.last - channels.first) * plane_;
    float* band = scratch(Slot::band, floats + window_.padding);
    for (Index c = 0; c < channels.last - channels.first; ++c)
        copy_padded({.plane = image + c * pixels,
                     .height = x_.size(2),
                     .width = x_.size(3),
                     .first_row = top,
                     .left = window_.padding,
                     .rows = rows_under(band_rows_),
                     .columns = pitch_},
                    band + c * plane_);
    std::fill_n(band + floats, window_.padding, 0.0f);  // the last row's right margin
    return band;
}

// dy of one block of filters as [pixel][filter], zero where there are no more filters.
float* FilterGradient::load_dy(Index n, Index block, Index first_row, Index rows) const {
    const Index map = out_height_ * out_width_, first = block * width_;
    float* errors = scratch(Slot::errors, rows * out_width_ * width_);
    transpose({.from = dy_.data() + (n * filters_ + first) * map + first_row * out_width_,
               .from_pitch = map,
               .rows = std::min(width_, filters_ - first),
               .columns = rows * out_width_,
               .to = errors,
               .to_pitch = width_,
               .padded_rows = width_});
    return errors;
}

// dw += what the pixels of a band add; the first band finds no sums there yet.
void FilterGradient::add_taps(const float* x, const Range& channels, const float* dy, Index pixels, bool first,
                              float* dw) const {
    TileJob job{.depth = pixels, .a = x, .a_steps = x_steps_.data(), .b = dy, .b_steps = dy_steps_.data()};
    job.runs = runs_.data();
    job.c_row = width_;
    job.accumulate = !first;
    const Index per_row = window_.size / block_, count = (channels.last - channels.first) * window_.size * per_row;
    for (Index group = 0; group < count; group += groups_) {
        std::int32_t places[TileSet::most_groups];
        const Index now = std::min(groups_, count - group);
        for (Index i = 0; i < now; ++i) {
            const Index row = (group + i) / per_row;  // of a filter, counted through the channels
            places[i] = static_cast<std::int32_t>(row / window_.size * plane_ + row % window_.size * pitch_ +
                                                  (group + i) % per_row * block_);
        }
        job.a_groups = places;
        job.c = dw + group * block_ * width_;
        const TileSet& set = tile_set();
        (narrow_ ? set.narrow(now, block_) : set.grouped(now, block_, vectors_))(job);
    }
}

void FilterGradient::sum_images(Index group, const Range& channels, const Range& blocks, float* dw, float* db) const {
    const Range images(x_.size(0), group, image_groups_);
    const Index taps = window_.size * window_.size;
    for (Index n = images.first; n < images.last; ++n)
        for (Index band = 0; band < bands_; ++band) {
            const bool first = n == images.first && band == 0;
            const Index first_row = band * band_rows_, rows = std::min(band_rows_, out_height_ - first_row);
            const float* x = load_x(n, channels, first_row);
            for (Index block = blocks.first; block < blocks.last; ++block) {
                const float* dy = load_dy(n, block, first_row, rows);
                add_taps(x, channels, dy, rows * out_width_, first,
                         dw + (block * depth() + channels.first * taps) * width_);
                if (channels.first == 0) sum_rows(dy, width_, rows * out_width_, width_, !first, db + block * width_);
            }
        }
}

// Adds the groups up in order and turns [number][filter] round.
void FilterGradient::finish(const Buffer& dw_sums, const Buffer& db_sums, FilterGradients& result) const {
    const Index parts = std::max<Index>(1, depth() / 64);
    parallel(blocks_ * parts, image_groups_ * depth() / parts * width_ / 4, [&](Index item) {
        const Index block = item / parts, filters = std::min(width_, filters_ - block * width_);
        const Range numbers(depth(), item % parts, parts);
        float* sum = dw_sums.data() + (block * depth() + numbers.first) * width_;
        const Index count = numbers.last - numbers.first;
        for (Index group = 1; group < image_groups_; ++group) add(sum + group * dw_floats(), count * width_, sum);
        transpose({.from = sum,
                   .from_pitch = width_,
                   .rows = count,
                   .columns = filters,
                   .to = result.dw.data() + block * width_ * depth() + numbers.first,
                   .to_pitch = depth(),
                   .padded_rows = count});
    });
    for (Index group = 1; group < image_groups_; ++group)
        add(db_sums.data() + group * db_floats(), filters_, db_sums.data());
    std::copy_n(db_sums.data(), filters_, result.db.data());
}

FilterGradients FilterGradient::compute() const {
    const Buffer dw(static_cast<std::size_t>(image_groups_ * dw_floats()));
    const Buffer db(static_cast<std::size_t>(image_groups_ * db_floats()));
    const Index parts = channel_parts_ * filter_parts_, images = x_.size(0);
    parallel(image_groups_ * parts, images * filters_ * depth() * out_height_ * out_width_ / (image_groups_ * parts),
             [&](Index item) {
                 const Index group = item / parts;
                 sum_images(group, Range(x_.size(1), item % parts / filter_parts_, channel_parts_),
                            Range(blocks_, item % filter_parts_, filter_parts_), dw.data() + group * dw_floats(),
                            db.data() + group * db_floats());
             });
    FilterGradients result{Tensor::uninitialized({filters_, x_.size(1), window_.size, window_.size}),
                           Tensor::uninitialized({filters_})};
    finish(dw, db, result);
    return result;
}

// Sums of a plane of numbers for each filter, over the images in order.
Tensor bias_gradient(const Tensor& dy) {
    constexpr Index width = 16;
    const Index filters = dy.size(1), map = dy.size(2) * dy.size(3), rows = map / width;
    Tensor db = Tensor::uninitialized({filters});
    parallel(filters, dy.size(0) * map / 4, [&](Index k) {
        float sums[width] = {}, rest = 0;
        for (Index n = 0; n < dy.size(0); ++n) {
            const float* plane = dy.data() + (n * filters + k) * map;
            sum_rows(plane, width, rows, width, true, sums);
            for (Index i = rows * width; i < map; ++i) rest += plane[i];
        }
        for (const float sum : sums) rest += sum;
        db[k] = rest;
    });
    return db;
}

FilterGradients winograd_backward(const Correlation& shape, const Tensor& x, const Tensor& dy) {
    FilterGradients gradients{Tensor::uninitialized({shape.filters, shape.channels, 3, 3}), bias_gradient(dy)};
    winograd_backward_filters(shape, x.size(0), x.data(), dy.data(), gradients.dw.data());
    return gradients;
}

}  // namespace

FilterGradients conv2d_backward_filters(const Tensor& x, const Tensor& dy, const Window& window) {
    const auto [height, width] = check_map("conv2d", x.shape(), window);
    check_rank("conv2d: dy", dy.shape(), 4, "[N, K, OH, OW]");
    check_shape("conv2d: dy", dy.shape(), {x.size(0), dy.size(1), height, width});
    if (x.empty() || dy.empty())
        return {Tensor({dy.size(1), x.size(1), window.size, window.size}), Tensor({dy.size(1)})};
    const Correlation shape = correlation(x.shape(), dy.size(1), window);
    if (prefers_winograd_for_filters(shape, x.size(0))) return winograd_backward(shape, x, dy);
    if (prefers_abreast(x.shape(), dy.shape(), window)) return abreast_backward_filters(x, dy, window);
    return FilterGradient(x, dy, window).compute();
}

}  // namespace cnn::kernels
