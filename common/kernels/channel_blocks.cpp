#include "kernels/channel_blocks.hpp"

#include <algorithm>
#include <numeric>

#include "kernels/parallel.hpp"

namespace cnn::kernels {
namespace {

Shape with_channels(const Shape& x, Index channels) {
    std::vector<Index> sizes(x.sizes().begin(), x.sizes().end());
    sizes[1] = channels;
    return Shape(sizes);
}

// The whole's shape.
Shape concatenated(std::span<const Tensor> parts) {
    require(!parts.empty(), "concatenate_channels: there is nothing to concatenate");
    const Shape& first = parts.front().shape();
    require(first.rank() >= 2, "concatenate_channels: expected [N, C, …], got {}", first);
    Index channels = 0;
    for (const Tensor& part : parts) {
        const Shape& shape = part.shape();
        require(shape.rank() == first.rank() && with_channels(shape, first[1]) == first,
                "concatenate_channels: {} and {} differ not only in their channels", first, shape);
        channels += shape[1];
    }
    return with_channels(first, channels);
}

// f(n, i, offset, count): part i of image n is the `count` numbers that begin at `offset` of the image.
template <class F>
void for_blocks(Index images, Index parts, Index pixels, const F& f, std::span<const Index> offsets) {
    parallel(images * parts, offsets.back() * pixels / std::max<Index>(parts, 1), [&](Index item) {
        const auto i = static_cast<std::size_t>(item % parts);
        f(item / parts, i, offsets[i] * pixels, (offsets[i + 1] - offsets[i]) * pixels);
    });
}

// 0, C_1, C_1 + C_2, …
std::vector<Index> offsets_of(std::span<const Index> channels) {
    std::vector<Index> offsets(channels.size() + 1);
    std::partial_sum(channels.begin(), channels.end(), offsets.begin() + 1);
    return offsets;
}

// Of one channel.
Index pixels_of(const Shape& x) {
    Index pixels = 1;
    for (int axis = 2; axis < x.rank(); ++axis) pixels *= x[axis];
    return pixels;
}

}  // namespace

Tensor concatenate_channels(std::span<const Tensor> parts) {
    Tensor whole = Tensor::uninitialized(concatenated(parts));
    std::vector<Index> channels;
    for (const Tensor& part : parts) channels.push_back(part.size(1));
    const Index pixels = pixels_of(whole.shape()), image = whole.size(1) * pixels;
    for_blocks(
        whole.size(0), static_cast<Index>(parts.size()), pixels,
        [&](Index n, std::size_t i, Index offset, Index count) {
            std::copy_n(parts[i].data() + n * count, count, whole.data() + n * image + offset);
        },
        offsets_of(channels));
    return whole;
}

std::vector<Tensor> split_channels(const Tensor& x, std::span<const Index> channels) {
    require(x.rank() >= 2, "split_channels: expected [N, C, …], got {}", x.shape());
    const std::vector<Index> offsets = offsets_of(channels);
    require(offsets.back() == x.size(1), "split_channels: x {} has {} channels, the parts have {}", x.shape(),
            x.size(1), offsets.back());
    std::vector<Tensor> parts;
    for (const Index count : channels) parts.push_back(Tensor::uninitialized(with_channels(x.shape(), count)));
    const Index pixels = pixels_of(x.shape()), image = x.size(1) * pixels;
    for_blocks(
        x.size(0), static_cast<Index>(parts.size()), pixels,
        [&](Index n, std::size_t i, Index offset, Index count) {
            std::copy_n(x.data() + n * image + offset, count, parts[i].data() + n * count);
        },
        offsets);
    return parts;
}

}  // namespace cnn::kernels
