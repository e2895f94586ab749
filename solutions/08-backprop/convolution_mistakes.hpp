// Wrong answers to tasks 8.1 and 8.2.
#pragma once
#include "backprop.hpp"
#include "grader/exercise.hpp"

namespace cnn::lab08 {

using grader::mistake;
using Mistakes = std::vector<grader::Replacement>;

// A matrix whose every element is value(i, j).
template <class F>
Tensor matrix(Index rows, Index columns, const F& value) {
    Tensor y({rows, columns});
    for (Index i = 0; i < rows; ++i)
        for (Index j = 0; j < columns; ++j) y(i, j) = value(i, j);
    return y;
}
inline Tensor transposed(const Tensor& w) {
    return matrix(w.size(1), w.size(0), [&](Index i, Index j) { return w(j, i); });
}
inline Tensor upside_down(const Tensor& w) {
    return matrix(w.size(0), w.size(1), [&](Index i, Index j) { return w(w.size(0) - 1 - i, j); });
}
inline Tensor mirrored(const Tensor& w) {
    return matrix(w.size(0), w.size(1), [&](Index i, Index j) { return w(i, w.size(1) - 1 - j); });
}

inline Mistakes filter_mistakes() {
    return {
        mistake(correlate2d_backward_filter, "error_turned",
                "the error is turned by 180° before it meets x: here nothing is turned, y was made without turning.",
                [](const Tensor& x, const Tensor& dy) { return correlate2d_backward_filter(x, rotated(dy)); }),
        mistake(correlate2d_backward_filter, "gradient_turned",
                "the gradient comes out turned by 180°: dw(0, 0) belongs to w(0, 0), which met x(i, j) at y(i, j).",
                [](const Tensor& x, const Tensor& dy) { return rotated(correlate2d_backward_filter(x, dy)); }),
        mistake(correlate2d_backward_filter, "gradient_transposed",
                "rows and columns of the gradient are exchanged: r goes with i, s goes with j.",
                [](const Tensor& x, const Tensor& dy) { return transposed(correlate2d_backward_filter(x, dy)); }),
        mistake(correlate2d_backward_filter, "mean_of_places",
                "the sum is divided by the number of places: the weight's effects at all places add up.",
                [](const Tensor& x, const Tensor& dy) {
                    return correlate2d_backward_filter(x, dy) *= 1 / static_cast<float>(dy.count());
                }),
        mistake(correlate2d_backward_filter, "last_place_only",
                "each product replaces the one before: a weight's gradient is the sum over all its places.",
                [](const Tensor& x, const Tensor& dy) {
                    const Index i = dy.size(0) - 1, j = dy.size(1) - 1;
                    return matrix(x.size(0) - i, x.size(1) - j,
                                  [&](Index r, Index s) { return x(i + r, j + s) * dy(i, j); });
                }),
        mistake(
            correlate2d_backward_filter, "last_row_and_column_missing",
            "the last row and the last column of dw are missing: a filter that has OH places in H rows has H - OH + "
            "1 rows itself.",
            [](const Tensor& x, const Tensor& dy) {
                const Tensor dw = correlate2d_backward_filter(x, dy);
                return matrix(dw.size(0) - 1, dw.size(1) - 1, [&](Index r, Index s) { return dw(r, s); });
            }),
        mistake(correlate2d_backward_filter, "filter_taken_for_square",
                "dw is square although the filter was not: its columns follow from W and OW, its rows from H and OH.",
                [](const Tensor& x, const Tensor& dy) {
                    const Tensor dw = correlate2d_backward_filter(x, dy);
                    require(dw.size(0) <= dw.size(1), "column {} is outside {}", x.size(1), x.shape());
                    return matrix(dw.size(0), dw.size(0), [&](Index r, Index s) { return dw(r, s); });
                }),
        mistake(correlate2d_backward_filter, "error_taken_for_square",
                "j runs over as many columns as dy has rows: dy need not be square, it has dy.size(1) columns.",
                [](const Tensor& x, const Tensor& dy) {
                    require(dy.size(0) <= dy.size(1), "column {} is outside {}", dy.size(1), dy.shape());
                    Tensor first = dy;
                    for (Index i = 0; i < dy.size(0); ++i)
                        for (Index j = dy.size(0); j < dy.size(1); ++j) first(i, j) = 0;
                    return correlate2d_backward_filter(x, first);
                }),
        mistake(correlate2d_backward_filter, "size_of_the_error",
                "dw has the shape of dy: a gradient has the shape of what it belongs to, here the filter.",
                [](const Tensor& x, const Tensor& dy) {
                    Tensor dw(dy.shape());
                    const Tensor right = correlate2d_backward_filter(x, dy);
                    for (Index r = 0; r < std::min(dw.size(0), right.size(0)); ++r)
                        for (Index s = 0; s < std::min(dw.size(1), right.size(1)); ++s) dw(r, s) = right(r, s);
                    return dw;
                }),
    };
}

// A matrix of this shape with x(i + down, j + right) at (i, j), and zeros where x has no such element.
inline Tensor moved(const Tensor& x, const Shape& shape, Index down, Index right) {
    return matrix(shape[0], shape[1], [&](Index i, Index j) {
        const Index row = i + down, column = j + right;
        return row < 0 || row >= x.size(0) || column < 0 || column >= x.size(1) ? 0 : x(row, column);
    });
}

inline Mistakes image_mistakes() {
    return {
        mistake(rotated, "only_upside_down", "the rows are reversed but not the columns: a half turn reverses both.",
                [](const Tensor& w) { return upside_down(w); }),
        mistake(rotated, "only_mirrored", "the columns are reversed but not the rows: a half turn reverses both.",
                [](const Tensor& w) { return mirrored(w); }),
        mistake(rotated, "only_transposed", "rows and columns are exchanged: that mirrors the filter at its diagonal.",
                [](const Tensor& w) { return transposed(w); }),
        mistake(rotated, "quarter_turn", "the filter is turned by 90°: a half turn is twice that.",
                [](const Tensor& w) { return mirrored(transposed(w)); }),
        mistake(rotated, "not_turned", "the filter comes back as it was.", [](const Tensor& w) { return w; }),
        mistake(correlate2d_backward_input, "filter_not_turned",
                "the filter is not turned: x(a, b) met w(0, 0) at y(a, b), but the last weight at a place further up "
                "and to the left.",
                [](const Tensor& dy, const Tensor& w) { return correlate2d_backward_input(dy, rotated(w)); }),
        mistake(correlate2d_backward_input, "zeros_exchanged",
                "there are S - 1 zeros above and R - 1 on the left: it is R - 1 above, as many as the filter has rows "
                "less one, and S - 1 on the left.",
                [](const Tensor& dy, const Tensor& w) {
                    const Tensor right = correlate2d_backward_input(dy, w);
                    const Index down = w.size(1) - w.size(0);
                    return moved(right, right.shape(), -down, down);
                }),
        mistake(correlate2d_backward_input, "size_exchanged",
                "rows and columns of the filter are exchanged in the size of dx: it has OH + R - 1 rows, with R = "
                "w.size(0), and OW + S - 1 columns.",
                [](const Tensor& dy, const Tensor& w) {
                    return moved(correlate2d_backward_input(dy, w),
                                 {dy.size(0) + w.size(1) - 1, dy.size(1) + w.size(0) - 1}, 0, 0);
                }),
        mistake(correlate2d_backward_input, "image_taken_for_square",
                "dx is square although the image was not: it has OW + S - 1 columns.",
                [](const Tensor& dy, const Tensor& w) {
                    const Tensor right = correlate2d_backward_input(dy, w);
                    return moved(right, {right.size(0), right.size(0)}, 0, 0);
                }),
        mistake(correlate2d_backward_input, "both_turned",
                "the error is turned as well as the filter: only one of the two is.",
                [](const Tensor& dy, const Tensor& w) { return correlate2d_backward_input(rotated(dy), w); }),
        mistake(correlate2d_backward_input, "turned_upside_down_only",
                "the filter is only mirrored, its columns keep their order: a half turn reverses rows and columns.",
                [](const Tensor& dy, const Tensor& w) { return correlate2d_backward_input(dy, mirrored(w)); }),
        mistake(correlate2d_backward_input, "no_zeros_around",
                "dx is smaller than dy: without zeros around dy the filter never reaches over its border.",
                [](const Tensor& dy, const Tensor& w) { return correlate2d_backward_filter(dy, rotated(w)); }),
        mistake(correlate2d_backward_input, "last_product_only",
                "each product replaces the one before: a pixel goes into several outputs, and their errors add up.",
                [](const Tensor& dy, const Tensor& w) {
                    Tensor dx({dy.size(0) + w.size(0) - 1, dy.size(1) + w.size(1) - 1});
                    for (Index i = 0; i < dy.size(0); ++i)
                        for (Index j = 0; j < dy.size(1); ++j)
                            for (Index r = 0; r < w.size(0); ++r)
                                for (Index s = 0; s < w.size(1); ++s) dx(i + r, j + s) = dy(i, j) * w(r, s);
                    return dx;
                }),
        mistake(correlate2d_backward_input, "mean_of_weights",
                "the sum is divided by the number of weights: nothing is averaged.",
                [](const Tensor& dy, const Tensor& w) {
                    return correlate2d_backward_input(dy, w) *= 1 / static_cast<float>(w.count());
                }),
    };
}

}  // namespace cnn::lab08
