// Wrong answers to 11.4.
#pragma once
#include <algorithm>
#include <cmath>

#include "grader/exercise.hpp"
#include "nn/operators.hpp"
#include "seeing.hpp"

namespace cnn::lab11::wrong {

using grader::mistake;
using Mistakes = std::vector<grader::Replacement>;

struct ForwardSlips {
    bool no_relu = false, no_bias = false, next_gets_maps = false, keeps_before_relu = false, no_padding = false;
};
inline std::vector<StagePass> forward_with(const Tensor& x, const std::vector<Stage>& stages,
                                           const ForwardSlips& slips) {
    const nn::Operators& table = nn::operators();
    std::vector<StagePass> passes;
    Tensor input = x;
    for (const Stage& stage : stages) {
        Window window = stage.convolution;
        if (slips.no_padding) window.padding = 0;
        const Tensor sums = table.conv2d_forward(input, stage.w, slips.no_bias ? Tensor() : stage.b, window);
        Tensor maps = slips.no_relu ? sums : table.relu_forward(sums);
        auto [pooled, switches] = table.max_pool_forward(maps, stage.pooling);
        input = slips.next_gets_maps ? maps : pooled;
        passes.push_back({slips.keeps_before_relu ? sums : std::move(maps), std::move(pooled), std::move(switches)});
    }
    return passes;
}

inline Tensor rectified(Tensor x) {
    for (float& value : x.values()) value = std::max(value, 0.0f);
    return x;
}
inline Tensor turned(const Tensor& w) {
    Tensor result(w.shape());
    const Index filter = w.size(2) * w.size(3);
    for (Index i = 0; i < w.count(); ++i) result[i] = w[i / filter * filter + filter - 1 - i % filter];
    return result;
}
// Where the top left pixel of each window is, as a switch.
inline Tensor corners(const Tensor& switches, const Stage& stage, const Shape& maps) {
    Tensor result(switches.shape());
    for (Index i = 0; i < result.count(); ++i) {
        const Index place = i % (switches.size(2) * switches.size(3));
        result[i] = static_cast<float>(place / switches.size(3) * stage.pooling.stride * maps[3] +
                                       place % switches.size(3) * stage.pooling.stride);
    }
    return result;
}
struct BackSlips {
    bool not_rectified = false, rectified_at_the_end = false, filter_turned = false, in_corners = false, added = false;
};
inline Tensor back_with(const Tensor& pooled, const Tensor& switches, const Stage& stage, const Shape& maps,
                        const Shape& x, const BackSlips& slips) {
    const Tensor places = slips.in_corners ? corners(switches, stage, maps) : switches;
    Tensor unpooled =
        slips.added ? nn::operators().max_pool_backward(pooled, places, maps) : unpool(pooled, places, maps);
    if (!slips.not_rectified && !slips.rectified_at_the_end) unpooled = rectified(std::move(unpooled));
    Tensor y =
        conv2d_transposed(unpooled, slips.filter_turned ? turned(stage.w) : stage.w, stage.convolution, x[2], x[3]);
    return slips.rectified_at_the_end ? rectified(std::move(y)) : y;
}

inline Mistakes forward_mistakes() {
    return {
        mistake(forward, "no_relu_forward", "the maps keep their negative numbers: ReLU follows each convolution.",
                [](const Tensor& x, const std::vector<Stage>& stages) {
                    return forward_with(x, stages, {.no_relu = true});
                }),
        mistake(forward, "no_bias_forward", "the biases are missing.",
                [](const Tensor& x, const std::vector<Stage>& stages) {
                    return forward_with(x, stages, {.no_bias = true});
                }),
        mistake(forward, "next_stage_gets_the_maps",
                "the next stage gets the maps before they are pooled: it is to get the pooled ones.",
                [](const Tensor& x, const std::vector<Stage>& stages) {
                    return forward_with(x, stages, {.next_gets_maps = true});
                }),
        mistake(forward, "maps_before_relu", "`maps` are those before ReLU: keep those after it.",
                [](const Tensor& x, const std::vector<Stage>& stages) {
                    return forward_with(x, stages, {.keeps_before_relu = true});
                }),
        mistake(forward, "no_padding_forward", "the convolution is made without its padding.",
                [](const Tensor& x, const std::vector<Stage>& stages) {
                    return forward_with(x, stages, {.no_padding = true});
                }),
    };
}

inline Mistakes back_mistakes() {
    return {
        mistake(stage_back, "not_rectified",
                "what was unpooled is not rectified: negative numbers go through the filters, too.",
                [](const Tensor& pooled, const Tensor& switches, const Stage& stage, const Shape& maps,
                   const Shape& x) { return back_with(pooled, switches, stage, maps, x, {.not_rectified = true}); }),
        mistake(
            stage_back, "rectified_at_the_end",
            "it is rectified after the transposed convolution: first unpool, then rectify, then filter.",
            [](const Tensor& pooled, const Tensor& switches, const Stage& stage, const Shape& maps, const Shape& x) {
                return back_with(pooled, switches, stage, maps, x, {.rectified_at_the_end = true});
            }),
        mistake(stage_back, "filters_turned_on_the_way_back",
                "the filters are turned by 180°: conv2d_transposed takes them as they are.",
                [](const Tensor& pooled, const Tensor& switches, const Stage& stage, const Shape& maps,
                   const Shape& x) { return back_with(pooled, switches, stage, maps, x, {.filter_turned = true}); }),
        mistake(stage_back, "unpooled_into_corners",
                "every value is unpooled into the corner of its window: use the switches.",
                [](const Tensor& pooled, const Tensor& switches, const Stage& stage, const Shape& maps,
                   const Shape& x) { return back_with(pooled, switches, stage, maps, x, {.in_corners = true}); }),
        mistake(
            stage_back, "unpooled_like_errors",
            "where windows share a switch their values are added up, as max_pool_backward does: unpool puts the last "
            "one there.",
            [](const Tensor& pooled, const Tensor& switches, const Stage& stage, const Shape& maps, const Shape& x) {
                return back_with(pooled, switches, stage, maps, x, {.added = true});
            }),
    };
}

struct ProjectSlips {
    bool whole_map = false, all_maps = false, any_map = false, starts_with_one = false, exchanged = false;
    bool gradient = false;  // closed where the unit below was off on the way forward
    bool last_of_equals = false, down_the_columns = false;
};
inline Projection project_with(const Tensor& x, const std::vector<Stage>& stages, Index map,
                               const ProjectSlips& slips) {
    Projection projection = project(x, stages, map);
    const std::vector<StagePass> passes = forward(x, stages);
    const Tensor& pooled = passes.back().pooled;
    const Index plane = pooled.size(2) * pooled.size(3);
    if (slips.any_map) {
        const Index best = std::ranges::max_element(pooled.values()) - pooled.values().begin();
        map = best / plane;
        projection = {best % plane / pooled.size(3), best % pooled.size(3), pooled[best], {}};
    }
    for (Index p = 0; p < plane && (slips.last_of_equals || slips.down_the_columns); ++p) {
        const Index i = slips.down_the_columns ? p % pooled.size(2) : p / pooled.size(3);
        const Index j = slips.down_the_columns ? p / pooled.size(2) : p % pooled.size(3);
        const float now = pooled(0, map, i, j), best = pooled(0, map, projection.row, projection.column);
        if (p == 0 || now > best || (slips.last_of_equals && now == best)) projection.row = i, projection.column = j;
    }
    Tensor back(pooled.shape());
    for (Index i = 0; i < pooled.count(); ++i) {
        const bool is_strongest = i == map * plane + projection.row * pooled.size(3) + projection.column;
        if (slips.all_maps || (slips.whole_map && i / plane == map) || is_strongest) back[i] = pooled[i];
        if (slips.starts_with_one && is_strongest) back[i] = 1;
    }
    for (std::size_t l = stages.size(); l-- > 0;) {
        const Shape input = l == 0 ? x.shape() : passes[l - 1].pooled.shape(), maps = passes[l].maps.shape();
        back = slips.gradient ? conv2d_transposed(nn::operators().relu_backward(unpool(back, passes[l].switches, maps),
                                                                                passes[l].maps),
                                                  stages[l].w, stages[l].convolution, input[2], input[3])
                              : stage_back(back, passes[l].switches, stages[l], maps, input);
    }
    projection.pixels = std::move(back);
    if (slips.exchanged) std::swap(projection.row, projection.column);
    return projection;
}

inline Mistakes project_mistakes() {
    return {
        mistake(project, "whole_map_kept", "the whole map is sent back: all of it but its largest value is to be 0.",
                [](const Tensor& x, const std::vector<Stage>& stages, Index map) {
                    return project_with(x, stages, map, {.whole_map = true});
                }),
        mistake(project, "all_maps_kept", "all maps are sent back: everything but one value is to be 0.",
                [](const Tensor& x, const std::vector<Stage>& stages, Index map) {
                    return project_with(x, stages, map, {.all_maps = true});
                }),
        mistake(project, "strongest_of_any_map",
                "the largest value of all maps is sent back: it is to be that of the map that was asked for.",
                [](const Tensor& x, const std::vector<Stage>& stages, Index map) {
                    return project_with(x, stages, map, {.any_map = true});
                }),
        mistake(project, "last_of_equal_values",
                "of equal values the last is sent back: a later one must be larger, not as large.",
                [](const Tensor& x, const std::vector<Stage>& stages, Index map) {
                    return project_with(x, stages, map, {.last_of_equals = true});
                }),
        mistake(project, "first_down_the_columns",
                "of equal values the first down the columns is sent back: the search goes along the rows.",
                [](const Tensor& x, const std::vector<Stage>& stages, Index map) {
                    return project_with(x, stages, map, {.down_the_columns = true});
                }),
        mistake(project, "starts_with_one", "a 1 is sent back: the activation itself is to be.",
                [](const Tensor& x, const std::vector<Stage>& stages, Index map) {
                    return project_with(x, stages, map, {.starts_with_one = true});
                }),
        mistake(project, "row_and_column_of_the_unit_exchanged", "row and column of the unit are exchanged.",
                [](const Tensor& x, const std::vector<Stage>& stages, Index map) {
                    return project_with(x, stages, map, {.exchanged = true});
                }),
        mistake(project, "gradient_instead",
                "the signal is cut off where a unit was off on the way forward, as backpropagation does: the deconvnet "
                "rectifies what comes back, whatever the maps were.",
                [](const Tensor& x, const std::vector<Stage>& stages, Index map) {
                    return project_with(x, stages, map, {.gradient = true});
                }),
    };
}

}  // namespace cnn::lab11::wrong
