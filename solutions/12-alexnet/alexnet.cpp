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

void check_norm(const Tensor& x, const ResponseNorm& norm) {
    require(x.rank() == 4, "local_response_norm: expected x [N, C, H, W], got {}", x.shape());
    require(norm.n >= 1 && norm.n % 2 == 1, "local_response_norm: n = {} must be odd and at least 1", norm.n);
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
    check_norm(x, norm);
    Tensor y(x.shape());
    for (Index n = 0; n < x.size(0); ++n)
        for (Index i = 0; i < x.size(1); ++i)
            for (Index row = 0; row < x.size(2); ++row)
                for (Index column = 0; column < x.size(3); ++column)
                    y(n, i, row, column) =
                        x(n, i, row, column) / std::pow(response_scale(x, n, i, row, column, norm), norm.beta);
    return y;
}

// Task 12.1: x(i) stands in the numerator of its own y, and in the denominators of its neighbors'.
Tensor local_response_norm_backward(const Tensor& dy, const Tensor& x, const ResponseNorm& norm) {
    // TODO 1. With s = k + alpha · Σ a², the numerator gives dy(i) · s(i)^-beta.
    // TODO 2. The denominator of y(j) gives -2 · alpha · beta · a(i) · dy(j) · a(j) · s(j)^(-beta - 1): add these up
    //         over all j that have i among their neighbors.
    check_norm(x, norm);
    require(dy.shape() == x.shape(), "local_response_norm: dy {} and x {} differ", dy.shape(), x.shape());
    Tensor dx(x.shape());
    for (Index n = 0; n < x.size(0); ++n)
        for (Index row = 0; row < x.size(2); ++row)
            for (Index column = 0; column < x.size(3); ++column)
                for (Index j = 0; j < x.size(1); ++j) {
                    const float s = response_scale(x, n, j, row, column, norm);
                    dx(n, j, row, column) += dy(n, j, row, column) * std::pow(s, -norm.beta);
                    const float common = -2 * norm.alpha * norm.beta * dy(n, j, row, column) * x(n, j, row, column) *
                                         std::pow(s, -norm.beta - 1);
                    const auto [first, end] = neighbors(j, x.size(1), norm.n);
                    for (Index i = first; i < end; ++i) dx(n, i, row, column) += common * x(n, i, row, column);
                }
    return dx;
}

// Task 12.2: a coin for every neuron.
Tensor dropout_mask(const Shape& shape, float p, std::uint32_t seed) {
    // TODO 1. Refuse a p outside [0, 1).
    // TODO 2. Engine engine(seed); ask uniform(engine) once for each number, in the order of memory.
    require(p >= 0 && p < 1, "dropout: a probability of {} is outside [0, 1)", p);
    Engine engine(seed);
    Tensor mask(shape);
    for (float& stays : mask.values()) stays = uniform(engine) < p ? 0.0f : 1.0f;
    return mask;
}

// x · mask · factor, element by element.
Tensor masked(const Tensor& x, const Tensor& mask, float factor) {
    require(x.shape() == mask.shape(), "dropout: x is {}, but the mask {}", x.shape(), mask.shape());
    Tensor y = x;
    for (Index i = 0; i < y.count(); ++i) y[i] *= mask[i] * factor;
    return y;
}

// Task 12.2: a training step.
Tensor dropout_training(const Tensor& x, const Tensor& mask, float p, DropoutForm form) {
    // TODO 1. Numbers that are dropped become 0. What happens to those that stay: in the published form, and inverted?
    return masked(x, mask, form == DropoutForm::inverted ? 1 / (1 - p) : 1);
}

// Task 12.2: afterwards.
Tensor dropout_testing(const Tensor& x, float p, DropoutForm form) {
    // TODO 1. Nothing is dropped. Which of the two forms has something left to make up for?
    Tensor y = x;
    if (form == DropoutForm::published) y *= 1 - p;
    return y;
}

// Task 12.2: and the error goes back.
Tensor dropout_backward(const Tensor& dy, const Tensor& mask, float p, DropoutForm form) {
    // TODO 1. y = x · factor, element by element. What is dx?
    return masked(dy, mask, form == DropoutForm::inverted ? 1 / (1 - p) : 1);
}

