// What all tests of this lab share.
#pragma once
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>

#include "convolution.hpp"
#include "grader/judge.hpp"
#include "tensor/npy.hpp"
#include "tensor/random.hpp"

namespace cnn::lab04 {

// Answers of PyTorch, SciPy and OpenCV: golden/make.py made them.
inline Tensor golden(const std::string& name) { return read_npy(fmt::format("{}/golden/{}.npy", CNN_LAB_DIR, name)); }

// The handout's example: an image of 6×6 pixels and two filters.
inline const Tensor image({6, 6}, {1, 0, 0, 0, 0, 1,  //
                                   0, 1, 0, 0, 1, 0,  //
                                   0, 0, 1, 1, 0, 0,  //
                                   1, 0, 0, 0, 1, 0,  //
                                   0, 1, 0, 0, 1, 0,  //
                                   0, 0, 1, 0, 1, 0});
inline const Tensor diagonal({3, 3}, {1, -1, -1, -1, 1, -1, -1, -1, 1});
inline const Tensor upright({3, 3}, {-1, 1, -1, -1, 1, -1, -1, 1, -1});

}  // namespace cnn::lab04
