#include "kernels/filters.hpp"

#include "kernels/parallel.hpp"
#include "kernels/rows.hpp"

namespace cnn::kernels {

Buffer pack(const Tensor& w, const Panels& panels) {
    const Index depth = w.count() / panels.rows;
    Buffer packed(static_cast<std::size_t>(w.count()));
    parallel(panels.count, depth * panels.rows / panels.count, [&](Index panel) {
        const Index first = panels.first(panel), size = panels.size(panel);
        transpose({.from = w.data() + first * depth,
                   .from_pitch = depth,
                   .rows = size,
                   .columns = depth,
                   .to = packed.data() + first * depth,
                   .to_pitch = size,
                   .padded_rows = size});
    });
    return packed;
}

Buffer pack_reversed(const Tensor& w, const Panels& panels, const Taps& taps) {
    const Index filters = w.size(0), channels = w.size(1), height = w.size(2), width = w.size(3);
    const Index depth = filters * taps.rows * taps.columns;
    Buffer packed(static_cast<std::size_t>(channels * depth));
    parallel(panels.count, 2 * depth * channels / panels.count, [&](Index panel) {
        const Index first = panels.first(panel), size = panels.size(panel);
        float* to = packed.data() + first * depth;
        for (Index k = 0; k < filters; ++k)
            for (Index r = taps.rows - 1; r >= 0; --r)
                for (Index s = taps.columns - 1; s >= 0; --s) {
                    const float* from = w.data() + (k * channels + first) * height * width +
                                        (taps.first_row + r * taps.stride) * width + taps.first_column +
                                        s * taps.stride;
                    for (Index c = 0; c < size; ++c) *to++ = from[c * height * width];
                }
    });
    return packed;
}

}  // namespace cnn::kernels
