// Lab 14: GoogLeNet. The contract between your googlenet.cpp and everything that uses it.
//
// Source: Szegedy et al., "Going deeper with convolutions", 2014 (arXiv:1409.4842): section 4 for the module, section
// 5, table 1 and figure 3 for the network. Global average pooling: Lin, Chen, Yan, "Network in network", 2013,
// section 3.2.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "nn/auxiliary.hpp"
#include "nn/branching.hpp"
#include "tensor/window.hpp"

namespace cnn::lab14 {

// ---- 14.1 ----

// Task 14.1: parts [N, C_i, H, W], one behind the other along the channels: [N, Σ C_i, H, W]. Throws ShapeError when
// there is no part, when one has not four axes, or when parts differ in N, H or W.
Tensor concatenate(const std::vector<Tensor>& parts);

// Task 14.1: the way back, for gradients: dy [N, Σ channels_i, H, W] → parts [N, channels_i, H, W]. Throws ShapeError
// unless the channels add up to dy's.
std::vector<Tensor> split(const Tensor& dy, const std::vector<Index>& channels);

// Layers that all read the same x: the paths of a module.
using Paths = std::vector<nn::Layer*>;

// Task 14.1: what a module computes: every path's answer to x [N, C, H, W], concatenated in the order of the paths.
Tensor module_forward(const Paths& paths, const Tensor& x);

// Task 14.1: its backward pass, for the last module_forward: dy [N, Σ channels_i, H, W], where path i gave channels_i
// maps, → dx [N, C, H, W]. (split checks what there is to check.)
Tensor module_backward(const Paths& paths, const Tensor& dy, const std::vector<Index>& channels);

// The channels of an inception module, as columns of table 1: what comes in; "#1×1"; "#3×3 reduce", "#3×3"; "#5×5
// reduce", "#5×5"; "pool proj".
struct Inception {
    Index in, one, reduce_three, three, reduce_five, five, pool;
};

// Task 14.1: the naive module, figure 2(a), from nn::Branches with the paths
//     branch1: 1×1 convolution to `one` maps, ReLU          branch3: 5×5 convolution to `five` maps, ReLU
//     branch2: 3×3 convolution to `three` maps, ReLU        branch4: 3×3 max pooling, stride 1
// each padded so that maps keep their size: [N, in, H, W] → [N, one + three + five + in, H, W]. Reductions and `pool`
// are not looked at. The layers inside a path are named "0", "1", …
nn::Branches naive_inception(const Inception& channels);

// ---- 14.2 ----

// Task 14.2: the module with dimension reduction, figure 2(b): a 1×1 convolution with ReLU to reduce_three maps before
// the 3×3 one, to reduce_five maps before the 5×5 one, and to `pool` maps after the pooling. Names as above:
// [N, in, H, W] → [N, one + three + five + pool, H, W].
nn::Branches inception(const Inception& channels);

// What a layer or a module costs, by counting: trainable numbers (weights and biases), and multiply-adds for one image
// (a bias is added, not multiplied: it does not count; nor does pooling).
struct Cost {
    Index parameters, multiply_adds;

