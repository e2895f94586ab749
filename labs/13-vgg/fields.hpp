// What one unit sees, computed by gradient and drawn.
#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "image/drawing.hpp"
#include "vgg.hpp"

namespace cnn::lab13 {

// The windows of the layers that lines stand for.
inline std::vector<Window> windows_of(const std::vector<Line>& lines) {
    std::vector<Window> windows;
    for (const Line& line : lines) {
        if (line.kind == Kind::conv) windows.push_back({.size = line.size, .padding = (line.size - 1) / 2});
        if (line.kind == Kind::maxpool) windows.push_back({.size = 2, .stride = 2});
    }
    return windows;
}

// The columns' notation: "conv3-64".
inline std::string text_of(const Line& line) {
    if (line.kind == Kind::lrn) return "LRN";
    return line.kind == Kind::maxpool ? "maxpool" : fmt::format("conv{}-{}", line.size, line.filters);
}

// The middle unit behind these lines on an image of side × side, as `draws` random networks see random images: the mean
// of its influence, framed by the field that it can see at most.
inline Image field_picture(const std::vector<Line>& lines, Index side, int draws, std::uint32_t seed) {
    const std::vector<Window> windows = windows_of(lines);
    Tensor sum({side, side});
    Index unit = 0;
    for (int draw = 0; draw < draws; ++draw) {
        nn::Sequential network = vgg_features(lines, 1);
        initialize(network, {.scheme = Scheme::he}, seed + 1000 * static_cast<std::uint32_t>(draw));
        Engine engine(seed + static_cast<std::uint32_t>(draw));
        const Tensor x = normal({1, 1, side, side}, engine);
        unit = network.output_shape(x.shape())[2] / 2;
        // Where a ReLU is shut, its unit sees nothing: take the first channel that is open.
        const Tensor y = network.forward(x);
        Index channel = 0;
        while (channel + 1 < y.size(1) && y(0, channel, unit, unit) <= 0) ++channel;
        Tensor seen = influence(network, x, channel, unit, unit);
        const float total = std::max(1e-30f, [&] {
            float all = 0;
            for (const float v : seen.values()) all += v;
            return all;
        }());
        sum += seen *= 1 / total;
    }
    const float most = std::ranges::max(sum.values());
    for (float& v : sum.values()) v = std::sqrt(v / std::max(most, 1e-30f));  // so that the faint margin is seen
    constexpr Index zoom = 3;
    Canvas canvas(enlarge(colour_image(ConstView(sum.data(), sum.shape(), {side, 1}), viridis, {0, 1}), zoom));
    const Pixels pixels = pixels_seen(windows, unit, side);
    const Index length = pixels.last - pixels.first + 1;
    canvas.frame(zoom * pixels.first - 1, zoom * pixels.first - 1, zoom * length + 2, zoom * length + 2, colours::red);
    return canvas.image();
}

// One unit behind each of the first four blocks of D (with fewer filters), side by side.
inline Image fields_picture(int draws, std::uint32_t seed) {
    constexpr Index side = 112;
    std::vector<Line> lines;
    std::vector<Tile> pictures;
    int block = 0;
    for (Line line : column(Configuration::D)) {
        line.filters = line.kind == Kind::conv ? 8 : 0;
        if (line.kind == Kind::maxpool && ++block <= 4) {
            const Index size = receptive_field(windows_of(lines)).size;
            pictures.push_back(
                {field_picture(lines, side, draws, seed), fmt::format("maxpool {}: {}×{}", block, size, size)});
        }
        lines.push_back(line);
    }
    return tiles(pictures, {.columns = 4, .gap = 10, .text_scale = 2});
}

}  // namespace cnn::lab13
