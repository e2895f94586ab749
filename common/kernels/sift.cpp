#include "kernels/sift.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>
#include <unordered_set>

#include "kernels/blur.hpp"
#include "kernels/parallel.hpp"
#include "kernels/scratch.hpp"
#include "kernels/sift_rows.hpp"

namespace cnn::kernels {
namespace {

constexpr float first_sigma = 1.6f, contrast = 0.04f / 3, turn = 2 * std::numbers::pi_v<float>;
constexpr double edge_ratio = 10;
constexpr Index steps = 3, levels = steps + 3, border = 5;

float sigma_of(float level) { return first_sigma * std::exp2(level / steps); }

// Six blurred levels and their five differences, level by level.
struct Octave {
    Index height, width;
    Tensor gaussians, differences;

    Index size() const { return height * width; }
    const float* gaussian(Index level) const { return gaussians.data() + level * size(); }
    const float* difference(Index level) const { return differences.data() + level * size(); }
};

// Level 0 is written by the caller; the others are made from it.
Octave empty_octave(Index height, Index width) {
    return {height, width, Tensor::uninitialized({levels, height, width}),
            Tensor::uninitialized({levels - 1, height, width})};
}
void blur_upwards(Octave& octave) {
    for (Index k = 1; k < levels; ++k) {
        const float before = sigma_of(static_cast<float>(k - 1)), after = sigma_of(static_cast<float>(k));
        blur({octave.gaussian(k - 1), octave.height, octave.width, std::sqrt(after * after - before * before),
              octave.gaussians.data() + k * octave.size(), octave.differences.data() + (k - 1) * octave.size()});
    }
}

// Every pixel becomes 2 × 2, each ¾ of its own level and ¼ of its neighbour's along both axes.
Tensor twice_as_large(const Tensor& x) {
    const Index height = x.size(0), width = x.size(1);
    Tensor y = Tensor::uninitialized({2 * height, 2 * width});
    parallel(2 * height, 6 * width, [&](Index i) {
        const float* row = x.data() + i / 2 * width;
        const float* other = x.data() + std::clamp<Index>(i % 2 ? i / 2 + 1 : i / 2 - 1, 0, height - 1) * width;
        float* to = y.data() + i * 2 * width;
        const auto level = [&](Index j) { return 0.75f * row[j] + 0.25f * other[j]; };
        float left = level(0), middle = left;
        for (Index j = 0; j < width; ++j) {
            const float right = level(std::min(j + 1, width - 1));
            to[2 * j] = 0.75f * middle + 0.25f * left;
            to[2 * j + 1] = 0.75f * middle + 0.25f * right;
            left = middle, middle = right;
        }
    });
    return y;
}

Octave first_octave(const Tensor& gray) {
    const Tensor large = twice_as_large(gray);
    Octave octave = empty_octave(large.size(0), large.size(1));
    blur({large.data(), octave.height, octave.width, std::sqrt(first_sigma * first_sigma - 1), octave.gaussians.data(),
          nullptr});
    blur_upwards(octave);
    return octave;
}
Octave next_octave(const Octave& before) {
    Octave octave = empty_octave(before.height / 2, before.width / 2);
    parallel(octave.height, octave.width, [&](Index i) {
        const float* from = before.gaussian(steps) + 2 * i * before.width;
        float* to = octave.gaussians.data() + i * octave.width;
        for (Index j = 0; j < octave.width; ++j) to[j] = from[2 * j];
    });
    blur_upwards(octave);
    return octave;
}

struct Place {
    Index level, row, column;
};
bool is_searched(const Octave& octave, const Place& at) {
    return at.level >= 1 && at.level <= steps && at.row >= border && at.row < octave.height - border &&
           at.column >= border && at.column < octave.width - border;
}

std::vector<Place> all_extrema(const Octave& octave) {
    const Index rows = octave.height - 2 * border;
    std::vector<std::vector<Index>> columns(static_cast<std::size_t>(steps * rows));
    parallel(steps * rows, octave.width, [&](Index n) {
        const Index level = 1 + n / rows, row = border + n % rows, start = row * octave.width;
        find_extrema({.levels = {octave.difference(level - 1) + start, octave.difference(level) + start,
                                 octave.difference(level + 1) + start},
                      .pitch = octave.width,
                      .first = border,
                      .end = octave.width - border,
                      .threshold = contrast / 2},
                     columns[static_cast<std::size_t>(n)]);
    });
    std::vector<Place> places;
    for (Index n = 0; n < steps * rows; ++n)
        for (const Index column : columns[static_cast<std::size_t>(n)])
            places.push_back({1 + n / rows, border + n % rows, column});
    return places;
}

// A peak between the pixels, and the pixel it is nearest to.
struct Peak {
    Place pixel;
    float level, row, column;
};

// The parabola through a pixel and its neighbours: its derivatives by level (l), row (r) and column (c).
struct Parabola {
    double value, l, r, c, ll, rr, cc, lr, lc, rc;

