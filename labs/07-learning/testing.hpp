// What all tests of this lab share.
#pragma once
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "grader/judge.hpp"
#include "learning.hpp"
#include "tensor/npy.hpp"
#include "tensor/random.hpp"

namespace cnn::lab07 {

// PyTorch's answers: golden/make.py made them.
inline Tensor golden(const std::string& name) { return read_npy(fmt::format("{}/golden/{}.npy", CNN_LAB_DIR, name)); }
inline Labels golden_labels(const std::string& name) {
    const Tensor numbers = golden(name + "_labels");
    return {numbers.values().begin(), numbers.values().end()};
}
inline Loss golden_loss(const std::string& name) {
    return {double{golden(name + "_value")[0]}, golden(name + "_gradient")};
}

inline Tensor scaled(Tensor x, float factor) { return x *= factor; }

// A loss may be computed in float, by way of exponentials and logarithms, each of them rounded: some twenty units in
// the last place of the largest of its terms, which here are not much larger than the loss itself.
inline constexpr grader::Tolerance rounded{.relative = 3e-6, .absolute = 1e-6};

// The handout's example: the scores of two images for three classes.
inline const Tensor y_example({2, 3}, {2, 1, -1, 0, 0, 0});
inline const Labels labels_example{1, 2};

}  // namespace cnn::lab07
