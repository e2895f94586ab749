// Wrong answers to task 8.6.
#pragma once
#include "layer_mistakes.hpp"
#include "nn/operators.hpp"

namespace cnn::lab08 {

// What may go wrong between the pieces of backpropagate().
struct Slips {
    bool skip_relu = false;           // the error passes where the unit was off
    bool pool_as_average = false;     // every pixel of a window gets a share
    bool divide_again = false;        // by the number of images
    bool first_image_only = false;    // the dense layer's weights
    bool error_before_relu = false;   // dx and the filters' gradients from two different errors
    bool weights_transposed = false;  // the dense layer's, on the way back only
};

inline Gradients pass_with(const Slips& slips, const Tensor& x, const std::vector<std::int32_t>& labels,
                           const SmallNetwork& network) {
    const nn::Operators& table = nn::operators();
    const Tensor active =
        table.relu_forward(table.conv2d_forward(x, network.filters, network.bias, convolution_window));
    const auto pooled = table.max_pool_forward(active, pooling_window);
    const Tensor row = pooled.y.reshaped({x.size(0), pooled.y.count() / x.size(0)});
    auto result = table.softmax_cross_entropy(table.dense_forward(row, network.weights, network.offsets), labels);
    Tensor& dlogits = result.dlogits;
    if (slips.divide_again) dlogits *= 1 / static_cast<float>(x.size(0));

    Tensor shown = dlogits;
    for (Index i = shown.size(1); slips.first_image_only && i < shown.count(); ++i) shown[i] = 0;
    auto [dweights, doffsets] = dense_backward_weights(row, shown);
    const Index inputs = network.weights.size(1), outputs = network.weights.size(0);
    const Tensor weights =
        slips.weights_transposed ? transposed(network.weights.reshaped({inputs, outputs})) : network.weights;
    const Tensor dpooled = dense_backward_input(dlogits, weights).reshaped(pooled.y.shape());
    const Tensor dactive = slips.pool_as_average ? average_pool_backward(dpooled, active.shape(), pooling_window)
                                                 : max_pool_backward(dpooled, pooled.switches, active.shape());
    const Tensor dmaps = slips.skip_relu ? dactive : relu_backward(dactive, active);
    auto [dfilters, dbias] = conv2d_backward_filters(x, dmaps, convolution_window);
    return {result.loss,
            result.correct,
            {dfilters, dbias, dweights, doffsets},
            conv2d_backward_input(slips.error_before_relu ? dactive : dmaps, network.filters, x.shape(),
                                  convolution_window)};
}

inline Mistakes pass_mistakes() {
    return {
        mistake(backpropagate, "relu_skipped",
                "the error passes through units that were off: between pooling and convolution, relu_backward is not "
                "called, or it lets the error pass where y is 0 (8.5).",
                [](const Tensor& x, const std::vector<std::int32_t>& labels, const SmallNetwork& network) {
                    return pass_with({.skip_relu = true}, x, labels, network);
                }),
        mistake(backpropagate, "pooled_evenly",
                "the pooling layer's error is shared by all pixels of a window: max pooling sends it to the switch.",
                [](const Tensor& x, const std::vector<std::int32_t>& labels, const SmallNetwork& network) {
                    return pass_with({.pool_as_average = true}, x, labels, network);
                }),
        mistake(backpropagate, "divided_twice",
                "the gradients are divided by the number of images twice: softmax_cross_entropy has done it.",
                [](const Tensor& x, const std::vector<std::int32_t>& labels, const SmallNetwork& network) {
                    return pass_with({.divide_again = true}, x, labels, network);
                }),
        mistake(backpropagate, "first_image_only_in_the_weights",
                "the dense layer learns from the first image only: its weights are shared by the batch.",
                [](const Tensor& x, const std::vector<std::int32_t>& labels, const SmallNetwork& network) {
                    return pass_with({.first_image_only = true}, x, labels, network);
                }),
        mistake(backpropagate, "error_before_relu",
                "dx is made of the error before it has passed the ReLU, unlike the filters' gradients.",
                [](const Tensor& x, const std::vector<std::int32_t>& labels, const SmallNetwork& network) {
                    return pass_with({.error_before_relu = true}, x, labels, network);
                }),
        mistake(backpropagate, "weights_in_another_order",
                "the dense layer's weights are read in another order on the way back than on the way forward.",
                [](const Tensor& x, const std::vector<std::int32_t>& labels, const SmallNetwork& network) {
                    return pass_with({.weights_transposed = true}, x, labels, network);
                }),
    };
}

// Each parameter of the network after add(parameter, gradient).
template <class F>
Step step_with(const Gradients& pass, const SmallNetwork& network, const F& add) {
    return {pass.loss,
            pass.correct,
            {add(network.filters, pass.gradient.filters), add(network.bias, pass.gradient.bias),
             add(network.weights, pass.gradient.weights), add(network.offsets, pass.gradient.offsets)}};
}
inline Tensor plus(Tensor a, Tensor b, float factor) { return std::move(a += b *= factor); }

inline Mistakes step_mistakes() {
    return {
        mistake(training_step, "uphill", "the step goes uphill: the gradient points to where the loss grows.",
                [](const Tensor& x, const std::vector<std::int32_t>& labels, const SmallNetwork& network, float rate) {
                    return training_step(x, labels, network, -rate);
                }),
        mistake(training_step, "rate_forgotten", "the gradient is subtracted as it is: the rate is forgotten.",
                [](const Tensor& x, const std::vector<std::int32_t>& labels, const SmallNetwork& network, float) {
                    return training_step(x, labels, network, 1);
                }),
        mistake(training_step, "rate_for_each_image",
                "the rate is divided by the number of images: the loss is a mean, so its gradients are too.",
                [](const Tensor& x, const std::vector<std::int32_t>& labels, const SmallNetwork& network, float rate) {
                    return training_step(x, labels, network, rate / static_cast<float>(labels.size()));
                }),
        mistake(training_step, "biases_forgotten", "the biases never change: they are learned, too.",
                [](const Tensor& x, const std::vector<std::int32_t>& labels, const SmallNetwork& network, float rate) {
                    Step step = training_step(x, labels, network, rate);
                    step.network.bias = network.bias;
                    step.network.offsets = network.offsets;
                    return step;
                }),
        mistake(training_step, "filters_forgotten", "only the dense layer learns: the filters stay as they were.",
                [](const Tensor& x, const std::vector<std::int32_t>& labels, const SmallNetwork& network, float rate) {
                    Step step = training_step(x, labels, network, rate);
                    step.network.filters = network.filters;
                    step.network.bias = network.bias;
                    return step;
                }),
        mistake(training_step, "changed_on_the_way",
                "the dense layer's new weights are used for the error of the layer before: first all gradients, then "
                "all steps.",
                [](const Tensor& x, const std::vector<std::int32_t>& labels, const SmallNetwork& network, float rate) {
                    const Gradients pass = backpropagate(x, labels, network);
                    // The same dlogits, carried back through other weights: softmax is not asked again.
                    const nn::Operators& table = nn::operators();
                    const Tensor active =
                        table.relu_forward(table.conv2d_forward(x, network.filters, network.bias, convolution_window));
                    const auto pooled = table.max_pool_forward(active, pooling_window);
                    const Tensor row = pooled.y.reshaped({x.size(0), pooled.y.count() / x.size(0)});
                    const auto result =
                        table.softmax_cross_entropy(table.dense_forward(row, network.weights, network.offsets), labels);
                    const Tensor after = plus(network.weights, pass.gradient.weights, -rate);
                    const Tensor dpooled = dense_backward_input(result.dlogits, after).reshaped(pooled.y.shape());
                    const Tensor dmaps =
                        relu_backward(max_pool_backward(dpooled, pooled.switches, active.shape()), active);
                    const auto [dfilters, dbias] = conv2d_backward_filters(x, dmaps, convolution_window);
                    return Step{pass.loss,
                                pass.correct,
                                {plus(network.filters, dfilters, -rate), plus(network.bias, dbias, -rate), after,
                                 plus(network.offsets, pass.gradient.offsets, -rate)}};
                }),
        mistake(training_step, "gradients_anew_for_each",
                "the gradients are computed anew after each of the four tensors has changed: first all gradients, then "
                "all steps.",
                [](const Tensor& x, const std::vector<std::int32_t>& labels, const SmallNetwork& network, float rate) {
                    const Gradients first = backpropagate(x, labels, network);
                    SmallNetwork next = network;
                    next.filters = plus(next.filters, first.gradient.filters, -rate);
                    next.bias = plus(next.bias, backpropagate(x, labels, next).gradient.bias, -rate);
                    next.weights = plus(next.weights, backpropagate(x, labels, next).gradient.weights, -rate);
                    next.offsets = plus(next.offsets, backpropagate(x, labels, next).gradient.offsets, -rate);
                    return Step{first.loss, first.correct, next};
                }),
        mistake(training_step, "gradients_instead",
                "the step returns the gradients themselves: they are to be subtracted from what was learned so far.",
                [](const Tensor& x, const std::vector<std::int32_t>& labels, const SmallNetwork& network, float) {
                    return step_with(backpropagate(x, labels, network), network,
                                     [](const Tensor&, const Tensor& gradient) { return gradient; });
                }),
        mistake(training_step, "loss_after_the_step",
                "loss and correct are those after the step: the pass that gave the gradients has measured them before.",
                [](const Tensor& x, const std::vector<std::int32_t>& labels, const SmallNetwork& network, float rate) {
                    Step step = training_step(x, labels, network, rate);
                    const Gradients after = backpropagate(x, labels, step.network);
                    step.loss = after.loss, step.correct = after.correct;
                    return step;
                }),
    };
}

}  // namespace cnn::lab08
