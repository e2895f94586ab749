#include "kernels/feed.hpp"

#include <algorithm>

#include "kernels/rows.hpp"
#include "kernels/scratch.hpp"
#include "kernels/sizes.hpp"

namespace cnn::kernels {
namespace {

constexpr Index slack = static_cast<Index>(Buffer::slack);

// The margin on the right of a row is the one on the left of the next: zeros are kept once.
Index pitch_of(const Correlation& shape) {
    const Index needed = shape.out_width + (shape.columns - 1) / shape.stride;
    if (shape.stride > 1) return needed;
    const Index right = needed - shape.left - shape.width;
    const Index shared = std::min(std::max<Index>(shape.left, 0), std::max<Index>(right, 0));
    return std::max(needed - shared, shape.out_width);
}

// A large image is copied all the same: its planes lie so far apart that every step of the reduction would be in
// another page of memory.
bool needs_no_copy(const Correlation& shape) {
    return shape.channels * shape.height * shape.width <= half_second_cache && shape.stride == 1 && shape.top == 0 &&
           shape.left == 0 && shape.out_width + shape.columns - 1 <= shape.width &&
           shape.out_height + shape.rows - 1 <= shape.height;
}

}  // namespace

Band::Band(const Correlation& shape, Index out_rows)
    : shape_(shape),
      out_rows_(out_rows),
      in_place_(needs_no_copy(shape)),
      phases_(std::min(shape.stride, std::max(shape.rows, shape.columns))),
      pitch_(in_place_ ? shape.width : pitch_of(shape)),
      // Phases are written beside one another: none may write into the next.
      phase_size_((out_rows + (shape.rows - 1) / shape.stride) * pitch_ + (shape.stride > 1 ? slack : 0)),
      plane_(in_place_ ? shape.height * shape.width : phases_ * phases_ * phase_size_) {}

std::vector<std::int32_t> Band::steps(const Taps& taps) const {
    std::vector<std::int32_t> steps;
    steps.reserve(static_cast<std::size_t>(shape_.channels * taps.rows * taps.columns));
    const Index stride = shape_.stride;
    for (Index c = 0; c < shape_.channels; ++c)
        for (Index r = taps.first_row; r < taps.first_row + taps.rows; ++r)
            for (Index s = taps.first_column; s < taps.first_column + taps.columns; ++s)
                steps.push_back(static_cast<std::int32_t>(
                    c * plane_ + (r % stride * phases_ + s % stride) * phase_size_ + r / stride * pitch_ + s / stride));
    return steps;
}

std::vector<Run> Band::runs(int lanes) const {
    auto by_row = runs_by_row(lanes), running_on = runs_running_on(lanes);
    return by_row.size() <= running_on.size() ? by_row : running_on;
}

std::vector<Run> Band::runs_by_row(int lanes) const {
    std::vector<Run> runs;
    for (Index i = 0; i < out_rows_; ++i)
        for (Index j = 0; j < shape_.out_width; j += lanes) {
            const Index count = std::min<Index>(lanes, shape_.out_width - j);
            runs.push_back({.b = static_cast<std::int32_t>(i * pitch_ + j),
                            .c = static_cast<std::int32_t>(i * shape_.out_width + j),
                            .lanes = static_cast<std::int32_t>(count),
                            .mask = (1u << count) - 1});
        }
    return runs;
}

std::vector<Run> Band::runs_running_on(int lanes) const {
    std::vector<Run> runs;
    const Index total = (out_rows_ - 1) * pitch_ + shape_.out_width;
    Index row = 0, column = 0;
    for (Index at = 0; at < total; at += lanes) {
        Run run{.b = static_cast<std::int32_t>(at)};
        for (int lane = 0; lane < lanes && at + lane < total; ++lane) {
            if (column < shape_.out_width) {
                if (run.lanes == 0) run.c = static_cast<std::int32_t>(row * shape_.out_width + column);
                run.mask |= 1u << lane;
                ++run.lanes;
            }
            if (++column == pitch_) column = 0, ++row;
        }
        if (run.lanes) runs.push_back(run);
    }
    return runs;
}

const float* Band::load(const float* image, Index first) const {
    if (in_place_) return image + first * shape_.width;
    const Index end = slack + shape_.columns;  // the last row's right margin, and what vectors read beyond it
    float* band = scratch(Slot::band, floats() + end);
    for (Index c = 0; c < shape_.channels; ++c) {
        PaddedPart part{.plane = image + c * shape_.height * shape_.width,
                        .height = shape_.height,
                        .width = shape_.width,
                        .first_row = first * shape_.stride - shape_.top,
                        .left = shape_.left,
                        .rows = out_rows_ + shape_.rows - 1,
                        .columns = pitch_};
        const bool as_it_is = shape_.stride == 1 && shape_.rows == 1 && shape_.top == 0 && shape_.left == 0 &&
                              pitch_ == shape_.width && first + out_rows_ <= shape_.height;
        if (as_it_is) {
            const Index count = out_rows_ * pitch_;  // in one go
            std::copy_n(part.plane + first * pitch_, count, band + c * plane_);
        } else if (shape_.stride == 1) {
            copy_padded(part, band + c * plane_);
        } else {
            part.rows = (out_rows_ - 1) * shape_.stride + shape_.rows;
            part.columns = pitch_ * shape_.stride;
            copy_phases(part, {shape_.stride, phases_, phase_size_, pitch_}, band + c * plane_);
        }
    }
    std::fill_n(band + floats(), end, 0.0f);
    return band;
}

}  // namespace cnn::kernels
