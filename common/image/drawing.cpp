#include "image/drawing.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cnn {
namespace {

// 0 at the low end of the range, 1 at the high end; what is not a number counts as low.
float place_in(Range range, float value) {
    if (!(range.high > range.low)) return .5f;
    const float t = (value - range.low) / (range.high - range.low);
    return t > 0 ? std::min(t, 1.f) : 0.f;
}

template <class Visit>
void for_each(ConstView x, Visit visit) {
    const auto size = [&](int axis) { return axis < x.rank() ? x.size(axis) : 1; };
    const auto step = [&](int axis) { return axis < x.rank() ? x.stride(axis) : 0; };
    for (Index a = 0; a < size(0); ++a)
        for (Index b = 0; b < size(1); ++b)
            for (Index c = 0; c < size(2); ++c)
                for (Index d = 0; d < size(3); ++d)
                    for (Index e = 0; e < size(4); ++e)
                        visit(x.data()[a * step(0) + b * step(1) + c * step(2) + d * step(3) + e * step(4)]);
}

void require_plane(ConstView plane, std::string_view what) {
    require(plane.rank() == 2, "{}: expected numbers [H, W], got {}", what, plane.shape());
}

// Which source pixels make one target pixel, and with what weights (which add up to 1).
struct Taps {
    Index first = 0;
    std::vector<float> weights;
};

// A triangle around the target pixel's middle: one source pixel wide to either side when enlarging, one target pixel
// when shrinking.
std::vector<Taps> taps_for(Index from, Index to) {
    const double scale = static_cast<double>(from) / static_cast<double>(to), reach = std::max(scale, 1.0);
    std::vector<Taps> all;
    for (Index i = 0; i < to; ++i) {
        const double middle = (static_cast<double>(i) + .5) * scale;
        Taps taps{.first = std::max<Index>(0, static_cast<Index>(std::floor(middle - reach))), .weights = {}};
        const Index end = std::min(from, static_cast<Index>(std::ceil(middle + reach)));
        double sum = 0;
        std::vector<double> weights;
        for (Index j = taps.first; j < end; ++j) {
            weights.push_back(std::max(0.0, 1 - std::abs(static_cast<double>(j) + .5 - middle) / reach));
            sum += weights.back();
        }
        for (const double weight : weights) taps.weights.push_back(static_cast<float>(weight / sum));
        all.push_back(std::move(taps));
    }
    return all;
}

}  // namespace

Range Range::of(ConstView numbers) {
    Range range{std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity()};
    for_each(numbers, [&](float value) {
        if (std::isfinite(value)) range = {std::min(range.low, value), std::max(range.high, value)};
    });
    return range.low <= range.high ? range : Range{0, 0};
}

Range Range::symmetric_of(ConstView numbers) {
    const Range range = of(numbers);
    const float magnitude = std::max(-range.low, range.high);
    return {-magnitude, magnitude};
}

Range Range::symmetric_of_most(ConstView plane) {
    require_plane(plane, "Range::symmetric_of_most");
    std::vector<float> magnitudes;
    for (Index i = 0; i < plane.size(0); ++i)
        for (Index j = 0; j < plane.size(1); ++j) magnitudes.push_back(std::abs(plane(i, j)));
    if (magnitudes.empty()) return {-1, 1};
    const auto most = magnitudes.begin() + static_cast<std::ptrdiff_t>(magnitudes.size() * 199 / 200);
    std::nth_element(magnitudes.begin(), most, magnitudes.end());
    const float magnitude = std::max(*most, 1e-6f);
    return {-magnitude, magnitude};
}

Image gray_image(ConstView plane) { return gray_image(plane, Range::of(plane)); }

Image gray_image(ConstView plane, Range range) {
    require_plane(plane, "gray_image");
    Image image(plane.size(0), plane.size(1), 1);
    for (Index i = 0; i < image.height; ++i)
        for (Index j = 0; j < image.width; ++j) image(i, j) = to_byte(255 * place_in(range, plane(i, j)));
    return image;
}

Image colour_image(ConstView plane, ColourMap map, Range range) {
    require_plane(plane, "colour_image");
    Image image(plane.size(0), plane.size(1), 3);
    for (Index i = 0; i < image.height; ++i)
        for (Index j = 0; j < image.width; ++j) {
            const float t = place_in(range, plane(i, j));
            const Colour colour = map(map == diverging ? 2 * t - 1 : t);
            image(i, j, 0) = colour.red, image(i, j, 1) = colour.green, image(i, j, 2) = colour.blue;
        }
    return image;
}

