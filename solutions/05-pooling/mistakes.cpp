// Wrong answers that learners give, each with the sentence that names it.
#include "size_mistakes.hpp"

namespace cnn::lab05::wrong {
namespace {

Mistakes average_mistakes() {
    return {
        mistake(average_pool_forward, "sum", "y holds the sum of every window: a mean is divided by size².",
                [](const Tensor& x, const Window& window) {
                    return average_pool_forward(x, window) *= static_cast<float>(window.size * window.size);
                }),
        mistake(average_pool_forward, "divided_by_size", "the sum is divided by size: a window has size · size pixels.",
                [](const Tensor& x, const Window& window) {
                    return average_pool_forward(x, window) *= static_cast<float>(window.size);
                }),
        mistake(average_pool_forward, "pixels_inside_only",
                "the sum is divided by the pixels inside the image: padding counts as zeros, so divide by size².",
                [](const Tensor& x, const Window& window) {
                    Tensor y = average_pool_forward(x, window);
                    const Tensor inside = average_pool_forward(Tensor::full(x.shape(), 1), window);
                    for (Index i = 0; i < y.count(); ++i) y[i] /= inside[i];
                    return y;
                }),
        mistake(average_pool_forward, "whole_numbers",
                "the mean is cut to a whole number: are sum and divisor floats when they are divided?",
                [](const Tensor& x, const Window& window) {
                    Tensor y = average_pool_forward(x, window);
                    for (float& value : y.values()) value = std::trunc(value);
                    return y;
                }),
        mistake(average_pool_forward, "average_without_padding",
                "the first window begins at pixel 0: it begins `padding` pixels before it, at i · stride - padding.",
                [](const Tensor& x, const Window& window) {
                    const Shape shape = average_pool_forward(x, window).shape();
                    return each(shape, [&](Index n, Index c, Index i, Index j) {
                        float sum = 0;
                        for (Index row = i * window.stride; row < i * window.stride + window.size; ++row)
                            for (Index column = j * window.stride; column < j * window.stride + window.size; ++column)
                                if (row < x.size(2) && column < x.size(3)) sum += x(n, c, row, column);
                        return sum / static_cast<float>(window.size * window.size);
                    });
                }),
        mistake(average_pool_forward, "largest", "y holds the largest value of every window, as in 5.2.",
                [](const Tensor& x, const Window& window) { return max_pool_forward(x, window).y; }),
        mistake(average_pool_forward, "average_stride_of_the_size",
                "the windows move by their own size: they are to move by the stride.",
                [](const Tensor& x, const Window& window) {
                    return average_pool_forward(x, {window.size, window.size, window.padding});
                }),
    };
}

}  // namespace
}  // namespace cnn::lab05::wrong

const std::vector<cnn::grader::Replacement>& cnn::grader::mistakes() {
    using namespace cnn::lab05::wrong;
    static const Mistakes all = [] {
        Mistakes list;
        for (const auto& some : {size_mistakes(), max_mistakes(), switch_mistakes(), average_mistakes(),
                                 cover_mistakes(), savings_mistakes()})
            list.insert(list.end(), some.begin(), some.end());
        return list;
    }();
    return all;
}
