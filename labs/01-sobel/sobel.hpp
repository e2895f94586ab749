// Lab 01: sobel. The contract between your sobel.cpp and everything that uses it.
#pragma once
#include <array>

#include "image/image.hpp"
#include "tensor/tensor.hpp"

namespace cnn::lab01 {

// A gray picture is a Tensor [H, W] of levels from 0 (black) to 255 (white), with fractions. The place (i, j) is row i,
// counted from the top downwards, and column j, counted from the left.

// Task 1.1: the gray levels of a picture, [photo.height, photo.width]:
//     0.299 · red + 0.587 · green + 0.114 · blue  (ITU-R BT.601), not rounded.
// A picture with one channel is gray already: its levels stay as they are.
Tensor to_gray(const Image& photo);

// Task 1.2: lays the centre of a 3×3 mask on every pixel. x [H, W], mask [3, 3] → y [H, W],
//     y(i, j) = Σ_r Σ_s x(i + r - 1, j + s - 1) · mask(r, s),  r and s from 0 to 2.
// A pixel outside the picture has the level of the nearest pixel inside (a replicated border). Throws ShapeError when
// x has not two axes or the mask is not [3, 3].
Tensor correlate3x3(const Tensor& x, const Tensor& mask);

// Task 1.3: Sobel's two derivatives, both [H, W] like the picture, not divided by anything:
//     gx is right minus left,  gy is below minus above;  the middle row or column counts twice.
struct Gradient {
    Tensor gx, gy;
};
Gradient sobel(const Tensor& gray);

// Task 1.4: the length √(gx² + gy²) of the gradient of every pixel. Throws ShapeError when gx and gy differ in shape.
Tensor magnitude(const Gradient& gradient);

// Task 1.4: the way the gradient points, from dark to bright, in radians, -π < angle ≤ π:
// 0 is right (east), π/2 is up (north), π is left (west), -π/2 is down (south); 0 where gx = gy = 0.
// Throws ShapeError when gx and gy differ in shape.
Tensor direction(const Gradient& gradient);

// The points of the compass, counter-clockwise from east: point k lies at the angle k · π/4 of task 1.4.
inline constexpr std::array<const char*, 8> compass_names{"E", "NE", "N", "NW", "W", "SW", "S", "SE"};

// Task 1.5: Robinson's masks [8, 3, 3] (Robinson 1977), one for each point of the compass: mask k answers most to a
// picture that grows brighter towards point k. East is Sobel's mask for gx; every next mask is the one before with its
// eight border values moved on by one place, counter-clockwise.
Tensor robinson_masks();

// Task 1.5: for every pixel the strongest of the eight responses (correlate3x3, replicated border), and the point of
// the compass whose mask gave it: a whole number from 0 (E) to 7 (SE). Where several are equally strong, the one with
// the lowest number. Both are [H, W].
struct Edges {
    Tensor response, direction;
};
Edges compass(const Tensor& gray);

// Task 1.6: edges one pixel thin (non-maximum suppression). Each pixel looks at two neighbours: the one ahead, a step
// towards its point of the compass, and the one behind, a step the other way. Its response stays when it is greater
// than the one ahead and not less than the one behind; otherwise it becomes 0. Outside the picture all responses are 0.
// Returns [H, W]. Throws ShapeError when response and direction differ in shape.
Tensor thin(const Edges& edges);

}  // namespace cnn::lab01