Image rgb_image(ConstView x, Range range) {
    require(x.rank() == 3 && x.size(0) == 3, "rgb_image: expected numbers [3, H, W], got {}", x.shape());
    Image image(x.size(1), x.size(2), 3);
    for (Index i = 0; i < image.height; ++i)
        for (Index j = 0; j < image.width; ++j)
            for (Index c = 0; c < 3; ++c) image(i, j, c) = to_byte(255 * place_in(range, x(c, i, j)));
    return image;
}

Tensor to_tensor(const Image& image) {
    Tensor x = Tensor::uninitialized({1, image.channels, image.height, image.width});
    for (Index c = 0; c < image.channels; ++c)
        for (Index i = 0; i < image.height; ++i)
            for (Index j = 0; j < image.width; ++j) x(0, c, i, j) = static_cast<float>(image(i, j, c)) / 255;
    return x;
}

Image to_colour(const Image& image) {
    if (image.channels == 3) return image;
    Image result(image.height, image.width, 3);
    for (std::size_t i = 0; i < result.pixels.size(); ++i) result.pixels[i] = image.pixels[i / 3];
    return result;
}

Image to_gray(const Image& image) {
    if (image.channels == 1) return image;
    Image result(image.height, image.width, 1);
    for (Index i = 0; i < image.height; ++i)
        for (Index j = 0; j < image.width; ++j)
            result(i, j) =
                to_byte(.299f * static_cast<float>(image(i, j, 0)) + .587f * static_cast<float>(image(i, j, 1)) +
                        .114f * static_cast<float>(image(i, j, 2)));
    return result;
}

Image enlarge(const Image& image, Index factor) {
    require(factor >= 1, "enlarge: by a factor of {}, 1 is the least", factor);
    Image result(image.height * factor, image.width * factor, image.channels);
    for (Index i = 0; i < result.height; ++i)
        for (Index j = 0; j < result.width; ++j)
            for (Index c = 0; c < result.channels; ++c) result(i, j, c) = image(i / factor, j / factor, c);
    return result;
}

Image resize(const Image& image, Index height, Index width) {
    require(height >= 1 && width >= 1 && image.height >= 1 && image.width >= 1, "resize: {} × {} pixels to {} × {}",
            image.height, image.width, height, width);
    const Index channels = image.channels;
    std::vector<float> wide(static_cast<std::size_t>(image.height * width * channels));
    const auto across = taps_for(image.width, width), down = taps_for(image.height, height);
    for (Index i = 0; i < image.height; ++i)
        for (Index j = 0; j < width; ++j)
            for (Index c = 0; c < channels; ++c) {
                const Taps& taps = across[static_cast<std::size_t>(j)];
                float sum = 0;
                for (Index k = 0; k < std::ssize(taps.weights); ++k)
                    sum += taps.weights[static_cast<std::size_t>(k)] * static_cast<float>(image(i, taps.first + k, c));
                wide[static_cast<std::size_t>((i * width + j) * channels + c)] = sum;
            }
    Image result(height, width, channels);
    const Index row = width * channels;
    for (Index i = 0; i < height; ++i)
        for (Index j = 0; j < row; ++j) {
            const Taps& taps = down[static_cast<std::size_t>(i)];
            float sum = 0;
            for (Index k = 0; k < std::ssize(taps.weights); ++k)
                sum += taps.weights[static_cast<std::size_t>(k)] *
                       wide[static_cast<std::size_t>((taps.first + k) * row + j)];
            result.pixels[static_cast<std::size_t>(i * row + j)] = to_byte(sum);
        }
    return result;
}

Image fit(const Image& image, Index height, Index width) {
    require(image.height >= 1 && image.width >= 1, "fit: a picture of {} × {} pixels", image.height, image.width);
    const double scale = std::min(static_cast<double>(height) / static_cast<double>(image.height),
                                  static_cast<double>(width) / static_cast<double>(image.width));
    const auto scaled = [&](Index size) { return std::max<Index>(1, std::lround(scale * static_cast<double>(size))); };
    return resize(image, scaled(image.height), scaled(image.width));
}

Image crop(const Image& image, Index row, Index column, Index height, Index width) {
    require(row >= 0 && column >= 0 && height >= 0 && width >= 0 && row + height <= image.height &&
                column + width <= image.width,
            "crop: {} × {} pixels from ({}, {}) are not within {} × {}", height, width, row, column, image.height,
            image.width);
    Image result(height, width, image.channels);
    for (Index i = 0; i < height; ++i)
        for (Index j = 0; j < width; ++j)
            for (Index c = 0; c < image.channels; ++c) result(i, j, c) = image(row + i, column + j, c);
    return result;
}

}  // namespace cnn