void check_groups(const Shape& x, const Shape& w, const Window& window, Index groups) {
    require(x.rank() == 4 && w.rank() == 4,
            "grouped_conv2d: expected x [N, C, H, W] and w [K, C / groups, R, S], got "
            "{} and {}",
            x, w);
    require(groups >= 1 && x[1] % groups == 0 && w[0] % groups == 0,
            "grouped_conv2d: {} groups do not divide the {} channels and {} filters", groups, x[1], w[0]);
    require(w[1] == x[1] / groups, "grouped_conv2d: w {} has {} channels, x {} in {} groups expects {}", w, w[1], x,
            groups, x[1] / groups);
    require(w[2] == window.size && w[3] == window.size, "grouped_conv2d: w {} for a window of {}", w, window.size);
}

Index places(Index input, const Window& window) {
    require(window.size >= 1 && window.stride >= 1 && input + 2 * window.padding >= window.size,
            "grouped_conv2d: a window of {}, stride {}, padding {} does not fit into {} pixels", window.size,
            window.stride, window.padding, input);
    return (input + 2 * window.padding - window.size) / window.stride + 1;
}

// f(n, k, i, j, c, c', r, s, row, column) for every product of x(n, c', row, column) and w(k, c, r, s) that is added to
// y(n, k, i, j).
template <class F>
void for_products(const Shape& x, const Shape& w, const Window& window, Index groups, const F& f) {
    const Index filters_of_group = w[0] / groups;
    for (Index n = 0; n < x[0]; ++n)
        for (Index k = 0; k < w[0]; ++k)
            for (Index i = 0; i < places(x[2], window); ++i)
                for (Index j = 0; j < places(x[3], window); ++j)
                    for (Index c = 0; c < w[1]; ++c)
                        for (Index r = 0; r < w[2]; ++r)
                            for (Index s = 0; s < w[3]; ++s) {
                                const Index channel = k / filters_of_group * w[1] + c;
                                const Index row = i * window.stride + r - window.padding;
                                const Index column = j * window.stride + s - window.padding;
                                if (row < 0 || row >= x[2] || column < 0 || column >= x[3]) continue;
                                f(n, k, i, j, c, channel, r, s, row, column);
                            }
}

// Task 12.3: each filter sees the channels of its group.
Tensor grouped_conv2d_forward(const Tensor& x, const Tensor& w, const Tensor& b, const Window& window, Index groups) {
    // TODO 1. Refuse groups that do not divide C and K, w or b of other shapes, and a window that does not fit.
    // TODO 2. To which group does filter k belong, and at which channel of x does that group begin?
    // TODO 3. The loops of task 4.4, over the C / groups channels of w.
    check_groups(x.shape(), w.shape(), window, groups);
    require(b.shape() == Shape{w.size(0)}, "grouped_conv2d: b is {}, expected [{}]", b.shape(), w.size(0));
    Tensor y({x.size(0), w.size(0), places(x.size(2), window), places(x.size(3), window)});
    for_products(x.shape(), w.shape(), window, groups,
                 [&](Index n, Index k, Index i, Index j, Index c, Index channel, Index r, Index s, Index row,
                     Index column) { y(n, k, i, j) += x(n, channel, row, column) * w(k, c, r, s); });
    for (Index n = 0; n < y.size(0); ++n)
        for (Index k = 0; k < y.size(1); ++k)
            for (Index i = 0; i < y.size(2); ++i)
                for (Index j = 0; j < y.size(3); ++j) y(n, k, i, j) += b(k);
    return y;
}

// Task 12.3: the error of the image.
Tensor grouped_conv2d_backward_input(const Tensor& dy, const Tensor& w, const Shape& x_shape, const Window& window,
                                     Index groups) {
    // TODO 1. As task 8.3: every product x · w of the forward pass sends dy · w back to its x. Which x was that?
    check_groups(x_shape, w.shape(), window, groups);
    Tensor dx(x_shape);
    for_products(x_shape, w.shape(), window, groups,
                 [&](Index n, Index k, Index i, Index j, Index c, Index channel, Index r, Index s, Index row,
                     Index column) { dx(n, channel, row, column) += dy(n, k, i, j) * w(k, c, r, s); });
    return dx;
}

