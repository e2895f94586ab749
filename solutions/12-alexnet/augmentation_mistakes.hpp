// Wrong answers to 12.4.
#pragma once
#include <algorithm>
#include <cmath>

#include "alexnet.hpp"
#include "grader/exercise.hpp"
#include "tensor/random.hpp"

namespace cnn::lab12::wrong {

using grader::mistake;
using grader::Replacement;

inline Tensor upside_down(const Tensor& x) {
    Tensor y = x;
    const Index height = x.size(1);
    for (Index c = 0; c < x.size(0); ++c)
        for (Index i = 0; i < height; ++i)
            for (Index j = 0; j < x.size(2); ++j) y(c, i, j) = x(c, height - 1 - i, j);
    return y;
}

// The ten crops, the i-th at the place `order[i]`.
inline Tensor reordered(const Tensor& crops, const std::vector<Index>& order) {
    Tensor result(crops.shape());
    const Index length = crops.count() / crops.size(0);
    for (std::size_t i = 0; i < order.size(); ++i)
        std::copy_n(crops.data() + static_cast<Index>(i) * length, length, result.data() + order[i] * length);
    return result;
}

// Shares of one row of scores in the sum of exponentials.
inline std::vector<double> softmax_row(const Tensor& scores, Index row) {
    double largest = double{scores(row, 0)}, sum = 0;
    for (Index m = 1; m < scores.size(1); ++m) largest = std::max(largest, double{scores(row, m)});
    std::vector<double> shares;
    for (Index m = 0; m < scores.size(1); ++m) shares.push_back(std::exp(double{scores(row, m)} - largest));
    for (const double share : shares) sum += share;
    for (double& share : shares) share /= sum;
    return shares;
}

inline Tensor softmax_of_mean(const Tensor& scores) {
    Tensor mean = ten_crop_probabilities(scores);
    mean.fill(0);
    for (Index row = 0; row < scores.size(0); ++row)
        for (Index m = 0; m < scores.size(1); ++m) mean(row / 10, m) += scores(row, m) / 10;
    Tensor result(mean.shape());
    for (Index n = 0; n < mean.size(0); ++n) {
        const std::vector<double> shares = softmax_row(mean, n);
        for (Index m = 0; m < mean.size(1); ++m) result(n, m) = static_cast<float>(shares[static_cast<std::size_t>(m)]);
    }
    return result;
}

inline Tensor rows_in_turn(const Tensor& scores) {
    Tensor mean = ten_crop_probabilities(scores);
    const Index images = mean.size(0);
    mean.fill(0);
    for (Index row = 0; row < scores.size(0); ++row) {
        const std::vector<double> shares = softmax_row(scores, row);
        for (Index m = 0; m < scores.size(1); ++m)
            mean(row % images, m) += static_cast<float>(shares[static_cast<std::size_t>(m)] / 10);
    }
    return mean;
}

inline Tensor plain_exponentials(const Tensor& scores) {
    Tensor mean = ten_crop_probabilities(scores);
    mean.fill(0);
    for (Index row = 0; row < scores.size(0); ++row) {
        float sum = 0;
        for (Index m = 0; m < scores.size(1); ++m) sum += std::exp(scores(row, m));
        for (Index m = 0; m < scores.size(1); ++m) mean(row / 10, m) += std::exp(scores(row, m)) / sum / 10;
    }
    return mean;
}

// Mean products of (u - shift of u) and (v - shift of v); the shift may be of each image.
inline Tensor products(const Tensor& images, bool centred, bool by_image, double divisor) {
    Tensor result({3, 3});
    const Index pixels = images.size(2) * images.size(3), count = images.size(0);
    const auto at = [&](Index n, Index c, Index p) { return double{images[(n * 3 + c) * pixels + p]}; };
    for (Index u = 0; u < 3; ++u)
        for (Index v = 0; v < 3; ++v) {
            double sum = 0;
            for (Index n = 0; n < count; ++n) {
                double mean_u = 0, mean_v = 0;
                const Index first = by_image ? n : 0, end = by_image ? n + 1 : count;
                for (Index m = first; m < end; ++m)
                    for (Index p = 0; p < pixels; ++p) mean_u += at(m, u, p), mean_v += at(m, v, p);
                mean_u /= static_cast<double>((end - first) * pixels);
                mean_v /= static_cast<double>((end - first) * pixels);
                for (Index p = 0; p < pixels; ++p)
                    sum += centred ? (at(n, u, p) - mean_u) * (at(n, v, p) - mean_v) : at(n, u, p) * at(n, v, p);
            }
            result(u, v) = static_cast<float>(sum / divisor);
        }
    return result;
}
inline double pixels_of(const Tensor& images) { return static_cast<double>(images.count()) / 3; }

// The shift with something else in the place of the values or the axes.
inline Tensor shifted_by(const Tensor& image, const data::PrincipalComponents& components,
                         const std::vector<float>& alpha, float (*of_value)(float), bool rows) {
    shift_colours(image, components, alpha);
    data::PrincipalComponents other = components;
    for (float& value : other.values.values()) value = of_value(value);
    for (Index i = 0; i < 3 && rows; ++i)
        for (Index j = 0; j < 3; ++j) other.vectors(i, j) = components.vectors(j, i);
    return shift_colours(image, other, alpha);
}

inline std::vector<Replacement> crop_mistakes() {
    return {
        mistake(crop, "mirrored_image_cut",
                "the whole image is mirrored before the square is cut: cut first, then exchange left and right.",
                [](const Tensor& image, Index row, Index column, Index size, bool mirrored) {
                    crop(image, row, column, size, mirrored);
                    return crop(image, row, mirrored ? image.size(2) - size - column : column, size, mirrored);
                }),
        mistake(crop, "upside_down", "above and below are exchanged: a mirror exchanges left and right.",
                [](const Tensor& image, Index row, Index column, Index size, bool mirrored) {
                    const Tensor square = crop(image, row, column, size, false);
                    return mirrored ? upside_down(square) : square;
                }),
        mistake(crop, "never_mirrored", "the square is not mirrored where it should be.",
                [](const Tensor& image, Index row, Index column, Index size, bool) {
                    return crop(image, row, column, size, false);
                }),
        mistake(crop, "first_colour_only",
                "every colour shows the first one: the channel of the result is that of the "
                "image.",
                [](const Tensor& image, Index row, Index column, Index size, bool mirrored) {
                    Tensor square = crop(image, row, column, size, mirrored);
                    for (Index i = 0; i < square.count(); ++i) square[i] = square[i % (size * size)];
                    return square;
                }),
        mistake(random_crop, "column_before_row",
                "the column is drawn before the row: the engine is asked for the row first.",
                [](const Tensor& image, Index size, std::uint32_t seed) {
                    random_crop(image, size, seed);
                    Engine engine(seed);
                    const Index column = uniform_index(engine, image.size(2) - size + 1);
                    const Index row = uniform_index(engine, image.size(1) - size + 1);
                    return crop(image, row, column, size, uniform_index(engine, 2) == 1);
                }),
        mistake(random_crop, "drawn_in_reverse",
                "the three numbers are drawn in reverse. Are they drawn in the arguments of a call? Their order is not "
                "fixed there: draw each into a variable of its own, one after the other.",
                [](const Tensor& image, Index size, std::uint32_t seed) {
                    random_crop(image, size, seed);
                    Engine engine(seed);
                    const bool mirrored = uniform_index(engine, 2) == 1;
                    const Index column = uniform_index(engine, image.size(2) - size + 1);
                    return crop(image, uniform_index(engine, image.size(1) - size + 1), column, size, mirrored);
                }),
        mistake(random_crop, "last_place_never_drawn",
                "the last row and column are never drawn: there are H - size + 1 places for the square.",
                [](const Tensor& image, Index size, std::uint32_t seed) {
                    random_crop(image, size, seed);
                    Engine engine(seed);
                    const Index row = uniform_index(engine, std::max<Index>(image.size(1) - size, 1));
                    const Index column = uniform_index(engine, std::max<Index>(image.size(2) - size, 1));
                    return crop(image, row, column, size, uniform_index(engine, 2) == 1);
                }),
        mistake(random_crop, "mirror_drawn_first",
                "the mirror is drawn before the place: row, column, mirror is the order.",
                [](const Tensor& image, Index size, std::uint32_t seed) {
                    random_crop(image, size, seed);
                    Engine engine(seed);
                    const bool mirrored = uniform_index(engine, 2) == 1;
                    const Index row = uniform_index(engine, image.size(1) - size + 1);
                    return crop(image, row, uniform_index(engine, image.size(2) - size + 1), size, mirrored);
                }),
        mistake(random_crop, "mirrored_the_other_way",
                "exactly the other half of the crops is mirrored: uniform_index(engine, 2) == 1 says yes.",
                [](const Tensor& image, Index size, std::uint32_t seed) {
                    random_crop(image, size, seed);
                    Engine engine(seed);
                    const Index row = uniform_index(engine, image.size(1) - size + 1);
                    const Index column = uniform_index(engine, image.size(2) - size + 1);
                    return crop(image, row, column, size, uniform_index(engine, 2) == 0);
                }),
        mistake(ten_crop, "each_crop_mirrored",
                "crop 5 is the mirrored crop 0: here it is the top left of the mirrored image, the mirrored crop 1.",
                [](const Tensor& image, Index size) {
                    return reordered(ten_crop(image, size), {0, 1, 2, 3, 4, 6, 5, 8, 7, 9});
                }),
        mistake(
            ten_crop, "columns_first",
            "bottom left comes before top right: the order is top left, top right, bottom left, bottom right, centre.",
            [](const Tensor& image, Index size) {
                return reordered(ten_crop(image, size), {0, 2, 1, 3, 4, 5, 7, 6, 8, 9});
            }),
        mistake(ten_crop, "centre_first", "the centre comes first: it is the last of each five.",
                [](const Tensor& image, Index size) {
                    return reordered(ten_crop(image, size), {1, 2, 3, 4, 0, 6, 7, 8, 9, 5});
                }),
        mistake(ten_crop, "centre_of_the_plain_image",
                "the mirrored centre is the plain centre, mirrored: it is the centre of the mirrored image, which "
                "begins one "
                "column further to the left where the rest is odd.",
                [](const Tensor& image, Index size) {
                    Tensor crops = ten_crop(image, size);
                    const Index row = (image.size(1) - size) / 2, column = (image.size(2) - size) / 2;
                    const Tensor centre = crop(image, row, column, size, true);
                    std::copy_n(centre.data(), centre.count(), crops.data() + 9 * centre.count());
                    return crops;
                }),
        mistake(ten_crop, "pairs", "every crop is followed by its mirror image: the five plain ones come first.",
                [](const Tensor& image, Index size) {
                    return reordered(ten_crop(image, size), {0, 2, 4, 6, 8, 3, 1, 7, 5, 9});
                }),
    };
}

inline std::vector<Replacement> opinion_and_colour_mistakes() {
    return {
        mistake(ten_crop_probabilities, "scores_averaged",
                "the scores are averaged before the softmax: the paper averages what the softmax makes of each crop.",
                softmax_of_mean),
        mistake(ten_crop_probabilities, "summed", "the ten opinions are added up: their mean is wanted.",
                [](const Tensor& scores) {
                    Tensor sum = ten_crop_probabilities(scores);
                    return std::move(sum *= 10);
                }),
        mistake(ten_crop_probabilities, "crops_of_all_images_in_turn",
                "rows n, n + N, n + 2N … are taken for the crops of image n: its ten crops are rows 10n to 10n + 9.",
                rows_in_turn),
        mistake(ten_crop_probabilities, "exponentials_overflow",
                "large scores overflow: subtract the largest of a row before std::exp.", plain_exponentials),
        mistake(colour_covariance, "not_centred",
                "the means of the colours are not taken away: this is how bright they are, not how they vary.",
                [](const Tensor& images) {
                    colour_covariance(images);
                    return products(images, false, false, pixels_of(images));
                }),
        mistake(colour_covariance, "each_image_centred",
                "every image's own means are taken away: the means over all images belong there.",
                [](const Tensor& images) {
                    colour_covariance(images);
                    return products(images, true, true, pixels_of(images));
                }),
        mistake(colour_covariance, "sums_not_means", "these are sums: divide by the number of pixels.",
                [](const Tensor& images) {
                    colour_covariance(images);
                    return products(images, true, false, 1);
                }),
        mistake(
            colour_covariance, "divided_by_one_less",
            "the sums are divided by one less than the number of pixels (the sample covariance): here it is the mean.",
            [](const Tensor& images) {
                colour_covariance(images);
                return products(images, true, false, std::max(1.0, pixels_of(images) - 1));
            }),
        mistake(colour_covariance, "summed_in_single_precision",
                "mean products minus products of means, in single precision: of a bright photo little is left. Take "
                "the means "
                "away first, and add up in double.",
                [](const Tensor& images) {
                    Tensor result = colour_covariance(images);
                    const Index pixels = images.size(2) * images.size(3);
                    float sums[3] = {}, squares[3][3] = {};
                    for (Index n = 0; n < images.size(0); ++n)
                        for (Index p = 0; p < pixels; ++p)
                            for (Index u = 0; u < 3; ++u) {
                                const float* image = images.data() + n * 3 * pixels + p;
                                sums[u] += image[u * pixels];
                                for (Index v = 0; v < 3; ++v) squares[u][v] += image[u * pixels] * image[v * pixels];
                            }
                    const auto count = static_cast<float>(pixels_of(images));
                    for (Index u = 0; u < 3; ++u)
                        for (Index v = 0; v < 3; ++v)
                            result(u, v) = squares[u][v] / count - sums[u] / count * (sums[v] / count);
                    return result;
                }),
        mistake(colour_covariance, "divided_by_all_numbers",
                "the sums are divided by 3 · H · W · N: there are H · W · N pixels.",
                [](const Tensor& images) {
                    colour_covariance(images);
                    return products(images, true, false, 3 * pixels_of(images));
                }),
        mistake(shift_colours, "rows_for_axes", "the rows of the vectors are taken for the axes: they are its columns.",
                [](const Tensor& image, const data::PrincipalComponents& components, const std::vector<float>& alpha) {
                    return shifted_by(
                        image, components, alpha, [](float v) { return v; }, true);
                }),
        mistake(
            shift_colours, "values_forgotten",
            "the shift along each axis is alpha alone: it is alpha times the axis's value, so that colours move most "
            "the way they vary most.",
            [](const Tensor& image, const data::PrincipalComponents& components, const std::vector<float>& alpha) {
                return shifted_by(
                    image, components, alpha, [](float) { return 1.0f; }, false);
            }),
        mistake(
            shift_colours, "roots_of_values",
            "the roots of the values are taken: that would be a deviation; the paper multiplies by the value itself.",
            [](const Tensor& image, const data::PrincipalComponents& components, const std::vector<float>& alpha) {
                return shifted_by(
                    image, components, alpha, [](float v) { return std::sqrt(std::max(v, 0.0f)); }, false);
            }),
        mistake(shift_colours, "cut_off_at_black_and_white",
                "the shifted colours are cut off at 0 and 1: the shift is added as it is, whatever comes of it.",
                [](const Tensor& image, const data::PrincipalComponents& components, const std::vector<float>& alpha) {
                    Tensor shifted = shift_colours(image, components, alpha);
                    for (float& value : shifted.values()) value = std::clamp(value, 0.0f, 1.0f);
                    return shifted;
                }),
        mistake(shift_colours, "first_axis_only", "only the first axis counts: the three shifts are added.",
                [](const Tensor& image, const data::PrincipalComponents& components, const std::vector<float>& alpha) {
                    shift_colours(image, components, alpha);
                    return shift_colours(image, components, {alpha[0], 0, 0});
                }),
    };
}

inline std::vector<Replacement> augmentation_mistakes() {
    std::vector<Replacement> all = crop_mistakes();
    for (Replacement& more : opinion_and_colour_mistakes()) all.push_back(std::move(more));
    return all;
}

}  // namespace cnn::lab12::wrong
