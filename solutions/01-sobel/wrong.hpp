// What mistakes.cpp is made of: the tasks' loops, each with one thing left open that learners get wrong.
#pragma once
#include <algorithm>
#include <cmath>

#include "sobel.hpp"

namespace cnn::lab01::wrong {

// ---- Gray levels ----

inline Tensor weighted(const Image& photo, float red, float green, float blue) {
    if (photo.channels == 1) return to_gray(photo);
    Tensor gray({photo.height, photo.width});
    for (Index i = 0; i < photo.height; ++i)
        for (Index j = 0; j < photo.width; ++j)
            gray(i, j) = red * static_cast<float>(photo(i, j, 0)) + green * static_cast<float>(photo(i, j, 1)) +
                         blue * static_cast<float>(photo(i, j, 2));
    return gray;
}

// The first rows and columns alone. The judge's tensors check no index, so here is said what would be outside.
inline Tensor part_of_gray(const Image& photo, Index rows, Index columns) {
    require(rows <= photo.height && columns <= photo.width, "to_gray: an index is outside");
    const Tensor all = to_gray(photo);
    Tensor gray(all.shape());
    for (Index i = 0; i < rows; ++i)
        for (Index j = 0; j < columns; ++j) gray(i, j) = all(i, j);
    return gray;
}

// f of every number.
template <class F>
Tensor each(Tensor x, F f) {
    for (float& value : x.values()) value = f(value);
    return x;
}

// ---- Correlation ----

// Task 1.2 with another rule for what lies outside: pixel(row, column) of the padded picture.
template <class Pixel>
Tensor correlate_with(const Tensor& x, const Tensor& mask, Pixel pixel) {
    Tensor y = correlate3x3(x, mask);  // which also refuses what makes no sense
    for (Index i = 0; i < x.size(0); ++i)
        for (Index j = 0; j < x.size(1); ++j) {
            float sum = 0;
            for (Index r = 0; r < 3; ++r)
                for (Index s = 0; s < 3; ++s) sum += pixel(i + r - 1, j + s - 1) * mask(r, s);
            y(i, j) = sum;
        }
    return y;
}

inline float nearest(const Tensor& x, Index row, Index column) {
    return x(std::clamp<Index>(row, 0, x.size(0) - 1), std::clamp<Index>(column, 0, x.size(1) - 1));
}

inline bool is_inside(const Tensor& x, Index row, Index column) {
    return row >= 0 && row < x.size(0) && column >= 0 && column < x.size(1);
}
inline float at(const Tensor& x, Index row, Index column) {
    require(is_inside(x, row, column), "correlate3x3: an index is outside");
    return x(row, column);
}

inline Index wrapped(Index index, Index size) { return (index + size) % size; }

// 3 2 | 1 2 3 …: the border pixel itself is not repeated.
inline Index mirrored(Index index, Index size) {
    if (size == 1) return 0;
    return index < 0 ? 1 : index >= size ? size - 2 : index;
}

inline Tensor turned(const Tensor& mask) {
    Tensor result = mask;
    std::ranges::reverse(result.values());
    return result;
}

inline Tensor transposed(const Tensor& x) {
    Tensor result({x.size(1), x.size(0)});
    for (Index i = 0; i < x.size(0); ++i)
        for (Index j = 0; j < x.size(1); ++j) result(j, i) = x(i, j);
    return result;
}

// ---- Gradients ----

inline Gradient derivatives(const Tensor& gray, float middle, float divisor) {
    const float one = 1 / divisor, m = middle / divisor;
    const Tensor right({3, 3}, {-one, 0, one, -m, 0, m, -one, 0, one});
    return {correlate3x3(gray, right), correlate3x3(gray, transposed(right))};
}

template <class F>
Tensor of_gradient(const Gradient& gradient, F f) {
    Tensor result = magnitude(gradient);  // refuses different shapes
    for (Index i = 0; i < result.count(); ++i) result[i] = f(gradient.gx[i], gradient.gy[i]);
    return result;
}

// ---- The compass ----

// The masks in another order: mask k of the answer is mask order(k) of the right one.
template <class Order>
Tensor masks_in(Order order) {
    const Tensor right = robinson_masks();
    Tensor masks({8, 3, 3});
    for (Index k = 0; k < 8; ++k)
        for (Index place = 0; place < 9; ++place) masks[9 * k + place] = right[9 * order(k) + place];
    return masks;
}

// Task 1.5 with another rule for when the response of a later point takes the place of an earlier one's.
template <class Better>
Edges compass_with(const Tensor& gray, Index points, Better better) {
    const Tensor masks = robinson_masks();
    const auto mask = [&](Index k) {
        return Tensor({3, 3}, masks.values().subspan(static_cast<std::size_t>(9 * k), 9));
    };
    Edges edges{correlate3x3(gray, mask(0)), Tensor(gray.shape())};
    for (Index k = 1; k < points; ++k) {
        const Tensor response = correlate3x3(gray, mask(k));
        for (Index i = 0; i < response.count(); ++i)
            if (better(response[i], edges.response[i])) {
                edges.response[i] = response[i];
                edges.direction[i] = static_cast<float>(k);
            }
    }
    return edges;
}

inline float size_of(float response) { return std::abs(response); }

// ---- Thinning ----

struct Neighbours {
    float here, ahead, behind;
};

// Task 1.6 with other neighbours or another rule: turn(k) is the point that is taken for point k.
template <class Turn, class Keep>
Tensor thin_with(const Edges& edges, Turn turn, Keep keep) {
    constexpr std::array<Index, 8> down{0, -1, -1, -1, 0, 1, 1, 1}, right{1, 1, 0, -1, -1, -1, 0, 1};
    Tensor result = thin(edges);  // refuses different shapes
    const Tensor& response = edges.response;
    const auto level = [&](Index i, Index j) { return is_inside(response, i, j) ? response(i, j) : 0; };
    for (Index i = 0; i < response.size(0); ++i)
        for (Index j = 0; j < response.size(1); ++j) {
            const auto k = static_cast<std::size_t>(turn(static_cast<Index>(edges.direction(i, j))) % 8);
            const Neighbours n{response(i, j), level(i + down[k], j + right[k]), level(i - down[k], j - right[k])};
            result(i, j) = keep(n) ? n.here : 0;
        }
    return result;
}

// Task 1.6 with other responses: level(row, column, the pixel's own point) is what a neighbour counts.
template <class Level>
Tensor thin_from(const Edges& edges, Level level) {
    constexpr std::array<Index, 8> down{0, -1, -1, -1, 0, 1, 1, 1}, right{1, 1, 0, -1, -1, -1, 0, 1};
    Tensor result = thin(edges);  // refuses different shapes
    for (Index i = 0; i < result.size(0); ++i)
        for (Index j = 0; j < result.size(1); ++j) {
            const float point = edges.direction(i, j), here = edges.response(i, j);
            const auto k = static_cast<std::size_t>(point);
            const float ahead = level(i + down[k], j + right[k], point),
                        behind = level(i - down[k], j - right[k], point);
            result(i, j) = here > ahead && here >= behind ? here : 0;
        }
    return result;
}

inline Index as_it_is(Index point) { return point; }
inline bool is_crest(const Neighbours& n) { return n.here > n.ahead && n.here >= n.behind; }

}  // namespace cnn::lab01::wrong