// Task 12.3: the error of filters and biases.
FilterGradients grouped_conv2d_backward_filters(const Tensor& x, const Tensor& dy, const Window& window, Index groups) {
    // TODO 1. The shape of dw is that of w: C / groups channels.
    // TODO 2. Every product sends dy · x back to its w. db(k) is the sum of dy over images and places.
    require(x.rank() == 4 && dy.rank() == 4 && groups >= 1 && x.size(1) % groups == 0 && dy.size(1) % groups == 0,
            "grouped_conv2d: {} groups do not divide the channels of x {} and dy {}", groups, x.shape(), dy.shape());
    FilterGradients g{Tensor({dy.size(1), x.size(1) / groups, window.size, window.size}), Tensor({dy.size(1)})};
    for_products(x.shape(), g.dw.shape(), window, groups,
                 [&](Index n, Index k, Index i, Index j, Index c, Index channel, Index r, Index s, Index row,
                     Index column) { g.dw(k, c, r, s) += dy(n, k, i, j) * x(n, channel, row, column); });
    for (Index n = 0; n < dy.size(0); ++n)
        for (Index k = 0; k < dy.size(1); ++k)
            for (Index i = 0; i < dy.size(2); ++i)
                for (Index j = 0; j < dy.size(3); ++j) g.db(k) += dy(n, k, i, j);
    return g;
}

// Task 12.3: counting.
ConvolutionCost grouped_cost(const Shape& image, Index filters, const Window& window, Index groups) {
    // TODO 1. Refuse what the forward pass refuses.
    // TODO 2. Every filter has C / groups channels, and one bias.
    // TODO 3. Every weight of a filter is used once at each of its places.
    require(image.rank() == 3 && groups >= 1 && image[0] % groups == 0 && filters % groups == 0,
            "grouped_cost: {} groups do not divide the channels of {} and {} filters", groups, image, filters);
    const Index weights = filters * image[0] / groups * window.size * window.size;
    return {weights + filters, weights * places(image[1], window) * places(image[2], window)};
}

// Task 12.4: a square.
Tensor crop(const Tensor& image, Index row, Index column, Index size, bool mirrored) {
    // TODO 1. Refuse a size below 1, and a square that is not within the image.
    // TODO 2. Which column of the image does column j of the result show, mirrored and not?
    require(image.rank() == 3 && size >= 1 && row >= 0 && column >= 0 && row + size <= image.size(1) &&
                column + size <= image.size(2),
            "crop: {0} × {0} pixels at ({1}, {2}) are not within {3}", size, row, column, image.shape());
    Tensor square({image.size(0), size, size});
    for (Index c = 0; c < image.size(0); ++c)
        for (Index i = 0; i < size; ++i)
            for (Index j = 0; j < size; ++j)
                square(c, i, j) = image(c, row + i, column + (mirrored ? size - 1 - j : j));
    return square;
}

// Task 12.4: any square.
Tensor random_crop(const Tensor& image, Index size, std::uint32_t seed) {
    // TODO 1. Refuse a size for which there is no place.
    // TODO 2. Engine engine(seed); then row, column, mirrored, in this order. How many places are there?
    require(image.rank() == 3 && size >= 1 && size <= image.size(1) && size <= image.size(2),
            "random_crop: {0} × {0} pixels are not within {1}", size, image.shape());
    Engine engine(seed);
    const Index row = uniform_index(engine, image.size(1) - size + 1);
    const Index column = uniform_index(engine, image.size(2) - size + 1);
    return crop(image, row, column, size, uniform_index(engine, 2) == 1);
}

