#include "nn/layers.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "kernels/stage.hpp"
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

const SharedTensor& KeptInput::nothing() {
    static const SharedTensor none = std::make_shared<const Tensor>();
    return none;
}

// ---- Conv2d

Conv2d::Conv2d(Index in, Index out, const Window& window, bool bias, Index groups) : window_(window), groups_(groups) {
    require(in > 0 && out > 0, "Conv2d: {} → {} channels, there must be at least one of each", in, out);
    require(groups > 0 && in % groups == 0 && out % groups == 0, "Conv2d: {} groups do not divide {} → {} channels",
            groups, in, out);
    check_window("Conv2d", window);
    w_.value = Tensor({out, in / groups, window.size, window.size});
    if (bias) b_.value = Tensor({out});
}

Tensor Conv2d::forward(Tensor x) { return forward_shared(std::make_shared<const Tensor>(std::move(x))); }

Tensor Conv2d::forward_shared(const SharedTensor& x) {
    x_.keep(x);
    if (groups_ == 1) return operators().conv2d_forward(*x, w_.value, b_.value, window_);
    return operators().grouped_conv2d_forward(*x, w_.value, b_.value, window_, groups_);
}

Tensor Conv2d::backward(Tensor dy) {
    const Shape& x = (*x_).shape();
    Tensor dx = groups_ == 1 ? operators().conv2d_backward_input(dy, w_.value, x, window_)
                             : operators().grouped_conv2d_backward_input(dy, w_.value, x, window_, groups_);
    backward_parameters(std::move(dy));
    return dx;
}

void Conv2d::backward_parameters(Tensor dy) {
    w_.gradient = Tensor();  // its memory serves the new one
    auto [dw, db] = groups_ == 1 ? operators().conv2d_backward_filters(*x_, dy, window_)
                                 : operators().grouped_conv2d_backward_filters(*x_, dy, window_, groups_);
    w_.gradient = std::move(dw);
    b_.gradient = std::move(db);
}

bool Conv2d::fuses_stage(const Shape& x) const {
    constexpr Operators own;
    const Operators& table = operators();
    const bool ours =
        table.conv2d_forward == own.conv2d_forward && table.conv2d_backward_input == own.conv2d_backward_input &&
        table.conv2d_backward_filters == own.conv2d_backward_filters && table.relu_forward == own.relu_forward &&
        table.relu_backward == own.relu_backward && table.max_pool_forward == own.max_pool_forward &&
        table.max_pool_backward == own.max_pool_backward;
    return ours && groups_ == 1 && kernels::fuses_stage(x, w_.value.shape(), window_);
}

Tensor Conv2d::forward_stage(const SharedTensor& x) {
    auto [y, switches] = kernels::stage_forward(*x_.keep(x), w_.value, b_.value, window_);
    switches_ = backward_may_follow() ? std::move(switches) : Tensor();
    return std::move(y);
}

Tensor Conv2d::backward_stage(const Tensor& dy, bool wants_dx) {
    w_.gradient = Tensor();
    auto [dx, filters] = kernels::stage_backward(dy, switches_, *x_, w_.value, window_, wants_dx);
    w_.gradient = std::move(filters.dw);
    b_.gradient = std::move(filters.db);
    return std::move(dx);
}

void Conv2d::initialize(Engine& engine, Initialization how) {
    const Shape& w = w_.value.shape();
    draw(w_, b_, w[1] * w[2] * w[3], w[0] / groups_ * w[2] * w[3], engine, how);
}

std::vector<NamedParameter> Conv2d::parameters() { return weight_and_bias(w_, b_); }

std::string Conv2d::details() const {
    return fmt::format("{} → {}, {}{}{}", w_.value.size(1) * groups_, w_.value.size(0), to_string(window_),
                       groups_ == 1 ? "" : fmt::format(", {} groups", groups_), b_.value.empty() ? ", no bias" : "");
}

