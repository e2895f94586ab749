// Which images excite a unit most?
#pragma once
#include <algorithm>
#include <numeric>
#include <vector>

#include "data/batches.hpp"
#include "network.hpp"

namespace cnn::lab11 {

struct Hit {
    Index image;
    float activation;
};

// For every map of every stage the `most` images with the largest activations, strongest first:
// hits[stage][map]. Images in which the map is silent do not count.
inline std::vector<std::vector<std::vector<Hit>>> strongest_images(const std::vector<Stage>& stages,
                                                                   const data::Batches& batches, Index images,
                                                                   std::size_t most) {
    std::vector<std::vector<std::vector<Hit>>> hits(stages.size());
    for (std::size_t l = 0; l < stages.size(); ++l) hits[l].resize(static_cast<std::size_t>(stages[l].w.size(0)));
    constexpr Index at_once = 250;
    for (Index first = 0; first < images; first += at_once) {
        std::vector<Index> indices(static_cast<std::size_t>(std::min(at_once, images - first)));
        std::iota(indices.begin(), indices.end(), first);
        const std::vector<StagePass> passes = forward(batches.gather(indices).x, stages);
        for (std::size_t l = 0; l < stages.size(); ++l) {
            const Tensor& pooled = passes[l].pooled;
            const Index pixels = pooled.size(2) * pooled.size(3);
            for (Index n = 0; n < pooled.size(0); ++n)
                for (Index k = 0; k < pooled.size(1); ++k) {
                    const float* map = pooled.data() + (n * pooled.size(1) + k) * pixels;
                    const float largest = *std::max_element(map, map + pixels);
                    if (largest > 0) hits[l][static_cast<std::size_t>(k)].push_back({first + n, largest});
                }
        }
        for (auto& of_stage : hits)
            for (std::vector<Hit>& of_map : of_stage) {
                std::ranges::stable_sort(of_map, std::greater(), &Hit::activation);
                if (of_map.size() > most) of_map.resize(most);
            }
    }
    return hits;
}

}  // namespace cnn::lab11
