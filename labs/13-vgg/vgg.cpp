// Lab 13: VGG. Read vgg.hpp for what each function promises, README.md for why.
#include "vgg.hpp"

#include <algorithm>
#include <cmath>

#include "nn/dropout.hpp"
#include "nn/loss.hpp"
#include "nn/normalization.hpp"
#include "nn/operators.hpp"
#include "tensor/todo.hpp"

namespace cnn::lab13 {

// Task 13.1: table 1, column by column.
std::vector<Line> column(Configuration which) {
    // TODO 1. Write down the five blocks of A, each with a maxpool at its end.
    // TODO 2. What does each of the other columns have more than A? Only C has convolutions of 1×1.
    todo("13.1");
}

// Task 13.1: counting without building.
Index vgg_parameters(const std::vector<Line>& lines, Index classes) {
    // TODO 1. A filter is as deep as there are channels before it, and has a bias. Which lines change the channels,
    //         which the side of the maps, which have no parameters?
    // TODO 2. Three dense layers: how many values does the last map hand to the first of them?
    todo("13.1");
}

// Task 13.1: lines become layers.
nn::Sequential vgg_features(const std::vector<Line>& lines, Index channels) {
    // TODO 1. Go through the lines, remembering how many channels there are, and add the layers of each.
    todo("13.1");
}

// Task 13.1: the whole network.
nn::Sequential vgg(Configuration which, Index classes, Index narrower) {
    // TODO 1. Take the column and divide its numbers of filters.
    // TODO 2. Put the four children together: how many values does the first dense layer get from maps of 7×7?
    todo("13.1");
}

// Task 13.2: what one unit sees, from layer to layer.
ReceptiveField receptive_field(const std::vector<Window>& layers) {
    // TODO 1. Begin with a pixel: it sees itself, its neighbour is one pixel away.
    // TODO 2. A layer's unit sees `size` units of the layer before. How far are these apart on the image? By how much
    //         does each widen the field? Where does the first one begin, if there is padding?
    todo("13.2");
}

// Task 13.2: cut off at the edges of the image.
Pixels pixels_seen(const std::vector<Window>& layers, Index unit, Index side) {
    // TODO 1. How many units does the last layer have? Refuse others, and windows that do not fit.
    // TODO 2. Take the field of this unit, and leave out what is not on the image.
    todo("13.2");
}

// Task 13.2: what a stack of convolutions costs.
Cost stack_cost(Index layers, Index size, Index channels, Index side) {
    // TODO 1. The field: by how much does each layer widen it?
    // TODO 2. A filter's weights, times the filters, times the layers. Each weight is used once for every place of a
    // map.
    todo("13.2");
}

// Task 13.2: the same seen by the gradient.
Tensor influence(nn::Layer& network, const Tensor& x, Index channel, Index row, Index column) {
    // TODO 1. Run the network forward. What is the gradient of one value of y by all values of y?
    // TODO 2. Run it backward, and add up the magnitudes over the channels.
    todo("13.2");
}

// Task 13.3: terms of a sum, and parts that an input takes.
Fans fans(const Shape& w) {
    // TODO 1. A matrix [out, in]: one output adds up how many products?
    // TODO 2. Filters [K, C, R, S]: the same question, and the other way round.
    todo("13.3");
}

// Task 13.3: the first weights of one layer.
Tensor first_weights(const Shape& w, const Start& start, std::uint32_t seed) {
    // TODO 1. An engine of this seed, then one draw for the whole shape: what are its bounds, or its deviation?
    todo("13.3");
}

// Task 13.3: and of a whole network.
void initialize(nn::Layer& network, const Start& start, std::uint32_t seed) {
    // TODO 1. Go through network.parameters(). Which are weights, which biases, which are not learned at all?
    todo("13.3");
}

// Task 13.3: what theory says.
Growth growth(const Shape& w, const Start& start) {
    // TODO 1. What is the variance of one weight? Of numbers spread evenly over ±a it is a²/3.
    // TODO 2. A sum of n such weights times inputs has n times the variance; a ReLU lets half of it through.
    todo("13.3");
}

// Task 13.3: and what is measured.
Profile measure(nn::Sequential& network, const Tensor& x, const Tensor& dy) {
    // TODO 1. Hand x from child to child (network[i].forward) and take the variance of what each gives.
    // TODO 2. Hand dy back from the last child to the first, taking the variance of what each receives.
    todo("13.3");
}

// Task 13.4: a row of the matrix is a filter.
Tensor as_filters(const Tensor& w, Index channels, Index size) {
    // TODO 1. In which order does flattening put the numbers of maps [channels, size, size]? And how do filters lie?
    todo("13.4");
}

// Task 13.4: scores at every place.
Tensor score_maps(const Tensor& x, const std::vector<DenseWeights>& classifier, Index size) {
    // TODO 1. The first layer's filters are as large as what it used to read; nn::operators().conv2d_forward applies
    //         them everywhere.
    // TODO 2. The others read one place of what is before them. Where is a ReLU?
    todo("13.4");
}

// Task 13.4: one score for the whole image.
Tensor mean_scores(const Tensor& maps) {
    // TODO 1. For each image and each class, the mean of its map.
    todo("13.4");
}

// Task 13.4: the whole procedure.
Tensor evaluate_densely(nn::Sequential& network, const Tensor& x) {
    // TODO 1. Evaluation mode; network[0] are the features, network[3] the classifier: its parameters() are w (rank 2)
    //         and b (rank 1) of one dense layer after the other. Dropout has a state there, too: skip what is not
    //         learned.
    // TODO 2. Images → features → score_maps → mean_scores → softmax, which nn::softmax_cross_entropy().probabilities()
    //         computes.
    // TODO 3. The same for mirrored images; the mean of both.
    todo("13.4");
}

// Task 13.5: the same idea for small images.
nn::Sequential small_vgg(const Shape& image, Index classes) {
    // TODO 1. Three blocks of two convolutions: vgg_features builds them.
    // TODO 2. How large are the maps after three poolings? 28 → 14 → 7 → 3.
    todo("13.5");
}

}  // namespace cnn::lab13
