// Wrong answers to 14.2: what modules cost.
#pragma once
#include <algorithm>

#include "googlenet.hpp"
#include "grader/exercise.hpp"

namespace cnn::lab14::wrong {

using grader::mistake;
using grader::Replacement;

inline Cost changed(const Cost& cost, Index parameters, Index multiply_adds) {
    return {cost.parameters + parameters, cost.multiply_adds + multiply_adds};
}
inline std::vector<ModuleCost> costs_with(const std::vector<Module>& modules,
                                          void (*change)(ModuleCost& cost, const Module& module)) {
    std::vector<ModuleCost> costs = module_costs(modules);
    for (std::size_t i = 0; i < costs.size(); ++i) change(costs[i], modules[i]);
    return costs;
}

inline std::vector<Replacement> cost_mistakes() {
    return {
        mistake(convolution_cost, "biases_not_counted", "the biases are not counted: one for every filter.",
                [](Index in, Index out, Index size, Index side) {
                    return changed(convolution_cost(in, out, size, side), -out, 0);
                }),
        mistake(convolution_cost, "bias_multiplied",
                "the biases are counted among the multiply-adds: they are added, not multiplied.",
                [](Index in, Index out, Index size, Index side) {
                    return changed(convolution_cost(in, out, size, side), 0, out * side * side);
                }),
        mistake(convolution_cost, "filters_of_one_channel",
                "the filters are counted with one channel: a filter is as deep as there are maps before it.",
                [](Index, Index out, Index size, Index side) { return convolution_cost(1, out, size, side); }),
        mistake(
            convolution_cost, "map_shrinks",
            "the multiply-adds are those of maps that shrink: the padding keeps side × side pixels.",
            [](Index in, Index out, Index size, Index side) {
                const Index after = side - size + 1;
                return Cost{convolution_cost(in, out, size, side).parameters, in * out * size * size * after * after};
            }),
        mistake(naive_cost, "naive_projected",
                "a projection is counted: in the naive module the pooled maps go on as they are.",
                [](const Inception& c, Index side) {
                    const Cost more = convolution_cost(c.in, c.pool, 1, side);
                    return changed(naive_cost(c, side), more.parameters, more.multiply_adds);
                }),
        mistake(naive_cost, "naive_counts_reduced",
                "the large filters are counted over the reduced maps: in the naive module they see all that come in.",
                [](const Inception& c, Index side) {
                    Cost all{0, 0};
                    for (const Cost& cost :
                         {convolution_cost(c.in, c.one, 1, side), convolution_cost(c.reduce_three, c.three, 3, side),
                          convolution_cost(c.reduce_five, c.five, 5, side)})
                        all = changed(all, cost.parameters, cost.multiply_adds);
                    return all;
                }),
        mistake(inception_cost, "reductions_not_counted",
                "the reductions are not counted: they are convolutions with parameters, too.",
                [](const Inception& c, Index side) {
                    Cost all = inception_cost(c, side);
                    for (const Index out : {c.reduce_three, c.reduce_five}) {
                        const Cost less = convolution_cost(c.in, out, 1, side);
                        all = changed(all, -less.parameters, -less.multiply_adds);
                    }
                    return all;
                }),
        mistake(inception_cost, "projection_not_counted", "the projection behind the pooling is not counted.",
                [](const Inception& c, Index side) {
                    const Cost less = convolution_cost(c.in, c.pool, 1, side);
                    return changed(inception_cost(c, side), -less.parameters, -less.multiply_adds);
                }),
        mistake(inception_cost, "large_filters_see_everything",
                "the large filters are counted over all maps that come in: they see the reduced ones.",
                [](const Inception& c, Index side) {
                    Cost all = inception_cost(c, side);
                    for (const auto& [reduced, out, size] :
                         {std::tuple(c.reduce_three, c.three, Index{3}), std::tuple(c.reduce_five, c.five, Index{5})}) {
                        const Cost right = convolution_cost(reduced, out, size, side),
                                   more = convolution_cost(c.in, out, size, side);
                        all =
                            changed(all, more.parameters - right.parameters, more.multiply_adds - right.multiply_adds);
                    }
                    return all;
                }),
        mistake(
            module_costs, "naive_maps_projected",
            "the naive modules' maps are counted with the projection: their pooling path gives all maps that came in.",
            [](const std::vector<Module>& modules) {
                return costs_with(modules, [](ModuleCost& cost, const Module&) { cost.naive_maps = cost.maps; });
            }),
        mistake(module_costs, "pooling_path_gives_nothing",
                "the maps of the pooling path are missing among those that a module gives.",
                [](const std::vector<Module>& modules) {
                    return costs_with(modules, [](ModuleCost& cost, const Module& module) {
                        cost.maps -= module.channels.pool, cost.naive_maps -= module.channels.in;
                    });
                }),
        mistake(module_costs, "costs_exchanged", "the costs of the naive and the reduced modules are exchanged.",
                [](const std::vector<Module>& modules) {
                    return costs_with(modules,
                                      [](ModuleCost& cost, const Module&) { std::swap(cost.naive, cost.reduced); });
                }),
    };
}

}  // namespace cnn::lab14::wrong
