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
    require(!parts.empty(), "concatenate: there are no parts");
    Index channels = 0;
    for (const Tensor& part : parts) {
        const Tensor& first = parts.front();
        require(part.rank() == 4, "concatenate: expected parts [N, C, H, W], got {}", part.shape());
        require(part.size(0) == first.size(0) && part.size(2) == first.size(2) && part.size(3) == first.size(3),
                "concatenate: {} and {} differ not only in their channels", first.shape(), part.shape());
        channels += part.size(1);
    }
    Tensor y({parts.front().size(0), channels, parts.front().size(2), parts.front().size(3)});
    Index offset = 0;
    for (const Tensor& part : parts) {
        for (Index n = 0; n < part.size(0); ++n)
            for (Index c = 0; c < part.size(1); ++c)
                for (Index i = 0; i < part.size(2); ++i)
                    for (Index j = 0; j < part.size(3); ++j) y(n, offset + c, i, j) = part(n, c, i, j);
        offset += part.size(1);
    }
    return y;
}

// Task 14.1: and apart again.
std::vector<Tensor> split(const Tensor& dy, const std::vector<Index>& channels) {
    // TODO 1. Do the channels add up to dy's?
    // TODO 2. The same walk as in concatenate, the copy the other way round.
    Index sum = 0;
    for (const Index c : channels) sum += c;
    require(dy.rank() == 4 && dy.size(1) == sum, "split: dy {} must be [N, {}, H, W]: the sum of the parts' channels",
            dy.shape(), sum);
    std::vector<Tensor> parts;
    Index offset = 0;
    for (const Index count : channels) {
        Tensor part({dy.size(0), count, dy.size(2), dy.size(3)});
        for (Index n = 0; n < part.size(0); ++n)
            for (Index c = 0; c < count; ++c)
                for (Index i = 0; i < part.size(2); ++i)
                    for (Index j = 0; j < part.size(3); ++j) part(n, c, i, j) = dy(n, offset + c, i, j);
        parts.push_back(std::move(part));
        offset += count;
    }
    return parts;
}

// Task 14.1: every path, then all together.
Tensor module_forward(const Paths& paths, const Tensor& x) {
    // TODO 1. path->forward(x) for every path; concatenate what they give.
    std::vector<Tensor> parts;
    for (nn::Layer* path : paths) parts.push_back(path->forward(x));
    return concatenate(parts);
}

// Task 14.1: every path has its part of dy, and its part in dx.
Tensor module_backward(const Paths& paths, const Tensor& dy, const std::vector<Index>& channels) {
    // TODO 1. Take dy apart; path->backward(part) for every path.
    // TODO 2. All paths read the same x. What does that make of their gradients?
    std::vector<Tensor> parts = split(dy, channels);
    Tensor dx = paths.front()->backward(std::move(parts.front()));
    for (std::size_t i = 1; i < paths.size(); ++i) dx += paths[i]->backward(std::move(parts[i]));
    return dx;
}

// Convolution and ReLU; the map keeps its size where the stride is 1.
nn::Sequential unit(Index in, Index out, Index size, Index stride = 1) {
    return nn::Sequential(nn::Conv2d(in, out, {.size = size, .stride = stride, .padding = size / 2}), nn::ReLU());
}

// Task 14.1: figure 2(a).
nn::Branches naive_inception(const Inception& channels) {
    // TODO 1. Four times branches.add("branch1", nn::Sequential(…)): what padding keeps a map's size?
    nn::Branches module;
    module.add("branch1", unit(channels.in, channels.one, 1));
    module.add("branch2", unit(channels.in, channels.three, 3));
    module.add("branch3", unit(channels.in, channels.five, 5));
    module.add("branch4", nn::Sequential(nn::MaxPool2d({.size = 3, .padding = 1})));
    return module;
}

// The layers of both, in one row.
nn::Sequential joined(nn::Sequential first, Index in, Index out, Index size) {
    first.add(nn::Conv2d(in, out, {.size = size, .padding = size / 2})).add(nn::ReLU());
    return first;
}

