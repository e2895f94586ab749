// Wrong answers to 15.3, 15.4 and 15.5: blocks, shortcuts, bottlenecks.
#pragma once
#include "grader/exercise.hpp"
#include "layers.hpp"
#include "nn/operators.hpp"
#include "probes.hpp"

namespace cnn::lab15::wrong {

using grader::mistake;
using grader::Replacement;

// ---- 15.3 ----

struct BlockFaults {
    bool relu = true, relu_first = false, back_through_relu = true, back_through_shortcut = true,
         back_through_body = true;
    bool own_errors = true;  // false: the shortcut gets the error that has gone through the body
};
class WrongBlock : public nn::Layer {
public:
    WrongBlock(nn::Sequential body, nn::Sequential shortcut, const BlockFaults& faults)
        : body_(std::move(body)), shortcut_(std::move(shortcut)), faults_(faults) {}
    Tensor forward(Tensor x) override {
        Tensor y = body_.forward(x);
        if (faults_.relu_first) y = nn::operators().relu_forward(std::move(y));
        y += shortcut_.forward(std::move(x));
        if (faults_.relu && !faults_.relu_first) y = nn::operators().relu_forward(std::move(y));
        return y_ = y;
    }
    Tensor backward(Tensor dy) override {
        if (faults_.back_through_relu) dy = nn::operators().relu_backward(std::move(dy), y_);
        Tensor dx = body_.backward(dy);
        const Tensor other = shortcut_.backward(faults_.own_errors ? dy : dx);
        if (!faults_.back_through_body) return other;
        return faults_.back_through_shortcut ? std::move(dx += other) : dx;
    }
    std::vector<nn::NamedParameter> parameters() override {
        return nn::detail::gather({{"", &body_}, {"downsample", &shortcut_}});
    }
    std::string kind() const override { return "WrongBlock"; }
    Shape output_shape(const Shape& input) const override { return input; }

private:
    nn::Sequential body_, shortcut_;
    BlockFaults faults_;
    Tensor y_;
};
inline NetworkPass block_with(const Tensor& x, bool projection, const Tensor& dy, std::uint32_t seed,
                              const BlockFaults& faults) {
    WrongBlock block(probe_body(x.size(1)), probe_shortcut(x.size(1), projection), faults);
    return nn::pass_of(block, x, dy, seed);
}

struct BodyFaults {
    bool stride_in_conv2 = false, bias = false, relu_at_the_end = false, relu_before_norm = false, last_norm = true;
};
inline nn::Sequential body_with(Index in, Index out, Index stride, const BodyFaults& faults) {
    const auto conv = [&](Index from, Index s) {
        return nn::Conv2d(from, out, {.size = 3, .stride = s, .padding = 1}, faults.bias);
    };
    nn::Sequential body;
    body.add("conv1", conv(in, faults.stride_in_conv2 ? 1 : stride));
    if (faults.relu_before_norm) body.add("relu", nn::ReLU());
    body.add("bn1", nn::BatchNorm2d(out));
    if (!faults.relu_before_norm) body.add("relu", nn::ReLU());
    body.add("conv2", conv(out, faults.stride_in_conv2 ? stride : 1));
    if (faults.last_norm) body.add("bn2", nn::BatchNorm2d(out));
    if (faults.relu_at_the_end) body.add("relu2", nn::ReLU());
    return body;
}

inline std::vector<Replacement> block_mistakes() {
    using T = const Tensor&;
    return {
        mistake(residual_pass, "relu_before_the_sum",
                "the ReLU comes before the sum: then a block can only add, never take away. First add, then rectify.",
                [](T x, T dy, bool projection, std::uint32_t seed) {
                    return block_with(x, projection, dy, seed, {.relu_first = true});
                }),
        mistake(residual_pass, "no_relu", "the sum is not rectified: the block ends with a ReLU.",
                [](T x, T dy, bool projection, std::uint32_t seed) {
                    return block_with(x, projection, dy, seed, {.relu = false, .back_through_relu = false});
                }),
        mistake(residual_pass, "back_past_the_relu",
                "the error goes into the paths as it arrives: where y is zero, the ReLU stops it.",
                [](T x, T dy, bool projection, std::uint32_t seed) {
                    return block_with(x, projection, dy, seed, {.back_through_relu = false});
                }),
        mistake(residual_pass, "shortcut_forgotten_on_the_way_back",
                "dx comes from the body alone: x went into the shortcut, too, and gradients of both paths add up. This "
                "is the path that makes deep networks trainable.",
                [](T x, T dy, bool projection, std::uint32_t seed) {
                    return block_with(x, projection, dy, seed, {.back_through_shortcut = false});
                }),
        mistake(residual_pass, "body_forgotten_on_the_way_back",
                "dx comes from the shortcut alone: x went into the body, too, and gradients of both paths add up.",
                [](T x, T dy, bool projection, std::uint32_t seed) {
                    return block_with(x, projection, dy, seed, {.back_through_body = false});
                }),
        mistake(residual_pass, "one_path_after_the_other",
                "the shortcut gets the error that has gone back through the body already: both paths get the same one.",
                [](T x, T dy, bool projection, std::uint32_t seed) {
                    return block_with(x, projection, dy, seed, {.own_errors = false});
                }),
        mistake(basic_body_table, "stride_in_the_second",
                "the second convolution has the stride: it belongs to the first, so that the second is cheaper.",
                [](Index in, Index out, Index stride) {
                    return table_of_body(body_with(in, out, stride, {.stride_in_conv2 = true}), in);
                }),
        mistake(basic_body_table, "with_biases",
                "the convolutions have biases: batch normalisation takes them away again, and has its own.",
                [](Index in, Index out, Index stride) {
                    return table_of_body(body_with(in, out, stride, {.bias = true}), in);
                }),
        mistake(basic_body_table, "relu_after_bn2",
                "the body ends with a ReLU: the one of the block comes after the sum.",
                [](Index in, Index out, Index stride) {
                    return table_of_body(body_with(in, out, stride, {.relu_at_the_end = true}), in);
                }),
        mistake(basic_body_table, "relu_before_bn1",
                "the ReLU stands before the normalisation: convolution, normalisation, ReLU is the order.",
                [](Index in, Index out, Index stride) {
                    return table_of_body(body_with(in, out, stride, {.relu_before_norm = true}), in);
                }),
        mistake(basic_body_table, "no_bn2", "the second convolution is not normalised.",
                [](Index in, Index out, Index stride) {
                    return table_of_body(body_with(in, out, stride, {.last_norm = false}), in);
                }),
        mistake(basic_body_pass, "pass_with_relu_after_bn2",
                "outputs and gradients are those of a body that ends with a ReLU: it ends with bn2.",
                [](T x, T dy, Index stride, std::uint32_t seed) {
                    return pass_of(body_with(x.size(1), dy.size(1), stride, {.relu_at_the_end = true}), x, dy, seed);
                }),
    };
}

// ---- 15.4 ----

struct PaddingFaults {
    Index before = -1;  // maps of zeros; -1: as it should be
    bool last_pixel = false, mean = false;
};
inline Tensor padded_with(const Tensor& x, Index out, Index stride, const PaddingFaults& faults) {
    Tensor y = zero_padded_forward(x, out, stride);
    y.fill(0);
    const Index before = faults.before >= 0 ? faults.before : (out - x.size(1)) / 2;
    for (Index n = 0; n < y.size(0); ++n)
        for (Index c = 0; c < x.size(1); ++c)
            for (Index i = 0; i < y.size(2); ++i)
                for (Index j = 0; j < y.size(3); ++j) {
                    const Index row = i * stride, column = j * stride;
                    const Index bottom = std::min(row + stride, x.size(2)),
                                right = std::min(column + stride, x.size(3));
                    float sum = 0;
                    for (Index r = row; r < bottom; ++r)
                        for (Index s = column; s < right; ++s) sum += x(n, c, r, s);
                    const auto count = static_cast<float>((bottom - row) * (right - column));
                    y(n, std::min(before + c, out - 1), i, j) = faults.mean         ? sum / count
                                                                : faults.last_pixel ? x(n, c, bottom - 1, right - 1)
                                                                                    : x(n, c, row, column);
                }
    return y;
}

struct ShortcutFaults {
    bool stride_is_no_change = false, normalized = true, bias = false;
};
inline nn::Sequential shortcut_with(Shortcut option, Index in, Index out, Index stride, const ShortcutFaults& faults) {
    const bool changes = in != out || (stride > 1 && !faults.stride_is_no_change);
    if (option == Shortcut::A) return changes ? nn::Sequential(ZeroPadded(in, out, stride)) : nn::Sequential();
    if (option == Shortcut::B && !changes) return {};
    nn::Sequential projection(nn::Conv2d(in, out, {.size = 1, .stride = stride}, faults.bias));
    if (faults.normalized) projection.add(nn::BatchNorm2d(out));
    return projection;
}

inline std::vector<Replacement> shortcut_mistakes() {
    using T = const Tensor&;
    return {
        mistake(zero_padded_forward, "all_zeros_behind",
                "all maps of zeros stand behind: half of them, rounded down, stand before x's channels.",
                [](T x, Index out, Index stride) { return padded_with(x, out, stride, {.before = 0}); }),
        mistake(zero_padded_forward, "half_rounded_up",
                "of an odd number of new maps the larger half stands before: it is rounded down.",
                [](T x, Index out, Index stride) {
                    return padded_with(x, out, stride, {.before = (out - x.size(1) + 1) / 2});
                }),
        mistake(zero_padded_forward, "pixels_averaged",
                "the pixels between are averaged: option A takes every stride-th pixel as it is.",
                [](T x, Index out, Index stride) { return padded_with(x, out, stride, {.mean = true}); }),
        mistake(zero_padded_forward, "last_pixel_of_each",
                "the last pixel of each stride is taken: begin with the first one.",
                [](T x, Index out, Index stride) { return padded_with(x, out, stride, {.last_pixel = true}); }),
        mistake(zero_padded_backward, "error_to_all_pixels", "skipped pixels get an error, too: they had no part in y.",
                [](T dy, const Shape& x_shape, Index stride) {
                    const Tensor right = zero_padded_backward(dy, x_shape, stride);
                    Tensor dx(x_shape);
                    for (Index n = 0; n < x_shape[0]; ++n)
                        for (Index c = 0; c < x_shape[1]; ++c)
                            for (Index i = 0; i < x_shape[2]; ++i)
                                for (Index j = 0; j < x_shape[3]; ++j)
                                    dx(n, c, i, j) = right(n, c, i / stride * stride, j / stride * stride);
                    return dx;
                }),
        mistake(
            zero_padded_backward, "errors_of_the_first_maps",
            "the errors are taken from the first maps of dy: those belong to zeros. x's channels begin at (out - in) "
            "/ 2.",
            [](T dy, const Shape& x_shape, Index stride) {
                Tensor dx = zero_padded_backward(dy, x_shape, stride);
                for (Index n = 0; n < x_shape[0]; ++n)
                    for (Index c = 0; c < x_shape[1]; ++c)
                        for (Index i = 0; i < dy.size(2); ++i)
                            for (Index j = 0; j < dy.size(3); ++j) dx(n, c, i * stride, j * stride) = dy(n, c, i, j);
                return dx;
            }),
        mistake(zero_padded_backward, "error_divided",
                "the error is shared out as by a mean: the pixel that was taken gets all of it.",
                [](T dy, const Shape& x_shape, Index stride) {
                    Tensor dx = zero_padded_backward(dy, x_shape, stride);
                    return std::move(dx *= 1 / static_cast<float>(stride * stride));
                }),
        mistake(make_shortcut_table, "b_projects_everywhere",
                "B has a projection where the shape stays the same: that is option C. B takes the identity there.",
                [](Shortcut option, Index in, Index out, Index stride) {
                    return table_of_body(make_shortcut(option == Shortcut::B ? Shortcut::C : option, in, out, stride),
                                         in);
                }),
        mistake(make_shortcut_table, "c_projects_where_it_must",
                "C has the identity where the shape stays the same: that is option B. C projects everywhere.",
                [](Shortcut option, Index in, Index out, Index stride) {
                    return table_of_body(make_shortcut(option == Shortcut::C ? Shortcut::B : option, in, out, stride),
                                         in);
                }),
        mistake(
            make_shortcut_table, "stride_is_no_change",
            "a stride alone is not taken for a change of shape: with as many channels, but half the rows, x does not "
            "fit the body's output either.",
            [](Shortcut option, Index in, Index out, Index stride) {
                return table_of_body(shortcut_with(option, in, out, stride, {.stride_is_no_change = true}), in);
            }),
        mistake(make_shortcut_table, "projection_not_normalized", "no batch normalisation follows the projection.",
                [](Shortcut option, Index in, Index out, Index stride) {
                    return table_of_body(shortcut_with(option, in, out, stride, {.normalized = false}), in);
                }),
        mistake(make_shortcut_table, "projection_with_bias",
                "the projection has biases, which the normalisation behind it takes away again.",
                [](Shortcut option, Index in, Index out, Index stride) {
                    return table_of_body(shortcut_with(option, in, out, stride, {.bias = true}), in);
                }),
    };
}

// ---- 15.5 ----

struct BottleneckFaults {
    bool swapped = false, both = false, relu_at_the_end = false, second_relu = true;
    Index expansion = 4;
};
inline nn::Sequential bottleneck_with(Index in, Index inner, Index stride, StrideIn place,
                                      const BottleneckFaults& faults) {
    const bool first = (place == StrideIn::conv1) != faults.swapped;
    nn::Sequential body;
    body.add("conv1", nn::Conv2d(in, inner, {.size = 1, .stride = first || faults.both ? stride : 1}, false));
    body.add("bn1", nn::BatchNorm2d(inner)).add("relu1", nn::ReLU());
    body.add("conv2",
             nn::Conv2d(inner, inner, {.size = 3, .stride = !first || faults.both ? stride : 1, .padding = 1}, false));
    body.add("bn2", nn::BatchNorm2d(inner));
    if (faults.second_relu) body.add("relu2", nn::ReLU());
    body.add("conv3", nn::Conv2d(inner, faults.expansion * inner, {.size = 1}, false));
    body.add("bn3", nn::BatchNorm2d(faults.expansion * inner));
    if (faults.relu_at_the_end) body.add("relu3", nn::ReLU());
    return body;
}
inline NetworkTable bottleneck_table_with(Index in, Index inner, Index stride, StrideIn place,
                                          const BottleneckFaults& faults) {
    return table_of_body(bottleneck_with(in, inner, stride, place, faults), in);
}

inline std::vector<Replacement> bottleneck_mistakes() {
    return {
        mistake(bottleneck_body_pass, "pass_with_relu_after_bn3",
                "outputs and gradients are those of a body that ends with a ReLU: it ends with bn3.",
                [](const Tensor& x, const Tensor& dy, Index stride, StrideIn place, std::uint32_t seed) {
                    return pass_of(bottleneck_with(x.size(1), dy.size(1) / 4, stride, place, {.relu_at_the_end = true}),
                                   x, dy, seed);
                }),
        mistake(
            bottleneck_body_table, "strides_swapped",
            "the stride is in the other convolution: the paper has it in the first (1×1), torchvision in the second "
            "(3×3).",
            [](Index in, Index inner, Index stride, StrideIn place) {
                return bottleneck_table_with(in, inner, stride, place, {.swapped = true});
            }),
        mistake(bottleneck_body_table, "stride_twice", "both convolutions have the stride: maps shrink to a quarter.",
                [](Index in, Index inner, Index stride, StrideIn place) {
                    return bottleneck_table_with(in, inner, stride, place, {.both = true});
                }),
        mistake(bottleneck_body_table, "no_expansion",
                "conv3 gives `inner` channels: a bottleneck widens again, to four times as many.",
                [](Index in, Index inner, Index stride, StrideIn place) {
                    return bottleneck_table_with(in, inner, stride, place, {.expansion = 1});
                }),
        mistake(bottleneck_body_table, "relu_after_bn3",
                "the body ends with a ReLU: the one of the block comes after the sum.",
                [](Index in, Index inner, Index stride, StrideIn place) {
                    return bottleneck_table_with(in, inner, stride, place, {.relu_at_the_end = true});
                }),
        mistake(bottleneck_body_table, "one_relu",
                "no ReLU follows bn2: two convolutions without one between them are only one.",
                [](Index in, Index inner, Index stride, StrideIn place) {
                    return bottleneck_table_with(in, inner, stride, place, {.second_relu = false});
                }),
    };
}

}  // namespace cnn::lab15::wrong
