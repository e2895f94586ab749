// Wrong answers to 13.2: receptive fields.
#pragma once
#include <algorithm>
#include <cmath>

#include "grader/exercise.hpp"
#include "probes.hpp"

namespace cnn::lab13::wrong {

using grader::mistake;
using grader::Replacement;

struct FieldFaults {
    bool step_first = false, adds_strides = false, whole_windows = false, ignores_steps = false, padding = true;
    bool padding_by_new_step = false, forgets_step = false, padding_by_pixel = false;
};
inline ReceptiveField field_with(const std::vector<Window>& layers, const FieldFaults& faults) {
    receptive_field(layers);  // refuses what it must
    ReceptiveField field{1, 1, 0};
    for (const Window& window : layers) {
        const Index before = field.step;
        if (faults.adds_strides)
            field.step += window.stride - 1;
        else if (!faults.forgets_step)
            field.step *= window.stride;
        const Index reach = faults.ignores_steps ? 1 : faults.step_first ? field.step : before;
        field.size += (faults.whole_windows ? window.size : window.size - 1) * reach;
        const Index far = faults.padding_by_pixel ? 1 : faults.padding_by_new_step ? field.step : before;
        if (faults.padding) field.start -= window.padding * far;
    }
    return field;
}
template <const FieldFaults& faults>
ReceptiveField field_by(const std::vector<Window>& layers) {
    return field_with(layers, faults);
}
inline constexpr FieldFaults step_first{.step_first = true}, adds_strides{.adds_strides = true},
    whole_windows{.whole_windows = true}, ignores_steps{.ignores_steps = true}, ignores_padding{.padding = false},
    padding_late{.padding_by_new_step = true}, no_step{.forgets_step = true},
    padding_in_pixels{.padding_by_pixel = true};

inline Pixels unclipped(const std::vector<Window>& layers, Index unit, Index side) {
    pixels_seen(layers, unit, side);
    const ReceptiveField field = receptive_field(layers);
    const Index first = field.start + unit * field.step;
    return {first, first + field.size - 1};
}

// influence() with something else done to dx or dy.
template <class Sum>
Tensor influence_with(const std::vector<Window>& layers, Squash squash, const Tensor& x, std::uint32_t seed,
                      Index channel, Index row, Index column, bool all_channels, bool value_as_gradient, const Sum& sum,
                      bool all_places = false) {
    influence_report(layers, squash, x, seed, channel, row, column);
    nn::Sequential network = small_stack(layers, squash, x.size(1), seed);
    const Tensor y = network.forward(x);
    Tensor dy(y.shape());
    for (Index k = 0; k < y.size(1); ++k)
        if (all_channels || k == channel) dy(0, k, row, column) = value_as_gradient ? y(0, k, row, column) : 1;
    for (Index i = 0; i < dy.count() && all_places; ++i)
        if (all_channels || i / (y.size(2) * y.size(3)) == channel) dy[i] = 1;
    const Tensor dx = network.backward(dy);
    Tensor result({x.size(2), x.size(3)});
    for (Index i = 0; i < x.size(2); ++i)
        for (Index j = 0; j < x.size(3); ++j) result(i, j) = sum(dx, i, j);
    return result;
}
inline float magnitudes(const Tensor& dx, Index i, Index j) {
    float sum = 0;
    for (Index c = 0; c < dx.size(1); ++c) sum += std::abs(dx(0, c, i, j));
    return sum;
}
inline float plain_sum(const Tensor& dx, Index i, Index j) {
    float sum = 0;
    for (Index c = 0; c < dx.size(1); ++c) sum += dx(0, c, i, j);
    return sum;
}

inline std::vector<Replacement> field_mistakes() {
    return {
        mistake(
            receptive_field, "step_too_early",
            "the step is multiplied by a layer's stride before the layer widens the field: the units that its window "
            "looks at lie as far apart as the layers before it made them. Widen the field first, then multiply.",
            field_by<step_first>),
        mistake(receptive_field, "strides_added", "the strides are added: two layers of stride 2 make a step of 4.",
                field_by<adds_strides>),
        mistake(receptive_field, "whole_windows_added",
                "each layer adds its whole window: the first unit of it is there already, so it adds size - 1.",
                field_by<whole_windows>),
        mistake(
            receptive_field, "steps_ignored",
            "each layer adds size - 1 pixels: behind a stride of 2 its units lie two pixels apart, so it adds twice "
            "as much.",
            field_by<ignores_steps>),
        mistake(receptive_field, "padding_ignored",
                "the start is 0 whatever the padding: padding puts the first unit's field half outside the image.",
                field_by<ignores_padding>),
        mistake(
            receptive_field, "padding_by_own_stride",
            "the padding is multiplied by the step behind its layer: it lies before it, where the step is still the "
            "old one.",
            field_by<padding_late>),
        mistake(receptive_field, "padding_in_pixels",
                "the padding is taken off the start as it is: behind a stride of 2 each zero of it is two pixels wide, "
                "so multiply it by the step.",
                field_by<padding_in_pixels>),
        mistake(receptive_field, "step_stays_one", "the step stays 1: every stride multiplies it.", field_by<no_step>),
        mistake(pixels_seen, "not_cut_off",
                "the field reaches beyond the image: the padding there is no pixel, cut it off at 0 and side - 1.",
                unclipped),
        mistake(pixels_seen, "last_is_behind",
                "`last` is the pixel behind the last one that is seen: it is to be seen itself.",
                [](const std::vector<Window>& layers, Index unit, Index side) {
                    Pixels pixels = pixels_seen(layers, unit, side);
                    ++pixels.last;
                    return pixels;
                }),
        mistake(pixels_seen, "unit_not_stepped",
                "unit i is taken to begin at start + i: neighbours lie `step` pixels apart.",
                [](const std::vector<Window>& layers, Index unit, Index side) {
                    pixels_seen(layers, unit, side);
                    const ReceptiveField field = receptive_field(layers);
                    const Index first = field.start + unit;
                    return Pixels{std::max<Index>(first, 0), std::min(first + field.size, side) - 1};
                }),
        mistake(pixels_seen, "side_counted_as_last", "the image ends with pixel side - 1, not with pixel side.",
                [](const std::vector<Window>& layers, Index unit, Index side) {
                    const Pixels all = unclipped(layers, unit, side);
                    return Pixels{std::max<Index>(all.first, 0), std::min(all.last, side)};
                }),
        mistake(stack_cost, "field_of_the_sum",
                "the field is layers · size: neighbouring windows share all but one pixel, each layer adds size - 1.",
                [](Index layers, Index size, Index channels, Index side) {
                    Cost cost = stack_cost(layers, size, channels, side);
                    cost.field = layers * size;
                    return cost;
                }),
        mistake(stack_cost, "channels_once",
                "the weights are counted with the channels once: C filters, each C channels deep, make C².",
                [](Index layers, Index size, Index channels, Index side) {
                    Cost cost = stack_cost(layers, size, channels, side);
                    cost.weights /= channels;
                    cost.multiply_adds /= channels;
                    return cost;
                }),
        mistake(stack_cost, "one_layer_only", "only one layer is counted.",
                [](Index layers, Index size, Index channels, Index side) {
                    Cost cost = stack_cost(layers, size, channels, side);
                    cost.weights /= layers;
                    cost.multiply_adds /= layers;
                    return cost;
                }),
        mistake(stack_cost, "side_not_squared", "a map has side · side places, each of which costs all the weights.",
                [](Index layers, Index size, Index channels, Index side) {
                    Cost cost = stack_cost(layers, size, channels, side);
                    cost.multiply_adds /= side;
                    return cost;
                }),
        mistake(influence_report, "signs_cancel",
                "gradients of the channels are added with their signs, so that they cancel: add their magnitudes.",
                [](const std::vector<Window>& layers, Squash squash, const Tensor& x, std::uint32_t seed, Index channel,
                   Index row, Index column) {
                    return influence_with(layers, squash, x, seed, channel, row, column, false, false, plain_sum);
                }),
        mistake(influence_report, "magnitude_of_the_sum",
                "the magnitude is taken of the sum over the channels: first the magnitude of each, then the sum.",
                [](const std::vector<Window>& layers, Squash squash, const Tensor& x, std::uint32_t seed, Index channel,
                   Index row, Index column) {
                    return influence_with(
                        layers, squash, x, seed, channel, row, column, false, false,
                        [](const Tensor& dx, Index i, Index j) { return std::abs(plain_sum(dx, i, j)); });
                }),
        mistake(influence_report, "all_channels_of_the_unit",
                "the gradient begins in all channels of the output: only in `channel`.",
                [](const std::vector<Window>& layers, Squash squash, const Tensor& x, std::uint32_t seed, Index channel,
                   Index row, Index column) {
                    return influence_with(layers, squash, x, seed, channel, row, column, true, false, magnitudes);
                }),
        mistake(
            influence_report, "all_units",
            "the gradient is 1 for every unit of the output: only the unit that is asked for has a 1, the others 0.",
            [](const std::vector<Window>& layers, Squash squash, const Tensor& x, std::uint32_t seed, Index channel,
               Index row, Index column) {
                return influence_with(layers, squash, x, seed, channel, row, column, true, false, magnitudes, true);
            }),
        mistake(
            influence_report, "all_places_of_the_channel",
            "the gradient is 1 for all places of the channel: only the unit that is asked for has a 1, the others 0.",
            [](const std::vector<Window>& layers, Squash squash, const Tensor& x, std::uint32_t seed, Index channel,
               Index row, Index column) {
                return influence_with(layers, squash, x, seed, channel, row, column, false, false, magnitudes, true);
            }),
        mistake(influence_report, "begins_with_the_value",
                "backward begins with the unit's value: the derivative of a unit by itself is 1.",
                [](const std::vector<Window>& layers, Squash squash, const Tensor& x, std::uint32_t seed, Index channel,
                   Index row, Index column) {
                    return influence_with(layers, squash, x, seed, channel, row, column, false, true, magnitudes);
                }),
        mistake(influence_report, "first_channel_only",
                "only the first channel of the image is looked at: a pixel has several, add them up.",
                [](const std::vector<Window>& layers, Squash squash, const Tensor& x, std::uint32_t seed, Index channel,
                   Index row, Index column) {
                    return influence_with(layers, squash, x, seed, channel, row, column, false, false,
                                          [](const Tensor& dx, Index i, Index j) { return std::abs(dx(0, 0, i, j)); });
                }),
    };
}

}  // namespace cnn::lab13::wrong
