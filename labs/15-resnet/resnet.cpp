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
    todo("15.1");
}

// Task 15.1: what is remembered for evaluation.
RunningStatistics update_running(const RunningStatistics& running, const Tensor& mean, const Tensor& variance, Index M,
                                 float momentum) {
    // TODO 1. Refuse less than two numbers: they have no variance.
    // TODO 2. Mix old and new. Which share does momentum give: the old one's or the new one's?
    // TODO 3. The batch's variance divides by M. Make it one that divides by M - 1.
    todo("15.1");
}

// Task 15.1: with given statistics.
Tensor batch_norm_inference(const Tensor& x, const Tensor& gamma, const Tensor& beta, const Tensor& mean,
                            const Tensor& variance, float epsilon) {
    // TODO 1. The same formula, with what is given in the place of the batch's own mean and variance.
    todo("15.1");
}

// Task 15.2: back through scale, shift, and the statistics.
BatchNormGradients batch_norm_backward(const Tensor& dy, const Tensor& x, const Tensor& gamma, const Tensor& mean,
                                       const Tensor& variance, float epsilon) {
    // TODO 1. dbeta and dgamma of a channel: over how many numbers do they add up, and what was gamma multiplied by?
    // TODO 2. dx has three parts: dy itself, minus the share that came in through the mean, minus the share through
    //         the variance. The handout derives them; both shares are made of dbeta and dgamma.
    todo("15.2");
}

// Task 15.3: two paths, added.
Tensor residual_forward(nn::Layer& body, nn::Layer& shortcut, const Tensor& x) {
    // TODO 1. Both paths read the same x.
    // TODO 2. Add, then rectify: nn::operators().relu_forward. In this order.
    todo("15.3");
}

// Task 15.3: one error into two paths, their gradients added.
Tensor residual_backward(nn::Layer& body, nn::Layer& shortcut, const Tensor& dy, const Tensor& y) {
    // TODO 1. First back through the ReLU, which y tells about.
    // TODO 2. The same error enters both paths. x had a part in both: what is ∂E/∂x?
    todo("15.3");
}

// Task 15.3: two convolutions of 3×3.
nn::Sequential basic_body(Index in, Index out, Index stride) {
    // TODO 1. body.add("conv1", nn::Conv2d(in, out, Window{…}, false)); and so on. Which of the two has the stride?
    // TODO 2. What comes after bn2? Nothing: the sum does.
    todo("15.3");
}

// Task 15.4: option A, forward.
Tensor zero_padded_forward(const Tensor& x, Index out, Index stride) {
    // TODO 1. The shape of y. Its zeros are there from the start: Tensor(shape) is full of them.
    // TODO 2. Which channel of y does channel c of x become? Which pixel of x does y's (i, j) take?
    todo("15.4");
}

// Task 15.4: option A, backward.
Tensor zero_padded_backward(const Tensor& dy, const Shape& x_shape, Index stride) {
    // TODO 1. The same walk, the copy the other way round. What about pixels that were skipped?
    todo("15.4");
}

// Task 15.4: A, B, C.
nn::Sequential make_shortcut(Shortcut option, Index in, Index out, Index stride) {
    // TODO 1. When does the shape change? Two reasons.
    // TODO 2. Three kinds of shortcut: the identity (nn::Sequential()), ZeroPadded, a projection. Which option takes
    // which?
    todo("15.4");
}

// Task 15.5: narrow in the middle.
nn::Sequential bottleneck_body(Index in, Index inner, Index stride, StrideIn place) {
    // TODO 1. Eight layers: three convolutions, each with its normalisation, a ReLU after the first two.
    // TODO 2. One of the first two convolutions has the stride, the other stride 1.
    todo("15.5");
}

// Task 15.6: 6n + 2 layers.
nn::Sequential small_network(const SmallOptions& options) {
    // TODO 1. The layers before the stages, then a loop over three stages, a loop over n blocks inside, then the rest.
    // TODO 2. Three things change at a stage's first block: how many maps come in, the stride, the shortcut.
    // TODO 3. Compare: ./lab run 15 --mine -- --describe --data cifar-10 prints your table, with 269,722 parameters for
    //         ResNet-20. (Fashion-MNIST has one channel: 288 fewer.)
    todo("15.6");
}

// Task 15.6: table 1.
nn::Sequential photo_network(const PhotoOptions& options) {
    // TODO 1. How many blocks does each of the four stages have? The table under "Blocks and networks" in README.md.
    // TODO 2. As in small_network; but what comes out of a bottleneck has four times its inner maps.
    // TODO 3. With bottlenecks even the first block of layer1 changes the shape, although its stride is 1.
    todo("15.6");
}

// Task 15.7: a convolution that changes nothing.
Tensor identity_filters(Index channels) {
    // TODO 1. Of which channel does map k want to be a copy? Which of the nine weights looks at the pixel itself?
    todo("15.7");
}

// Task 15.7: what depth costs.
DepthCost depth_cost(const Curve& a, const Curve& b, Index last) {
    // TODO 1. Which of the two is deeper? Refuse what cannot be compared.
    // TODO 2. Means of the last epochs, because one epoch alone is noisy. Deeper minus shallower.
    todo("15.7");
}

}  // namespace cnn::lab15
