// Lab 03: sift. Read sift.hpp for what each function promises, README.md for why.
#include "sift.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "tensor/todo.hpp"

namespace cnn::lab03 {

// Task 3.1: the weights of a bell.
Tensor gaussian_kernel(float sigma) {
    // TODO 1. Refuse what makes no sense: require(condition, "gaussian_kernel: …", …) throws a ShapeError.
    // TODO 2. How many weights are there on each side of the middle one? Where is the middle one?
    // TODO 3. What must all weights add up to, so that an evenly gray picture stays as it is?
    require(sigma > 0, "gaussian_kernel: sigma must be positive, got {}", sigma);
    const Index radius = static_cast<Index>(4 * sigma + 0.5f);
    Tensor weights({2 * radius + 1});
    float sum = 0;
    for (Index t = -radius; t <= radius; ++t)
        sum += weights(radius + t) = std::exp(-static_cast<float>(t * t) / (2 * sigma * sigma));
    return weights *= 1 / sum;
}

// Task 3.1: a blurred picture.
Tensor gaussian_blur(const Tensor& x, float sigma) {
    // TODO 1. Lay the kernel on every pixel along its row. Which columns lie under it? (std::clamp keeps them inside.)
    // TODO 2. Do the same along the columns, with what step 1 gave.
    require(x.rank() == 2, "gaussian_blur: expected x [H, W], got {}", x.shape());
    const Tensor weights = gaussian_kernel(sigma);
    const Index height = x.size(0), width = x.size(1), radius = weights.count() / 2;
    Tensor along_rows(x.shape()), y(x.shape());
    for (Index i = 0; i < height; ++i)
        for (Index j = 0; j < width; ++j)
            for (Index t = -radius; t <= radius; ++t)
                along_rows(i, j) += weights(radius + t) * x(i, std::clamp<Index>(j + t, 0, width - 1));
    for (Index i = 0; i < height; ++i)
        for (Index t = -radius; t <= radius; ++t) {
            const Index row = std::clamp<Index>(i + t, 0, height - 1);
            for (Index j = 0; j < width; ++j) y(i, j) += weights(radius + t) * along_rows(row, j);
        }
    return y;
}

// Task 3.2: twice as many rows and columns.
Tensor twice_as_large(const Tensor& x) {
    // TODO 1. Which row of x is nearest to row i of y? On which side of it lies row i, so which row is the next
    //         nearest?
    // TODO 2. Likewise for the columns. Which four pixels make y(i, j), and how much of each?
    // TODO 3. Which row follows the last one, which one goes before the first?
    require(x.rank() == 2, "twice_as_large: expected x [H, W], got {}", x.shape());
    Tensor y({2 * x.size(0), 2 * x.size(1)});
    const auto other_side = [](Index i, Index size) {
        return std::clamp<Index>(i % 2 ? i / 2 + 1 : i / 2 - 1, 0, size - 1);
    };
    for (Index i = 0; i < y.size(0); ++i)
        for (Index j = 0; j < y.size(1); ++j) {
            const Index row = i / 2, next_row = other_side(i, x.size(0));
            const Index column = j / 2, next_column = other_side(j, x.size(1));
            y(i, j) =
                (9 * x(row, column) + 3 * x(row, next_column) + 3 * x(next_row, column) + x(next_row, next_column)) /
                16;
        }
    return y;
}

// Level k of x [K, H, W] as a picture of its own.
Tensor level_of(const Tensor& x, Index k) {
    const Index size = x.size(1) * x.size(2);
    return Tensor({x.size(1), x.size(2)}, std::span(x.data() + k * size, static_cast<std::size_t>(size)));
}

// Task 3.2: an octave.
Tensor octave(const Tensor& first) {
    // TODO 1. Level 0 is the picture `first`. How much blur has it, and how much shall level 1 have? (The quotient of
    //         two whole numbers such as k / steps is cut to a whole number: make one of them a float.)
    // TODO 2. Two blurs after one another add like the sides of a right angle. How much is missing from level to level?
    // TODO 3. Each level is made of the one before. Copy it into the result with loops or std::ranges::copy.
    require(first.rank() == 2, "octave: expected a picture [H, W], got {}", first.shape());
    const Index height = first.size(0), width = first.size(1);
    Tensor gaussians({steps + 3, height, width}), level = first;
    for (Index k = 0; k < steps + 3; ++k) {
        if (k > 0) {
            const float sigma = first_sigma * std::exp2(static_cast<float>(k) / steps);
            const float before = first_sigma * std::exp2(static_cast<float>(k - 1) / steps);
            level = gaussian_blur(level, std::sqrt(sigma * sigma - before * before));
        }
        std::ranges::copy(level.values(), gaussians.data() + k * height * width);
    }
    return gaussians;
}

// Task 3.2: neighbouring levels subtracted.
Tensor difference_of_gaussians(const Tensor& gaussians) {
    // TODO 1. From K levels, how many differences can be made?
    // TODO 2. d(k, i, j) is the blurrier level minus the sharper one.
    require(gaussians.rank() == 3 && gaussians.size(0) > 0,
            "difference_of_gaussians: expected levels [K, H, W], got {}", gaussians.shape());
    Tensor d({gaussians.size(0) - 1, gaussians.size(1), gaussians.size(2)});
    for (Index k = 0; k < d.size(0); ++k)
        for (Index i = 0; i < d.size(1); ++i)
            for (Index j = 0; j < d.size(2); ++j) d(k, i, j) = gaussians(k + 1, i, j) - gaussians(k, i, j);
    return d;
}

// Every second row and column of level k.
Tensor half_of(const Tensor& gaussians, Index k) {
    Tensor y({gaussians.size(1) / 2, gaussians.size(2) / 2});
    for (Index i = 0; i < y.size(0); ++i)
        for (Index j = 0; j < y.size(1); ++j) y(i, j) = gaussians(k, 2 * i, 2 * j);
    return y;
}

// Task 3.2: all octaves.
std::vector<Tensor> pyramid(const Tensor& gray) {
    // TODO 1. Make the picture twice as large. Its blur is now 2 · camera_sigma: how much is missing to first_sigma?
    // TODO 2. While the picture has 2 · border + 1 rows and columns, make an octave of it.
    // TODO 3. Which level has twice the blur of level 0? Every second row and column of it begins the next octave.
    require(gray.rank() == 2, "pyramid: expected a picture [H, W], got {}", gray.shape());
    const float already = 2 * camera_sigma;
    std::vector<Tensor> octaves;
    Tensor first = gaussian_blur(twice_as_large(gray), std::sqrt(first_sigma * first_sigma - already * already));
    while (std::min(first.size(0), first.size(1)) >= 2 * border + 1) {
        octaves.push_back(octave(first));
        first = half_of(octaves.back(), steps);
    }
    return octaves;
}

// Whether no neighbour is further from 0 on the same side than d at this place.
bool is_extremum(const Tensor& d, const Extremum& at) {
    const float value = d(at.level, at.row, at.column), sign = value > 0 ? 1.0f : -1.0f;
    for (Index k = -1; k <= 1; ++k)
        for (Index i = -1; i <= 1; ++i)
            for (Index j = -1; j <= 1; ++j)
                if (sign * d(at.level + k, at.row + i, at.column + j) > sign * value) return false;
    return true;
}

// Task 3.3: extrema over 26 neighbours.
std::vector<Extremum> extrema(const Tensor& d, float threshold) {
    // TODO 1. Three loops: level, row, column. Where do they begin and end, so that every neighbour exists?
    // TODO 2. Most pixels are too weak: what is quickly asked first?
    // TODO 3. A positive pixel competes for greatest, a negative one for least. Equal neighbours do no harm.
    require(d.rank() == 3, "extrema: expected differences [K, H, W], got {}", d.shape());
    std::vector<Extremum> found;
    for (Index k = 1; k + 1 < d.size(0); ++k)
        for (Index i = border; i < d.size(1) - border; ++i)
            for (Index j = border; j < d.size(2) - border; ++j)
                if (std::abs(d(k, i, j)) > threshold && is_extremum(d, {k, i, j})) found.push_back({k, i, j});
    return found;
}

// The derivatives of d around a pixel: by level, row, column, from central differences.
struct Derivatives {
    double value, l, r, c;          // gradient
    double ll, rr, cc, lr, lc, rc;  // Hessian
    Derivatives(const Tensor& d, const Extremum& at) {
        const auto near = [&](Index level, Index row, Index column) {
            return static_cast<double>(d(at.level + level, at.row + row, at.column + column));
        };
        value = near(0, 0, 0);
        l = (near(1, 0, 0) - near(-1, 0, 0)) / 2;
        r = (near(0, 1, 0) - near(0, -1, 0)) / 2;
        c = (near(0, 0, 1) - near(0, 0, -1)) / 2;
        ll = near(1, 0, 0) - 2 * value + near(-1, 0, 0);
        rr = near(0, 1, 0) - 2 * value + near(0, -1, 0);
        cc = near(0, 0, 1) - 2 * value + near(0, 0, -1);
        lr = (near(1, 1, 0) - near(1, -1, 0) - near(-1, 1, 0) + near(-1, -1, 0)) / 4;
        lc = (near(1, 0, 1) - near(1, 0, -1) - near(-1, 0, 1) + near(-1, 0, -1)) / 4;
        rc = (near(0, 1, 1) - near(0, 1, -1) - near(0, -1, 1) + near(0, -1, -1)) / 4;
    }
};

// Task 3.4: a parabola through a pixel and its neighbours.
Fit fit_parabola(const Tensor& d, const Extremum& at) {
    // TODO 1. The gradient: half of next minus previous, by level, row and column.
    // TODO 2. The Hessian: next - 2 · middle + previous on its diagonal, a quarter of four corners off it.
    // TODO 3. Solve H · offset = -gradient (Cramer's rule will do). What is the value at the top?
    const Derivatives q(d, at);
    // H is symmetric, and so are its cofactors.
    const double ll = q.rr * q.cc - q.rc * q.rc, lr = q.lc * q.rc - q.lr * q.cc, lc = q.lr * q.rc - q.lc * q.rr;
    const double rr = q.ll * q.cc - q.lc * q.lc, rc = q.lr * q.lc - q.ll * q.rc, cc = q.ll * q.rr - q.lr * q.lr;
    const double determinant = q.ll * ll + q.lr * lr + q.lc * lc;
    if (determinant == 0) return {.level = 0, .row = 0, .column = 0, .value = static_cast<float>(q.value)};
    const double level = -(ll * q.l + lr * q.r + lc * q.c) / determinant;
    const double row = -(lr * q.l + rr * q.r + rc * q.c) / determinant;
    const double column = -(lc * q.l + rc * q.r + cc * q.c) / determinant;
    return {.level = static_cast<float>(level),
            .row = static_cast<float>(row),
            .column = static_cast<float>(column),
            .value = static_cast<float>(q.value + (q.l * level + q.r * row + q.c * column) / 2)};
}

// Task 3.4: edges.
bool is_on_edge(const Tensor& d, const Extremum& at) {
    // TODO 1. Three numbers of the Hessian, by row and column only.
    // TODO 2. The trace is the sum of the two curvatures, the determinant their product. What does it mean when their
    //         signs differ?
    // TODO 3. Compare without dividing by a determinant that may be 0.
    const Derivatives q(d, at);
    const double trace = q.rr + q.cc, determinant = q.rr * q.cc - q.rc * q.rc, most = edge_ratio;
    return determinant <= 0 || trace * trace * most >= (most + 1) * (most + 1) * determinant;
}

// Whether task 3.3 looks at this pixel.
bool is_searched(const Tensor& d, const Extremum& at) {
    return at.level >= 1 && at.level + 1 < d.size(0) && at.row >= border && at.row < d.size(1) - border &&
           at.column >= border && at.column < d.size(2) - border;
}

// Task 3.4: the peak near an extremum.
std::optional<Peak> refine(const Tensor& d, const Extremum& start) {
    // TODO 1. Fit a parabola. Which offsets are small enough? Then you are there.
    // TODO 2. Otherwise move to the nearest pixel (std::lround) and fit again, five fits at most.
    // TODO 3. Refuse what is too weak, measured at the peak, and what lies on an edge.
    Extremum at = start;
    for (int fits = 0; fits < 5 && is_searched(d, at); ++fits) {
        const Fit fit = fit_parabola(d, at);
        if (std::max({std::abs(fit.level), std::abs(fit.row), std::abs(fit.column)}) < 0.5f) {
            if (std::abs(fit.value) < contrast || is_on_edge(d, at)) return std::nullopt;
            return Peak{.level = static_cast<float>(at.level) + fit.level,
                        .row = static_cast<float>(at.row) + fit.row,
                        .column = static_cast<float>(at.column) + fit.column,
                        .value = fit.value};
        }
        // A parabola that is nearly flat has its top miles away.
        if (std::max({std::abs(fit.level), std::abs(fit.row), std::abs(fit.column)}) > 1e6f) return std::nullopt;
        at.level += std::lround(fit.level);
        at.row += std::lround(fit.row);
        at.column += std::lround(fit.column);
    }
    return std::nullopt;
}

// The blur of a level that may have fractions, in pixels of its octave.
float sigma_of(float level) { return first_sigma * std::exp2(level / steps); }

// The pixel nearest to a peak.
Extremum nearest(const Peak& peak) {
    return {std::lround(peak.level), std::lround(peak.row), std::lround(peak.column)};
}

// The gradient of a level at a pixel that is not on the rim.
struct Gradient {
    float magnitude, angle;
    Gradient(const Tensor& gaussians, Index level, Index row, Index column) {
        const float gx = gaussians(level, row, column + 1) - gaussians(level, row, column - 1);
        const float gy = gaussians(level, row + 1, column) - gaussians(level, row - 1, column);
        magnitude = std::sqrt(gx * gx + gy * gy);
        angle = std::atan2(gy, gx);
    }
};

// Task 3.5: a histogram of directions.
Tensor orientation_histogram(const Tensor& gaussians, const Peak& peak) {
    // TODO 1. Which level, which pixel, how large is σ? Which rows and columns have all four neighbours?
    // TODO 2. The magnitude, the weight, and the nearest of 36 bins. Bin 36 is bin 0; which is bin -1?
    // TODO 3. Smooth it into another Tensor: what is to the left of bin 0?
    constexpr Index bins = 36;
    const float sigma = sigma_of(peak.level), spread = 1.5f * sigma;
    const auto [level, row, column] = nearest(peak);
    const Index radius = std::lround(3 * spread);
    Tensor votes({bins}), histogram({bins});
    for (Index i = std::max(row - radius, Index{1}); i <= std::min(row + radius, gaussians.size(1) - 2); ++i)
        for (Index j = std::max(column - radius, Index{1}); j <= std::min(column + radius, gaussians.size(2) - 2);
             ++j) {
            const Gradient gradient(gaussians, level, i, j);
            const auto away = static_cast<float>((i - row) * (i - row) + (j - column) * (j - column));
            const Index bin = std::lround(gradient.angle * bins / (2 * std::numbers::pi_v<float>));
            votes((bin + bins) % bins) += gradient.magnitude * std::exp(-away / (2 * spread * spread));
        }
    const auto vote = [&](Index b) { return votes((b + bins) % bins); };
    for (Index b = 0; b < bins; ++b)
        histogram(b) = (6 * vote(b) + 4 * (vote(b - 1) + vote(b + 1)) + vote(b - 2) + vote(b + 2)) / 16;
    return histogram;
}

// Task 3.5: the angles of a keypoint.
std::vector<float> dominant_angles(const Tensor& histogram) {
    // TODO 1. How high is the highest bin?
    // TODO 2. For every bin: is it higher than both neighbours (around the circle), and high enough?
    // TODO 3. The top of the parabola through three neighbours lies
    //         (left - right) / (2(left - 2 · middle + right)) bins on.
    const Index bins = histogram.count();
    const float turn = 2 * std::numbers::pi_v<float>, highest = *std::ranges::max_element(histogram.values());
    std::vector<float> angles;
    for (Index b = 0; b < bins; ++b) {
        const float left = histogram((b + bins - 1) % bins), middle = histogram(b), right = histogram((b + 1) % bins);
        if (middle <= left || middle <= right || middle < 0.8f * highest) continue;
        const float top = static_cast<float>(b) + (left - right) / (2 * (left - 2 * middle + right));
        const float angle = top * turn / static_cast<float>(bins);
        angles.push_back(angle < 0 ? angle + turn : angle >= turn ? angle - turn : angle);
    }
    return angles;
}

// Shares a vote between the eight nearest bins of [4, 4, 8]: row and column are counted in cells, 0 is the centre of
// the first one; bin goes around.
void vote(Tensor& histogram, float row, float column, float bin, float weight) {
    const auto r = static_cast<Index>(std::floor(row)), c = static_cast<Index>(std::floor(column));
    const auto b = static_cast<Index>(std::floor(bin));
    for (Index i = r; i <= r + 1; ++i)
        for (Index j = c; j <= c + 1; ++j)
            for (Index k = b; k <= b + 1; ++k) {
                if (i < 0 || i > 3 || j < 0 || j > 3) continue;
                const float share = (1 - std::abs(row - static_cast<float>(i))) *
                                    (1 - std::abs(column - static_cast<float>(j))) *
                                    (1 - std::abs(bin - static_cast<float>(k)));
                histogram(i, j, (k + 8) % 8) += weight * share;
            }
}

// Task 3.6: 4 × 4 histograms of 8 directions.
Tensor descriptor_histogram(const Tensor& gaussians, const Peak& peak, float angle) {
    // TODO 1. How far from the peak can a pixel be that still votes? (A square turned by 45° reaches furthest.)
    // TODO 2. For each of these pixels: how far is it from the peak (with fractions), and where in the turned grid?
    // TODO 3. The magnitude, the weight, and the angle against the keypoint's, in eighths of a turn from 0 to 8.
    // TODO 4. Its eight nearest bins: two rows, two columns, two directions. Near ones get more.
    const float cell = 3 * sigma_of(peak.level), turn = 2 * std::numbers::pi_v<float>;
    const auto [level, row, column] = nearest(peak);
    const Index radius = static_cast<Index>(2.5f * std::sqrt(2.0f) * cell) + 1;
    Tensor histogram({4, 4, 8});
    for (Index i = std::max(row - radius, Index{1}); i <= std::min(row + radius, gaussians.size(1) - 2); ++i)
        for (Index j = std::max(column - radius, Index{1}); j <= std::min(column + radius, gaussians.size(2) - 2);
             ++j) {
            const float dx = static_cast<float>(j) - peak.column, dy = static_cast<float>(i) - peak.row;
            const float u = (dx * std::cos(angle) + dy * std::sin(angle)) / cell;
            const float v = (dy * std::cos(angle) - dx * std::sin(angle)) / cell;
            if (std::max(std::abs(u), std::abs(v)) >= 2.5f) continue;
            const Gradient gradient(gaussians, level, i, j);
            const float turns = (gradient.angle - angle) / turn;
            vote(histogram, v + 1.5f, u + 1.5f, 8 * (turns - std::floor(turns)),
                 gradient.magnitude * std::exp(-(u * u + v * v) / 8));
        }
    return histogram;
}

// Divides by the length, if there is any.
void scale_to_length_one(Tensor& x) {
    float squares = 0;
    for (const float value : x.values()) squares += value * value;
    if (squares > 0) x *= 1 / std::sqrt(squares);
}

// Task 3.6: the histogram as a descriptor.
Tensor normalized(const Tensor& histogram) {
    // TODO 1. histogram.reshaped({128}) has the same numbers in one row. How long is it?
    // TODO 2. Scale, cut, scale. What if there is no length to divide by?
    Tensor descriptor = histogram.reshaped({histogram.count()});
    scale_to_length_one(descriptor);
    for (float& value : descriptor.values()) value = std::min(value, 0.2f);
    scale_to_length_one(descriptor);
    return descriptor;
}

// The peaks of an octave, those that came to the same pixel once.
std::vector<Peak> peaks_of(const Tensor& d) {
    std::vector<Peak> peaks;
    std::vector<bool> taken(static_cast<std::size_t>(d.count()));
    for (const Extremum& extremum : extrema(d, contrast / 2)) {
        const auto peak = refine(d, extremum);
        if (!peak) continue;
        const auto [level, row, column] = nearest(*peak);
        const auto place = static_cast<std::size_t>((level * d.size(1) + row) * d.size(2) + column);
        if (!taken[place]) peaks.push_back(*peak);
        taken[place] = true;
    }
    return peaks;
}

// Descriptors as the rows of a tensor.
Features features_of(std::vector<Keypoint> keypoints, const std::vector<Tensor>& rows, Index length) {
    Features features{std::move(keypoints), Tensor({static_cast<Index>(rows.size()), length})};
    for (std::size_t n = 0; n < rows.size(); ++n)
        std::ranges::copy(rows[n].values(), features.descriptors.data() + static_cast<Index>(n) * length);
    return features;
}

// Task 3.6: everything together.
Features sift(const Tensor& gray) {
    // TODO 1. For every octave of the pyramid: differences, extrema, refined. Two that came to one pixel are one.
    // TODO 2. For every peak: its histogram, its angles. For every angle: a keypoint and a descriptor.
    // TODO 3. Row, column and σ are in pixels of the octave. How large is a pixel of octave 0 in the picture? And one
    //         of octave 1?
    // TODO 4. Collect the descriptors, and make one Tensor [N, 128] of them at the end.
    std::vector<Keypoint> keypoints;
    std::vector<Tensor> descriptors;
    float pixel = 0.5f;  // of the octave, measured in pixels of the picture
    for (const Tensor& gaussians : pyramid(gray)) {
        for (const Peak& peak : peaks_of(difference_of_gaussians(gaussians)))
            for (const float angle : dominant_angles(orientation_histogram(gaussians, peak))) {
                keypoints.push_back({.row = pixel * peak.row - 0.25f,
                                     .column = pixel * peak.column - 0.25f,
                                     .sigma = pixel * sigma_of(peak.level),
                                     .angle = angle});
                descriptors.push_back(normalized(descriptor_histogram(gaussians, peak, angle)));
            }
        pixel *= 2;
    }
    return features_of(std::move(keypoints), descriptors, 128);
}

// Task 3.7: matching by ratio test.
std::vector<Match> match(const Tensor& a, const Tensor& b, float ratio) {
    // TODO 1. For each row of a: the distance to every row of b. Which two are the smallest?
    // TODO 2. Keep the nearest when the second nearest is far enough behind it.
    require(a.rank() == 2 && b.rank() == 2 && a.size(1) == b.size(1),
            "match: expected descriptors [N, D] and [M, D], got {} and {}", a.shape(), b.shape());
    std::vector<Match> matches;
    for (Index n = 0; n < a.size(0); ++n) {
        float nearest = INFINITY, second = INFINITY;  // squared distances
        Index at = -1;
        for (Index m = 0; m < b.size(0); ++m) {
            float squares = 0;
            for (Index k = 0; k < a.size(1); ++k) squares += (a(n, k) - b(m, k)) * (a(n, k) - b(m, k));
            if (squares < nearest)
                second = nearest, nearest = squares, at = m;
            else
                second = std::min(second, squares);
        }
        if (b.size(0) >= 2 && std::sqrt(nearest) < ratio * std::sqrt(second))
            matches.push_back({n, at, std::sqrt(nearest)});
    }
    return matches;
}

// Task 3.8: the integral image.
Integral integral_image(const Tensor& gray) {
    // TODO 1. One row and one column more than the picture; number (i, j) is sums[i * width + j].
    // TODO 2. Row by row: the sum of this row so far, and what stands above.
    require(gray.rank() == 2, "integral_image: expected a picture [H, W], got {}", gray.shape());
    Integral image{gray.size(0) + 1, gray.size(1) + 1, {}};
    image.sums.resize(static_cast<std::size_t>(image.height * image.width));
    for (Index i = 1; i < image.height; ++i) {
        double row = 0;
        for (Index j = 1; j < image.width; ++j) {
            row += gray(i - 1, j - 1);
            const auto place = static_cast<std::size_t>(i * image.width + j);
            image.sums[place] = image.sums[place - static_cast<std::size_t>(image.width)] + row;
        }
    }
    return image;
}

// Task 3.8: the sum of a box.
double box_sum(const Integral& image, const Box& box) {
    // TODO 1. Which rows and columns of the integral image bound the box? Where it leaves the picture, the rim does.
    // TODO 2. Everything up to the lower right corner, minus what is too much. What was taken away twice?
    const auto sums = [&](Index i, Index j) {
        i = std::clamp<Index>(i, 0, image.height - 1);
        j = std::clamp<Index>(j, 0, image.width - 1);
        return image.sums[static_cast<std::size_t>(i * image.width + j)];
    };
    const Index below = box.row + box.height, right = box.column + box.width;
    return sums(below, right) - sums(box.row, right) - sums(below, box.column) + sums(box.row, box.column);
}

// Task 3.8: the determinant of the Hessian, made of boxes.
Tensor box_hessian(const Integral& image, Index size, Index step) {
    // TODO 1. With l = size / 3: which rows and columns does the tall box of Dyy cover, and which its middle third?
    // TODO 2. Dxx is Dyy with rows and columns exchanged. Where are the four boxes of Dxy?
    // TODO 3. Divide by the filter's area, so that large and small filters can be compared.
    require(size >= 3 && size % 6 == 3 && step >= 1,
            "box_hessian: size {} is not three times an odd number, or step {} < 1", size, step);
    const Index l = size / 3, half = size / 2, wide = 2 * l - 1;
    const double area = static_cast<double>(size * size);
    Tensor y({(image.height - 1 + step - 1) / step, (image.width - 1 + step - 1) / step});
    for (Index i = 0; i < y.size(0); ++i)
        for (Index j = 0; j < y.size(1); ++j) {
            const Index row = i * step, column = j * step;
            const auto box = [&](Index up, Index left, Index height, Index width) {
                return box_sum(image, {row + up, column + left, height, width});
            };
            const double dyy = box(-half, 1 - l, size, wide) - 3 * box(-(l / 2), 1 - l, l, wide);
            const double dxx = box(1 - l, -half, wide, size) - 3 * box(1 - l, -(l / 2), wide, l);
            const double dxy = box(-l, 1, l, l) + box(1, -l, l, l) - box(-l, -l, l, l) - box(1, 1, l, l);
            y(i, j) = static_cast<float>((dxx * dyy - 0.81 * dxy * dxy) / (area * area));
        }
    return y;
}

// Task 3.8: Haar wavelets.
Wavelets haar(const Integral& image, float row, float column, Index half) {
    // TODO 1. Between which rows and columns of pixels is the middle?
    // TODO 2. Four boxes: right, left, lower, upper half.
    const Index i = std::lround(row + 0.5f), j = std::lround(column + 0.5f);
    const auto box = [&](Index top, Index left, Index height, Index width) {
        return box_sum(image, {i + top, j + left, height, width});
    };
    return {.dx = box(-half, 0, 2 * half, half) - box(-half, -half, 2 * half, half),
            .dy = box(0, -half, half, 2 * half) - box(-half, -half, half, 2 * half)};
}

// Task 3.8: the angle of a SURF keypoint.
float surf_angle(const Integral& image, const Keypoint& keypoint) {
    // TODO 1. Wavelets on a disc of places around the keypoint, each with its weight: dx, dy and their angle.
    // TODO 2. For each of the 72 windows: the sum of those whose angle lies in it. Mind the end of the circle.
    // TODO 3. Which sum is the longest, and where does it point?
    struct Response {
        float dx, dy, angle;
    };
    constexpr float turn = 2 * std::numbers::pi_v<float>;
    const float s = keypoint.sigma;
    std::vector<Response> responses;
    for (Index i = -5; i <= 5; ++i)
        for (Index j = -5; j <= 5; ++j) {
            if (i * i + j * j >= 36) continue;
            const auto [right, down] = haar(image, keypoint.row + static_cast<float>(i) * s,
                                            keypoint.column + static_cast<float>(j) * s, std::lround(2 * s));
            const float weight = std::exp(-static_cast<float>(i * i + j * j) / 8);
            const float dx = weight * static_cast<float>(right), dy = weight * static_cast<float>(down);
            responses.push_back({dx, dy, std::atan2(dy, dx)});
        }
    float longest = 0, angle = 0;
    for (int window = 0; window < 72; ++window) {
        const float begin = static_cast<float>(window) * turn / 72;
        float dx = 0, dy = 0;
        for (const Response& response : responses) {
            const float turns = (response.angle - begin) / turn;
            if (turns - std::floor(turns) < 1.0f / 6) dx += response.dx, dy += response.dy;
        }
        if (dx * dx + dy * dy > longest) longest = dx * dx + dy * dy, angle = std::atan2(dy, dx);
    }
    return angle < 0 ? angle + turn : angle;
}

// Task 3.8: SURF's descriptor.
Tensor surf_descriptor(const Integral& image, const Keypoint& keypoint) {
    // TODO 1. Place (i, j) of the grid, 0 to 19: how far is it from the keypoint before turning, in units of s?
    // TODO 2. Turn it, take the wavelets there, and turn these back into the keypoint's frame.
    // TODO 3. Which of the 16 cells does it belong to? Four sums for each. Then scale.
    const float s = keypoint.sigma, cosine = std::cos(keypoint.angle), sine = std::sin(keypoint.angle);
    Tensor descriptor({64});
    for (Index i = 0; i < 20; ++i)
        for (Index j = 0; j < 20; ++j) {
            const float v = static_cast<float>(i) - 9.5f, u = static_cast<float>(j) - 9.5f;
            const auto [right, down] = haar(image, keypoint.row + s * (u * sine + v * cosine),
                                            keypoint.column + s * (u * cosine - v * sine), std::lround(s));
            const float weight = std::exp(-(u * u + v * v) / (2 * 3.3f * 3.3f));
            const float dx = static_cast<float>(right), dy = static_cast<float>(down);
            const float du = weight * (dx * cosine + dy * sine), dv = weight * (dy * cosine - dx * sine);
            const Index cell = 4 * (4 * (i / 5) + j / 5);
            descriptor(cell) += du;
            descriptor(cell + 1) += dv;
            descriptor(cell + 2) += std::abs(du);
            descriptor(cell + 3) += std::abs(dv);
        }
    scale_to_length_one(descriptor);
    return descriptor;
}

// The responses of an octave's four filters, [4, H, W].
Tensor responses_of(const Integral& image, Index octave) {
    const Index step = Index{1} << octave, growth = 6 * step, first = growth + 3;
    std::vector<Tensor> levels;
    for (Index k = 0; k < 4; ++k) levels.push_back(box_hessian(image, first + k * growth, step));
    const Index size = levels[0].count();
    Tensor responses({4, levels[0].size(0), levels[0].size(1)});
    for (Index k = 0; k < 4; ++k)
        std::ranges::copy(levels[static_cast<std::size_t>(k)].values(), responses.data() + k * size);
    return responses;
}

// Task 3.8: SURF.
Features surf(const Tensor& gray) {
    // TODO 1. For each octave: the responses of four filters as one Tensor [4, H, W].
    // TODO 2. Tasks 3.3 and 3.4 find its extrema and their places between the pixels. Which of them are not wanted?
    // TODO 3. Place and sigma in the large picture; angle; descriptor. Where is that in `gray`?
    const Integral image = integral_image(twice_as_large(gray));
    std::vector<Keypoint> keypoints;
    std::vector<Tensor> descriptors;
    for (Index octave = 0; octave < surf_octaves; ++octave) {
        const Tensor responses = responses_of(image, octave);
        const float step = static_cast<float>(Index{1} << octave);
        for (const Extremum& at : extrema(responses, surf_threshold)) {
            const Fit fit = fit_parabola(responses, at);
            const bool near = std::max({std::abs(fit.level), std::abs(fit.row), std::abs(fit.column)}) < 1;
            if (responses(at.level, at.row, at.column) < 0 || !near) continue;
            const float size = 6 * step * (static_cast<float>(at.level) + fit.level + 1) + 3;
            Keypoint keypoint{.row = step * (static_cast<float>(at.row) + fit.row),
                              .column = step * (static_cast<float>(at.column) + fit.column),
                              .sigma = 1.2f * size / 9,
                              .angle = 0};
            keypoint.angle = surf_angle(image, keypoint);
            descriptors.push_back(surf_descriptor(image, keypoint));
            keypoints.push_back({.row = keypoint.row / 2 - 0.25f,
                                 .column = keypoint.column / 2 - 0.25f,
                                 .sigma = keypoint.sigma / 2,
                                 .angle = keypoint.angle});
        }
    }
    return features_of(std::move(keypoints), descriptors, 64);
}

}  // namespace cnn::lab03
