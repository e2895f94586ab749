#include "kernels/grouped_convolution.hpp"

#include <algorithm>

#include "kernels/channel_blocks.hpp"

namespace cnn::kernels {
namespace {

void check_groups(Index channels, const Shape& w, Index groups) {
    require(groups >= 1, "grouped_conv2d: there must be at least one group, not {}", groups);
    require(w.rank() == 4, "grouped_conv2d: expected filters [K, C / groups, R, S], got {}", w);
    require(w[0] % groups == 0, "grouped_conv2d: {} groups do not divide the {} filters of w {}", groups, w[0], w);
    require(channels == w[1] * groups, "grouped_conv2d: x has {} channels, w {} in {} groups expects {}", channels, w,
            groups, w[1] * groups);
}

std::vector<Tensor> split_evenly(const Tensor& x, Index groups) {
    require(x.rank() == 4, "grouped_conv2d: expected a tensor [N, C, H, W], got {}", x.shape());
    require(groups >= 1 && x.size(1) % groups == 0, "grouped_conv2d: {} groups do not divide the {} channels of {}",
            groups, x.size(1), x.shape());
    return split_channels(x, std::vector<Index>(static_cast<std::size_t>(groups), x.size(1) / groups));
}

// The filters (or biases) of group g: the g-th of `groups` equal parts of the first axis.
Tensor part(const Tensor& w, Index groups, Index g) {
    if (w.empty()) return {};
    std::vector<Index> sizes(w.shape().sizes().begin(), w.shape().sizes().end());
    sizes[0] /= groups;
    const auto count = static_cast<std::size_t>(w.count() / groups);
    return Tensor(Shape(sizes), w.values().subspan(static_cast<std::size_t>(g) * count, count));
}

// The parts one behind the other along the first axis.
void put_part(const Tensor& from, Index g, Tensor& to) {
    std::copy_n(from.data(), from.count(), to.data() + g * from.count());
}

}  // namespace

Tensor grouped_conv2d_forward(const Tensor& x, const Tensor& w, const Tensor& b, const Window& window, Index groups) {
    check_groups(x.rank() == 4 ? x.size(1) : 0, w.shape(), groups);
    if (groups == 1) return conv2d_forward(x, w, b, window);
    require(b.empty() || b.shape() == Shape{w.size(0)}, "grouped_conv2d: b is {}, expected [{}]", b.shape(), w.size(0));
    const std::vector<Tensor> parts = split_evenly(x, groups);
    std::vector<Tensor> results;
    for (Index g = 0; g < groups; ++g)
        results.push_back(
            conv2d_forward(parts[static_cast<std::size_t>(g)], part(w, groups, g), part(b, groups, g), window));
    return concatenate_channels(results);
}

Tensor grouped_conv2d_backward_input(const Tensor& dy, const Tensor& w, const Shape& x_shape, const Window& window,
                                     Index groups) {
    check_groups(x_shape.rank() == 4 ? x_shape[1] : 0, w.shape(), groups);
    if (groups == 1) return conv2d_backward_input(dy, w, x_shape, window);
    const std::vector<Tensor> parts = split_evenly(dy, groups);
    std::vector<Tensor> results;
    for (Index g = 0; g < groups; ++g)
        results.push_back(conv2d_backward_input(parts[static_cast<std::size_t>(g)], part(w, groups, g),
                                                {x_shape[0], w.size(1), x_shape[2], x_shape[3]}, window));
    return concatenate_channels(results);
}

FilterGradients grouped_conv2d_backward_filters(const Tensor& x, const Tensor& dy, const Window& window, Index groups) {
    if (groups == 1) return conv2d_backward_filters(x, dy, window);
    const std::vector<Tensor> xs = split_evenly(x, groups), dys = split_evenly(dy, groups);
    FilterGradients whole{Tensor::uninitialized({dy.size(1), x.size(1) / groups, window.size, window.size}),
                          Tensor::uninitialized({dy.size(1)})};
    for (Index g = 0; g < groups; ++g) {
        const auto [dw, db] =
            conv2d_backward_filters(xs[static_cast<std::size_t>(g)], dys[static_cast<std::size_t>(g)], window);
        put_part(dw, g, whole.dw), put_part(db, g, whole.db);
    }
    return whole;
}

}  // namespace cnn::kernels
