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
    std::vector<Line> lines;
    const Index filters[] = {64, 128, 256, 512, 512};
    for (Index block = 0; block < 5; ++block) {
        const Index f = filters[block];
        const bool late = block >= 2;  // the last three blocks
        Index threes = late ? 2 : 1;   // A
        if (which != Configuration::A && which != Configuration::A_LRN) threes = 2;
        if (late && which == Configuration::D) threes = 3;
        if (late && which == Configuration::E) threes = 4;
        for (Index i = 0; i < threes; ++i) lines.push_back({Kind::conv, 3, f});
        if (late && which == Configuration::C) lines.push_back({Kind::conv, 1, f});
        if (block == 0 && which == Configuration::A_LRN) lines.push_back({Kind::lrn});
        lines.push_back({Kind::maxpool});
    }
    return lines;
}

// Task 13.1: counting without building.
Index vgg_parameters(const std::vector<Line>& lines, Index classes) {
    // TODO 1. A filter is as deep as there are channels before it, and has a bias. Which lines change the channels,
    //         which the side of the maps, which have no parameters?
    // TODO 2. Three dense layers: how many values does the last map hand to the first of them?
    Index parameters = 0, channels = 3, side = 224;
    for (const Line& line : lines) {
        if (line.kind == Kind::maxpool) side /= 2;
        if (line.kind != Kind::conv) continue;
        parameters += line.filters * (channels * line.size * line.size + 1);
        channels = line.filters;
    }
    Index inputs = channels * side * side;
    for (const Index neurons : {Index{4096}, Index{4096}, classes}) {
        parameters += neurons * (inputs + 1);
        inputs = neurons;
    }
    return parameters;
}

// Task 13.1: lines become layers.
nn::Sequential vgg_features(const std::vector<Line>& lines, Index channels) {
    // TODO 1. Go through the lines, remembering how many channels there are, and add the layers of each.
    nn::Sequential features;
    for (const Line& line : lines) {
        switch (line.kind) {
            case Kind::conv:
                features.add(nn::Conv2d(channels, line.filters, {.size = line.size, .padding = (line.size - 1) / 2}));
                features.add(nn::ReLU());
                channels = line.filters;
                break;
            case Kind::lrn:
                features.add(nn::LocalResponseNorm({.size = 5, .alpha = 5 * 1e-4f, .beta = 0.75f, .k = 2}));
                break;
            case Kind::maxpool:
                features.add(nn::MaxPool2d({.size = 2, .stride = 2}));
                break;
        }
    }
    return features;
}

// Dense layers with ReLU and dropout between them.
nn::Sequential classifier(Index inputs, Index neurons, Index classes) {
    return nn::Sequential(nn::Dense(inputs, neurons), nn::ReLU(), nn::Dropout(0.5f, 1), nn::Dense(neurons, neurons),
                          nn::ReLU(), nn::Dropout(0.5f, 2), nn::Dense(neurons, classes));
}

// Task 13.1: the whole network.
nn::Sequential vgg(Configuration which, Index classes, Index narrower) {
    // TODO 1. Take the column and divide its numbers of filters.
    // TODO 2. Put the four children together: how many values does the first dense layer get from maps of 7×7?
    std::vector<Line> lines = column(which);
    Index channels = 3;
    for (Line& line : lines) {
        line.filters /= narrower;
        if (line.kind == Kind::conv) channels = line.filters;
    }
    nn::Sequential network;
    network.add("features", vgg_features(lines, 3));
    network.add("avgpool", nn::AdaptiveAvgPool2d(7)).add("flatten", nn::Flatten());
    network.add("classifier", classifier(channels * 7 * 7, 4096 / narrower, classes));
    return network;
}

// Task 13.2: what one unit sees, from layer to layer.
ReceptiveField receptive_field(const std::vector<Window>& layers) {
    // TODO 1. Begin with a pixel: it sees itself, its neighbour is one pixel away.
    // TODO 2. A layer's unit sees `size` units of the layer before. How far are these apart on the image? By how much
    //         does each widen the field? Where does the first one begin, if there is padding?
    ReceptiveField field{.size = 1, .step = 1, .start = 0};
    for (const Window& window : layers) {
        require(window.size >= 1 && window.stride >= 1 && window.padding >= 0,
                "receptive_field: size {}, stride {} and padding {} are no window", window.size, window.stride,
                window.padding);
        field.size += (window.size - 1) * field.step;
        field.start -= window.padding * field.step;
        field.step *= window.stride;
    }
    return field;
}

// Task 13.2: cut off at the edges of the image.
Pixels pixels_seen(const std::vector<Window>& layers, Index unit, Index side) {
    // TODO 1. How many units does the last layer have? Refuse others, and windows that do not fit.
    // TODO 2. Take the field of this unit, and leave out what is not on the image.
    const ReceptiveField field = receptive_field(layers);
    Index units = side;
    for (const Window& window : layers) {
        const Index room = units + 2 * window.padding - window.size;
        require(room >= 0, "pixels_seen: a window of {} does not fit into a map of {} with padding {}", window.size,
                units, window.padding);
        units = room / window.stride + 1;
    }
    require(unit >= 0 && unit < units, "pixels_seen: unit {} is outside [0, {})", unit, units);
    const Index first = field.start + unit * field.step;
    return {std::max<Index>(first, 0), std::min(first + field.size, side) - 1};
}

