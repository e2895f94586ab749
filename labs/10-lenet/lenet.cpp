// Lab 10: LeNet-5. Read lenet.hpp for what each function promises, README.md for why.
#include "lenet.hpp"

#include <algorithm>
#include <cmath>

#include "bitmaps.hpp"
#include "layers.hpp"
#include "nn/optimizer.hpp"
#include "tensor/random.hpp"
#include "tensor/todo.hpp"

namespace cnn::lab10 {

// Task 10.1: table I.
Tensor connection_table() {
    // TODO 1. Copy the table, or find the rules: columns 0 to 5 have three neighbours each, 6 to 11 four neighbours,
    //         12 to 14 two pairs, 15 all. "Neighbours" run around the end: 5 is followed by 0.
    todo("10.1");
}

// Task 10.1: filters for connections, zeros for the rest.
Tensor spread_filters(const Tensor& w, const Tensor& table) {
    // TODO 1. How many connections does the table have? Refuse another number of filters.
    // TODO 2. Go through the table map by map of C3 and count the connections as you go: number m has filter m.
    todo("10.1");
}

// Task 10.1: and back.
Tensor gather_filters(const Tensor& all, const Tensor& table) {
    // TODO 1. The same walk through the table, the copy the other way round.
    todo("10.1");
}

// Task 10.2: four values become one.
Tensor subsample_forward(const Tensor& x, const Tensor& a, const Tensor& b) {
    // TODO 1. Check the shapes: x [N, C, H, W] with even sides, a and b one value for each map.
    // TODO 2. Every output value: the sum of its four inputs, times the coefficient of its map, plus the bias.
    todo("10.2");
}

// Task 10.2: and the error goes back.
SubsampleGradients subsample_backward(const Tensor& dy, const Tensor& x, const Tensor& a) {
    // TODO 1. ∂y/∂x: by what is each of the four inputs multiplied?
    // TODO 2. ∂y/∂a and ∂y/∂b: how many values of y does a map's coefficient have a part in, over all images?
    todo("10.2");
}

// Task 10.3: pictures as code words.
Tensor digit_codes() {
    // TODO 1. Ten rows of 84 numbers: +1 where digit_bitmaps[digit] has a '#', -1 elsewhere.
    todo("10.3");
}

// Task 10.3: squared distances to the code words.
Tensor rbf_forward(const Tensor& x, const Tensor& w) {
    // TODO 1. For every image and every class, add up the squares of the differences. No root.
    todo("10.3");
}

// Task 10.3: which way x should move.
Tensor rbf_backward(const Tensor& dy, const Tensor& x, const Tensor& w) {
    // TODO 1. What is the derivative of (x - w)² by x? x(n, j) takes part in the distances to all classes: add them up.
    todo("10.3");
}

// Task 10.3: equation 9.
nn::LossResult map_loss(const Tensor& y, const std::vector<std::int32_t>& labels, double j) {
    // TODO 1. Row by row: the penalty of the right class, and the logarithm. e^-y underflows for y = 200 already in
    //         floats: take the largest of the exponents out of the sum first.
    // TODO 2. The gradient: 1 for the right class, minus the part each class has in the sum; all divided by N.
    // TODO 3. A row is right when its smallest penalty stands at its label.
    todo("10.3");
}

// Task 10.4: counting.
std::vector<LayerCount> lenet5_counts() {
    // TODO 1. The sides: 32 pixels, filters of 5×5, subsampling by 2.
    // TODO 2. Parameters: which numbers are shared by all units of a map? C3 follows table I.
    // TODO 3. Connections: units × (inputs of a unit + 1 for the bias). A subsampling unit has four inputs.
    todo("10.4");
}

// Task 10.4: LeNet-5 as published.
nn::Sequential lenet5_1998() {
    // TODO 1. network.add("c1", nn::Conv2d(…)); then network.add(nn::ScaledTanh()); and so on.
    // TODO 2. Compare what describe() prints with your counts: ./lab run 10 --mine -- --net 1998 --describe
    todo("10.4");
}

// Task 10.5: LeNet-5 as it is built today.
nn::Sequential lenet5() {
    // TODO 1. Twelve layers in one constructor: nn::Sequential(nn::Conv2d(…), nn::ReLU(), …).
    // TODO 2. How many values come out of the second pooling?
    todo("10.5");
}

// Task 10.6: stages.
double learning_rate(const std::vector<Stage>& schedule, Index epoch) {
    // TODO 1. Walk through the stages and take their epochs off until the epoch lies in one of them.
    todo("10.6");
}

// Task 10.6: a new order for every epoch, cut into batches.
std::vector<std::vector<Index>> mini_batches(Index count, Index batch_size, std::uint32_t seed, Index epoch) {
    // TODO 1. Engine engine(…); permutation(engine, count) is the order.
    // TODO 2. Cut it. What is left at the end is a batch as well.
    todo("10.6");
}

// Task 10.6: the images of a batch.
Images take(const Images& images, const std::vector<Index>& numbers) {
    // TODO 1. A tensor of the images' shape, but with numbers.size() of them.
    // TODO 2. One image is images.x.count() / images.x.size(0) numbers in a row, whatever its rank.
    todo("10.6");
}

// Task 10.6: how good the network is.
Score evaluate(nn::Layer& network, const nn::Loss& loss, const Images& images, Index batch_size) {
    // TODO 1. network.set_training(false).
    // TODO 2. Batch after batch: forward and loss; no backward, no step. result.loss is the mean of a batch, and the
    //         last batch may be smaller than the others.
    todo("10.6");
}

// Task 10.6: the training loop.
std::vector<EpochScore> train(nn::Layer& network, const nn::Loss& loss, const Images& training, const Images& test,
                              const TrainOptions& options) {
    // TODO 1. nn::Sgd sgd(network, {.momentum = …}); once, because it remembers the velocities.
    // TODO 2. Every epoch: training mode, its learning rate, its batches.
    // TODO 3. Every batch: forward, loss, network.backward(result.gradient), sgd.step(rate).
    // TODO 4. The epoch's means, then evaluate the test images.
    todo("10.6");
}

// Task 10.7: sizes and parameters of a variant.
LenetSizes lenet_sizes(const LenetOptions& options) {
    // TODO 1. Refuse numbers below 1. Start with one channel of 28×28. For every entry of filters: the side after the
    //         convolution, its parameters, the side after the pooling. Refuse what does not fit.
    // TODO 2. The features, then for every dense layer inputs × neurons + neurons; the last one has ten neurons.
    todo("10.7");
}

// Task 10.7: the variant itself.
nn::Sequential build_lenet(const LenetOptions& options) {
    // TODO 1. Let lenet_sizes refuse what is impossible, and tell you the number of features.
    // TODO 2. network.add(layer) in a loop over filters, then in one over dense. No ReLU after the last layer.
    todo("10.7");
}

}  // namespace cnn::lab10
