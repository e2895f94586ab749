// Softmax with vectors, compiled once for every instruction set and chosen at run time.
#include "kernels/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/softmax.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// After highway.h: it is compiled for each target too.
#include <hwy/contrib/math/math-inl.h>

#include <limits>

#include "kernels/softmax.hpp"
#include "kernels/vectors-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace cnn::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

HWY_INLINE V exponential(V x) { return keep_nan(x, hn::Exp(d, x)); }

SoftmaxSum softmax_row_here(float* row, Index classes, float share) {
    const Index whole = classes / lanes * lanes;  // what is left over is one more vector, in part
    const auto wanted = hn::FirstN(d, static_cast<std::size_t>(classes - whole));
    V most = set(-std::numeric_limits<float>::infinity());
    for (Index m = 0; m < whole; m += lanes) most = hn::Max(most, load(row + m));
    if (whole < classes) most = hn::Max(most, hn::IfThenElse(wanted, load(row + whole), most));
    const V largest = hn::MaxOfLanes(d, most);

    V sums = zero();
    for (Index m = 0; m < whole; m += lanes) {
        const V e = exponential(hn::Sub(load(row + m), largest));
        store(e, row + m), sums = hn::Add(sums, e);
    }
    V rest = zero();
    if (whole < classes) {
        rest = hn::IfThenElseZero(wanted, exponential(hn::Sub(load(row + whole), largest)));
        sums = hn::Add(sums, rest);
    }
    const float sum = hn::GetLane(hn::SumOfLanes(d, sums));

    const V scale = set(share / sum);
    for (Index m = 0; m < whole; m += lanes) store(hn::Mul(load(row + m), scale), row + m);
    if (whole < classes) store_part(hn::Mul(rest, scale), classes - whole, row + whole);
    return {hn::GetLane(largest), sum};
}

}  // namespace cnn::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace cnn::kernels {

HWY_EXPORT(softmax_row_here);

SoftmaxSum softmax_row(float* row, Index classes, float share) {
    return HWY_DYNAMIC_DISPATCH(softmax_row_here)(row, classes, share);
}

}  // namespace cnn::kernels
#endif
