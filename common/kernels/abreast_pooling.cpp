// Pooling of images side by side, compiled once for every instruction set and chosen at run time.
#include "kernels/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/abreast_pooling.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/abreast_pooling.hpp"
#include "kernels/vectors-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace cnn::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void relu_pool_abreast_here(const float* x, Index height, Index width, float* y, float* switches) {
    const auto relu = [](V v) HWY_ATTR { return hn::IfThenZeroElse(hn::Lt(v, zero()), v); };
    for (Index i = 0; i + 1 < height; i += 2)
        for (Index j = 0; j + 1 < width; j += 2, y += lanes, switches += lanes) {
            const float *above = x + (i * width + j) * lanes, *below = above + width * lanes;
            V best = relu(load(above)), which = zero();  // only a larger one takes the place of the first
            const auto compare = [&](V v, float number) HWY_ATTR {
                const auto larger = hn::Gt(v, best);
                best = hn::IfThenElse(larger, v, best), which = hn::IfThenElse(larger, set(number), which);
            };
            const V b = relu(load(above + lanes)), c = relu(load(below)), e = relu(load(below + lanes));
            const V sum = hn::Add(hn::Add(b, c), e);  // none is negative: NaN only where one of them is
            compare(b, 1), compare(c, 2), compare(e, 3);
            best = hn::IfThenElse(hn::Eq(sum, sum), best, sum);
            store(best, y);
            store(hn::IfThenElse(hn::Gt(best, zero()), which, set(4)), switches);
        }
}

void unpool_abreast_here(const float* dy, const float* switches, Index height, Index width, float* dx) {
    for (Index i = 0; i + 1 < height; i += 2) {
        float *above = dx + i * width * lanes, *below = above + width * lanes;
        for (Index j = 0; j + 1 < width; j += 2, dy += lanes, switches += lanes) {
            const V error = load(dy), which = load(switches);
            store(hn::IfThenElseZero(hn::Eq(which, zero()), error), above + j * lanes);
            store(hn::IfThenElseZero(hn::Eq(which, set(1)), error), above + (j + 1) * lanes);
            store(hn::IfThenElseZero(hn::Eq(which, set(2)), error), below + j * lanes);
            store(hn::IfThenElseZero(hn::Eq(which, set(3)), error), below + (j + 1) * lanes);
        }
        if (width % 2) store(zero(), above + (width - 1) * lanes), store(zero(), below + (width - 1) * lanes);
    }
    if (height % 2)
        for (Index j = 0; j < width; ++j) store(zero(), dx + ((height - 1) * width + j) * lanes);
}

}  // namespace cnn::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace cnn::kernels {

HWY_EXPORT(relu_pool_abreast_here);
HWY_EXPORT(unpool_abreast_here);

void relu_pool_abreast(const float* x, Index height, Index width, float* y, float* switches) {
    HWY_DYNAMIC_DISPATCH(relu_pool_abreast_here)(x, height, width, y, switches);
}
void unpool_abreast(const float* dy, const float* switches, Index height, Index width, float* dx) {
    HWY_DYNAMIC_DISPATCH(unpool_abreast_here)(dy, switches, height, width, dx);
}

}  // namespace cnn::kernels
#endif
