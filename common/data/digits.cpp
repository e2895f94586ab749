#include "data/digits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace cnn::data {
namespace {

constexpr Index side = 28;

struct Point {
    float x = 0, y = 0;
};
Point operator+(Point a, Point b) { return {a.x + b.x, a.y + b.y}; }
Point operator-(Point a, Point b) { return {a.x - b.x, a.y - b.y}; }
Point operator*(float t, Point a) { return {t * a.x, t * a.y}; }
float dot(Point a, Point b) { return a.x * b.x + a.y * b.y; }

using Stroke = std::vector<Point>;  // a smooth curve passes through the points; one given twice is a corner
using Glyph = std::vector<Stroke>;

// In the unit square, y pointing down: for each digit the ways in which people write it.
const std::array<std::vector<Glyph>, 10>& ways_to_write() {
    static const std::array<std::vector<Glyph>, 10> ways{{
        {{{{.5f, .04f}, {.2f, .22f}, {.14f, .6f}, {.4f, .96f}, {.72f, .88f}, {.86f, .45f}, {.74f, .12f}, {.48f, .04f}}},
         {{{.62f, .1f}, {.3f, .12f}, {.12f, .5f}, {.35f, .95f}, {.75f, .8f}, {.85f, .4f}, {.65f, .08f}, {.4f, .02f}}}},
        {{{{.5f, .03f}, {.5f, .97f}}},
         {{{.28f, .26f}, {.54f, .04f}, {.54f, .04f}, {.52f, .97f}}},
         {{{.3f, .22f}, {.52f, .04f}, {.52f, .04f}, {.52f, .95f}}, {{.26f, .95f}, {.8f, .95f}}}},
        {{{{.18f, .26f}, {.45f, .04f}, {.76f, .22f}, {.6f, .54f}, {.16f, .95f}, {.16f, .95f}, {.86f, .93f}}},
         {{{.2f, .3f},
           {.5f, .05f},
           {.78f, .25f},
           {.58f, .62f},
           {.26f, .93f},
           {.16f, .78f},
           {.42f, .78f},
           {.88f, .94f}}}},
        {{{{.2f, .14f},
           {.5f, .04f},
           {.76f, .22f},
           {.64f, .42f},
           {.42f, .47f},
           {.42f, .47f},
           {.72f, .55f},
           {.8f, .76f},
           {.5f, .96f},
           {.16f, .84f}}},
         {{{.2f, .07f},
           {.76f, .07f},
           {.76f, .07f},
           {.42f, .42f},
           {.42f, .42f},
           {.76f, .54f},
           {.76f, .84f},
           {.46f, .97f},
           {.16f, .86f}}}},
        {{{{.3f, .04f}, {.16f, .56f}, {.16f, .56f}, {.86f, .54f}}, {{.66f, .28f}, {.62f, .97f}}},
         {{{.64f, .97f}, {.64f, .04f}, {.64f, .04f}, {.1f, .66f}, {.1f, .66f}, {.9f, .66f}}},
         {{{.22f, .06f}, {.2f, .44f}, {.72f, .46f}}, {{.74f, .05f}, {.7f, .97f}}}},
        {{{{.78f, .06f},
           {.3f, .06f},
           {.3f, .06f},
           {.24f, .45f},
           {.24f, .45f},
           {.6f, .4f},
           {.82f, .65f},
           {.58f, .94f},
           {.16f, .88f}}},
         {{{.32f, .08f}, {.26f, .44f}, {.26f, .44f}, {.62f, .42f}, {.78f, .68f}, {.5f, .96f}, {.18f, .86f}},
          {{.32f, .08f}, {.84f, .04f}}}},
        {{{{.7f, .05f}, {.36f, .32f}, {.2f, .7f}, {.45f, .96f}, {.76f, .78f}, {.64f, .54f}, {.4f, .56f}, {.22f, .76f}}},
         {{{.5f, .02f}, {.26f, .4f}, {.22f, .78f}, {.48f, .97f}, {.72f, .8f}, {.6f, .6f}, {.3f, .68f}}}},
        {{{{.16f, .1f}, {.84f, .08f}, {.84f, .08f}, {.56f, .5f}, {.4f, .97f}}},
         {{{.18f, .22f}, {.2f, .08f}, {.2f, .08f}, {.82f, .1f}, {.82f, .1f}, {.42f, .97f}},
          {{.34f, .5f}, {.76f, .48f}}}},
        {{{{.52f, .48f},
           {.24f, .28f},
           {.5f, .04f},
           {.76f, .26f},
           {.5f, .5f},
           {.22f, .74f},
           {.5f, .97f},
           {.78f, .74f},
           {.5f, .48f}}},
         {{{.74f, .16f},
           {.46f, .04f},
           {.28f, .24f},
           {.52f, .48f},
           {.76f, .74f},
           {.48f, .96f},
           {.24f, .76f},
           {.5f, .5f},
           {.76f, .18f}}}},
        {{{{.76f, .28f},
           {.5f, .04f},
           {.24f, .26f},
           {.44f, .5f},
           {.74f, .32f},
           {.74f, .32f},
           {.7f, .64f},
           {.58f, .97f}}},
         {{{.74f, .14f}, {.4f, .06f}, {.26f, .32f}, {.54f, .46f}, {.76f, .2f}, {.76f, .2f}, {.76f, .97f}}}},
    }};
    return ways;
}

// Catmull and Rom 1974: through every point, with the direction of its neighbours.
Stroke smooth(const Stroke& points) {
    constexpr int steps = 6;
    const auto at = [&](std::ptrdiff_t i) {
        return points[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(i, 0, std::ssize(points) - 1))];
    };
    Stroke curve{points.front()};
    for (std::ptrdiff_t i = 0; i + 1 < std::ssize(points); ++i) {
        const Point a = at(i - 1), b = at(i), c = at(i + 1), d = at(i + 2);
        for (int step = 1; step <= steps; ++step) {
            const float t = static_cast<float>(step) / steps;
            curve.push_back(.5f * (2 * b + t * (c - a) + t * t * (2 * a - 5 * b + 4 * c - d) +
                                   t * t * t * (3 * b - a - 3 * c + d)));
        }
    }
    return curve;
}

