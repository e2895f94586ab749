#include "kernels/dense.hpp"

#include <algorithm>

#include "kernels/check.hpp"
#include "kernels/dense_large.hpp"
#include "kernels/filters.hpp"
#include "kernels/parallel.hpp"
#include "kernels/product.hpp"
#include "kernels/rows.hpp"

namespace cnn::kernels {
namespace {

// x in panels with a column of ones behind it, which the bias is multiplied by.
Buffer pack_with_ones(const Tensor& x, const Panels& panels) {
    const Index inputs = x.size(1), depth = inputs + 1;
    Buffer packed(static_cast<std::size_t>(x.size(0) * depth));
    parallel(panels.count, depth * x.size(0) / panels.count, [&](Index panel) {
        const Index first = panels.first(panel), size = panels.size(panel);
        float* to = packed.data() + first * depth;
        transpose({.from = x.data() + first * inputs,
                   .from_pitch = inputs,
                   .rows = size,
                   .columns = inputs,
                   .to = to,
                   .to_pitch = size,
                   .padded_rows = size});
        std::fill_n(to + inputs * size, size, 1.0f);
    });
    return packed;
}

// w turned round, [D + 1, M rounded up]: a row for each input, and the bias as the last.
Buffer transpose_with_bias(const Tensor& w, const Tensor& b, Index pitch) {
    const Index outputs = w.size(0), inputs = w.size(1), strip = 32;
    Buffer turned(static_cast<std::size_t>((inputs + 1) * pitch));
    parallel(divide_up(outputs, strip), inputs * strip, [&](Index item) {
        const Index first = item * strip, rows = std::min(strip, outputs - first);
        transpose({.from = w.data() + first * inputs,
                   .from_pitch = inputs,
                   .rows = rows,
                   .columns = inputs,
                   .to = turned.data() + first,
                   .to_pitch = pitch,
                   .padded_rows = rows});
    });
    float* last = turned.data() + inputs * pitch;
    if (b.empty())
        std::fill_n(last, outputs, 0.0f);
    else
        std::copy_n(b.data(), outputs, last);
    return turned;
}

}  // namespace

Tensor dense_forward(const Tensor& x, const Tensor& w, const Tensor& b) {
    check_rank("dense: x", x.shape(), 2, "[N, D]");
    check_rank("dense: w", w.shape(), 2, "[M, D]");
    require(x.size(1) == w.size(1), "dense: x {} has {} inputs, w {} expects {}", x.shape(), x.size(1), w.shape(),
            w.size(1));
    if (!b.empty()) check_shape("dense: b", b.shape(), {w.size(0)});
    Tensor y = Tensor::uninitialized({x.size(0), w.size(0)});
    if (y.empty()) return y;
    if (is_large(x.size(1), w.size(0))) {
        large_forward(x, w, b.empty() ? nullptr : b.data(), y);
        return y;
    }
    const Index pitch = round_up(w.size(0), cache_line);
    Product product{.rows = x.size(0),
                    .columns = w.size(0),
                    .depth = x.size(1) + 1,
                    .a = nullptr,
                    .b = nullptr,
                    .b_row = pitch,
                    .c = y.data()};
    const TileChoice choice = choose_tile(product);
    const Buffer packed = pack_with_ones(x, choice.panels), turned = transpose_with_bias(w, b, pitch);
    product.a = packed.data(), product.b = turned.data();
    multiply_packed(product, choice);
    return y;
}

Tensor dense_backward_input(const Tensor& dy, const Tensor& w) {
    check_rank("dense: dy", dy.shape(), 2, "[N, M]");
    check_rank("dense: w", w.shape(), 2, "[M, D]");
    require(dy.size(1) == w.size(0), "dense: dy {} has {} outputs, w {} gives {}", dy.shape(), dy.size(1), w.shape(),
            w.size(0));
    if (dy.empty() || w.empty()) return Tensor({dy.size(0), w.size(1)});
    Tensor dx = Tensor::uninitialized({dy.size(0), w.size(1)});
    if (is_large(w.size(1), w.size(0))) {
        large_backward_input(dy, w, dx);
        return dx;
    }
    Product product{.rows = dy.size(0),
                    .columns = w.size(1),
                    .depth = w.size(0),
                    .a = nullptr,
                    .b = w.data(),
                    .b_row = w.size(1),
                    .c = dx.data()};
    const TileChoice choice = choose_tile(product);
    const Buffer packed = pack(dy, choice.panels);
    product.a = packed.data();
    multiply_packed(product, choice);
    return dx;
}

DenseGradients dense_backward_weights(const Tensor& x, const Tensor& dy) {
    check_rank("dense: x", x.shape(), 2, "[N, D]");
    check_rank("dense: dy", dy.shape(), 2, "[N, M]");
    require(x.size(0) == dy.size(0), "dense: x {} has {} rows, dy {} has {}", x.shape(), x.size(0), dy.shape(),
            dy.size(0));
    const Index rows = x.size(0), inputs = x.size(1), outputs = dy.size(1);
    if (x.empty() || dy.empty()) return {Tensor({outputs, inputs}), Tensor({outputs})};
    DenseGradients gradients{Tensor::uninitialized({outputs, inputs}), Tensor::uninitialized({outputs})};
    if (is_large(inputs, outputs))
        large_backward_weights(x, dy, gradients.dw);
    else
        multiply({.rows = outputs,
                  .columns = inputs,
                  .depth = rows,
                  .a = dy.data(),
                  .b = x.data(),
                  .b_row = inputs,
                  .c = gradients.dw.data()});
    sum_rows(dy.data(), outputs, rows, outputs, false, gradients.db.data());
    return gradients;
}

}  // namespace cnn::kernels