// Task 13.2: what a stack of convolutions costs.
Cost stack_cost(Index layers, Index size, Index channels, Index side) {
    // TODO 1. The field: by how much does each layer widen it?
    // TODO 2. A filter's weights, times the filters, times the layers. Each weight is used once for every place of a
    // map.
    const Index weights = layers * channels * channels * size * size;
    return {1 + layers * (size - 1), weights, weights * side * side};
}

// Task 13.2: the same seen by the gradient.
Tensor influence(nn::Layer& network, const Tensor& x, Index channel, Index row, Index column) {
    // TODO 1. Run the network forward. What is the gradient of one value of y by all values of y?
    // TODO 2. Run it backward, and add up the magnitudes over the channels.
    require(x.rank() == 4 && x.size(0) == 1, "influence: expected one image [1, C, H, W], got {}", x.shape());
    const Tensor y = network.forward(x);
    require(y.rank() == 4 && channel >= 0 && channel < y.size(1) && row >= 0 && row < y.size(2) && column >= 0 &&
                column < y.size(3),
            "influence: the output {} has no unit ({}, {}, {})", y.shape(), channel, row, column);
    Tensor dy(y.shape());
    dy(0, channel, row, column) = 1;
    const Tensor dx = network.backward(dy);
    Tensor sum({x.size(2), x.size(3)});
    for (Index c = 0; c < dx.size(1); ++c)
        for (Index i = 0; i < dx.size(2); ++i)
            for (Index j = 0; j < dx.size(3); ++j) sum(i, j) += std::abs(dx(0, c, i, j));
    return sum;
}

// Task 13.3: terms of a sum, and parts that an input takes.
Fans fans(const Shape& w) {
    // TODO 1. A matrix [out, in]: one output adds up how many products?
    // TODO 2. Filters [K, C, R, S]: the same question, and the other way round.
    require(w.rank() == 2 || w.rank() == 4, "fans: expected [out, in] or [K, C, R, S], got {}", w);
    const Index window = w.rank() == 4 ? w[2] * w[3] : 1;
    return {w[1] * window, w[0] * window};
}

// Task 13.3: the first weights of one layer.
Tensor first_weights(const Shape& w, const Start& start, std::uint32_t seed) {
    // TODO 1. An engine of this seed, then one draw for the whole shape: what are its bounds, or its deviation?
    Engine engine(seed);
    const Fans n = fans(w);
    switch (start.scheme) {
        case Scheme::glorot: {
            const float bound = std::sqrt(6.0f / static_cast<float>(n.in + n.out));
            return uniform(w, engine, -bound, bound);
        }
        case Scheme::he:
            return normal(w, engine, 0, std::sqrt(2.0f / static_cast<float>(n.in)));
        case Scheme::gaussian:
            break;
    }
    return normal(w, engine, 0, static_cast<float>(start.deviation));
}

// Task 13.3: and of a whole network.
void initialize(nn::Layer& network, const Start& start, std::uint32_t seed) {
    // TODO 1. Go through network.parameters(). Which are weights, which biases, which are not learned at all?
    for (auto& [name, parameter] : network.parameters()) {
        if (!parameter->learned) continue;
        if (parameter->value.rank() > 1)
            parameter->value = first_weights(parameter->value.shape(), start, seed++);
        else
            parameter->value.fill(0);
    }
}

// Task 13.3: what theory says.
Growth growth(const Shape& w, const Start& start) {
    // TODO 1. What is the variance of one weight? Of numbers spread evenly over ±a it is a²/3.
    // TODO 2. A sum of n such weights times inputs has n times the variance; a ReLU lets half of it through.
    const Fans n = fans(w);
    const auto in = static_cast<double>(n.in), out = static_cast<double>(n.out);
    double variance = start.deviation * start.deviation;
    if (start.scheme == Scheme::glorot) variance = 2 / (in + out);
    if (start.scheme == Scheme::he) variance = 2 / in;
    return {in * variance / 2, out * variance / 2};
}

// The mean of the squares minus the square of the mean.
double variance_of(const Tensor& x) {
    double sum = 0, squares = 0;
    for (const float value : x.values()) {
        sum += value;
        squares += static_cast<double>(value) * value;
    }
    const auto count = static_cast<double>(x.count());
    return squares / count - sum / count * (sum / count);
}