// Task 14.2: figure 2(b).
nn::Branches inception(const Inception& channels) {
    // TODO 1. branch2 and branch3 become four layers: 1×1 convolution, ReLU, the large convolution, ReLU.
    // TODO 2. branch4 becomes three: pooling first, then the projection with its ReLU.
    nn::Branches module;
    module.add("branch1", unit(channels.in, channels.one, 1));
    module.add("branch2",
               joined(unit(channels.in, channels.reduce_three, 1), channels.reduce_three, channels.three, 3));
    module.add("branch3", joined(unit(channels.in, channels.reduce_five, 1), channels.reduce_five, channels.five, 5));
    module.add("branch4",
               joined(nn::Sequential(nn::MaxPool2d({.size = 3, .padding = 1})), channels.in, channels.pool, 1));
    return module;
}

// Task 14.2: one layer.
Cost convolution_cost(Index in, Index out, Index size, Index side) {
    // TODO 1. How many numbers does a filter have, and how many filters are there? And one bias each.
    // TODO 2. How many multiplications does one pixel of one map of the output take?
    const Index weights = out * in * size * size;
    return {weights + out, weights * side * side};
}

Cost sum(const std::vector<Cost>& costs) {
    Cost all{0, 0};
    for (const Cost& cost : costs) all = {all.parameters + cost.parameters, all.multiply_adds + cost.multiply_adds};
    return all;
}

// Task 14.2: figure 2(a), counted.
Cost naive_cost(const Inception& channels, Index side) {
    // TODO 1. Three convolutions, all of them over all maps that come in.
    const auto& [in, one, reduce_three, three, reduce_five, five, pool] = channels;
    return sum({convolution_cost(in, one, 1, side), convolution_cost(in, three, 3, side),
                convolution_cost(in, five, 5, side)});
}

// Task 14.2: figure 2(b), counted.
Cost inception_cost(const Inception& channels, Index side) {
    // TODO 1. Six convolutions. Which of them see all maps that come in?
    const auto& [in, one, reduce_three, three, reduce_five, five, pool] = channels;
    return sum({convolution_cost(in, one, 1, side), convolution_cost(in, reduce_three, 1, side),
                convolution_cost(reduce_three, three, 3, side), convolution_cost(in, reduce_five, 1, side),
                convolution_cost(reduce_five, five, 5, side), convolution_cost(in, pool, 1, side)});
}

// Task 14.2: table 1.
std::vector<ModuleCost> module_costs(const std::vector<Module>& modules) {
    // TODO 1. For every module both costs, and the maps of both: what does the naive pooling path give?
    std::vector<ModuleCost> costs;
    for (const auto& [name, side, c] : modules)
        costs.push_back({name, c.one + c.three + c.five + c.pool, c.one + c.three + c.five + c.in,
                         inception_cost(c, side), naive_cost(c, side)});
    return costs;
}

// Task 14.3: a classifier for the middle of a network.
nn::Sequential auxiliary_head(const Head& head) {
    // TODO 1. head.add("pool", nn::AveragePool2d(…)) and so on. nn::Dropout(0.7f).
    // TODO 2. How many pixels does a map have after the pooling? fc1 reads all of them, of all maps.
    const Index side = (head.side + 2 * head.pool.padding - head.pool.size) / head.pool.stride + 1;
    require(head.side + 2 * head.pool.padding >= head.pool.size,
            "auxiliary_head: a pooling window of {} pixels does not fit into maps of {}", head.pool.size, head.side);
    nn::Sequential layers;
    layers.add("pool", nn::AveragePool2d(head.pool));
    layers.add("conv", nn::Conv2d(head.in, head.maps, {.size = 1})).add("relu1", nn::ReLU());
    layers.add("flatten", nn::Flatten());
    layers.add("fc1", nn::Dense(head.maps * side * side, head.neurons)).add("relu2", nn::ReLU());
    layers.add("dropout", nn::Dropout(0.7f)).add("fc2", nn::Dense(head.neurons, head.classes));
    return layers;
}

