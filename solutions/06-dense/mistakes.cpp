// Wrong answers that learners give, each with the sentence that names it.
#include <algorithm>
#include <array>
#include <cmath>

#include "dense.hpp"
#include "grader/exercise.hpp"
#include "nn/operators.hpp"

using namespace cnn;
using namespace cnn::lab06;
using grader::mistake;
using grader::Replacement;

namespace {

using Mistakes = std::vector<Replacement>;

// The images of x [N, C, H, W] as rows, in another order: place(c, i, j) of the row gets x(n, c, i, j).
template <class F>
Tensor flat_in_order(const Tensor& x, const F& place) {
    if (x.rank() != 4) return flatten(x);
    Tensor y({x.size(0), x.size(1) * x.size(2) * x.size(3)});
    for (Index n = 0; n < x.size(0); ++n)
        for (Index c = 0; c < x.size(1); ++c)
            for (Index i = 0; i < x.size(2); ++i)
                for (Index j = 0; j < x.size(3); ++j) y(n, place(c, i, j)) = x(n, c, i, j);
    return y;
}
Tensor channels_last(const Tensor& x) {
    return flat_in_order(x, [&](Index c, Index i, Index j) { return (i * x.size(3) + j) * x.size(1) + c; });
}

Tensor transposed(const Tensor& x) {
    Tensor y({x.size(1), x.size(0)});
    for (Index i = 0; i < y.size(0); ++i)
        for (Index j = 0; j < y.size(1); ++j) y(i, j) = x(j, i);
    return y;
}

Mistakes flatten_mistakes() {
    return {
        mistake(flatten, "channels_last",
                "the channels of one pixel stand side by side: first comes all of channel 0, then all of channel 1.",
                [](const Tensor& x) { return channels_last(x); }),
        mistake(flatten, "columns_first", "each map is read down its columns: read it row by row.",
                [](const Tensor& x) {
                    return flat_in_order(
                        x, [&](Index c, Index i, Index j) { return (c * x.size(3) + j) * x.size(2) + i; });
                }),
        mistake(flatten, "all_in_one_row", "all images are in one row: every image has a row of its own.",
                [](const Tensor& x) {
                    return x.rank() < 2 ? flatten(x) : x.reshaped({1, x.count()});
                }),
        mistake(flatten, "a_row_for_each_map", "every map has a row of its own: an image's channels share one row.",
                [](const Tensor& x) {
                    return x.rank() == 4 ? x.reshaped({x.size(0) * x.size(1), x.size(2) * x.size(3)}) : flatten(x);
                }),
        mistake(flatten, "images_in_columns", "the images are columns: y has a row for each of them, [N, D].",
                [](const Tensor& x) { return transposed(flatten(x)); }),
    };
}

// The right sums with something done to each: change(sum, n, m).
template <class F>
Tensor changed_dense(const Tensor& x, const Tensor& w, const Tensor& b, const F& change) {
    Tensor y = dense_forward(x, w, b);
    for (Index n = 0; n < y.size(0); ++n)
        for (Index m = 0; m < y.size(1); ++m) y(n, m) = change(y(n, m), n, m);
    return y;
}

Mistakes weight_mistakes() {
    return {
        // Where w is square it cannot be told from weights_transposed; elsewhere it reads outside of w, or too little.
        mistake(dense_forward, "indices_exchanged",
                "w(d, m) stands where w(m, d) belongs: row m of w holds the weights of output m.",
                [](const Tensor& x, const Tensor& w, const Tensor& b) {
                    const Tensor y = dense_forward(x, w, b);  // refuses what does not fit
                    require(w.size(0) == w.size(1), "w(d, m) is outside {}", w.shape());
                    return y.empty() ? y : dense_forward(x, transposed(w), b);
                }),
        mistake(dense_forward, "weights_transposed",
                "the weights are read as [D, M]: row m of w holds the weights of output m.",
                [](const Tensor& x, const Tensor& w, const Tensor& b) {
                    dense_forward(x, w, b);  // refuses what does not fit
                    return dense_forward(x, transposed(w.reshaped({w.size(1), w.size(0)})), b);
                }),
        mistake(dense_forward, "last_product_only",
                "only the last input counts: the products are added up, not written over each other.",
                [](const Tensor& x, const Tensor& w, const Tensor& b) {
                    return changed_dense(x, w, b, [&](float, Index n, Index m) {
                        const Index last = x.size(1) - 1;
                        return x(n, last) * w(m, last) + (b.empty() ? 0 : b(m));
                    });
                }),
        mistake(dense_forward, "last_input_left_out", "the last input is left out: d runs over all of 0 … D - 1.",
                [](const Tensor& x, const Tensor& w, const Tensor& b) {
                    return changed_dense(x, w, b, [&](float sum, Index n, Index m) {
                        const Index last = x.size(1) - 1;
                        return sum - x(n, last) * w(m, last);
                    });
                }),
        mistake(dense_forward, "sum_goes_on", "the sum goes on from output to output: it begins anew for each of them.",
                [](const Tensor& x, const Tensor& w, const Tensor& b) {
                    float sum = 0;
                    return changed_dense(x, w, b, [&](float next, Index, Index) { return sum += next; });
                }),
        mistake(dense_forward, "first_image_only",
                "every row is computed from the first image: row n belongs to x(n, …).",
                [](const Tensor& x, const Tensor& w, const Tensor& b) {
                    const Tensor y = dense_forward(x, w, b);
                    return changed_dense(x, w, b, [&](float, Index, Index m) { return y(0, m); });
                }),
        mistake(dense_forward, "averaged", "the sum is divided by the number of inputs: nothing is averaged.",
                [](const Tensor& x, const Tensor& w, const Tensor& b) {
                    Tensor share = w;
                    return dense_forward(x, share *= 1 / static_cast<float>(std::max<Index>(w.size(1), 1)), b);
                }),
    };
}

Mistakes bias_mistakes() {
    return {
        mistake(dense_forward, "bias_forgotten", "the bias is missing: every output contains b(m).",
                [](const Tensor& x, const Tensor& w, const Tensor& b) {
                    dense_forward(x, w, b);
                    return dense_forward(x, w, Tensor());
                }),
        mistake(dense_forward, "bias_per_product",
                "the bias is added once for every input: it belongs before or after the loop over d, not inside.",
                [](const Tensor& x, const Tensor& w, const Tensor& b) {
                    Tensor more = b;
                    return dense_forward(x, w, more *= static_cast<float>(w.size(1)));
                }),
        mistake(dense_forward, "first_bias_only", "every output gets the first bias: b(m) belongs to output m.",
                [](const Tensor& x, const Tensor& w, const Tensor& b) {
                    return dense_forward(x, w, b.empty() ? b : Tensor::full(b.shape(), b[0]));
                }),
        mistake(dense_forward, "negative_outputs_cut_off",
                "negative outputs are cut off: the activation is a function of its own (6.3).",
                [](const Tensor& x, const Tensor& w, const Tensor& b) { return relu_forward(dense_forward(x, w, b)); }),
        mistake(dense_forward, "outputs_in_rows", "y has a row for every output: it has one for every image, [N, M].",
                [](const Tensor& x, const Tensor& w, const Tensor& b) { return transposed(dense_forward(x, w, b)); }),
    };
}

// x with every number replaced by f(number).
template <class F>
Tensor every(Tensor x, const F& f) {
    for (float& value : x.values()) value = f(value);
    return x;
}

// The formulas as they stand in the book, which meet ∞/∞.
float naive_tanh(float x) { return (std::exp(x) - std::exp(-x)) / (std::exp(x) + std::exp(-x)); }
float shortened_tanh(float x) { return (std::exp(2 * x) - 1) / (std::exp(2 * x) + 1); }

Mistakes relu_mistakes() {
    return {
        mistake(relu_forward, "leaky",
                "negative numbers shine through: below zero y is 0 (a leaky ReLU keeps a little).",
                [](Tensor x) { return every(std::move(x), [](float v) { return v > 0 ? v : 0.01f * v; }); }),
        mistake(relu_forward, "magnitude", "negative numbers lose their sign: they are to become 0.",
                [](Tensor x) { return every(std::move(x), [](float v) { return std::abs(v); }); }),
        mistake(relu_forward, "wrong_half", "the negative numbers are kept and the positive ones lost.",
                [](Tensor x) { return every(std::move(x), [](float v) { return std::min(v, 0.0f); }); }),
        mistake(relu_forward, "step", "every positive number becomes 1: it stays what it is.",
                [](Tensor x) { return every(std::move(x), [](float v) { return v > 0 ? 1.0f : 0.0f; }); }),
        mistake(relu_forward, "relu_unchanged",
                "nothing has changed, y is x: is the loop's variable a copy (float) instead of the number itself "
                "(float&)?",
                [](Tensor x) { return x; }),
        mistake(relu_forward, "capped", "y is never more than 1: ReLU has no upper end.",
                [](Tensor x) { return every(std::move(x), [](float v) { return std::clamp(v, 0.0f, 1.0f); }); }),
    };
}

Mistakes tanh_mistakes() {
    return {
        mistake(tanh_forward, "infinity_by_infinity",
                "e^x overflows for large x, and ∞/∞ is not a number: std::tanh does not.",
                [](Tensor x) { return every(std::move(x), naive_tanh); }),
        mistake(tanh_forward, "infinity_by_infinity_early",
                "e^2x overflows for large x, and ∞/∞ is not a number: std::tanh does not.",
                [](Tensor x) { return every(std::move(x), shortened_tanh); }),
        mistake(tanh_forward, "tanh_unchanged",
                "nothing has changed, y is x: is the loop's variable a copy (float) instead of the number itself "
                "(float&)?",
                [](Tensor x) { return x; }),
        mistake(tanh_forward, "tangent", "this is the tangent: the hyperbolic one is std::tanh.",
                [](Tensor x) { return every(std::move(x), [](float v) { return std::tan(v); }); }),
        mistake(tanh_forward, "half_the_argument", "the argument is halved: 2 · sigmoid(x) - 1 is tanh(x/2).",
                [](Tensor x) { return every(std::move(x), [](float v) { return std::tanh(v / 2); }); }),
        mistake(tanh_forward, "straight_line", "between -1 and 1 this is a straight line: tanh bends before.",
                [](Tensor x) { return every(std::move(x), [](float v) { return std::clamp(v, -1.0f, 1.0f); }); }),
    };
}

Mistakes scaled_tanh_mistakes() {
    return {
        mistake(scaled_tanh_forward, "two_thirds_of_integers",
                "y is 0 everywhere: 2 / 3 of two whole numbers is 0 in C++.", [](Tensor x) { return x *= 0; }),
        mistake(scaled_tanh_forward, "scaled_tanh_unchanged",
                "nothing has changed, y is x: is the loop's variable a copy (float) instead of the number itself "
                "(float&)?",
                [](Tensor x) { return x; }),
        mistake(scaled_tanh_forward, "all_constants_inside",
                "1.7159 is multiplied with the argument: it stands outside, in front of tanh.",
                [](Tensor x) { return every(std::move(x), [](float v) { return std::tanh(1.7159f * v * 2 / 3); }); }),
        mistake(scaled_tanh_forward, "both_constants_outside",
                "2/3 is multiplied with the tanh: it stands inside, with x.",
                [](Tensor x) { return every(std::move(x), [](float v) { return 1.7159f * std::tanh(v) * 2 / 3; }); }),
        mistake(scaled_tanh_forward, "unscaled_outside", "the factor 1.7159 is missing.",
                [](Tensor x) { return every(std::move(x), [](float v) { return std::tanh(2 * v / 3); }); }),
        mistake(scaled_tanh_forward, "unscaled_inside", "the argument is x: it is to be 2x/3.",
                [](Tensor x) { return every(std::move(x), [](float v) { return 1.7159f * std::tanh(v); }); }),
        mistake(scaled_tanh_forward, "unscaled", "this is the plain tanh: both constants are missing.",
                [](Tensor x) { return tanh_forward(std::move(x)); }),
        mistake(scaled_tanh_forward, "three_halves", "the argument is multiplied by 3/2: it is to be 2x/3.",
                [](Tensor x) { return every(std::move(x), [](float v) { return 1.7159f * std::tanh(v * 1.5f); }); }),
        mistake(scaled_tanh_forward, "constants_exchanged",
                "the constants are exchanged: 1.7159 stands outside, 2/3 inside.",
                [](Tensor x) { return every(std::move(x), [](float v) { return std::tanh(1.7159f * v) * 2 / 3; }); }),
        mistake(scaled_tanh_forward, "scaled_infinity_by_infinity",
                "the exponentials overflow for large x, and ∞/∞ is not a number: std::tanh does not.",
                [](Tensor x) { return every(std::move(x), [](float v) { return 1.7159f * naive_tanh(v * 2 / 3); }); }),
        mistake(
            scaled_tanh_forward, "scaled_infinity_by_infinity_early",
            "e^(4x/3) overflows for large x, and ∞/∞ is not a number: std::tanh does not.",
            [](Tensor x) { return every(std::move(x), [](float v) { return 1.7159f * shortened_tanh(v * 2 / 3); }); }),
    };
}

Mistakes sigmoid_mistakes() {
    return {
        mistake(sigmoid_forward, "sigmoid_infinity_by_infinity",
                "e^x overflows for large x, and ∞/∞ is not a number: for positive x use 1 / (1 + e^-x).",
                [](Tensor x) { return every(std::move(x), [](float v) { return std::exp(v) / (1 + std::exp(v)); }); }),
        mistake(sigmoid_forward, "sigmoid_unchanged",
                "nothing has changed, y is x: is the loop's variable a copy (float) instead of the number itself "
                "(float&)?",
                [](Tensor x) { return x; }),
        mistake(sigmoid_forward, "falling", "y falls where x grows: the exponent is -x.",
                [](Tensor x) { return sigmoid_forward(x *= -1); }),
        mistake(sigmoid_forward, "no_parentheses",
                "y is 1 + e^-x: 1 / 1 + e^-x divides only by the 1, the denominator needs parentheses.",
                [](Tensor x) { return every(std::move(x), [](float v) { return 1 + std::exp(-v); }); }),
        mistake(sigmoid_forward, "twice_the_argument", "the argument is doubled: (1 + tanh(x)) / 2 is sigmoid(2x).",
                [](Tensor x) { return sigmoid_forward(x *= 2); }),
        mistake(sigmoid_forward, "from_minus_one", "y runs from -1 to 1: this is tanh, the sigmoid runs from 0 to 1.",
                [](Tensor x) { return tanh_forward(std::move(x)); }),
    };
}

// Rows of exponentials, each divided by its sum; before(n) is taken off the logits of row n.
template <class F>
Tensor softmax_after(const Tensor& logits, const F& before) {
    Tensor y = softmax(logits);  // refuses what has no classes
    for (Index n = 0; n < y.size(0); ++n) {
        float sum = 0;
        for (Index m = 0; m < y.size(1); ++m) sum += y(n, m) = std::exp(logits(n, m) - before(n));
        for (Index m = 0; m < y.size(1); ++m) y(n, m) /= sum;
    }
    return y;
}

Mistakes overflow_mistakes() {
    return {
        mistake(
            softmax, "nothing_taken_off",
            "large logits overflow, very negative ones give 0/0: take the largest of the row off all of them first.",
            [](const Tensor& logits) { return softmax_after(logits, [](Index) { return 0.0f; }); }),
        mistake(softmax, "largest_of_the_batch",
                "the largest logit of all images is taken off: every row needs its own, or a low row gives 0/0.",
                [](const Tensor& logits) {
                    softmax(logits);
                    const float most = logits.empty() ? 0 : *std::ranges::max_element(logits.values());
                    return softmax_after(logits, [&](Index) { return most; });
                }),
        mistake(softmax, "search_begins_at_zero",
                "the search for the largest logit begins at 0 (or at numeric_limits<float>::min(), which is positive): "
                "from a row of negative logits nothing is taken off, and very negative ones give 0/0.",
                [](const Tensor& logits) {
                    return softmax_after(logits, [&](Index n) {
                        float most = 0;
                        for (Index m = 0; m < logits.size(1); ++m) most = std::max(most, logits(n, m));
                        return most;
                    });
                }),
        mistake(softmax, "log_sum_exp",
                "the logarithm of the sum is added to the largest logit, and beside a large one it is rounded away: "
                "divide the exponentials by their sum instead.",
                [](const Tensor& logits) {
                    Tensor y = softmax(logits);  // refuses what has no classes
                    for (Index n = 0; n < y.size(0); ++n) {
                        float most = logits(n, 0), sum = 0;
                        for (Index m = 1; m < y.size(1); ++m) most = std::max(most, logits(n, m));
                        for (Index m = 0; m < y.size(1); ++m) sum += std::exp(logits(n, m) - most);
                        const float all = most + std::log(sum);
                        for (Index m = 0; m < y.size(1); ++m) y(n, m) = std::exp(logits(n, m) - all);
                    }
                    return y;
                }),
        mistake(softmax, "smallest_taken_off",
                "the smallest logit of the row is taken off: the large ones still overflow. Take off the largest.",
                [](const Tensor& logits) {
                    return softmax_after(logits, [&](Index n) {
                        float least = logits(n, 0);
                        for (Index m = 1; m < logits.size(1); ++m) least = std::min(least, logits(n, m));
                        return least;
                    });
                }),
    };
}

Mistakes softmax_mistakes() {
    return {
        mistake(softmax, "sum_of_the_batch", "all rows together add up to 1: every row is to do so by itself.",
                [](const Tensor& logits) {
                    const Tensor y = softmax(logits);
                    return y.empty() ? y : softmax(logits.reshaped({1, logits.count()})).reshaped(logits.shape());
                }),
        mistake(softmax, "down_the_columns", "every column adds up to 1: a row is an image, its classes add up.",
                [](const Tensor& logits) {
                    const Tensor y = softmax(logits);
                    return y.empty() ? y : transposed(softmax(transposed(logits)));
                }),
        mistake(softmax, "logarithms", "these are the logarithms of the probabilities.",
                [](const Tensor& logits) { return every(softmax(logits), [](float p) { return std::log(p); }); }),
        mistake(softmax, "not_divided", "the exponentials are not divided by their sum.",
                [](const Tensor& logits) {
                    Tensor y = softmax(logits);
                    for (Index n = 0; n < y.size(0); ++n) {
                        float most = y(n, 0);
                        for (Index m = 1; m < y.size(1); ++m) most = std::max(most, y(n, m));
                        for (Index m = 0; m < y.size(1); ++m) y(n, m) /= most;
                    }
                    return y;
                }),
        mistake(softmax, "smallest_wins", "the smallest logit gets the most: the exponent's sign is wrong.",
                [](const Tensor& logits) {
                    Tensor opposite = logits;
                    return softmax(opposite *= -1);
                }),
        mistake(softmax, "hard", "the largest gets 1 and the rest 0: softmax leaves some to the others.",
                [](const Tensor& logits) {
                    Tensor y(softmax(logits).shape());
                    const auto predictions = predict(logits);
                    for (Index n = 0; n < y.size(0); ++n) y(n, predictions[static_cast<std::size_t>(n)].label) = 1;
                    return y;
                }),
    };
}

// What can be done differently on the way through the network.
struct Way {
    std::array<bool, 5> has_relu{true, true, true, true, false};
    Tensor (*activation)(Tensor) = relu_forward;
    Tensor (*row)(const Tensor&) = flatten;
    bool has_averages = false;
};

Tensor walk(const Tensor& x, const LeNet& net, const Way& way) {
    const nn::Operators& table = nn::operators();
    const auto activate = [&](std::size_t layer, Tensor y) {
        return way.has_relu[layer] ? way.activation(std::move(y)) : y;
    };
    const auto pool = [&](const Tensor& maps) {
        const Window half{.size = 2, .stride = 2};
        return way.has_averages ? table.average_pool_forward(maps, half) : table.max_pool_forward(maps, half).y;
    };
    const auto& [conv1, conv2, dense1, dense2, dense3] = net;
    Tensor y = pool(activate(0, table.conv2d_forward(x, conv1.w, conv1.b, {.size = 5, .padding = 2})));
    y = pool(activate(1, table.conv2d_forward(y, conv2.w, conv2.b, {.size = 5})));
    y = activate(2, dense_forward(way.row(y), dense1.w, dense1.b));
    y = activate(3, dense_forward(y, dense2.w, dense2.b));
    return activate(4, dense_forward(y, dense3.w, dense3.b));
}

Mistakes relu_places() {
    return {
        mistake(lenet_forward, "no_relu_after_conv1", "there is no ReLU after the first convolution.",
                [](const Tensor& x, const LeNet& net) {
                    return walk(x, net, {.has_relu = {false, true, true, true, false}});
                }),
        mistake(lenet_forward, "no_relu_after_conv2", "there is no ReLU after the second convolution.",
                [](const Tensor& x, const LeNet& net) {
                    return walk(x, net, {.has_relu = {true, false, true, true, false}});
                }),
        mistake(lenet_forward, "no_relu_after_convolutions", "there is no ReLU after the convolutions.",
                [](const Tensor& x, const LeNet& net) {
                    return walk(x, net, {.has_relu = {false, false, true, true, false}});
                }),
        mistake(lenet_forward, "no_relu_after_dense1", "there is no ReLU after the first dense layer.",
                [](const Tensor& x, const LeNet& net) {
                    return walk(x, net, {.has_relu = {true, true, false, true, false}});
                }),
        mistake(lenet_forward, "no_relu_after_dense2", "there is no ReLU after the second dense layer.",
                [](const Tensor& x, const LeNet& net) {
                    return walk(x, net, {.has_relu = {true, true, true, false, false}});
                }),
        mistake(lenet_forward, "no_relu_after_dense", "there is no ReLU after the first two dense layers.",
                [](const Tensor& x, const LeNet& net) {
                    return walk(x, net, {.has_relu = {true, true, false, false, false}});
                }),
        mistake(lenet_forward, "no_relu", "there is no ReLU anywhere: without it many layers are no more than one.",
                [](const Tensor& x, const LeNet& net) { return walk(x, net, {.has_relu = {}}); }),
        mistake(lenet_forward, "relu_at_the_end",
                "there is a ReLU after the last layer: a logit may be negative, and has to stay so.",
                [](const Tensor& x, const LeNet& net) {
                    return walk(x, net, {.has_relu = {true, true, true, true, true}});
                }),
    };
}

Mistakes lenet_mistakes() {
    return {
        mistake(lenet_forward, "tanh_units", "the activations are tanh, as in 1998: today's LeNet has ReLU.",
                [](const Tensor& x, const LeNet& net) { return walk(x, net, {.activation = tanh_forward}); }),
        mistake(lenet_forward, "average_pooling", "the pooling takes averages, as in 1998: today's LeNet takes maxima.",
                [](const Tensor& x, const LeNet& net) { return walk(x, net, {.has_averages = true}); }),
        mistake(lenet_forward, "maps_flattened_channels_last",
                "the maps come into the dense layer pixel by pixel: first all of channel 0, then channel 1 (6.1).",
                [](const Tensor& x, const LeNet& net) { return walk(x, net, {.row = channels_last}); }),
        mistake(lenet_forward, "probabilities", "these are the probabilities: the logits are what goes into softmax.",
                [](const Tensor& x, const LeNet& net) { return softmax(lenet_forward(x, net)); }),
        mistake(lenet_forward, "convolutions_without_bias", "the convolutions have no biases.",
                [](const Tensor& x, const LeNet& net) {
                    LeNet other = net;
                    other.conv1.b = other.conv2.b = Tensor();
                    return lenet_forward(x, other);
                }),
        mistake(lenet_forward, "dense_layers_without_bias", "the dense layers have no biases.",
                [](const Tensor& x, const LeNet& net) {
                    LeNet other = net;
                    other.dense1.b = other.dense2.b = other.dense3.b = Tensor();
                    return lenet_forward(x, other);
                }),
    };
}

using Predictions = std::vector<Prediction>;

// The right predictions with something done to each: change(prediction, n).
template <class F>
Predictions changed_predictions(const Tensor& logits, const F& change) {
    Predictions predictions = predict(logits);
    for (Index n = 0; n < std::ssize(predictions); ++n) {
        Prediction& prediction = predictions[static_cast<std::size_t>(n)];
        prediction = change(prediction, n);
    }
    return predictions;
}

Mistakes prediction_mistakes() {
    return {
        mistake(predict, "from_one", "the classes are counted from 1: the first is 0.",
                [](const Tensor& logits) {
                    return changed_predictions(logits, [](const Prediction& p, Index) {
                        return Prediction{p.label + 1, p.confidence};
                    });
                }),
        mistake(predict, "last_of_equals",
                "of equal logits the last is taken: a later one must be larger, not as large.",
                [](const Tensor& logits) {
                    return changed_predictions(logits, [&](Prediction p, Index n) {
                        for (Index m = 0; m < logits.size(1); ++m)
                            if (logits(n, m) >= logits(n, p.label)) p.label = m;
                        return p;
                    });
                }),
        mistake(predict, "confidence_by_sigmoid",
                "the confidence is the sigmoid of the largest logit: softmax weighs it against all the others.",
                [](const Tensor& logits) {
                    return changed_predictions(logits, [&](const Prediction& p, Index n) {
                        return Prediction{p.label, 1 / (1 + std::exp(-logits(n, p.label)))};
                    });
                }),
        mistake(predict, "begins_at_zero",
                "the search begins with 0: where all logits are negative, that is larger than each of them.",
                [](const Tensor& logits) {
                    const Tensor y = softmax(logits);
                    return changed_predictions(logits, [&](const Prediction& p, Index n) {
                        return logits(n, p.label) > 0 ? p : Prediction{0, y(n, 0)};
                    });
                }),
        mistake(
            predict, "largest_carried_over",
            "the largest logit so far is carried over from image to image: the search begins anew for each of them.",
            [](const Tensor& logits) {
                const Tensor y = softmax(logits);
                Index label = 0;
                float largest = -HUGE_VALF;
                return changed_predictions(logits, [&](const Prediction&, Index n) {
                    for (Index m = 0; m < logits.size(1); ++m)
                        if (logits(n, m) > largest) largest = logits(n, m), label = m;
                    return Prediction{label, y(n, label)};
                });
            }),
        mistake(predict, "label_carried_over",
                "the search for the largest logit begins at the class of the image before: of equal ones the first "
                "counts, so it begins at class 0 for each image.",
                [](const Tensor& logits) {
                    const Tensor y = softmax(logits);
                    Index label = 0;
                    return changed_predictions(logits, [&](const Prediction&, Index n) {
                        for (Index m = 0; m < logits.size(1); ++m)
                            if (logits(n, m) > logits(n, label)) label = m;
                        return Prediction{label, y(n, label)};
                    });
                }),
        mistake(predict, "least_likely", "the class with the smallest logit is taken.",
                [](const Tensor& logits) {
                    Tensor opposite = logits;
                    const Predictions least = predict(opposite *= -1);
                    const Tensor y = softmax(logits);
                    return changed_predictions(logits, [&](const Prediction&, Index n) {
                        const Index label = least[static_cast<std::size_t>(n)].label;
                        return Prediction{label, y(n, label)};
                    });
                }),
        mistake(predict, "confidence_is_the_logit", "the confidence is the logit: it is to be a probability (6.4).",
                [](const Tensor& logits) {
                    return changed_predictions(logits, [&](const Prediction& p, Index n) {
                        return Prediction{p.label, logits(n, p.label)};
                    });
                }),
        mistake(predict, "percent", "the confidence is in percent: a probability is a number from 0 to 1.",
                [](const Tensor& logits) {
                    return changed_predictions(logits, [](const Prediction& p, Index) {
                        return Prediction{p.label, 100 * p.confidence};
                    });
                }),
        mistake(predict, "first_row_only", "every image gets the prediction of the first.",
                [](const Tensor& logits) {
                    const Predictions right = predict(logits);
                    return changed_predictions(logits, [&](const Prediction&, Index) { return right.front(); });
                }),
    };
}

}  // namespace

const Mistakes& grader::mistakes() {
    static const Mistakes all = [] {
        Mistakes list;
        for (const auto& some : {flatten_mistakes(), weight_mistakes(), bias_mistakes(), relu_mistakes(),
                                 tanh_mistakes(), scaled_tanh_mistakes(), sigmoid_mistakes(), overflow_mistakes(),
                                 softmax_mistakes(), relu_places(), lenet_mistakes(), prediction_mistakes()})
            list.insert(list.end(), some.begin(), some.end());
        return list;
    }();
    return all;
}
