// Lab 01: sobel. Read sobel.hpp for what each function promises, README.md for why.
#include "sobel.hpp"

#include <algorithm>
#include <cmath>

#include "tensor/todo.hpp"

namespace cnn::lab01 {

// Task 1.1: gray levels of a colour picture.
Tensor to_gray(const Image& photo) {
    // TODO 1. Make a Tensor with a row for each row of the photo, and a column for each column.
    // TODO 2. photo(i, j, 0) is the red of pixel (i, j), 1 the green, 2 the blue. How much does each weigh?
    // TODO 3. What does photo.channels say about a photo that is gray already?
    Tensor gray({photo.height, photo.width});
    for (Index i = 0; i < photo.height; ++i)
        for (Index j = 0; j < photo.width; ++j)
            gray(i, j) = photo.channels == 1 ? static_cast<float>(photo(i, j))
                                             : 0.299f * static_cast<float>(photo(i, j, 0)) +
                                                   0.587f * static_cast<float>(photo(i, j, 1)) +
                                                   0.114f * static_cast<float>(photo(i, j, 2));
    return gray;
}

// Task 1.2: a mask on every pixel.
Tensor correlate3x3(const Tensor& x, const Tensor& mask) {
    // TODO 1. Refuse what makes no sense: require(condition, "correlate3x3: …", …) throws a ShapeError.
    // TODO 2. Two loops over the pixels of y. What does a pixel add up? Two more loops, under the mask.
    // TODO 3. Row -1 is outside the picture. Which row is the nearest inside? (std::clamp<Index> finds it.)
    require(x.rank() == 2 && mask.shape() == Shape{3, 3},
            "correlate3x3: expected x [H, W] and mask [3, 3], got {} and {}", x.shape(), mask.shape());
    Tensor y(x.shape());
    for (Index i = 0; i < x.size(0); ++i)
        for (Index j = 0; j < x.size(1); ++j) {
            float sum = 0;
            for (Index r = 0; r < 3; ++r)
                for (Index s = 0; s < 3; ++s) {
                    const Index row = std::clamp<Index>(i + r - 1, 0, x.size(0) - 1);
                    const Index column = std::clamp<Index>(j + s - 1, 0, x.size(1) - 1);
                    sum += x(row, column) * mask(r, s);
                }
            y(i, j) = sum;
        }
    return y;
}

// Task 1.3: Sobel's two derivatives.
Gradient sobel(const Tensor& gray) {
    // TODO 1. Tensor({3, 3}, {a, b, c, d, e, f, g, h, i}) is a mask, row by row. Which mask is right minus left?
    // TODO 2. And which is below minus above? Task 1.2 does the rest.
    return {.gx = correlate3x3(gray, Tensor({3, 3}, {-1, 0, 1,  //
                                                     -2, 0, 2,  //
                                                     -1, 0, 1})),
            .gy = correlate3x3(gray, Tensor({3, 3}, {-1, -2, -1,  //
                                                     0, 0, 0,     //
                                                     1, 2, 1}))};
}

// f(gx, gy) for every pixel.
template <class F>
Tensor for_each_pixel(const char* name, const Gradient& gradient, F f) {
    require(gradient.gx.shape() == gradient.gy.shape(), "{}: gx {} and gy {} differ in shape", name,
            gradient.gx.shape(), gradient.gy.shape());
    Tensor result(gradient.gx.shape());
    for (Index i = 0; i < result.count(); ++i) result[i] = f(gradient.gx[i], gradient.gy[i]);
    return result;
}

// Task 1.4: how steep.
Tensor magnitude(const Gradient& gradient) {
    // TODO 1. gradient.gx and gradient.gy must have the same shape.
    // TODO 2. For every pixel, gx and gy are the sides of a right angle. How long is the third side?
    return for_each_pixel("magnitude", gradient, [](float gx, float gy) { return std::sqrt(gx * gx + gy * gy); });
}

// Task 1.4: and which way.
Tensor direction(const Gradient& gradient) {
    // TODO 1. std::atan2(up, right) is the angle of the arrow that goes so far up and so far right.
    // TODO 2. gy is below minus above. How far up does the arrow go?
    // TODO 3. A float knows two zeros: std::atan2(0.0f, -1.0f) is π, std::atan2(-0.0f, -1.0f) is -π. Which do you get?
    return for_each_pixel("direction", gradient, [](float gx, float gy) {
        return std::atan2(0 - gy, gx);  // not -gy, which makes a zero negative
    });
}

// Task 1.5: the masks of the compass.
Tensor robinson_masks() {
    // TODO 1. Write down the eight places (r, s) of a mask's border, in order around the centre.
    // TODO 2. East is Sobel's mask for gx. What stands on the border of the next mask, place by place?
    constexpr std::array<std::array<Index, 2>, 8> border{
        {{0, 0}, {0, 1}, {0, 2}, {1, 2}, {2, 2}, {2, 1}, {2, 0}, {1, 0}}};  // clockwise from the top left
    constexpr std::array<float, 8> east{-1, 0, 1, 2, 1, 0, -1, -2};
    Tensor masks({8, 3, 3});
    for (Index k = 0; k < 8; ++k)
        for (Index place = 0; place < 8; ++place) {
            const auto [r, s] = border[static_cast<std::size_t>(place)];
            masks(k, r, s) = east[static_cast<std::size_t>((place + k) % 8)];
        }
    return masks;
}

// The mask of one point of the compass, [3, 3].
Tensor mask_of(const Tensor& masks, Index point) {
    return Tensor({3, 3}, masks.values().subspan(static_cast<std::size_t>(9 * point), 9));
}

// Task 1.5: the strongest response and its point of the compass.
Edges compass(const Tensor& gray) {
    // TODO 1. Begin with the responses of mask 0. What is the direction of every pixel then?
    // TODO 2. For each further mask, which pixels answer more strongly than to all masks before? Equal is not more.
    const Tensor masks = robinson_masks();
    Edges edges{.response = correlate3x3(gray, mask_of(masks, 0)), .direction = Tensor(gray.shape())};
    for (Index point = 1; point < 8; ++point) {
        const Tensor response = correlate3x3(gray, mask_of(masks, point));
        for (Index i = 0; i < response.count(); ++i)
            if (response[i] > edges.response[i]) {
                edges.response[i] = response[i];
                edges.direction[i] = static_cast<float>(point);
            }
    }
    return edges;
}

// Task 1.6: thin edges.
Tensor thin(const Edges& edges) {
    // TODO 1. For each point of the compass, how many rows and columns is one step? Rows grow downwards.
    // TODO 2. Which two neighbours does pixel (i, j) look at? What counts where there is none?
    // TODO 3. When does its response stay, and what stands there otherwise?
    const Tensor& response = edges.response;
    require(response.rank() == 2 && response.shape() == edges.direction.shape(),
            "thin: expected response and direction [H, W], got {} and {}", response.shape(), edges.direction.shape());
    constexpr std::array<std::array<Index, 2>, 8> steps{
        {{0, 1}, {-1, 1}, {-1, 0}, {-1, -1}, {0, -1}, {1, -1}, {1, 0}, {1, 1}}};  // rows, columns
    const auto at = [&](Index i, Index j) {
        const bool inside = i >= 0 && i < response.size(0) && j >= 0 && j < response.size(1);
        return inside ? response(i, j) : 0;
    };
    Tensor thinned(response.shape());
    for (Index i = 0; i < response.size(0); ++i)
        for (Index j = 0; j < response.size(1); ++j) {
            const auto [rows, columns] = steps.at(static_cast<std::size_t>(edges.direction(i, j)));
            const float ahead = at(i + rows, j + columns), behind = at(i - rows, j - columns);
            thinned(i, j) = response(i, j) > ahead && response(i, j) >= behind ? response(i, j) : 0;
        }
    return thinned;
}

}  // namespace cnn::lab01
