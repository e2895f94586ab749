// Softmax with vectors, compiled once for every instruction set and chosen at run time.
#include "kernels/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/softmax.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <limits>

#include "kernels/softmax.hpp"
#include "kernels/vectors-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace cnn::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// e^x for x ≤ 0, which is all that softmax needs and half the work of an exponential for any x. x = q·ln 2 + r with a
// whole q and |r| ≤ ln 2 / 2; e^r is a polynomial (Highway's coefficients, whose Exp it equals bit for bit), and q is
// added to the exponent of that number. Zero below -87, where e^x is no longer a normal number; NaN stays NaN.
HWY_INLINE V exponential(V x) {
    const V q = hn::Ceil(hn::MulAdd(x, set(1.442695041f), set(-0.5f)));
    const V r = hn::MulAdd(q, set(-1.428606765e-6f), hn::MulAdd(q, set(-0.6931457520f), x));  // ln 2 in two parts
    const V r2 = hn::Mul(r, r), r4 = hn::Mul(r2, r2);
    const V low = hn::MulAdd(hn::MulAdd(set(0.008333360776f), r, set(0.04166648537f)), r2,
                             hn::MulAdd(set(0.1666666716f), r, set(0.5f)));
    const V high = hn::MulAdd(set(1.985276176e-4f), r, set(0.001393043553f));
    const V power = hn::Add(hn::MulAdd(hn::MulAdd(high, r4, low), r2, r), set(1.0f));
    // 1.5 · 2^23 + q: a float whose lowest bits are those of q.
    constexpr hn::RebindToUnsigned<D> bits;
    const auto whole = hn::BitCast(bits, hn::Add(q, set(12582912.0f)));
    const V scaled = hn::BitCast(d, hn::Add(hn::BitCast(bits, power), hn::ShiftLeft<23>(whole)));
    return hn::IfThenZeroElse(hn::Lt(x, set(-87.0f)), scaled);
}

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
    const float sum = sum_of(d, sums);

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
