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
    todo("1.1");
}

// Task 1.2: a mask on every pixel.
Tensor correlate3x3(const Tensor& x, const Tensor& mask) {
    // TODO 1. Refuse what makes no sense: require(condition, "correlate3x3: …", …) throws a ShapeError.
    // TODO 2. Two loops over the pixels of y. What does a pixel add up? Two more loops, under the mask.
    // TODO 3. Row -1 is outside the picture. Which row is the nearest inside? (std::clamp<Index> finds it.)
    todo("1.2");
}

// Task 1.3: Sobel's two derivatives.
Gradient sobel(const Tensor& gray) {
    // TODO 1. Tensor({3, 3}, {a, b, c, d, e, f, g, h, i}) is a mask, row by row. Which mask is right minus left?
    // TODO 2. And which is below minus above? Task 1.2 does the rest.
    todo("1.3");
}

// Task 1.4: how steep.
Tensor magnitude(const Gradient& gradient) {
    // TODO 1. gradient.gx and gradient.gy must have the same shape.
    // TODO 2. For every pixel, gx and gy are the sides of a right angle. How long is the third side?
    todo("1.4");
}

// Task 1.4: and which way.
Tensor direction(const Gradient& gradient) {
    // TODO 1. std::atan2(up, right) is the angle of the arrow that goes so far up and so far right.
    // TODO 2. gy is below minus above. How far up does the arrow go?
    // TODO 3. A float knows two zeros: std::atan2(0.0f, -1.0f) is π, std::atan2(-0.0f, -1.0f) is -π. Which do you get?
    todo("1.4");
}

// Task 1.5: the masks of the compass.
Tensor robinson_masks() {
    // TODO 1. Write down the eight places (r, s) of a mask's border, in order around the centre.
    // TODO 2. East is Sobel's mask for gx. What stands on the border of the next mask, place by place?
    todo("1.5");
}

// Task 1.5: the strongest response and its point of the compass.
Edges compass(const Tensor& gray) {
    // TODO 1. Begin with the responses of mask 0. What is the direction of every pixel then?
    // TODO 2. For each further mask, which pixels answer more strongly than to all masks before? Equal is not more.
    todo("1.5");
}

// Task 1.6: thin edges.
Tensor thin(const Edges& edges) {
    // TODO 1. For each point of the compass, how many rows and columns is one step? Rows grow downwards.
    // TODO 2. Which two neighbours does pixel (i, j) look at? What counts where there is none?
    // TODO 3. When does its response stay, and what stands there otherwise?
    todo("1.6");
}

}  // namespace cnn::lab01
