#include "grader/exercise.hpp"
#include "sobel.hpp"

using namespace cnn::lab01;

const cnn::grader::Lab& cnn::grader::lab() {
    static const Lab table{
        .number = "01",
        .topic = "sobel",
        .title = "Sobel",
        .part = "Features by hand",
        .tasks = {
            {"1.1", "Gray levels of a colour picture", 1, {function(to_gray, "to_gray(photo) -> gray")}},
            {"1.2", "A mask on every pixel", 2, {function(correlate3x3, "correlate3x3(x, mask) -> y")}},
            {"1.3", "Sobel's two derivatives", 2, {function(sobel, "sobel(gray) -> gradient")}, {"1.2"}},
            {"1.4",
             "Magnitude and direction",
             2,
             {function(magnitude, "magnitude(gradient) -> length"),
              function(direction, "direction(gradient) -> angle")}},
            {"1.5",
             "The eight masks of the compass",
             3,
             {function(robinson_masks, "robinson_masks() -> masks"), function(compass, "compass(gray) -> edges")},
             {"1.2"}},
            {"1.6", "Thin edges", 2, {function(thin, "thin(edges) -> thinned")}},
        }};
    return table;
}
