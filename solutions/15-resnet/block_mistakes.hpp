// Wrong answers to 15.3 and 15.5: blocks, bottlenecks.
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
    bool raw_into_shortcut = false, raw_into_body = false;  // the error as it was before the ReLU
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
        const Tensor raw = dy;
        if (faults_.back_through_relu) dy = nn::operators().relu_backward(std::move(dy), y_);
        Tensor dx = body_.backward(faults_.raw_into_body ? raw : dy);
        const Tensor& into_shortcut = faults_.raw_into_shortcut ? raw : dy;
        const Tensor other = shortcut_.backward(faults_.own_errors ? into_shortcut : dx);
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
    bool relu = true, first_norm = true, stride_in_both = false;
};
inline nn::Sequential body_with(Index in, Index out, Index stride, const BodyFaults& faults) {
    const auto conv = [&](Index from, Index s) {
        return nn::Conv2d(from, out, {.size = 3, .stride = s, .padding = 1}, faults.bias);
    };
    nn::Sequential body;
    body.add("conv1", conv(in, faults.stride_in_conv2 ? 1 : stride));
    if (faults.relu_before_norm) body.add("relu", nn::ReLU());
    if (faults.first_norm) body.add("bn1", nn::BatchNorm2d(out));
    if (faults.relu && !faults.relu_before_norm) body.add("relu", nn::ReLU());
    body.add("conv2", conv(out, faults.stride_in_conv2 || faults.stride_in_both ? stride : 1));
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
        mistake(residual_pass, "no_relu_forward",
                "the sum is not rectified on the way there, though it is on the way back: the block ends with a ReLU.",
                [](T x, T dy, bool projection, std::uint32_t seed) {
                    return block_with(x, projection, dy, seed, {.relu = false});
                }),
        mistake(residual_pass, "raw_error_into_the_shortcut",
                "the shortcut gets dy as it arrives: both paths get the error that has gone back through the ReLU.",
                [](T x, T dy, bool projection, std::uint32_t seed) {
                    return block_with(x, projection, dy, seed, {.raw_into_shortcut = true});
                }),
        mistake(residual_pass, "raw_error_into_the_body",
                "the body gets dy as it arrives: both paths get the error that has gone back through the ReLU.",
                [](T x, T dy, bool projection, std::uint32_t seed) {
                    return block_with(x, projection, dy, seed, {.raw_into_body = true});
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
        mistake(basic_body_table, "no_relu_in_the_body",
                "no ReLU stands between bn1 and conv2: two convolutions without one between them are only one.",
                [](Index in, Index out, Index stride) {
                    return table_of_body(body_with(in, out, stride, {.relu = false}), in);
                }),
        mistake(basic_body_table, "no_bn1", "the first convolution is not normalised.",
                [](Index in, Index out, Index stride) {
                    return table_of_body(body_with(in, out, stride, {.first_norm = false}), in);
                }),
        mistake(basic_body_table, "stride_in_both", "both convolutions have the stride: it belongs to the first alone.",
                [](Index in, Index out, Index stride) {
                    return table_of_body(body_with(in, out, stride, {.stride_in_both = true}), in);
                }),
        mistake(basic_body_pass, "pass_without_relu_in_the_body",
                "outputs and gradients are those of a body without a ReLU between bn1 and conv2.",
                [](T x, T dy, Index stride, std::uint32_t seed) {
                    return pass_of(body_with(x.size(1), dy.size(1), stride, {.relu = false}), x, dy, seed);
                }),
        mistake(basic_body_pass, "pass_with_relu_before_bn1",
                "outputs and gradients are those of a body whose ReLU stands before bn1.",
                [](T x, T dy, Index stride, std::uint32_t seed) {
                    return pass_of(body_with(x.size(1), dy.size(1), stride, {.relu_before_norm = true}), x, dy, seed);
                }),
        mistake(basic_body_pass, "pass_with_stride_in_the_second",
                "outputs and gradients are those of a body whose second convolution has the stride.",
                [](T x, T dy, Index stride, std::uint32_t seed) {
                    return pass_of(body_with(x.size(1), dy.size(1), stride, {.stride_in_conv2 = true}), x, dy, seed);
                }),
        mistake(basic_body_pass, "pass_with_relu_after_bn2",
                "outputs and gradients are those of a body that ends with a ReLU: it ends with bn2.",
                [](T x, T dy, Index stride, std::uint32_t seed) {
                    return pass_of(body_with(x.size(1), dy.size(1), stride, {.relu_at_the_end = true}), x, dy, seed);
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
        mistake(bottleneck_body_table, "expansion_of_two",
                "conv3 gives 2 · inner channels: a bottleneck widens to four times as many.",
                [](Index in, Index inner, Index stride, StrideIn place) {
                    return bottleneck_table_with(in, inner, stride, place, {.expansion = 2});
                }),
        mistake(bottleneck_body_pass, "pass_with_one_relu",
                "outputs and gradients are those of a body without a ReLU after bn2.",
                [](const Tensor& x, const Tensor& dy, Index stride, StrideIn place, std::uint32_t seed) {
                    return pass_of(bottleneck_with(x.size(1), dy.size(1) / 4, stride, place, {.second_relu = false}), x,
                                   dy, seed);
                }),
        mistake(bottleneck_body_pass, "pass_with_strides_swapped",
                "outputs and gradients are those of a body whose other convolution has the stride.",
                [](const Tensor& x, const Tensor& dy, Index stride, StrideIn place, std::uint32_t seed) {
                    return pass_of(bottleneck_with(x.size(1), dy.size(1) / 4, stride, place, {.swapped = true}), x, dy,
                                   seed);
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
