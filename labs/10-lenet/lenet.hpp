// Lab 10: LeNet-5. The contract between your lenet.cpp and everything that uses it.
//
// Source of all but 10.5 and 10.7: LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document
// recognition", Proceedings of the IEEE 86 (1998), section II.B for the network, II.C for its loss.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "nn/loss.hpp"
#include "nn/sequential.hpp"

namespace cnn::lab10 {

// ---- 10.1 ----

// Task 10.1: table I of the paper, [6, 16]: 1 in row c and column k where map c of S2 feeds map k of C3, else 0.
Tensor connection_table();

// Task 10.1: the filters of a layer with such a table [C, K]. Only connections have weights: w [M, R, S] holds one
// filter for each of the M ones in the table, those of map k = 0 first, within a map in the order of c. The result
// [K, C, R, S] is what conv2d_forward takes: zeros where there is no connection. Throws ShapeError unless the table
// has M ones.
Tensor spread_filters(const Tensor& w, const Tensor& table);

// Task 10.1: the way back, for gradients: all [K, C, R, S] → [M, R, S], the filters of connections alone. Throws
// ShapeError unless all and table agree about C and K.
Tensor gather_filters(const Tensor& all, const Tensor& table);

// ---- 10.2 ----

// Task 10.2: trainable subsampling: four neighbours are added, multiplied by the map's coefficient, and its bias is
// added. x [N, C, H, W] with H and W even, a [C], b [C] → y [N, C, H/2, W/2],
//     y(n, c, i, j) = a(c) · (x(n, c, 2i, 2j) + x(n, c, 2i, 2j+1) + x(n, c, 2i+1, 2j) + x(n, c, 2i+1, 2j+1)) + b(c).
// The squashing function follows as a layer of its own. Throws ShapeError for odd H or W, or a or b not [C].
Tensor subsample_forward(const Tensor& x, const Tensor& a, const Tensor& b);

// Task 10.2: the gradients of E, from dy = ∂E/∂y.
struct SubsampleGradients {
    Tensor dx, da, db;  // the shapes of x, a, b
};
SubsampleGradients subsample_backward(const Tensor& dy, const Tensor& x, const Tensor& a);

// ---- 10.3 ----

// Task 10.3: the ten digit_bitmaps of bitmaps.hpp as code words [10, 84]: +1 for ink, -1 for paper.
Tensor digit_codes();

// Task 10.3: Euclidean radial basis functions, equation 7. x [N, D], codes w [M, D] → y [N, M],
//     y(n, i) = Σ_j (x(n, j) - w(i, j))²,
// the penalty for taking image n for class i: small is good. Throws ShapeError unless both have D columns.
Tensor rbf_forward(const Tensor& x, const Tensor& w);

// Task 10.3: ∂E/∂x [N, D] from dy [N, M]. The codes are fixed and need no gradient.
Tensor rbf_backward(const Tensor& dy, const Tensor& x, const Tensor& w);

// Task 10.3: the loss of equation 9 for penalties y [N, M] and one label in 0 … M-1 for each row,
//     E = 1/N Σ_n ( y(n, label) + log(e^-j + Σ_i e^-y(n, i)) ),
// with ∂E/∂y, and how many rows have their smallest penalty at their label (of equal ones, the first counts). Must
// not overflow or give log 0 for large penalties. Throws ShapeError unless there are N labels, all of them in range.
nn::LossResult map_loss(const Tensor& y, const std::vector<std::int32_t>& labels, double j);

// ---- 10.4 ----

// Task 10.4: what the paper says about each of the layers C1, S2, C3, S4, C5, F6 and OUTPUT, by counting.
struct LayerCount {
    std::string layer;  // "C1"
    Index maps, side;   // side × side units in each map; F6 and OUTPUT: one unit a map
    Index parameters;   // trainable: weights, coefficients, biases (the codes of OUTPUT are fixed)
    Index connections;  // for every unit one for each of its inputs, and one for its bias where it has one
};
std::vector<LayerCount> lenet5_counts();

// Task 10.4: LeNet-5 as published, for x [N, 1, 32, 32]: children c1, s2, c3, s4, c5, f6 and output (layers.hpp has
// those that nn lacks), a ScaledTanh after each of the first six, and a Flatten between c5's ScaledTanh and f6. 60,000
// parameters.
nn::Sequential lenet5_1998();

// ---- 10.5 ----

// Task 10.5: LeNet-5 as it is built today, for x [N, 1, 28, 28]: convolution to 6 maps (5×5, padding 2), ReLU, 2×2
// max pooling; convolution to 16 maps (5×5), ReLU, pooling; flat; 120, 84 and 10 neurons with ReLU between them. The
// children keep the names "0" to "11" that PyTorch's nn.Sequential gives them. 61,706 parameters.
nn::Sequential lenet5();

// ---- 10.6 ----

// Labelled images in memory: x [N, …], N labels.
struct Images {
    Tensor x;
    std::vector<std::int32_t> labels;
};

// Task 10.6: the learning rate of an epoch, counted from 0. A schedule is a list of stages, as in section III.B: the
// rate of the first stage for its number of epochs, then the second's, …; the last one's goes on. Throws Error when
// there is no stage.
struct Stage {
    Index epochs;
    double rate;
};
double learning_rate(const std::vector<Stage>& schedule, Index epoch);

// Task 10.6: which images make up each batch of one epoch: permutation(engine, count) with an engine of the seed
// seed + epoch, cut into pieces of batch_size. The last piece may be smaller. Throws Error when batch_size < 1.
std::vector<std::vector<Index>> mini_batches(Index count, Index batch_size, std::uint32_t seed, Index epoch);

// Task 10.6: the images with these numbers, in this order.
Images take(const Images& images, const std::vector<Index>& numbers);

// Task 10.6: mean loss and share of right answers over all images, batch_size of them at a time in their order. The
// network is in evaluation mode (set_training(false)) and learns nothing. Throws Error when batch_size < 1.
struct Score {
    double loss, accuracy;  // accuracy from 0 to 1
};
Score evaluate(nn::Layer& network, const nn::Loss& loss, const Images& images, Index batch_size);

// Task 10.6: the training loop. For every epoch: training mode; for every batch forward, loss, backward and one step of
// nn::Sgd with the epoch's learning rate; then evaluate the test images. The network must have been initialised.
struct TrainOptions {
    Index epochs = 1, batch_size = 64;
    std::vector<Stage> schedule = {{1, 0.05}};
    float momentum = 0;
    std::uint32_t seed = 1;  // of the order of the images
};
struct EpochScore {
    double rate;
    Score training;  // means over the epoch's images, each as the network was when it saw them
    Score test;      // at the end of the epoch
};
std::vector<EpochScore> train(nn::Layer& network, const nn::Loss& loss, const Images& training, const Images& test,
                              const TrainOptions& options);

// ---- 10.7 ----

// A network of LeNet's kind for x [N, 1, 28, 28] and ten classes: convolution, ReLU, max pooling for each entry of
// `filters`, then flat, then dense layers with ReLU between them. Only the first convolution is padded, by half the
// filter size (rounded down). The default is lenet5().
struct LenetOptions {
    std::vector<Index> filters = {6, 16};  // how many each convolution has; may be empty
    Index filter_size = 5, filter_stride = 1;
    Index pool_size = 2, pool_stride = 2;
    std::vector<Index> dense = {120, 84};  // neurons of the hidden layers; may be empty

    bool operator==(const LenetOptions&) const = default;
};

// Task 10.7: what such a network looks like, without building it. Throws ShapeError where a filter or a pooling
// window does not fit into its map, and where any of the numbers is below 1.
struct LenetSizes {
    std::vector<Index> sides;  // of the maps after each convolution and each pooling, in their order
    Index features;            // inputs of the first dense layer
    Index parameters;
};
LenetSizes lenet_sizes(const LenetOptions& options);

// Task 10.7: the network itself; throws as lenet_sizes does.
nn::Sequential build_lenet(const LenetOptions& options);

}  // namespace cnn::lab10
