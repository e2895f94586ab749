// Copies of a photo whose every pixel is known in the photo, and how well keypoints find each other there.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>
#include <string>
#include <vector>

#include "image/drawing.hpp"
#include "sift.hpp"
#include "tensor/random.hpp"

namespace cnn::lab03 {

// A point in a picture, in pixels: x is its column, y its row.
struct Point {
    double x, y;
};

// A projective map of the plane, row by row.
struct Homography {
    std::array<double, 9> h{1, 0, 0, 0, 1, 0, 0, 0, 1};

    Point operator()(Point p) const {
        const double w = h[6] * p.x + h[7] * p.y + h[8];
        return {(h[0] * p.x + h[1] * p.y + h[2]) / w, (h[3] * p.x + h[4] * p.y + h[5]) / w};
    }
    // By how much it enlarges lengths around a point: the root of its Jacobian's determinant.
    double scale_at(Point p) const {
        const Point a = (*this)({p.x + .5, p.y}), b = (*this)({p.x - .5, p.y});
        const Point c = (*this)({p.x, p.y + .5}), d = (*this)({p.x, p.y - .5});
        return std::sqrt(std::abs((a.x - b.x) * (c.y - d.y) - (a.y - b.y) * (c.x - d.x)));
    }
    // First the other one, then this one.
    Homography after(const Homography& other) const {
        Homography product{{}};
        for (std::size_t i = 0; i < 3; ++i)
            for (std::size_t j = 0; j < 3; ++j)
                for (std::size_t k = 0; k < 3; ++k) product.h[3 * i + j] += h[3 * i + k] * other.h[3 * k + j];
        return product;
    }
    Homography inverse() const {
        Homography adjoint{{}};
        for (std::size_t i = 0; i < 3; ++i)
            for (std::size_t j = 0; j < 3; ++j) {
                const std::size_t r = (j + 1) % 3, s = (j + 2) % 3, c = (i + 1) % 3, d = (i + 2) % 3;
                adjoint.h[3 * i + j] = h[3 * r + c] * h[3 * s + d] - h[3 * r + d] * h[3 * s + c];
            }
        return adjoint;
    }
};

// What happens to the photo: it is moved, its light changes, noise is added.
struct Trial {
    std::string name;
    double degrees = 0, scale = 1, tilt = 0;  // tilt: how much the far side is further away, per half width
    double gain = 1, gamma = 1, noise = 0;    // noise: standard deviation in levels of 255
};

inline std::vector<Trial> trials() {
    return {{.name = "turned by 30°", .degrees = 30},
            {.name = "turned by 115°, 0.8 times as large", .degrees = 115, .scale = 0.8},
            {.name = "half as large", .scale = 0.5},
            {.name = "1.6 times as large", .scale = 1.6},
            {.name = "darker: 0.4 of the light", .gain = 0.4},
            {.name = "other light: gamma 0.5", .gamma = 0.5},
            {.name = "noise of 12 levels", .noise = 12},
            {.name = "seen from the side, turned by 20°", .degrees = 20, .tilt = 0.4}};
}

// A copy of a photo, and where its pixels went. Both pictures are gray.
struct Copy {
    Image picture;
    Homography map;  // from the photo to the copy
};

// The map of a trial, and the frame that holds the whole photo.
inline Copy frame_of(const Trial& trial, Index height, Index width) {
    const double a = trial.degrees * std::numbers::pi / 180, c = trial.scale * std::cos(a),
                 s = trial.scale * std::sin(a);
    const double x = static_cast<double>(width - 1) / 2, y = static_cast<double>(height - 1) / 2;
    const Homography centred{{1, 0, -x, 0, 1, -y, 0, 0, 1}};
    const Homography moved{{c, -s, 0, s, c, 0, trial.tilt / x, 0, 1}};
    const Homography map = moved.after(centred);
    double left = 1e9, right = -1e9, top = 1e9, bottom = -1e9;
    for (const Point corner : {Point{0, 0}, Point{2 * x, 0}, Point{0, 2 * y}, Point{2 * x, 2 * y}}) {
        const Point p = map(corner);
        left = std::min(left, p.x), right = std::max(right, p.x), top = std::min(top, p.y),
        bottom = std::max(bottom, p.y);
    }
    const Homography shifted{{1, 0, -left, 0, 1, -top, 0, 0, 1}};
    return {Image(std::lround(bottom - top) + 1, std::lround(right - left) + 1, 1), shifted.after(map)};
}

// Between four pixels; outside, the nearest pixel.
inline double level_at(const Image& photo, Point p) {
    const double x = std::clamp(p.x, 0.0, static_cast<double>(photo.width - 1));
    const double y = std::clamp(p.y, 0.0, static_cast<double>(photo.height - 1));
    const Index i = static_cast<Index>(y), j = static_cast<Index>(x);
    const Index below = std::min(i + 1, photo.height - 1), right = std::min(j + 1, photo.width - 1);
    const double v = y - static_cast<double>(i), u = x - static_cast<double>(j);
    return (1 - v) * ((1 - u) * photo(i, j) + u * photo(i, right)) +
           v * ((1 - u) * photo(below, j) + u * photo(below, right));
}

// The photo after a trial. Every pixel is the mean of 4 × 4 points in it, so that nothing is skipped when it shrinks.
inline Copy copy_of(const Image& photo, const Trial& trial, std::uint32_t seed = 1) {
    Copy copy = frame_of(trial, photo.height, photo.width);
    const Homography back = copy.map.inverse();
    Engine engine(seed);
    for (Index i = 0; i < copy.picture.height; ++i)
        for (Index j = 0; j < copy.picture.width; ++j) {
            double sum = 0;
            for (int k = 0; k < 16; ++k)
                sum += level_at(photo, back({static_cast<double>(j) + (k % 4 - 1.5) / 4,
                                             static_cast<double>(i) + (k / 4 - 1.5) / 4}));
            double level = 255 * trial.gain * std::pow(sum / 16 / 255, trial.gamma);
            if (trial.noise > 0) level += trial.noise * static_cast<double>(normal(engine));
            copy.picture(i, j) = static_cast<std::uint8_t>(std::clamp(level + 0.5, 0.0, 255.0));
        }
    return copy;
}

inline constexpr double near_enough = 3;  // pixels of the copy between where a keypoint should be and where it is

inline Point place_of(const Keypoint& keypoint) { return {keypoint.column, keypoint.row}; }
inline bool is_near(Point a, Point b) { return std::hypot(a.x - b.x, a.y - b.y) <= near_enough; }

// What became of a photo's keypoints in a copy.
struct Score {
    Index keypoints = 0, matches = 0, correct = 0;
    Index visible = 0, repeated = 0;  // keypoints whose place is in the copy; and those found there, size included