// Softmax cross-entropy of one prediction: mean, gradient, right answers.
nn::LossResult cross_entropy(const Tensor& logits, const std::vector<std::int32_t>& labels) {
    const Index images = logits.size(0), classes = logits.size(1);
    nn::LossResult result{0, Tensor(logits.shape()), 0};
    for (Index n = 0; n < images; ++n) {
        const Index label = labels[static_cast<std::size_t>(n)];
        Index best = 0;
        for (Index m = 1; m < classes; ++m)
            if (logits(n, m) > logits(n, best)) best = m;
        double total = 0;
        for (Index m = 0; m < classes; ++m) total += std::exp(static_cast<double>(logits(n, m) - logits(n, best)));
        for (Index m = 0; m < classes; ++m) {
            const double p = std::exp(static_cast<double>(logits(n, m) - logits(n, best))) / total;
            result.gradient(n, m) = static_cast<float>((p - (m == label)) / static_cast<double>(images));
        }
        result.loss +=
            (std::log(total) - static_cast<double>(logits(n, label) - logits(n, best))) / static_cast<double>(images);
        result.correct += best == label;
    }
    return result;
}

// Task 14.3: the trunk's loss, and a little of every head's.
HeadsLoss heads_loss(const std::vector<Tensor>& logits, const std::vector<std::int32_t>& labels, double weight) {
    // TODO 1. Check shapes and labels.
    // TODO 2. Softmax cross-entropy of every prediction (lab 07; nn::softmax_cross_entropy() has it, too). The trunk's
    //         counts as it is, a head's times `weight`. What is then the gradient by a head's logits?
    // TODO 3. Who decides about right and wrong?
    require(!logits.empty(), "heads_loss: there are no predictions");
    const Shape shape = logits.front().shape();
    for (const Tensor& one : logits)
        require(one.rank() == 2 && one.shape() == shape, "heads_loss: expected predictions [N, classes], got {} and {}",
                shape, one.shape());
    require(std::ssize(labels) == shape[0], "heads_loss: {} labels for predictions {}", labels.size(), shape);
    for (const std::int32_t label : labels)
        require(label >= 0 && label < shape[1], "heads_loss: label {} is not from 0 to {}", label, shape[1] - 1);

    HeadsLoss all{0, {}, 0};
    for (const Tensor& one : logits) {
        nn::LossResult result = cross_entropy(one, labels);
        const bool of_trunk = all.gradients.empty();
        if (of_trunk) all.correct = result.correct;
        all.loss += of_trunk ? result.loss : weight * result.loss;
        if (!of_trunk) result.gradient *= static_cast<float>(weight);
        all.gradients.push_back(std::move(result.gradient));
    }
    return all;
}

// Task 14.3: through the trunk, and through the heads where they are asked.
std::vector<Tensor> heads_forward(const Trunk& trunk, const Tensor& x, bool training) {
    // TODO 1. Part after part; what a part gives is read by the next one and, in training, by its head.
    // TODO 2. The trunk's prediction comes last and stands first.
    std::vector<Tensor> predictions(1);
    Tensor here = x;
    for (std::size_t i = 0; i < trunk.parts.size(); ++i) {
        here = trunk.parts[i]->forward(std::move(here));
        if (training && trunk.heads[i] != nullptr) predictions.push_back(trunk.heads[i]->forward(here));
    }
    predictions.front() = std::move(here);
    return predictions;
}

// Task 14.3: and back.
Tensor heads_backward(const Trunk& trunk, const std::vector<Tensor>& dy) {
    // TODO 1. From the last part to the first. Where a head has read a part's output, two gradients arrive there.
    Tensor d = dy.front();
    std::size_t of_head = dy.size();
    for (std::size_t i = trunk.parts.size(); i-- > 0;) {
        if (trunk.heads[i] != nullptr) d += trunk.heads[i]->backward(dy[--of_head]);
        d = trunk.parts[i]->backward(std::move(d));
    }
    return d;
}

// Task 14.4: a map becomes a number.
Tensor global_average_pool_forward(const Tensor& x) {
    // TODO 1. The sum of the map's pixels over their number; a map need not be square.
    require(x.rank() == 4 && x.size(2) > 0 && x.size(3) > 0, "global_average_pool: expected x [N, C, H, W], got {}",
            x.shape());
    Tensor y({x.size(0), x.size(1)});
    for (Index n = 0; n < x.size(0); ++n)
        for (Index c = 0; c < x.size(1); ++c) {
            float total = 0;
            for (Index i = 0; i < x.size(2); ++i)
                for (Index j = 0; j < x.size(3); ++j) total += x(n, c, i, j);
            y(n, c) = total / static_cast<float>(x.size(2) * x.size(3));
        }
    return y;
}

