#include "grader/exercise.hpp"
#include "hog.hpp"

using namespace cnn::lab02;

const cnn::grader::Lab& cnn::grader::lab() {
    static const Lab table{
        .number = "02",
        .topic = "hog",
        .title = "Histograms of oriented gradients",
        .part = "Features by hand",
        .tasks = {
            {"2.1",
             "The gradient of the strongest channel",
             2,
             {function(strongest_gradient, "strongest_gradient(picture) -> gradient")}},
            {"2.2",
             "A histogram for every cell",
             3,
             {function(cell_histograms, "cell_histograms(gradient, settings) -> cells")}},
            {"2.3",
             "Blocks, normalized",
             2,
             {function(l2_hys, "l2_hys(v) -> y"),
              function(normalize_blocks, "normalize_blocks(cells, block) -> blocks")}},
            {"2.4",
             "The descriptor of a window",
             2,
             {function(hog_size, "hog_size(height, width, settings) -> size"),
              function(hog, "hog(picture, settings) -> descriptor")},
             {"2.1", "2.2", "2.3"}},
            {"2.5",
             "A linear support vector machine",
             3,
             {function(scores, "scores(x, svm) -> s"),
              function(hinge_loss, "hinge_loss(x, labels, svm, lambda) -> loss"),
              function(hinge_gradient, "hinge_gradient(x, labels, svm, lambda) -> gradient"),
              function(train_svm, "train_svm(x, labels, training) -> svm")}},
            {"2.6",
             "A window that slides",
             4,
             {function(intersection_over_union, "intersection_over_union(a, b) -> share"),
              function(suppress, "suppress(boxes, most) -> staying"),
              function(pyramid, "pyramid(scene, height, width, factor) -> levels"),
              function(scan, "scan(level, detector) -> found"), function(detect, "detect(scene, detector) -> found")},
             {"2.1", "2.2", "2.3", "2.4"}},
        }};
    return table;
}