    bool operator==(const Cost&) const = default;
};

// Task 14.2: K filters of size × size over C maps of side × side pixels; the maps keep their size.
Cost convolution_cost(Index in, Index out, Index size, Index side);
// Task 14.2: the two modules on maps of side × side pixels.
Cost naive_cost(const Inception& channels, Index side);
Cost inception_cost(const Inception& channels, Index side);

// The nine modules of table 1 (modules.hpp lists them): "3a", for maps of side × side pixels.
struct Module {
    std::string name;
    Index side;
    Inception channels;
};

// Task 14.2: table 1, counted: for every module what it costs, what the naive one with the same filters would cost, and
// how many maps each gives.
struct ModuleCost {
    std::string name;
    Index maps, naive_maps;
    Cost reduced, naive;
};
std::vector<ModuleCost> module_costs(const std::vector<Module>& modules);

// ---- 14.3 ----

// An auxiliary classifier: reads `in` maps of side × side pixels. The defaults are the paper's (section 5).
struct Head {
    Index in, side = 14, classes = 1000;
    Window pool = {.size = 5, .stride = 3};
    Index maps = 128, neurons = 1024;
};

// Task 14.3: average pooling (nn::AveragePool2d); 1×1 convolution to `maps` maps, ReLU; flat; dense layer to `neurons`,
// ReLU; dropout of 70 %; dense layer to the classes. Children: pool, conv, relu1, flatten, fc1, relu2, dropout, fc2.
// Throws ShapeError where the pooling window does not fit.
nn::Sequential auxiliary_head(const Head& head);

// Task 14.3: the loss of a network with heads. logits: the trunk's first, then each head's, all [N, classes]. The value
// is the trunk's softmax cross-entropy (mean over the batch) plus `weight` times each head's; gradients[i] is its
// derivative by logits[i]; correct counts the rows the trunk has right (of equal logits, the first counts). Throws
// ShapeError when there are no logits, they differ in shape, or there are not N labels, all of them in range.
struct HeadsLoss {
    double loss;
    std::vector<Tensor> gradients;
    Index correct;
};
HeadsLoss heads_loss(const std::vector<Tensor>& logits, const std::vector<std::int32_t>& labels, double weight = 0.3);

// A trunk in parts. Where heads[i] is no nullptr, that head reads what parts[i] gives (and parts[i + 1] reads it, too).
// As many heads as parts; the last one is nullptr: what the last part gives is the trunk's prediction.
struct Trunk {
    std::vector<nn::Layer*> parts, heads;
};

// Task 14.3: the predictions: the trunk's first; in training, then those of the heads in their order. Otherwise the
// heads compute nothing.
std::vector<Tensor> heads_forward(const Trunk& trunk, const Tensor& x, bool training);

// Task 14.3: dx, from the gradients of all predictions of the last heads_forward in training: as many as it gave.
Tensor heads_backward(const Trunk& trunk, const std::vector<Tensor>& dy);

// ---- 14.4 ----

// Task 14.4: global average pooling, the mean of every map: x [N, C, H, W] → y [N, C]. Throws ShapeError for another
// rank and for empty maps.
Tensor global_average_pool_forward(const Tensor& x);
// Task 14.4: dy [N, C] → dx of shape x_shape [N, C, H, W]. Throws ShapeError unless dy fits.
Tensor global_average_pool_backward(const Tensor& dy, const Shape& x_shape);

// Task 14.4: the end of a network, for maps [C, H, W] = [channels, side, side]: a dense layer that reads all their
// pixels, against global average pooling and a dense layer that reads the C means. A mean's additions do not count.
struct ClassifierCosts {
    Cost all_pixels, means;
};
ClassifierCosts classifier_costs(Index channels, Index side, Index classes);

// ---- 14.5 ----

// Task 14.5: GoogLeNet as published, for x [N, 3, 224, 224]: table 1 and figure 3, every convolution with bias and
// ReLU.
//     conv1 (7×7, stride 2, padding 3), pool1, norm1, conv2_reduce (1×1), conv2 (3×3, padding 1), norm2, pool2,
//     inception3a, inception3b, pool3, inception4a … inception4e, pool4, inception5a, inception5b,
//     avgpool (global: nn::AdaptiveAvgPool2d), flatten, dropout (40 %), fc.
// conv1, conv2_reduce and conv2 are convolution ("0") and ReLU ("1"). pool1 to pool4: 3×3 max pooling, stride 2, with
// kernels::Rounding::up, so that 112 pixels become 56. norm1 and norm2: nn::LocalResponseNorm({.size = 5, .alpha =
// 1e-4f, .beta = 0.75f, .k = 1}), the values of the published Caffe model. With heads, auxiliary_head aux1 reads
// inception4a, aux2 inception4d. 6,998,552 parameters without heads, 13,378,280 with.
nn::WithHeads googlenet_2014(Index classes = 1000, bool heads = false);

// Task 14.5: torchvision's form, with its names, for x [N, 3, 224, 224]: as above, but
// - every convolution is a unit without bias: children conv, bn (nn::BatchNorm2d with epsilon 0.001), relu;
// - conv1, maxpool1, conv2 (1×1), conv3 (3×3), maxpool2, inception3a …, maxpool3, …, maxpool4 (2×2), …; no LRN;
// - a module's branch1 is such a unit itself ("inception3a.branch1.conv.weight"), branch2 to branch4 are rows of layers
//   ("inception3a.branch2.0.conv.weight", "inception3a.branch4.1.bn.bias"), and where the paper has 5×5 filters,
//   torchvision's have 3×3;
// - dropout of 20 %;
// - with heads: aux1 and aux2 with pool (nn::AdaptiveAvgPool2d(4)), conv (a unit to 128 maps), flatten, fc1, relu,
//   dropout (70 %), fc2.
// 6,624,904 parameters without heads, 13,004,888 with.
nn::WithHeads googlenet(Index classes = 1000, bool heads = false);

// Task 14.5: a small GoogLeNet for x [N, channels, side, side] of 28 or 32 pixels:
//     conv1 (3×3 to 24 maps, padding 1), pool1, inception3a, inception3b, pool2, inception4a, inception4b, pool3,
//     inception5a, avgpool, flatten, dropout (20 %), fc
// made as in googlenet_2014, of the modules small_modules() in modules.hpp. With heads, aux1 reads inception4a:
// Head{.pool = {3, 2}, .maps = 32, .neurons = 64}.
nn::WithHeads small_googlenet(Index channels, Index side, Index classes, bool heads);

}  // namespace cnn::lab14