// Task 12.4: ten squares.
Tensor ten_crop(const Tensor& image, Index size) {
    // TODO 1. The five places in the order of the contract.
    // TODO 2. Once in the image, once in its mirror image. The top left of the mirrored image is the mirrored top
    //         right of the image.
    require(image.rank() == 3 && size >= 1 && size <= image.size(1) && size <= image.size(2),
            "ten_crop: {0} × {0} pixels are not within {1}", size, image.shape());
    const Index bottom = image.size(1) - size, right = image.size(2) - size;
    const std::vector<std::pair<Index, Index>> places{
        {0, 0}, {0, right}, {bottom, 0}, {bottom, right}, {bottom / 2, right / 2}};
    Tensor crops({10, image.size(0), size, size});
    float* to = crops.data();
    for (const bool mirrored : {false, true})
        for (const auto& [row, column] : places) {
            const Tensor square = crop(image, row, mirrored ? right - column : column, size, mirrored);
            to = std::copy_n(square.data(), square.count(), to);
        }
    return crops;
}

// Task 12.4: ten opinions.
Tensor ten_crop_probabilities(const Tensor& scores) {
    // TODO 1. Softmax of each row: take its largest number out first, as in task 6.4.
    // TODO 2. The mean of rows 10n to 10n + 9 is row n of the result.
    require(scores.rank() == 2 && scores.size(0) % 10 == 0, "ten_crop_probabilities: expected scores [10 N, M], got {}",
            scores.shape());
    const Index classes = scores.size(1);
    Tensor mean({scores.size(0) / 10, classes});
    for (Index row = 0; row < scores.size(0); ++row) {
        float largest = scores(row, 0), sum = 0;
        for (Index m = 1; m < classes; ++m) largest = std::max(largest, scores(row, m));
        for (Index m = 0; m < classes; ++m) sum += std::exp(scores(row, m) - largest);
        for (Index m = 0; m < classes; ++m) mean(row / 10, m) += std::exp(scores(row, m) - largest) / sum / 10;
    }
    return mean;
}

// Task 12.4: how the colours vary.
Tensor colour_covariance(const Tensor& images) {
    // TODO 1. The mean of each colour over all pixels of all images.
    // TODO 2. For each pair of colours the mean product of what is above or below these. Add up in double: there are
    //         many pixels.
    require(images.rank() == 4 && images.size(1) == 3 && images.count() > 0,
            "colour_covariance: expected images [N, 3, H, W], got {}", images.shape());
    const Index pixels = images.size(2) * images.size(3), total = images.size(0) * pixels;
    const auto colour = [&](Index pixel, Index c) {
        return double{images[(pixel / pixels * 3 + c) * pixels + pixel % pixels]};
    };
    double mean[3] = {}, product[3][3] = {};
    for (Index pixel = 0; pixel < total; ++pixel)
        for (Index c = 0; c < 3; ++c) mean[c] += colour(pixel, c) / static_cast<double>(total);
    for (Index pixel = 0; pixel < total; ++pixel)
        for (Index u = 0; u < 3; ++u)
            for (Index v = 0; v < 3; ++v) product[u][v] += (colour(pixel, u) - mean[u]) * (colour(pixel, v) - mean[v]);
    Tensor covariance({3, 3});
    for (Index u = 0; u < 3; ++u)
        for (Index v = 0; v < 3; ++v) covariance(u, v) = static_cast<float>(product[u][v] / static_cast<double>(total));
    return covariance;
}

// Task 12.4: another light.
Tensor shift_colours(const Tensor& image, const data::PrincipalComponents& components,
                     const std::vector<float>& alpha) {
    // TODO 1. Three numbers, one for each colour: the columns of components.vectors, each times its alpha and value.
    // TODO 2. Add them to all pixels.
    require(image.rank() == 3 && image.size(0) == 3 && components.values.shape() == Shape{3} &&
                components.vectors.shape() == Shape{3, 3} && alpha.size() == 3,
            "shift_colours: image {}, values {}, vectors {} and {} numbers alpha; three colours are expected",
            image.shape(), components.values.shape(), components.vectors.shape(), alpha.size());
    Tensor shifted = image;
    for (Index c = 0; c < 3; ++c) {
        float shift = 0;
        for (Index i = 0; i < 3; ++i)
            shift += components.vectors(c, i) * alpha[static_cast<std::size_t>(i)] * components.values(i);
        for (Index row = 0; row < image.size(1); ++row)
            for (Index column = 0; column < image.size(2); ++column) shifted(c, row, column) += shift;
    }
    return shifted;
}

