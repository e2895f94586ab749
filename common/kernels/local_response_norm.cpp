#include "kernels/local_response_norm.hpp"

#include "kernels/check.hpp"
#include "kernels/neighbors.hpp"
#include "kernels/parallel.hpp"

namespace cnn::kernels {
namespace {

void check_input(const Shape& x, const Neighborhood& neighborhood) {
    check_rank("local_response_norm: x", x, 4, "[N, C, H, W]");
    require(neighborhood.size >= 1, "local_response_norm: a neighborhood of {} channels is empty", neighborhood.size);
}

// f(first number, strip) for strips of at most `longest` pixels that together are all pixels of all images.
template <class F>
void for_strips(const Shape& x, Index longest, const F& f) {
    const Index pixels = x[2] * x[3], strips = divide_up(pixels, longest);
    parallel(x[0] * strips, 16 * x[1] * std::min(pixels, longest), [&](Index item) {
        const Index first = item % strips * longest;
        f(item / strips * x[1] * pixels + first, Strip{std::min(longest, pixels - first), x[1], pixels});
    });
}

}  // namespace

LocallyNormalized local_response_norm_forward(const Tensor& x, const Neighborhood& neighborhood) {
    check_input(x.shape(), neighborhood);
    LocallyNormalized result{Tensor::uninitialized(x.shape()), Tensor::uninitialized(x.shape())};
    for_strips(x.shape(), longest_strip, [&](Index first, const Strip& strip) {
        normalize_strip(x.data() + first, strip, neighborhood, result.scale.data() + first, result.y.data() + first);
    });
    return result;
}

Tensor local_response_norm_backward(Tensor dy, const Tensor& x, const Tensor& scale, const Neighborhood& neighborhood) {
    check_input(x.shape(), neighborhood);
    check_shape("local_response_norm: dy", dy.shape(), x.shape());
    check_shape("local_response_norm: scale", scale.shape(), x.shape());
    for_strips(x.shape(), longest_strip_back, [&](Index first, const Strip& strip) {
        normalize_strip_backward(x.data() + first, scale.data() + first, strip, neighborhood, dy.data() + first);
    });
    return dy;
}

}  // namespace cnn::kernels
