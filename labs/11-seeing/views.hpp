// One picture for each task, made with the learner's functions.
#pragma once
#include <array>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

#include "data/batches.hpp"
#include "image/colours.hpp"
#include "pictures.hpp"
#include "plot/figure.hpp"
#include "strongest.hpp"

namespace cnn::lab11 {

// ---- 11.1 ----

inline Image filters_view(const Network& network) {
    const Tensor &first = network.stages[0].w, &second = network.stages[1].w;
    const Index a_row = std::max<Index>(48 / second.size(1), 1);
    return stack({{mosaic(enlarged(filter_pictures(first), 16), first.size(0), 6),
                   fmt::format("stage 1: {} filters of {} × {}; red wants bright pixels, blue dark ones", first.size(0),
                               first.size(2), first.size(3))},
                  {mosaic(enlarged(filter_pictures(second), 4), a_row * second.size(1), 2),
                   fmt::format("stage 2: {} filters over {} maps each, {} filters a row", second.size(0),
                               second.size(1), a_row)}});
}

inline Image maps_view(const Network& network, const Tensor& x, Scale scale) {
    std::vector<Tile> rows;
    const std::vector<StagePass> passes = forward(x, network.stages);
    for (std::size_t l = 0; l < passes.size(); ++l) {
        const Tensor& maps = passes[l].maps;
        const Image all = mosaic(enlarged(map_pictures(maps, scale), 84 / maps.size(3)), l == 0 ? 6 : 12, 4);
        rows.push_back({l == 0 ? beside({enlarge(as_picture(x), 6), all}, 16) : all,
                        fmt::format("{}stage {}: {} maps of {} × {} after ReLU, {}", l == 0 ? "the image; " : "", l + 1,
                                    maps.size(1), maps.size(2), maps.size(3),
                                    scale == Scale::own ? "each on its own scale" : "all on one scale")});
    }
    return stack(rows);
}

// ---- 11.2 ----

inline Image unpooling_view(const Network& network, const Tensor& x, Index map) {
    const StagePass pass = forward(x, network.stages)[0];
    const Window& window = network.stages[0].pooling;
    Tensor corners = pass.switches;
    for (Index i = 0; i < corners.count(); ++i) {
        const Index place = i % (corners.size(2) * corners.size(3));
        corners[i] = static_cast<float>(place / corners.size(3) * window.stride * pass.maps.size(3) +
                                        place % corners.size(3) * window.stride);
    }
    const auto picture = [&](const Tensor& maps, Index factor) {
        return enlarge(map_pictures(maps, Scale::own).at(static_cast<std::size_t>(map)), factor);
    };
    return tiles({{picture(pass.maps, 7), "map of stage 1"},
                  {picture(pass.pooled, 14), "pooled"},
                  {picture(unpool(pass.pooled, pass.switches, pass.maps.shape()), 7), "with switches"},
                  {picture(unpool(pass.pooled, corners, pass.maps.shape()), 7), "into corners"}},
                 {.columns = 4, .gap = 14, .text_scale = 2});
}

// ---- 11.3 ----

inline Image transposed_view() {
    const Tensor y({1, 1, 2, 2}, {1, 2, 3, -1}), w({1, 1, 2, 2}, {1, 0, 2, -1});
    const Window window{.size = 2};
    const NumberCells look{.map = diverging, .range = Range{-6, 6}};
    const auto numbers = [&](const Tensor& plane) { return draw_numbers(plane.view(), look); };
    std::vector<Tile> steps{{numbers(y.reshaped({2, 2})), "y"}, {numbers(w.reshaped({2, 2})), "w"}};
    for (Index i = 0; i < y.count(); ++i) {
        Tensor one(y.shape());
        one[i] = y[i];
        steps.push_back({numbers(conv2d_transposed(one, w, window, 3, 3).reshaped({3, 3})),
                         fmt::format("{:.0f} at ({}, {})", y[i], i / 2, i % 2)});
    }
    steps.push_back({numbers(conv2d_transposed(y, w, window, 3, 3).reshaped({3, 3})), "their sum: x"});
    const Tensor matrix = convolution_matrix(w.reshaped({2, 2}), window, 3, 3);
    return stack({{tiles(steps, {.columns = std::ssize(steps), .gap = 16, .text_scale = 2}), ""},
                  {numbers(matrix), "the convolution as a matrix; transposed, it leads from y to x"}});
}

// ---- 11.4 ----

// The strongest images of one map, 3 × 3: what reaches the pixels of the unit's field, and these pixels.
inline Image unit_view(const std::vector<Stage>& stages, Index map, const std::vector<Hit>& hits,
                       const data::Batches& batches, Index patch) {
    std::vector<Image> projections, patches;
    for (const Hit& hit : hits) {
        const std::vector<Index> index{hit.image};
        const Tensor x = batches.gather(index).x;
        const Projection projection = project(x, stages, map);
        const Field field = receptive_field(stages, projection.row, projection.column);
        const Tensor back = cut_out(projection.pixels, field, 0);
        const float strong = strong_magnitude(back);
        const Index factor = std::max<Index>(patch / field.size, 1);
        projections.push_back(enlarge(colour_image(back.view(), diverging, {-strong, strong}), factor));
        patches.push_back(enlarge(gray_image(cut_out(x, field, pixel_range().low).view(), pixel_range()), factor));
    }
    return beside({mosaic(projections, 3, 2), mosaic(patches, 3, 2)}, 6);
}

// Some maps of one stage, numbered from 1 in the stages.
inline Image units_view(const Network& network, std::size_t stage, const std::vector<Index>& maps,
                        const std::vector<std::vector<Hit>>& hits, const data::Batches& batches, Index columns) {
    const std::vector<Stage> stages(network.stages.begin(),
                                    network.stages.begin() + static_cast<std::ptrdiff_t>(stage));
    const Index patch = columns == 1 ? 112 : std::array<Index, 4>{0, 48, 64, 84}.at(stage);
    std::vector<Tile> pictures;
    for (const Index map : maps)
        pictures.push_back({unit_view(stages, map, hits[static_cast<std::size_t>(map)], batches, patch),
                            fmt::format("stage {}, map {}", stage, map)});
    return tiles(pictures, {.columns = columns, .gap = 18, .text_scale = 2});
}

// ---- 11.5 ----

// The image under its cover, the probability of its class for every place of the cover, and the best class there.
inline std::vector<Tile> occlusion_tiles(Network& network, const Tensor& x, Index label, const std::string& name,
                                         const Window& cover, Index factor) {
    const Occlusion map = occlusion_map(network.layers, x, label, cover, 0);
    Index lowest = 0;
    for (Index n = 1; n < map.probability.count(); ++n)
        if (map.probability[n] < map.probability[lowest]) lowest = n;
    const Tensor images = occluded(x, cover, 0);
    Tensor worst(x.shape());
    for (Index i = 0; i < x.count(); ++i) worst[i] = images[lowest * x.count() + i];
    Canvas best(map.best.size(0) * factor, map.best.size(1) * factor);
    for (Index i = 0; i < map.best.size(0); ++i)
        for (Index j = 0; j < map.best.size(1); ++j)
            best.rectangle(i * factor, j * factor, factor, factor,
                           class_colours[static_cast<std::size_t>(map.best(i, j)) % class_colours.size()]);
    return {{enlarge(as_picture(x), factor), name},
            {enlarge(as_picture(worst), factor), fmt::format("{:.0f} % at worst", 100 * map.probability[lowest])},
            {enlarge(colour_image(map.probability.view(), viridis, {0, 1}), factor), "probability"},
            {best.image(), "taken for"}};
}

// ---- 11.6 ----

struct AscentView {
    Image picture;
    plot::Figure scores;
};
// One way up for every class: the images at the end, and the scores.
inline std::vector<Tile> climb(Network& network, const Tensor& start, const std::vector<std::string>& names,
                               const AscentOptions& options, plot::Panel& scores, bool named) {
    std::vector<Tile> pictures;
    for (Index label = 0; label < classes; ++label) {
        const Ascent ascent = maximize(network.layers, label, start, options);
        const std::string& name = names[static_cast<std::size_t>(label)];
        const float strong = strong_magnitude(ascent.x);
        pictures.push_back({enlarge(gray_image(ascent.x.plane(0, 0), {-strong, strong}), 5), name});
        const Colour colour = class_colours[static_cast<std::size_t>(label)];
        plot::Series series{.name = named ? name : "", .color = plot::Color{colour.red, colour.green, colour.blue}};
        // A blur takes away at once what many steps then win back: the best between two of them is what a climb
        // reaches.
        const std::size_t count = ascent.scores.size(),
                          every = options.blur_every > 0 ? static_cast<std::size_t>(options.blur_every) : 1;
        for (std::size_t first = 0; first + every <= count; first += every) {
            const auto begin = ascent.scores.begin() + static_cast<std::ptrdiff_t>(first);
            const auto best = std::max_element(begin, begin + static_cast<std::ptrdiff_t>(every));
            series.x.push_back(static_cast<double>(best - ascent.scores.begin()));
            series.y.push_back(*best);
        }
        scores.series.push_back(std::move(series));
    }
    return pictures;
}
// From faint noise: on an even gray the gradient can be 0, because no unit answers to it.
inline AscentView ascent_view(Network& network, const std::vector<std::string>& names, const AscentOptions& options,
                              std::uint32_t seed) {
    Engine engine(seed);
    const Tensor start = normal({1, 1, side, side}, engine, 0, 0.3f);
    const AscentOptions free{.steps = options.steps, .rate = options.rate};
    plot::Panel raw{.title = "nothing held back", .x = {.label = "step"}, .y = {.label = "score"}};
    plot::Panel held{
        .title = "decay and blur, the best between two blurs", .x = {.label = "step"}, .y = {.label = "score"}};
    const TileOptions look{.columns = classes, .gap = 8, .text_scale = 2};
    const Image above = tiles(climb(network, start, names, free, raw, true), look),
                below = tiles(climb(network, start, names, options, held, false), look);
    return {stack({{above, "nothing held back"},
                   {below, fmt::format("decay {}, a blur after every {} steps", options.decay, options.blur_every)}}),
            {.title = "The score of every class on its way up", .panels = {std::move(raw), std::move(held)}}};
}

// ---- 11.7 ----

// Each map on its own scale, which ends at the 99th percentile: seven pixels lie beyond it, and do not pale the others.
inline Image saliency_view(Network& network, const data::Batch& batch, const std::vector<std::string>& names) {
    const Index count = batch.x.size(0), pixels = side * side;
    const Tensor maps = saliency(network.layers, batch.x, batch.labels).reshaped({1, count, side, side});
    std::vector<Tile> pictures, below;
    for (Index n = 0; n < count; ++n) {
        pictures.push_back({enlarge(gray_image(batch.x.plane(n, 0), pixel_range()), 5),
                            names[static_cast<std::size_t>(batch.labels[static_cast<std::size_t>(n)])]});
        const float end = percentile(
            maps.values().subspan(static_cast<std::size_t>(n * pixels), static_cast<std::size_t>(pixels)), 99);
        below.push_back(
            {enlarge(colour_image(maps.plane(0, n), viridis, {0, end}), 5), fmt::format("0 to {:.2f}", end)});
    }
    pictures.insert(pictures.end(), below.begin(), below.end());
    return tiles(pictures, {.columns = count, .gap = 8, .text_scale = 2});
}

}  // namespace cnn::lab11
