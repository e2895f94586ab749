// Wrong answers to 14.4: global average pooling.
#pragma once
#include <algorithm>

#include "googlenet.hpp"
#include "grader/exercise.hpp"

namespace cnn::lab14::wrong {

using grader::mistake;
using grader::Replacement;

inline std::vector<Replacement> pooling_mistakes() {
    return {
        mistake(global_average_pool_forward, "sum_of_map",
                "y is the sum of the map: divide by the number of its pixels.",
                [](const Tensor& x) {
                    Tensor y = global_average_pool_forward(x);
                    return std::move(y *= static_cast<float>(x.size(2) * x.size(3)));
                }),
        mistake(global_average_pool_forward, "as_if_square",
                "the sum is divided by the square of the height: a map has height × width pixels.",
                [](const Tensor& x) {
                    Tensor y = global_average_pool_forward(x);
                    return std::move(y *= static_cast<float>(x.size(3)) / static_cast<float>(x.size(2)));
                }),
        mistake(global_average_pool_forward, "divided_by_channels",
                "the sum is divided by the channels, too: a mean is over the H · W pixels of one map.",
                [](const Tensor& x) {
                    Tensor y = global_average_pool_forward(x);
                    return std::move(y *= 1 / static_cast<float>(x.size(1)));
                }),
        mistake(global_average_pool_forward, "largest_of_map", "y is the map's maximum: its mean is wanted.",
                [](const Tensor& x) {
                    Tensor y = global_average_pool_forward(x);
                    const Index pixels = x.size(2) * x.size(3);
                    for (Index i = 0; i < y.count(); ++i)
                        y[i] = *std::max_element(x.data() + i * pixels, x.data() + (i + 1) * pixels);
                    return y;
                }),
        mistake(global_average_pool_backward, "not_divided",
                "every pixel gets the whole error: its part in the mean is 1 / (H · W).",
                [](const Tensor& dy, const Shape& shape) {
                    Tensor dx = global_average_pool_backward(dy, shape);
                    return std::move(dx *= static_cast<float>(shape[2] * shape[3]));
                }),
        mistake(global_average_pool_backward, "one_pixel_gets_all",
                "the first pixel of a map gets the whole error: all of them had an equal part in the mean.",
                [](const Tensor& dy, const Shape& shape) {
                    Tensor dx(global_average_pool_backward(dy, shape).shape());
                    for (Index i = 0; i < dy.count(); ++i) dx[i * shape[2] * shape[3]] = dy[i];
                    return dx;
                }),
        mistake(global_average_pool_backward, "backward_as_if_square",
                "the error is divided by the square of the height: a map has height × width pixels.",
                [](const Tensor& dy, const Shape& shape) {
                    Tensor dx = global_average_pool_backward(dy, shape);
                    return std::move(dx *= static_cast<float>(shape[3]) / static_cast<float>(shape[2]));
                }),
        mistake(classifier_costs, "biases_of_classes", "the biases are missing: one for every class.",
                [](Index channels, Index side, Index classes) {
                    ClassifierCosts costs = classifier_costs(channels, side, classes);
                    costs.all_pixels.parameters -= classes, costs.means.parameters -= classes;
                    return costs;
                }),
        mistake(classifier_costs, "side_once", "a map of side × side pixels is counted with `side` pixels.",
                [](Index channels, Index side, Index classes) {
                    ClassifierCosts costs = classifier_costs(channels, side, classes);
                    costs.all_pixels = classifier_costs(channels * side, 1, classes).means;
                    return costs;
                }),
        mistake(classifier_costs, "means_cost_multiplications",
                "the means are counted among the multiply-adds: they are additions, which do not count here.",
                [](Index channels, Index side, Index classes) {
                    ClassifierCosts costs = classifier_costs(channels, side, classes);
                    costs.means.multiply_adds += channels * side * side;
                    return costs;
                }),
    };
}

}  // namespace cnn::lab14::wrong