// Task 14.4: and its error goes back.
Tensor global_average_pool_backward(const Tensor& dy, const Shape& x_shape) {
    // TODO 1. What part does each pixel have in the mean?
    require(x_shape.rank() == 4 && dy.shape() == Shape{x_shape[0], x_shape[1]},
            "global_average_pool: dy {} does not fit x {}: expected [N, C]", dy.shape(), x_shape);
    Tensor dx(x_shape);
    for (Index n = 0; n < dx.size(0); ++n)
        for (Index c = 0; c < dx.size(1); ++c)
            for (Index i = 0; i < dx.size(2); ++i)
                for (Index j = 0; j < dx.size(3); ++j)
                    dx(n, c, i, j) = dy(n, c) / static_cast<float>(dx.size(2) * dx.size(3));
    return dx;
}

// Task 14.4: what that saves.
ClassifierCosts classifier_costs(Index channels, Index side, Index classes) {
    // TODO 1. A dense layer: inputs × outputs weights, a bias for each output, one multiply-add for each weight.
    const auto dense = [classes](Index inputs) { return Cost{inputs * classes + classes, inputs * classes}; };
    return {dense(channels * side * side), dense(channels)};
}

nn::MaxPool2d halve() { return nn::MaxPool2d({.size = 3, .stride = 2}, kernels::Rounding::up); }
nn::LocalResponseNorm norm() { return nn::LocalResponseNorm({.size = 5, .alpha = 1e-4f, .beta = 0.75f, .k = 1}); }

// inception3a, inception3b, …: the modules from `first` to `last`.
void add_modules(nn::Sequential& part, const std::vector<Module>& modules, std::size_t first, std::size_t last) {
    for (std::size_t i = first; i <= last; ++i) part.add("inception" + modules[i].name, inception(modules[i].channels));
}

void add_end(nn::Sequential& part, float dropout, Index maps, Index classes) {
    part.add("avgpool", nn::AdaptiveAvgPool2d()).add("flatten", nn::Flatten());
    part.add("dropout", nn::Dropout(dropout)).add("fc", nn::Dense(maps, classes));
}

// Task 14.5: GoogLeNet as published.
nn::WithHeads googlenet_2014(Index classes, bool heads) {
    // TODO 1. Three parts, for the heads between them: up to 4a, up to 4d, to the end. googlenet_modules() has table 1.
    // TODO 2. Compare what describe() prints with table 1: ./lab run 14 --mine -- --net 2014 --describe
    const std::vector<Module> modules = googlenet_modules();
    nn::Sequential to_4a, to_4d, to_the_end;
    to_4a.add("conv1", unit(3, 64, 7, 2)).add("pool1", halve()).add("norm1", norm());
    to_4a.add("conv2_reduce", unit(64, 64, 1)).add("conv2", unit(64, 192, 3)).add("norm2", norm());
    to_4a.add("pool2", halve());
    add_modules(to_4a, modules, 0, 1);
    to_4a.add("pool3", halve());
    add_modules(to_4a, modules, 2, 2);
    add_modules(to_4d, modules, 3, 5);
    add_modules(to_the_end, modules, 6, 6);
    to_the_end.add("pool4", halve());
    add_modules(to_the_end, modules, 7, 8);
    add_end(to_the_end, 0.4f, 1024, classes);

    nn::WithHeads network;
    network.add(std::move(to_4a));
    if (heads) network.add_head("aux1", auxiliary_head({.in = 512, .classes = classes}));
    network.add(std::move(to_4d));
    if (heads) network.add_head("aux2", auxiliary_head({.in = 528, .classes = classes}));
    network.add(std::move(to_the_end));
    return network;
}

