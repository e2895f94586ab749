// The three layers of 1998 that nn does not have. They hold state; the mathematics is in your lenet.cpp.
#pragma once
#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "lenet.hpp"
#include "nn/operators.hpp"

namespace cnn::lab10 {

// C3: a convolution layer whose maps see only some of the maps before. Weight [M, size, size] for the M connections of
// the table [C, K], bias [K].
class ConnectedConv2d : public nn::Layer {
public:
    ConnectedConv2d(Tensor table, Index size) : window_{.size = size}, table_(std::move(table)) {
        Index connections = 0;
        for (const float entry : table_.values()) connections += entry != 0;
        w_.value = Tensor({connections, size, size});
        b_.value = Tensor({table_.size(1)});
    }

    Tensor forward(Tensor x) override {
        x_ = std::move(x);  // kept for backward
        return nn::operators().conv2d_forward(x_, spread_filters(w_.value, table_), b_.value, window_);
    }
    Tensor backward(Tensor dy) override {
        auto [dw, db] = nn::operators().conv2d_backward_filters(x_, dy, window_);
        w_.gradient = gather_filters(dw, table_);
        b_.gradient = std::move(db);
        return nn::operators().conv2d_backward_input(dy, spread_filters(w_.value, table_), x_.shape(), window_);
    }
    // Uniform in ±1/√fan_in, the fan-in of each map by its own connections.
    void initialize(Engine& engine, nn::Initialization) override {
        Index next = 0;
        for (Index k = 0; k < table_.size(1); ++k) {
            Index inputs = 0;
            for (Index c = 0; c < table_.size(0); ++c) inputs += table_(c, k) != 0;
            const Index weights = inputs * window_.size * window_.size;
            const float bound = 1 / std::sqrt(static_cast<float>(weights));
            for (Index i = 0; i < weights; ++i) w_.value[next++] = uniform(engine, -bound, bound);
            b_.value(k) = uniform(engine, -bound, bound);
        }
    }
    const Tensor* kept_input() const override { return &x_; }
    std::vector<nn::NamedParameter> parameters() override { return {{"weight", &w_}, {"bias", &b_}}; }
    std::string kind() const override { return "ConnectedConv2d"; }
    std::string details() const override {
        return fmt::format("{} → {}, {}×{}, {} connections", table_.size(0), table_.size(1), window_.size, window_.size,
                           w_.value.size(0));
    }
    Shape output_shape(const Shape& input) const override {
        require(input.rank() == 4 && input[1] == table_.size(0) && input[2] >= window_.size && input[3] >= window_.size,
                "ConnectedConv2d: got {}, expected [N, {}, H, W] with at least {} × {} pixels", input, table_.size(0),
                window_.size, window_.size);
        return {input[0], table_.size(1), input[2] - window_.size + 1, input[3] - window_.size + 1};
    }
    Index multiply_adds(const Shape& input) const override {
        const Shape output = output_shape(input);
        return output[0] * output[2] * output[3] * w_.value.count();
    }

private:
    Window window_;
    Tensor table_, x_;
    nn::Parameter w_, b_;
};

// S2 and S4: coefficient "weight" [C], "bias" [C].
class Subsampling : public nn::Layer {
public:
    explicit Subsampling(Index maps) {
        a_.value = Tensor({maps});
        b_.value = Tensor({maps});
    }

    Tensor forward(Tensor x) override {
        x_ = std::move(x);
        return subsample_forward(x_, a_.value, b_.value);
    }
    Tensor backward(Tensor dy) override {
        auto [dx, da, db] = subsample_backward(dy, x_, a_.value);
        a_.gradient = std::move(da);
        b_.gradient = std::move(db);
        return std::move(dx);
    }
    // Begins near the plain mean of the four.
    void initialize(Engine& engine, nn::Initialization) override {
        for (float& a : a_.value.values()) a = uniform(engine, 0.2f, 0.3f);
        b_.value.fill(0);
    }
    const Tensor* kept_input() const override { return &x_; }
    std::vector<nn::NamedParameter> parameters() override { return {{"weight", &a_}, {"bias", &b_}}; }
    std::string kind() const override { return "Subsampling"; }
    std::string details() const override { return "2×2, trainable"; }
    Shape output_shape(const Shape& input) const override {
        require(input.rank() == 4 && input[1] == a_.value.size(0) && input[2] % 2 == 0 && input[3] % 2 == 0,
                "Subsampling: got {}, expected [N, {}, H, W] with even H and W", input, a_.value.size(0));
        return {input[0], input[1], input[2] / 2, input[3] / 2};
    }
    Index multiply_adds(const Shape& input) const override { return output_shape(input).count() * 4; }

private:
    nn::Parameter a_, b_;
    Tensor x_;
};

// OUTPUT: penalties, the squared distances to fixed codes "weight" [M, D].
class Rbf : public nn::Layer {
public:
    explicit Rbf(Tensor codes) {
        w_.value = std::move(codes);
        w_.learned = false;
    }

    Tensor forward(Tensor x) override {
        x_ = std::move(x);
        return rbf_forward(x_, w_.value);
    }
    Tensor backward(Tensor dy) override { return rbf_backward(dy, x_, w_.value); }
    const Tensor* kept_input() const override { return &x_; }
    std::vector<nn::NamedParameter> parameters() override { return {{"weight", &w_}}; }
    std::string kind() const override { return "Rbf"; }
    std::string details() const override {
        return fmt::format("{} → {}, fixed codes", w_.value.size(1), w_.value.size(0));
    }
    Shape output_shape(const Shape& input) const override {
        require(input.rank() == 2 && input[1] == w_.value.size(1), "Rbf: got {}, expected [N, {}]", input,
                w_.value.size(1));
        return {input[0], w_.value.size(0)};
    }
    Index multiply_adds(const Shape& input) const override { return output_shape(input).count() * w_.value.size(1); }

private:
    nn::Parameter w_;
    Tensor x_;
};

// The loss of 10.3 in the form trainers take; what the network believes is the softmax of minus the penalties, the
// posterior probabilities that equation 9 is derived from (without its rubbish class).
inline nn::Loss rbf_loss(double j) {
    return nn::Loss(
        [j](const Tensor& y, nn::Labels labels) {
            return map_loss(y, std::vector<std::int32_t>(labels.begin(), labels.end()), j);
        },
        [](Tensor y) {
            y *= -1;
            return kernels::softmax(std::move(y));
        });
}

}  // namespace cnn::lab10
