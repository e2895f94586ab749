// Which classes are taken for which.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "plot/gnuplot.hpp"
#include "tensor/tensor.hpp"

namespace cnn::plot {

struct ConfusionMatrix {
    Tensor counts = {};                     // [K, K]: how many images of class `row` were taken for class `column`
    std::vector<std::string> classes = {};  // K names; numbers where there are none
    std::string title = {};                 // the accuracy where empty: "90.6 % of 10,000 right"
};

// Right answers in blue, wrong ones in orange, by their share of the row; share and count in the cells, up to 20
// classes. Throws ShapeError when counts are not [K, K] with K from 1 to 200, negative or not finite, or the names are
// not K.
[[nodiscard]] Problem draw_confusion_matrix(const ConfusionMatrix& matrix, const std::filesystem::path& picture);
Script confusion_matrix_script(const ConfusionMatrix& matrix);

}  // namespace cnn::plot
