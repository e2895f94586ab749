// The definition of a gradient: change one number a little, see how much E changes. Slow and sure: it knows the forward
// pass only. Everything in double precision, so that a small difference of two large sums is still exact enough.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <vector>

#include "tensor/tensor.hpp"
#include "tensor/window.hpp"

namespace cnn::lab08::numeric {

using Numbers = std::vector<double>;

inline Numbers numbers(const Tensor& t) { return {t.values().begin(), t.values().end()}; }

// ∂E/∂a for E = Σ dy · y with y = forward(a): (E(a + h) - E(a - h)) / 2h, for one element of `a` after the other. Of a
// linear forward it is exact for every h; of others its error is of the order of h².
using Forward = std::function<Numbers(const Numbers&)>;
inline Tensor gradient(const Tensor& a, const Tensor& dy, const Forward& forward, double h = 1e-3) {
    Numbers at = numbers(a);
    const auto energy = [&] {
        const Numbers y = forward(at);
        require(std::ssize(y) == dy.count(), "numeric: y has {} values, dy {}", y.size(), dy.count());
        double sum = 0;
        for (Index i = 0; i < dy.count(); ++i) sum += y[static_cast<std::size_t>(i)] * double{dy[i]};
        return sum;
    };
    Tensor result(a.shape());
    for (Index i = 0; i < a.count(); ++i) {
        double& value = at[static_cast<std::size_t>(i)];
        const double old = value;
        value = old + h;
        const double up = energy();
        value = old - h;
        const double down = energy();
        value = old;
        result[i] = static_cast<float>((up - down) / (2 * h));
    }
    return result;
}

// Reads x(plane, row, column) of maps [planes, H, W], zero outside.
struct Maps {
    const Numbers& x;
    Index height, width;
    bool has(Index row, Index column) const { return row >= 0 && row < height && column >= 0 && column < width; }
    double at(Index plane, Index row, Index column) const {
        return has(row, column) ? x[static_cast<std::size_t>((plane * height + row) * width + column)] : 0;
    }
};

inline Index places(Index input, const Window& window) {
    return (input + 2 * window.padding - window.size) / window.stride + 1;
}

// y = f(plane, top, left) for every window over every one of x's planes, `maps` times an image.
template <class F>
Numbers for_windows(const Shape& x, Index maps, const Window& window, const F& f) {
    Numbers y;
    for (Index plane = 0; plane < x[0] * maps; ++plane)
        for (Index i = 0; i < places(x[2], window); ++i)
            for (Index j = 0; j < places(x[3], window); ++j)
                y.push_back(f(plane, i * window.stride - window.padding, j * window.stride - window.padding));
    return y;
}

// As conv2d_forward of lab 04; shapes of x and w.
inline Numbers convolve(const Numbers& x, const Shape& x_shape, const Numbers& w, const Shape& w_shape,
                        const Numbers& b, const Window& window) {
    const Maps maps{x, x_shape[2], x_shape[3]}, filters{w, w_shape[2], w_shape[3]};
    return for_windows(x_shape, w_shape[0], window, [&](Index plane, Index top, Index left) {
        const Index n = plane / w_shape[0], k = plane % w_shape[0];
        double sum = b[static_cast<std::size_t>(k)];
        for (Index c = 0; c < x_shape[1]; ++c)
            for (Index r = 0; r < w_shape[2]; ++r)
                for (Index s = 0; s < w_shape[3]; ++s)
                    sum += maps.at(n * x_shape[1] + c, top + r, left + s) * filters.at(k * x_shape[1] + c, r, s);
        return sum;
    });
}

inline Numbers pool_max(const Numbers& x, const Shape& shape, const Window& window) {
    const Maps maps{x, shape[2], shape[3]};
    return for_windows(shape, shape[1], window, [&](Index plane, Index top, Index left) {
        double best = -HUGE_VAL;
        for (Index row = top; row < top + window.size; ++row)
            for (Index column = left; column < left + window.size; ++column)
                if (maps.has(row, column)) best = std::max(best, maps.at(plane, row, column));
        return best;
    });
}

inline Numbers pool_average(const Numbers& x, const Shape& shape, const Window& window) {
    const Maps maps{x, shape[2], shape[3]};
    return for_windows(shape, shape[1], window, [&](Index plane, Index top, Index left) {
        double sum = 0;
        for (Index row = top; row < top + window.size; ++row)
            for (Index column = left; column < left + window.size; ++column) sum += maps.at(plane, row, column);
        return sum / static_cast<double>(window.size * window.size);
    });
}

// As dense_forward of lab 06: x [N, D], w [M, D], b [M].
inline Numbers connect(const Numbers& x, const Numbers& w, const Numbers& b) {
    const std::size_t inputs = w.size() / b.size();
    Numbers y;
    for (std::size_t n = 0; n < x.size() / inputs; ++n)
        for (std::size_t m = 0; m < b.size(); ++m) {
            double sum = b[m];
            for (std::size_t d = 0; d < inputs; ++d) sum += x[n * inputs + d] * w[m * inputs + d];
            y.push_back(sum);
        }
    return y;
}

template <class F>
Numbers each(Numbers x, const F& f) {
    for (double& value : x) value = f(value);
    return x;
}

// As softmax_cross_entropy of lab 06: logits [N, M], one label for each of the N images, the mean over them.
inline double cross_entropy(const Numbers& logits, const std::vector<std::int32_t>& labels) {
    const std::size_t classes = logits.size() / labels.size();
    double sum = 0;
    for (std::size_t n = 0; n < labels.size(); ++n) {
        double total = 0;
        for (std::size_t m = 0; m < classes; ++m) total += std::exp(logits[n * classes + m]);
        sum += std::log(total) - logits[n * classes + static_cast<std::size_t>(labels[n])];
    }
    return sum / static_cast<double>(labels.size());
}

}  // namespace cnn::lab08::numeric