// From the unit square to pixels: bent by two waves, then an affine map about the middle.
class Hand {
public:
    explicit Hand(Engine& engine) {
        for (Wave& wave : waves_)
            wave = {.along = {normal(engine, 0, .055f), normal(engine, 0, .055f)},
                    .frequency = {uniform(engine, -1.2f, 1.2f), uniform(engine, -1.2f, 1.2f)},
                    .phase = uniform(engine)};
        const float angle = normal(engine, 0, .16f), slant = normal(engine, 0, .2f);
        const float width = uniform(engine, 10.5f, 19), height = uniform(engine, 15, 22);
        const float cosine = std::cos(angle), sine = std::sin(angle);
        x_axis_ = {width * cosine, width * sine};
        y_axis_ = Point{-height * sine, height * cosine} - slant * height * Point{cosine, sine};
        middle_ = {side / 2.f + normal(engine, 0, 1.1f), side / 2.f + normal(engine, 0, 1.1f)};
    }
    Point operator()(Point p) const {
        p = p - Point{.5f, .5f};
        Point bent = p;
        for (const Wave& wave : waves_)
            bent = bent + std::sin(2 * std::numbers::pi_v<float> * (dot(wave.frequency, p) + wave.phase)) * wave.along;
        return middle_ + bent.x * x_axis_ + bent.y * y_axis_;
    }

private:
    struct Wave {
        Point along, frequency;
        float phase = 0;
    };
    std::array<Wave, 2> waves_;
    Point x_axis_, y_axis_, middle_;
};

float distance(Point p, Point from, Point to) {
    const Point along = to - from;
    const float squared = dot(along, along);
    const float t = squared > 0 ? std::clamp(dot(p - from, along) / squared, 0.f, 1.f) : 0.f;
    const Point apart = p - (from + t * along);
    return std::sqrt(dot(apart, apart));
}

// How much ink lies on each pixel, 0 to 1: full within `radius` of the line, fading over `softness` pixels.
using Ink = std::array<float, side * side>;
void add_line(Ink& ink, Point from, Point to, float radius, float softness) {
    const float reach = radius + softness;
    const auto first = [&](float a, float b) {
        return std::max<Index>(0, static_cast<Index>(std::floor(std::min(a, b) - reach)));
    };
    const auto last = [&](float a, float b) {
        return std::min<Index>(side - 1, static_cast<Index>(std::ceil(std::max(a, b) + reach)));
    };
    for (Index i = first(from.y, to.y); i <= last(from.y, to.y); ++i)
        for (Index j = first(from.x, to.x); j <= last(from.x, to.x); ++j) {
            const Point centre{static_cast<float>(j) + .5f, static_cast<float>(i) + .5f};
            const float covered = std::clamp((reach - distance(centre, from, to)) / softness, 0.f, 1.f);
            float& here = ink[static_cast<std::size_t>(i * side + j)];
            here = std::max(here, covered);
        }
}

}  // namespace

Image digit_image(int digit, Engine& engine) {
    require(digit >= 0 && digit <= 9, "digit_image: {} is not a digit from 0 to 9", digit);
    const auto& ways = ways_to_write()[static_cast<std::size_t>(digit)];
    const Glyph& glyph = ways[static_cast<std::size_t>(uniform_index(engine, std::ssize(ways)))];
    const Hand hand(engine);
    const float radius = uniform(engine, .5f, 1.7f), softness = uniform(engine, .8f, 1.6f);
    Ink ink{};
    for (const Stroke& stroke : glyph) {
        Stroke curve = smooth(stroke);
        for (Point& point : curve) point = hand(point);
        for (std::size_t i = 1; i < curve.size(); ++i) add_line(ink, curve[i - 1], curve[i], radius, softness);
    }
    const float brightness = uniform(engine, 170, 255), noise = uniform(engine, 0, 14);
    Image image(side, side, 1);
    for (std::size_t i = 0; i < ink.size(); ++i) {
        // The paper stays black: noise lies on the ink only, as in scanned digits.
        const float value = ink[i] > 0 ? ink[i] * (brightness + noise * (2 * uniform(engine) - 1)) : 0;
        image.pixels[i] = static_cast<std::uint8_t>(std::clamp(value, 0.f, 255.f));
    }
    return image;
}

Dataset digits(Index count, std::uint32_t seed) {
    require(count >= 0, "digits: cannot draw {} of them", count);
    Engine engine(seed);
    Dataset dataset{.name = "generated digits",
                    .source = fmt::format("{} digits drawn from seed {}", count, seed),
                    .shape = {1, side, side},
                    .pixels = {},
                    .labels = {},
                    .class_names = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}};
    dataset.pixels.reserve(static_cast<std::size_t>(count * side * side));
    for (Index i = 0; i < count; ++i) {
        const auto digit = static_cast<std::int32_t>(uniform_index(engine, 10));
        const Image image = digit_image(digit, engine);
        dataset.labels.push_back(digit);
        dataset.pixels.insert(dataset.pixels.end(), image.pixels.begin(), image.pixels.end());
    }
    return dataset;
}

}  // namespace cnn::data
