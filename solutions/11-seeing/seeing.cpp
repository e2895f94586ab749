// Lab 11: seeing what a network has learned. Read seeing.hpp for what each function promises, README.md for why.
#include "seeing.hpp"

#include <algorithm>
#include <cmath>

#include "image/colours.hpp"
#include "nn/loss.hpp"
#include "nn/operators.hpp"
#include "tensor/todo.hpp"

namespace cnn::lab11 {

// A plane through a colour map, at the places v / largest of its scale.
Image coloured(const Tensor& plane, float largest, ColourMap map) {
    require(plane.rank() == 2, "picture: expected a plane [H, W], got {}", plane.shape());
    require(largest >= 0, "picture: the largest magnitude cannot be {}", largest);
    Image picture(plane.size(0), plane.size(1), 3);
    for (Index i = 0; i < plane.size(0); ++i)
        for (Index j = 0; j < plane.size(1); ++j) {
            const Colour colour = map(largest > 0 ? plane(i, j) / largest : 0);
            picture(i, j, 0) = colour.red, picture(i, j, 1) = colour.green, picture(i, j, 2) = colour.blue;
        }
    return picture;
}

// Task 11.1: numbers with a sign.
Image signed_picture(const Tensor& plane, float largest) {
    // TODO 1. `coloured` above checks and paints. Which colour map suits numbers with a sign, and what does it paint
    //         when `largest` is 0?
    return coloured(plane, largest, diverging);
}

// Task 11.1: numbers that are not negative.
Image activation_picture(const Tensor& plane, float largest) {
    // TODO 1. The same with another colour map.
    return coloured(plane, largest, viridis);
}

// Plane c of image n, as a tensor of its own.
Tensor plane_of(const Tensor& x, Index n, Index c) {
    Tensor plane({x.size(2), x.size(3)});
    for (Index i = 0; i < plane.size(0); ++i)
        for (Index j = 0; j < plane.size(1); ++j) plane(i, j) = x(n, c, i, j);
    return plane;
}

float largest_magnitude(const Tensor& x) {
    float largest = 0;
    for (const float value : x.values()) largest = std::max(largest, std::abs(value));
    return largest;
}
float largest_value(const Tensor& x) {  // at least 0
    float largest = 0;
    for (const float value : x.values()) largest = std::max(largest, value);
    return largest;
}

// Task 11.1: filters.
std::vector<Image> filter_pictures(const Tensor& w) {
    // TODO 1. Find the largest magnitude of all weights: the scale.
    // TODO 2. One picture for every channel of every filter.
    require(w.rank() == 4, "filter_pictures: expected w [K, C, R, S], got {}", w.shape());
    const float largest = largest_magnitude(w);
    std::vector<Image> pictures;
    for (Index k = 0; k < w.size(0); ++k)
        for (Index c = 0; c < w.size(1); ++c) pictures.push_back(signed_picture(plane_of(w, k, c), largest));
    return pictures;
}

// Task 11.1: feature maps.
std::vector<Image> map_pictures(const Tensor& maps, Scale scale) {
    // TODO 1. One picture for every map; its scale is its own largest value or that of all. What if there are only
    //         negative numbers?
    require(maps.rank() == 4 && maps.size(0) == 1, "map_pictures: expected maps of one image [1, K, H, W], got {}",
            maps.shape());
    const float of_all = largest_value(maps);
    std::vector<Image> pictures;
    for (Index k = 0; k < maps.size(1); ++k) {
        const Tensor map = plane_of(maps, 0, k);
        pictures.push_back(activation_picture(map, scale == Scale::own ? largest_value(map) : of_all));
    }
    return pictures;
}

// Task 11.1: pictures side by side.
Image mosaic(const std::vector<Image>& pictures, Index columns, Index gap) {
    // TODO 1. How many rows are there, when the last need not be full?
    // TODO 2. How large is the whole? There is one gap less than there are pictures in a row or column.
    // TODO 3. Where is the top left corner of picture number p?
    require(!pictures.empty() && columns >= 1 && gap >= 0, "mosaic: {} pictures in rows of {} with gaps of {}",
            pictures.size(), columns, gap);
    const Index height = pictures[0].height, width = pictures[0].width, channels = pictures[0].channels;
    const Index count = static_cast<Index>(pictures.size()), rows = (count + columns - 1) / columns;
    Image whole(rows * (height + gap) - gap, columns * (width + gap) - gap, channels, 255);
    for (Index p = 0; p < count; ++p) {
        const Image& picture = pictures[static_cast<std::size_t>(p)];
        require(picture.height == height && picture.width == width && picture.channels == channels,
                "mosaic: picture {} is {} × {} with {} channels, the first {} × {} with {}", p, picture.height,
                picture.width, picture.channels, height, width, channels);
        const Index top = p / columns * (height + gap), left = p % columns * (width + gap);
        for (Index i = 0; i < height; ++i)
            for (Index j = 0; j < width; ++j)
                for (Index c = 0; c < channels; ++c) whole(top + i, left + j, c) = picture(i, j, c);
    }
    return whole;
}

// Task 11.2: back to where the maxima came from.
Tensor unpool(const Tensor& y, const Tensor& switches, const Shape& x_shape) {
    // TODO 1. Check that the shapes fit together.
    // TODO 2. A switch is row · W + column: which W? Put the value there. Does it replace what is there, or is it
    //         added?
    require(x_shape.rank() == 4 && y.rank() == 4 && y.size(0) == x_shape[0] && y.size(1) == x_shape[1],
            "unpool: y {} is not pooled from x {}", y.shape(), x_shape);
    require(switches.shape() == y.shape(), "unpool: switches {} are not of y's shape {}", switches.shape(), y.shape());
    Tensor x(x_shape);
    for (Index n = 0; n < y.size(0); ++n)
        for (Index c = 0; c < y.size(1); ++c)
            for (Index i = 0; i < y.size(2); ++i)
                for (Index j = 0; j < y.size(3); ++j) {
                    const auto place = static_cast<Index>(switches(n, c, i, j));
                    require(place >= 0 && place < x_shape[2] * x_shape[3], "unpool: switch {} is not a pixel of x {}",
                            place, x_shape);
                    x(n, c, place / x_shape[3], place % x_shape[3]) = y(n, c, i, j);
                }
    return x;
}

void check_window(const Window& window) {
    require(window.size >= 1 && window.stride >= 1 && window.padding >= 0,
            "a window of {} pixels, stride {} and padding {} makes no sense", window.size, window.stride,
            window.padding);
}

// Places of a window along an axis of `input` pixels.
Index places(Index input, const Window& window) {
    check_window(window);
    require(input >= 1 && window.size <= input + 2 * window.padding, "a window of {} does not fit in {} + 2·{} pixels",
            window.size, input, window.padding);
    return (input + 2 * window.padding - window.size) / window.stride + 1;
}

// Task 11.3: the sizes that have as many places.
Sizes sizes_before(Index output, const Window& window) {
    // TODO 1. On how many pixels do `output` windows end exactly at the edge? Take the padding off.
    // TODO 2. How many pixels can be left over before one more window fits?
    // TODO 3. What if padding alone is wide enough: is there a pixel at all?
    check_window(window);
    require(output >= 1, "sizes_before: there cannot be {} places", output);
    const Index smallest = (output - 1) * window.stride + window.size - 2 * window.padding;
    const Index largest = smallest + window.stride - 1;
    require(largest >= 1, "sizes_before: with padding {} a window of {} has more than {} places on a single pixel",
            window.padding, window.size, output);
    return {std::max<Index>(smallest, 1), largest};
}

// Task 11.3: convolution as a matrix.
Tensor convolution_matrix(const Tensor& w, const Window& window, Index height, Index width) {
    // TODO 1. How many rows and columns does the matrix have?
    // TODO 2. Write the loops of a convolution: over the places i, j and the weights r, s.
    // TODO 3. Which pixel does w(r, s) meet at (i, j)? Skip the padding.
    require(w.rank() == 2 && w.size(0) == window.size && w.size(1) == window.size,
            "convolution_matrix: expected w [{0}, {0}], got {1}", window.size, w.shape());
    const Index OH = places(height, window), OW = places(width, window);
    Tensor matrix({OH * OW, height * width});
    for (Index i = 0; i < OH; ++i)
        for (Index j = 0; j < OW; ++j)
            for (Index r = 0; r < window.size; ++r)
                for (Index s = 0; s < window.size; ++s) {
                    const Index a = i * window.stride + r - window.padding;
                    const Index b = j * window.stride + s - window.padding;
                    if (a < 0 || a >= height || b < 0 || b >= width) continue;
                    matrix(i * OW + j, a * width + b) = w(r, s);
                }
    return matrix;
}

// Task 11.3: the same connections, walked from the maps to the pixels.
Tensor conv2d_transposed(const Tensor& y, const Tensor& w, const Window& window, Index height, Index width) {
    // TODO 1. Check that the shapes fit together, and that so many pixels have so many places.
    // TODO 2. Every value of y is spread over the pixels of its window, weighted by the filter: which pixels are these?
    // TODO 3. Windows overlap: what they leave at a pixel adds up. So do the maps. Skip the padding.
    require(y.rank() == 4 && w.rank() == 4 && w.size(0) == y.size(1) && w.size(2) == window.size &&
                w.size(3) == window.size,
            "conv2d_transposed: y {} and w {} do not fit together: expected [N, K, OH, OW] and [K, C, {}, {}]",
            y.shape(), w.shape(), window.size, window.size);
    require(places(height, window) == y.size(2) && places(width, window) == y.size(3),
            "conv2d_transposed: {} × {} pixels have {} × {} places, y is {}", height, width, places(height, window),
            places(width, window), y.shape());
    Tensor x({y.size(0), w.size(1), height, width});
    for (Index n = 0; n < y.size(0); ++n)
        for (Index k = 0; k < y.size(1); ++k)
            for (Index i = 0; i < y.size(2); ++i)
                for (Index j = 0; j < y.size(3); ++j)
                    for (Index c = 0; c < w.size(1); ++c)
                        for (Index r = 0; r < window.size; ++r)
                            for (Index s = 0; s < window.size; ++s) {
                                const Index a = i * window.stride + r - window.padding;
                                const Index b = j * window.stride + s - window.padding;
                                if (a < 0 || a >= height || b < 0 || b >= width) continue;
                                x(n, c, a, b) += y(n, k, i, j) * w(k, c, r, s);
                            }
    return x;
}

// Task 11.4: forward, with everything that the way back needs.
std::vector<StagePass> forward(const Tensor& x, const std::vector<Stage>& stages) {
    // TODO 1. nn::operators() has conv2d_forward, relu_forward and max_pool_forward (which gives y and switches):
    //         yours, or on loan.
    // TODO 2. What does the second stage get?
    std::vector<StagePass> passes;
    const nn::Operators& table = nn::operators();
    for (const Stage& stage : stages) {
        const Tensor& input = passes.empty() ? x : passes.back().pooled;
        Tensor maps = table.relu_forward(table.conv2d_forward(input, stage.w, stage.b, stage.convolution));
        auto [pooled, switches] = table.max_pool_forward(maps, stage.pooling);
        passes.push_back({std::move(maps), std::move(pooled), std::move(switches)});
    }
    return passes;
}

// Task 11.4: one stage back.
Tensor stage_back(const Tensor& pooled, const Tensor& switches, const Stage& stage, const Shape& maps_shape,
                  const Shape& x_shape) {
    // TODO 1. Unpool.
    // TODO 2. Rectify what was unpooled: feature maps are never negative, so reconstructions of them are not either.
    // TODO 3. Transposed convolution to the size of the stage's input.
    require(x_shape.rank() == 4, "stage_back: expected x_shape [N, C, H, W], got {}", x_shape);
    Tensor maps = unpool(pooled, switches, maps_shape);
    for (float& value : maps.values()) value = std::max(value, 0.0f);
    return conv2d_transposed(maps, stage.w, stage.convolution, x_shape[2], x_shape[3]);
}

// Task 11.4: from the strongest value of a map to the pixels.
Projection project(const Tensor& x, const std::vector<Stage>& stages, Index map) {
    // TODO 1. Forward through all stages. Find the largest value of the map in the last stage's pooled maps.
    // TODO 2. A tensor of that shape, all 0 but this one value.
    // TODO 3. Backwards through the stages. Which shapes did the maps and the input of each have?
    require(x.rank() == 4 && x.size(0) == 1, "project: expected one image [1, C, H, W], got {}", x.shape());
    require(!stages.empty(), "project: there is no stage");
    const std::vector<StagePass> passes = forward(x, stages);
    const Tensor& pooled = passes.back().pooled;
    require(map >= 0 && map < pooled.size(1), "project: the last stage has maps 0 to {}, not {}", pooled.size(1) - 1,
            map);
    Projection projection{0, 0, pooled(0, map, 0, 0), {}};
    for (Index i = 0; i < pooled.size(2); ++i)
        for (Index j = 0; j < pooled.size(3); ++j)
            if (pooled(0, map, i, j) > projection.activation) projection = {i, j, pooled(0, map, i, j), {}};
    Tensor back(pooled.shape());
    back(0, map, projection.row, projection.column) = projection.activation;
    for (std::size_t l = stages.size(); l-- > 0;) {
        const Shape input = l == 0 ? x.shape() : passes[l - 1].pooled.shape();
        back = stage_back(back, passes[l].switches, stages[l], passes[l].maps.shape(), input);
    }
    projection.pixels = std::move(back);
    return projection;
}

// Task 11.5: the covered images.
Tensor occluded(const Tensor& x, const Window& cover, float value) {
    // TODO 1. How many places does the cover have?
    // TODO 2. Image number i · OW + j is a copy of x, but for the pixels under the cover at place (i, j).
    require(x.rank() == 4 && x.size(0) == 1, "occluded: expected one image [1, C, H, W], got {}", x.shape());
    const Index C = x.size(1), H = x.size(2), W = x.size(3), OH = places(H, cover), OW = places(W, cover);
    Tensor images({OH * OW, C, H, W});
    for (Index n = 0; n < OH * OW; ++n)
        for (Index c = 0; c < C; ++c)
            for (Index a = 0; a < H; ++a)
                for (Index b = 0; b < W; ++b) {
                    const Index r = a + cover.padding - n / OW * cover.stride;  // place within the cover
                    const Index s = b + cover.padding - n % OW * cover.stride;
                    const bool is_covered = r >= 0 && r < cover.size && s >= 0 && s < cover.size;
                    images(n, c, a, b) = is_covered ? value : x(0, c, a, b);
                }
    return images;
}

// Task 11.5: what the network says to each of them.
Occlusion occlusion_map(nn::Layer& network, const Tensor& x, Index label, const Window& cover, float value) {
    // TODO 1. Evaluation mode; all covered images at once through the network.
    // TODO 2. Softmax of each row: yours of lab 06, or nn::softmax_cross_entropy().probabilities(scores).
    // TODO 3. The probability of `label` and the best class, each in its place [OH, OW].
    network.set_training(false);
    const Tensor scores = network.forward(occluded(x, cover, value));
    require(label >= 0 && label < scores.size(1), "occlusion_map: there are classes 0 to {}, not {}",
            scores.size(1) - 1, label);
    const Tensor probabilities = nn::softmax_cross_entropy().probabilities(scores);
    const Shape map{places(x.size(2), cover), places(x.size(3), cover)};
    Occlusion result{Tensor(map), Tensor(map)};
    for (Index n = 0; n < map.count(); ++n) {
        Index best = 0;
        for (Index m = 1; m < scores.size(1); ++m)
            if (scores(n, m) > scores(n, best)) best = m;
        result.probability[n] = probabilities(n, label);
        result.best[n] = static_cast<float>(best);
    }
    return result;
}

// S and its gradient.
struct ScoreAndGradient {
    float score;
    Tensor gradient;
};
ScoreAndGradient look(nn::Layer& network, const Tensor& x, Index unit) {
    require(x.rank() >= 1 && x.size(0) == 1, "score_gradient: expected one image [1, …], got {}", x.shape());
    network.set_training(false);
    const Tensor y = network.forward(x);
    require(unit >= 0 && unit < y.count(), "score_gradient: the output {} has units 0 to {}, not {}", y.shape(),
            y.count() - 1, unit);
    Tensor dy(y.shape());
    dy[unit] = 1;
    return {y[unit], network.backward(std::move(dy))};
}

// Task 11.6: the gradient of one number with respect to the pixels.
Tensor score_gradient(nn::Layer& network, const Tensor& x, Index unit) {
    // TODO 1. Evaluation mode, forward.
    // TODO 2. Which dy asks backward for the gradient of number `unit` of the output, and of nothing else?
    return look(network, x, unit).gradient;
}

// Task 11.6: one step uphill.
Tensor ascent_step(const Tensor& x, const Tensor& gradient, float rate, float decay) {
    // TODO 1. Uphill: which sign? And which sign for the decay?
    require(x.shape() == gradient.shape(), "ascent_step: x is {}, its gradient {}", x.shape(), gradient.shape());
    Tensor next(x.shape());
    for (Index i = 0; i < x.count(); ++i) next[i] = x[i] + rate * (gradient[i] - 2 * decay * x[i]);
    return next;
}

// Task 11.6: a little smoother.
Tensor blurred(const Tensor& x) {
    // TODO 1. Along the columns first, into a tensor of its own: x has to keep its old values until all are read.
    // TODO 2. Then along the rows. At the edge, the pixel beyond is the pixel of the edge.
    require(x.rank() == 4, "blurred: expected x [N, C, H, W], got {}", x.shape());
    const Index H = x.size(2), W = x.size(3);
    Tensor halfway(x.shape()), y(x.shape());
    const auto for_all = [&](const auto& f) {
        for (Index n = 0; n < x.size(0); ++n)
            for (Index c = 0; c < x.size(1); ++c)
                for (Index i = 0; i < H; ++i)
                    for (Index j = 0; j < W; ++j) f(n, c, i, j);
    };
    for_all([&](Index n, Index c, Index i, Index j) {
        const Index above = std::max<Index>(i - 1, 0), below = std::min(i + 1, H - 1);
        halfway(n, c, i, j) = (x(n, c, above, j) + 2 * x(n, c, i, j) + x(n, c, below, j)) / 4;
    });
    for_all([&](Index n, Index c, Index i, Index j) {
        const Index left = std::max<Index>(j - 1, 0), right = std::min(j + 1, W - 1);
        y(n, c, i, j) = (halfway(n, c, i, left) + 2 * halfway(n, c, i, j) + halfway(n, c, i, right)) / 4;
    });
    return y;
}

// Task 11.6: many steps.
Ascent maximize(nn::Layer& network, Index unit, const Tensor& start, const AscentOptions& options) {
    // TODO 1. Note the score before each step: the same forward pass gives it and the gradient.
    // TODO 2. After which steps is x blurred?
    // TODO 3. The score of the image you return comes last.
    Ascent ascent{start, {}};
    for (Index step = 1; step <= options.steps; ++step) {
        const auto [score, gradient] = look(network, ascent.x, unit);
        ascent.scores.push_back(score);
        ascent.x = ascent_step(ascent.x, gradient, options.rate, options.decay);
        if (options.blur_every > 0 && step % options.blur_every == 0) ascent.x = blurred(ascent.x);
    }
    ascent.scores.push_back(look(network, ascent.x, unit).score);
    return ascent;
}

// Task 11.7: one number for each pixel.
Tensor strongest_channel(const Tensor& gradient) {
    // TODO 1. A pixel matters whether its score rises or falls with it.
    require(gradient.rank() == 4, "strongest_channel: expected a gradient [N, C, H, W], got {}", gradient.shape());
    Tensor map({gradient.size(0), gradient.size(2), gradient.size(3)});
    for (Index n = 0; n < gradient.size(0); ++n)
        for (Index c = 0; c < gradient.size(1); ++c)
            for (Index i = 0; i < gradient.size(2); ++i)
                for (Index j = 0; j < gradient.size(3); ++j)
                    map(n, i, j) = std::max(map(n, i, j), std::abs(gradient(n, c, i, j)));
    return map;
}

// Task 11.7: which pixels matter?
Tensor saliency(nn::Layer& network, const Tensor& x, const std::vector<std::int32_t>& labels) {
    // TODO 1. Forward; check the labels.
    // TODO 2. A dy with a 1 in each row: images do not mix, so one backward pass serves all of them.
    network.set_training(false);
    const Tensor y = network.forward(x);
    require(y.rank() == 2 && y.size(0) == static_cast<Index>(labels.size()), "saliency: {} labels for scores {}",
            labels.size(), y.shape());
    Tensor dy(y.shape());
    for (Index n = 0; n < y.size(0); ++n) {
        const Index label = labels[static_cast<std::size_t>(n)];
        require(label >= 0 && label < y.size(1), "saliency: there are classes 0 to {}, not {}", y.size(1) - 1, label);
        dy(n, label) = 1;
    }
    return strongest_channel(network.backward(std::move(dy)));
}

}  // namespace cnn::lab11