// torchvision's BasicConv2d.
nn::Sequential normalized_unit(Index in, Index out, const Window& window) {
    nn::Sequential layers;
    layers.add("conv", nn::Conv2d(in, out, window, false));
    layers.add("bn", nn::BatchNorm2d(out, {.epsilon = 0.001f})).add("relu", nn::ReLU());
    return layers;
}

constexpr Window one{.size = 1}, three{.size = 3, .padding = 1};

nn::Branches normalized_inception(const Inception& c) {
    nn::Branches module;
    module.add("branch1", normalized_unit(c.in, c.one, one));
    module.add("branch2", nn::Sequential(normalized_unit(c.in, c.reduce_three, one),
                                         normalized_unit(c.reduce_three, c.three, three)));
    module.add("branch3", nn::Sequential(normalized_unit(c.in, c.reduce_five, one),
                                         normalized_unit(c.reduce_five, c.five, three)));
    module.add("branch4", nn::Sequential(nn::MaxPool2d(three), normalized_unit(c.in, c.pool, one)));
    return module;
}

nn::Sequential torchvisions_head(Index in, Index classes) {
    nn::Sequential layers;
    layers.add("pool", nn::AdaptiveAvgPool2d(4)).add("conv", normalized_unit(in, 128, one));
    layers.add("flatten", nn::Flatten()).add("fc1", nn::Dense(2048, 1024)).add("relu", nn::ReLU());
    layers.add("dropout", nn::Dropout(0.7f)).add("fc2", nn::Dense(1024, classes));
    return layers;
}

// Task 14.5: torchvision's form.
nn::WithHeads googlenet(Index classes, bool heads) {
    // TODO 1. A helper for the unit of conv, bn and relu, one for the module, one for the head; then as above.
    const std::vector<Module> modules = googlenet_modules();
    std::vector<nn::Sequential> parts(3);
    parts[0].add("conv1", normalized_unit(3, 64, {.size = 7, .stride = 2, .padding = 3})).add("maxpool1", halve());
    parts[0].add("conv2", normalized_unit(64, 64, one)).add("conv3", normalized_unit(64, 192, three));
    parts[0].add("maxpool2", halve());
    for (std::size_t i = 0; i < modules.size(); ++i) {
        const std::string& name = modules[i].name;
        nn::Sequential& part = parts[i < 3 ? 0 : i < 6 ? 1 : 2];
        if (name == "4a") part.add("maxpool3", halve());
        if (name == "5a") part.add("maxpool4", nn::MaxPool2d({.size = 2, .stride = 2}, kernels::Rounding::up));
        part.add("inception" + name, normalized_inception(modules[i].channels));
    }
    add_end(parts[2], 0.2f, 1024, classes);

    nn::WithHeads network;
    network.add(std::move(parts[0]));
    if (heads) network.add_head("aux1", torchvisions_head(512, classes));
    network.add(std::move(parts[1]));
    if (heads) network.add_head("aux2", torchvisions_head(528, classes));
    network.add(std::move(parts[2]));
    return network;
}

// Task 14.5: a small one.
nn::WithHeads small_googlenet(Index channels, Index side, Index classes, bool heads) {
    // TODO 1. Two parts: up to 4a, to the end. small_modules(side) has the channels and the sides of the maps.
    const std::vector<Module> modules = small_modules(side);
    nn::Sequential to_4a, to_the_end;
    to_4a.add("conv1", unit(channels, 24, 3)).add("pool1", halve());
    add_modules(to_4a, modules, 0, 1);
    to_4a.add("pool2", halve());
    add_modules(to_4a, modules, 2, 2);
    add_modules(to_the_end, modules, 3, 3);
    to_the_end.add("pool3", halve());
    add_modules(to_the_end, modules, 4, 4);
    add_end(to_the_end, 0.2f, 208, classes);

    nn::WithHeads network;
    network.add(std::move(to_4a));
    if (heads)
        network.add_head("aux1", auxiliary_head({.in = 128,
                                                 .side = modules[2].side,
                                                 .classes = classes,
                                                 .pool = {.size = 3, .stride = 2},
                                                 .maps = 32,
                                                 .neurons = 64}));
    network.add(std::move(to_the_end));
    return network;
}

}  // namespace cnn::lab14
