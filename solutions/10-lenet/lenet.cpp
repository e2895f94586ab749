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
    return Tensor({6, 16}, {1, 0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0, 1, 1,  //
                            1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0, 1,  //
                            1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 1, 0, 1, 1, 1,  //
                            0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 1, 0, 1, 1,  //
                            0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0, 1, 1, 0, 1,  //
                            0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0, 1, 1, 1});
}

// f(m, k, c) for every connection m from map c to map k, in the order of their weights.
template <class F>
void for_connections(const Tensor& table, const F& f) {
    Index m = 0;
    for (Index k = 0; k < table.size(1); ++k)
        for (Index c = 0; c < table.size(0); ++c)
            if (table(c, k) != 0) f(m++, k, c);
}

// Task 10.1: filters for connections, zeros for the rest.
Tensor spread_filters(const Tensor& w, const Tensor& table) {
    // TODO 1. How many connections does the table have? Refuse another number of filters.
    // TODO 2. Go through the table map by map of C3 and count the connections as you go: number m has filter m.
    require(w.rank() == 3 && table.rank() == 2, "spread_filters: expected w [M, R, S] and table [C, K], got {} and {}",
            w.shape(), table.shape());
    Index connections = 0;
    for_connections(table, [&](Index, Index, Index) { ++connections; });
    require(w.size(0) == connections, "spread_filters: w {} has {} filters, the table has {} connections", w.shape(),
            w.size(0), connections);
    Tensor all({table.size(1), table.size(0), w.size(1), w.size(2)});
    for_connections(table, [&](Index m, Index k, Index c) {
        for (Index r = 0; r < w.size(1); ++r)
            for (Index s = 0; s < w.size(2); ++s) all(k, c, r, s) = w(m, r, s);
    });
    return all;
}

// Task 10.1: and back.
Tensor gather_filters(const Tensor& all, const Tensor& table) {
    // TODO 1. The same walk through the table, the copy the other way round.
    require(all.rank() == 4 && table.rank() == 2 && all.size(0) == table.size(1) && all.size(1) == table.size(0),
            "gather_filters: all {} does not fit a table {}: expected [K, C, R, S] for [C, K]", all.shape(),
            table.shape());
    Index connections = 0;
    for_connections(table, [&](Index, Index, Index) { ++connections; });
    Tensor w({connections, all.size(2), all.size(3)});
    for_connections(table, [&](Index m, Index k, Index c) {
        for (Index r = 0; r < w.size(1); ++r)
            for (Index s = 0; s < w.size(2); ++s) w(m, r, s) = all(k, c, r, s);
    });
    return w;
}

// The sum of the four neighbours that make y(n, c, i, j).
float sum_of_four(const Tensor& x, Index n, Index c, Index i, Index j) {
    return x(n, c, 2 * i, 2 * j) + x(n, c, 2 * i, 2 * j + 1) + x(n, c, 2 * i + 1, 2 * j) +
           x(n, c, 2 * i + 1, 2 * j + 1);
}

// Task 10.2: four values become one.
Tensor subsample_forward(const Tensor& x, const Tensor& a, const Tensor& b) {
    // TODO 1. Check the shapes: x [N, C, H, W] with even sides, a and b one value for each map.
    // TODO 2. Every output value: the sum of its four inputs, times the coefficient of its map, plus the bias.
    require(x.rank() == 4 && x.size(2) % 2 == 0 && x.size(3) % 2 == 0,
            "subsample: expected x [N, C, H, W] with even H and W, got {}", x.shape());
    require(a.shape() == Shape{x.size(1)} && b.shape() == Shape{x.size(1)},
            "subsample: a {} and b {} must have one value for each of the {} maps of x {}", a.shape(), b.shape(),
            x.size(1), x.shape());
    Tensor y({x.size(0), x.size(1), x.size(2) / 2, x.size(3) / 2});
    for (Index n = 0; n < y.size(0); ++n)
        for (Index c = 0; c < y.size(1); ++c)
            for (Index i = 0; i < y.size(2); ++i)
                for (Index j = 0; j < y.size(3); ++j) y(n, c, i, j) = a(c) * sum_of_four(x, n, c, i, j) + b(c);
    return y;
}

