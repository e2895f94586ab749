// Lab 08: backpropagation. The contract between your backprop.cpp and everything that uses it.
//
// Every function here answers one question: E is a number computed from y, and y was computed from x (and w, b). Given
// dy = ∂E/∂y, what are dx = ∂E/∂x, dw = ∂E/∂w and db = ∂E/∂b? A gradient has the shape of what it belongs to.
#pragma once
#include <cstdint>
#include <vector>

#include "tensor/tensor.hpp"
#include "tensor/window.hpp"

namespace cnn::lab08 {

// Task 8.1: the gradient of one filter, for y = correlate2d(x, w) of lab 04: one channel, stride 1, no padding.
// x [H, W], dy [OH, OW] → dw [H - OH + 1, W - OW + 1],
//     dw(r, s) = Σ_i Σ_j x(i + r, j + s) · dy(i, j),
// which is x correlated with dy. Throws ShapeError when dy does not fit in x.
Tensor correlate2d_backward_filter(const Tensor& x, const Tensor& dy);

// Task 8.2: a filter [R, S] turned by 180°: the last weight of the last row becomes the first.
Tensor rotated(const Tensor& w);

// Task 8.2: the gradient of the image, for the same y. dy [OH, OW], w [R, S] → dx [OH + R - 1, OW + S - 1],
//     dx(a, b) = Σ_r Σ_s dy(a - r, b - s) · w(r, s)   over those r, s for which dy has such a pixel.
// That is the full correlation of dy, with R - 1 zeros above and below and S - 1 on the left and right, with the
// rotated filter. Throws ShapeError when w or dy is empty or has not two axes.
Tensor correlate2d_backward_input(const Tensor& dy, const Tensor& w);

// Task 8.3: the same for a layer: x [N, C, H, W], w [K, C, R, S] with R = S = window.size, y and dy [N, K, OH, OW] of
//     y(n, k, i, j) = b(k) + Σ_c Σ_r Σ_s x(n, c, i·stride + r - padding, j·stride + s - padding) · w(k, c, r, s),
// where OH = (H + 2·padding - R) / stride + 1, rounded down. Both throw ShapeError when shapes and window do not fit
// together, when the window does not fit in x, when its size or stride is less than 1 or its padding negative.
Tensor conv2d_backward_input(const Tensor& dy, const Tensor& w, const Shape& x_shape, const Window& window);
struct FilterGradients {
    Tensor dw;  // [K, C, R, S]
    Tensor db;  // [K]: db(k) = Σ_n Σ_i Σ_j dy(n, k, i, j)
};
FilterGradients conv2d_backward_filters(const Tensor& x, const Tensor& dy, const Window& window);

// Task 8.4: the error goes back to where the maximum came from. dy and switches [N, C, OH, OW], switches as in lab 05
// (row · W + column in the plane of x) → dx of x_shape [N, C, H, W]. A pixel that was the maximum of several
// windows gets the sum of their errors, one that was none gets 0. Throws ShapeError when the shapes do not fit
// together or a switch is no pixel of the plane.
Tensor max_pool_backward(const Tensor& dy, const Tensor& switches, const Shape& x_shape);

// Task 8.4: every pixel of a window gets an equal share, 1/size², of its error; what falls on the padding is lost. dy
// [N, C, OH, OW] → dx of x_shape [N, C, H, W]. Throws as 8.3 does.
Tensor average_pool_backward(const Tensor& dy, const Shape& x_shape, const Window& window);

// Task 8.5: the fully connected layer y = x·wᵀ + b with x [N, D], w [M, D], y and dy [N, M]. Both throw ShapeError when
// the shapes do not fit together.
Tensor dense_backward_input(const Tensor& dy, const Tensor& w);  // dx(n, d) = Σ_m dy(n, m) · w(m, d)
struct DenseGradients {
    Tensor dw;  // [M, D]: dw(m, d) = Σ_n dy(n, m) · x(n, d)
    Tensor db;  // [M]: db(m) = Σ_n dy(n, m)
};
DenseGradients dense_backward_weights(const Tensor& x, const Tensor& dy);

// Task 8.5: activations y = f(x), element by element, any shape: dx = dy · f'(x). What is known is y, not x: write the
// derivative in terms of y. dx takes the place of dy. All throw ShapeError when dy and y differ in shape.
Tensor relu_backward(Tensor dy, const Tensor& y);         // y = max(x, 0); the derivative at 0 is 0
Tensor tanh_backward(Tensor dy, const Tensor& y);         // y = tanh x
Tensor sigmoid_backward(Tensor dy, const Tensor& y);      // y = 1 / (1 + e^-x)
Tensor scaled_tanh_backward(Tensor dy, const Tensor& y);  // y = 1.7159 tanh(2x/3): LeCun et al. 1998, appendix A

// Task 8.6: everything that a small network learns, and, in the same shapes, the gradients of the loss. The network is
// convolution → ReLU → max pooling (overlapping) → dense → softmax cross-entropy.
struct SmallNetwork {
    Tensor filters;  // [K, C, 3, 3]
    Tensor bias;     // [K]
    Tensor weights;  // [M, D]: D = K·OH·OW values of the pooled maps, in the order in which they lie in memory
    Tensor offsets;  // [M]: the dense layer's bias
};
inline constexpr Window convolution_window{.size = 3, .padding = 1}, pooling_window{.size = 3, .stride = 2};

// Task 8.6: one pass forward and one back. x [N, C, H, W], one label from 0 to M - 1 for each image.
struct Gradients {
    double loss;            // the mean over the images of -log softmax(logits)[label]
    Index correct;          // images whose largest logit is their label's
    SmallNetwork gradient;  // ∂loss/∂… of everything learned
    Tensor dx;              // ∂loss/∂x: which pixels would change the loss
};
Gradients backpropagate(const Tensor& x, const std::vector<std::int32_t>& labels, const SmallNetwork& network);

// Task 8.6: one step of gradient descent: every parameter p becomes p - rate · ∂loss/∂p.
struct Step {
    double loss;           // before the step
    Index correct;         // before the step
    SmallNetwork network;  // after the step
};
Step training_step(const Tensor& x, const std::vector<std::int32_t>& labels, const SmallNetwork& network, float rate);

}  // namespace cnn::lab08
