// Some of many images: what train_epoch makes a batch with.
#pragma once
#include "learning.hpp"

namespace cnn::lab07 {

// Throws ShapeError unless x is [N, D] with N labels, or where there is no image of such a number.
inline Images take(const Images& images, const std::vector<Index>& numbers) {
    const Tensor& x = images.x;
    require(x.rank() == 2 && x.size(0) == std::ssize(images.labels), "take: x {} is not [N, D] with {} labels",
            x.shape(), images.labels.size());
    Images some{Tensor({std::ssize(numbers), x.size(1)}), {}};
    for (Index i = 0; i < std::ssize(numbers); ++i) {
        const Index n = numbers[static_cast<std::size_t>(i)];
        require(n >= 0 && n < x.size(0), "take: there is no image {} among {}", n, x.size(0));
        for (Index d = 0; d < x.size(1); ++d) some.x(i, d) = x(n, d);
        some.labels.push_back(images.labels[static_cast<std::size_t>(n)]);
    }
    return some;
}

}  // namespace cnn::lab07
