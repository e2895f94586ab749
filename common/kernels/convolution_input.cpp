// ∂E/∂x: again a correlation, of dy with the filters' taps in reverse order, or one for each phase of the stride.
#include <algorithm>
#include <limits>
#include <vector>

#include "kernels/abreast.hpp"
#include "kernels/check.hpp"
#include "kernels/convolution_abreast.hpp"
#include "kernels/correlate.hpp"
#include "kernels/filters.hpp"
#include "kernels/parallel.hpp"
#include "kernels/rows.hpp"
#include "kernels/scratch.hpp"
#include "kernels/winograd.hpp"

namespace cnn::kernels {
namespace {

// Along one axis: the pixels of x in phase `phase` (those at stride·t + phase) see only every stride-th tap of the
// filter. With q = phase + padding: dx(stride·t + phase) = Σ_j w(q mod stride + stride·j) · dy(t + ⌊q / stride⌋ - j),
// which is a correlation with those taps in reverse order.
struct AxisPhase {
    AxisPhase(Index phase, const Window& window)
        : first_tap((phase + window.padding) % window.stride),
          taps(std::max<Index>(0, divide_up(window.size - first_tap, window.stride))),
          margin(taps - 1 - (phase + window.padding) / window.stride) {}
    Index first_tap, taps, margin;
};

// All phases along one axis read from the same band, whose margin is the widest that any of them needs.
struct Axis {
    Axis(Index size, const Window& window) : pixels(divide_up(size, window.stride)) {
        for (Index phase = 0; phase < window.stride; ++phase) phases.emplace_back(phase, window);
        for (const AxisPhase& phase : phases)
            if (phase.taps) margin = std::max(margin, phase.margin);
        for (const AxisPhase& phase : phases)
            if (phase.taps) taps = std::max(taps, offset(phase) + phase.taps);
    }
    Index offset(const AxisPhase& phase) const { return margin - phase.margin; }

    std::vector<AxisPhase> phases;
    Index pixels, margin = std::numeric_limits<Index>::min() / 2, taps = 0;
};

class StridedGradient {
public:
    StridedGradient(const Tensor& dy, const Tensor& w, const Shape& x, const Window& window);
    // The rows of dx that band `number` of image n gives.
    void run(Index n, Index number, Tensor& dx) const;
    Index bands() const { return bands_; }

private:
    struct Plan {
        Band band;
        std::vector<std::vector<std::int32_t>> steps;  // of each phase
        std::vector<Run> runs;
    };
    Plan plan(Index rows) const;
    void correlate_phase(std::size_t number, const Plan& plan, const float* band, float* planes) const;

