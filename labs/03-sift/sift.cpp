// Lab 03: sift. Read sift.hpp for what each function promises, README.md for why.
#include "sift.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "tensor/todo.hpp"

namespace cnn::lab03 {

// Task 3.1: the weights of a bell.
Tensor gaussian_kernel(float sigma) {
    // TODO 1. Refuse what makes no sense: require(condition, "gaussian_kernel: …", …) throws a ShapeError.
    // TODO 2. How many weights are there on each side of the middle one? Where is the middle one?
    // TODO 3. What must all weights add up to, so that an evenly gray picture stays as it is?
    todo("3.1");
}

// Task 3.1: a blurred picture.
Tensor gaussian_blur(const Tensor& x, float sigma) {
    // TODO 1. Lay the kernel on every pixel along its row. Which columns lie under it? (std::clamp keeps them inside.)
    // TODO 2. Do the same along the columns, with what step 1 gave.
    todo("3.1");
}

// Task 3.2: twice as many rows and columns.
Tensor twice_as_large(const Tensor& x) {
    // TODO 1. Which row of x is nearest to row i of y? On which side of it lies row i, so which row is the next
    //         nearest?
    // TODO 2. Likewise for the columns. Which four pixels make y(i, j), and how much of each?
    // TODO 3. Which row follows the last one, which one goes before the first?
    todo("3.2");
}

// Task 3.2: an octave.
Tensor octave(const Tensor& first) {
    // TODO 1. Level 0 is the picture `first`. How much blur has it, and how much shall level 1 have? (The quotient of
    //         two whole numbers such as k / steps is cut to a whole number: make one of them a float.)
    // TODO 2. Two blurs after one another add like the sides of a right angle. How much is missing from level to level?
    // TODO 3. Each level is made of the one before. Copy it into the result with loops or std::ranges::copy.
    todo("3.2");
}

// Task 3.2: neighbouring levels subtracted.
Tensor difference_of_gaussians(const Tensor& gaussians) {
    // TODO 1. From K levels, how many differences can be made?
    // TODO 2. d(k, i, j) is the blurrier level minus the sharper one.
    todo("3.2");
}

// Task 3.2: all octaves.
std::vector<Tensor> pyramid(const Tensor& gray) {
    // TODO 1. Make the picture twice as large. Its blur is now 2 · camera_sigma: how much is missing to first_sigma?
    // TODO 2. While the picture has 2 · border + 1 rows and columns, make an octave of it.
    // TODO 3. Which level has twice the blur of level 0? Every second row and column of it begins the next octave.
    todo("3.2");
}

// Task 3.3: extrema over 26 neighbours.
std::vector<Extremum> extrema(const Tensor& d, float threshold) {
    // TODO 1. Three loops: level, row, column. Where do they begin and end, so that every neighbour exists?
    // TODO 2. Most pixels are too weak: what is quickly asked first?
    // TODO 3. A positive pixel competes for greatest, a negative one for least. Equal neighbours do no harm.
    todo("3.3");
}

// Task 3.4: a parabola through a pixel and its neighbours.
Fit fit_parabola(const Tensor& d, const Extremum& at) {
    // TODO 1. The gradient: half of next minus previous, by level, row and column.
    // TODO 2. The Hessian: next - 2 · middle + previous on its diagonal, a quarter of four corners off it.
    // TODO 3. Solve H · offset = -gradient (Cramer's rule will do). What is the value at the top?
    todo("3.4");
}

// Task 3.4: edges.
bool is_on_edge(const Tensor& d, const Extremum& at) {
    // TODO 1. Three numbers of the Hessian, by row and column only.
    // TODO 2. The trace is the sum of the two curvatures, the determinant their product. What does it mean when their
    //         signs differ?
    // TODO 3. Compare without dividing by a determinant that may be 0.
    todo("3.4");
}

// Task 3.4: the peak near an extremum.
std::optional<Peak> refine(const Tensor& d, const Extremum& start) {
    // TODO 1. Fit a parabola. Which offsets are small enough? Then you are there.
    // TODO 2. Otherwise move to the nearest pixel (std::lround) and fit again, five fits at most.
    // TODO 3. Refuse what is too weak, measured at the peak, and what lies on an edge.
    todo("3.4");
}

// Task 3.5: a histogram of directions.
Tensor orientation_histogram(const Tensor& gaussians, const Peak& peak) {
    // TODO 1. Which level, which pixel, how large is σ? Which rows and columns have all four neighbours?
    // TODO 2. The magnitude, the weight, and the nearest of 36 bins. Bin 36 is bin 0; which is bin -1?
    // TODO 3. Smooth it into another Tensor: what is to the left of bin 0?
    todo("3.5");
}

// Task 3.5: the angles of a keypoint.
std::vector<float> dominant_angles(const Tensor& histogram) {
    // TODO 1. How high is the highest bin?
    // TODO 2. For every bin: is it higher than both neighbours (around the circle), and high enough?
    // TODO 3. The top of the parabola through three neighbours lies
    //         (left - right) / (2(left - 2 · middle + right)) bins on.
    todo("3.5");
}

// Task 3.6: 4 × 4 histograms of 8 directions.
Tensor descriptor_histogram(const Tensor& gaussians, const Peak& peak, float angle) {
    // TODO 1. How far from the peak can a pixel be that still votes? (A square turned by 45° reaches furthest.)
    // TODO 2. For each of these pixels: how far is it from the peak (with fractions), and where in the turned grid?
    // TODO 3. The magnitude, the weight, and the angle against the keypoint's, in eighths of a turn from 0 to 8.
    // TODO 4. Its eight nearest bins: two rows, two columns, two directions. Near ones get more.
    todo("3.6");
}

// Task 3.6: the histogram as a descriptor.
Tensor normalized(const Tensor& histogram) {
    // TODO 1. histogram.reshaped({128}) has the same numbers in one row. How long is it?
    // TODO 2. Scale, cut, scale. What if there is no length to divide by?
    todo("3.6");
}

// Task 3.6: everything together.
Features sift(const Tensor& gray) {
    // TODO 1. For every octave of the pyramid: differences, extrema, refined. Two that came to one pixel are one.
    // TODO 2. For every peak: its histogram, its angles. For every angle: a keypoint and a descriptor.
    // TODO 3. Row, column and σ are in pixels of the octave. How large is a pixel of octave 0 in the picture? And one
    //         of octave 1?
    // TODO 4. Collect the descriptors, and make one Tensor [N, 128] of them at the end.
    todo("3.6");
}

// Task 3.7: matching by ratio test.
std::vector<Match> match(const Tensor& a, const Tensor& b, float ratio) {
    // TODO 1. For each row of a: the distance to every row of b. Which two are the smallest?
    // TODO 2. Keep the nearest when the second nearest is far enough behind it.
    todo("3.7");
}

// Task 3.8: the integral image.
Integral integral_image(const Tensor& gray) {
    // TODO 1. One row and one column more than the picture; number (i, j) is sums[i * width + j].
    // TODO 2. Row by row: the sum of this row so far, and what stands above.
    todo("3.8");
}

// Task 3.8: the sum of a box.
double box_sum(const Integral& image, const Box& box) {
    // TODO 1. Which rows and columns of the integral image bound the box? Where it leaves the picture, the rim does.
    // TODO 2. Everything up to the lower right corner, minus what is too much. What was taken away twice?
    todo("3.8");
}

// Task 3.8: the determinant of the Hessian, made of boxes.
Tensor box_hessian(const Integral& image, Index size, Index step) {
    // TODO 1. With l = size / 3: which rows and columns does the tall box of Dyy cover, and which its middle third?
    // TODO 2. Dxx is Dyy with rows and columns exchanged. Where are the four boxes of Dxy?
    // TODO 3. Divide by the filter's area, so that large and small filters can be compared.
    todo("3.8");
}

// Task 3.8: Haar wavelets.
Wavelets haar(const Integral& image, float row, float column, Index half) {
    // TODO 1. Between which rows and columns of pixels is the middle?
    // TODO 2. Four boxes: right, left, lower, upper half.
    todo("3.8");
}

// Task 3.8: the angle of a SURF keypoint.
float surf_angle(const Integral& image, const Keypoint& keypoint) {
    // TODO 1. Wavelets on a disc of places around the keypoint, each with its weight: dx, dy and their angle.
    // TODO 2. For each of the 72 windows: the sum of those whose angle lies in it. Mind the end of the circle.
    // TODO 3. Which sum is the longest, and where does it point?
    todo("3.8");
}

// Task 3.8: SURF's descriptor.
Tensor surf_descriptor(const Integral& image, const Keypoint& keypoint) {
    // TODO 1. Place (i, j) of the grid, 0 to 19: how far is it from the keypoint before turning, in units of s?
    // TODO 2. Turn it, take the wavelets there, and turn these back into the keypoint's frame.
    // TODO 3. Which of the 16 cells does it belong to? Four sums for each. Then scale.
    todo("3.8");
}

// Task 3.8: SURF.
Features surf(const Tensor& gray) {
    // TODO 1. For each octave: the responses of four filters as one Tensor [4, H, W].
    // TODO 2. Tasks 3.3 and 3.4 find its extrema and their places between the pixels. Which of them are not wanted?
    // TODO 3. Place and sigma in the large picture; angle; descriptor. Where is that in `gray`?
    todo("3.8");
}

}  // namespace cnn::lab03