    Parabola(const Octave& octave, const Place& at) {
        const float* here = octave.difference(at.level) + at.row * octave.width + at.column;
        const Index up = octave.size(), down = octave.width;
        const auto near = [&](Index level, Index row, Index column) {
            return static_cast<double>(here[level * up + row * down + column]);
        };
        const auto mixed = [&](double a, double b, double e, double f) { return (a - b - e + f) / 4; };
        value = near(0, 0, 0);
        l = (near(1, 0, 0) - near(-1, 0, 0)) / 2;
        r = (near(0, 1, 0) - near(0, -1, 0)) / 2;
        c = (near(0, 0, 1) - near(0, 0, -1)) / 2;
        ll = near(1, 0, 0) + near(-1, 0, 0) - 2 * value;
        rr = near(0, 1, 0) + near(0, -1, 0) - 2 * value;
        cc = near(0, 0, 1) + near(0, 0, -1) - 2 * value;
        lr = mixed(near(1, 1, 0), near(1, -1, 0), near(-1, 1, 0), near(-1, -1, 0));
        lc = mixed(near(1, 0, 1), near(1, 0, -1), near(-1, 0, 1), near(-1, 0, -1));
        rc = mixed(near(0, 1, 1), near(0, 1, -1), near(0, -1, 1), near(0, -1, -1));
    }
    // Level, row and column of its top, from the pixel; zeros where it has none.
    std::array<double, 3> top() const {
        const double a = rr * cc - rc * rc, b = lc * rc - lr * cc, e = lr * rc - lc * rr;
        const double determinant = ll * a + lr * b + lc * e;
        if (determinant == 0) return {0, 0, 0};
        const double f = ll * cc - lc * lc, g = lr * lc - ll * rc, h = ll * rr - lr * lr;
        return {-(a * l + b * r + e * c) / determinant, -(b * l + f * r + g * c) / determinant,
                -(e * l + g * r + h * c) / determinant};
    }
    bool is_on_edge() const {
        const double trace = rr + cc, determinant = rr * cc - rc * rc;
        return determinant <= 0 || trace * trace * edge_ratio >= (edge_ratio + 1) * (edge_ratio + 1) * determinant;
    }
};

std::optional<Peak> refine(const Octave& octave, Place at) {
    for (int fits = 0; fits < 5 && is_searched(octave, at); ++fits) {
        const Parabola parabola(octave, at);
        const auto [level, row, column] = parabola.top();
        const double far = std::max({std::abs(level), std::abs(row), std::abs(column)});
        if (far < 0.5) {
            const double value = parabola.value + (parabola.l * level + parabola.r * row + parabola.c * column) / 2;
            if (std::abs(value) < static_cast<double>(contrast) || parabola.is_on_edge()) return std::nullopt;
            return Peak{at, static_cast<float>(at.level) + static_cast<float>(level),
                        static_cast<float>(at.row) + static_cast<float>(row),
                        static_cast<float>(at.column) + static_cast<float>(column)};
        }
        if (far > 1e6) return std::nullopt;
        at.level += std::lround(level), at.row += std::lround(row), at.column += std::lround(column);
    }
    return std::nullopt;
}

// Those extrema that have a peak; of several with the same peak the first.
std::vector<Peak> find_peaks(const Octave& octave) {
    const auto places = all_extrema(octave);
    std::vector<std::optional<Peak>> refined(places.size());
    parallel(static_cast<Index>(places.size()), 500, [&](Index n) {
        refined[static_cast<std::size_t>(n)] = refine(octave, places[static_cast<std::size_t>(n)]);
    });
    std::vector<Peak> peaks;
    std::unordered_set<Index> taken;
    for (const auto& peak : refined)
        if (peak &&
            taken.insert((peak->pixel.level * octave.height + peak->pixel.row) * octave.width + peak->pixel.column)
                .second)
            peaks.push_back(*peak);
    return peaks;
}

// The pixels of a row that are at most `radius` from a column and not on the rim.
struct Span {
    Index first, end;
};
Span span(Index middle, Index radius, Index size) {
    return {std::max<Index>(middle - radius, 1), std::min(middle + radius, size - 2) + 1};
}

// exp(-(n - middle)² / 2 width²) for n from `first`.
void bell(float middle, float width, const Span& span, float* to) {
    for (Index n = span.first; n < span.end; ++n) {
        const float away = static_cast<float>(n) - middle;
        to[n - span.first] = std::exp(-away * away / (2 * width * width));
    }
}

using Histogram = std::array<float, 36>;

Histogram directions_around(const Octave& octave, const Peak& peak) {
    const float sigma = sigma_of(peak.level);
    const auto [level, row, column] = peak.pixel;
    const Index radius = std::lround(4.5f * sigma);
    const Span rows = span(row, radius, octave.height), columns = span(column, radius, octave.width);
    const Index width = columns.end - columns.first;
    float* magnitude = scratch(Slot::row, 3 * (width + 64));
    float *turns = magnitude + width + 64, *weights = turns + width + 64;
    bell(static_cast<float>(column), 1.5f * sigma, columns, weights);
    Histogram votes{}, smooth{};
    for (Index i = rows.first; i < rows.end; ++i) {
        measure_gradients({octave.gaussian(level) + i * octave.width + columns.first, octave.width, width}, magnitude,
                          turns);
        const auto away = static_cast<float>((i - row) * (i - row));
        const float weight = std::exp(-away / (2 * 1.5f * 1.5f * sigma * sigma));
        for (Index j = 0; j < width; ++j) {
            const auto bin = static_cast<std::size_t>(36 * turns[j] + 0.5f);
            votes[bin >= 36 ? bin - 36 : bin] += weight * weights[j] * magnitude[j];
        }
    }
    for (std::size_t b = 0; b < 36; ++b)
        smooth[b] = (6 * votes[b] + 4 * (votes[(b + 35) % 36] + votes[(b + 1) % 36]) + votes[(b + 34) % 36] +
                     votes[(b + 2) % 36]) /
                    16;
    return smooth;
}

std::vector<float> dominant_angles(const Histogram& histogram) {
    const float highest = *std::ranges::max_element(histogram);
    std::vector<float> angles;
    for (std::size_t b = 0; b < 36; ++b) {
        const float left = histogram[(b + 35) % 36], middle = histogram[b], right = histogram[(b + 1) % 36];
        if (middle <= left || middle <= right || middle < 0.8f * highest) continue;
        const float top = static_cast<float>(b) + (left - right) / (2 * (left - 2 * middle + right));
        const float angle = top * turn / 36;
        angles.push_back(angle < 0 ? angle + turn : angle >= turn ? angle - turn : angle);
    }
    return angles;
}

// The pixels of a row that lie within ±2.5 cells along both axes of the turned grid: where start + n · step does, for
// every n of the span.
Span cut_to_grid(Span span, float start, float step) {
    constexpr float reach = 2.5f;
    if (std::abs(step) < 1e-6f) return std::abs(start) < reach ? span : Span{0, 0};
    const float a = (-reach - start) / step, b = (reach - start) / step;
    return {std::max(span.first, static_cast<Index>(std::floor(std::clamp(std::min(a, b), -1e6f, 1e6f))) + 1),
            std::min(span.end, static_cast<Index>(std::ceil(std::clamp(std::max(a, b), -1e6f, 1e6f))))};
}

// A grid with a margin on every side, so that nothing need be asked when votes are shared: [6][6][10].
using Grid = std::array<float, 360>;

void share(const Votes& votes, Index count, Grid& grid) {
    for (Index n = 0; n < count; ++n) {
        float* bin = grid.data() + votes.bin[n];
        const float direction = votes.direction[n], column = votes.column[n];
        const float next_row = votes.weight[n] * votes.row[n], this_row = votes.weight[n] - next_row;
        const auto give = [&](float* to, float weight) {
            to[1] += weight * direction;
            to[0] += weight - weight * direction;
        };
        give(bin, this_row - this_row * column);
        give(bin + 10, this_row * column);
        give(bin + 60, next_row - next_row * column);
        give(bin + 70, next_row * column);
    }
}

Grid grid_around(const Octave& octave, const Peak& peak, float angle) {
    const float cell = 3 * sigma_of(peak.level), c = std::cos(angle) / cell, s = std::sin(angle) / cell;
    const Index radius = static_cast<Index>(2.5f * std::sqrt(2.0f) * cell) + 1;
    const Span rows = span(peak.pixel.row, radius, octave.height);
    const Span columns = span(peak.pixel.column, radius, octave.width);
    const Index width = std::max<Index>(columns.end - columns.first, 0) + 64;
    float* memory = scratch(Slot::row, 6 * width);
    float* weights = memory + 5 * width;
    bell(peak.column, 2 * cell, columns, weights);
    const Votes votes{reinterpret_cast<std::int32_t*>(memory), memory + width, memory + 2 * width, memory + 3 * width,
                      memory + 4 * width};
    Grid grid{};
    for (Index i = rows.first; i < rows.end; ++i) {
        const float dy = static_cast<float>(i) - peak.row;
        const float u = dy * s - peak.column * c, v = dy * c + peak.column * s;  // of column 0
        const Span inside = cut_to_grid(cut_to_grid(columns, u, c), v, -s);
        if (inside.first >= inside.end) continue;
        const auto first = static_cast<float>(inside.first);
        place_votes({.pixels = {octave.gaussian(peak.pixel.level) + i * octave.width + inside.first, octave.width,
                                inside.end - inside.first},
                     .u = (first - peak.column) * c + dy * s + 1.5f,
                     .du = c,
                     .v = dy * c - (first - peak.column) * s + 1.5f,
                     .dv = -s,
                     .angle = angle / turn,
                     .bell = weights + (inside.first - columns.first),
                     .weight = std::exp(-dy * dy / (8 * cell * cell))},
                    votes);
        share(votes, inside.end - inside.first, grid);
    }
    return grid;
}

using Descriptor = std::array<float, 128>;

void scale_to_length_one(Descriptor& descriptor) {
    float squares = 0;
    for (const float value : descriptor) squares += value * value;
    if (squares == 0) return;
    for (float& value : descriptor) value /= std::sqrt(squares);
}

Descriptor describe(const Octave& octave, const Peak& peak, float angle) {
    const Grid grid = grid_around(octave, peak, angle);
    Descriptor descriptor{};
    for (std::size_t i = 0; i < 4; ++i)
        for (std::size_t j = 0; j < 4; ++j)
            for (std::size_t k = 0; k < 10; ++k)  // 8 and 9 are directions 0 and 1 again
                descriptor[(4 * i + j) * 8 + k % 8] += grid[((i + 1) * 6 + j + 1) * 10 + k];
    scale_to_length_one(descriptor);
    for (float& value : descriptor) value = std::min(value, 0.2f);
    scale_to_length_one(descriptor);
    return descriptor;
}

struct Described {
    Keypoint keypoint;
    Descriptor descriptor;
};

// The keypoints of an octave whose pixels measure `pixel` in the picture.
void append_keypoints(const Octave& octave, float pixel, std::vector<Described>& all) {
    const auto peaks = find_peaks(octave);
    std::vector<std::vector<Described>> found(peaks.size());
    parallel(static_cast<Index>(peaks.size()), 20000, [&](Index n) {
        const Peak& peak = peaks[static_cast<std::size_t>(n)];
        for (const float angle : dominant_angles(directions_around(octave, peak)))
            found[static_cast<std::size_t>(n)].push_back(
                {{pixel * peak.row - 0.25f, pixel * peak.column - 0.25f, pixel * sigma_of(peak.level), angle},
                 describe(octave, peak, angle)});
    });
    for (const auto& some : found) all.insert(all.end(), some.begin(), some.end());
}

}  // namespace

Features sift(const Tensor& gray) {
    require(gray.rank() == 2, "sift: expected a picture [H, W], got {}", gray.shape());
    constexpr Index least = 2 * border + 1;
    std::vector<Described> all;
    if (2 * std::min(gray.size(0), gray.size(1)) >= least) {
        Octave octave = first_octave(gray);
        for (float pixel = 0.5f;; pixel *= 2) {
            append_keypoints(octave, pixel, all);
            if (std::min(octave.height, octave.width) / 2 < least) break;
            octave = next_octave(octave);
        }
    }
    Features features{{}, Tensor({static_cast<Index>(all.size()), 128})};
    for (std::size_t n = 0; n < all.size(); ++n) {
        features.keypoints.push_back(all[n].keypoint);
        std::ranges::copy(all[n].descriptor, features.descriptors.data() + 128 * static_cast<Index>(n));
    }
    return features;
}

}  // namespace cnn::kernels
