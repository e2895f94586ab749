// Lab 14: GoogLeNet. Read googlenet.hpp for what each function promises, README.md for why.
#include "googlenet.hpp"

#include <algorithm>
#include <cmath>

#include "modules.hpp"
#include "nn/dropout.hpp"
#include "nn/normalization.hpp"
#include "tensor/todo.hpp"

namespace cnn::lab14 {

// Task 14.1: maps behind maps.
Tensor concatenate(const std::vector<Tensor>& parts) {
    // TODO 1. Check the parts: at least one, all [N, C_i, H, W] with the same N, H and W. Add up the channels.
    // TODO 2. Copy part after part; `offset` channels lie before the part's own. Image n stays image n.
    todo("14.1");
}

// Task 14.1: and apart again.
std::vector<Tensor> split(const Tensor& dy, const std::vector<Index>& channels) {
    // TODO 1. Do the channels add up to dy's?
    // TODO 2. The same walk as in concatenate, the copy the other way round.
    todo("14.1");
}

// Task 14.1: every path, then all together.
Tensor module_forward(const Paths& paths, const Tensor& x) {
    // TODO 1. path->forward(x) for every path; concatenate what they give.
    todo("14.1");
}

// Task 14.1: every path has its part of dy, and its part in dx.
Tensor module_backward(const Paths& paths, const Tensor& dy, const std::vector<Index>& channels) {
    // TODO 1. Take dy apart; path->backward(part) for every path.
    // TODO 2. All paths read the same x. What does that make of their gradients?
    todo("14.1");
}

// Task 14.1: figure 2(a).
nn::Branches naive_inception(const Inception& channels) {
    // TODO 1. Four times branches.add("branch1", nn::Sequential(…)): what padding keeps a map's size?
    todo("14.1");
}

// Task 14.2: figure 2(b).
nn::Branches inception(const Inception& channels) {
    // TODO 1. branch2 and branch3 become four layers: 1×1 convolution, ReLU, the large convolution, ReLU.
    // TODO 2. branch4 becomes three: pooling first, then the projection with its ReLU.
    todo("14.2");
}

// Task 14.2: one layer.
Cost convolution_cost(Index in, Index out, Index size, Index side) {
    // TODO 1. How many numbers does a filter have, and how many filters are there? And one bias each.
    // TODO 2. How many multiplications does one pixel of one map of the output take?
    todo("14.2");
}

// Task 14.2: figure 2(a), counted.
Cost naive_cost(const Inception& channels, Index side) {
    // TODO 1. Three convolutions, all of them over all maps that come in.
    todo("14.2");
}

// Task 14.2: figure 2(b), counted.
Cost inception_cost(const Inception& channels, Index side) {
    // TODO 1. Six convolutions. Which of them see all maps that come in?
    todo("14.2");
}

// Task 14.2: table 1.
std::vector<ModuleCost> module_costs(const std::vector<Module>& modules) {
    // TODO 1. For every module both costs, and the maps of both: what does the naive pooling path give?
    todo("14.2");
}

// Task 14.3: a classifier for the middle of a network.
nn::Sequential auxiliary_head(const Head& head) {
    // TODO 1. head.add("pool", nn::AveragePool2d(…)) and so on. nn::Dropout(0.7f).
    // TODO 2. How many pixels does a map have after the pooling? fc1 reads all of them, of all maps.
    todo("14.3");
}

// Task 14.3: the trunk's loss, and a little of every head's.
HeadsLoss heads_loss(const std::vector<Tensor>& logits, const std::vector<std::int32_t>& labels, double weight) {
    // TODO 1. Check shapes and labels.
    // TODO 2. Softmax cross-entropy of every prediction (lab 07; nn::softmax_cross_entropy() has it, too). The trunk's
    //         counts as it is, a head's times `weight`. What is then the gradient by a head's logits?
    // TODO 3. Who decides about right and wrong?
    todo("14.3");
}

// Task 14.3: through the trunk, and through the heads where they are asked.
std::vector<Tensor> heads_forward(const Trunk& trunk, const Tensor& x, bool training) {
    // TODO 1. Part after part; what a part gives is read by the next one and, in training, by its head.
    // TODO 2. The trunk's prediction comes last and stands first.
    todo("14.3");
}

// Task 14.3: and back.
Tensor heads_backward(const Trunk& trunk, const std::vector<Tensor>& dy) {
    // TODO 1. From the last part to the first. Where a head has read a part's output, two gradients arrive there.
    todo("14.3");
}

// Task 14.4: a map becomes a number.
Tensor global_average_pool_forward(const Tensor& x) {
    // TODO 1. The sum of the map's pixels over their number; a map need not be square.
    todo("14.4");
}

// Task 14.4: and its error goes back.
Tensor global_average_pool_backward(const Tensor& dy, const Shape& x_shape) {
    // TODO 1. What part does each pixel have in the mean?
    todo("14.4");
}

// Task 14.4: what that saves.
ClassifierCosts classifier_costs(Index channels, Index side, Index classes) {
    // TODO 1. A dense layer: inputs × outputs weights, a bias for each output, one multiply-add for each weight.
    todo("14.4");
}

// Task 14.5: GoogLeNet as published.
nn::WithHeads googlenet_2014(Index classes, bool heads) {
    // TODO 1. Three parts, for the heads between them: up to 4a, up to 4d, to the end. googlenet_modules() has table 1.
    // TODO 2. Compare what describe() prints with table 1: ./lab run 14 --mine -- --net 2014 --describe
    todo("14.5");
}

// Task 14.5: torchvision's form.
nn::WithHeads googlenet(Index classes, bool heads) {
    // TODO 1. A helper for the unit of conv, bn and relu, one for the module, one for the head; then as above.
    todo("14.5");
}

// Task 14.5: a small one.
nn::WithHeads small_googlenet(Index channels, Index side, Index classes, bool heads) {
    // TODO 1. Two parts: up to 4a, to the end. small_modules(side) has the channels and the sides of the maps.
    todo("14.5");
}

}  // namespace cnn::lab14
