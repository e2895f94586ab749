// Copying a row of an image under its zero padding; included once for every instruction set (no ordinary include
// guard).
#include <hwy/highway.h>

#include <algorithm>

#include "kernels/rows.hpp"

HWY_BEFORE_NAMESPACE();
namespace cnn::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::ScalableTag<float>;
constexpr D d;
constexpr Index lanes = static_cast<Index>(hn::MaxLanes(D()));

HWY_INLINE void zero(Index count, float* to) {
    for (Index i = 0; i < count; i += lanes) hn::StoreU(hn::Zero(d), d, to + i);
}

// One row of a part, and zeros up to the next whole vector. Rows are written in order, so that what a row writes too
// much is overwritten by the next.
HWY_INLINE void copy_row(const PaddedPart& part, Index i, float* to) {
    const Index row = part.first_row + i;
    if (row < 0 || row >= part.height) return zero(part.columns, to);
    const Index margin = std::clamp<Index>(part.left, 0, part.columns), cut = std::max<Index>(-part.left, 0);
    const Index count = std::min(part.width - cut, part.columns - margin);
    zero(margin, to);
    const float* from = part.plane + row * part.width + cut;
    to += margin;
    Index j = 0;
    for (; j + lanes <= count; j += lanes) hn::StoreU(hn::LoadU(d, from + j), d, to + j);
    if (j < count) {
        const auto rest = hn::FirstN(d, static_cast<std::size_t>(count - j));
        hn::StoreU(hn::IfThenElseZero(rest, hn::LoadU(d, from + j)), d, to + j);  // a tensor has slack behind it
        j += lanes;
    }
    j = std::max<Index>(j, 0);
    if (j < part.columns - margin) zero(part.columns - margin - j, to + j);
}

}  // namespace cnn::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