    double correct_share() const {
        return static_cast<double>(correct) / static_cast<double>(std::max<Index>(matches, 1));
    }
    double repeated_share() const {
        return static_cast<double>(repeated) / static_cast<double>(std::max<Index>(visible, 1));
    }
};

inline bool is_correct(const Match& match, const Features& photo, const Features& copy, const Homography& map) {
    return is_near(map(place_of(photo.keypoints.at(static_cast<std::size_t>(match.first)))),
                   place_of(copy.keypoints.at(static_cast<std::size_t>(match.second))));
}

inline Score score(const Features& photo, const Features& copy, const std::vector<Match>& matches, const Copy& truth) {
    Score result{.keypoints = std::ssize(photo.keypoints), .matches = std::ssize(matches)};
    result.correct =
        std::ranges::count_if(matches, [&](const Match& m) { return is_correct(m, photo, copy, truth.map); });
    for (const Keypoint& keypoint : photo.keypoints) {
        const Point at = truth.map(place_of(keypoint));
        if (at.x < 0 || at.y < 0 || at.x >= static_cast<double>(truth.picture.width) ||
            at.y >= static_cast<double>(truth.picture.height))
            continue;
        ++result.visible;
        const double sigma = keypoint.sigma * truth.map.scale_at(place_of(keypoint));
        result.repeated += std::ranges::any_of(copy.keypoints, [&](const Keypoint& other) {
            return is_near(at, place_of(other)) && other.sigma < 1.5 * sigma &&
                   sigma < 1.5 * static_cast<double>(other.sigma);
        });
    }
    return result;
}

// A gray picture as the lab's functions want it.
inline Tensor levels_of(const Image& picture) {
    return to_tensor(to_gray(picture)).reshaped({picture.height, picture.width});
}

}  // namespace cnn::lab03
