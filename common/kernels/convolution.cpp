#include "kernels/convolution.hpp"

#include <vector>

#include "kernels/check.hpp"
#include "kernels/correlation.hpp"
#include "kernels/filters.hpp"
#include "kernels/parallel.hpp"
#include "kernels/scratch.hpp"

namespace cnn::kernels {
namespace {

void check_filters(const Shape& x, const Shape& w, const Window& window) {
    check_rank("conv2d: w", w, 4, "[K, C, R, S]");
    require(w[2] == window.size && w[3] == window.size, "conv2d: w {} is not made of {}×{} filters", w, window.size,
            window.size);
    require(x[1] == w[1], "conv2d: x {} has {} channels, w {} expects {}", x, x[1], w, w[1]);
}

// Correlates every image of x. Where images and bands are too few for the machine's threads, panels are shared out too;
// an element of y is one chain of multiply-adds whoever computes it.
void correlate(const Correlator& correlator, const Buffer& packed, const float* bias, const Tensor& x, Tensor& y) {
    const Correlation& shape = correlator.shape();
    const Index images = x.size(0), bands = correlator.bands(), panels = correlator.panels().count;
    const Index map = shape.out_height * shape.out_width;
    const Index parts = std::clamp<Index>(2 * threads() / std::max<Index>(images * bands, 1), 1, panels);
    parallel(images * bands * parts, shape.depth() * shape.filters * map / (bands * parts), [&](Index item) {
        const Index n = item / (bands * parts), band = item / parts % bands, part = item % parts;
        correlator.run(x.data() + n * shape.channels * shape.height * shape.width, packed.data(), bias, band,
                       panels * part / parts, panels * (part + 1) / parts, y.data() + n * shape.filters * map, map);
    });
}

Correlation forward_shape(const Shape& x, const Shape& w, const Window& window) {
    return {.channels = x[1],
            .height = x[2],
            .width = x[3],
            .filters = w[0],
            .rows = window.size,
            .columns = window.size,
            .stride = window.stride,
            .top = window.padding,
            .left = window.padding,
            .out_height = output_size(x[2], window),
            .out_width = output_size(x[3], window)};
}

// Along one axis: the pixels of x in phase `phase` (those at stride·t + phase) see only every stride-th tap of the
// filter. With q = phase + padding: dx(stride·t + phase) = Σ_j w(q mod stride + stride·j) · dy(t + ⌊q / stride⌋ - j),
// which is a correlation with those taps in reverse order.
struct AxisPhase {
    AxisPhase(Index phase, Index size, const Window& window)
        : first_tap((phase + window.padding) % window.stride),
          taps(std::max<Index>(0, (window.size - first_tap + window.stride - 1) / window.stride)),
          margin(taps - 1 - (phase + window.padding) / window.stride),
          pixels((size - phase + window.stride - 1) / window.stride) {}
    Index first_tap, taps, margin, pixels;
};

struct Phase {
    AxisPhase down, across;
    std::optional<Correlator> correlator;  // none where no tap reaches: the gradient is zero
    Buffer packed;
};

Phase make_phase(Index i, Index j, const Tensor& dy, const Tensor& w, const Shape& x, const Window& window) {
    Phase phase{AxisPhase(i, x[2], window), AxisPhase(j, x[3], window), {}, {}};
    const auto& [down, across, correlator, packed] = phase;
    if (down.taps * across.taps == 0 || down.pixels <= 0 || across.pixels <= 0) return phase;
    phase.correlator.emplace(Correlation{.channels = dy.size(1),
                                         .height = dy.size(2),
                                         .width = dy.size(3),
                                         .filters = x[1],
                                         .rows = down.taps,
                                         .columns = across.taps,
                                         .top = down.margin,
                                         .left = across.margin,
                                         .out_height = down.pixels,
                                         .out_width = across.pixels});
    phase.packed = pack_reversed(w, phase.correlator->panels(),
                                 {down.first_tap, down.taps, across.first_tap, across.taps, window.stride});
    return phase;
}

// dx(i + stride·t, j + stride·u) = from(t, u)
void spread(const float* from, Index rows, Index columns, Index stride, Index width, float* to) {
    for (Index t = 0; t < rows; ++t)
        for (Index u = 0; u < columns; ++u) to[t * stride * width + u * stride] = from[t * columns + u];
}

void backward_input_of_image(const std::vector<Phase>& phases, const float* dy, const Shape& x, Index stride,
                             float* dx) {
    const Index pixels = x[2] * x[3];
    for (std::size_t number = 0; number < phases.size(); ++number) {
        const Phase& phase = phases[number];
        if (!phase.correlator) continue;
        const Index map = phase.down.pixels * phase.across.pixels;
        float* planes = scratch(Slot::phase, x[1] * map);
        for (Index band = 0; band < phase.correlator->bands(); ++band)
            phase.correlator->run(dy, phase.packed.data(), nullptr, band, 0, phase.correlator->panels().count, planes,
                                  map);
        const Index i = static_cast<Index>(number) / stride, j = static_cast<Index>(number) % stride;
        for (Index c = 0; c < x[1]; ++c)
            spread(planes + c * map, phase.down.pixels, phase.across.pixels, stride, x[3],
                   dx + c * pixels + i * x[3] + j);
    }
}

Tensor backward_input_strided(const Tensor& dy, const Tensor& w, const Shape& x, const Window& window) {
    std::vector<Phase> phases;
    for (Index i = 0; i < window.stride; ++i)
        for (Index j = 0; j < window.stride; ++j) phases.push_back(make_phase(i, j, dy, w, x, window));
    Tensor dx(x);  // zeros where no window looks
    parallel(x[0], w.count() * dy.size(2) * dy.size(3), [&](Index n) {
        backward_input_of_image(phases, dy.data() + n * dy.size(1) * dy.size(2) * dy.size(3), x, window.stride,
                                dx.data() + n * x[1] * x[2] * x[3]);
    });
    return dx;
}

}  // namespace

Index output_size(Index input, const Window& window) {
    const Index room = input + 2 * window.padding - window.size;
    return input <= 0 || room < 0 ? 0 : room / window.stride + 1;
}

Tensor conv2d_forward(const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
    const auto [height, width] = check_map("conv2d", x.shape(), window);
    check_filters(x.shape(), w.shape(), window);
    if (!b.empty()) check_shape("conv2d: b", b.shape(), {w.size(0)});
    Tensor y = Tensor::uninitialized({x.size(0), w.size(0), height, width});
    if (y.empty()) return y;
    const Correlator correlator(forward_shape(x.shape(), w.shape(), window));
    correlate(correlator, pack(w, correlator.panels()), b.empty() ? nullptr : b.data(), x, y);
    return y;
}

Tensor conv2d_backward_input(const Tensor& dy, const Tensor& w, const Shape& x_shape, const Window& window) {
    const auto [height, width] = check_map("conv2d", x_shape, window);
    check_filters(x_shape, w.shape(), window);
    check_shape("conv2d: dy", dy.shape(), {x_shape[0], w.size(0), height, width});
    if (dy.empty()) return Tensor(x_shape);
    if (window.stride > 1) return backward_input_strided(dy, w, x_shape, window);
    const Phase whole = make_phase(0, 0, dy, w, x_shape, window);
    Tensor dx = Tensor::uninitialized(x_shape);
    if (!dx.empty()) correlate(*whole.correlator, whole.packed, nullptr, dy, dx);
    return dx;
}

}  // namespace cnn::kernels
