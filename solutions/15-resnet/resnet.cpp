// Lab 15: ResNet. Read resnet.hpp for what each function promises, README.md for why.
#include "resnet.hpp"

#include <array>
#include <cmath>
#include <string>

#include "layers.hpp"
#include "nn/operators.hpp"
#include "tensor/todo.hpp"

namespace cnn::lab15 {

// gamma, beta, mean, … must have one number for each channel of x.
void check_channels(const Tensor& x, const char* what, const Tensor& values) {
    require(x.rank() == 4, "batch_norm: expected x [N, C, H, W], got {}", x.shape());
    require(values.shape() == Shape{x.size(1)}, "batch_norm: {} is {}, x {} has {} channels", what, values.shape(),
            x.shape(), x.size(1));
}

// f(n, i, j) for all numbers of one channel.
template <class F>
void for_each_number(const Shape& x, const F& f) {
    for (Index n = 0; n < x[0]; ++n)
        for (Index i = 0; i < x[2]; ++i)
            for (Index j = 0; j < x[3]; ++j) f(n, i, j);
}

// Task 15.1: with the statistics of the batch.
BatchNormalized batch_norm_forward(const Tensor& x, const Tensor& gamma, const Tensor& beta, float epsilon) {
    // TODO 1. Check the shapes. How many numbers M does a channel have, over all images?
    // TODO 2. For every channel: its mean, then the mean of the squared distances from it (in double: M is large).
    // TODO 3. Normalise, scale, shift. Where does ε stand?
    check_channels(x, "gamma", gamma), check_channels(x, "beta", beta);
    const auto M = static_cast<double>(x.size(0) * x.size(2) * x.size(3));
    BatchNormalized result{Tensor(x.shape()), Tensor(gamma.shape()), Tensor(gamma.shape())};
    for (Index c = 0; c < x.size(1); ++c) {
        double sum = 0, squares = 0;
        for_each_number(x.shape(), [&](Index n, Index i, Index j) { sum += x(n, c, i, j); });
        const double mean = sum / M;
        for_each_number(x.shape(), [&](Index n, Index i, Index j) {
            const double distance = x(n, c, i, j) - mean;
            squares += distance * distance;
        });
        result.mean(c) = static_cast<float>(mean), result.variance(c) = static_cast<float>(squares / M);
    }
    result.y = batch_norm_inference(x, gamma, beta, result.mean, result.variance, epsilon);
    return result;
}

// Task 15.1: what is remembered for evaluation.
RunningStatistics update_running(const RunningStatistics& running, const Tensor& mean, const Tensor& variance, Index M,
                                 float momentum) {
    // TODO 1. Refuse less than two numbers: they have no variance.
    // TODO 2. Mix old and new. Which share does momentum give: the old one's or the new one's?
    // TODO 3. The batch's variance divides by M. Make it one that divides by M - 1.
    if (M < 2) throw Error("batch_norm: the variance of " + std::to_string(M) + " number is unknown");
    const float correction = static_cast<float>(M) / static_cast<float>(M - 1);
    RunningStatistics next = running;
    for (Index c = 0; c < mean.size(0); ++c) {
        next.mean(c) = (1 - momentum) * running.mean(c) + momentum * mean(c);
        next.variance(c) = (1 - momentum) * running.variance(c) + momentum * (variance(c) * correction);
    }
    return next;
}

// Task 15.1: with given statistics.
Tensor batch_norm_inference(const Tensor& x, const Tensor& gamma, const Tensor& beta, const Tensor& mean,
                            const Tensor& variance, float epsilon) {
    // TODO 1. The same formula, with what is given in the place of the batch's own mean and variance.
    check_channels(x, "gamma", gamma), check_channels(x, "beta", beta);
    check_channels(x, "mean", mean), check_channels(x, "variance", variance);
    Tensor y(x.shape());
    for (Index c = 0; c < x.size(1); ++c) {
        const float deviation = std::sqrt(variance(c) + epsilon);
        for_each_number(x.shape(), [&](Index n, Index i, Index j) {
            y(n, c, i, j) = gamma(c) * ((x(n, c, i, j) - mean(c)) / deviation) + beta(c);
        });
    }
    return y;
}

// Task 15.2: back through scale, shift, and the statistics.
BatchNormGradients batch_norm_backward(const Tensor& dy, const Tensor& x, const Tensor& gamma, const Tensor& mean,
                                       const Tensor& variance, float epsilon) {
    // TODO 1. dbeta and dgamma of a channel: over how many numbers do they add up, and what was gamma multiplied by?
    // TODO 2. dx has three parts: dy itself, minus the share that came in through the mean, minus the share through
    //         the variance. The handout derives them; both shares are made of dbeta and dgamma.
    check_channels(x, "gamma", gamma), check_channels(x, "mean", mean), check_channels(x, "variance", variance);
    require(dy.shape() == x.shape(), "batch_norm: dy is {}, x is {}", dy.shape(), x.shape());
    const auto M = static_cast<double>(x.size(0) * x.size(2) * x.size(3));
    BatchNormGradients gradients{Tensor(x.shape()), Tensor(gamma.shape()), Tensor(gamma.shape())};
    for (Index c = 0; c < x.size(1); ++c) {
        const double deviation = std::sqrt(double{variance(c)} + double{epsilon});
        const auto hat = [&](Index n, Index i, Index j) { return (x(n, c, i, j) - double{mean(c)}) / deviation; };
        double dbeta = 0, dgamma = 0;
        for_each_number(x.shape(), [&](Index n, Index i, Index j) {
            dbeta += dy(n, c, i, j);
            dgamma += dy(n, c, i, j) * hat(n, i, j);
        });
        for_each_number(x.shape(), [&](Index n, Index i, Index j) {
            gradients.dx(n, c, i, j) = static_cast<float>(double{gamma(c)} / deviation *
                                                          (dy(n, c, i, j) - dbeta / M - hat(n, i, j) * dgamma / M));
        });
        gradients.dgamma(c) = static_cast<float>(dgamma), gradients.dbeta(c) = static_cast<float>(dbeta);
    }
    return gradients;
}

// Task 15.3: two paths, added.
Tensor residual_forward(nn::Layer& body, nn::Layer& shortcut, const Tensor& x) {
    // TODO 1. Both paths read the same x.
    // TODO 2. Add, then rectify: nn::operators().relu_forward. In this order.
    Tensor y = body.forward(x);
    y += shortcut.forward(x);
    return nn::operators().relu_forward(std::move(y));
}

// Task 15.3: one error into two paths, their gradients added.
Tensor residual_backward(nn::Layer& body, nn::Layer& shortcut, const Tensor& dy, const Tensor& y) {
    // TODO 1. First back through the ReLU, which y tells about.
    // TODO 2. The same error enters both paths. x had a part in both: what is ∂E/∂x?
    const Tensor dsum = nn::operators().relu_backward(dy, y);
    Tensor dx = body.backward(dsum);
    return std::move(dx += shortcut.backward(dsum));
}

// A convolution of 3×3 that keeps the size, but for the stride. Batch normalisation takes a bias away again.
nn::Conv2d conv3x3(Index in, Index out, Index stride) {
    return nn::Conv2d(in, out, {.size = 3, .stride = stride, .padding = 1}, false);
}
nn::Conv2d conv1x1(Index in, Index out, Index stride) {
    return nn::Conv2d(in, out, {.size = 1, .stride = stride}, false);
}

// Task 15.3: two convolutions of 3×3.
nn::Sequential basic_body(Index in, Index out, Index stride) {
    // TODO 1. body.add("conv1", nn::Conv2d(in, out, Window{…}, false)); and so on. Which of the two has the stride?
    // TODO 2. What comes after bn2? Nothing: the sum does.
    nn::Sequential body;
    body.add("conv1", conv3x3(in, out, stride)).add("bn1", nn::BatchNorm2d(out)).add("relu", nn::ReLU());
    body.add("conv2", conv3x3(out, out, 1)).add("bn2", nn::BatchNorm2d(out));
    return body;
}

// Task 15.4: option A, forward.
Tensor zero_padded_forward(const Tensor& x, Index out, Index stride) {
    // TODO 1. The shape of y. Its zeros are there from the start: Tensor(shape) is full of them.
    // TODO 2. Which channel of y does channel c of x become? Which pixel of x does y's (i, j) take?
    require(x.rank() == 4 && out >= x.size(1) && stride >= 1, "zero_padded: x {} cannot get {} channels with stride {}",
            x.shape(), out, stride);
    const Index before = (out - x.size(1)) / 2;
    Tensor y({x.size(0), out, (x.size(2) + stride - 1) / stride, (x.size(3) + stride - 1) / stride});
    for (Index n = 0; n < y.size(0); ++n)
        for (Index c = 0; c < x.size(1); ++c)
            for (Index i = 0; i < y.size(2); ++i)
                for (Index j = 0; j < y.size(3); ++j) y(n, before + c, i, j) = x(n, c, i * stride, j * stride);
    return y;
}

// Task 15.4: option A, backward.
Tensor zero_padded_backward(const Tensor& dy, const Shape& x_shape, Index stride) {
    // TODO 1. The same walk, the copy the other way round. What about pixels that were skipped?
    require(x_shape.rank() == 4 && stride >= 1, "zero_padded: expected x [N, C, H, W], got {}", x_shape);
    require(dy.rank() == 4 && dy.size(0) == x_shape[0] && dy.size(1) >= x_shape[1] &&
                dy.size(2) == (x_shape[2] + stride - 1) / stride && dy.size(3) == (x_shape[3] + stride - 1) / stride,
            "zero_padded: dy {} does not come from x {} with stride {}", dy.shape(), x_shape, stride);
    const Index before = (dy.size(1) - x_shape[1]) / 2;
    Tensor dx(x_shape);
    for (Index n = 0; n < x_shape[0]; ++n)
        for (Index c = 0; c < x_shape[1]; ++c)
            for (Index i = 0; i < dy.size(2); ++i)
                for (Index j = 0; j < dy.size(3); ++j) dx(n, c, i * stride, j * stride) = dy(n, before + c, i, j);
    return dx;
}

// Task 15.4: A, B, C.
nn::Sequential make_shortcut(Shortcut option, Index in, Index out, Index stride) {
    // TODO 1. When does the shape change? Two reasons.
    // TODO 2. Three kinds of shortcut: the identity (nn::Sequential()), ZeroPadded, a projection. Which option takes
    // which?
    const bool changes = stride > 1 || in != out;
    if (option == Shortcut::C || (option == Shortcut::B && changes))
        return nn::Sequential(conv1x1(in, out, stride), nn::BatchNorm2d(out));
    return changes ? nn::Sequential(ZeroPadded(in, out, stride)) : nn::Sequential();
}

// Task 15.5: narrow in the middle.
nn::Sequential bottleneck_body(Index in, Index inner, Index stride, StrideIn place) {
    // TODO 1. Eight layers: three convolutions, each with its normalisation, a ReLU after the first two.
    // TODO 2. One of the first two convolutions has the stride, the other stride 1.
    const bool first = place == StrideIn::conv1;
    nn::Sequential body;
    body.add("conv1", conv1x1(in, inner, first ? stride : 1)).add("bn1", nn::BatchNorm2d(inner));
    body.add("relu1", nn::ReLU());
    body.add("conv2", conv3x3(inner, inner, first ? 1 : stride)).add("bn2", nn::BatchNorm2d(inner));
    body.add("relu2", nn::ReLU());
    body.add("conv3", conv1x1(inner, 4 * inner, 1)).add("bn3", nn::BatchNorm2d(4 * inner));
    return body;
}

// One block of a small network.
nn::Sequential plain_block(Index in, Index out, Index stride) {
    nn::Sequential block;
    block.add("", basic_body(in, out, stride)).add("relu", nn::ReLU());
    return block;
}

// Task 15.6: 6n + 2 layers.
nn::Sequential small_network(const SmallOptions& options) {
    // TODO 1. The layers before the stages, then a loop over three stages, a loop over n blocks inside, then the rest.
    // TODO 2. Three things change at a stage's first block: how many maps come in, the stride, the shortcut.
    // TODO 3. Compare: ./lab run 15 --mine -- --describe --data cifar-10 prints your table, with 269,722 parameters for
    //         ResNet-20. (Fashion-MNIST has one channel: 288 fewer.)
    if (options.n < 1) throw Error("small_network: n is " + std::to_string(options.n) + ", at least 1 is needed");
    nn::Sequential network;
    network.add("conv1", conv3x3(options.channels, options.width, 1));
    network.add("bn1", nn::BatchNorm2d(options.width)).add("relu", nn::ReLU());
    Index in = options.width;
    for (Index s = 0; s < 3; ++s) {
        const Index out = options.width << s;
        nn::Sequential stage;
        for (Index block = 0; block < options.n; ++block, in = out) {
            const Index stride = s > 0 && block == 0 ? 2 : 1;
            if (options.residual)
                stage.add(ResidualBlock(basic_body(in, out, stride), make_shortcut(options.shortcut, in, out, stride)));
            else
                stage.add(plain_block(in, out, stride));
        }
        network.add("layer" + std::to_string(s + 1), std::move(stage));
    }
    network.add("avgpool", nn::AdaptiveAvgPool2d()).add("flatten", nn::Flatten());
    network.add("fc", nn::Dense(in, options.classes));
    return network;
}

// Table 1: the blocks of the four stages.
std::array<Index, 4> blocks_of(Index layers) {
    if (layers == 18) return {2, 2, 2, 2};
    if (layers == 34 || layers == 50) return {3, 4, 6, 3};
    if (layers == 101) return {3, 4, 23, 3};
    if (layers == 152) return {3, 8, 36, 3};
    throw Error("photo_network: there is no ResNet-" + std::to_string(layers) + " in table 1");
}

// Task 15.6: table 1.
nn::Sequential photo_network(const PhotoOptions& options) {
    // TODO 1. How many blocks does each of the four stages have? The table under "Blocks and networks" in README.md.
    // TODO 2. As in small_network; but what comes out of a bottleneck has four times its inner maps.
    // TODO 3. With bottlenecks even the first block of layer1 changes the shape, although its stride is 1.
    const std::array<Index, 4> blocks = blocks_of(options.layers);
    const bool bottleneck = options.layers >= 50;
    nn::Sequential network;
    network.add("conv1", nn::Conv2d(3, options.width, {.size = 7, .stride = 2, .padding = 3}, false));
    network.add("bn1", nn::BatchNorm2d(options.width)).add("relu", nn::ReLU());
    network.add("maxpool", nn::MaxPool2d({.size = 3, .stride = 2, .padding = 1}));
    Index in = options.width;
    for (std::size_t s = 0; s < 4; ++s) {
        const Index inner = options.width << s, out = bottleneck ? 4 * inner : inner;
        nn::Sequential stage;
        for (Index block = 0; block < blocks[s]; ++block, in = out) {
            const Index stride = s > 0 && block == 0 ? 2 : 1;
            nn::Sequential body =
                bottleneck ? bottleneck_body(in, inner, stride, options.place) : basic_body(in, out, stride);
            stage.add(ResidualBlock(std::move(body), make_shortcut(Shortcut::B, in, out, stride)));
        }
        network.add("layer" + std::to_string(s + 1), std::move(stage));
    }
    network.add("avgpool", nn::AdaptiveAvgPool2d()).add("flatten", nn::Flatten());
    network.add("fc", nn::Dense(in, options.classes));
    return network;
}

// Task 15.7: a convolution that changes nothing.
Tensor identity_filters(Index channels) {
    // TODO 1. Of which channel does map k want to be a copy? Which of the nine weights looks at the pixel itself?
    Tensor w({channels, channels, 3, 3});
    for (Index k = 0; k < channels; ++k) w(k, k, 1, 1) = 1;
    return w;
}

// The mean of the last few.
double mean_of_last(const std::vector<double>& errors, Index last) {
    if (last < 1 || static_cast<Index>(errors.size()) < last)
        throw Error("depth_cost: there are no last " + std::to_string(last) + " of " + std::to_string(errors.size()) +
                    " epochs");
    double sum = 0;
    for (auto error = errors.end() - last; error != errors.end(); ++error) sum += *error;
    return sum / static_cast<double>(last);
}

// Task 15.7: what depth costs.
DepthCost depth_cost(const Curve& a, const Curve& b, Index last) {
    // TODO 1. Which of the two is deeper? Refuse what cannot be compared.
    // TODO 2. Means of the last epochs, because one epoch alone is noisy. Deeper minus shallower.
    if (a.layers == b.layers) throw Error("depth_cost: both networks have " + std::to_string(a.layers) + " layers");
    const Curve& deep = a.layers > b.layers ? a : b;
    const Curve& shallow = a.layers > b.layers ? b : a;
    return {mean_of_last(deep.training, last) - mean_of_last(shallow.training, last),
            mean_of_last(deep.test, last) - mean_of_last(shallow.test, last)};
}

}  // namespace cnn::lab15
