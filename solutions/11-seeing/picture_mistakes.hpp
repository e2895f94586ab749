// Wrong answers to 11.1.
#pragma once
#include <algorithm>
#include <cmath>

#include "grader/exercise.hpp"
#include "image/colours.hpp"
#include "seeing.hpp"

namespace cnn::lab11::wrong {

using grader::mistake;
using Mistakes = std::vector<grader::Replacement>;

// A picture whose pixel (i, j) has the colour of(i, j).
template <class F>
Image painted(Index height, Index width, const F& of) {
    Image picture(height, width, 3);
    for (Index i = 0; i < height; ++i)
        for (Index j = 0; j < width; ++j) {
            const Colour colour = of(i, j);
            picture(i, j, 0) = colour.red, picture(i, j, 1) = colour.green, picture(i, j, 2) = colour.blue;
        }
    return picture;
}
// Every number v of the plane as map(place(v)).
template <class F>
Image mapped(const Tensor& plane, ColourMap map, const F& place) {
    return painted(plane.size(0), plane.size(1), [&](Index i, Index j) { return map(place(plane(i, j))); });
}
inline float least(const Tensor& x) { return *std::ranges::min_element(x.values()); }
inline float greatest(const Tensor& x) { return *std::ranges::max_element(x.values()); }
inline float magnitude(const Tensor& x) { return std::max(std::abs(least(x)), std::abs(greatest(x))); }

inline Mistakes colour_mistakes() {
    return {
        mistake(
            signed_picture, "scale_from_the_least",
            "the colours run from the least number to the greatest: 0 is to be white, wherever it lies between them.",
            [](const Tensor& plane, float) {
                const float low = least(plane), high = greatest(plane);
                return mapped(plane, diverging,
                              [&](float v) { return high > low ? 2 * (v - low) / (high - low) - 1 : 0.0f; });
            }),
        mistake(signed_picture, "moved_between_0_and_1",
                "the numbers are moved to 0 … 1 first: diverging() takes -1 to 1, and white is its 0.",
                [](const Tensor& plane, float largest) {
                    return mapped(plane, diverging,
                                  [&](float v) { return largest > 0 ? (v / largest + 1) / 2 : 0.5f; });
                }),
        mistake(signed_picture, "colours_exchanged", "red and blue are exchanged: positive numbers are red.",
                [](const Tensor& plane, float largest) {
                    return mapped(plane, diverging, [&](float v) { return largest > 0 ? -v / largest : 0; });
                }),
        mistake(signed_picture, "signed_scale_of_its_own",
                "the scale is the plane's own largest magnitude: the function is told which one to use.",
                [](const Tensor& plane, float) { return signed_picture(plane, magnitude(plane)); }),
        mistake(signed_picture, "signed_numbers_in_viridis",
                "signed numbers are drawn with viridis(), in which all negative ones look alike: diverging() is asked "
                "for.",
                [](const Tensor& plane, float largest) { return activation_picture(plane, largest); }),
        mistake(signed_picture, "signed_numbers_moved_into_viridis",
                "signed numbers are moved to 0 … 1 and drawn with viridis(), in which 0 has no colour of its own: "
                "diverging() is asked for.",
                [](const Tensor& plane, float largest) {
                    return mapped(plane, viridis, [&](float v) { return largest > 0 ? (v / largest + 1) / 2 : 0.5f; });
                }),
        mistake(signed_picture, "zero_by_zero",
                "where the largest magnitude is 0, 0 / 0 is computed, which is no number: everything is 0 there, and "
                "white.",
                [](const Tensor& plane, float largest) {
                    return mapped(plane, diverging, [&](float v) { return v / largest; });
                }),
        mistake(signed_picture, "sign_lost", "the colour tells the magnitude alone: negative numbers are to be blue.",
                [](const Tensor& plane, float largest) {
                    return mapped(plane, diverging, [&](float v) { return largest > 0 ? std::abs(v) / largest : 0; });
                }),
        mistake(
            activation_picture, "activations_from_the_least",
            "the darkest colour is the plane's least number: it stands for 0, or a map that always answers looks as "
            "if it did not.",
            [](const Tensor& plane, float largest) {
                const float low = least(plane);
                return mapped(plane, viridis,
                              [&](float v) { return largest > low ? (v - low) / (largest - low) : 0.0f; });
            }),
        mistake(activation_picture, "activations_scaled_by_their_own",
                "the scale is the plane's own largest number: the function is told which one to use.",
                [](const Tensor& plane, float) { return activation_picture(plane, greatest(plane)); }),
        mistake(activation_picture, "activations_in_signed_colours",
                "activations are drawn in the colours of signed numbers: viridis() is asked for.",
                [](const Tensor& plane, float largest) { return signed_picture(plane, largest); }),
        mistake(activation_picture, "zero_in_the_middle",
                "0 gets the colour in the middle of the map: viridis() takes 0 to 1, and its 0 is dark.",
                [](const Tensor& plane, float largest) {
                    return mapped(plane, viridis, [&](float v) { return largest > 0 ? (v / largest + 1) / 2 : 0; });
                }),
    };
}

inline Tensor plane_of(const Tensor& x, Index n, Index c) {
    Tensor plane({x.size(2), x.size(3)});
    for (Index i = 0; i < plane.count(); ++i) plane[i] = x[(n * x.size(1) + c) * plane.count() + i];
    return plane;
}
// Pictures of the planes that pick(n, c) wants, on the scale of scale(plane).
template <class Pick, class ScaleOf>
std::vector<Image> filters_with(const Tensor& w, const Pick& pick, const ScaleOf& scale) {
    std::vector<Image> pictures;
    for (Index k = 0; k < w.size(0); ++k)
        for (Index c = 0; c < w.size(1); ++c)
            if (pick(k, c)) pictures.push_back(signed_picture(plane_of(w, k, c), scale(plane_of(w, k, c))));
    return pictures;
}
inline bool every(Index, Index) { return true; }

inline Mistakes filter_and_map_mistakes() {
    return {
        mistake(
            filter_pictures, "filters_on_scales_of_their_own",
            "every filter has a scale of its own: a weak one looks as strong as a strong one. All share the largest "
            "magnitude of w.",
            [](const Tensor& w) { return filters_with(w, every, magnitude); }),
        mistake(filter_pictures, "largest_with_its_sign",
                "the scale is the largest weight: it is to be the largest magnitude, and that weight may be negative.",
                [](const Tensor& w) {
                    return filters_with(w, every, [&](const Tensor&) { return std::max(greatest(w), 0.0f); });
                }),
        mistake(filter_pictures, "first_channel_only",
                "only the first channel of each filter is shown: a filter has C of them.",
                [](const Tensor& w) {
                    return filters_with(
                        w, [](Index, Index c) { return c == 0; }, [&](const Tensor&) { return magnitude(w); });
                }),
        mistake(filter_pictures, "channels_outside",
                "the pictures are sorted by channel: all channels of filter 0 come first, then those of filter 1.",
                [](const Tensor& w) {
                    std::vector<Image> pictures;
                    for (Index c = 0; c < w.size(1); ++c)
                        for (Index k = 0; k < w.size(0); ++k)
                            pictures.push_back(signed_picture(plane_of(w, k, c), magnitude(w)));
                    return pictures;
                }),
        mistake(map_pictures, "always_one_scale", "all maps have one scale, whatever `scale` says.",
                [](const Tensor& maps, Scale) { return map_pictures(maps, Scale::shared); }),
        mistake(map_pictures, "always_their_own_scale", "every map has its own scale, whatever `scale` says.",
                [](const Tensor& maps, Scale) { return map_pictures(maps, Scale::own); }),
        mistake(map_pictures, "scales_exchanged", "`shared` and `own` are exchanged.",
                [](const Tensor& maps, Scale scale) {
                    return map_pictures(maps, scale == Scale::own ? Scale::shared : Scale::own);
                }),
        mistake(map_pictures, "largest_magnitude_of_the_maps",
                "the scale is the largest magnitude: it is to be the largest value, in which negative numbers have no "
                "part.",
                [](const Tensor& maps, Scale scale) {
                    std::vector<Image> pictures;
                    for (Index k = 0; k < maps.size(1); ++k) {
                        const Tensor map = plane_of(maps, 0, k);
                        pictures.push_back(activation_picture(map, magnitude(scale == Scale::own ? map : maps)));
                    }
                    return pictures;
                }),
        mistake(map_pictures, "scale_of_the_first_map", "the shared scale is that of the first map: it is that of all.",
                [](const Tensor& maps, Scale scale) {
                    if (scale == Scale::own) return map_pictures(maps, scale);
                    std::vector<Image> pictures;
                    for (Index k = 0; k < maps.size(1); ++k)
                        pictures.push_back(activation_picture(plane_of(maps, 0, k), greatest(plane_of(maps, 0, 0))));
                    return pictures;
                }),
    };
}

// mosaic() with its parts exchanged.
struct MosaicSlips {
    bool rows_rounded_down = false, column_by_column = false, gap_around = false, black = false;
    bool narrow = false, gap_after_each = false;
};
inline Image mosaic_with(const std::vector<Image>& pictures, Index columns, Index gap, const MosaicSlips& slips) {
    mosaic(pictures, columns, gap);  // refuses what it should
    const Index height = pictures[0].height, width = pictures[0].width, count = static_cast<Index>(pictures.size());
    Index rows = (count + columns - 1) / columns;
    if (slips.rows_rounded_down) rows = std::max<Index>(count / columns, 1);
    const Index shown_columns = slips.narrow ? std::min(columns, count) : columns;
    const Index around = slips.gap_around ? gap : slips.gap_after_each ? 0 : -gap, margin = slips.gap_around ? gap : 0;
    Image whole(rows * (height + gap) + around, shown_columns * (width + gap) + around, pictures[0].channels,
                slips.black ? 0 : 255);
    for (Index p = 0; p < std::min(count, rows * columns); ++p) {
        const Index row = slips.column_by_column ? p % rows : p / columns;
        const Index column = slips.column_by_column ? p / rows : p % columns;
        for (Index i = 0; i < height; ++i)
            for (Index j = 0; j < width; ++j)
                for (Index c = 0; c < whole.channels; ++c)
                    whole(margin + row * (height + gap) + i, margin + column * (width + gap) + j, c) =
                        pictures[static_cast<std::size_t>(p)](i, j, c);
    }
    return whole;
}

inline Mistakes mosaic_mistakes() {
    return {
        mistake(mosaic, "last_row_lost",
                "the pictures of a last row that is not full are missing: the number of rows is rounded up.",
                [](const std::vector<Image>& pictures, Index columns, Index gap) {
                    return mosaic_with(pictures, columns, gap, {.rows_rounded_down = true});
                }),
        mistake(mosaic, "column_by_column",
                "the pictures go down the columns: the second stands to the right of the first.",
                [](const std::vector<Image>& pictures, Index columns, Index gap) {
                    return mosaic_with(pictures, columns, gap, {.column_by_column = true});
                }),
        mistake(mosaic, "gap_around", "there is a gap around the whole: gaps are between neighbours only.",
                [](const std::vector<Image>& pictures, Index columns, Index gap) {
                    return mosaic_with(pictures, columns, gap, {.gap_around = true});
                }),
        mistake(
            mosaic, "gap_after_the_last",
            "there is a gap after the last row and the last column, too: three pictures have two gaps between them.",
            [](const std::vector<Image>& pictures, Index columns, Index gap) {
                return mosaic_with(pictures, columns, gap, {.gap_after_each = true});
            }),
        mistake(mosaic, "black_gaps", "the gaps and places that are left over are black: they are to be white.",
                [](const std::vector<Image>& pictures, Index columns, Index gap) {
                    return mosaic_with(pictures, columns, gap, {.black = true});
                }),
        mistake(mosaic, "narrower_with_few_pictures",
                "the whole is narrower where there are fewer pictures than columns: it always has room for `columns`.",
                [](const std::vector<Image>& pictures, Index columns, Index gap) {
                    return mosaic_with(pictures, columns, gap, {.narrow = true});
                }),
    };
}

}  // namespace cnn::lab11::wrong
