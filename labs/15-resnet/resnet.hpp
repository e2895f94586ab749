// Lab 15: ResNet. The contract between your resnet.cpp and everything that uses it.
//
// Sources: Ioffe and Szegedy, "Batch normalization: accelerating deep network training by reducing internal covariate
// shift" (2015) for 15.1 and 15.2; He, Zhang, Ren and Sun, "Deep residual learning for image recognition" (2015) for
// the rest. Names of layers are torchvision's.
#pragma once
#include <vector>

#include "nn/sequential.hpp"

namespace cnn::lab15 {

// ---- 15.1 ----

// Task 15.1: batch normalisation in training (Ioffe and Szegedy, algorithm 1). x [N, C, H, W], gamma and beta [C]. Each
// channel c is normalised with the mean and variance of its own M = N·H·W numbers,
//     x̂ = (x - mean(c)) / √(variance(c) + ε),   y = gamma(c) · x̂ + beta(c),
// where the variance divides by M. Throws ShapeError unless x has four axes and gamma and beta one number a channel.
struct BatchNormalized {
    Tensor y;               // the shape of x
    Tensor mean, variance;  // [C]
};
BatchNormalized batch_norm_forward(const Tensor& x, const Tensor& gamma, const Tensor& beta, float epsilon);

// Task 15.1: what the layer remembers for later, after one more batch of M numbers a channel,
//     running = (1 - momentum) · running + momentum · (that of the batch),
// for the mean as it is and for the variance with Bessel's correction, M / (M - 1): the batch is a sample of all
// images. Throws Error when M < 2.
struct RunningStatistics {
    Tensor mean, variance;  // [C]
};
RunningStatistics update_running(const RunningStatistics& running, const Tensor& mean, const Tensor& variance, Index M,
                                 float momentum);

// Task 15.1: batch normalisation in evaluation: the same line through each channel, drawn with given mean and variance
// [C]. What an image gives does not depend on the others of its batch. Throws ShapeError as above.
Tensor batch_norm_inference(const Tensor& x, const Tensor& gamma, const Tensor& beta, const Tensor& mean,
                            const Tensor& variance, float epsilon);

// ---- 15.2 ----

// Task 15.2: the gradients of E from dy = ∂E/∂y, for batch_norm_forward's x and what it returned (Ioffe and Szegedy,
// section 3). Mean and variance depend on x, too. Throws ShapeError where shapes disagree.
struct BatchNormGradients {
    Tensor dx;             // the shape of x
    Tensor dgamma, dbeta;  // [C]
};
BatchNormGradients batch_norm_backward(const Tensor& dy, const Tensor& x, const Tensor& gamma, const Tensor& mean,
                                       const Tensor& variance, float epsilon);

// ---- 15.3 ----

// Task 15.3: a residual block (He et al., section 3.2): y = max(body(x) + shortcut(x), 0).
Tensor residual_forward(nn::Layer& body, nn::Layer& shortcut, const Tensor& x);

// Task 15.3: dx = ∂E/∂x from dy = ∂E/∂y and the y of the forward pass. Calls backward of body and shortcut, once each.
Tensor residual_backward(nn::Layer& body, nn::Layer& shortcut, const Tensor& dy, const Tensor& y);

// Task 15.3: the body of figure 5, left: conv1 (3×3, padding 1, with the stride), bn1, relu, conv2 (3×3, padding 1),
// bn2. x [N, in, H, W] → [N, out, H/stride, W/stride]. The convolutions have no biases.
nn::Sequential basic_body(Index in, Index out, Index stride);

// ---- 15.4 ----

// Task 15.4: option A of section 3.3, no parameters. x [N, in, H, W] → y [N, out, OH, OW]: every stride-th pixel of
// every stride-th row, beginning with the first, OH = ⌈H / stride⌉; (out - in) / 2 maps of zeros (rounded down) stand
// before x's channels, the rest of the new ones behind. Throws ShapeError when out < in or stride < 1.
Tensor zero_padded_forward(const Tensor& x, Index out, Index stride);

// Task 15.4: dx [of x_shape] from dy [N, out, OH, OW]. Throws ShapeError where dy is not what the forward pass makes of
// such an x: N, OH and OW must be right, and out must not be below in.
Tensor zero_padded_backward(const Tensor& dy, const Shape& x_shape, Index stride);

// Task 15.4: the three options of section 3.3. A: ZeroPadded (layers.hpp) where the shape changes (stride > 1, or in ≠
// out), the identity elsewhere. B: a projection where the shape changes, the identity elsewhere. C: a projection
// everywhere. A projection is a convolution of 1×1 with the stride, without bias, and a batch normalisation: children
// "0" and "1". The identity is a Sequential without layers.
enum class Shortcut { A, B, C };
nn::Sequential make_shortcut(Shortcut option, Index in, Index out, Index stride);

// ---- 15.5 ----

// Task 15.5: the body of figure 5, right, a bottleneck: conv1 (1×1) from `in` to `inner` channels, bn1, relu1, conv2
// (3×3, padding 1), bn2, relu2, conv3 (1×1) to 4 · inner, bn3; no biases. Which convolution has the stride?
enum class StrideIn {
    conv1,  // the paper's
    conv2,  // torchvision's, for half a percent more accuracy ("ResNet v1.5")
};
nn::Sequential bottleneck_body(Index in, Index inner, Index stride, StrideIn place);

// ---- 15.6 ----

// The networks of section 4.2, for small images [N, channels, H, W], with 6n + 2 layers.
struct SmallOptions {
    Index n = 3;
    bool residual = true;  // false: the plain network of 15.7
    Shortcut shortcut = Shortcut::A;
    Index width = 16;  // maps of the first stage; the paper's is 16
    Index channels = 3, classes = 10;
};

// Task 15.6: conv1 (3×3, padding 1, no bias) to `width` maps, bn1, relu; layer1, layer2, layer3: n blocks each, of
// width, 2 · width and 4 · width maps, the first block of layer2 and layer3 with stride 2; avgpool
// (nn::AdaptiveAvgPool2d), flatten, fc. layer1 is a Sequential of blocks "0", "1", …; a block is a ResidualBlock
// (layers.hpp) of a basic_body. Without `residual`, a block is a Sequential of a basic_body, added under the empty name
// (block.add("", basic_body(…)), so that its layers keep their own names), and a ReLU, named "relu". Throws Error when
// n < 1. n = 3, 5, 7, 9, 18: 269,722, 464,154, 658,586, 853,018 and 1,727,962 parameters, with option A.
nn::Sequential small_network(const SmallOptions& options);

// The networks of table 1, for photos [N, 3, H, W], usually of 224×224 pixels.
struct PhotoOptions {
    Index layers = 50;  // 18, 34, 50, 101 or 152
    StrideIn place = StrideIn::conv2;
    Index width = 64;  // maps of conv1 and of the first stage (inner ones of a bottleneck); the paper's is 64
    Index classes = 1000;
};

// Task 15.6: conv1 (7×7, stride 2, padding 3, no bias) to `width` maps, bn1, relu, maxpool (3×3, stride 2, padding 1);
// layer1 to layer4 of width, 2 · width, 4 · width and 8 · width maps (of bottlenecks, the inner ones), with stride 2 in
// the first block of layer2, layer3 and layer4; avgpool, flatten, fc. Shortcuts of option B. 18 and 34 layers are of
// basic blocks, the others of bottlenecks. 11,689,512, 21,797,672, 25,557,032, 44,549,160 and 60,192,808 parameters.
// Throws Error for another number of layers.
nn::Sequential photo_network(const PhotoOptions& options);

// ---- 15.7 ----

// Task 15.7: filters [channels, channels, 3, 3] of a convolution with padding 1 that gives back what it gets: a deep
// plain network can do whatever a shallow one does, if only the added layers learn these.
Tensor identity_filters(Index channels);

// One network's training: the errors (shares of wrong answers, 0 to 1) of each epoch.
struct Curve {
    Index layers;
    std::vector<double> training, test;
};

// Task 15.7: by how much the deeper network's mean error over the last `last` epochs is above the shallower one's:
// negative when depth helped. Which is the deeper one, the curves say. Throws Error when a curve has fewer than `last`
// epochs, when last < 1, or when both have the same number of layers.
struct DepthCost {
    double training, test;
};
DepthCost depth_cost(const Curve& a, const Curve& b, Index last);

}  // namespace cnn::lab15
