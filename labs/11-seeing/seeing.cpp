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
    todo("11.1");
}

// Task 11.1: numbers that are not negative.
Image activation_picture(const Tensor& plane, float largest) {
    // TODO 1. The same with another colour map.
    todo("11.1");
}

// Task 11.1: filters.
std::vector<Image> filter_pictures(const Tensor& w) {
    // TODO 1. Find the largest magnitude of all weights: the scale.
    // TODO 2. One picture for every channel of every filter.
    todo("11.1");
}

// Task 11.1: feature maps.
std::vector<Image> map_pictures(const Tensor& maps, Scale scale) {
    // TODO 1. One picture for every map; its scale is its own largest value or that of all. What if there are only
    //         negative numbers?
    todo("11.1");
}

// Task 11.1: pictures side by side.
Image mosaic(const std::vector<Image>& pictures, Index columns, Index gap) {
    // TODO 1. How many rows are there, when the last need not be full?
    // TODO 2. How large is the whole? There is one gap less than there are pictures in a row or column.
    // TODO 3. Where is the top left corner of picture number p?
    todo("11.1");
}

// Task 11.2: back to where the maxima came from.
Tensor unpool(const Tensor& y, const Tensor& switches, const Shape& x_shape) {
    // TODO 1. Check that the shapes fit together.
    // TODO 2. A switch is row · W + column: which W? Put the value there. Does it replace what is there, or is it
    //         added?
    todo("11.2");
}

// Task 11.3: the sizes that have as many places.
Sizes sizes_before(Index output, const Window& window) {
    // TODO 1. On how many pixels do `output` windows end exactly at the edge? Take the padding off.
    // TODO 2. How many pixels can be left over before one more window fits?
    // TODO 3. What if padding alone is wide enough: is there a pixel at all?
    todo("11.3");
}

// Task 11.3: convolution as a matrix.
Tensor convolution_matrix(const Tensor& w, const Window& window, Index height, Index width) {
    // TODO 1. How many rows and columns does the matrix have?
    // TODO 2. Write the loops of a convolution: over the places i, j and the weights r, s.
    // TODO 3. Which pixel does w(r, s) meet at (i, j)? Skip the padding.
    todo("11.3");
}

// Task 11.3: the same connections, walked from the maps to the pixels.
Tensor conv2d_transposed(const Tensor& y, const Tensor& w, const Window& window, Index height, Index width) {
    // TODO 1. Check that the shapes fit together, and that so many pixels have so many places.
    // TODO 2. Every value of y is spread over the pixels of its window, weighted by the filter: which pixels are these?
    // TODO 3. Windows overlap: what they leave at a pixel adds up. So do the maps. Skip the padding.
    todo("11.3");
}

// Task 11.4: forward, with everything that the way back needs.
std::vector<StagePass> forward(const Tensor& x, const std::vector<Stage>& stages) {
    // TODO 1. nn::operators() has conv2d_forward, relu_forward and max_pool_forward (which gives y and switches):
    //         yours, or on loan.
    // TODO 2. What does the second stage get?
    todo("11.4");
}

// Task 11.4: one stage back.
Tensor stage_back(const Tensor& pooled, const Tensor& switches, const Stage& stage, const Shape& maps_shape,
                  const Shape& x_shape) {
    // TODO 1. Unpool.
    // TODO 2. Rectify what was unpooled: feature maps are never negative, so reconstructions of them are not either.
    // TODO 3. Transposed convolution to the size of the stage's input.
    todo("11.4");
}

// Task 11.4: from the strongest value of a map to the pixels.
Projection project(const Tensor& x, const std::vector<Stage>& stages, Index map) {
    // TODO 1. Forward through all stages. Find the largest value of the map in the last stage's pooled maps.
    // TODO 2. A tensor of that shape, all 0 but this one value.
    // TODO 3. Backwards through the stages. Which shapes did the maps and the input of each have?
    todo("11.4");
}

// Task 11.5: the covered images.
Tensor occluded(const Tensor& x, const Window& cover, float value) {
    // TODO 1. How many places does the cover have?
    // TODO 2. Image number i · OW + j is a copy of x, but for the pixels under the cover at place (i, j).
    todo("11.5");
}

// Task 11.5: what the network says to each of them.
Occlusion occlusion_map(nn::Layer& network, const Tensor& x, Index label, const Window& cover, float value) {
    // TODO 1. Evaluation mode; all covered images at once through the network.
    // TODO 2. Softmax of each row: yours of lab 06, or nn::softmax_cross_entropy().probabilities(scores).
    // TODO 3. The probability of `label` and the best class, each in its place [OH, OW].
    todo("11.5");
}

// Task 11.6: the gradient of one number with respect to the pixels.
Tensor score_gradient(nn::Layer& network, const Tensor& x, Index unit) {
    // TODO 1. Evaluation mode, forward.
    // TODO 2. Which dy asks backward for the gradient of number `unit` of the output, and of nothing else?
    todo("11.6");
}

// Task 11.6: one step uphill.
Tensor ascent_step(const Tensor& x, const Tensor& gradient, float rate, float decay) {
    // TODO 1. Uphill: which sign? And which sign for the decay?
    todo("11.6");
}

// Task 11.6: a little smoother.
Tensor blurred(const Tensor& x) {
    // TODO 1. Along the columns first, into a tensor of its own: x has to keep its old values until all are read.
    // TODO 2. Then along the rows. At the edge, the pixel beyond is the pixel of the edge.
    todo("11.6");
}

// Task 11.6: many steps.
Ascent maximize(nn::Layer& network, Index unit, const Tensor& start, const AscentOptions& options) {
    // TODO 1. Note the score before each step: the same forward pass gives it and the gradient.
    // TODO 2. After which steps is x blurred?
    // TODO 3. The score of the image you return comes last.
    todo("11.6");
}

// Task 11.7: one number for each pixel.
Tensor strongest_channel(const Tensor& gradient) {
    // TODO 1. A pixel matters whether its score rises or falls with it.
    todo("11.7");
}

// Task 11.7: which pixels matter?
Tensor saliency(nn::Layer& network, const Tensor& x, const std::vector<std::int32_t>& labels) {
    // TODO 1. Forward; check the labels.
    // TODO 2. A dy with a 1 in each row: images do not mix, so one backward pass serves all of them.
    todo("11.7");
}

}  // namespace cnn::lab11