// Task 10.2: and the error goes back.
SubsampleGradients subsample_backward(const Tensor& dy, const Tensor& x, const Tensor& a) {
    // TODO 1. ∂y/∂x: by what is each of the four inputs multiplied?
    // TODO 2. ∂y/∂a and ∂y/∂b: how many values of y does a map's coefficient have a part in, over all images?
    SubsampleGradients g{Tensor(x.shape()), Tensor(a.shape()), Tensor(a.shape())};
    for (Index n = 0; n < dy.size(0); ++n)
        for (Index c = 0; c < dy.size(1); ++c)
            for (Index i = 0; i < dy.size(2); ++i)
                for (Index j = 0; j < dy.size(3); ++j) {
                    for (Index r = 0; r < 2; ++r)
                        for (Index s = 0; s < 2; ++s) g.dx(n, c, 2 * i + r, 2 * j + s) = a(c) * dy(n, c, i, j);
                    g.da(c) += dy(n, c, i, j) * sum_of_four(x, n, c, i, j);
                    g.db(c) += dy(n, c, i, j);
                }
    return g;
}

// Task 10.3: pictures as code words.
Tensor digit_codes() {
    // TODO 1. Ten rows of 84 numbers: +1 where digit_bitmaps[digit] has a '#', -1 elsewhere.
    Tensor codes({10, bitmap_height * bitmap_width});
    for (Index digit = 0; digit < 10; ++digit)
        for (Index j = 0; j < codes.size(1); ++j) {
            const char pixel = digit_bitmaps[static_cast<std::size_t>(digit)][static_cast<std::size_t>(j)];
            codes(digit, j) = pixel == '#' ? 1.0f : -1.0f;
        }
    return codes;
}

// Task 10.3: squared distances to the code words.
Tensor rbf_forward(const Tensor& x, const Tensor& w) {
    // TODO 1. For every image and every class, add up the squares of the differences. No root.
    require(x.rank() == 2 && w.rank() == 2 && x.size(1) == w.size(1),
            "rbf: expected x [N, D] and w [M, D], got {} and {}", x.shape(), w.shape());
    Tensor y({x.size(0), w.size(0)});
    for (Index n = 0; n < y.size(0); ++n)
        for (Index i = 0; i < y.size(1); ++i) {
            float sum = 0;
            for (Index j = 0; j < x.size(1); ++j) sum += (x(n, j) - w(i, j)) * (x(n, j) - w(i, j));
            y(n, i) = sum;
        }
    return y;
}

// Task 10.3: which way x should move.
Tensor rbf_backward(const Tensor& dy, const Tensor& x, const Tensor& w) {
    // TODO 1. What is the derivative of (x - w)² by x? x(n, j) takes part in the distances to all classes: add them up.
    Tensor dx(x.shape());
    for (Index n = 0; n < x.size(0); ++n)
        for (Index i = 0; i < w.size(0); ++i)
            for (Index j = 0; j < x.size(1); ++j) dx(n, j) += dy(n, i) * 2 * (x(n, j) - w(i, j));
    return dx;
}

// log(e^-j + Σ_i e^-y(n, i)), and in `share` [M] the part that each class has in the sum.
double log_of_sum(const Tensor& y, Index n, double j, std::vector<double>& share) {
    double largest = -j;
    for (Index i = 0; i < y.size(1); ++i) largest = std::max(largest, -static_cast<double>(y(n, i)));
    // e^largest is taken out of the sum, so that one of its terms is 1: no overflow, no logarithm of 0.
    double sum = std::exp(-j - largest);
    for (Index i = 0; i < y.size(1); ++i) sum += share[static_cast<std::size_t>(i)] = std::exp(-y(n, i) - largest);
    for (double& s : share) s /= sum;
    return largest + std::log(sum);
}

