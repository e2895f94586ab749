// Wrong answers that learners give, each with the sentence that names it.
#include <cmath>
#include <functional>
#include <numbers>

#include "grader/exercise.hpp"
#include "solutions/01-sobel/wrong.hpp"

using namespace cnn;
using namespace cnn::lab01;
using namespace cnn::lab01::wrong;

namespace {

std::vector<grader::Replacement> gray_mistakes() {
    using grader::mistake;
    return {
        mistake(to_gray, "mean_of_channels", "red, green and blue weigh the same here: the eye, and BT.601, do not.",
                [](const Image& photo) { return weighted(photo, 1 / 3.0f, 1 / 3.0f, 1 / 3.0f); }),
        mistake(to_gray, "blue_first",
                "red and blue have changed places: channel 0 of an Image is red, channel 2 blue.",
                [](const Image& photo) { return weighted(photo, 0.114f, 0.587f, 0.299f); }),
        mistake(to_gray, "weights_of_709",
                "these are the weights of BT.709, made for HDTV: the contract asks for BT.601's.",
                [](const Image& photo) { return weighted(photo, 0.2126f, 0.7152f, 0.0722f); }),
        mistake(to_gray, "fractions_cut", "the levels have lost their fractions: somewhere they became whole numbers.",
                [](const Image& photo) { return each(to_gray(photo), [](float x) { return std::trunc(x + 1e-4f); }); }),
        mistake(to_gray, "rounded", "the levels are rounded to whole numbers: a gray level keeps its fraction.",
                [](const Image& photo) { return each(to_gray(photo), [](float x) { return std::round(x); }); }),
        mistake(to_gray, "zero_to_one", "the levels go from 0 to 1: they stay in 0 to 255, like those of the photo.",
                [](const Image& photo) { return each(to_gray(photo), [](float x) { return x / 255; }); }),
        mistake(
            to_gray, "gray_weighed_again",
            "a gray photo was weighed as if its only channel were red: with one channel, the level is already there.",
            [](const Image& photo) {
                return each(to_gray(photo), [&](float x) { return photo.channels == 1 ? 0.299f * x : x; });
            }),
        mistake(to_gray, "on_its_side",
                "rows and columns have changed places: the tensor is [height, width], and the row comes first.",
                [](const Image& photo) { return transposed(to_gray(photo)); }),
        mistake(to_gray, "columns_up_to_the_height",
                "there are as many columns as rows here: the loop over j ends at photo.width, the one over i at "
                "photo.height.",
                [](const Image& photo) { return part_of_gray(photo, photo.height, photo.height); }),
        mistake(to_gray, "rows_up_to_the_width",
                "there are as many rows as columns here: the loop over i ends at photo.height, the one over j at "
                "photo.width.",
                [](const Image& photo) { return part_of_gray(photo, photo.width, photo.width); }),
    };
}

std::vector<grader::Replacement> correlation_mistakes() {
    using grader::mistake;
    return {
        mistake(correlate3x3, "flipped",
                "the mask is turned by 180°: that is a convolution; a correlation lays it on as it stands.",
                [](const Tensor& x, const Tensor& mask) { return correlate3x3(x, turned(mask)); }),
        mistake(correlate3x3, "transposed",
                "rows and columns of the mask have changed places: r goes with i, s with j.",
                [](const Tensor& x, const Tensor& mask) { return correlate3x3(x, transposed(mask)); }),
        mistake(correlate3x3, "corner_on_the_pixel",
                "the mask hangs by its top left corner: its centre belongs on the pixel.",
                [](const Tensor& x, const Tensor& mask) {
                    return correlate_with(x, mask, [&](Index i, Index j) { return nearest(x, i + 1, j + 1); });
                }),
        mistake(correlate3x3, "zeros_outside",
                "outside the picture you count black pixels, which makes an edge of every border: repeat the nearest "
                "pixel.",
                [](const Tensor& x, const Tensor& mask) {
                    return correlate_with(x, mask, [&](Index i, Index j) { return is_inside(x, i, j) ? x(i, j) : 0; });
                }),
        mistake(
            correlate3x3, "mirrored_outside",
            "outside the picture you count the pixels beside the border (mirrored): the border pixel itself repeats.",
            [](const Tensor& x, const Tensor& mask) {
                return correlate_with(
                    x, mask, [&](Index i, Index j) { return x(mirrored(i, x.size(0)), mirrored(j, x.size(1))); });
            }),
        mistake(correlate3x3, "wrapped_outside",
                "outside the picture you count the pixels of the opposite border: the nearest pixel repeats.",
                [](const Tensor& x, const Tensor& mask) {
                    return correlate_with(
                        x, mask, [&](Index i, Index j) { return x(wrapped(i, x.size(0)), wrapped(j, x.size(1))); });
                }),
        mistake(correlate3x3, "border_left_out",
                "the border pixels of y are still 0: they have a value too, with the nearest pixel repeated outside.",
                [](const Tensor& x, const Tensor& mask) {
                    Tensor y = correlate3x3(x, mask);
                    for (Index i = 0; i < y.size(0); ++i)
                        for (Index j = 0; j < y.size(1); ++j)
                            if (i == 0 || j == 0 || i == y.size(0) - 1 || j == y.size(1) - 1) y(i, j) = 0;
                    return y;
                }),
        mistake(correlate3x3, "columns_clamped_with_the_height",
                "the column is kept inside with the number of rows, x.size(0): columns end at x.size(1) - 1.",
                [](const Tensor& x, const Tensor& mask) {
                    return correlate_with(x, mask, [&](Index i, Index j) {
                        return at(x, std::clamp<Index>(i, 0, x.size(0) - 1), std::clamp<Index>(j, 0, x.size(0) - 1));
                    });
                }),
        mistake(correlate3x3, "rows_clamped_with_the_width",
                "the row is kept inside with the number of columns, x.size(1): rows end at x.size(0) - 1.",
                [](const Tensor& x, const Tensor& mask) {
                    return correlate_with(x, mask, [&](Index i, Index j) {
                        return at(x, std::clamp<Index>(i, 0, x.size(1) - 1), std::clamp<Index>(j, 0, x.size(1) - 1));
                    });
                }),
    };
}

std::vector<grader::Replacement> sobel_mistakes() {
    using grader::mistake;
    return {
        mistake(sobel, "x_and_y_swapped",
                "gx and gy have changed places: gx compares left with right, and so finds upright edges.",
                [](const Tensor& gray) {
                    const Gradient right = sobel(gray);
                    return Gradient{right.gy, right.gx};
                }),
        mistake(sobel, "dark_minus_bright", "both signs are turned: gx is right minus left, gy below minus above.",
                [](const Tensor& gray) {
                    const Gradient right = sobel(gray);
                    return Gradient{each(right.gx, std::negate<float>()), each(right.gy, std::negate<float>())};
                }),
        mistake(sobel, "y_upwards", "gy is above minus below: rows grow downwards, and gy with them.",
                [](const Tensor& gray) {
                    const Gradient right = sobel(gray);
                    return Gradient{right.gx, each(right.gy, std::negate<float>())};
                }),
        mistake(sobel, "x_leftwards", "gx is left minus right: columns grow to the right, and gx with them.",
                [](const Tensor& gray) {
                    const Gradient right = sobel(gray);
                    return Gradient{each(right.gx, std::negate<float>()), right.gy};
                }),
        mistake(sobel, "prewitt", "these are Prewitt's masks: in Sobel's, the middle row or column counts twice.",
                [](const Tensor& gray) { return derivatives(gray, 1, 1); }),
        mistake(sobel, "prewitt_across", "gy is made with Prewitt's mask: in Sobel's, the middle column counts twice.",
                [](const Tensor& gray) {
                    return Gradient{sobel(gray).gx, derivatives(gray, 1, 1).gy};
                }),
        mistake(sobel, "prewitt_along", "gx is made with Prewitt's mask: in Sobel's, the middle row counts twice.",
                [](const Tensor& gray) {
                    return Gradient{derivatives(gray, 1, 1).gx, sobel(gray).gy};
                }),
        mistake(sobel, "scharr", "these are Scharr's masks (3, 10, 3): Sobel's are 1, 2, 1.",
                [](const Tensor& gray) {
                    Gradient scharr = derivatives(gray, 10.0f / 3, 1);
                    return Gradient{std::move(scharr.gx *= 3), std::move(scharr.gy *= 3)};
                }),
        mistake(sobel, "divided_by_8", "the sums are divided by 8: the contract leaves them as they are.",
                [](const Tensor& gray) { return derivatives(gray, 2, 8); }),
        mistake(sobel, "divided_by_4", "the sums are divided by 4: the contract leaves them as they are.",
                [](const Tensor& gray) { return derivatives(gray, 2, 4); }),
        mistake(sobel, "absolute", "gx and gy have lost their signs: they tell bright from dark, and 1.4 needs them.",
                [](const Tensor& gray) {
                    const Gradient right = sobel(gray);
                    return Gradient{each(right.gx, size_of), each(right.gy, size_of)};
                }),
        mistake(sobel, "gx_twice", "gy is the same as gx: the second mask is the first one laid on its side.",
                [](const Tensor& gray) {
                    const Gradient right = sobel(gray);
                    return Gradient{right.gx, right.gx};
                }),
    };
}

std::vector<grader::Replacement> magnitude_mistakes() {
    using grader::mistake;
    return {
        mistake(
            magnitude, "sum_of_sizes",
            "this is |gx| + |gy|, a quick stand-in: the length is the root of a sum of squares.",
            [](const Gradient& g) { return of_gradient(g, [](float x, float y) { return size_of(x) + size_of(y); }); }),
        mistake(magnitude, "not_rooted", "this is the square of the length: the root is missing.",
                [](const Gradient& g) { return of_gradient(g, [](float x, float y) { return x * x + y * y; }); }),
        mistake(magnitude, "larger_side", "this is the larger of |gx| and |gy|: both sides count.",
                [](const Gradient& g) {
                    return of_gradient(g, [](float x, float y) { return std::max(size_of(x), size_of(y)); });
                }),
        mistake(magnitude, "root_of_sum", "you take the root of gx + gy: square each of them first.",
                [](const Gradient& g) { return of_gradient(g, [](float x, float y) { return std::sqrt(x + y); }); }),
        mistake(direction, "rows_upwards", "up and down have changed places: gy grows downwards, the angle upwards.",
                [](const Gradient& g) { return of_gradient(g, [](float x, float y) { return std::atan2(y, x); }); }),
        mistake(
            direction, "atan2_swapped", "the arguments of atan2 have changed places: the way up comes first.",
            [](const Gradient& g) { return of_gradient(g, [](float x, float y) { return std::atan2(x, 0 - y); }); }),
        mistake(direction, "half_the_circle",
                "opposite ways have the same angle here: a quotient loses the signs, so use atan2 instead of atan.",
                [](const Gradient& g) {
                    return of_gradient(g,
                                       [](float x, float y) { return x == 0 && y == 0 ? 0 : std::atan((0 - y) / x); });
                }),
        mistake(direction, "negative_zero",
                "west is -π here instead of π: -gy turns 0 into -0, and atan2 tells the two zeros apart. Try 0 - gy.",
                [](const Gradient& g) { return of_gradient(g, [](float x, float y) { return std::atan2(-y, x); }); }),
        mistake(direction, "degrees", "these are degrees: the contract asks for radians, as atan2 gives them.",
                [](const Gradient& g) {
                    return each(direction(g), [](float a) { return a * 180 / std::numbers::pi_v<float>; });
                }),
        mistake(direction, "zero_to_two_pi",
                "the angles go from 0 to 2π: the contract asks for -π to π, as atan2 gives them.",
                [](const Gradient& g) {
                    return each(direction(g), [](float a) { return a < 0 ? a + 2 * std::numbers::pi_v<float> : a; });
                }),
        mistake(direction, "dark_side", "the arrows point from bright to dark: they should point the other way.",
                [](const Gradient& g) {
                    return of_gradient(g, [](float x, float y) { return x == 0 && y == 0 ? 0 : std::atan2(y, 0 - x); });
                }),
    };
}

std::vector<grader::Replacement> compass_mistakes() {
    using grader::mistake;
    return {
        mistake(robinson_masks, "clockwise", "the masks turn clockwise: after E comes NE, then N.",
                [] { return masks_in([](Index k) { return (8 - k) % 8; }); }),
        mistake(robinson_masks, "north_first", "the masks begin with N: E comes first.",
                [] { return masks_in([](Index k) { return (k + 2) % 8; }); }),
        mistake(robinson_masks, "towards_dark",
                "each mask answers to the opposite point: the positive numbers belong on the bright side.",
                [] { return masks_in([](Index k) { return (k + 4) % 8; }); }),
        mistake(robinson_masks, "quarter_turns",
                "each mask is turned by 90° against the one before: by one place of the border it is 45°.",
                [] { return masks_in([](Index k) { return 2 * k % 8; }); }),
        mistake(robinson_masks, "never_turned", "all eight masks are the same: none of them has been turned.",
                [] { return masks_in([](Index) { return 0; }); }),
        mistake(robinson_masks, "read_row_by_row",
                "the border values move on row by row: they belong in order around the centre.",
                [] {
                    Tensor masks({8, 3, 3});
                    constexpr std::array<float, 8> east{-1, 0, 1, -2, 2, -1, 0, 1};
                    constexpr std::array<Index, 8> places{0, 1, 2, 3, 5, 6, 7, 8};
                    for (std::size_t k = 0; k < 8; ++k)
                        for (std::size_t place = 0; place < 8; ++place)
                            masks[9 * static_cast<Index>(k) + places[place]] = east[(place + k) % 8];
                    return masks;
                }),
        mistake(compass, "last_of_equals",
                "of several strongest responses you take the last: the contract asks for the first (> instead of ≥).",
                [](const Tensor& gray) {
                    return compass_with(gray, 8, [](float response, float best) { return response >= best; });
                }),
        mistake(compass, "largest_size",
                "a large negative response wins: compare the responses themselves, not their sizes.",
                [](const Tensor& gray) {
                    return compass_with(gray, 8,
                                        [](float response, float best) { return size_of(response) > size_of(best); });
                }),
        mistake(compass, "signs_dropped",
                "the responses have lost their signs, so that brighter to the W is called E: compare the eight as they "
                "are.",
                [](const Tensor& gray) {
                    Edges edges = compass_with(
                        gray, 8, [](float response, float best) { return size_of(response) > size_of(best); });
                    edges.response = each(std::move(edges.response), size_of);
                    return edges;
                }),
        mistake(
            compass, "first_pair_of_equals",
            "of equally strong points you take the one whose pair (E and W, NE and SW, …) comes first: the one with "
            "the lowest number is wanted, N (2) before SW (5).",
            [](const Tensor& gray) {
                Edges edges =
                    compass_with(gray, 4, [](float response, float best) { return size_of(response) > size_of(best); });
                for (Index i = 0; i < edges.response.count(); ++i) {
                    if (edges.response[i] < 0) edges.direction[i] += 4;
                    edges.response[i] = size_of(edges.response[i]);
                }
                return edges;
            }),
        mistake(
            compass, "point_of_the_angle",
            "the point is the one nearest to Sobel's angle: the mask with the strongest response decides, and often "
            "that is another one.",
            [](const Tensor& gray) {
                return Edges{compass(gray).response, each(direction(sobel(gray)), [](float angle) {
                                 const auto eighths = std::lround(angle * 4 / std::numbers::pi_v<float>);
                                 return static_cast<float>((eighths + 8) % 8);
                             })};
            }),
        mistake(compass, "four_points",
                "only the first four masks are asked: brighter to the W, SW, S or SE goes unseen.",
                [](const Tensor& gray) { return compass_with(gray, 4, std::greater<float>()); }),
        mistake(compass, "seven_points", "the last mask, SE, is never asked: is the end of your loop 7 instead of 8?",
                [](const Tensor& gray) { return compass_with(gray, 7, std::greater<float>()); }),
        mistake(compass, "weakest", "this is the weakest response and its direction: the strongest is wanted.",
                [](const Tensor& gray) { return compass_with(gray, 8, std::less<float>()); }),
        mistake(compass, "points_from_one", "the points are counted from 1: E is 0, SE is 7.",
                [](const Tensor& gray) {
                    const Edges right = compass(gray);
                    return Edges{right.response, each(right.direction, [](float k) { return k + 1; })};
                }),
        mistake(compass, "angle_instead_of_point",
                "the direction is an angle in degrees here: the number of the point, 0 to 7, is wanted.",
                [](const Tensor& gray) {
                    const Edges right = compass(gray);
                    return Edges{right.response, each(right.direction, [](float k) { return 45 * k; })};
                }),
    };
}

std::vector<grader::Replacement> thin_mistakes() {
    using grader::mistake;
    return {
        mistake(
            thin, "both_of_equals",
            "where two neighbours are equally strong both stay, and the edge is two pixels wide: ahead must be weaker.",
            [](const Edges& edges) {
                return thin_with(edges, as_it_is,
                                 [](const Neighbours& n) { return n.here >= n.ahead && n.here >= n.behind; });
            }),
        mistake(thin, "none_of_equals",
                "where two neighbours are equally strong neither stays, and the edge is gone: behind may be as strong.",
                [](const Edges& edges) {
                    return thin_with(edges, as_it_is,
                                     [](const Neighbours& n) { return n.here > n.ahead && n.here > n.behind; });
                }),
        mistake(
            thin, "the_one_behind_of_equals",
            "of two that are equally strong the one behind stays: is the neighbour ahead compared like the one behind?",
            [](const Edges& edges) {
                return thin_with(edges, as_it_is,
                                 [](const Neighbours& n) { return n.here >= n.ahead && n.here > n.behind; });
            }),
        mistake(thin, "along_the_edge",
                "you compare with the neighbours along the edge: the ones across it lie ahead and behind.",
                [](const Edges& edges) {
                    return thin_with(
                        edges, [](Index k) { return k + 2; }, is_crest);
                }),
        mistake(thin, "north_is_down", "your steps north go down and those south go up: the row above i is i - 1.",
                [](const Edges& edges) {
                    return thin_with(
                        edges, [](Index k) { return 8 - k; }, is_crest);
                }),
        mistake(thin, "always_east_and_west",
                "every pixel looks at its left and right neighbours: its own point of the compass decides.",
                [](const Edges& edges) {
                    return thin_with(
                        edges, [](Index) { return 0; }, is_crest);
                }),
        mistake(thin, "ones", "a pixel that stays becomes 1: it keeps its response.",
                [](const Edges& edges) { return each(thin(edges), [](float x) { return x > 0 ? 1.0f : 0.0f; }); }),
        mistake(thin, "white", "a pixel that stays becomes 255: it keeps its response.",
                [](const Edges& edges) { return each(thin(edges), [](float x) { return x > 0 ? 255.0f : 0.0f; }); }),
        mistake(thin, "border_always_zero",
                "the border pixels are always 0: they can stay too, outside the picture all responses are 0.",
                [](const Edges& edges) {
                    Tensor y = thin(edges);
                    for (Index i = 0; i < y.size(0); ++i)
                        for (Index j = 0; j < y.size(1); ++j)
                            if (i == 0 || j == 0 || i == y.size(0) - 1 || j == y.size(1) - 1) y(i, j) = 0;
                    return y;
                }),
        mistake(thin, "border_repeated",
                "outside the picture you repeat the nearest response: out there all responses are 0.",
                [](const Edges& edges) {
                    return thin_from(edges, [&](Index i, Index j, float) { return nearest(edges.response, i, j); });
                }),
        mistake(thin, "own_direction_only",
                "a neighbour with another direction is left out of the comparison: its response counts, too.",
                [](const Edges& edges) {
                    return thin_from(edges, [&](Index i, Index j, float point) {
                        const bool alike = is_inside(edges.response, i, j) && edges.direction(i, j) == point;
                        return alike ? edges.response(i, j) : 0;
                    });
                }),
        mistake(thin, "one_neighbour", "only the neighbour ahead is looked at: the one behind can be stronger too.",
                [](const Edges& edges) {
                    return thin_with(edges, as_it_is, [](const Neighbours& n) { return n.here > n.ahead; });
                }),
        mistake(
            thin, "changed_while_reading",
            "pixels that were already put to 0 are compared with: read the responses, write into another Tensor.",
            [](const Edges& edges) {
                Edges copy = edges;
                constexpr std::array<Index, 8> down{0, -1, -1, -1, 0, 1, 1, 1}, right{1, 1, 0, -1, -1, -1, 0, 1};
                Tensor& y = copy.response;
                thin(edges);
                const auto level = [&](Index i, Index j) { return is_inside(y, i, j) ? y(i, j) : 0; };
                for (Index i = 0; i < y.size(0); ++i)
                    for (Index j = 0; j < y.size(1); ++j) {
                        const auto k = static_cast<std::size_t>(edges.direction(i, j));
                        if (!is_crest({y(i, j), level(i + down[k], j + right[k]), level(i - down[k], j - right[k])}))
                            y(i, j) = 0;
                    }
                return copy.response;
            }),
    };
}

}  // namespace

const std::vector<grader::Replacement>& grader::mistakes() {
    static const std::vector<Replacement> list = [] {
        std::vector<Replacement> all;
        for (auto part : {gray_mistakes(), correlation_mistakes(), sobel_mistakes(), magnitude_mistakes(),
                          compass_mistakes(), thin_mistakes()})
            all.insert(all.end(), part.begin(), part.end());
        return all;
    }();
    return list;
}