// The paper's constants; nn::LocalResponseNorm divides alpha by the size, as PyTorch does.
nn::LocalResponseNorm response_norm() {
    return nn::LocalResponseNorm({.size = 5, .alpha = 5 * 1e-4f, .beta = 0.75f, .k = 2});
}

void check_thin(Index thin) { require(thin >= 1 && 16 % thin == 0, "alexnet: thin = {} does not divide 16", thin); }

constexpr Window overlapping{.size = 3, .stride = 2};

// Task 12.5: two groups.
nn::Sequential alexnet_2012(Index classes, Index thin) {
    // TODO 1. Refuse a thin that does not divide 16.
    // TODO 2. network.add("conv1", nn::Conv2d(3, 96 / thin, {.size = 11, .stride = 4, .padding = 2})); and so on. Which
    //         of the five see the maps of their own graphics card only? nn::Conv2d(in, out, window, true, 2).
    // TODO 3. Normalisation follows the ReLU of the first two, pooling follows the normalisation.
    // TODO 4. How many values does pool5 leave? Dropout stands behind the ReLU of fc6 and fc7.
    check_thin(thin);
    const Window three{.size = 3, .padding = 1}, five{.size = 5, .padding = 2};
    nn::Sequential network;
    network.add("conv1", nn::Conv2d(3, 96 / thin, {.size = 11, .stride = 4, .padding = 2})).add("relu1", nn::ReLU());
    network.add("norm1", response_norm()).add("pool1", nn::MaxPool2d(overlapping));
    network.add("conv2", nn::Conv2d(96 / thin, 256 / thin, five, true, 2)).add("relu2", nn::ReLU());
    network.add("norm2", response_norm()).add("pool2", nn::MaxPool2d(overlapping));
    network.add("conv3", nn::Conv2d(256 / thin, 384 / thin, three)).add("relu3", nn::ReLU());
    network.add("conv4", nn::Conv2d(384 / thin, 384 / thin, three, true, 2)).add("relu4", nn::ReLU());
    network.add("conv5", nn::Conv2d(384 / thin, 256 / thin, three, true, 2)).add("relu5", nn::ReLU());
    network.add("pool5", nn::MaxPool2d(overlapping)).add("flatten", nn::Flatten());
    network.add("fc6", nn::Dense(256 / thin * 6 * 6, 4096 / thin)).add("relu6", nn::ReLU());
    network.add("drop6", nn::Dropout(0.5f));
    network.add("fc7", nn::Dense(4096 / thin, 4096 / thin)).add("relu7", nn::ReLU()).add("drop7", nn::Dropout(0.5f));
    network.add("fc8", nn::Dense(4096 / thin, classes));
    return network;
}

// Task 12.5: one tower.
nn::Sequential alexnet(Index classes, Index thin) {
    // TODO 1. Two nn::Sequential, features and classifier: without names, their children are called "0", "1", …
    // TODO 2. Then network.add("features", …), avgpool (nn::AdaptiveAvgPool2d), flatten, classifier.
    check_thin(thin);
    const Window three{.size = 3, .padding = 1};
    nn::Sequential features(nn::Conv2d(3, 64 / thin, {.size = 11, .stride = 4, .padding = 2}), nn::ReLU(),
                            nn::MaxPool2d(overlapping), nn::Conv2d(64 / thin, 192 / thin, {.size = 5, .padding = 2}),
                            nn::ReLU(), nn::MaxPool2d(overlapping), nn::Conv2d(192 / thin, 384 / thin, three),
                            nn::ReLU(), nn::Conv2d(384 / thin, 256 / thin, three), nn::ReLU(),
                            nn::Conv2d(256 / thin, 256 / thin, three), nn::ReLU(), nn::MaxPool2d(overlapping));
    nn::Sequential classifier(nn::Dropout(0.5f), nn::Dense(256 / thin * 6 * 6, 4096 / thin), nn::ReLU(),
                              nn::Dropout(0.5f), nn::Dense(4096 / thin, 4096 / thin), nn::ReLU(),
                              nn::Dense(4096 / thin, classes));
    nn::Sequential network;
    network.add("features", std::move(features)).add("avgpool", nn::AdaptiveAvgPool2d(6));
    network.add("flatten", nn::Flatten()).add("classifier", std::move(classifier));
    return network;
}