// Task 10.3: equation 9.
nn::LossResult map_loss(const Tensor& y, const std::vector<std::int32_t>& labels, double j) {
    // TODO 1. Row by row: the penalty of the right class, and the logarithm. e^-y underflows for y = 200 already in
    //         floats: take the largest of the exponents out of the sum first.
    // TODO 2. The gradient: 1 for the right class, minus the part each class has in the sum; all divided by N.
    // TODO 3. A row is right when its smallest penalty stands at its label.
    require(y.rank() == 2 && static_cast<Index>(labels.size()) == y.size(0),
            "map_loss: expected y [N, M] and N labels, got {} and {} labels", y.shape(), labels.size());
    nn::LossResult result{0, Tensor(y.shape()), 0};
    std::vector<double> share(static_cast<std::size_t>(y.size(1)));
    const double images = static_cast<double>(y.size(0));
    for (Index n = 0; n < y.size(0); ++n) {
        const Index label = labels[static_cast<std::size_t>(n)];
        require(label >= 0 && label < y.size(1), "map_loss: label {} is none of the {} classes", label, y.size(1));
        result.loss += (y(n, label) + log_of_sum(y, n, j, share)) / images;
        Index best = 0;
        for (Index i = 0; i < y.size(1); ++i) {
            result.gradient(n, i) = static_cast<float>(((i == label) - share[static_cast<std::size_t>(i)]) / images);
            if (y(n, i) < y(n, best)) best = i;
        }
        result.correct += best == label;
    }
    return result;
}

// Task 10.4: counting.
std::vector<LayerCount> lenet5_counts() {
    // TODO 1. The sides: 32 pixels, filters of 5×5, subsampling by 2.
    // TODO 2. Parameters: which numbers are shared by all units of a map? C3 follows table I.
    // TODO 3. Connections: units × (inputs of a unit + 1 for the bias). A subsampling unit has four inputs.
    return {{"C1", 6, 28, 6 * (25 + 1), 6 * 28 * 28 * (25 + 1)},
            {"S2", 6, 14, 6 * 2, 6 * 14 * 14 * (4 + 1)},
            {"C3", 16, 10, 60 * 25 + 16, 10 * 10 * (60 * 25 + 16)},
            {"S4", 16, 5, 16 * 2, 16 * 5 * 5 * (4 + 1)},
            {"C5", 120, 1, 120 * (16 * 25 + 1), 120 * (16 * 25 + 1)},
            {"F6", 84, 1, 84 * (120 + 1), 84 * (120 + 1)},
            {"OUTPUT", 10, 1, 0, 10 * 84}};
}

// Task 10.4: LeNet-5 as published.
nn::Sequential lenet5_1998() {
    // TODO 1. network.add("c1", nn::Conv2d(…)); then network.add(nn::ScaledTanh()); and so on.
    // TODO 2. Compare what describe() prints with your counts: ./lab run 10 --mine -- --net 1998 --describe
    nn::Sequential network;
    network.add("c1", nn::Conv2d(1, 6, {.size = 5})).add(nn::ScaledTanh());
    network.add("s2", Subsampling(6)).add(nn::ScaledTanh());
    network.add("c3", ConnectedConv2d(connection_table(), 5)).add(nn::ScaledTanh());
    network.add("s4", Subsampling(16)).add(nn::ScaledTanh());
    network.add("c5", nn::Conv2d(16, 120, {.size = 5})).add(nn::ScaledTanh());
    network.add(nn::Flatten());
    network.add("f6", nn::Dense(120, 84)).add(nn::ScaledTanh());
    network.add("output", Rbf(digit_codes()));
    return network;
}

// Task 10.5: LeNet-5 as it is built today.
nn::Sequential lenet5() {
    // TODO 1. Twelve layers in one constructor: nn::Sequential(nn::Conv2d(…), nn::ReLU(), …).
    // TODO 2. How many values come out of the second pooling?
    return nn::Sequential(
        nn::Conv2d(1, 6, {.size = 5, .padding = 2}), nn::ReLU(), nn::MaxPool2d({.size = 2, .stride = 2}),  //
        nn::Conv2d(6, 16, {.size = 5}), nn::ReLU(), nn::MaxPool2d({.size = 2, .stride = 2}), nn::Flatten(),
        nn::Dense(16 * 5 * 5, 120), nn::ReLU(), nn::Dense(120, 84), nn::ReLU(), nn::Dense(84, 10));
}

