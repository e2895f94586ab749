#include "grader/exercise.hpp"
#include "sift.hpp"

using namespace cnn::lab03;

const cnn::grader::Lab& cnn::grader::lab() {
    static const Lab table{
        .number = "03",
        .topic = "sift",
        .title = "SIFT",
        .part = "Features by hand",
        .tasks = {
            {"3.1",
             "Gaussian blur",
             2,
             {function(gaussian_kernel, "gaussian_kernel(sigma) -> weights"),
              function(gaussian_blur, "gaussian_blur(x, sigma) -> y")}},
            {"3.2",
             "Octaves and differences of Gaussians",
             2,
             {function(twice_as_large, "twice_as_large(x) -> y"), function(octave, "octave(first) -> gaussians"),
              function(difference_of_gaussians, "difference_of_gaussians(gaussians) -> d"),
              function(pyramid, "pyramid(gray) -> octaves")},
             {"3.1"}},
            {"3.3", "Extrema over 26 neighbours", 1, {function(extrema, "extrema(d, threshold) -> found")}},
            {"3.4",
             "Between the pixels; contrast, edges",
             2,
             {function(fit_parabola, "fit_parabola(d, at) -> fit"), function(is_on_edge, "is_on_edge(d, at) -> edge"),
              function(refine, "refine(d, start) -> peak")}},
            {"3.5",
             "Which way it points",
             2,
             {function(orientation_histogram, "orientation_histogram(gaussians, peak) -> histogram"),
              function(dominant_angles, "dominant_angles(histogram) -> angles")}},
            {"3.6",
             "The descriptor",
             3,
             {function(descriptor_histogram, "descriptor_histogram(gaussians, peak, angle) -> histogram"),
              function(normalized, "normalized(histogram) -> descriptor"), function(sift, "sift(gray) -> features")},
             {"3.2", "3.3", "3.4", "3.5"}},
            {"3.7", "Matching", 1, {function(match, "match(a, b, ratio) -> matches")}},
            {"3.8",
             "Extension: SURF",
             3,
             {function(integral_image, "integral_image(gray) -> image"),
              function(box_sum, "box_sum(image, box) -> sum"),
              function(box_hessian, "box_hessian(image, size, step) -> det"),
              function(haar, "haar(image, row, column, half) -> wavelets"),
              function(surf_angle, "surf_angle(image, keypoint) -> angle"),
              function(surf_descriptor, "surf_descriptor(image, keypoint) -> descriptor"),
              function(surf, "surf(gray) -> features")},
             {"3.2", "3.3", "3.4"}},
        }};
    return table;
}
