// Lab 13: VGG. The contract between your vgg.cpp and everything that uses it.
//
// Source of all but 13.3: Simonyan and Zisserman, "Very deep convolutional networks for large-scale image recognition"
// (2014, arXiv 1409.1556).
#pragma once
#include <cstdint>
#include <vector>

#include "nn/sequential.hpp"
#include "tensor/random.hpp"
#include "tensor/window.hpp"

namespace cnn::lab13 {

// ---- 13.1 ----

// The columns of table 1.
enum class Configuration { A, A_LRN, B, C, D, E };

// A line in such a column. "conv3-64" is {Kind::conv, 3, 64}: 64 filters of 3×3. The two others have no numbers.
enum class Kind { conv, lrn, maxpool };
struct Line {
    Kind kind;
    Index size = 0, filters = 0;

    bool operator==(const Line&) const = default;
};

// Task 13.1: a column of table 1, from its first convolution to its last maxpool (the three dense layers below are the
// same in all columns).
std::vector<Line> column(Configuration which);

// Task 13.1: how many parameters (weights and biases) a network with these lines has for colour images of 224×224, by
// counting: each convolution keeps the size of a map, each maxpool halves it (rounded down); dense layers of 4096, 4096
// and `classes` neurons follow. Nothing is built. D with 1000 classes: 138,357,544.
Index vgg_parameters(const std::vector<Line>& lines, Index classes);

// Task 13.1: the convolutional part, for images with so many channels: for a conv line a convolution with padding
// (size - 1) / 2 and a ReLU behind it, for a lrn line local response normalisation with AlexNet's numbers (n = 5,
// α = 1e-4, β = 0.75, k = 2; nn::LocalResponseNorm wants α · n), for a maxpool line max pooling of 2×2, stride 2. The
// children are named "0", "1", … as they come.
nn::Sequential vgg_features(const std::vector<Line>& lines, Index channels);

// Task 13.1: the whole network for colour images, with torchvision's four children: "features"; "avgpool", which
// adapts maps of any size to 7×7 (those of a 224×224 image have it already); "flatten"; and "classifier": dense 4096,
// ReLU, dropout (p = 0.5), dense 4096, ReLU, dropout, dense `classes`. `narrower` divides the numbers of filters and
// the two 4096 (all of them are multiples of 64): with 16 the network is small enough to try things.
nn::Sequential vgg(Configuration which, Index classes = 1000, Index narrower = 1);

// ---- 13.2 ----

// What a unit of the last of several layers (convolutions or poolings, the first one first) sees of the image, along
// one axis: unit i looks at the pixels from start + i · step to start + i · step + size - 1. Padding moves the start
// below zero.
struct ReceptiveField {
    Index size, step, start;
};
// Task 13.2: of these layers; without layers a pixel sees itself. Throws ShapeError for a window that is none (size or
// stride below 1, padding below 0).
ReceptiveField receptive_field(const std::vector<Window>& layers);

// Task 13.2: the pixels that unit `unit` really sees along an axis of `side` pixels: its field without what hangs over
// the edges. Throws ShapeError when the last layer has no such unit (sizes are rounded down), or a window does not fit.
// (Nobody asks for a unit that sees padding only: padding is smaller than the window.)
struct Pixels {
    Index first, last;  // both are seen
};
Pixels pixels_seen(const std::vector<Window>& layers, Index unit, Index side);

// Task 13.2: what a stack of `layers` convolutions costs, each with `channels` filters of size × size over as many
// channels, stride 1 and padding (size - 1) / 2, on maps of side × side (section 2.3). Weights only, no biases.
struct Cost {
    Index field;  // of one unit: field × field
    Index weights, multiply_adds;
};
Cost stack_cost(Index layers, Index size, Index channels, Index side);

// Task 13.2: how much a unit depends on each pixel: |∂ y(0, channel, row, column) / ∂x|, added up over the channels of
// x [1, C, H, W] → [H, W]. y is the network's output [1, K, OH, OW]. Throws ShapeError when x is not one image or y has
// no such unit.
Tensor influence(nn::Layer& network, const Tensor& x, Index channel, Index row, Index column);

// ---- 13.3 ----

// Task 13.3: how many numbers are added up into one output, and in how many outputs one input takes part (at stride 1,
// away from the edges). Of filters [K, C, R, S] or a matrix [out, in]. Throws ShapeError for another rank.
struct Fans {
    Index in, out;
};
Fans fans(const Shape& w);

// How the weights of a layer start.
enum class Scheme {
    gaussian,  // normal with a deviation of one's own choice
    glorot,    // uniform in ±√(6 / (in + out)): Glorot and Bengio 2010, equation 16
    he,        // normal with deviation √(2 / in): He et al. 2015 (arXiv 1502.01852), equation 10
};
struct Start {
    Scheme scheme = Scheme::he;
    double deviation = 0.01;  // of gaussian
};

// Task 13.3: weights of shape w, drawn by one call of uniform(w, engine, …) or normal(w, engine, …) of
// tensor/random.hpp with an engine of this seed.
Tensor first_weights(const Shape& w, const Start& start, std::uint32_t seed);

// Task 13.3: gives a network its start. Learned parameters of rank 2 and 4 become first_weights, the first of them with
// `seed`, the next with seed + 1, and so on; those of rank 1 (biases) become 0. What is not learned, as the state of a
// dropout layer, stays as it is.
void initialize(nn::Layer& network, const Start& start, std::uint32_t seed);

// Task 13.3: by which factor the variance grows from one layer to the next, if a ReLU lies between them and the weights
// w start like this: forward for the sums before the ReLUs (He et al. 2015, equation 9), backward for the gradients
// (equation 13). 1 is what one wants.
struct Growth {
    double forward, backward;
};
Growth growth(const Shape& w, const Start& start);

// Task 13.3: the same, measured. activations[i] is the variance of what child i gives when x goes forward, gradients[i]
// that of the gradient it then receives when dy goes back: of ∂E/∂(its output). Variance: the mean of the squares of
// all numbers minus the square of their mean, added up in double.
struct Profile {
    std::vector<double> activations, gradients;  // one for each child
};
Profile measure(nn::Sequential& network, const Tensor& x, const Tensor& dy);

// ---- 13.4 ----

// Task 13.4: a dense layer that reads maps [channels, size, size] is a convolution that reads them in one place only.
// Its w [M, channels · size · size] as filters [M, channels, size, size]. Throws ShapeError when the numbers do not
// fit.
Tensor as_filters(const Tensor& w, Index channels, Index size);

// A dense layer's w [out, in] and b [out].
struct DenseWeights {
    Tensor w, b;
};
// Task 13.4: a classifier at every place of maps x [N, C, H, W] (section 3.2). The first layer becomes a convolution of
// size × size without padding, the others of 1×1, with ReLU between them → [N, classes, H - size + 1, W - size + 1].
// Throws ShapeError when a layer does not fit: its w or b, or maps smaller than size × size.
Tensor score_maps(const Tensor& x, const std::vector<DenseWeights>& classifier, Index size);

// Task 13.4: the mean over all places: maps [N, classes, H, W] → [N, classes].
Tensor mean_scores(const Tensor& maps);

// Task 13.4: dense evaluation of images x [N, 3, H, W] of any size of which `features` leaves at least 7×7. For a
// network with the children of vgg(): in evaluation mode, features, score maps with the weights of the classifier
// (whose first layer reads 7×7), mean, softmax; the same for the images mirrored left to right; the mean of both →
// probabilities [N, classes]. Throws ShapeError for smaller images.
Tensor evaluate_densely(nn::Sequential& network, const Tensor& x);

// ---- 13.5 ----

// Task 13.5: VGG for small images [C, H, W], such as 1×28×28 or 3×32×32. Children "features": two conv3-16, maxpool,
// two conv3-32, maxpool, two conv3-64, maxpool; "flatten"; "classifier": dense 256, ReLU, dropout (0.5), dense 256,
// ReLU, dropout, dense `classes`, for as many features as such an image leaves. Throws ShapeError for images of which
// three poolings leave nothing.
nn::Sequential small_vgg(const Shape& image, Index classes);

}  // namespace cnn::lab13
