// Lab 02: hog. Read hog.hpp for what each function promises, README.md for why.
#include "hog.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numbers>

#include "image/drawing.hpp"
#include "tensor/todo.hpp"

namespace cnn::lab02 {

// Task 2.1: the gradient of the strongest channel.
Gradient strongest_gradient(const Image& picture) {
    // TODO 1. Which two pixels does gx(i, j) compare, which two gy(i, j)? picture(i, j, c) is a byte, 0 to 255: which
    //         type can hold 3 - 5?
    // TODO 2. Where is one of the two outside the picture?
    // TODO 3. Of the channels, which one has the longest gradient? When does a later one win?
    todo("2.1");
}

// Task 2.2: the histogram of every cell.
Tensor cell_histograms(const Gradient& gradient, const Settings& settings) {
    // TODO 1. Refuse what makes no sense. How many rows and columns of whole cells are there?
    // TODO 2. A pixel's direction, from std::atan2(gy, gx), lies in (-180°, 180°]. What brings it into [0°, 180°)?
    // TODO 3. Whole votes first: in which bin, in which cell does pixel (i, j) lie?
    // TODO 4. Shared votes: measured in bins, between which two centres is the angle, how far from each? Measured in
    //         cells, between which two centres is the row, and between which two the column? A vote has eight shares.
    // TODO 5. What comes after the last bin? And what before the first cell?
    todo("2.2");
}

// Task 2.3: the normalization of one block.
Tensor l2_hys(const Tensor& v) {
    // TODO 1. Divide by the length; ε² goes under the root, so that a block of zeros stays one.
    // TODO 2. Cut at 0.2. How long is the vector now?
    todo("2.3");
}

// Task 2.3: all blocks.
Tensor normalize_blocks(const Tensor& cells, Index block) {
    // TODO 1. Blocks overlap: they begin at every cell. How many rows of blocks are there? Refuse when there is none.
    // TODO 2. Copy the histograms of a block's cells one behind the other. Where does the one of cell (i, j) begin?
    // TODO 3. Normalize them together, and write them to their place.
    todo("2.3");
}

// Task 2.4: how many numbers.
Index hog_size(Index height, Index width, const Settings& settings) {
    // TODO 1. How many rows and columns of whole cells, of blocks? How many numbers has a block?
    // TODO 2. What if there is no room for a block? Two negative numbers have a positive product.
    todo("2.4");
}

// Task 2.4: the descriptor.
Tensor hog(const Image& picture, const Settings& settings) {
    // TODO 1. Three steps, which you have; then one row of numbers (x.reshaped(shape)).
    todo("2.4");
}

// Task 2.5: the scores.
Tensor scores(const Tensor& x, const Svm& svm) {
    // TODO 1. Refuse what does not fit together.
    // TODO 2. For every row: a sum of products, and b.
    todo("2.5");
}

// Task 2.5: the loss.
float hinge_loss(const Tensor& x, const Tensor& labels, const Svm& svm, float lambda) {
    // TODO 1. What does a row cost whose score is on the right side, and far enough? One on the wrong side?
    // TODO 2. The mean over the rows, and λ/2 times the square of the length of w. b costs nothing.
    todo("2.5");
}

// Task 2.5: its gradient.
Svm hinge_gradient(const Tensor& x, const Tensor& labels, const Svm& svm, float lambda) {
    // TODO 1. The first term: what is the derivative of λ/2 · w(d)²?
    // TODO 2. A row that costs something: how does 1 - y · (w · x + b) change with w(d), how with b?
    // TODO 3. The others: do they change anything?
    todo("2.5");
}

// Task 2.5: training.
Svm train_svm(const Tensor& x, const Tensor& labels, const Training& training) {
    // TODO 1. Begin with zeros. How many has w?
    // TODO 2. An epoch takes rows 0 … batch - 1, then the next ones, … The last batch ends where the rows end.
    //         Tensor({rows, D}, x.values().subspan(first number, count)) copies some rows; labels likewise.
    // TODO 3. One step: the gradient on the batch, times η(t), off w and b. Then t grows by 1.
    todo("2.5");
}

// Task 2.6: how much two boxes have in common.
float intersection_over_union(const Box& a, const Box& b) {
    // TODO 1. From which row to which do they overlap? From which column to which? What if they do not?
    // TODO 2. The area of both together: what is counted twice?
    todo("2.6");
}

// Task 2.6: of the detections of one thing, the best.
std::vector<Box> suppress(const std::vector<Box>& boxes, float most) {
    // TODO 1. Put them in order, the highest score first (std::ranges::stable_sort keeps the order of equal ones).
    // TODO 2. Go through them: which of those that already stay forbid this one?
    todo("2.6");
}

// Task 2.6: the scene, smaller and smaller.
std::vector<Image> pyramid(const Image& scene, Index height, Index width, float factor) {
    // TODO 1. What if factor is 1? Refuse what would never end.
    // TODO 2. Level 0 is the scene, if a window fits. Level k is made of the scene itself: why not of level k - 1?
    todo("2.6");
}

// Task 2.6: the detections of one level.
std::vector<Box> scan(const Image& level, const Detector& detector) {
    // TODO 1. Refuse a w of another length. Where the level is smaller than a window, there is nothing to find.
    // TODO 2. The blocks of the level, once. How many rows and columns of blocks has a window? At which cells can a
    //         window begin?
    // TODO 3. The score of a window: w · (its blocks, one behind the other) + b. Nothing has to be copied for that.
    todo("2.6");
}

// Task 2.6: the detections of a scene.
std::vector<Box> detect(const Image& scene, const Detector& detector) {
    // TODO 1. Scan every level of the pyramid. A box there, how large is it in the scene, and where?
    // TODO 2. One thing is found at several places and on several levels. What takes care of that?
    todo("2.6");
}

}  // namespace cnn::lab02