    const Tensor& dy_;
    Shape x_;
    Index stride_;
    Axis down_, across_;
    Correlation shape_;
    Index band_rows_, bands_;
    std::vector<Plan> plans_;  // for whole bands, and for the last one
    TileChoice choice_;
    std::vector<Buffer> packed_;  // for each phase
};

StridedGradient::StridedGradient(const Tensor& dy, const Tensor& w, const Shape& x, const Window& window)
    : dy_(dy),
      x_(x),
      stride_(window.stride),
      down_(x[2], window),
      across_(x[3], window),
      shape_{.channels = dy.size(1),
             .height = dy.size(2),
             .width = dy.size(3),
             .filters = x[1],
             .rows = down_.taps,
             .columns = across_.taps,
             .top = down_.margin,
             .left = across_.margin,
             .out_height = down_.pixels,
             .out_width = across_.pixels},
      band_rows_(rows_of_a_band(shape_)),
      bands_(divide_up(shape_.out_height, band_rows_)) {
    plans_.push_back(plan(band_rows_));
    plans_.push_back(plan(shape_.out_height - (bands_ - 1) * band_rows_));
    choice_ = choose_tile(shape_.filters, static_cast<Index>(plans_[0].runs.size()));
    for (const AxisPhase& i : down_.phases)
        for (const AxisPhase& j : across_.phases)
            packed_.push_back(
                pack_reversed(w, choice_.panels, {i.first_tap, i.taps, j.first_tap, j.taps, window.stride}));
}

StridedGradient::Plan StridedGradient::plan(Index rows) const {
    Plan plan{Band(shape_, rows), {}, {}};
    plan.runs = plan.band.runs(tile_set().lanes);
    for (const AxisPhase& i : down_.phases)
        for (const AxisPhase& j : across_.phases)
            plan.steps.push_back(plan.band.steps({down_.offset(i), i.taps, across_.offset(j), j.taps}));
    return plan;
}

void StridedGradient::correlate_phase(std::size_t number, const Plan& plan, const float* band, float* planes) const {
    const Index plane = plan.band.out_rows() * shape_.out_width;
    const auto& steps = plan.steps[number];
    if (steps.empty()) {  // no tap reaches these pixels
        std::fill_n(planes, shape_.filters * plane, 0.0f);
        return;
    }
    TileJob job{.depth = static_cast<Index>(steps.size()), .b = band, .b_steps = steps.data()};
    job.c_row = plane;
    for (Index panel = 0; panel < choice_.panels.count; ++panel) {
        const Index row = choice_.panels.first(panel);
        job.a = packed_[number].data() + row * job.depth;
        job.a_step = choice_.panels.size(panel);
        job.c = planes + row * plane;
        run_panel(job, job.a_step, choice_.vectors, plan.runs);
    }
}

void StridedGradient::run(Index n, Index number, Tensor& dx) const {
    const Plan& plan = plans_[number == bands_ - 1];
    const Index first = number * band_rows_, rows = plan.band.out_rows(), plane = rows * shape_.out_width;
    const float* band = plan.band.load(dy_.data() + n * shape_.channels * shape_.height * shape_.width, first);
    const Index phase_step = shape_.filters * plane;
    float* planes = scratch(Slot::phase, stride_ * phase_step);
    for (Index i = 0; i < stride_; ++i) {  // rows stride·t + i of dx
        const Index there = std::min(rows, divide_up(x_[2] - i, stride_) - first);
        if (down_.phases[static_cast<std::size_t>(i)].taps == 0) {
            for (Index c = 0; c < shape_.filters; ++c)
                for (Index t = 0; t < there; ++t)
                    std::fill_n(dx.data() + ((n * x_[1] + c) * x_[2] + stride_ * (first + t) + i) * x_[3], x_[3], 0.0f);
            continue;
        }
        for (Index j = 0; j < stride_; ++j)
            correlate_phase(static_cast<std::size_t>(i * stride_ + j), plan, band, planes + j * phase_step);
        for (Index c = 0; c < shape_.filters; ++c)
            interleave({.from = planes + c * plane,
                        .phase_step = phase_step,
                        .from_pitch = shape_.out_width,
                        .stride = stride_,
                        .rows = there,
                        .columns = x_[3],
                        .to = dx.data() + ((n * x_[1] + c) * x_[2] + stride_ * first + i) * x_[3],
                        .to_pitch = stride_ * x_[3]});
    }
}

// With stride 1: one correlation.
Correlation reversed(const Tensor& dy, const Window& window, const Tensor& dx) {
    const AxisPhase all(0, window);
    return {.channels = dy.size(1),
            .height = dy.size(2),
            .width = dy.size(3),
            .filters = dx.size(1),
            .rows = all.taps,
            .columns = all.taps,
            .top = all.margin,
            .left = all.margin,
            .out_height = dx.size(2),
            .out_width = dx.size(3)};
}

}  // namespace

Tensor conv2d_backward_input(const Tensor& dy, const Tensor& w, const Shape& x_shape, const Window& window) {
    const auto [height, width] = check_map("conv2d", x_shape, window);
    check_filters(x_shape, w.shape(), window);
    check_shape("conv2d: dy", dy.shape(), {x_shape[0], w.size(0), height, width});
    if (dy.empty()) return Tensor(x_shape);
    Tensor dx = Tensor::uninitialized(x_shape);
    if (dx.empty()) return dx;
    const bool winograd = window.stride == 1 && prefers_winograd(reversed(dy, window, dx), x_shape[0]);
    if (!winograd && prefers_abreast(x_shape, dy.shape(), window)) {
        abreast_backward_input(dy, w, window, dx);
        return dx;
    }
    if (window.stride == 1) {
        const auto packed = [&](const Panels& panels) {
            return pack_reversed(w, panels, {0, window.size, 0, window.size, 1});
        };
        correlate(reversed(dy, window, dx), dy, packed, nullptr, dx);
        return dx;
    }
    const StridedGradient gradient(dy, w, x_shape, window);
    parallel(x_shape[0] * gradient.bands(), w.count() * height * width / gradient.bands(),
             [&](Index item) { gradient.run(item / gradient.bands(), item % gradient.bands(), dx); });
    return dx;
}

}  // namespace cnn::kernels
