// Lab 03: sift. The contract between your sift.cpp and everything that uses it.
#pragma once
#include <optional>
#include <vector>

#include "tensor/tensor.hpp"

namespace cnn::lab03 {

// A gray picture is a Tensor [H, W] of levels from 0 (black) to 1 (white). The place (i, j) is row i, counted from the
// top downwards, and column j, counted from the left. Angles are in radians and turn as rows and columns grow: 0 is to
// the right, π/2 is down (so the angle of a gradient is atan2(gy, gx), with gy below minus above).

// Lowe's choices (Lowe 2004, sections 3 to 6).
inline constexpr float camera_sigma = 0.5f;       // the blur a photo has already, in its own pixels
inline constexpr float first_sigma = 1.6f;        // the blur of the first picture of every octave, in its pixels
inline constexpr Index steps = 3;                 // steps in which the blur doubles
inline constexpr Index border = 5;                // so near the rim no keypoint is looked for
inline constexpr float contrast = 0.04f / steps;  // a weaker peak is noise
inline constexpr float edge_ratio = 10;           // a peak longer than that (to its width) is an edge

// Task 3.1: the weights of a bell, [2r + 1] with r = ⌊4σ + 0.5⌋: weight r + t is exp(-t² / (2σ²)), divided by the sum
// of all of them. Throws ShapeError unless σ > 0.
Tensor gaussian_kernel(float sigma);

// Task 3.1: x [H, W] blurred, [H, W]: the kernel along every row, then along every column of what that gave. A pixel
// outside the picture has the level of the nearest one inside. Throws ShapeError unless x has two axes and σ > 0.
Tensor gaussian_blur(const Tensor& x, float sigma);

// Task 3.2: x [H, W] → [2H, 2W]. Each pixel is split into 2 × 2, whose centres lie a quarter of a pixel from its own:
// row i of the result is ¾ of row ⌊i / 2⌋ of x and ¼ of the row on its other side (the one above for an even i, below
// for an odd one); the columns likewise. Beyond the rim the nearest row or column is repeated.
Tensor twice_as_large(const Tensor& x);

// Task 3.2: an octave. `first` [H, W] has blur σ_0 = first_sigma → [steps + 3, H, W]: level k has blur
//     σ_k = first_sigma · 2^(k / steps),
// made of level k - 1 by the blur that is missing: √(σ_k² - σ_{k-1}²). Level 0 is `first` itself.
Tensor octave(const Tensor& first);

// Task 3.2: neighbouring levels subtracted. gaussians [K, H, W] → [K - 1, H, W]; level k is level k + 1 minus level k.
Tensor difference_of_gaussians(const Tensor& gaussians);

// Task 3.2: the octaves of a picture, the finest first. The first one begins with the picture made twice as large
// (whose blur is then 2 · camera_sigma) and blurred to first_sigma. Every other one begins with every second row and
// column, (2i, 2j), of level `steps` of the one before, and has ⌊H / 2⌋ rows and ⌊W / 2⌋ columns. An octave with fewer
// than 2 · border + 1 rows or columns is left out, and all after it. Row i of octave o lies at i · 2^(o - 1) - ¼ in the
// picture, so do columns.
std::vector<Tensor> pyramid(const Tensor& gray);

// Task 3.3: the pixels of the differences d [K, H, W] that are greater than 0 and not less than any of their 26
// neighbours (8 in their own level, 9 in the one above, 9 in the one below), or less than 0 and not greater than any.
// Only those with |d| > threshold, in the levels 1 … K - 2, in rows border … H - 1 - border and likewise in columns. In
// order of level, row, column.
struct Extremum {
    Index level, row, column;
};
std::vector<Extremum> extrema(const Tensor& d, float threshold);

// Task 3.4: the parabola through a pixel of d and its neighbours (Lowe, section 4). With the gradient g and the Hessian
// H of d by level, row and column, its peak lies -H⁻¹g from the pixel, and its value there is d - gᵀH⁻¹g / 2. Central
// differences: g is (next - previous) / 2 along each axis, H's diagonal next - 2 · middle + previous, and its other
// entries a quarter of the four corners' sum with their signs. Where H has determinant 0 all three offsets are 0 and
// the value is d.
struct Fit {
    float level, row, column;  // the offset of the peak
    float value;
};
Fit fit_parabola(const Tensor& d, const Extremum& at);

// Task 3.4: whether the pixel lies on an edge. With H the 2×2 Hessian by row and column within its level (section 4.1):
// det H ≤ 0 or tr² H / det H ≥ (edge_ratio + 1)² / edge_ratio.
bool is_on_edge(const Tensor& d, const Extremum& at);

// Task 3.4: the peak near an extremum. Fits a parabola; when an offset is 0.5 or more, up or down, moves to the pixel
// nearest to its peak (level, row and column, each by its offset rounded) and fits again. Nothing when this leaves the
// pixels that task 3.3 looks at, when the fifth fit still has an offset of 0.5 or more, when |value| < contrast, or
// when the last pixel lies on an edge.
struct Peak {
    float level, row, column;  // in the octave, with fractions
    float value;
};
std::optional<Peak> refine(const Tensor& d, const Extremum& start);

// Task 3.5: which way the picture grows brighter around a peak: a histogram [36] of the gradients in level
// ⌊peak.level + 0.5⌋ of gaussians [K, H, W] (section 5). With σ = first_sigma · 2^(peak.level / steps) and the pixel
// nearest to the peak: pixels up to ⌊4.5σ + 0.5⌋ rows and columns away vote, those on the rim of the picture excepted.
// A pixel (i, j) away gives its magnitude √(gx² + gy²), gx right minus left and gy below minus above, times
// exp(-(i² + j²) / (2 · (1.5σ)²)) to the bin nearest to its angle: bin b stands for b · 10°. Then every bin is replaced
// by (1, 4, 6, 4, 1) / 16 of itself and the two before and after it, around the circle.
Tensor orientation_histogram(const Tensor& gaussians, const Peak& peak);

// Task 3.5: the angles of a keypoint, 0 ≤ angle < 2π: every bin that is greater than both its neighbours and at least
// 0.8 times the greatest, moved to the top of the parabola through the three. In order of the bins. Around the circle.
std::vector<float> dominant_angles(const Tensor& histogram);

// Task 3.6: 4 × 4 histograms of 8 directions around a peak, [4, 4, 8] (section 6.1). σ and level as in task 3.5. The
// grid is turned by `angle` and its cells are 3σ wide: a pixel dx columns and dy rows from the peak (fractions counted)
// lies at u = (dx cos + dy sin) / 3σ and v = (dy cos - dx sin) / 3σ. It gives its gradient's magnitude times
// exp(-(u² + v²) / 8), shared out (trilinearly) between the cells whose centres are nearest, rows v = -1.5 … 1.5 and
// columns u = -1.5 … 1.5, and the two nearest directions, eighths of a turn counted from `angle`. What falls outside
// the grid is lost; directions go around. Pixels on the rim of the picture have no gradient.
Tensor descriptor_histogram(const Tensor& gaussians, const Peak& peak, float angle);

// Task 3.6: the histogram as a descriptor [128]: scaled to length 1, values above 0.2 cut to 0.2, scaled to length 1
// again. One that is all zeros stays so.
Tensor normalized(const Tensor& histogram);

// Task 3.6: everything together. For every octave, in order: its extrema with threshold contrast / 2, refined; of
// several that come to the same pixel (level, row and column of the peak, each rounded) only the first; a keypoint for
// each of its dominant angles.
struct Keypoint {
    float row, column;  // in pixels of the picture
    float sigma;        // its size: the blur at which it is seen, in pixels of the picture
    float angle;
};
struct Features {
    std::vector<Keypoint> keypoints;
    Tensor descriptors;  // [N, 128], one row for each keypoint; SURF's are [N, 64]
};
Features sift(const Tensor& gray);

// Task 3.7: for every row of a [N, D] the nearest row of b [M, D] by Euclidean distance, but only where this distance
// is less than `ratio` times the distance to the second nearest (section 7.1). In order of a's rows; none when M < 2.
// Throws ShapeError when the rows differ in length.
struct Match {
    Index first, second;  // rows of a and b
    float distance;
};
std::vector<Match> match(const Tensor& a, const Tensor& b, float ratio);

// Task 3.8, the extension (Bay, Ess et al. 2008). The integral image: sums(i, j) is the sum of the levels of all pixels
// in rows before i and columns before j, so its first row and column are 0.
struct Integral {
    Index height, width;       // H + 1, W + 1
    std::vector<double> sums;  // row by row; a float could not hold them precisely enough
};
Integral integral_image(const Tensor& gray);

// Task 3.8: the sum of the levels of a box of pixels, from four of these numbers. The part of the box outside the
// picture counts nothing.
struct Box {
    Index row, column, height, width;
};
double box_sum(const Integral& image, const Box& box);

// Task 3.8: the determinant of the Hessian, from boxes in the place of bells. A filter of `size` = 3l pixels, l odd, on
// every step-th row and column: [⌈H / step⌉, ⌈W / step⌉],
//     det = Dxx · Dyy - (0.9 · Dxy)²,  each D divided by size².
// Dyy is the sum of a box 3l high and 2l - 1 wide minus three times its middle third (l high), both centred; Dxx the
// same on its side. Dxy: four l × l boxes one pixel away from the central row and column, upper right and lower left
// positive, the others negative. Throws ShapeError unless size is 3 times an odd number, 3 or more, and step > 0.
Tensor box_hessian(const Integral& image, Index size, Index step);

// Task 3.8: the Haar wavelets of 2 · half pixels a side: dx is the sum of the right half minus that of the left, dy the
// lower minus the upper. They lie around the corner of pixels nearest to (row, column): corner (i, j) is the upper left
// one of pixel (i, j), at (i - ½, j - ½), so i is row + ½ rounded (either way
// where two are equally near).
struct Wavelets {
    double dx, dy;
};
Wavelets haar(const Integral& image, float row, float column, Index half);

// Task 3.8: the angle of a keypoint, 0 ≤ angle < 2π; its sigma is called s. Wavelets with half = ⌊2s + 0.5⌋ are taken
// at all places (i, j) · s from it with whole numbers i² + j² < 36, and multiplied by exp(-(i² + j²) / 8). Of 72
// windows, 60° wide (from their beginning up to, not including, their end) and beginning every 5°, the one that holds
// the longest sum (dx, dy) of wavelets decides; the angle is that of its sum.
float surf_angle(const Integral& image, const Keypoint& keypoint);

// Task 3.8: SURF's descriptor [64]. A grid of 20 × 20 places s apart around the keypoint, turned by its angle, in 4 × 4
// cells of 5 × 5. At every place wavelets with half = ⌊s + 0.5⌋, turned into the keypoint's frame (as u and v in task
// 3.6) and multiplied by exp(-(u² + v²) / (2 · 3.3²)), u and v in units of s. Every cell gives four numbers, Σdu, Σdv,
// Σ|du|, Σ|dv|; cells row by row. Scaled to length 1 (zeros stay zeros).
Tensor surf_descriptor(const Integral& image, const Keypoint& keypoint);

// Task 3.8: SURF, of the picture made twice as large. Octave o of surf_octaves stacks the responses of four filters, of
// (6k + 6) · 2^o + 3 pixels for k from 0 to 3, with step 2^o. Keypoints are its maxima (task 3.3, but none that is
// less than 0; response greater than surf_threshold), moved by the offsets of task 3.4 and dropped when one of these is
// 1 or more, up or down. A filter of n pixels has sigma 1.2 · n / 9. Angles and descriptors are found in the large
// picture; row, column and sigma are given in pixels of `gray`. In order of octave, level, row, column.
inline constexpr Index surf_octaves = 4;
inline constexpr float surf_threshold = 0.0001f;
Features surf(const Tensor& gray);

}  // namespace cnn::lab03
