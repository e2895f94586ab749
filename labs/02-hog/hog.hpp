// Lab 02: hog. The contract between your hog.cpp and everything that uses it.
#pragma once
#include <vector>

#include "image/image.hpp"
#include "tensor/tensor.hpp"

namespace cnn::lab02 {

// Histograms of oriented gradients: N. Dalal and B. Triggs, CVPR 2005. The place (i, j) is row i, counted from the top
// downwards, and column j, counted from the left.

// Task 2.1: the derivatives of a picture, both [H, W], without any smoothing, not divided by 2:
//     gx(i, j) = x(i, j + 1) - x(i, j - 1),  gy(i, j) = x(i + 1, j) - x(i - 1, j),  x from 0 to 255.
// Where one of the two neighbours is outside the picture, the difference is 0. Of several channels, each pixel takes gx
// and gy from the one where gx² + gy² is greatest; of equal ones, the first.
struct Gradient {
    Tensor gx, gy;
};
Gradient strongest_gradient(const Image& picture);

// How a picture is described. These are Dalal and Triggs's choices.
struct Settings {
    Index cell = 8;            // pixels a side of a cell
    Index block = 2;           // cells a side of a block
    Index bins = 9;            // of the directions from 0° to 180°
    bool shared_votes = true;  // between neighbouring bins and cells; false: as scikit-image does it
};

// Task 2.2: for every cell, how much gradient there is in each direction. gx, gy [H, W] → [H / cell, W / cell, bins],
// both quotients cut to whole numbers; pixels beyond the last whole cell do not vote.
//
// The direction of a pixel is the angle of (gx, gy), from x towards y (clockwise, as rows grow downwards), modulo 180°:
// 0° ≤ angle < 180°. Its vote is √(gx² + gy²). Bin k reaches from k · 180° / bins to (k + 1) · 180° / bins.
//
// Whole votes (shared_votes = false): the vote goes to the bin and the cell in which the pixel lies.
// Shared votes: it is divided between the two bins whose centres are nearest (after the last bin comes the first
// again), between the two nearest rows and the two nearest columns of cells, linearly: a centre at distance d of n gets
// the share 1 - d / n, where n is the distance of neighbouring centres. Shares of cells that do not exist are lost.
// Pixel i lies at i + 1/2, the centre of cell r at (r + 1/2) · cell.
//
// Throws ShapeError when gx and gy differ in shape or have not two axes, or when cell or bins is less than 1.
Tensor cell_histograms(const Gradient& gradient, const Settings& settings);

// Task 2.3: "L2-Hys" (Lowe 2004; Dalal and Triggs, section 6.4). v [D] → [D]: divided by √(|v|² + ε²), then everything
// above 0.2 becomes 0.2, then divided again in the same way.
inline constexpr float epsilon = 1e-3f;
Tensor l2_hys(const Tensor& v);

// Task 2.3: cells [R, C, bins] → [R - block + 1, C - block + 1, block · block · bins]: at (r, c) the histograms of the
// cells in rows r to r + block - 1 and columns c to c + block - 1, row by row, one behind the other, normalized by
// l2_hys. Throws ShapeError unless cells has three axes and there is room for a block, and when block is less than 1.
Tensor normalize_blocks(const Tensor& cells, Index block);

// Task 2.4: how many numbers describe a picture of this size; 0 when it has no room for a block.
Index hog_size(Index height, Index width, const Settings& settings);

// Task 2.4: the descriptor of a picture, [hog_size]: its normalized blocks, row by row. Throws ShapeError when the
// picture has no room for a block.
Tensor hog(const Image& picture, const Settings& settings);

// Task 2.5: a linear support vector machine. Its score of a descriptor x is w · x + b: positive for "yes".
struct Svm {
    Tensor w;  // [D]
    float b = 0;
};

// Task 2.5: the score of each row of x. x [N, D] → [N]. Throws ShapeError when x has not two axes or w not D numbers.
Tensor scores(const Tensor& x, const Svm& svm);

// Task 2.5: what is wrong with the scores s(n) of x [N, D], N ≥ 1, whose labels y [N] are 1 (yes) or -1 (no):
//     L = λ/2 · |w|² + 1/N · Σ_n max(0, 1 - y(n) · s(n)).
// Throws ShapeError when x has not two axes or no rows, when w has not D numbers, and when there is not a label for
// each row.
float hinge_loss(const Tensor& x, const Tensor& labels, const Svm& svm, float lambda);

// Task 2.5: ∂L/∂w and ∂L/∂b, as an Svm. A row counts where y(n) · s(n) < 1; at 1 itself, the kink, it does not. Throws
// ShapeError for the same arguments as hinge_loss.
Svm hinge_gradient(const Tensor& x, const Tensor& labels, const Svm& svm, float lambda);

// Task 2.5: stochastic gradient descent on L from w = 0, b = 0. Each epoch goes through the rows of x in their order,
// `batch` at a time (the last batch may be smaller): step t (0, 1, … through all epochs) subtracts η(t) times the
// gradient of L on its batch, with η(t) = rate / (1 + rate · λ · t)  (Bottou 2012, section 5.2). Throws ShapeError when
// x has not two axes or no rows, when there is not a label for each row, and when batch is less than 1.
struct Training {
    float lambda = 1e-4f;  // λ
    Index epochs = 10;
    Index batch = 16;
    float rate = 0.05f;
};
Svm train_svm(const Tensor& x, const Tensor& labels, const Training& training);

// Something found in a picture, in pixels: the upper left corner, the size, and how sure the machine is.
struct Box {
    float row, column, height, width, score;
};

// Task 2.6: the area that two boxes share, divided by the area that they cover together: 0 to 1. 0 when both have no
// area.
float intersection_over_union(const Box& a, const Box& b);

// Task 2.6: non-maximum suppression. The box with the highest score stays (of equal ones the first), all boxes go whose
// intersection over union with it is greater than `most`, and so on with the rest. Returns those that stay, by falling
// score.
std::vector<Box> suppress(const std::vector<Box>& boxes, float most);

// Task 2.6: a picture smaller and smaller. Level k = 0, 1, … is the scene resized (cnn::resize of image/drawing.hpp)
// to round(H / factor^k) × round(W / factor^k) pixels, as long as a window of height × width fits in. Level 0 is the
// scene itself. Throws ShapeError unless factor is greater than 1.
std::vector<Image> pyramid(const Image& scene, Index height, Index width, float factor);

// What is looked for, and how.
struct Detector {
    Svm svm;              // of hog_size(height, width, settings) numbers
    Index height, width;  // of the window, in pixels; whole cells
    Settings settings = {};
    float threshold = 0;  // a window is a detection when its score is greater
    float factor = 1.2f;  // of the pyramid
    float most = 0.3f;    // overlap of two detections: see suppress
};

// Task 2.6: the detections of one level, in its own pixels. The blocks of the whole level are computed once; a window
// that begins at cell (r, c) is described by those of them that lie in it, row by row. All windows, row by row, a cell
// apart; none where the level is smaller than a window. Throws ShapeError when svm.w has not hog_size(…) numbers.
std::vector<Box> scan(const Image& level, const Detector& detector);

// Task 2.6: the detections of a scene on all levels of its pyramid, in pixels of the scene: rows and heights times
// scene.height / level.height, columns and widths times scene.width / level.width. Suppressed, by falling score.
std::vector<Box> detect(const Image& scene, const Detector& detector);

}  // namespace cnn::lab02
