#include "kernels/blur.hpp"

#include <algorithm>
#include <cmath>

#include "kernels/parallel.hpp"
#include "kernels/scratch.hpp"
#include "kernels/sift.hpp"
#include "kernels/sift_rows.hpp"

namespace cnn::kernels {

std::vector<float> half_bell(float sigma) {
    const Index radius = static_cast<Index>(4 * sigma + 0.5f);
    std::vector<float> weights;
    double sum = 0;
    for (Index t = 0; t <= radius; ++t) {
        const double weight = std::exp(-static_cast<double>(t * t) / (2.0 * static_cast<double>(sigma * sigma)));
        weights.push_back(static_cast<float>(weight));
        sum += t == 0 ? weight : 2 * weight;
    }
    for (float& weight : weights) weight = static_cast<float>(static_cast<double>(weight) / sum);
    return weights;
}

// Every row by itself: down the columns into a line that stays in the cache, then across. No second picture is needed.
void blur(const Blur& task) {
    const std::vector<float> weights = half_bell(task.sigma);
    const auto radius = static_cast<Index>(weights.size()) - 1;
    parallel(task.height, 4 * (radius + 1) * task.width, [&](Index i) {
        float* line = scratch(Slot::row, task.width + 2 * radius + 64);
        std::vector<const float*> rows;
        for (Index t = -radius; t <= radius; ++t)
            rows.push_back(task.from + std::clamp<Index>(i + t, 0, task.height - 1) * task.width);
        blur_row({rows.data(), weights.data(), radius, task.width, line, task.to + i * task.width,
                  task.differences ? task.differences + i * task.width : nullptr});
    });
}

Tensor gaussian_blur(const Tensor& x, float sigma) {
    require(x.rank() == 2, "gaussian_blur: expected x [H, W], got {}", x.shape());
    require(sigma > 0, "gaussian_blur: sigma must be positive, got {}", sigma);
    Tensor y = Tensor::uninitialized(x.shape());
    if (!x.empty()) blur({x.data(), x.size(0), x.size(1), sigma, y.data(), nullptr});
    return y;
}

}  // namespace cnn::kernels
