// Lab 11: seeing what a network has learned. The contract between your seeing.cpp and everything that uses it.
//
// Sources: Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks" (2013), for 11.2 to 11.5;
// Simonyan, Vedaldi and Zisserman, "Deep Inside Convolutional Networks" (2013), for 11.6 and 11.7; Yosinski et al.,
// "Understanding Neural Networks Through Deep Visualization" (2015), section 3, for the blur of 11.6.
#pragma once
#include <cstdint>
#include <vector>

#include "image/image.hpp"
#include "nn/layer.hpp"
#include "tensor/window.hpp"

namespace cnn::lab11 {

// ---- 11.1 ----

// Task 11.1: numbers with a sign, plane [H, W], in colours: diverging(v / m) of image/colours.hpp, where m is
// `largest`: 0 is white, -m blue, m red, and what lies beyond gets the end colours. With `largest` 0 everything is
// diverging(0). Throws ShapeError unless plane has two axes, and where `largest` is negative.
Image signed_picture(const Tensor& plane, float largest);

// Task 11.1: numbers that are not negative, the same way: viridis(v / largest), from 0 (dark) to `largest` (yellow).
// With `largest` 0 everything is viridis(0). Throws as signed_picture does.
Image activation_picture(const Tensor& plane, float largest);

// Task 11.1: filters w [K, C, R, S] as K·C signed pictures, the C channels of filter 0 first. All have one scale, up to
// the largest magnitude in w, so that they can be compared. Throws ShapeError unless w has four axes.
std::vector<Image> filter_pictures(const Tensor& w);

// Task 11.1: feature maps [1, K, H, W] as K activation pictures. Either all have one scale, up to the largest value of
// all (which map answers?), or each has its own (what does a map answer to?); a scale is at least 0. Throws ShapeError
// unless maps are of one image.
enum class Scale { shared, own };
std::vector<Image> map_pictures(const Tensor& maps, Scale scale);

// Task 11.1: pictures of one size in rows of `columns`, the first at the top left, the second to its right, `gap` white
// pixels between neighbours and none around the whole. Where the last row is not full, the rest of it is white. Throws
// ShapeError where there is no picture, they differ in size or channels, columns < 1 or gap < 0.
Image mosaic(const std::vector<Image>& pictures, Index columns, Index gap);

// ---- 11.2 ----

// Task 11.2: unpooling (Zeiler and Fergus, section 2.1). Every value of y [N, C, OH, OW] goes back to the place in its
// plane that its switch names, row · W + column as in lab 05; everywhere else x_shape [N, C, H, W] is 0. Where
// overlapping windows share a switch, the last of them in row-major order counts: max pooling gave all of them the same
// value, and that is what comes back. Throws ShapeError when the shapes do not fit together or a switch is no pixel of
// the plane.
Tensor unpool(const Tensor& y, const Tensor& switches, const Shape& x_shape);

// ---- 11.3 ----

// Task 11.3: on how many pixels has a window `output` places? (H + 2·padding - size) / stride + 1 is rounded down, so
// there are up to `stride` answers: from `smallest` to `largest`. At least one pixel is asked for. Throws ShapeError
// when there is no answer, when output, size or stride is less than 1, or the padding negative.
struct Sizes {
    Index smallest, largest;
};
Sizes sizes_before(Index output, const Window& window);

// Task 11.3: a convolution is a product with a matrix. For w [R, R] (R = window.size) over one channel of height ×
// width pixels → [OH·OW, H·W], row i·OW + j, column a·W + b: what pixel (a, b) counts for in y(i, j), so that y =
// matrix · x with the numbers of x and y in the order in which they lie in memory. Throws ShapeError unless w is [R, R]
// and the window fits.
Tensor convolution_matrix(const Tensor& w, const Window& window, Index height, Index width);

// Task 11.3: transposed convolution: the product with the transposed matrix, which leads from maps to pixels.
// y [N, K, OH, OW], w [K, C, R, R] → x [N, C, height, width],
//     x(n, c, i·stride + r - padding, j·stride + s - padding) += y(n, k, i, j) · w(k, c, r, s)   for all k, i, j, r, s,
// where there is such a pixel. No bias. Throws ShapeError unless the convolution of `height` × `width` pixels has OH ×
// OW places (see sizes_before), and y and w agree about K, and w is [K, C, R, R].
Tensor conv2d_transposed(const Tensor& y, const Tensor& w, const Window& window, Index height, Index width);

// ---- 11.4 ----

// A convolution, ReLU, max pooling: what the lower half of a network consists of. pooling {1} is none.
struct Stage {
    Tensor w, b;  // [K, C, R, R], [K]
    Window convolution, pooling;
};

// Task 11.4: one pass through the stages, that keeps what the way back needs. For each stage:
struct StagePass {
    Tensor maps;      // [N, K, H, W], after ReLU
    Tensor pooled;    // [N, K, OH, OW]: what the next stage gets
    Tensor switches;  // of the pooling, shape of pooled
};
std::vector<StagePass> forward(const Tensor& x, const std::vector<Stage>& stages);

// Task 11.4: one stage of the deconvnet: unpool, rectify, transposed convolution (Zeiler and Fergus, figure 1).
// pooled [N, K, OH, OW] → [N, C, H, W], where [H, W] is the size of what the stage got as its input, x_shape
// [N, C, H, W], and maps_shape that of its maps before they were pooled.
Tensor stage_back(const Tensor& pooled, const Tensor& switches, const Stage& stage, const Shape& maps_shape,
                  const Shape& x_shape);

// Task 11.4: the strongest value of one map, back to the pixels. x [1, C, H, W]; `map` counts the filters of the last
// stage. Of that stage's pooled maps everything is set to 0 but the largest value of this one (of equal ones the first
// in row-major order); then all stages backwards. Throws ShapeError unless x is one image and there is such a map and
// at least one stage.
struct Projection {
    Index row, column;  // of that value in its pooled map
    float activation;
    Tensor pixels;  // [1, C, H, W]
};
Projection project(const Tensor& x, const std::vector<Stage>& stages, Index map);

// ---- 11.5 ----

// Task 11.5: an image with a square over it, once for every place that the window `cover` has over it: x [1, C, H, W] →
// [OH·OW, C, H, W], in row-major order of the places. All channels of the covered pixels are `value`; where the cover
// has padding, it hangs over the edge. Throws ShapeError unless x is one image and the window fits.
Tensor occluded(const Tensor& x, const Window& cover, float value);

// Task 11.5: the network's answer to each of these images (Zeiler and Fergus, section 4.2, figure 7 d and e).
// The network, x [N, C, H, W] → class scores [N, M], is asked in evaluation mode. Throws as `occluded` does, and unless
// 0 ≤ label < M.
struct Occlusion {
    Tensor probability;  // [OH, OW]: softmax of the scores at `label`: low where something important is hidden
    Tensor best;         // [OH, OW]: the class with the largest score (of equal ones the first)
};
Occlusion occlusion_map(nn::Layer& network, const Tensor& x, Index label, const Window& cover, float value);

// ---- 11.6 ----

// Task 11.6: ∂S/∂x, where S is number `unit` of the network's output, in the order in which it lies in memory: a
// class's score for the whole network, any pixel of any map for the first few layers of one. x [1, …] → the shape of x.
// The network is asked in evaluation mode. Throws ShapeError unless x is one image and the output has such a number.
Tensor score_gradient(nn::Layer& network, const Tensor& x, Index unit);

// Task 11.6: one step uphill on S(x) - decay · ‖x‖² (Simonyan et al., equation 1), which is
//     x + rate · (∂S/∂x - 2 · decay · x).
// Throws ShapeError unless both have the same shape.
Tensor ascent_step(const Tensor& x, const Tensor& gradient, float rate, float decay);

// Task 11.6: every plane of x [N, C, H, W] smoothed by (1 2 1) / 4 along the columns and along the rows; beyond the
// edge the pixels of the edge are repeated. Throws ShapeError unless x has four axes.
Tensor blurred(const Tensor& x);

// Task 11.6: the image that excites a unit most. Starting at x = start, `steps` times: gradient, step; after each
// `blur_every`-th step (0: never) x is blurred.
struct AscentOptions {
    Index steps = 100;
    float rate = 1, decay = 0;
    Index blur_every = 0;
};
struct Ascent {
    Tensor x;                   // after the last step
    std::vector<float> scores;  // S before each step, and of the final x: steps + 1 numbers
};
Ascent maximize(nn::Layer& network, Index unit, const Tensor& start, const AscentOptions& options);

// ---- 11.7 ----

// Task 11.7: gradient [N, C, H, W] → [N, H, W]: the largest magnitude over the channels of each pixel (Simonyan et al.,
// section 3.1). Throws ShapeError unless the gradient has four axes.
Tensor strongest_channel(const Tensor& gradient);

// Task 11.7: which pixels move the score of image n's class most? x [N, C, H, W] and N labels → [N, H, W],
//     max_c |∂S_label(n) / ∂x(n, c, i, j)|,
// all images in one pass forward and one back. The network, x → scores [N, M], is asked in evaluation mode. Throws
// ShapeError unless there are N labels, each from 0 to M - 1.
Tensor saliency(nn::Layer& network, const Tensor& x, const std::vector<std::int32_t>& labels);

}  // namespace cnn::lab11
