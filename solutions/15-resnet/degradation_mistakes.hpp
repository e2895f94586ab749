// Wrong answers to 15.7: plain networks, identity filters, what depth costs.
#pragma once
#include "network_mistakes.hpp"

namespace cnn::lab15::wrong {

inline Tensor filters_with(Index channels, Index row, Index column, bool of_all, float value) {
    Tensor w({channels, channels, 3, 3});
    for (Index k = 0; k < channels; ++k)
        for (Index c = 0; c < channels; ++c)
            if (of_all || k == c) w(k, c, row, column) = value;
    return w;
}

inline std::vector<Replacement> degradation_mistakes() {
    return {
        mistake(small_network_table, "plain_network_has_shortcuts",
                "the network that should be plain has shortcuts: options.residual is false.",
                [](const SmallOptions& options) {
                    SmallOptions residual = options;
                    residual.residual = true;
                    return small_network_table(residual);
                }),
        mistake(small_network_table, "plain_block_without_relu",
                "a plain block ends without a ReLU: it has no sum, but it does end with one.",
                [](const SmallOptions& options) { return small_table_with(options, {.relu_of_plain = false}); }),
        mistake(small_network_pass, "pass_of_plain_blocks_without_relu",
                "outputs and gradients are those of plain blocks without a ReLU at their end.",
                [](const SmallOptions& options, const Tensor& x, const Tensor& dy, std::uint32_t seed) {
                    return pass_of(small_with(options, {.relu_of_plain = false}), x, dy, seed);
                }),
        mistake(identity_filters, "one_in_the_corner",
                "the 1 stands in the corner of the filter, which looks at the neighbour above and to the left: with "
                "padding 1, the centre looks at the pixel itself.",
                [](Index channels) { return filters_with(channels, 0, 0, false, 1); }),
        mistake(identity_filters, "all_channels_summed",
                "every map is the sum of all channels: map k wants channel k alone.",
                [](Index channels) { return filters_with(channels, 1, 1, true, 1); }),
        mistake(identity_filters, "all_channels_averaged",
                "every map is the mean of all channels: map k wants channel k alone.",
                [](Index channels) { return filters_with(channels, 1, 1, true, 1 / static_cast<float>(channels)); }),
        mistake(depth_cost, "second_minus_first",
                "the second curve minus the first one: it is the deeper minus the shallower, whichever comes first.",
                [](const Curve& a, const Curve& b, Index last) {
                    const DepthCost cost = depth_cost(a, b, last);
                    return b.layers > a.layers ? cost : DepthCost{-cost.training, -cost.test};
                }),
        mistake(depth_cost, "shallow_minus_deep",
                "the sign is wrong: what depth costs is the deeper network's error minus the shallower one's.",
                [](const Curve& a, const Curve& b, Index last) {
                    const DepthCost cost = depth_cost(a, b, last);
                    return DepthCost{-cost.training, -cost.test};
                }),
        mistake(depth_cost, "first_minus_second",
                "the first curve minus the second one: it is the deeper minus the shallower, whichever comes first.",
                [](const Curve& a, const Curve& b, Index last) {
                    const DepthCost cost = depth_cost(a, b, last);
                    return a.layers > b.layers ? cost : DepthCost{-cost.training, -cost.test};
                }),
        mistake(depth_cost, "first_epochs", "the means are over the first epochs: the last ones count.",
                [](const Curve& a, const Curve& b, Index last) {
                    depth_cost(a, b, last);
                    const auto beginning = [&](Curve curve) {
                        curve.training.resize(static_cast<std::size_t>(last));
                        curve.test.resize(static_cast<std::size_t>(last));
                        return curve;
                    };
                    return depth_cost(beginning(a), beginning(b), last);
                }),
        mistake(depth_cost, "last_epoch_alone", "only the last epoch counts: take the mean of the last few.",
                [](const Curve& a, const Curve& b, Index last) {
                    depth_cost(a, b, last);
                    return depth_cost(a, b, 1);
                }),
        mistake(depth_cost, "best_of_the_last", "the smallest error of the last epochs counts: take their mean.",
                [](const Curve& a, const Curve& b, Index last) {
                    depth_cost(a, b, last);
                    const auto best = [&](Curve curve) {
                        for (std::vector<double>* errors : {&curve.training, &curve.test})
                            errors->back() = *std::min_element(errors->end() - last, errors->end());
                        return curve;
                    };
                    return depth_cost(best(a), best(b), 1);
                }),
        mistake(depth_cost, "all_epochs", "the means are over all epochs: only the last few count.",
                [](const Curve& a, const Curve& b, Index last) {
                    const DepthCost cost = depth_cost(a, b, last);
                    if (a.training.size() != b.training.size()) return cost;
                    return depth_cost(a, b, static_cast<Index>(a.training.size()));
                }),
    };
}

}  // namespace cnn::lab15::wrong
