// Lab 04: convolution. Read convolution.hpp for what each function promises, README.md for why.
#include "convolution.hpp"

#include <algorithm>

#include "tensor/todo.hpp"

namespace cnn::lab04 {

// Task 4.1: the size of a feature map.
Index output_size(Index input, Index filter, Index stride, Index padding, Remainder remainder) {
    // TODO 1. Refuse what makes no sense: require(condition, "output_size: …", …) throws a ShapeError.
    // TODO 2. How many steps can the filter take after its first place?
    // TODO 3. What changes when the last, incomplete step is filled with zeros?
    todo("4.1");
}

// Task 4.2: zeros for SAME.
SamePadding same_padding(Index input, Index filter, Index stride) {
    // TODO 1. Refuse what makes no sense, as in 4.1.
    // TODO 2. How many outputs are wanted, and how many pixels do they reach over?
    // TODO 3. The pixels that are missing are zeros: half of them before, the rest after. Never fewer than none.
    todo("4.2");
}

// Task 4.3: one channel, one filter.
Tensor correlate2d(const Tensor& x, const Tensor& w) {
    // TODO 1. Make y of the right shape.
    // TODO 2. For every place (i, j) of y, add up the products under the filter.
    todo("4.3");
}

// Task 4.4: channels, filters, images, stride and padding.
Tensor conv2d_forward(const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
    // TODO 1. Check that the shapes fit together. 4.1 gives the size of y.
    // TODO 2. Four loops over y (n, k, i, j). Where does the window of (i, j) begin in x?
    // TODO 3. Three loops under the window (c, r, s). Skip pixels outside the image: they are zeros.
    // TODO 4. The bias, once for every value of y.
    todo("4.4");
}

// Task 4.5: parameters and multiply-adds.
LayerCost conv2d_cost(Index channels, Index height, Index width, Index filters, const Window& window) {
    // TODO 1. How many numbers are learned? A filter has as many channels as the image.
    // TODO 2. How many products does one output value take, and how many output values are there?
    todo("4.5");
}

// Task 4.6: Sobel's masks are filters.
Tensor sobel_filters() {
    // TODO 1. Copy the two masks of lab 01. Which of them finds vertical edges?
    todo("4.6");
}

// Task 4.6: and so are the eight masks of the compass.
Tensor compass_filters() {
    // TODO 1. East is Sobel's ∂/∂x. Each next mask is the one before with its border turned by one place
    //         counter-clockwise.
    todo("4.6");
}

}  // namespace cnn::lab04
