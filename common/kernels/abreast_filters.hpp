// ∂E/∂w and ∂E/∂b of images side by side: both factors of a product are vectors, one pixel of all images of a block,
// and the lanes are added up at the very end.
//
// Blocks of images are dealt to groups whose number the shapes alone decide; a group adds up its blocks in order, and
// the groups are added in order: the result does not depend on the number of threads.
#pragma once
#include "kernels/abreast.hpp"
#include "kernels/convolution.hpp"
#include "kernels/parallel.hpp"

namespace cnn::kernels {

class AbreastFilterGradient {
public:
    // Of x [N, C, H, W] and dy [N, K, OH, OW].
    AbreastFilterGradient(const Shape& x, const Shape& dy, const Window& window);

    Index groups() const { return groups_; }
    Range blocks(Index group) const { return Range(blocks_abreast(x_[0]), group, groups_); }
    // Filters are taken a few at a time, a panel.
    Index panels() const { return panels_; }
    Range filters(Index panel) const { return Range(filters_, panel, panels_); }

    Index x_floats() const { return x_[1] * height_ * width_ * lanes_; }
    Index dy_floats() const { return rows_ * map(); }
    Index floats() const { return filters_ * row(); }  // of a group's sums
    // A block of x as add_block wants it: under its padding.
    void load_x(const Tensor& x, Index block, float* to) const;
    // Adds what a block gives to the sums of a group; the `first` block finds none there yet. dy: the panel's filters.
    void add_block(const float* x, const float* dy, Index panel, bool first, float* sums) const;
    // `sums`: of all groups, one behind the other.
    FilterGradients finish(const Buffer& sums) const;

private:
    Index depth() const { return x_[1] * window_.size * window_.size; }  // numbers in a filter,
    Index row() const { return (depth() + 1) * lanes_; }                 // whose bias is one more
    Index map() const { return out_height_ * out_width_ * lanes_; }

    Shape x_;
    Window window_;
    Index lanes_, filters_, out_height_, out_width_;
    Index height_, width_;  // of x under its padding
    Index groups_, panels_;
    Index rows_, vectors_;                          // of the tile: filters × taps
    Index band_rows_;                               // rows of dy that stay in the first-level cache with x below them
    std::vector<std::int32_t> x_steps_, dy_steps_;  // for each pixel of a band
    std::vector<Run> taps_;
};

}  // namespace cnn::kernels