// Task 12.5: for small images.
nn::Sequential small_alexnet(const Shape& image, Index classes) {
    // TODO 1. Refuse images that are not [C, H, W] of 28 to 64 pixels.
    // TODO 2. The table of README.md; the first convolution has as many channels as the image.
    // TODO 3. What fc6 gets depends on the size of the image: network.output_shape({1, C, H, W}) tells what the layers
    //         so far give.
    require(image.rank() == 3 && std::min(image[1], image[2]) >= 28 && std::max(image[1], image[2]) <= 64,
            "small_alexnet: images {}, expected [C, H, W] of 28 to 64 pixels", image);
    const Window three{.size = 3, .padding = 1}, five{.size = 5, .padding = 2};
    nn::Sequential network;
    network.add("conv1", nn::Conv2d(image[0], 24, five)).add("relu1", nn::ReLU());
    network.add("norm1", response_norm()).add("pool1", nn::MaxPool2d(overlapping));
    network.add("conv2", nn::Conv2d(24, 48, five, true, 2)).add("relu2", nn::ReLU());
    network.add("norm2", response_norm()).add("pool2", nn::MaxPool2d(overlapping));
    network.add("conv3", nn::Conv2d(48, 96, three)).add("relu3", nn::ReLU());
    network.add("conv4", nn::Conv2d(96, 96, three, true, 2)).add("relu4", nn::ReLU());
    network.add("conv5", nn::Conv2d(96, 64, three, true, 2)).add("relu5", nn::ReLU());
    network.add("pool5", nn::MaxPool2d(overlapping)).add("flatten", nn::Flatten());
    const Index features = network.output_shape({1, image[0], image[1], image[2]})[1];
    network.add("fc6", nn::Dense(features, 256)).add("relu6", nn::ReLU()).add("drop6", nn::Dropout(0.5f));
    network.add("fc7", nn::Dense(256, 256)).add("relu7", nn::ReLU()).add("drop7", nn::Dropout(0.5f));
    network.add("fc8", nn::Dense(256, classes));
    return network;
}

// Task 12.6: the best first.
std::vector<Index> best_classes(const Tensor& scores, Index k) {
    // TODO 1. Refuse a k outside 1 … M.
    // TODO 2. Find the largest score k times; or sort the numbers 0 … M-1 by their scores, equal ones in their order.
    require(scores.rank() == 1 && k >= 1 && k <= scores.size(0), "best_classes: {} best of the scores {}", k,
            scores.shape());
    std::vector<Index> classes(static_cast<std::size_t>(scores.size(0)));
    for (std::size_t i = 0; i < classes.size(); ++i) classes[i] = static_cast<Index>(i);
    std::ranges::stable_sort(classes, [&](Index a, Index b) { return scores(a) > scores(b); });
    classes.resize(static_cast<std::size_t>(k));
    return classes;
}

// Task 12.6: how often the label is not among them.
double top_k_error(const Tensor& scores, const std::vector<std::int32_t>& labels, Index k) {
    // TODO 1. Refuse labels that do not fit: too few, too many, negative, too large.
    // TODO 2. For each image: is its label one of its best_classes? Count those where it is not.
    require(scores.rank() == 2 && !labels.empty() && static_cast<Index>(labels.size()) == scores.size(0),
            "top_k_error: expected scores [N, M] and N > 0 labels, got {} and {} labels", scores.shape(),
            labels.size());
    Index wrong = 0;
    for (Index n = 0; n < scores.size(0); ++n) {
        const Index label = labels[static_cast<std::size_t>(n)], classes = scores.size(1);
        require(label >= 0 && label < classes, "top_k_error: label {} is none of the {} classes", label, classes);
        const Tensor row({classes}, scores.values().subspan(static_cast<std::size_t>(n * classes),
                                                            static_cast<std::size_t>(classes)));
        const std::vector<Index> best = best_classes(row, k);
        wrong += std::ranges::find(best, label) == best.end();
    }
    return static_cast<double>(wrong) / static_cast<double>(scores.size(0));
}

}  // namespace cnn::lab12
