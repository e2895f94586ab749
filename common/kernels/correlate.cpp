#include "kernels/correlate.hpp"

#include <algorithm>

#include "kernels/parallel.hpp"
#include "kernels/winograd.hpp"

namespace cnn::kernels {
namespace {

// Where images and bands are too few for the machine's threads, panels are shared out too; an element of y is one chain
// of multiply-adds whoever computes it.
void correlate_directly(const Correlator& correlator, const Tensor& x, const Buffer& packed, const float* bias,
                        Tensor& y) {
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

}  // namespace

void correlate(const Correlation& shape, const Tensor& x, const std::function<Buffer(const Panels&)>& pack,
               const float* bias, Tensor& y) {
    if (prefers_winograd(shape, x.size(0))) {
        const WinogradCorrelator correlator(shape, x.size(0));
        correlator.run(x.data(), pack(correlator.panels()), bias, y.data());
    } else {
        const Correlator correlator(shape);
        correlate_directly(correlator, x, pack(correlator.panels()), bias, y);
    }
}

}  // namespace cnn::kernels
