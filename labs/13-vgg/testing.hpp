// What the tests of all tasks share.
#pragma once
#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include "grader/judge.hpp"
#include "probes.hpp"
#include "tensor/npy.hpp"

namespace cnn::lab13 {

using namespace cnn::grader;

// Values made by PyTorch: golden/make.py.
inline Tensor golden(const std::string& name) { return read_npy(std::string(CNN_LAB_DIR "/golden/") + name + ".npy"); }

// Through 16 layers of sums of up to 784 products, each layer rounding its sums by some 1e-6 of their size: errors of
// neighbouring layers are as often opposite as alike.
inline constexpr Tolerance through_a_network{.relative = 1e-4, .absolute = 5e-5};
// A root, an exponential or a quotient in single precision, in one order of operations or another: some units of 2^-24.
inline constexpr Tolerance of_functions{.relative = 2e-6, .absolute = 1e-9};

}  // namespace cnn::lab13
