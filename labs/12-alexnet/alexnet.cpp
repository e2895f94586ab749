// Lab 12: AlexNet. Read alexnet.hpp for what each function promises, README.md for why.
#include "alexnet.hpp"

#include <algorithm>
#include <cmath>

#include "nn/dropout.hpp"
#include "nn/normalization.hpp"
#include "tensor/random.hpp"
#include "tensor/todo.hpp"

namespace cnn::lab12 {

// The maps that map i competes with: from `first` up to, but not including, `end`.
struct Neighbors {
    Index first, end;
};
Neighbors neighbors(Index i, Index channels, Index n) {
    return {std::max<Index>(0, i - n / 2), std::min(channels, i + n / 2 + 1)};
}

// k + alpha · Σ a(j)² at one place.
float response_scale(const Tensor& x, Index image, Index i, Index row, Index column, const ResponseNorm& norm) {
    const auto [first, end] = neighbors(i, x.size(1), norm.n);
    float sum = 0;
    for (Index j = first; j < end; ++j) sum += x(image, j, row, column) * x(image, j, row, column);
    return norm.k + norm.alpha * sum;
}

// Task 12.1: neurons at one place compete across maps.
Tensor local_response_norm_forward(const Tensor& x, const ResponseNorm& norm) {
    // TODO 1. Refuse another rank than 4, and an n that is even or below 1.
    // TODO 2. Every value: which maps j does it compete with? The sum goes over channels, never over rows and columns.
    // TODO 3. Divide by (k + alpha · sum) to the power of beta: std::pow.
    todo("12.1");
}

// Task 12.1: x(i) stands in the numerator of its own y, and in the denominators of its neighbors'.
Tensor local_response_norm_backward(const Tensor& dy, const Tensor& x, const ResponseNorm& norm) {
    // TODO 1. With s = k + alpha · Σ a², the numerator gives dy(i) · s(i)^-beta.
    // TODO 2. The denominator of y(j) gives -2 · alpha · beta · a(i) · dy(j) · a(j) · s(j)^(-beta - 1): add these up
    //         over all j that have i among their neighbors.
    todo("12.1");
}

// Task 12.2: a coin for every neuron.
Tensor dropout_mask(const Shape& shape, float p, std::uint32_t seed) {
    // TODO 1. Refuse a p outside [0, 1).
    // TODO 2. Engine engine(seed); ask uniform(engine) once for each number, in the order of memory.
    todo("12.2");
}

// Task 12.2: a training step.
Tensor dropout_training(const Tensor& x, const Tensor& mask, float p, DropoutForm form) {
    // TODO 1. Numbers that are dropped become 0. What happens to those that stay: in the published form, and inverted?
    todo("12.2");
}

// Task 12.2: afterwards.
Tensor dropout_testing(const Tensor& x, float p, DropoutForm form) {
    // TODO 1. Nothing is dropped. Which of the two forms has something left to make up for?
    todo("12.2");
}

// Task 12.2: and the error goes back.
Tensor dropout_backward(const Tensor& dy, const Tensor& mask, float p, DropoutForm form) {
    // TODO 1. y = x · factor, element by element. What is dx?
    todo("12.2");
}

// Task 12.3: each filter sees the channels of its group.
Tensor grouped_conv2d_forward(const Tensor& x, const Tensor& w, const Tensor& b, const Window& window, Index groups) {
    // TODO 1. Refuse groups that do not divide C and K, w or b of other shapes, and a window that does not fit.
    // TODO 2. To which group does filter k belong, and at which channel of x does that group begin?
    // TODO 3. The loops of task 4.4, over the C / groups channels of w.
    todo("12.3");
}

// Task 12.3: the error of the image.
Tensor grouped_conv2d_backward_input(const Tensor& dy, const Tensor& w, const Shape& x_shape, const Window& window,
                                     Index groups) {
    // TODO 1. As task 8.3: every product x · w of the forward pass sends dy · w back to its x. Which x was that?
    todo("12.3");
}

// Task 12.3: the error of filters and biases.
FilterGradients grouped_conv2d_backward_filters(const Tensor& x, const Tensor& dy, const Window& window, Index groups) {
    // TODO 1. The shape of dw is that of w: C / groups channels.
    // TODO 2. Every product sends dy · x back to its w. db(k) is the sum of dy over images and places.
    todo("12.3");
}

// Task 12.3: counting.
ConvolutionCost grouped_cost(const Shape& image, Index filters, const Window& window, Index groups) {
    // TODO 1. Refuse what the forward pass refuses.
    // TODO 2. Every filter has C / groups channels, and one bias.
    // TODO 3. Every weight of a filter is used once at each of its places.
    todo("12.3");
}

// Task 12.4: a square.
Tensor crop(const Tensor& image, Index row, Index column, Index size, bool mirrored) {
    // TODO 1. Refuse a size below 1, and a square that is not within the image.
    // TODO 2. Which column of the image does column j of the result show, mirrored and not?
    todo("12.4");
}

// Task 12.4: any square.
Tensor random_crop(const Tensor& image, Index size, std::uint32_t seed) {
    // TODO 1. Refuse a size for which there is no place.
    // TODO 2. Engine engine(seed); then row, column, mirrored, in this order. How many places are there?
    todo("12.4");
}

// Task 12.4: ten squares.
Tensor ten_crop(const Tensor& image, Index size) {
    // TODO 1. The five places in the order of the contract.
    // TODO 2. Once in the image, once in its mirror image. The top left of the mirrored image is the mirrored top
    //         right of the image.
    todo("12.4");
}

// Task 12.4: ten opinions.
Tensor ten_crop_probabilities(const Tensor& scores) {
    // TODO 1. Softmax of each row: take its largest number out first, as in task 6.4.
    // TODO 2. The mean of rows 10n to 10n + 9 is row n of the result.
    todo("12.4");
}

// Task 12.4: how the colours vary.
Tensor colour_covariance(const Tensor& images) {
    // TODO 1. The mean of each colour over all pixels of all images.
    // TODO 2. For each pair of colours the mean product of what is above or below these. Add up in double: there are
    //         many pixels.
    todo("12.4");
}

// Task 12.4: another light.
Tensor shift_colours(const Tensor& image, const data::PrincipalComponents& components,
                     const std::vector<float>& alpha) {
    // TODO 1. Three numbers, one for each colour: the columns of components.vectors, each times its alpha and value.
    // TODO 2. Add them to all pixels.
    todo("12.4");
}

// Task 12.5: two groups.
nn::Sequential alexnet_2012(Index classes, Index thin) {
    // TODO 1. Refuse a thin that does not divide 16.
    // TODO 2. network.add("conv1", nn::Conv2d(3, 96 / thin, {.size = 11, .stride = 4, .padding = 2})); and so on. Which
    //         of the five see the maps of their own graphics card only? nn::Conv2d(in, out, window, true, 2).
    // TODO 3. Normalisation follows the ReLU of the first two, pooling follows the normalisation.
    // TODO 4. How many values does pool5 leave? Dropout stands behind the ReLU of fc6 and fc7.
    todo("12.5");
}

// Task 12.5: one tower.
nn::Sequential alexnet(Index classes, Index thin) {
    // TODO 1. Two nn::Sequential, features and classifier: without names, their children are called "0", "1", …
    // TODO 2. Then network.add("features", …), avgpool (nn::AdaptiveAvgPool2d), flatten, classifier.
    todo("12.5");
}

// Task 12.5: for small images.
nn::Sequential small_alexnet(const Shape& image, Index classes) {
    // TODO 1. Refuse images that are not [C, H, W] of 28 to 64 pixels.
    // TODO 2. The table of README.md; the first convolution has as many channels as the image.
    // TODO 3. What fc6 gets depends on the size of the image: network.output_shape({1, C, H, W}) tells what the layers
    //         so far give.
    todo("12.5");
}

// Task 12.6: the best first.
std::vector<Index> best_classes(const Tensor& scores, Index k) {
    // TODO 1. Refuse a k outside 1 … M.
    // TODO 2. Find the largest score k times; or sort the numbers 0 … M-1 by their scores, equal ones in their order.
    todo("12.6");
}

// Task 12.6: how often the label is not among them.
double top_k_error(const Tensor& scores, const std::vector<std::int32_t>& labels, Index k) {
    // TODO 1. Refuse labels that do not fit: too few, too many, negative, too large.
    // TODO 2. For each image: is its label one of its best_classes? Count those where it is not.
    todo("12.6");
}

}  // namespace cnn::lab12
