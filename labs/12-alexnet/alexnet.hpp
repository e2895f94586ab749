// Lab 12: AlexNet. The contract between your alexnet.cpp and everything that uses it.
//
// Source of all but small_alexnet and torchvision's form: Krizhevsky, Sutskever and Hinton, "ImageNet classification
// with deep convolutional neural networks", NIPS 2012. Images are [C, H, W], batches [N, C, H, W].
#pragma once
#include <cstdint>
#include <vector>

#include "data/principal_components.hpp"
#include "nn/sequential.hpp"

namespace cnn::lab12 {

// ---- 12.1 ----

// The constants of section 3.3. n is odd: a map, and (n - 1) / 2 maps on either side of it.
struct ResponseNorm {
    Index n = 5;
    float k = 2, alpha = 1e-4f, beta = 0.75f;
};

// Task 12.1: local response normalisation, section 3.3. For x [N, C, H, W] with the values a of one image and place,
//     y(i) = a(i) / (k + alpha · Σ_j a(j)²)^beta,   j from max(0, i - n/2) to min(C - 1, i + n/2), n/2 rounded down.
// Throws ShapeError for another rank, and for an n that is even or below 1.
Tensor local_response_norm_forward(const Tensor& x, const ResponseNorm& norm);

// Task 12.1: ∂E/∂x from dy = ∂E/∂y, for the x of the forward pass. Throws ShapeError as the forward pass does, and
// where dy has another shape than x.
Tensor local_response_norm_backward(const Tensor& dy, const Tensor& x, const ResponseNorm& norm);

// ---- 12.2 ----

// Task 12.2: which numbers take part in a training step: 1 for those that do, 0 (with probability p) for the others.
// Number i in memory is 0 exactly where the i-th uniform(engine) of an Engine(seed) is below p. Throws ShapeError
// unless 0 ≤ p < 1.
Tensor dropout_mask(const Shape& shape, float p, std::uint32_t seed);

// Two forms. Section 4.2 ("published") changes nothing more in training and multiplies every neuron by 1 - p in
// testing. Today ("inverted dropout") the neurons that stay are divided by 1 - p in training, and testing changes
// nothing.
enum class DropoutForm { published, inverted };

// Task 12.2: x in training and in testing; dx in training. All of them have x's shape. Throws ShapeError where the mask
// has another.
Tensor dropout_training(const Tensor& x, const Tensor& mask, float p, DropoutForm form);
Tensor dropout_testing(const Tensor& x, float p, DropoutForm form);
Tensor dropout_backward(const Tensor& dy, const Tensor& mask, float p, DropoutForm form);

// ---- 12.3 ----

// Task 12.3: convolution whose channels are split into groups that do not see each other (figure 2: one group a
// graphics card). x [N, C, H, W], w [K, C / groups, R, S] with R = S = window.size, b [K] → y [N, K, OH, OW] as
// conv2d_forward of lab 04, but filter k, which belongs to group g = k / (K / groups), sees channels g · C / groups
// up to (g + 1) · C / groups only, and w(k, 0, …) belongs to the first of these. Throws ShapeError where groups does
// not divide C and K, where w or b do not fit, and where the window does not fit into the image with its padding.
Tensor grouped_conv2d_forward(const Tensor& x, const Tensor& w, const Tensor& b, const Window& window, Index groups);

// Task 12.3: and the way back, from dy = ∂E/∂y [N, K, OH, OW].
Tensor grouped_conv2d_backward_input(const Tensor& dy, const Tensor& w, const Shape& x_shape, const Window& window,
                                     Index groups);
struct FilterGradients {
    Tensor dw;  // [K, C / groups, R, S]
    Tensor db;  // [K]
};
FilterGradients grouped_conv2d_backward_filters(const Tensor& x, const Tensor& dy, const Window& window, Index groups);

// Task 12.3: what such a layer costs for one image [C, H, W]. Throws ShapeError as the forward pass would: where groups
// does not divide C and K, and where the window does not fit.
struct ConvolutionCost {
    Index parameters;     // weights and biases
    Index multiply_adds;  // products of a weight and an input, zeros of the padding included
};
ConvolutionCost grouped_cost(const Shape& image, Index filters, const Window& window, Index groups);

// ---- 12.4 ----

// Task 12.4: size × size pixels of an image [C, H, W], from (row, column) on, left and right exchanged afterwards where
// `mirrored` says so. Throws ShapeError where size is below 1, and where the square is not within the image.
Tensor crop(const Tensor& image, Index row, Index column, Index size, bool mirrored);

// Task 12.4: section 4.1, first form: any square, mirrored or not. An Engine(seed) is asked for the row, then the
// column, then whether to mirror: uniform_index(engine, H - size + 1), uniform_index(engine, W - size + 1),
// uniform_index(engine, 2) == 1. Throws ShapeError where no such square fits, and where size is below 1.
Tensor random_crop(const Tensor& image, Index size, std::uint32_t seed);

// Task 12.4: the five places of size × size (top left, top right, bottom left, bottom right, centre: half of what is
// left over, rounded down), then the same five of the whole mirrored image: [10, C, size, size]. Throws ShapeError as
// random_crop does.
Tensor ten_crop(const Tensor& image, Index size);

// Task 12.4: what a network says about an image from its scores for the ten crops: the mean of the ten softmaxes.
// scores [10 · N, M], where rows 10n to 10n + 9 are the ten crops of image n, → [N, M]. Throws ShapeError where the
// number of rows is no multiple of 10.
Tensor ten_crop_probabilities(const Tensor& scores);

// Task 12.4: section 4.1, second form. How red, green and blue vary together over all pixels of images [N, 3, H, W]:
// [3, 3], the means of (u - mean of u) · (v - mean of v). data::principal_components makes axes of it. Throws
// ShapeError where there are not three colours, or no pixel.
Tensor colour_covariance(const Tensor& images);

// Task 12.4: adds [p1, p2, p3] [a1 λ1, a2 λ2, a3 λ3]ᵀ to every pixel of an image [3, H, W], where the columns p of
// components.vectors are the eigenvectors of the covariance, components.values are its eigenvalues λ, and a = alpha [3]
// was drawn for this image. Nothing is cut off at black and white. Throws ShapeError for other sizes.
Tensor shift_colours(const Tensor& image, const data::PrincipalComponents& components, const std::vector<float>& alpha);

// ---- 12.5 ----

// Task 12.5: AlexNet as published, in two groups, for x [N, 3, 224, 224] (README.md has the table). Children conv1,
// relu1, norm1, pool1; conv2, relu2, norm2, pool2; conv3, relu3; conv4, relu4; conv5, relu5, pool5; flatten; fc6,
// relu6, drop6; fc7, relu7, drop7; fc8. drop6 and drop7 drop half, p = 0.5. 60,965,224 parameters. `thin` divides the
// number of filters and neurons of every layer but the last: thin = 4 is a network for those who have no ImageNet.
// Throws ShapeError unless it divides 16.
nn::Sequential alexnet_2012(Index classes = 1000, Index thin = 1);

// Task 12.5: the single tower of torchvision (Krizhevsky 2014, "One weird trick for parallelizing convolutional neural
// networks"), under its names: features.0 to features.12, avgpool, flatten, classifier.0 to classifier.6 (README.md has
// the table). 61,100,840 parameters. `thin` as above, and the same refusal.
nn::Sequential alexnet(Index classes = 1000, Index thin = 1);

// Task 12.5: a small network of AlexNet's kind for images [C, H, W] of 28 to 64 pixels: the children of alexnet_2012
// with the sizes in README.md. Throws ShapeError for images of other sizes.
nn::Sequential small_alexnet(const Shape& image, Index classes);

// ---- 12.6 ----

// Task 12.6: the k classes with the largest scores [M], the best first; of equal ones the first counts as better.
// Throws ShapeError unless 1 ≤ k ≤ M.
std::vector<Index> best_classes(const Tensor& scores, Index k);

// Task 12.6: the share of images whose label is not among their k best classes: scores [N, M], one label in 0 … M-1
// for each row → 0 to 1. Throws ShapeError unless there are N > 0 labels, all of them in range, and 1 ≤ k ≤ M.
double top_k_error(const Tensor& scores, const std::vector<std::int32_t>& labels, Index k);

}  // namespace cnn::lab12
