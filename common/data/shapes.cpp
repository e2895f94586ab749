#include "data/shapes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace cnn::data {
namespace {

constexpr Index size = 32;
constexpr float pi = std::numbers::pi_v<float>;

float radius(float x, float y) { return std::hypot(x, y); }

// A regular polygon with its corners on the unit circle.
bool in_polygon(float x, float y, int corners) {
    const float half = pi / static_cast<float>(corners);
    const float angle = std::remainder(std::atan2(y, x), 2 * half);  // from the middle of the nearest side
    return radius(x, y) * std::cos(angle) < std::cos(half);
}

bool in_star(float x, float y) {
    const float wedge = std::abs(std::remainder(std::atan2(y, x), 2 * pi / 5)) / (pi / 5);  // 0 at a tip, 1 between two
    return radius(x, y) < 1 - .6f * std::pow(wedge, .6f);
}

struct Kind {
    const char* name;
    bool (*covers)(float x, float y);  // within the unit circle
};
constexpr std::array<Kind, 10> kinds{{
    {"disc", [](float x, float y) { return radius(x, y) < 1; }},
    {"ring", [](float x, float y) { return radius(x, y) < 1 && radius(x, y) > .62f; }},
    {"half disc", [](float x, float y) { return radius(x, y) < 1 && y < 0; }},
    {"triangle", [](float x, float y) { return in_polygon(x, y, 3); }},
    {"square", [](float x, float y) { return in_polygon(x, y, 4); }},
    {"bar", [](float x, float y) { return std::abs(x) < 1 && std::abs(y) < .28f; }},
    {"corner", [](float x, float y) { return std::max(std::abs(x), std::abs(y)) < .8f && (x < -.2f || y > .2f); }},
    {"star", in_star},
    {"cross",
     [](float x, float y) {
         return std::max(std::abs(x), std::abs(y)) < 1 && std::min(std::abs(x), std::abs(y)) < .27f;
     }},
    {"crescent", [](float x, float y) { return radius(x, y) < 1 && radius(x - .5f, y) > .85f; }},
}};

using Colour = std::array<float, 3>;
Colour random_colour(Engine& engine) {
    return {uniform(engine, 20, 235), uniform(engine, 20, 235), uniform(engine, 20, 235)};
}
float difference(const Colour& a, const Colour& b) {
    return std::abs(a[0] - b[0]) + std::abs(a[1] - b[1]) + std::abs(a[2] - b[2]);
}

struct Placement {
    float row, column, scale, cosine, sine;

    // The share of a pixel that the shape covers, from 3×3 points in it.
    float coverage(const Kind& kind, Index i, Index j) const {
        const float reach = radius(static_cast<float>(j) + .5f - column, static_cast<float>(i) + .5f - row) - 1;
        if (reach > 1.45f * scale) return 0;  // the corners of the widest shape are at √2
        int covered = 0;
        for (int sub = 0; sub < 9; ++sub) {
            const float y = (static_cast<float>(i) + (static_cast<float>(sub / 3) + .5f) / 3 - row) / scale;
            const float x = (static_cast<float>(j) + (static_cast<float>(sub % 3) + .5f) / 3 - column) / scale;
            covered += kind.covers(cosine * x + sine * y, cosine * y - sine * x);
        }
        return static_cast<float>(covered) / 9;
    }
};

Placement random_placement(Engine& engine) {
    const float scale = uniform(engine, 6.5f, 13), room = size / 2.f - scale + 2, angle = uniform(engine, 0, 2 * pi);
    return {.row = size / 2.f + uniform(engine, -room, room),
            .column = size / 2.f + uniform(engine, -room, room),
            .scale = scale,
            .cosine = std::cos(angle),
            .sine = std::sin(angle)};
}

}  // namespace

Image shape_image(int label, Engine& engine) {
    require(label >= 0 && label < std::ssize(kinds), "shape_image: {} is not a label from 0 to {}", label,
            kinds.size() - 1);
    const Placement placement = random_placement(engine);
    const Colour background = random_colour(engine);
    Colour colour = random_colour(engine);
    while (difference(colour, background) < 150) colour = random_colour(engine);
    const float down = normal(engine, 0, 30), right = normal(engine, 0, 30), noise = uniform(engine, 5, 28);
    Image image(size, size, 3);
    for (Index i = 0; i < size; ++i)
        for (Index j = 0; j < size; ++j) {
            const float share = placement.coverage(kinds[static_cast<std::size_t>(label)], i, j);
            const float shade =
                down * (static_cast<float>(i) / size - .5f) + right * (static_cast<float>(j) / size - .5f);
            for (std::size_t c = 0; c < 3; ++c) {
                const float value =
                    share * colour[c] + (1 - share) * (background[c] + shade) + uniform(engine, -noise, noise);
                image(i, j, static_cast<Index>(c)) = static_cast<std::uint8_t>(std::clamp(value, 0.f, 255.f));
            }
        }
    return image;
}

Dataset shapes(Index count, std::uint32_t seed) {
    require(count >= 0, "shapes: cannot draw {} of them", count);
    Engine engine(seed);
    Dataset dataset{.name = "generated shapes",
                    .source = fmt::format("{} shapes drawn from seed {}", count, seed),
                    .shape = {3, size, size},
                    .pixels = {},
                    .labels = {},
                    .class_names = {}};
    for (const Kind& kind : kinds) dataset.class_names.push_back(kind.name);
    dataset.pixels.reserve(static_cast<std::size_t>(count * 3 * size * size));
    for (Index n = 0; n < count; ++n) {
        const auto label = static_cast<std::int32_t>(uniform_index(engine, dataset.classes()));
        const Image image = shape_image(label, engine);
        dataset.labels.push_back(label);
        for (Index c = 0; c < 3; ++c)
            for (std::size_t pixel = static_cast<std::size_t>(c); pixel < image.pixels.size(); pixel += 3)
                dataset.pixels.push_back(image.pixels[pixel]);
    }
    return dataset;
}

}  // namespace cnn::data
