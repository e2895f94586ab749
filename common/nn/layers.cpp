#include "nn/layers.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "nn/operators.hpp"

namespace cnn::nn {
namespace {

// `fan_in` terms are summed into one output, and one input takes part in `fan_out` outputs.
void draw(Parameter& w, Parameter& b, Index fan_in, Index fan_out, Engine& engine, Initialization how) {
    const float in = static_cast<float>(fan_in), out = static_cast<float>(fan_out);
    b.value.fill(0);
    switch (how) {
        case Initialization::torch: {
            const float bound = 1 / std::sqrt(in);
            w.value = uniform(w.value.shape(), engine, -bound, bound);
            b.value = uniform(b.value.shape(), engine, -bound, bound);
            return;
        }
        case Initialization::glorot: {
            const float bound = std::sqrt(6 / (in + out));
            w.value = uniform(w.value.shape(), engine, -bound, bound);
            return;
        }
        case Initialization::he:
            w.value = normal(w.value.shape(), engine, 0, std::sqrt(2 / in));
            return;
    }
}

std::vector<NamedParameter> weight_and_bias(Parameter& w, Parameter& b) {
    std::vector<NamedParameter> both{{"weight", &w}};
    if (!b.value.empty()) both.push_back({"bias", &b});
    return both;
}

std::string to_string(const Window& window) {
    std::string text = fmt::format("{0}×{0}", window.size);
    if (window.stride != 1) text += fmt::format(", stride {}", window.stride);
    if (window.padding != 0) text += fmt::format(", padding {}", window.padding);
    return text;
}

void check_window(const char* kind, const Window& window) {
    require(window.size >= 1 && window.stride >= 1 && window.padding >= 0,
            "{}: size {}, stride {} and padding {} are no window (at least 1, 1 and 0)", kind, window.size,
            window.stride, window.padding);
}

// The shape of `channels` maps after `window` has moved over the maps of `input`.
Shape windowed(const Shape& input, Index channels, const Window& window, const char* what) {
    require(input.rank() == 4, "{}: expected images [N, C, H, W], got {}", what, input);
    const Index height = kernels::output_size(input[2], window), width = kernels::output_size(input[3], window);
    require(height > 0 && width > 0, "{}: a window {} does not fit into {}", what, to_string(window), input);
    return {input[0], channels, height, width};
}

}  // namespace

// ---- Conv2d

Conv2d::Conv2d(Index in, Index out, const Window& window, bool bias) : window_(window) {
    require(in > 0 && out > 0, "Conv2d: {} → {} channels, there must be at least one of each", in, out);
    check_window("Conv2d", window);
    w_.value = Tensor({out, in, window.size, window.size});
    if (bias) b_.value = Tensor({out});
}

Tensor Conv2d::forward(Tensor x) {
    x_ = std::move(x);  // kept for backward
    return operators().conv2d_forward(x_, w_.value, b_.value, window_);
}

Tensor Conv2d::backward(Tensor dy) {
    Tensor dx = operators().conv2d_backward_input(dy, w_.value, x_.shape(), window_);
    backward_parameters(std::move(dy));
    return dx;
}

void Conv2d::backward_parameters(Tensor dy) {
    auto [dw, db] = operators().conv2d_backward_filters(x_, dy, window_);
    w_.gradient = std::move(dw);
    b_.gradient = std::move(db);
}

void Conv2d::initialize(Engine& engine, Initialization how) {
    const Shape& w = w_.value.shape();
    draw(w_, b_, w[1] * w[2] * w[3], w[0] * w[2] * w[3], engine, how);
}

std::vector<NamedParameter> Conv2d::parameters() { return weight_and_bias(w_, b_); }

std::string Conv2d::details() const {
    return fmt::format("{} → {}, {}{}", w_.value.size(1), w_.value.size(0), to_string(window_),
                       b_.value.empty() ? ", no bias" : "");
}

Shape Conv2d::output_shape(const Shape& input) const {
    const Shape output = windowed(input, w_.value.size(0), window_, "Conv2d");
    require(input[1] == w_.value.size(1), "Conv2d: {} has {} channels, the filters {} expect {}", input, input[1],
            w_.value.shape(), w_.value.size(1));
    return output;
}

Index Conv2d::multiply_adds(const Shape& input) const {
    return output_shape(input).count() * w_.value.size(1) * window_.size * window_.size;
}

// ---- Dense

Dense::Dense(Index in, Index out, bool bias) {
    require(in > 0 && out > 0, "Linear: {} → {} features, there must be at least one of each", in, out);
    w_.value = Tensor({out, in});
    if (bias) b_.value = Tensor({out});
}

Tensor Dense::forward(Tensor x) {
    x_ = std::move(x);
    return operators().dense_forward(x_, w_.value, b_.value);
}

Tensor Dense::backward(Tensor dy) {
    Tensor dx = operators().dense_backward_input(dy, w_.value);
    backward_parameters(std::move(dy));
    return dx;
}

void Dense::backward_parameters(Tensor dy) {
    auto [dw, db] = operators().dense_backward_weights(x_, dy);
    w_.gradient = std::move(dw);
    b_.gradient = std::move(db);
}

void Dense::initialize(Engine& engine, Initialization how) {
    draw(w_, b_, w_.value.size(1), w_.value.size(0), engine, how);
}

std::vector<NamedParameter> Dense::parameters() { return weight_and_bias(w_, b_); }

std::string Dense::details() const {
    return fmt::format("{} → {}{}", w_.value.size(1), w_.value.size(0), b_.value.empty() ? ", no bias" : "");
}

Shape Dense::output_shape(const Shape& input) const {
    require(input.rank() == 2 && input[1] == w_.value.size(1), "Linear: got {}, the weights {} expect [N, {}]", input,
            w_.value.shape(), w_.value.size(1));
    return {input[0], w_.value.size(0)};
}

Index Dense::multiply_adds(const Shape& input) const { return output_shape(input).count() * w_.value.size(1); }

// ---- Pooling

MaxPool2d::MaxPool2d(const Window& window) : window_(window) { check_window("MaxPool2d", window); }

Tensor MaxPool2d::forward(Tensor x) {
    x_ = std::move(x);  // only its shape is needed here; the activation before saves a copy
    auto [y, switches] = operators().max_pool_forward(x_, window_);
    switches_ = std::move(switches);
    return std::move(y);
}

Tensor MaxPool2d::backward(Tensor dy) { return operators().max_pool_backward(dy, switches_, x_.shape()); }
std::string MaxPool2d::details() const { return to_string(window_); }
Shape MaxPool2d::output_shape(const Shape& input) const {
    require(input.rank() == 4, "MaxPool2d: expected images [N, C, H, W], got {}", input);
    return windowed(input, input[1], window_, "MaxPool2d");
}

AveragePool2d::AveragePool2d(const Window& window) : window_(window) { check_window("AvgPool2d", window); }

Tensor AveragePool2d::forward(Tensor x) {
    x_ = std::move(x);
    return operators().average_pool_forward(x_, window_);
}

Tensor AveragePool2d::backward(Tensor dy) { return operators().average_pool_backward(dy, x_.shape(), window_); }
std::string AveragePool2d::details() const { return to_string(window_); }
Shape AveragePool2d::output_shape(const Shape& input) const {
    require(input.rank() == 4, "AvgPool2d: expected images [N, C, H, W], got {}", input);
    return windowed(input, input[1], window_, "AvgPool2d");
}

// ---- Flatten

Tensor Flatten::forward(Tensor x) {
    x_shape_ = x.shape();
    return std::move(x).reshaped(output_shape(x_shape_));
}

Tensor Flatten::backward(Tensor dy) { return std::move(dy).reshaped(x_shape_); }

Shape Flatten::output_shape(const Shape& input) const {
    require(input.rank() >= 1, "Flatten: expected a batch [N, …], got {}", input);
    Index features = 1;
    for (int axis = 1; axis < input.rank(); ++axis) features *= input[axis];
    return {input[0], features};
}

// ---- Activations

Tensor Activation::forward(Tensor x) {
    Tensor y = value(std::move(x));
    const bool lends = next_ && next_->kept_input();
    lent_ = lends ? y.data() : nullptr;
    if (lends)
        y_ = Tensor();
    else
        y_ = y;
    return y;
}

Tensor Activation::backward(Tensor dy) { return gradient(std::move(dy), output()); }

const Tensor& Activation::output() const {
    if (!lent_) return y_;
    const Tensor& y = *next_->kept_input();
    // Moving a tensor does not move its numbers, so this is the very tensor forward returned, or nobody kept it.
    if (y.data() != lent_) throw Error(kind() + ": backward needs the forward of the layer after it to have run");
    return y;
}

Tensor ReLU::value(Tensor x) const { return operators().relu_forward(std::move(x)); }
Tensor ReLU::gradient(Tensor dy, const Tensor& y) const { return operators().relu_backward(std::move(dy), y); }
Tensor Tanh::value(Tensor x) const { return operators().tanh_forward(std::move(x)); }
Tensor Tanh::gradient(Tensor dy, const Tensor& y) const { return operators().tanh_backward(std::move(dy), y); }
Tensor Sigmoid::value(Tensor x) const { return operators().sigmoid_forward(std::move(x)); }
Tensor Sigmoid::gradient(Tensor dy, const Tensor& y) const { return operators().sigmoid_backward(std::move(dy), y); }
Tensor ScaledTanh::value(Tensor x) const { return operators().scaled_tanh_forward(std::move(x)); }
Tensor ScaledTanh::gradient(Tensor dy, const Tensor& y) const {
    return operators().scaled_tanh_backward(std::move(dy), y);
}

}  // namespace cnn::nn
