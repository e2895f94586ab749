// Wrong answers that learners give, each with the sentence that names it.
#include <algorithm>
#include <cmath>

#include "layer_mistakes.hpp"
#include "network_mistakes.hpp"

using namespace cnn;
using namespace cnn::lab08;
using grader::mistake;

namespace {

// dx where the switch `place` of map (n, c) is thought to mean change(dx, n, c, place, error).
template <class F>
Tensor sent(const Tensor& dy, const Tensor& switches, const Shape& x_shape, const F& change) {
    Tensor dx(x_shape);
    for (Index n = 0; n < dy.size(0); ++n)
        for (Index c = 0; c < dy.size(1); ++c)
            for (Index i = 0; i < dy.size(2); ++i)
                for (Index j = 0; j < dy.size(3); ++j)
                    change(dx, n, c, static_cast<Index>(switches(n, c, i, j)), dy(n, c, i, j));
    return dx;
}

Mistakes max_mistakes() {
    return {
        mistake(max_pool_backward, "assigned_to_the_maximum",
                "an error replaces the one before: a pixel that is the maximum of several windows gets the sum of "
                "their errors (+=, not =).",
                [](const Tensor& dy, const Tensor& switches, const Shape& shape) {
                    return sent(dy, switches, shape, [&](Tensor& dx, Index n, Index c, Index place, float error) {
                        dx(n, c, place / shape[3], place % shape[3]) = error;
                    });
                }),
        mistake(max_pool_backward, "row_and_column_exchanged",
                "row and column are exchanged: a switch is row · W + column.",
                [](const Tensor& dy, const Tensor& switches, const Shape& shape) {
                    return sent(dy, switches, shape, [&](Tensor& dx, Index n, Index c, Index place, float error) {
                        if (inside(shape, place % shape[3], place / shape[3]))
                            dx(n, c, place % shape[3], place / shape[3]) += error;
                    });
                }),
        mistake(max_pool_backward, "width_of_the_pooled_map",
                "the switch is divided by the width of the pooled map: it counts in the plane of x.",
                [](const Tensor& dy, const Tensor& switches, const Shape& shape) {
                    return sent(dy, switches, shape, [&](Tensor& dx, Index n, Index c, Index place, float error) {
                        if (inside(shape, place / dy.size(3), place % dy.size(3)))
                            dx(n, c, place / dy.size(3), place % dy.size(3)) += error;
                    });
                }),
        mistake(max_pool_backward, "height_for_width", "the switch is divided by the height of x: a row has W pixels.",
                [](const Tensor& dy, const Tensor& switches, const Shape& shape) {
                    return sent(dy, switches, shape, [&](Tensor& dx, Index n, Index c, Index place, float error) {
                        if (inside(shape, place / shape[2], place % shape[2]))
                            dx(n, c, place / shape[2], place % shape[2]) += error;
                    });
                }),
        mistake(max_pool_backward, "all_in_the_first_map",
                "the errors of all maps come back in the first: a switch is a place in the plane of its own image and "
                "map.",
                [](const Tensor& dy, const Tensor& switches, const Shape& shape) {
                    return sent(dy, switches, shape, [&](Tensor& dx, Index, Index, Index place, float error) {
                        dx(0, 0, place / shape[3], place % shape[3]) += error;
                    });
                }),
        mistake(max_pool_backward, "mean_of_the_windows",
                "a pixel that is the maximum of several windows gets the mean of their errors: it moves all of them, "
                "so it gets the sum.",
                [](const Tensor& dy, const Tensor& switches, const Shape& shape) {
                    Tensor dx = max_pool_backward(dy, switches, shape);
                    const Tensor windows = max_pool_backward(Tensor::full(dy.shape(), 1), switches, shape);
                    for (Index i = 0; i < dx.count(); ++i) dx[i] /= std::max(windows[i], 1.0f);
                    return dx;
                }),
    };
}

// dx where every pixel of the window that begins at (i · step - padding, j · step - padding) gets dy · share(number of
// its pixels inside).
template <class F>
Tensor shared(const Tensor& dy, const Shape& shape, const Window& window, const F& share, bool add = true) {
    Tensor dx(shape);
    const auto here = [&](Index i, Index size, Index pixels) {  // pixels of a window inside, along one axis
        const Index first = i * window.stride - window.padding;
        return std::min(first + size, pixels) - std::max<Index>(first, 0);
    };
    over_all(dy.shape(), {shape[0], 1, shape[2], shape[3]}, window.size,
             [&](Index n, Index c, Index, Index i, Index j, Index r, Index s) {
                 const Index row = i * window.stride + r - window.padding;
                 const Index column = j * window.stride + s - window.padding;
                 if (!inside(shape, row, column)) return;
                 float& value = dx(n, c, row, column);
                 const Index pixels = here(i, window.size, shape[2]) * here(j, window.size, shape[3]);
                 value = (add ? value : 0) + dy(n, c, i, j) * share(pixels, r, s);
             });
    return dx;
}

Mistakes average_mistakes() {
    return {
        mistake(average_pool_backward, "whole_error_for_everyone",
                "every pixel gets the whole error: it went into the mean with the factor 1/size².",
                [](const Tensor& dy, const Shape& shape, const Window& window) {
                    return shared(dy, shape, window, [](Index, Index, Index) { return 1.0f; });
                }),
        mistake(average_pool_backward, "divided_by_the_size",
                "the error is divided by size: a window has size² pixels.",
                [](const Tensor& dy, const Shape& shape, const Window& window) {
                    return shared(dy, shape, window,
                                  [&](Index, Index, Index) { return 1 / static_cast<float>(window.size); });
                }),
        mistake(average_pool_backward, "shared_inside_only",
                "at the border the error is shared by the pixels inside the image: padding took part in the mean, and "
                "its share is lost.",
                [](const Tensor& dy, const Shape& shape, const Window& window) {
                    return shared(dy, shape, window,
                                  [](Index pixels, Index, Index) { return 1 / static_cast<float>(pixels); });
                }),
        mistake(average_pool_backward, "assigned_shares",
                "a share replaces the one before: where windows overlap, a pixel gets one from each (+=, not =).",
                [](const Tensor& dy, const Shape& shape, const Window& window) {
                    const float share = 1 / static_cast<float>(window.size * window.size);
                    return shared(
                        dy, shape, window, [&](Index, Index, Index) { return share; }, false);
                }),
        mistake(average_pool_backward, "whole_numbers_divided",
                "dx is 0 everywhere: 1 / size² of two whole numbers is 0 in C++.",
                [](const Tensor&, const Shape& shape, const Window&) { return Tensor(shape); }),
        mistake(average_pool_backward, "first_pixel_only",
                "the first pixel of every window gets the whole error: a mean is made of all of them.",
                [](const Tensor& dy, const Shape& shape, const Window& window) {
                    return shared(dy, shape, window,
                                  [](Index, Index r, Index s) { return r == 0 && s == 0 ? 1.0f : 0.0f; });
                }),
        mistake(average_pool_backward, "padding_not_subtracted",
                "the windows begin at i · stride: with padding they begin that many pixels earlier.",
                [](const Tensor& dy, const Shape& shape, const Window& window) {
                    const Index p = window.padding;
                    const Tensor dx =
                        average_pool_backward(dy, {shape[0], shape[1], shape[2] + 2 * p, shape[3] + 2 * p},
                                              {.size = window.size, .stride = window.stride});
                    return each(shape, [&](Index n, Index c, Index i, Index j) { return dx(n, c, i, j); });
                }),
    };
}

Mistakes dense_mistakes() {
    return {
        mistake(dense_backward_input, "weights_transposed",
                "the weights are read along the other axis: dx(n, d) is the sum over m of dy(n, m) · w(m, d).",
                [](const Tensor& dy, const Tensor& w) {
                    require(w.size(0) == w.size(1), "dense: shapes do not fit");
                    return dense_backward_input(dy, transposed(w));
                }),
        mistake(dense_backward_input, "last_output_only",
                "only the last output's error comes back: an input goes into all outputs, so dx is a sum over m.",
                [](const Tensor& dy, const Tensor& w) {
                    const Index m = dy.size(1) - 1;
                    return matrix(dy.size(0), w.size(1), [&](Index n, Index d) { return dy(n, m) * w(m, d); });
                }),
        mistake(dense_backward_input, "mean_of_outputs",
                "the sum is divided by the number of outputs: nothing is averaged.",
                [](const Tensor& dy, const Tensor& w) {
                    return dense_backward_input(dy, w) *= 1 / static_cast<float>(w.size(0));
                }),
        mistake(dense_backward_weights, "gradient_of_weights_transposed",
                "dw has rows and columns exchanged: like w it has a row for each output.",
                [](const Tensor& x, const Tensor& dy) {
                    auto [dw, db] = dense_backward_weights(x, dy);
                    return DenseGradients{transposed(dw), db};
                }),
        mistake(dense_backward_weights, "mean_of_batch",
                "the gradients are divided by the number of images: they add up; if E is a mean, the loss has put that "
                "into dy already.",
                [](const Tensor& x, const Tensor& dy) {
                    auto [dw, db] = dense_backward_weights(x, dy);
                    const float share = 1 / static_cast<float>(x.size(0));
                    return DenseGradients{dw *= share, db *= share};
                }),
        mistake(dense_backward_weights, "last_image_of_batch",
                "only the last image counts: all images of the batch share the weights.",
                [](const Tensor& x, const Tensor& dy) {
                    const Index n = x.size(0) - 1;
                    DenseGradients gradients{
                        matrix(dy.size(1), x.size(1), [&](Index m, Index d) { return dy(n, m) * x(n, d); }),
                        Tensor({dy.size(1)})};
                    for (Index m = 0; m < dy.size(1); ++m) gradients.db(m) = dy(n, m);
                    return gradients;
                }),
        mistake(dense_backward_weights, "no_db", "db is zero: the bias goes into its output with the factor 1.",
                [](const Tensor& x, const Tensor& dy) {
                    auto [dw, db] = dense_backward_weights(x, dy);
                    return DenseGradients{dw, Tensor(db.shape())};
                }),
        mistake(dense_backward_weights, "mean_for_db", "db is the mean over the images, dw the sum: both are sums.",
                [](const Tensor& x, const Tensor& dy) {
                    auto [dw, db] = dense_backward_weights(x, dy);
                    return DenseGradients{dw, db *= 1 / static_cast<float>(x.size(0))};
                }),
    };
}

// dx(i) = f(dy(i), y(i)).
template <class F>
Tensor zipped(Tensor dy, const Tensor& y, const F& f) {
    require(dy.shape() == y.shape(), "activation: dy is {}, y is {}", dy.shape(), y.shape());
    for (Index i = 0; i < y.count(); ++i) dy[i] = f(dy[i], y[i]);
    return dy;
}
float sigmoid(float x) { return 1 / (1 + std::exp(-x)); }

Mistakes relu_mistakes() {
    return {
        mistake(relu_backward, "passes_at_zero",
                "the error passes where y = 0: there the unit was off (y ≥ 0 is always true; ask for y > 0).",
                [](Tensor dy, const Tensor& y) {
                    return zipped(std::move(dy), y, [](float error, float v) { return v >= 0 ? error : 0; });
                }),
        mistake(relu_backward, "multiplied_by_y",
                "the error is multiplied by y: the derivative is 1 where the unit was on, not y.",
                [](Tensor dy, const Tensor& y) {
                    return zipped(std::move(dy), y, [](float error, float v) { return error * v; });
                }),
        mistake(relu_backward, "derivative_without_error",
                "dx is the derivative alone: the chain rule multiplies it by dy.",
                [](Tensor dy, const Tensor& y) {
                    return zipped(std::move(dy), y, [](float, float v) { return v > 0 ? 1.0f : 0.0f; });
                }),
        mistake(relu_backward, "decided_by_the_error",
                "what passes is decided by the sign of dy: it is y that tells whether the unit was on.",
                [](Tensor dy, const Tensor& y) {
                    return zipped(std::move(dy), y, [](float error, float) { return std::max(error, 0.0f); });
                }),
        mistake(relu_backward, "negative_errors_cut",
                "negative errors are set to zero: it is y that decides what passes, not the sign of dy.",
                [](Tensor dy, const Tensor& y) {
                    return zipped(std::move(dy), y,
                                  [](float error, float v) { return v > 0 ? std::max(error, 0.0f) : 0; });
                }),
    };
}

Mistakes squashing_mistakes() {
    return {
        mistake(tanh_backward, "tanh_taken_again",
                "tanh is taken of y: y is tanh x already, so the derivative is 1 - y².",
                [](Tensor dy, const Tensor& y) {
                    return zipped(std::move(dy), y,
                                  [](float error, float v) { return error * (1 - std::tanh(v) * std::tanh(v)); });
                }),
        mistake(tanh_backward, "not_squared", "the derivative is 1 - y²; the square is missing.",
                [](Tensor dy, const Tensor& y) {
                    return zipped(std::move(dy), y, [](float error, float v) { return error * (1 - v); });
                }),
        mistake(tanh_backward, "tanh_derivative_without_error",
                "dx is the derivative alone: the chain rule multiplies it by the error dy.",
                [](Tensor dy, const Tensor& y) {
                    return zipped(std::move(dy), y, [](float, float v) { return 1 - v * v; });
                }),
        mistake(sigmoid_backward, "sigmoid_taken_again",
                "the sigmoid is taken of y: y is the sigmoid of x already, so the derivative is y · (1 - y).",
                [](Tensor dy, const Tensor& y) {
                    return zipped(std::move(dy), y,
                                  [](float error, float v) { return error * sigmoid(v) * (1 - sigmoid(v)); });
                }),
        mistake(sigmoid_backward, "sigmoid_without_y",
                "the derivative is 1 - y here: the factor y is missing, it is y · (1 - y).",
                [](Tensor dy, const Tensor& y) {
                    return zipped(std::move(dy), y, [](float error, float v) { return error * (1 - v); });
                }),
        mistake(sigmoid_backward, "derivative_of_tanh",
                "1 - y² belongs to tanh: the sigmoid's derivative is y · (1 - y).",
                [](Tensor dy, const Tensor& y) {
                    return zipped(std::move(dy), y, [](float error, float v) { return error * (1 - v * v); });
                }),
        mistake(sigmoid_backward, "sigmoid_derivative_without_error",
                "dx is the derivative alone: by the chain rule it is multiplied by the error dy.",
                [](Tensor dy, const Tensor& y) {
                    return zipped(std::move(dy), y, [](float, float v) { return v * (1 - v); });
                }),
        mistake(scaled_tanh_backward, "plain_tanh",
                "1 - y² is the derivative of the plain tanh: here y runs from -1.7159 to 1.7159.",
                [](Tensor dy, const Tensor& y) {
                    return zipped(std::move(dy), y, [](float error, float v) { return error * (1 - v * v); });
                }),
        mistake(scaled_tanh_backward, "inner_factor_forgotten",
                "the inner factor 2/3 is forgotten: the chain rule brings it out.",
                [](Tensor dy, const Tensor& y) { return scaled_tanh_backward(dy *= 1.5f, y); }),
        mistake(scaled_tanh_backward, "outer_factor_forgotten",
                "the factor 1.7159 is forgotten: it stays in front of the derivative.",
                [](Tensor dy, const Tensor& y) { return scaled_tanh_backward(dy *= 1 / 1.7159f, y); }),
        mistake(scaled_tanh_backward, "y_not_divided", "y² is taken for tanh²(2x/3): y is 1.7159 times that tanh.",
                [](Tensor dy, const Tensor& y) {
                    return zipped(std::move(dy), y,
                                  [](float error, float v) { return error * 1.7159f * 2 / 3 * (1 - v * v); });
                }),
        mistake(scaled_tanh_backward, "scaled_tanh_taken_again",
                "tanh(2y/3) is taken: y is known, so tanh(2x/3) is y / 1.7159.",
                [](Tensor dy, const Tensor& y) {
                    return zipped(std::move(dy), y, [](float error, float v) {
                        const float t = std::tanh(2 * v / 3);
                        return error * 1.7159f * 2 / 3 * (1 - t * t);
                    });
                }),
    };
}

}  // namespace

const Mistakes& grader::mistakes() {
    static const Mistakes all = [] {
        Mistakes list;
        for (const auto& some : {filter_mistakes(), image_mistakes(), layer_input_mistakes(), layer_weight_mistakes(),
                                 max_mistakes(), average_mistakes(), dense_mistakes(), relu_mistakes(),
                                 squashing_mistakes(), pass_mistakes(), step_mistakes()})
            list.insert(list.end(), some.begin(), some.end());
        return list;
    }();
    return all;
}