// Task 10.6: stages.
double learning_rate(const std::vector<Stage>& schedule, Index epoch) {
    // TODO 1. Walk through the stages and take their epochs off until the epoch lies in one of them.
    if (schedule.empty()) throw Error("learning_rate: the schedule has no stage");
    for (const Stage& stage : schedule) {
        if (epoch < stage.epochs) return stage.rate;
        epoch -= stage.epochs;
    }
    return schedule.back().rate;
}

// Task 10.6: a new order for every epoch, cut into batches.
std::vector<std::vector<Index>> mini_batches(Index count, Index batch_size, std::uint32_t seed, Index epoch) {
    // TODO 1. Engine engine(…); permutation(engine, count) is the order.
    // TODO 2. Cut it. What is left at the end is a batch as well.
    if (batch_size < 1) throw Error("mini_batches: a batch of " + std::to_string(batch_size) + " images");
    Engine engine(seed + static_cast<std::uint32_t>(epoch));
    const std::vector<Index> order = permutation(engine, count);
    std::vector<std::vector<Index>> batches;
    for (Index begin = 0; begin < count; begin += batch_size)
        batches.emplace_back(order.begin() + begin, order.begin() + std::min(begin + batch_size, count));
    return batches;
}

// Task 10.6: the images of a batch.
Images take(const Images& images, const std::vector<Index>& numbers) {
    // TODO 1. A tensor of the images' shape, but with numbers.size() of them.
    // TODO 2. One image is images.x.count() / images.x.size(0) numbers in a row, whatever its rank.
    std::vector<Index> sizes(images.x.shape().sizes().begin(), images.x.shape().sizes().end());
    sizes[0] = static_cast<Index>(numbers.size());
    Images batch{Tensor(Shape(sizes)), {}};
    const Index length = images.x.count() / std::max<Index>(images.x.size(0), 1);
    for (Index i = 0; i < sizes[0]; ++i) {
        const Index number = numbers[static_cast<std::size_t>(i)];
        batch.labels.push_back(images.labels.at(static_cast<std::size_t>(number)));  // throws for no such image
        std::copy_n(images.x.data() + number * length, length, batch.x.data() + i * length);
    }
    return batch;
}

// The sums behind a Score.
struct Tally {
    double loss = 0;
    Index correct = 0, images = 0;

    void add(const nn::LossResult& result, Index count) {
        loss += result.loss * static_cast<double>(count);  // result.loss is the mean of its batch
        correct += result.correct;
        images += count;
    }
    Score score() const {
        const auto n = static_cast<double>(images);
        return {loss / n, static_cast<double>(correct) / n};
    }
};

// Task 10.6: how good the network is.
Score evaluate(nn::Layer& network, const nn::Loss& loss, const Images& images, Index batch_size) {
    // TODO 1. network.set_training(false).
    // TODO 2. Batch after batch: forward and loss; no backward, no step. result.loss is the mean of a batch, and the
    //         last batch may be smaller than the others.
    if (batch_size < 1) throw Error("evaluate: a batch of " + std::to_string(batch_size) + " images");
    network.set_training(false);
    Tally tally;
    const Index count = images.x.size(0);
    for (Index begin = 0; begin < count; begin += batch_size) {
        std::vector<Index> numbers;
        for (Index i = begin; i < std::min(begin + batch_size, count); ++i) numbers.push_back(i);
        Images batch = take(images, numbers);
        tally.add(loss(network.forward(std::move(batch.x)), batch.labels), static_cast<Index>(numbers.size()));
    }
    return tally.score();
}

