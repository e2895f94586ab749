#include "kernels/abreast_filters.hpp"

#include <algorithm>

#include "kernels/rows.hpp"

namespace cnn::kernels {
namespace {

constexpr Index most_groups = 4;  // more would cost more to add up; threads share the filters as well
constexpr Index cached_floats = (24 << 10) / 4;

}  // namespace

AbreastFilterGradient::AbreastFilterGradient(const Shape& x, const Shape& dy, const Window& window)
    : x_(x),
      window_(window),
      lanes_(tile_set().lanes),
      filters_(dy[1]),
      out_height_(dy[2]),
      out_width_(dy[3]),
      height_(x[2] + 2 * window.padding),
      width_(x[3] + 2 * window.padding) {
    const TileSet& set = tile_set();
    groups_ = std::min(blocks_abreast(x[0]), most_groups);
    panels_ = divide_up(filters_, set.paired_rows);
    rows_ = divide_up(filters_, panels_);
    vectors_ = divide_up(depth(), divide_up(depth(), set.paired_vectors));
    const Index rows = std::clamp<Index>(cached_floats / (rows_ * out_width_ * lanes_), 1, out_height_);
    band_rows_ = divide_up(out_height_, divide_up(out_height_, rows));
    for (Index i = 0; i < band_rows_; ++i)
        for (Index j = 0; j < out_width_; ++j) {
            x_steps_.push_back(static_cast<std::int32_t>((i * width_ + j) * window.stride * lanes_));
            dy_steps_.push_back(static_cast<std::int32_t>((i * out_width_ + j) * lanes_));
        }
    for (Index c = 0, tap = 0; c < x[1]; ++c)
        for (Index r = 0; r < window.size; ++r)
            for (Index s = 0; s < window.size; ++s, ++tap)
                taps_.push_back({.b = static_cast<std::int32_t>(((c * height_ + r) * width_ + s) * lanes_),
                                 .c = static_cast<std::int32_t>(tap * lanes_)});
}

void AbreastFilterGradient::load_x(const Tensor& x, Index block, float* to) const {
    const Index padding = window_.padding, first = block * lanes_;
    if (padding == 0) return load_abreast(x, block, to);
    std::fill_n(to, x_floats(), 0.0f);
    for (Index c = 0; c < x_[1]; ++c)
        for (Index i = 0; i < x_[2]; ++i)
            transpose({.from = x.data() + ((first * x_[1] + c) * x_[2] + i) * x_[3],
                       .from_pitch = x_[1] * x_[2] * x_[3],
                       .rows = std::min(lanes_, x_[0] - first),
                       .columns = x_[3],
                       .to = to + ((c * height_ + i + padding) * width_ + padding) * lanes_,
                       .to_pitch = lanes_,
                       .padded_rows = lanes_});
}

void AbreastFilterGradient::add_block(const float* x, const float* dy, Index panel, bool first, float* sums) const {
    const Range mine = filters(panel);
    const Index count = std::ssize(taps_), rows = mine.last - mine.first;
    std::int32_t places[TileSet::most_pairs];
    for (Index m = 0; m < rows; ++m) places[m] = static_cast<std::int32_t>(m * map());
    TileJob job{.a_groups = places, .a_steps = dy_steps_.data(), .b_steps = x_steps_.data()};
    job.c = sums + mine.first * row(), job.c_row = row();
    for (Index i = 0; i < out_height_; i += band_rows_) {
        job.depth = std::min(band_rows_, out_height_ - i) * out_width_;
        job.a = dy + i * out_width_ * lanes_;
        job.b = x + i * window_.stride * width_ * lanes_;
        job.accumulate = !first || i > 0;
        for (Index tap = 0; tap < count; tap += vectors_) {
            job.runs = &taps_[static_cast<std::size_t>(tap)];
            tile_set().paired(rows, std::min(vectors_, count - tap))(job);
        }
    }
    for (Index m = 0; m < rows; ++m)
        sum_rows(dy + m * map(), lanes_, out_height_ * out_width_, lanes_, !first,
                 job.c + m * row() + depth() * lanes_);
}

FilterGradients AbreastFilterGradient::finish(const Buffer& sums) const {
    FilterGradients result{Tensor::uninitialized({filters_, x_[1], window_.size, window_.size}),
                           Tensor::uninitialized({filters_})};
    parallel(filters_, groups_ * row(), [&](Index k) {
        float* sum = sums.data() + k * row();
        for (Index group = 1; group < groups_; ++group) add(sum + group * floats(), row(), sum);
        sum_lanes(sum, depth(), lanes_, result.dw.data() + k * depth());
        sum_lanes(sum + depth() * lanes_, 1, lanes_, result.db.data() + k);
    });
    return result;
}

}  // namespace cnn::kernels