Shape Conv2d::output_shape(const Shape& input) const {
    const Shape output = windowed(input, w_.value.size(0), window_, "Conv2d");
    require(input[1] == w_.value.size(1) * groups_, "Conv2d: {} has {} channels, the filters {} expect {}", input,
            input[1], w_.value.shape(), w_.value.size(1) * groups_);
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

Tensor Dense::forward(Tensor x) { return operators().dense_forward(*x_.keep(std::move(x)), w_.value, b_.value); }

Tensor Dense::backward(Tensor dy) {
    Tensor dx = operators().dense_backward_input(dy, w_.value);
    backward_parameters(std::move(dy));
    return dx;
}

void Dense::backward_parameters(Tensor dy) {
    w_.gradient = Tensor();
    auto [dw, db] = operators().dense_backward_weights(*x_, dy);
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

MaxPool2d::MaxPool2d(const Window& window, kernels::Rounding rounding) : window_(window), rounding_(rounding) {
    check_window("MaxPool2d", window);
}

Tensor MaxPool2d::forward(Tensor x) { return forward_shared(std::make_shared<const Tensor>(std::move(x))); }

Tensor MaxPool2d::forward_shared(const SharedTensor& x) {
    x_.keep(x);  // only its shape is needed here; the activation before saves a copy
    auto [y, switches] = rounding_ == kernels::Rounding::down ? operators().max_pool_forward(*x, window_)
                                                              : kernels::max_pool_forward(*x, window_, rounding_);
    switches_ = std::move(switches);
    return std::move(y);
}

Tensor MaxPool2d::backward(Tensor dy) {
    const Operators own, &table = operators();
    if (table.max_pool_forward == own.max_pool_forward && table.max_pool_backward == own.max_pool_backward)
        return kernels::max_pool_backward(dy, switches_, (*x_).shape(), window_);
    return table.max_pool_backward(dy, switches_, (*x_).shape());
}
void MaxPool2d::release() { x_.forget(), switches_ = Tensor(); }
std::string MaxPool2d::details() const {
    return to_string(window_) + (rounding_ == kernels::Rounding::up ? ", rounded up" : "");
}
Shape MaxPool2d::output_shape(const Shape& input) const {
    require(input.rank() == 4, "MaxPool2d: expected images [N, C, H, W], got {}", input);
    windowed(input, input[1], window_, "MaxPool2d");
    return {input[0], input[1], kernels::pooled_size(input[2], window_, rounding_),
            kernels::pooled_size(input[3], window_, rounding_)};
}

AveragePool2d::AveragePool2d(const Window& window) : window_(window) { check_window("AvgPool2d", window); }

Tensor AveragePool2d::forward(Tensor x) { return forward_shared(std::make_shared<const Tensor>(std::move(x))); }
Tensor AveragePool2d::forward_shared(const SharedTensor& x) {
    x_.keep(x);
    return operators().average_pool_forward(*x, window_);
}

Tensor AveragePool2d::backward(Tensor dy) { return operators().average_pool_backward(dy, (*x_).shape(), window_); }
std::string AveragePool2d::details() const { return to_string(window_); }
Shape AveragePool2d::output_shape(const Shape& input) const {
    require(input.rank() == 4, "AvgPool2d: expected images [N, C, H, W], got {}", input);
    return windowed(input, input[1], window_, "AvgPool2d");
}

AdaptiveAvgPool2d::AdaptiveAvgPool2d(Index size) : size_(size) {
    require(size >= 1, "AdaptiveAvgPool2d: a map of {0} × {0} has no pixels", size);
}

Tensor AdaptiveAvgPool2d::forward(Tensor x) {
    x_shape_ = x.shape();
    return operators().adaptive_average_pool_forward(std::move(x), size_);
}

Tensor AdaptiveAvgPool2d::backward(Tensor dy) { return operators().adaptive_average_pool_backward(dy, x_shape_); }
std::string AdaptiveAvgPool2d::details() const { return fmt::format("to {0}×{0}", size_); }
Shape AdaptiveAvgPool2d::output_shape(const Shape& input) const {
    require(input.rank() == 4, "AdaptiveAvgPool2d: expected images [N, C, H, W], got {}", input);
    return {input[0], input[1], size_, size_};
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
    keep(y);
    return y;
}

void Activation::keep(const Tensor& y) {
    const bool lends = next_ && next_->kept_input();
    lent_ = lends ? y.data() : nullptr;
    if (lends || !backward_may_follow())
        y_ = Tensor();
    else
        y_ = y;
}

Tensor Activation::backward(Tensor dy) { return gradient(std::move(dy), output()); }

const Tensor& Activation::output() const {
    if (!lent_) return y_;
    const Tensor& y = *next_->kept_input();
    // Moving a tensor does not move its numbers, so this is the very tensor forward returned, or nobody kept it.
    if (y.data() != lent_) throw Error(kind() + ": backward needs the forward of the layer after it to have run");
    return y;
}

Tensor ReLU::forward(Tensor x) {
    if (!previous_ || !previous_->rectified()) return Activation::forward(std::move(x));
    if (previous_->cuts_off())
        release();
    else
        keep(x);
    return x;
}
Tensor ReLU::backward(Tensor dy) {
    return previous_ && previous_->cuts_off() ? std::move(dy) : Activation::backward(std::move(dy));
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
