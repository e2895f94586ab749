// Pieces that several wrong answers are made of.
#pragma once
#include <algorithm>

#include "fast.hpp"

namespace cnn::lab09::wrong {

using Product = Tensor (*)(const Tensor&, const Tensor&);

inline Tensor transposed(const Tensor& m) {
    Tensor t({m.size(1), m.size(0)});
    for (Index i = 0; i < m.size(0); ++i)
        for (Index j = 0; j < m.size(1); ++j) t(j, i) = m(i, j);
    return t;
}

inline void check(const Tensor& a, const Tensor& b) {
    require(a.rank() == 2 && b.rank() == 2 && a.size(1) == b.size(0), "{} times {}", a.shape(), b.shape());
}

// The loops everybody writes first.
inline Tensor naive_product(const Tensor& a, const Tensor& b) {
    check(a, b);
    Tensor c({a.size(0), b.size(1)});
    for (Index i = 0; i < a.size(0); ++i)
        for (Index j = 0; j < b.size(1); ++j)
            for (Index k = 0; k < a.size(1); ++k) c(i, j) += a(i, k) * b(k, j);
    return c;
}

// Image n of [N, …] as a matrix with so many rows.
inline Tensor matrix_of(const Tensor& x, Index n, Index rows) {
    const auto size = static_cast<std::size_t>(x.count() / x.size(0));
    return Tensor({rows, static_cast<Index>(size) / rows},
                  x.values().subspan(static_cast<std::size_t>(n) * size, size));
}

// The three functions of 9.3 with another product of matrices.
inline Tensor forward(const Tensor& x, const Tensor& w, const Tensor& b, const Window& window, Product product) {
    Tensor y = conv2d_forward(x, Tensor(w.shape()), b, window);  // the bias everywhere
    const Tensor filters = w.reshaped({w.size(0), w.count() / w.size(0)});
    for (Index n = 0; n < x.size(0); ++n) {
        const Tensor maps = product(filters, im2col(x, n, window));
        for (Index i = 0; i < maps.count(); ++i) y.data()[n * maps.count() + i] += maps.data()[i];
    }
    return y;
}
// As conv2d_backward_input does, without its time.
inline void refuse_nonsense(const Shape& dy, const Shape& w, const Shape& x, const Window& window) {
    require(dy.rank() == 4 && w.rank() == 4 && x.rank() == 4, "dy {}, w {}, x {}", dy, w, x);
    require(window.size >= 1 && window.stride >= 1 && window.padding >= 0, "no such window");
    const auto places = [&](Index input) {
        require(input + 2 * window.padding >= window.size, "the window does not fit in {}", x);
        return (input + 2 * window.padding - window.size) / window.stride + 1;
    };
    require(w == Shape{w[0], x[1], window.size, window.size}, "w {} does not fit x {}", w, x);
    require(dy == Shape{x[0], w[0], places(x[2]), places(x[3])}, "dy {} does not fit x {} and w {}", dy, x, w);
}
inline Tensor backward_input(const Tensor& dy, const Tensor& w, const Shape& x_shape, const Window& window,
                             Product product) {
    refuse_nonsense(dy.shape(), w.shape(), x_shape, window);
    Tensor dx(x_shape);
    const Tensor filters = transposed(w.reshaped({w.size(0), w.count() / w.size(0)}));
    for (Index n = 0; n < x_shape[0]; ++n) {
        const Tensor image =
            col2im(product(filters, matrix_of(dy, n, w.size(0))), {x_shape[1], x_shape[2], x_shape[3]}, window);
        std::copy_n(image.data(), image.count(), dx.data() + n * image.count());
    }
    return dx;
}
inline FilterGradients backward_filters(const Tensor& x, const Tensor& dy, const Window& window, Product product) {
    FilterGradients gradients = conv2d_backward_filters(x, Tensor(dy.shape()), window);  // zeros
    const Index filters = dy.size(1);
    for (Index n = 0; n < x.size(0); ++n) {
        const Tensor error = matrix_of(dy, n, filters);
        gradients.dw += product(error, transposed(im2col(x, n, window))).reshaped(gradients.dw.shape());
        for (Index i = 0; i < error.count(); ++i) gradients.db[i / error.size(1)] += error[i];
    }
    return gradients;
}

}  // namespace cnn::lab09::wrong