// Task 10.6: the training loop.
std::vector<EpochScore> train(nn::Layer& network, const nn::Loss& loss, const Images& training, const Images& test,
                              const TrainOptions& options) {
    // TODO 1. nn::Sgd sgd(network, {.momentum = …}); once, because it remembers the velocities.
    // TODO 2. Every epoch: training mode, its learning rate, its batches.
    // TODO 3. Every batch: forward, loss, network.backward(result.gradient), sgd.step(rate).
    // TODO 4. The epoch's means, then evaluate the test images.
    nn::Sgd sgd(network, {.momentum = options.momentum});
    std::vector<EpochScore> scores;
    for (Index epoch = 0; epoch < options.epochs; ++epoch) {
        const double rate = learning_rate(options.schedule, epoch);
        network.set_training(true);
        Tally tally;
        for (const auto& numbers : mini_batches(training.x.size(0), options.batch_size, options.seed, epoch)) {
            Images batch = take(training, numbers);
            nn::LossResult result = loss(network.forward(std::move(batch.x)), batch.labels);
            tally.add(result, static_cast<Index>(numbers.size()));
            network.backward_parameters(std::move(result.gradient));
            sgd.step(rate);
        }
        scores.push_back({rate, tally.score(), evaluate(network, loss, test, options.batch_size)});
    }
    return scores;
}

// The side of a map after a window has moved over it; `what` is at fault when it does not fit.
Index after_window(Index side, const Window& window, const char* what) {
    require(side + 2 * window.padding >= window.size, "{}: {}×{} does not fit into a map of {}×{}", what, window.size,
            window.size, side, side);
    return (side + 2 * window.padding - window.size) / window.stride + 1;
}

// The window of the layer-th convolution: only the first is padded.
Window filter_window(const LenetOptions& options, std::size_t layer) {
    return {options.filter_size, options.filter_stride, layer == 0 ? options.filter_size / 2 : 0};
}

// Task 10.7: sizes and parameters of a variant.
LenetSizes lenet_sizes(const LenetOptions& options) {
    // TODO 1. Refuse numbers below 1. Start with one channel of 28×28. For every entry of filters: the side after the
    //         convolution, its parameters, the side after the pooling. Refuse what does not fit.
    // TODO 2. The features, then for every dense layer inputs × neurons + neurons; the last one has ten neurons.
    for (const Index number : {options.filter_size, options.filter_stride, options.pool_size, options.pool_stride})
        require(number >= 1, "lenet: filter size {} and stride {}, pooling size {} and stride {} must be at least 1",
                options.filter_size, options.filter_stride, options.pool_size, options.pool_stride);
    LenetSizes sizes{{}, 0, 0};
    Index channels = 1, side = 28;
    for (std::size_t layer = 0; layer < options.filters.size(); ++layer) {
        const Window filter = filter_window(options, layer);
        require(options.filters[layer] >= 1, "lenet: a convolution with {} filters", options.filters[layer]);
        sizes.parameters += options.filters[layer] * (channels * filter.size * filter.size + 1);
        channels = options.filters[layer];
        sizes.sides.push_back(side = after_window(side, filter, "lenet: filter"));
        sizes.sides.push_back(side = after_window(side, {options.pool_size, options.pool_stride}, "lenet: pooling"));
    }
    Index inputs = sizes.features = channels * side * side;
    std::vector<Index> neurons = options.dense;
    neurons.push_back(10);
    for (const Index outputs : neurons) {
        require(outputs >= 1, "lenet: a dense layer with {} neurons", outputs);
        sizes.parameters += outputs * (inputs + 1);
        inputs = outputs;
    }
    return sizes;
}

// Task 10.7: the variant itself.
nn::Sequential build_lenet(const LenetOptions& options) {
    // TODO 1. Let lenet_sizes refuse what is impossible, and tell you the number of features.
    // TODO 2. network.add(layer) in a loop over filters, then in one over dense. No ReLU after the last layer.
    const LenetSizes sizes = lenet_sizes(options);
    nn::Sequential network;
    Index channels = 1;
    for (std::size_t layer = 0; layer < options.filters.size(); ++layer) {
        network.add(nn::Conv2d(channels, options.filters[layer], filter_window(options, layer)));
        network.add(nn::ReLU());
        network.add(nn::MaxPool2d({options.pool_size, options.pool_stride}));
        channels = options.filters[layer];
    }
    network.add(nn::Flatten());
    Index inputs = sizes.features;
    for (const Index neurons : options.dense) {
        network.add(nn::Dense(inputs, neurons)).add(nn::ReLU());
        inputs = neurons;
    }
    network.add(nn::Dense(inputs, 10));
    return network;
}

}  // namespace cnn::lab10