// Task 13.3: and what is measured.
Profile measure(nn::Sequential& network, const Tensor& x, const Tensor& dy) {
    // TODO 1. Hand x from child to child (network[i].forward) and take the variance of what each gives.
    // TODO 2. Hand dy back from the last child to the first, taking the variance of what each receives.
    Profile profile{std::vector<double>(static_cast<std::size_t>(network.size())),
                    std::vector<double>(static_cast<std::size_t>(network.size()))};
    Tensor y = x;
    for (Index i = 0; i < network.size(); ++i) {
        y = network[i].forward(std::move(y));
        profile.activations[static_cast<std::size_t>(i)] = variance_of(y);
    }
    Tensor gradient = dy;
    for (Index i = network.size() - 1; i >= 0; --i) {
        profile.gradients[static_cast<std::size_t>(i)] = variance_of(gradient);
        gradient = network[i].backward(std::move(gradient));
    }
    return profile;
}

// Task 13.4: a row of the matrix is a filter.
Tensor as_filters(const Tensor& w, Index channels, Index size) {
    // TODO 1. In which order does flattening put the numbers of maps [channels, size, size]? And how do filters lie?
    require(w.rank() == 2 && w.size(1) == channels * size * size,
            "as_filters: w {} does not read {} maps of {}×{}: expected [M, {}]", w.shape(), channels, size, size,
            channels * size * size);
    return w.reshaped({w.size(0), channels, size, size});
}

// Task 13.4: scores at every place.
Tensor score_maps(const Tensor& x, const std::vector<DenseWeights>& classifier, Index size) {
    // TODO 1. The first layer's filters are as large as what it used to read; nn::operators().conv2d_forward applies
    //         them everywhere.
    // TODO 2. The others read one place of what is before them. Where is a ReLU?
    require(x.rank() == 4 && !classifier.empty(), "score_maps: expected maps [N, C, H, W] and at least one layer");
    Tensor maps = x;
    for (std::size_t layer = 0; layer < classifier.size(); ++layer) {
        const auto& [w, b] = classifier[layer];
        if (layer > 0) maps = nn::operators().relu_forward(std::move(maps));
        const Index window = layer == 0 ? size : 1;
        maps = nn::operators().conv2d_forward(maps, as_filters(w, maps.size(1), window), b, {.size = window});
    }
    return maps;
}

// Task 13.4: one score for the whole image.
Tensor mean_scores(const Tensor& maps) {
    // TODO 1. For each image and each class, the mean of its map.
    require(maps.rank() == 4, "mean_scores: expected maps [N, classes, H, W], got {}", maps.shape());
    Tensor scores({maps.size(0), maps.size(1)});
    for (Index n = 0; n < maps.size(0); ++n)
        for (Index m = 0; m < maps.size(1); ++m) {
            float sum = 0;
            for (Index i = 0; i < maps.size(2); ++i)
                for (Index j = 0; j < maps.size(3); ++j) sum += maps(n, m, i, j);
            scores(n, m) = sum / static_cast<float>(maps.size(2) * maps.size(3));
        }
    return scores;
}

// The images with left and right exchanged.
Tensor mirrored(const Tensor& x) {
    Tensor y(x.shape());
    for (Index n = 0; n < x.size(0); ++n)
        for (Index c = 0; c < x.size(1); ++c)
            for (Index i = 0; i < x.size(2); ++i)
                for (Index j = 0; j < x.size(3); ++j) y(n, c, i, j) = x(n, c, i, x.size(3) - 1 - j);
    return y;
}

// Task 13.4: the whole procedure.
Tensor evaluate_densely(nn::Sequential& network, const Tensor& x) {
    // TODO 1. Evaluation mode; network[0] are the features, network[3] the classifier: its parameters() are w (rank 2)
    //         and b (rank 1) of one dense layer after the other. Dropout has a state there, too: skip what is not
    //         learned.
    // TODO 2. Images → features → score_maps → mean_scores → softmax, which nn::softmax_cross_entropy().probabilities()
    //         computes.
    // TODO 3. The same for mirrored images; the mean of both.
    network.set_training(false);
    std::vector<DenseWeights> classifier;
    for (const auto& [name, parameter] : network[3].parameters()) {
        if (!parameter->learned) continue;
        if (parameter->value.rank() == 2)
            classifier.push_back({parameter->value, Tensor()});
        else
            classifier.back().b = parameter->value;
    }
    const auto probabilities = [&](const Tensor& images) {
        return nn::softmax_cross_entropy().probabilities(
            mean_scores(score_maps(network[0].forward(images), classifier, 7)));
    };
    Tensor mean = probabilities(x);
    mean += probabilities(mirrored(x));
    return mean *= 0.5f;
}

// Task 13.5: the same idea for small images.
nn::Sequential small_vgg(const Shape& image, Index classes) {
    // TODO 1. Three blocks of two convolutions: vgg_features builds them.
    // TODO 2. How large are the maps after three poolings? 28 → 14 → 7 → 3.
    std::vector<Line> lines;
    for (const Index filters : {16, 32, 64})
        lines.insert(lines.end(), {{Kind::conv, 3, filters}, {Kind::conv, 3, filters}, {Kind::maxpool}});
    nn::Sequential network;
    network.add("features", vgg_features(lines, image[0]));
    network.add("flatten", nn::Flatten());
    const Shape flat = network.output_shape({1, image[0], image[1], image[2]});
    network.add("classifier", classifier(flat[1], 256, classes));
    return network;
}

}  // namespace cnn::lab13
