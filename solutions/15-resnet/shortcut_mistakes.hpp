// Wrong answers to 15.4: shortcuts.
#pragma once
#include <algorithm>

#include "grader/exercise.hpp"
#include "layers.hpp"
#include "probes.hpp"

namespace cnn::lab15::wrong {

using grader::mistake;
using grader::Replacement;

struct PaddingFaults {
    Index before = -1;  // maps of zeros; -1: as it should be
    bool last_pixel = false, mean = false;
};
inline Tensor padded_with(const Tensor& x, Index out, Index stride, const PaddingFaults& faults) {
    Tensor y = zero_padded_forward(x, out, stride);
    y.fill(0);
    const Index before = faults.before >= 0 ? faults.before : (out - x.size(1)) / 2;
    for (Index n = 0; n < y.size(0); ++n)
        for (Index c = 0; c < x.size(1); ++c)
            for (Index i = 0; i < y.size(2); ++i)
                for (Index j = 0; j < y.size(3); ++j) {
                    const Index row = i * stride, column = j * stride;
                    const Index bottom = std::min(row + stride, x.size(2)),
                                right = std::min(column + stride, x.size(3));
                    float sum = 0;
                    for (Index r = row; r < bottom; ++r)
                        for (Index s = column; s < right; ++s) sum += x(n, c, r, s);
                    const auto count = static_cast<float>((bottom - row) * (right - column));
                    y(n, std::min(before + c, out - 1), i, j) = faults.mean         ? sum / count
                                                                : faults.last_pixel ? x(n, c, bottom - 1, right - 1)
                                                                                    : x(n, c, row, column);
                }
    return y;
}

// dx from the maps of dy that begin with number `before`.
inline Tensor padded_backward_from(const Tensor& dy, const Shape& x_shape, Index stride, Index before) {
    Tensor dx = zero_padded_backward(dy, x_shape, stride);
    for (Index n = 0; n < x_shape[0]; ++n)
        for (Index c = 0; c < x_shape[1]; ++c)
            for (Index i = 0; i < dy.size(2); ++i)
                for (Index j = 0; j < dy.size(3); ++j) dx(n, c, i * stride, j * stride) = dy(n, before + c, i, j);
    return dx;
}

struct ShortcutFaults {
    bool stride_is_no_change = false, normalized = true, bias = false;
};
inline nn::Sequential shortcut_with(Shortcut option, Index in, Index out, Index stride, const ShortcutFaults& faults) {
    const bool changes = in != out || (stride > 1 && !faults.stride_is_no_change);
    if (option == Shortcut::A) return changes ? nn::Sequential(ZeroPadded(in, out, stride)) : nn::Sequential();
    if (option == Shortcut::B && !changes) return {};
    nn::Sequential projection(nn::Conv2d(in, out, {.size = 1, .stride = stride}, faults.bias));
    if (faults.normalized) projection.add(nn::BatchNorm2d(out));
    return projection;
}

inline std::vector<Replacement> shortcut_mistakes() {
    using T = const Tensor&;
    return {
        mistake(zero_padded_forward, "all_zeros_behind",
                "all maps of zeros stand behind: half of them, rounded down, stand before x's channels.",
                [](T x, Index out, Index stride) { return padded_with(x, out, stride, {.before = 0}); }),
        mistake(zero_padded_forward, "half_rounded_up",
                "of an odd number of new maps the larger half stands before: it is rounded down.",
                [](T x, Index out, Index stride) {
                    return padded_with(x, out, stride, {.before = (out - x.size(1) + 1) / 2});
                }),
        mistake(
            zero_padded_forward, "all_zeros_in_front",
            "all maps of zeros stand before x's channels: only half of them, rounded down; the others stand behind.",
            [](T x, Index out, Index stride) { return padded_with(x, out, stride, {.before = out - x.size(1)}); }),
        mistake(zero_padded_forward, "size_rounded_down",
                "OH and OW are rounded down: where the stride does not divide a side, the last row and column that "
                "are taken get lost. ⌈H / stride⌉ is (H + stride - 1) / stride.",
                [](T x, Index out, Index stride) {
                    const Tensor all = zero_padded_forward(x, out, stride);
                    Tensor y({x.size(0), out, x.size(2) / stride, x.size(3) / stride});
                    for (Index n = 0; n < y.size(0); ++n)
                        for (Index c = 0; c < out; ++c)
                            for (Index i = 0; i < y.size(2); ++i)
                                for (Index j = 0; j < y.size(3); ++j) y(n, c, i, j) = all(n, c, i, j);
                    return y;
                }),
        mistake(zero_padded_forward, "pixels_averaged",
                "the pixels between are averaged: option A takes every stride-th pixel as it is.",
                [](T x, Index out, Index stride) { return padded_with(x, out, stride, {.mean = true}); }),
        mistake(zero_padded_forward, "last_pixel_of_each",
                "the last pixel of each stride is taken: begin with the first one.",
                [](T x, Index out, Index stride) { return padded_with(x, out, stride, {.last_pixel = true}); }),
        mistake(zero_padded_backward, "error_to_all_pixels", "skipped pixels get an error, too: they had no part in y.",
                [](T dy, const Shape& x_shape, Index stride) {
                    const Tensor right = zero_padded_backward(dy, x_shape, stride);
                    Tensor dx(x_shape);
                    for (Index n = 0; n < x_shape[0]; ++n)
                        for (Index c = 0; c < x_shape[1]; ++c)
                            for (Index i = 0; i < x_shape[2]; ++i)
                                for (Index j = 0; j < x_shape[3]; ++j)
                                    dx(n, c, i, j) = right(n, c, i / stride * stride, j / stride * stride);
                    return dx;
                }),
        mistake(
            zero_padded_backward, "errors_of_the_first_maps",
            "the errors are taken from the first maps of dy: those belong to zeros. x's channels begin at (out - in) "
            "/ 2.",
            [](T dy, const Shape& x_shape, Index stride) { return padded_backward_from(dy, x_shape, stride, 0); }),
        mistake(zero_padded_backward, "errors_of_the_last_maps",
                "the errors are taken from the last maps of dy: those belong to zeros. x's channels begin at "
                "(out - in) / 2.",
                [](T dy, const Shape& x_shape, Index stride) {
                    return padded_backward_from(dy, x_shape, stride, dy.size(1) - x_shape[1]);
                }),
        mistake(zero_padded_backward, "errors_half_rounded_up",
                "of an odd number of new maps the larger half is skipped: (out - in) / 2 is rounded down.",
                [](T dy, const Shape& x_shape, Index stride) {
                    return padded_backward_from(dy, x_shape, stride, (dy.size(1) - x_shape[1] + 1) / 2);
                }),
        mistake(zero_padded_backward, "error_divided",
                "the error is shared out as by a mean: the pixel that was taken gets all of it.",
                [](T dy, const Shape& x_shape, Index stride) {
                    Tensor dx = zero_padded_backward(dy, x_shape, stride);
                    return std::move(dx *= 1 / static_cast<float>(stride * stride));
                }),
        mistake(make_shortcut_table, "b_projects_everywhere",
                "B has a projection where the shape stays the same: that is option C. B takes the identity there.",
                [](Shortcut option, Index in, Index out, Index stride) {
                    return table_of_body(make_shortcut(option == Shortcut::B ? Shortcut::C : option, in, out, stride),
                                         in);
                }),
        mistake(make_shortcut_table, "c_projects_where_it_must",
                "C has the identity where the shape stays the same: that is option B. C projects everywhere.",
                [](Shortcut option, Index in, Index out, Index stride) {
                    return table_of_body(make_shortcut(option == Shortcut::C ? Shortcut::B : option, in, out, stride),
                                         in);
                }),
        mistake(
            make_shortcut_table, "stride_is_no_change",
            "a stride alone is not taken for a change of shape: with as many channels, but half the rows, x does not "
            "fit the body's output either.",
            [](Shortcut option, Index in, Index out, Index stride) {
                return table_of_body(shortcut_with(option, in, out, stride, {.stride_is_no_change = true}), in);
            }),
        mistake(make_shortcut_table, "projection_not_normalized", "no batch normalisation follows the projection.",
                [](Shortcut option, Index in, Index out, Index stride) {
                    return table_of_body(shortcut_with(option, in, out, stride, {.normalized = false}), in);
                }),
        mistake(make_shortcut_table, "projection_with_bias",
                "the projection has biases, which the normalisation behind it takes away again.",
                [](Shortcut option, Index in, Index out, Index stride) {
                    return table_of_body(shortcut_with(option, in, out, stride, {.bias = true}), in);
                }),
    };
}

}  // namespace cnn::lab15::wrong
